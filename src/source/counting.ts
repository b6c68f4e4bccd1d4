import type { Cell } from '../result.ts'
import type { ReadSoFar } from './source.ts'

/**
 * Tells how many tables have come while the rows of their columns do, which are in the order of their tables. `tableOf` names the table of a row;
 * those that are not `own` are the engine's.
 */
export function counting(
  own: ReadonlySet<string>,
  tableOf: (row: readonly Cell[]) => string,
  told: ReadSoFar,
): (rows: readonly Cell[][]) => void {
  let last: string | undefined
  let count = 0
  told(0, own.size)
  return (rows) => {
    for (const row of rows) {
      const table = tableOf(row)
      if (table === last) continue
      last = table
      if (own.has(table)) count++
    }
    told(count, own.size)
  }
}
