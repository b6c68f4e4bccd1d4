import { expect, test } from 'vitest'
import { SluiceError } from '../../src/error.ts'
import type { Grant } from '../../src/grant.ts'
import type { Schema } from '../../src/schema.ts'
import { withNearColumns } from '../../src/unknown-column.ts'

const column = (name: string) => ({ name, type: 'text' as const, nativeType: 'text', nullable: true })
const schema: Schema = {
  version: '1',
  searchPath: ['main'],
  functions: [],
  tables: [
    { schema: 'main', name: 'customers', kind: 'table', columns: [column('id'), column('email'), column('secret_email')] },
    { schema: 'main', name: 'mails', kind: 'table', columns: [column('emial_body')] },
  ],
}
const grant = {
  table: ({ names }: { names: readonly string[] }) => ({ columns: names.filter((name) => !name.startsWith('secret')) }),
} as unknown as Grant
const told = (message: string) => withNearColumns(new SluiceError('column_unknown', message), ['customers'], schema, grant).message

test.each([
  'column "emial" does not exist',
  'column c.emial does not exist',
  "Unknown column 'c.emial' in 'SELECT'",
  'SQLite: no such column: emial',
  'SQLite: no such column: emial.',
  'SQLite: no such column: c.emial.',
  'Binder Error: Referenced column "emial" not found in FROM clause!',
])('%s', (message) => {
  expect(told(message)).toBe(`${message} Did you mean email?`)
})

test('a column that is hidden, or of another table, is not offered', () => {
  expect(told('column "secret_emial" does not exist')).not.toContain('secret_email')
  expect(told('column "emial_bod" does not exist')).not.toContain('emial_body')
})

test('other errors stay as they are', () => {
  const error = new SluiceError('value_invalid', 'column "emial"')
  expect(withNearColumns(error, ['customers'], schema, grant)).toBe(error)
})
