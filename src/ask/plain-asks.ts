import type { Used } from '../answer.ts'
import type { Searchable, Visible } from '../explore.ts'
import type { Query } from '../nl2sql/nl2sql.ts'
import { singular, wordsOf } from './query-words.ts'

/** A statement that a question names as plainly as one can. */
export type PlainAsk = Readonly<{ sql: string; says: string; used: readonly Used[]; confidence: number; query: Query }>

const SHOWN = 100
const LATEST = 10
const COUNT_MAX = 100_000
const SURE = 0.95

const asking = /^(?:please |now |and )*(?:can you |could you )?(?:show|give|get|display|fetch)(?: me)? (?:all )?(?:of )?(?:the )?(.+)$/
const latest = /^(?:the )?(?:(\d{1,6}) )?(latest|newest|most recent|recent|last|first|oldest|earliest) (?:(\d{1,6}) )?(.+)$/

/**
 * What chat clients ask most: "show me customers", "latest users", "first 5 orders", with nothing in it but a table. Its rows are shown, the newest
 * by date or key first where the question says so. Undefined for every other question.
 */
export function plainAsk(
  question: string,
  { index, places }: Pick<Searchable, 'index' | 'places'>,
  quoteName: (name: string) => string,
): PlainAsk | undefined {
  const text = question
    .toLowerCase()
    .replace(/[?.!\s]+$/, '')
    .replace(/\s+/g, ' ')
  const shown = asking.exec(text)?.[1]
  const [, before, how, number = before, rest] = latest.exec(shown ?? text) ?? []
  const things = rest ?? shown
  if (things === undefined) return undefined
  const named = [...places].filter(([, one]) => isNamed(things, one))
  // Of several schemas the one that needs no naming is meant.
  const near = named.filter(([, { name, table }]) => name === table.name)
  const found = near.length === 1 ? near : named
  if (found.length !== 1) return undefined
  const [place, one] = found[0]!
  // The oldest of those who are born are oldest by that, or by when they came: it is not plain which.
  if (how === 'oldest' && one.table.columns.some(({ name }) => /birth|\bage\b/i.test(name) && one.grant.columns.includes(name)))
    return undefined
  const all = shown !== undefined && how === undefined && /\ball\b/.test(text)
  const limit = all
    ? undefined
    : Math.min(COUNT_MAX, number === undefined ? (how === undefined ? SHOWN : isOne(things) ? 1 : LATEST) : Number(number))
  const newest = how !== undefined && !['first', 'oldest', 'earliest'].includes(how)
  const by = how === undefined ? keyOf(one) : how === 'first' ? keyOf(one) : (dateOf(one) ?? keyOf(one))
  const columns = one.table.columns.map(({ name }) => name).filter((name) => one.grant.columns.includes(name))
  const at = (name: string) => index.firstColumn[place]! + index.tables[place]!.columns.findIndex((column) => column.name === name)
  const order = by === undefined ? '' : ` ORDER BY ${quoteName(by)}${newest ? ' DESC' : ''}`
  const sql = `SELECT ${columns.map(quoteName).join(', ')} FROM ${tableText(one, quoteName)}${order}${limit === undefined ? '' : ` LIMIT ${limit}`}`
  const query: Query = {
    select: columns.map((name) => ({ column: at(name) })),
    distinct: false,
    tables: [place],
    where: [],
    whereAny: false,
    group: [],
    having: [],
    order: by === undefined || how === undefined ? [] : [{ item: { column: at(by) }, descending: newest }],
    ...(limit === undefined ? {} : { limit }),
  }
  const says =
    how === undefined
      ? `rows of ${one.name}`
      : `the ${newest ? 'newest' : 'first'} ${limit} rows of ${one.name}${by === undefined ? '' : ` by ${by}`}`
  return { sql, says, used: [{ table: one.name, why: 'the question names it' }], confidence: SURE, query }
}

const tableText = ({ table, name }: Visible, quoteName: (name: string) => string): string =>
  table.schema === '' || name === table.name ? quoteName(table.name) : `${quoteName(table.schema)}.${quoteName(table.name)}`

/** `order items`, `the order_items table` and `rows of order items` all name `order_items`. */
function isNamed(things: string, { table }: Visible): boolean {
  if (table.system) return false
  const plain = things.replace(/^(?:rows|records|entries) (?:of|in|from) (?:the )?/, '').replace(/ (?:table|rows|records|entries)$/, '')
  return singular(wordsOf(plain)) === singular(wordsOf(table.name))
}

/** The column that tells rows apart: the primary key, `id`, or `order_id` of `orders`; undefined where it may not be seen as it is. */
function keyOf({ table, grant }: Visible): string | undefined {
  const one = singular(wordsOf(table.name)).replaceAll(' ', '_')
  const wanted = table.primaryKey?.length === 1 ? table.primaryKey : ['id', `${one}_id`, `${one}id`]
  return wanted.flatMap((name) => seen(name, { table, grant }) ?? [])[0]
}

/** `The latest order` is one; what is called the same however many there are may be many. */
const isOne = (things: string): boolean =>
  singular(things) === things && !/(?:people|children|men|staff|data|media|series|sheep|fish|news)$/.test(things)

/** When a row came to be, as its columns say. */
function dateOf({ table, grant }: Pick<Visible, 'table' | 'grant'>): string | undefined {
  const dates = table.columns.filter(
    ({ name, type }) =>
      /^(date|timestamp|timestamptz)$/.test(type) &&
      seen(name, { table, grant }) !== undefined &&
      !/birth|born|expir|due|delet|updat|modif/i.test(name),
  )
  const best = dates.find(({ name }) => /creat|insert|regist|joined|signed|order|placed|opened|sent|added|posted/i.test(name))
  return (best ?? dates[0])?.name
}

/** A column that is there for the caller and not masked, by its name in any case. */
function seen(name: string, { table, grant }: Pick<Visible, 'table' | 'grant'>): string | undefined {
  const own = table.columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.name
  return own !== undefined && grant.columns.includes(own) && !grant.masks.has(own) ? own : undefined
}
