import type { RowsIn } from './rows-in.ts'

/** Rows that are to become rows of one table. */
export type WantedImport = Readonly<{
  /** As the caller wrote it, with or without a schema. */
  table: string
  rows: RowsIn
  mode: 'insert' | 'upsert'
  /** The columns by which an upsert finds the row to overwrite; the primary key where none are named. */
  key: readonly string[]
  /** Rows that go to the source at once, at most; its own limits hold besides. */
  batchRows?: number
  /** Told after each batch. */
  progress?: (rows: number) => void
}>
