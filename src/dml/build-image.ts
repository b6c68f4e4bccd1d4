import type { Value } from '../call.ts'
import type { Cell } from '../result.ts'
import type { TableColumn } from '../schema.ts'
import type { Dialect } from '../sql/sql.ts'
import type { SqlText } from './build-text.ts'

/**
 * A column as text, or as a number, that carries its value exactly, so that the row can be compared with and put back: what JSON shows of an
 * array, a single-precision number or bytes would not. `column` is quoted already.
 */
export function imageOf(column: string, { type, nativeType }: TableColumn, dialect: Dialect['name']): string {
  switch (dialect) {
    case 'postgres':
      return `${column}::text`
    case 'duckdb':
      return `CAST(${column} AS VARCHAR)`
    case 'sqlite':
      // Its columns hold values of any type: the type goes with the value, and NULL stays NULL.
      return `typeof(${column}) || ':' || CASE typeof(${column}) WHEN 'blob' THEN hex(${column}) WHEN 'real' THEN printf('%!.17g', ${column}) ELSE ${column} END`
    case 'mysql':
      if (isBytes(type, nativeType)) return `HEX(${column})`
      if (/^bit/i.test(nativeType)) return `(${column} + 0)`
      return /^float/i.test(nativeType) ? `(${column} + 0E0)` : column
  }
}

/** Adds the place of a value that `imageOf` has shown. */
export function addImage(text: SqlText, { type, nativeType }: TableColumn, cell: Cell, dialect: Dialect['name']): void {
  const value = valueIn(cell, dialect)
  if (dialect === 'duckdb' && value !== null) text.add('CAST(').value(value).add(` AS ${nativeType})`)
  else if (dialect === 'mysql' && isBytes(type, nativeType)) text.add('UNHEX(').value(value).add(')')
  else text.value(value)
}

const isBytes = (type: TableColumn['type'], nativeType: string): boolean =>
  type === 'binary' || /^(geometry|point|linestring|polygon|multi|geom)/i.test(nativeType)

/** What an image shows, as the value that it is an image of. */
export function valueIn(cell: Cell, dialect: Dialect['name']): Value {
  if (dialect !== 'sqlite' || typeof cell !== 'string') return cell as Value
  const colon = cell.indexOf(':')
  const text = cell.slice(colon + 1)
  switch (cell.slice(0, colon)) {
    case 'integer':
      return BigInt(text)
    case 'real':
      return Number(text.replace(/^(-?)Inf$/, '$1Infinity'))
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'hex'))
    default:
      return text
  }
}

/** SQL for how many bytes a column holds, about. */
export function bytesOf(column: string, dialect: Dialect['name']): string {
  const length = {
    postgres: `octet_length(${column}::text)`,
    duckdb: `strlen(CAST(${column} AS VARCHAR))`,
    sqlite: `length(CAST(${column} AS BLOB))`,
    mysql: `LENGTH(${column})`,
  }
  return `COALESCE(${length[dialect]}, 0)`
}
