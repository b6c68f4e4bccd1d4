import { type Column, cellText } from '../api/rows.ts'
import type { Rows } from './rows.ts'

const SIGN_PX = 7.6
const PADDING_PX = 26
/** Room beside a name for its lock, its order and its filter. */
const HEAD_SIGNS = 5
const MIN_PX = 84
const MAX_PX = 360
const LOOKED_AT = 60

/** How wide each column should be for its name and its first values. */
export function firstWidths(rows: Rows): readonly number[] {
  const shown = Math.min(rows.count, LOOKED_AT)
  return rows.columns.map((column, i) => {
    let signs = Math.max(column.name.length + HEAD_SIGNS, (column.native ?? column.type).length * 0.85)
    for (let at = 0; at < shown; at++) signs = Math.max(signs, Math.min(cellText(rows.row(at)?.[i]).length, 60))
    return Math.round(Math.min(MAX_PX, Math.max(MIN_PX, signs * SIGN_PX + PADDING_PX)))
  })
}

/** Where each column begins; one entry more than there are columns, the whole width. */
export function startsOf(widths: readonly number[]): readonly number[] {
  const starts = [0]
  for (const width of widths) starts.push(starts.at(-1)! + width)
  return starts
}

/** The columns between two places, by halving. */
export function columnsBetween(starts: readonly number[], left: number, right: number): readonly [number, number] {
  const count = starts.length - 1
  const at = (x: number) => {
    let low = 0
    let high = count
    while (low < high) {
      const middle = (low + high) >> 1
      if (starts[middle + 1]! <= x) low = middle + 1
      else high = middle
    }
    return low
  }
  return [Math.min(at(left), Math.max(0, count - 1)), Math.min(count, at(right) + 1)]
}

/** Whether a column of an answer has the name of one that is masked; an answer tells names of tables beside it. */
export const isMasked = (column: Column, masked: readonly string[]): boolean =>
  masked.some((name) => name.slice(name.lastIndexOf('.') + 1).toLowerCase() === column.name.toLowerCase())
