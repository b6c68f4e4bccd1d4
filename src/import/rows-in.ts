import type { Value } from '../call.ts'
import { SluiceError } from '../error.ts'

/** Where rows go that were read from somewhere. A promise is awaited before more is read, so a slow source slows the sender. */
export interface Intake {
  /** The names of the values that follow; told before the first row, and again whenever they change. */
  columns(names: readonly string[]): void | Promise<void>
  /** One row. A text may stand for a value of any type; the column tells which. */
  row(values: readonly Value[]): void | Promise<void>
}

/** What was read: the SHA-256 of the content in hex, and its size. */
export type Content = Readonly<{ digest: string; bytes: number }>

/** Rows that can be read once, from their beginning. */
export interface RowsIn {
  /** E.g. `csv`. */
  readonly format: string
  /** What else decides which rows the content holds, such as the names of its columns; a confirmation is bound to it. */
  readonly setting: object
  /**
   * Pushes every row into `into` and settles when the last one was taken. Throws `import_invalid` with the number of the row, `body_too_large`,
   * and whatever `into` throws; then nothing of it is open any more.
   */
  read(into: Intake, signal: AbortSignal): Promise<Content>
}

/** Bytes as they come, from a request or a file. */
export type Bytes = AsyncIterable<Uint8Array>

/** Something is wrong with a row, counted from 1 without a header. */
export const badRow = (row: number, what: string, cause?: unknown): SluiceError =>
  new SluiceError('import_invalid', `Row ${row} ${what}. Nothing was imported.`, { cause })
