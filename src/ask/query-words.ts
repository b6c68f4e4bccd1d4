import type { Condition, Item, Query } from '../nl2sql/nl2sql.ts'
import type { SearchIndex } from '../search/search.ts'
import { clipped, listed } from './value-text.ts'

/** The words of a name: `order_items` and `orderItems` are order items. */
export const wordsOf = (name: string): string =>
  name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/[_\-.\s]+/g, ' ')
    .trim()
    .toLowerCase()

/** What a question asks for, in words that are made of the names of its tables and columns. */
export type QueryWords = Readonly<{
  /** The things that are counted or listed, e.g. `customers`. */
  things: string
  /** One of them. */
  thing: string
  /** ` with country "Germany"`, or ''. */
  conditions: string
  item(item: Item): string
  /** Whether it is a day or a time, which is late rather than high. */
  isDate(item: Item): boolean
}>

export function queryWords(query: Query, index: SearchIndex): QueryWords {
  const tableOf = (column: number) => index.tables[index.tableOf[column]!]!
  const columnAt = (column: number) => tableOf(column).columns[column - index.firstColumn[index.tableOf[column]!]!]!
  const columnOf = (column: number) => columnAt(column).name
  const typeOf = (column: number) => columnAt(column).type
  const name = (column: number) => wordsOf(columnOf(column))
  const main = query.tables[mainTable(query, index)] ?? query.tables[0]
  const things = main === undefined ? 'rows' : plural(wordsOf(index.tables[main]!.name))
  const item = ({ column, aggregate, distinct, part, minus }: Item): string => {
    const plain = column < 0 ? things : part ? `${part} of ${name(column)}` : name(column)
    const whole = minus ? `${plain} ${minus.how} ${item(minus.item)}` : plain
    switch (aggregate) {
      case 'count':
        return `number of ${distinct ? 'different ' : ''}${column < 0 ? things : plural(whole)}`
      case 'sum':
        return `total ${whole}`
      case 'avg':
        return `average ${whole}`
      case 'min':
        return `lowest ${whole}`
      case 'max':
        return `highest ${whole}`
      default:
        return whole
    }
  }
  const said = query.where.flatMap((condition) => conditionWords(condition, item) ?? [])
  const partial = said.length < query.where.length
  const conditions =
    said.length === 0 ? (partial ? ' that fit' : '') : ` with ${said.join(query.whereAny ? ' or ' : ' and ')}${partial ? ' and more' : ''}`
  const isDate = ({ column, aggregate }: Item) => column >= 0 && aggregate !== 'count' && /^(date|time)/.test(typeOf(column))
  return { things, thing: singular(things), conditions, item, isDate }
}

/** The table of the first thing that is selected, else the first. */
function mainTable({ select, tables }: Query, index: SearchIndex): number {
  const first = select.find(({ column }) => column >= 0)
  return first === undefined ? 0 : Math.max(0, tables.indexOf(index.tableOf[first.column]!))
}

/** Undefined for what is nested: the statement says it better. */
function conditionWords({ left, operator, right }: Condition, item: (item: Item) => string): string | undefined {
  const subject = item(left)
  if (operator === 'is null') return `no ${subject}`
  if (operator === 'is not null') return `some ${subject}`
  if (!Array.isArray(right)) return undefined
  const values = (right as readonly { kind: string; text: string }[]).map(({ kind, text }) =>
    kind === 'text' ? JSON.stringify(clipped(text)) : clipped(text),
  )
  if (operator === 'between') return `${subject} between ${values.join(' and ')}`
  const word = operators[operator]
  return word === undefined ? undefined : `${subject} ${word}${listed(values)}`
}

const operators: Readonly<Record<string, string>> = {
  '=': '',
  '!=': 'other than ',
  '<': 'below ',
  '<=': 'at most ',
  '>': 'above ',
  '>=': 'at least ',
  like: 'like ',
  'not like': 'unlike ',
  in: 'one of ',
  'not in': 'none of ',
}

const plural = (words: string): string =>
  /(s|data|people|staff|series)$/.test(words)
    ? words
    : /[^aeiou]y$/.test(words)
      ? `${words.slice(0, -1)}ies`
      : /(ch|sh|x|z)$/.test(words)
        ? `${words}es`
        : `${words}s`

/** One of the things that words name. */
export const singular = (words: string): string =>
  /ies$/.test(words) && words.length > 4
    ? `${words.slice(0, -3)}y`
    : /(ch|sh|x|ss)es$/.test(words)
      ? words.slice(0, -2)
      : /[^s]s$/.test(words) && !/(us|is|series)$/.test(words)
        ? words.slice(0, -1)
        : words
