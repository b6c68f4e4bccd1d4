import type { Value } from './call.ts'

/**
 * How a value of this type stands in JSON:
 * `int` a number up to ±(2^53-1), beyond that a string of digits; `decimal` always a string; `float` a number, NaN and
 * the infinities strings; `bool` true/false; `binary` base64; `json` a string that holds the document; `array` an array,
 * `struct` an object, of the same rules; everything else a string exactly as the source writes it (a time keeps its zone).
 */
export type ColumnType =
  | 'int'
  | 'float'
  | 'decimal'
  | 'bool'
  | 'text'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'uuid'
  | 'binary'
  | 'json'
  | 'array'
  | 'struct'
  | 'other'

/** `nativeType` is the source's own name of the type, e.g. `int8`, `DECIMAL`, `TIMESTAMP WITH TIME ZONE`. */
export type Column = Readonly<{ name: string; type: ColumnType; nativeType: string }>

/**
 * Some rows, as bytes: `[1,"a"],[2,null]` — JSON arrays joined by commas, no outer brackets, UTF-8.
 * The bytes belong to whoever receives them and are never written again.
 */
export type Batch = Readonly<{
  rows: number
  json: Uint8Array
  /** Offset just after each row's `]`, so that a row can be cut out; holds at least `rows` entries. */
  ends: ArrayLike<number>
}>

/**
 * Where an answer goes. `columns` comes first and once, also for an empty result. Each promise is awaited before the
 * source is read further, so a slow client slows the database. A synchronous return costs nothing.
 */
export interface Sink {
  columns(columns: readonly Column[]): void | Promise<void>
  batch(batch: Batch): void | Promise<void>
}

/** How a result ended. `truncated` is exact: true when and only when at least one more row existed. */
export type Ended = Readonly<{ rows: number; truncated: boolean }>

export type Row = readonly Value[]
/** A cell as a JavaScript value; arrays and structs are parsed JSON. */
export type Cell = Value | readonly unknown[] | Readonly<Record<string, unknown>>

/** The other reading of a batch: values. 64-bit integers become bigint when a number would round; binary becomes bytes. */
export function cells(batch: Batch, columns: readonly Column[]): Cell[][] {
  const rows = JSON.parse(`[${Buffer.from(batch.json.buffer, batch.json.byteOffset, batch.json.byteLength).toString('utf8')}]`) as Cell[][]
  const wide = columns.flatMap(({ type }, i) => (type === 'int' || type === 'binary' ? [i] : []))
  for (const row of rows) {
    for (const i of wide) {
      const cell = row[i]
      if (typeof cell !== 'string') continue
      if (columns[i]!.type === 'binary') row[i] = new Uint8Array(Buffer.from(cell, 'base64'))
      // SQLite types values, not columns: a text may stand among integers and stays one. A number needs so many digits to be a string.
      else if (/^-?[1-9]\d{15,}$/.test(cell)) row[i] = BigInt(cell)
    }
  }
  return rows
}
