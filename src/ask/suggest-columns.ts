import type { Searchable } from '../explore.ts'
import type { SearchIndex } from '../search/search.ts'
import { wordsOf } from './query-words.ts'

const kindWords = ['text', 'number', 'date', 'bool', 'other'] as const
const PRIMARY_OR_FOREIGN = 3

/** What kind of values a column holds, as the index tells it. */
export const kindOf = (index: SearchIndex, column: number): string => kindWords[index.kind[column]!] ?? 'other'

/** The columns of a table that its caller sees as they are: what is masked is of no use in a question. `key` is said of those that only join. */
export function columnsWithin(
  table: number,
  { index, places }: Pick<Searchable, 'index' | 'places'>,
): readonly Readonly<{ place: number; words: string; key: boolean }>[] {
  const one = places.get(table)
  if (!one) return []
  const shown = new Set(one.grant.columns)
  const first = index.firstColumn[table]!
  return index.tables[table]!.columns.flatMap(({ name }, i) => {
    if (!shown.has(name) || one.grant.masks.has(name)) return []
    return [{ place: first + i, words: wordsOf(name), key: (index.flags[first + i]! & PRIMARY_OR_FOREIGN) !== 0 }]
  })
}
