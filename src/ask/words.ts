import type { Query } from '../nl2sql/nl2sql.ts'
import type { Cell, Column } from '../result.ts'
import type { SearchIndex } from '../search/search.ts'
import { type QueryWords, queryWords, wordsOf } from './query-words.ts'
import { listed, valueText } from './value-text.ts'

/** What is told of: the first rows, how many there are, and which columns of the answer hold masked values. */
export type ToldRows = Readonly<{
  columns: readonly Column[]
  cells: readonly (readonly Cell[])[]
  rows: number
  truncated: boolean
  masked: ReadonlySet<number>
}>

const NAMED_MAX = 5

/** One or two sentences about an answer. What is masked is never told, also not as the mask shows it. */
export function answerWords(told: ToldRows, asked?: Readonly<{ query: Query; index: SearchIndex }>): string {
  const words = asked && queryWords(asked.query, asked.index)
  if (told.rows === 0) return words ? `There are no ${words.things}${words.conditions}.` : 'No row fits.'
  if (told.masked.size > 0 && told.columns.every((_, i) => told.masked.has(i)))
    return `There ${told.rows === 1 ? 'is 1 row' : `are ${told.rows} rows`}, masked for you.`
  if (!asked || !words) return plainWords(told)
  const { query } = asked
  if (query.combine) return plainWords(told)
  if (query.group.length > 0) return groupWords(told, query, words)
  if (told.rows === 1) return oneRow(told, query, words)
  if (query.limit !== undefined && query.order.length > 0) return rankedWords(told, query, words)
  return listWords(told, query, words)
}

/** Of a statement that we know nothing more of than what came. */
function plainWords(told: ToldRows): string {
  if (told.rows === 1) return sentence(pairs(told, 0))
  return `There are ${counted(told)} rows${examples(told)}.`
}

function oneRow(told: ToldRows, query: Query, words: QueryWords): string {
  const { columns, cells, masked } = told
  const only = query.select.length === 1 && columns.length === 1 ? query.select[0]! : undefined
  if (!only) return sentence(pairs(told, 0), subject(query, words))
  if (masked.has(0)) return 'There is 1 row, masked for you.'
  const cell = cells[0]![0]!
  const value = valueText(cell, columns[0]!)
  if (only.aggregate === 'count' && (only.column < 0 || !only.distinct)) return countWords(cell, value, words)
  if (cell === null) return `There is no ${words.item(only)}${ofThings(query, words)}.`
  const best = query.order.length > 0 ? ` of the ${words.thing} with the ${superlative(query, words)}` : ofThings(query, words)
  return `The ${words.item(only)}${best} is ${value}.`
}

const countWords = (cell: Cell, value: string, words: QueryWords): string => {
  if (Number(cell) === 0) return `There are no ${words.things}${words.conditions}.`
  return Number(cell) === 1 ? `There is 1 ${words.thing}${words.conditions}.` : `There are ${value} ${words.things}${words.conditions}.`
}

const ofThings = (query: Query, words: QueryWords): string =>
  query.tables.length === 0 ? '' : ` of the ${words.things}${words.conditions}`

const subject = (query: Query, words: QueryWords): string =>
  query.order.length > 0 ? `The ${words.thing} with the ${superlative(query, words)}${words.conditions}` : ''

function superlative({ order }: Query, words: QueryWords): string {
  const { item, descending } = order[0]!
  const [most, least] = words.isDate(item) ? ['latest', 'earliest'] : ['highest', 'lowest']
  return `${descending ? most : least} ${words.item(item)}`
}

function rankedWords(told: ToldRows, query: Query, words: QueryWords): string {
  return `The ${counted(told)} ${words.things} with the ${superlative(query, words)}${words.conditions}${examples(told)}.`
}

