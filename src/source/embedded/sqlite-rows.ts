import type { StatementColumnMetadata } from 'node:sqlite'
import type { Value } from '../../call.ts'
import type { Column, ColumnType } from '../../result.ts'

const kind = { int: 1, real: 2, text: 4, blob: 8 } as const
const safe = BigInt(Number.MAX_SAFE_INTEGER)

/** Which kinds of value each column has shown so far: SQLite types values, not columns. */
export class CellKinds {
  readonly seen: Uint8Array
  constructor(columns: number) {
    this.seen = new Uint8Array(columns)
  }
}

/** One row as JSON: integers beyond 2^53-1 and the infinities as strings, a BLOB in base64. */
export function rowJson(row: readonly Value[], kinds: CellKinds): string {
  const { seen } = kinds
  let text = '['
  for (let i = 0; i < row.length; i++) {
    if (i > 0) text += ','
    const cell = row[i]!
    if (cell === null) {
      text += 'null'
    } else if (typeof cell === 'bigint') {
      seen[i]! |= kind.int
      text += cell <= safe && cell >= -safe ? cell.toString() : `"${cell}"`
    } else if (typeof cell === 'string') {
      seen[i]! |= kind.text
      text += JSON.stringify(cell.isWellFormed() ? cell : cell.toWellFormed())
    } else if (typeof cell === 'number') {
      seen[i]! |= kind.real
      text += Number.isFinite(cell) ? (Object.is(cell, -0) ? '-0' : String(cell)) : `"${cell}"`
    } else {
      seen[i]! |= kind.blob
      text += `"${Buffer.from((cell as Uint8Array).buffer, (cell as Uint8Array).byteOffset, (cell as Uint8Array).byteLength).toString('base64')}"`
    }
  }
  return `${text}]`
}

/** The columns of a statement: by their declared types where the values seen agree with them, else by the values. */
export function sqliteColumns(about: readonly StatementColumnMetadata[], kinds: CellKinds): Column[] {
  return about.map(({ name, type }, i) => {
    const seen = kinds.seen[i]!
    const declared = type === null || type === '' ? undefined : type
    return { name, type: typeOf(declared, seen), nativeType: declared ?? nativeOf(seen) }
  })
}

function nativeOf(seen: number): string {
  if (seen === 0) return 'NULL'
  return seen === kind.int ? 'INTEGER' : seen === kind.text ? 'TEXT' : seen === kind.blob ? 'BLOB' : seen <= 3 ? 'REAL' : 'ANY'
}

/** Our type for a column that was declared so and has shown these kinds of value. */
export function typeOf(declared: string | undefined, seen: number): ColumnType {
  const wanted = declared === undefined ? undefined : declaredType(declared)
  if (seen === 0) return wanted ?? 'other'
  if (seen === kind.int) return 'int'
  if (seen === kind.real || seen === (kind.int | kind.real)) return 'float'
  if (seen === kind.blob) return 'binary'
  if (seen === kind.text) return wanted !== undefined && textual.has(wanted) ? wanted : 'text'
  return 'other'
}

const textual: ReadonlySet<ColumnType> = new Set(['text', 'date', 'time', 'timestamp', 'timestamptz', 'json', 'uuid', 'interval'])

/** What a declared type promises, after SQLite's own rules of affinity and the names that people give to texts. */
export function declaredType(declared: string): ColumnType {
  const name = declared.toUpperCase()
  for (const [pattern, type] of promises) if (pattern.test(name)) return type
  return 'other'
}

const promises: readonly (readonly [RegExp, ColumnType])[] = [
  [/^(TIMESTAMPTZ|TIMESTAMP WITH TIME ZONE)/, 'timestamptz'],
  [/^(TIMESTAMP|DATETIME)/, 'timestamp'],
  [/^INTERVAL/, 'interval'],
  [/^DATE/, 'date'],
  [/^TIME/, 'time'],
  [/^JSON/, 'json'],
  [/^(UUID|GUID)/, 'uuid'],
  [/INT|^BOOL/, 'int'],
  [/CHAR|CLOB|TEXT/, 'text'],
  [/BLOB/, 'binary'],
  [/REAL|FLOA|DOUB|NUMERIC|DECIMAL/, 'float'],
]
