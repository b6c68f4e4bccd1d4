import type { Column, Row } from '../api/rows.ts'

/** Where a grid gets its rows from: all of them at hand, or those that are looked at. */
export type Rows = Readonly<{
  columns: readonly Column[]
  /** How many there are; while that is not known, how many are known to be there. */
  count: number
  /** A row, or undefined while it is on its way. */
  row(at: number): Row | undefined
  /** Length of the whole text of a cell that was cut. */
  cutAt?(row: number, column: number): number | undefined
  /** These rows are looked at now. */
  want?(from: number, to: number): void
}>

/** Rows that are all at hand. */
export const rowsAtHand = (columns: readonly Column[], rows: readonly Row[]): Rows => ({
  columns,
  count: rows.length,
  row: (at) => rows[at],
})