function groupWords(told: ToldRows, query: Query, words: QueryWords): string {
  const measures = query.select.filter(({ aggregate }) => aggregate)
  // A day is grouped by as it is shown: by its month where that is selected.
  const keys = query.group.map((column) => words.item(query.select.find((item) => item.column === column && !item.aggregate) ?? { column }))
  const { conditions } = words
  if (told.rows === 1 && query.order.length > 0 && query.limit === 1)
    return sentence(pairs(told, 0), `The ${keys.join(' and ')} with the ${superlative(query, words)}${conditions}`)
  // What is counted is said already.
  const counts = measures.every(({ column, aggregate }) => aggregate === 'count' && column < 0)
  const what = measures.length === 0 ? `${counted(told)} rows` : `the ${listed(measures.map((item) => words.item(item)))}`
  const which = conditions === '' ? '' : counts && measures.length > 0 ? conditions : ` of ${words.things}${conditions}`
  return `For each ${keys.join(' and ')}, ${what}${which}${pairedExamples(told)}.`
}

const listWords = (told: ToldRows, query: Query, words: QueryWords): string => {
  if (query.limit === told.rows && told.rows > 1) return `The first ${told.rows} ${words.things}${words.conditions}${examples(told)}.`
  return countedList(told, words)
}

const countedList = (told: ToldRows, words: QueryWords): string =>
  told.rows === 1
    ? `There is 1 ${words.thing}${words.conditions}${examples(told)}.`
    : `There are ${counted(told)} ${words.things}${words.conditions}${examples(told)}.`

const counted = ({ rows, truncated }: ToldRows): string => (truncated ? `more than ${rows}` : String(rows))

/** `: A, B and 3 more` of the column that names the rows best; nothing where none does. */
function examples({ columns, cells, rows, truncated, masked }: ToldRows): string {
  const column = labelOf(columns, cells, masked)
  if (column === undefined) return ''
  const named = cells.slice(0, NAMED_MAX).map((row) => valueText(row[column]!, columns[column]!))
  return withRest(named, rows, truncated)
}

/** A name or title, else the first text that tells the rows apart; the only column in any case. */
function labelOf(columns: readonly Column[], cells: readonly (readonly Cell[])[], masked: ReadonlySet<number>): number | undefined {
  if (columns.length === 1) return masked.has(0) ? undefined : 0
  const texts = columns.flatMap(({ type, name }, i) => (!masked.has(i) && type === 'text' && !/(^|_)id$/i.test(name) ? [i] : []))
  const shown = cells.slice(0, NAMED_MAX)
  const apart = texts.filter((i) => new Set(shown.map((row) => row[i])).size === shown.length)
  return apart.find((i) => /name|title|label|subject/i.test(columns[i]!.name)) ?? apart[0]
}

/** `: DE 12, US 10 and 3 more`. */
function pairedExamples(told: ToldRows): string {
  const { columns, cells, rows, truncated, masked } = told
  const shown = columns.flatMap((column, i) => (masked.has(i) ? [] : [{ column, i }])).slice(0, 3)
  if (shown.length < 2) return examples(told)
  const named = cells.slice(0, NAMED_MAX).map((row) => shown.map(({ column, i }) => valueText(row[i]!, column)).join(' '))
  return withRest(named, rows, truncated)
}

function withRest(named: readonly string[], rows: number, truncated: boolean): string {
  if (named.length === 0) return ''
  const rest = rows - named.length
  const more = truncated ? 'more' : `${rest} more`
  return `: ${rest > 0 || truncated ? `${named.join(', ')} and ${more}` : listed(named)}`
}

/** The row as `name: value`, without what is masked. */
const pairs = ({ columns, cells, masked }: ToldRows, row: number): string[] =>
  columns
    .flatMap((column, i) => (masked.has(i) ? [] : [`${wordsOf(column.name) || column.name} ${valueText(cells[row]![i]!, column)}`]))
    .slice(0, NAMED_MAX + 1)

const sentence = (parts: readonly string[], head = ''): string => {
  const text = head === '' ? parts.join(', ') : `${head}: ${parts.join(', ')}`
  return text === '' ? 'There is 1 row.' : `${text[0]!.toUpperCase()}${text.slice(1)}.`
}
