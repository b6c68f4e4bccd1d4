import { buildIndex, type FirstSigns, firstSigns, type Lexicon, type Scope, type SearchIndex, scopeFor } from '../search/search.ts'
import type { Asked, Corpus } from './questions.ts'
import { obscured, searchBoxQuestions } from './variants.ts'

/** One question against its own database: what the ranking sees, and what it should have said. */
export type Example = Readonly<{
  asked: Asked
  /** False for what was made up to learn from. */
  real: boolean
  signs: FirstSigns
  scope: Scope
  tableLabels: Uint8Array
  columnLabels: Uint8Array
}>

/** One question in so many is also asked of its database with names that say little. */
const OBSCURED_EVERY = 8

/** Reads the figures of every question of the corpus, and of what is made up beside them. */
export function examplesOf(corpus: Corpus, lexicon: Lexicon): Example[] {
  const indexes = new Map([...corpus.databases].map(([name, known]) => [name, buildIndex(known, lexicon)]))
  const dim = new Map([...corpus.databases].map(([name, known], i) => [name, buildIndex(obscured(known, i + 1), lexicon)]))
  const typed = [...corpus.databases].flatMap(([name, known]) => searchBoxQuestions(name, known))
  return [
    ...corpus.questions.map((asked) => exampleOf(asked, indexes.get(asked.database)!, indexes.get(asked.database)!, true)),
    ...typed.map((asked) => exampleOf(asked, indexes.get(asked.database)!, indexes.get(asked.database)!, false)),
    ...corpus.questions.flatMap((asked, i) =>
      i % OBSCURED_EVERY === 0 ? [exampleOf(asked, dim.get(asked.database)!, indexes.get(asked.database)!, false)] : [],
    ),
  ]
}

/** `plain` is the same database with the names that the answer knows. */
function exampleOf(asked: Asked, index: SearchIndex, plain: SearchIndex, real: boolean): Example {
  const scope = scopeFor(asked.question, index)
  const tables = new Set(asked.tables)
  const columns = new Set(asked.columns)
  const tableLabels = Uint8Array.from(scope.tables, (t) => (tables.has(plain.tables[t]!.name.toLowerCase()) ? 1 : 0))
  const columnLabels = Uint8Array.from(scope.columns, (c) => {
    const t = plain.tableOf[c]!
    const table = plain.tables[t]!
    return columns.has(`${table.name}.${table.columns[c - plain.firstColumn[t]!]!.name}`.toLowerCase()) ? 1 : 0
  })
  return { asked, real, scope, signs: firstSigns(scope), tableLabels, columnLabels }
}
