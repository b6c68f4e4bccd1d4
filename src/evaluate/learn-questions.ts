import { type Linked, link, type Shape, shapeOf } from '../nl2sql/learning.ts'
import { type Condition, type Literal, type Query, type ValueIndex, valueIndexOf } from '../nl2sql/nl2sql.ts'
import { readPhrase } from '../phrase/phrase.ts'
import { buildIndex, type Known, type Lexicon, type Model, type SearchIndex } from '../search/search.ts'
import { readGold } from './gold.ts'

/** A question with the query that is meant, as far as the engine can say it. */
export type Lesson = Readonly<{
  database: string
  question: string
  sql: string
  synonyms: boolean
  linked: Linked
  query: Query
  shape: Shape
}>

export type Grounds = Readonly<{ index: SearchIndex; values: ValueIndex }>

/** What a question is held against, made from what is known of a database. */
export function groundsOf(known: readonly Known[], lexicon: Lexicon): Grounds {
  const index = buildIndex(
    known.map(({ table, notes }) => ({ table, ...(notes ? { notes } : {}) })),
    lexicon,
  )
  const columns = known.flatMap(({ table, values }, t) =>
    table.columns.flatMap((column, i) => {
      const own = values?.get(column.name)
      return own ? [{ column: index.firstColumn[t]! + i, values: own }] : []
    }),
  )
  return { index, values: valueIndexOf(columns, lexicon) }
}

type Line = Readonly<{ question: string; query: string; db_id: string; synonyms: boolean }>

/** Questions that can be learnt from; those whose SQL is beyond the engine are left out. */
export function lessonsOf(
  lines: readonly Line[],
  grounds: ReadonlyMap<string, Grounds>,
  modelOf: (database: string) => Pick<Model, 'tables' | 'columns' | 'tablesTwo' | 'columnsTwo'>,
): readonly Lesson[] {
  return lines.flatMap(({ question: asked, query: sql, db_id: database, synonyms }) => {
    const ground = grounds.get(database)
    const query = ground && readGold(sql, ground.index)
    if (!ground || !query) return []
    const short = synonyms || !namesOnly(query, ground.index) ? undefined : unnamed(asked)
    return (short === undefined ? [asked] : [asked, short]).map(
      (question): Lesson => ({
        database,
        question,
        sql,
        synonyms,
        linked: link(readPhrase(question, TODAY).gloss, ground, modelOf(database)),
        query,
        shape: shapeOf(query),
      }),
    )
  })
}

/** Whether all that is shown is one column that is the name of something. */
function namesOnly({ select }: Query, index: SearchIndex): boolean {
  const [only, ...others] = select
  if (only === undefined || others.length > 0 || only.aggregate || only.column < 0) return false
  const table = index.tableOf[only.column]!
  return /name|title/i.test(index.tables[table]!.columns[only.column - index.firstColumn[table]!]!.name)
}

/** `What are the names of singers who …` as people say it: `Which singers …`. Who asks for things without a column wants their names. */
function unnamed(question: string): string | undefined {
  const found =
    /^\s*(?:what (?:are|is|were)|which (?:are|is)|list|show(?: me)?|give(?: me)?|find|return|tell me|please (?:show|list|give))\s+(?:all\s+)?(?:the\s+)?(different\s+|distinct\s+|unique\s+)?(?:names?|titles?)\s+of\s+(?:all\s+)?(?:the\s+)?(.+)$/i.exec(
      question,
    )
  if (!found) return undefined
  const lead = ['Which', 'List the', 'Show', 'Find the'][question.length % 4]!
  return `${lead} ${found[1] ?? ''}${found[2]}`
}

/** Dates in words are not what is learnt here, so any day will do. */
const TODAY = '2026-01-01'

const plainText = (text: string): string => text.toLowerCase().replaceAll('%', '').trim()

/** The place of the mention that a value of a condition was read from; -1 when the question does not say it so. */
export function mentionOf({ mentions, scope }: Linked, literal: Literal, column: number, taken: ReadonlySet<number>): number {
  const place = scope.placeOfColumn.get(column) ?? -1
  const wanted = plainText(literal.text)
  const number = Number(wanted)
  const fits = mentions.map((mention, i): number => {
    if (taken.has(i)) return 0
    if (plainText(mention.hits.get(place)?.value ?? '') === wanted) return 4
    if (plainText(mention.text) === wanted) return 3
    if (mention.kind === 'number' && wanted !== '' && Number(mention.text) === number) return 2
    return [...mention.hits.values()].some(({ value }) => plainText(value) === wanted) ? 1 : 0
  })
  const best = Math.max(0, ...fits)
  return best === 0 ? -1 : fits.indexOf(best)
}

/** Every condition of a query and of those within it, with what its operator is called: `h…` for those of groups. */
export function allConditions(query: Query): readonly Readonly<{ condition: Condition; use: string }>[] {
  return [
    ...query.where.map((condition) => ({ condition, use: condition.operator as string })),
    ...query.having.map((condition) => ({ condition, use: `h${condition.operator}` })),
    ...query.where.flatMap(({ right }) => ('query' in right ? allConditions(right.query) : [])),
    ...(query.combine ? allConditions(query.combine.with) : []),
  ]
}
