import type { Item, Query } from '../nl2sql/nl2sql.ts'
import type { Column } from '../result.ts'
import type { SearchIndex } from '../search/search.ts'

/**
 * The columns of an answer that hold masked values. `masked` are the `table.column` that the statement's tables mask. With the query it is known
 * what each column is made of; without, a column is taken for masked by its name, and one whose name says nothing of the kind as soon as
 * anything is masked at all.
 */
export function maskedColumns(
  columns: readonly Column[],
  masked: readonly string[],
  query: Query | undefined,
  index: SearchIndex,
): ReadonlySet<number> {
  if (masked.length === 0) return new Set()
  const names = new Set(masked.map((name) => name.slice(name.lastIndexOf('.') + 1).toLowerCase()))
  const known = query && !query.combine && query.select.length === columns.length
  const hides = (item: Item): boolean => {
    if (item.minus && hides(item.minus.item)) return true
    // How many there are tells no value.
    if (item.column < 0 || item.aggregate === 'count') return false
    const table = index.tableOf[item.column]!
    return names.has(index.tables[table]!.columns[item.column - index.firstColumn[table]!]!.name.toLowerCase())
  }
  const plain = new Set(index.tables.flatMap(({ columns }) => columns.map(({ name }) => name.toLowerCase())))
  return new Set(
    columns.flatMap(({ name }, i) => {
      const lower = name.toLowerCase()
      const hidden = known ? hides(query.select[i]!) : names.has(lower) || !plain.has(lower)
      return hidden ? [i] : []
    }),
  )
}
