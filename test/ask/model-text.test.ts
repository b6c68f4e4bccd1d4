import { expect, test } from 'vitest'
import { plain, sqlIn } from '../../src/ask/standalone-text.ts'

/** What a model has written is read in one pass: a client lends its own model, and may send whatever it likes in its name. */

const MANY = 400_000

test.each([
  ['empty lines', '\n'.repeat(MANY)],
  ['a fence that nothing ends, with a long name', `\`\`\`${'a'.repeat(MANY)}`],
  ['a fence that nothing ends, with blanks', `\`\`\`sql${' '.repeat(MANY)}x`],
  ['brackets', '('.repeat(MANY)],
  ['comments', `${'--\n'.repeat(MANY / 3)}x`],
])('%s hold nobody up', { timeout: 10_000 }, (_, text) => {
  expect(sqlIn(text)).toEqual({})
})

test('nor do openings of links without an end', { timeout: 10_000 }, () => {
  expect(plain('['.repeat(MANY))).toHaveLength(1_000)
  expect(sqlIn(`CANNOT: ${'['.repeat(MANY)}`).cannot).toHaveLength(1_000)
})

test('what it means is read all the same', () => {
  expect(sqlIn('Here:\n```sql\nSELECT 1;\n```\nand ```no```')).toEqual({ sql: 'SELECT 1' })
  expect(sqlIn('```SELECT 1```').sql).toBeUndefined()
  expect(sqlIn('Well.\n\n  CANNOT:\n there is [no](https://evil.example) such thing')).toEqual({ cannot: 'there is no such thing' })
  expect(sqlIn('-- a\n\n( SELECT 2 )')).toEqual({ sql: '-- a\n\n( SELECT 2 )' })
  expect(sqlIn('I do not know.')).toEqual({})
})
