import type { Known } from '../search/search.ts'
import { randomOf } from './fit.ts'
import type { Asked } from './questions.ts'

const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

/**
 * Questions as people type them into a search box: the name of a table, its last word where no other table ends in it, a column with its
 * table. No corpus of whole sentences has any.
 */
export function searchBoxQuestions(database: string, known: readonly Known[]): readonly Asked[] {
  const ends = Map.groupBy(known, ({ table }) => wordsOf(table.name).at(-1))
  return known.flatMap(({ table }, i): Asked[] => {
    const words = wordsOf(table.name)
    const last = words.at(-1)
    if (last === undefined) return []
    const name = table.name.toLowerCase()
    const asked = (question: string, columns: readonly string[]): Asked => ({
      question,
      database,
      tables: [name],
      columns: columns.map((column) => `${name}.${column.toLowerCase()}`),
      synonyms: false,
    })
    const column = table.columns[(i * 7 + 3) % Math.max(1, table.columns.length)]?.name
    return [
      asked(words.join(' '), []),
      ...(words.length > 1 && ends.get(last)!.length === 1 ? [asked(last, [])] : []),
      ...(column === undefined ? [] : [asked(`${wordsOf(column).join(' ')} of ${words.join(' ')}`, [column])]),
    ]
  })
}

/** The same database with names that say little, as many have; what they meant stands in comments. Places stay as they are. */
export function obscured(known: readonly Known[], seed: number): readonly Known[] {
  const random = randomOf(seed)
  const short = (name: string) =>
    wordsOf(name)
      .map((word) => word.slice(0, 1 + Math.floor(random() * 2)))
      .join('')
  return known.map(({ table, values }) => {
    const hides = random() < 0.5
    const columns = table.columns.map((column) =>
      random() < 0.5
        ? {
            ...column,
            name: `${short(column.name)}_x`,
            comment: `${wordsOf(column.name).join(' ')} of the ${wordsOf(table.name).join(' ')}`,
          }
        : column,
    )
    const { primaryKey: _, foreignKeys: __, ...rest } = table
    const comment = `All ${wordsOf(table.name).join(' ')} that we know`
    const renamed = new Map(table.columns.map(({ name }, i) => [name, columns[i]!.name]))
    return {
      table: {
        ...rest,
        columns,
        primaryKey: (table.primaryKey ?? []).map((name) => renamed.get(name)!),
        ...(hides ? { name: `${short(table.name)}_t`, comment } : {}),
      },
      ...(values ? { values: new Map([...values].map(([name, held]) => [renamed.get(name)!, held])) } : {}),
    }
  })
}
