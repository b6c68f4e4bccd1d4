import { cellText } from '../nl2sql/nl2sql.ts'

export type Rows = Readonly<{ columns: number; rows: readonly (readonly unknown[])[] }>

/** Beyond so many columns only their own order is tried: a star has them in that of the table. */
const PERMUTED_MAX = 8

/** Whether two answers hold the same rows. `ordered`: in the same order too; `free`: columns may stand in any order. */
export function sameRows(gold: Rows, other: Rows, { ordered, free }: Readonly<{ ordered: boolean; free: boolean }>): boolean {
  if (gold.columns !== other.columns || gold.rows.length !== other.rows.length) return false
  const a = gold.rows.map((row) => row.map(cellText))
  const b = other.rows.map((row) => row.map(cellText))
  const own = a[0] === undefined ? [] : [...a[0].keys()]
  const wanted = written(a, own, ordered)
  if (wanted === written(b, own, ordered)) return true
  if (!free || gold.columns < 2 || gold.columns > PERMUTED_MAX) return false
  return ordersOf(a, b, gold.columns).some((order) => wanted === written(b, order, ordered))
}

function written(rows: readonly (readonly string[])[], order: readonly number[], ordered: boolean): string {
  const lines = rows.map((row) => order.map((i) => row[i]).join('\u0001'))
  return (ordered ? lines : lines.sort()).join('\u0002')
}

/** The orders of `b`'s columns in which each holds what the one of `a` at its place does. */
function ordersOf(a: readonly (readonly string[])[], b: readonly (readonly string[])[], columns: number): readonly (readonly number[])[] {
  const bag = (rows: readonly (readonly string[])[], i: number) =>
    rows
      .map((row) => row[i]!)
      .sort()
      .join('\u0001')
  const [left, right] = [a, b].map((rows) => Array.from({ length: columns }, (_, i) => bag(rows, i))) as [string[], string[]]
  let orders: number[][] = [[]]
  for (const held of left) {
    orders = orders
      .flatMap((order) => right.flatMap((one, i) => (one === held && !order.includes(i) ? [[...order, i]] : [])))
      .slice(0, ORDERS_MAX)
  }
  return orders
}
const ORDERS_MAX = 720
