import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Value } from '../../src/call.ts'
import { cellOf, Wrong } from '../../src/import/cell.ts'
import { csvRows, ndjsonRows, type RowsIn } from '../../src/import.ts'
import type { ColumnType } from '../../src/result.ts'
import { bytesOf } from './scene.ts'

const never = new AbortController().signal

async function read(rows: RowsIn) {
  const found: { names: readonly string[]; rows: (readonly Value[])[] } = { names: [], rows: [] }
  const content = await rows.read(
    {
      columns: (names) => {
        found.names = names
      },
      row: (values) => {
        found.rows.push(values)
      },
    },
    never,
  )
  return { ...found, content }
}

const cell = fc.oneof(
  fc.constant(null),
  fc
    .array(fc.constantFrom('"', ',', ';', '\n', '\r\n', ' ', 'a', 'é', '漢', '😀', "'", '\\', '\t', 'NULL'), { maxLength: 8 })
    .map((parts) => parts.join('')),
)
const quoted = (value: string | null) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)

it('a value of JSON that is nested too deeply is told, and no failure of ours', async () => {
  const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`
  const rows = (text: string) => ndjsonRows(bytesOf(text), {}, 1_000_000)
  await expect(read(rows(`{"a":${deep}}`))).rejects.toMatchObject({ code: 'import_invalid' })
  await expect(read(rows(`{"a":${deep},"b":12345678901234567890}`))).rejects.toMatchObject({ code: 'import_invalid' })
})

it('CSV gives back what was written, however it is cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constant('k'), cell, cell), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom('\n', '\r\n'),
      async (rows, size, end) => {
        const text = `\ufeffk,b,c${end}${rows.map((row) => row.map(quoted).join(',')).join(end)}${end}`
        const found = await read(csvRows(bytesOf(text, size), {}, 1e6))
        expect(found.names).toEqual(['k', 'b', 'c'])
        expect(found.rows).toEqual(rows)
        expect(found.content.bytes).toBe(Buffer.byteLength(text))
      },
    ),
    { numRuns: 300 },
  )
})

it('lines of JSON give back what was written, numbers exact', async () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 64n }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, size) => {
        const json = (one: unknown) => (typeof one === 'bigint' ? String(one) : JSON.stringify(one))
        const text = rows.map(([a, b]) => `{"a": ${json(a)}, "b": ${json(b)}}`).join('\n')
        const found = await read(ndjsonRows(bytesOf(text, size), {}, 1e6))
        // As text: a number that JavaScript holds exactly may stay one.
        const texts = (all: readonly (readonly unknown[])[]) =>
          all.map((row) => row.map((one) => (typeof one === 'number' ? JSON.stringify(one) : String(one))))
        expect(texts(found.rows)).toEqual(texts(rows))
      },
    ),
    { numRuns: 300 },
  )
})

it.each(['{"a": 12345678901234567890.123}', '{"a": 1e400}', '{"a": 0.1000000000000000055511151231257827}'])(
  'a number that a double would round stays as written: %s',
  async (text) => {
    const { rows } = await read(ndjsonRows(bytesOf(text), {}, 1e6))
    expect(rows).toEqual([[text.slice(6, -1)]])
  },
)

it.each([
  ['{"a": 1}\n{"a": }', 'Row 2 is not JSON'],
  ['[1]', 'Row 1 is an array'],
  ['1', 'Row 1 is not an object'],
  ['{"a": 1}\nnull', 'Row 2 is not an object'],
  [`{"a": "${'x'.repeat(9 * 1024 * 1024)}"}`, 'Row 1 is longer than'],
])('refuses lines that are no rows: %#', async (text, message) => {
  await expect(read(ndjsonRows(bytesOf(text, 100_000), {}, 1e8))).rejects.toMatchObject({
    code: 'import_invalid',
    message: expect.stringContaining(message),
  })
})

it.each([
  [Buffer.from([0x61, 0x0a, 0xff, 0x0a]), 'not UTF-8'],
  [Buffer.from('a\n\u00e9').subarray(0, 3), 'not UTF-8'],
  [Buffer.from('a,\n1,2\n'), 'column 2 has no name'],
  [Buffer.from(''), 'no rows'],
  [Buffer.from(`a\n"${'x'.repeat(9 * 1024 * 1024)}"`), 'Row 1 is longer than'],
  [Buffer.from('a\n"x"y\n'), 'Row 1 has something between'],
  [Buffer.from('a\n1\nx"y"\n'), 'Row 2 has a quote within'],
])('refuses CSV that cannot be read: %#', async (bytes, message) => {
  await expect(read(csvRows(bytesOf(bytes, 65_536), {}, 1e8))).rejects.toMatchObject({
    code: 'import_invalid',
    message: expect.stringContaining(message),
  })
})

it('takes another delimiter, quote and word for NULL, and columns from outside', async () => {
  const setting = { columns: ['a', 'b'], delimiter: ';', quote: "'", null: '\\N' }
  const { names, rows } = await read(csvRows(bytesOf(`\\N;'\\N'\n;'it''s; "so"'\n`), setting, 1e6))
  expect([names, rows]).toEqual([
    ['a', 'b'],
    [
      [null, '\\N'],
      ['', 'it\'s; "so"'],
    ],
  ])
})

describe('what a text becomes in a column', () => {
  const of = (type: ColumnType, nativeType: string, dialect: 'postgres' | 'mysql' | 'sqlite', text: Value) => {
    const made = cellOf({ name: 'c', type, nativeType, nullable: true }, dialect)(text)
    return made instanceof Wrong ? `wrong: ${made.why}` : made
  }
  it.each<[ColumnType, string, 'postgres' | 'mysql' | 'sqlite', Value, unknown]>([
    ['int', 'bigint', 'postgres', ' 42 ', 42],
    ['int', 'bigint', 'postgres', '-9223372036854775808', -9223372036854775808n],
    ['int', 'bigint', 'sqlite', '4.5', 'wrong: is not a whole number'],
    ['int', 'bigint', 'sqlite', '', 'wrong: is not a whole number'],
    ['decimal', 'numeric', 'postgres', '1.10', '1.10'],
    ['decimal', 'numeric', 'postgres', '1,10', 'wrong: is not a number'],
    ['float', 'double', 'mysql', '1e-3', 0.001],
    ['bool', 'boolean', 'postgres', 'Yes', true],
    ['int', 'tinyint(1)', 'mysql', 'false', false],
    ['bool', 'boolean', 'postgres', 'maybe', 'wrong: is neither true nor false'],
    ['binary', 'bytea', 'postgres', 'AP8Q', new Uint8Array([0, 255, 16])],
    ['binary', 'bytea', 'postgres', '\\x00ff', new Uint8Array([0, 255])],
    ['binary', 'bytea', 'postgres', 'AP8', 'wrong: is neither base64 nor hex with \\x in front'],
    ['text', 'text', 'postgres', 7, '7'],
    ['text', 'text', 'postgres', null, null],
    ['json', 'jsonb', 'postgres', true, 'true'],
    ['timestamp', 'timestamp', 'postgres', '2024-01-01T01:02:03.5Z', '2024-01-01 01:02:03.5'],
    ['timestamp', 'timestamp', 'postgres', '2024-01-01 01:02:03+02', 'wrong: has a time zone, and its column has none'],
    ['timestamp', 'datetime', 'mysql', '2024-01-01 01:02:03+00:00', '2024-01-01 01:02:03'],
    [
      'timestamp',
      'timestamp',
      'mysql',
      '2024-01-01 01:02:03Z',
      'wrong: has a time zone; send it without one, in the time zone of the server',
    ],
    ['timestamptz', 'timestamptz', 'postgres', '2024-01-01 01:02:03+02', '2024-01-01 01:02:03+02'],
  ])('%s %s of %s: %j', (type, native, dialect, text, value) => {
    expect(of(type, native, dialect, text)).toEqual(value)
  })
})
