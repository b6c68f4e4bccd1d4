import type { SearchIndex } from '../search/search.ts'
import { columnOf } from './joins.ts'
import type { Condition, Item, Query } from './query.ts'

/** A query in one line for people. */
export function sayQuery(query: Query, index: SearchIndex): string {
  const parts = [`${query.distinct ? 'different ' : ''}${query.select.map((item) => sayItem(item, index)).join(', ')}`]
  parts.push(`of ${query.tables.map((table) => plain(index.tables[table]!.name)).join(', ')}`)
  if (query.where.length > 0)
    parts.push(`where ${query.where.map((one) => sayCondition(one, index)).join(query.whereAny ? ' or ' : ' and ')}`)
  if (query.group.length > 0) parts.push(`for each ${query.group.map((column) => sayItem({ column }, index)).join(', ')}`)
  if (query.having.length > 0) parts.push(`with ${query.having.map((one) => sayCondition(one, index)).join(' and ')}`)
  if (query.combine) {
    const how = { union: 'and also', intersect: 'that are also', except: 'but not' }[query.combine.how]
    parts.push(`${how} ${sayQuery(query.combine.with, index)}`)
  }
  const [first] = query.order
  if (first) parts.push(`by ${sayItem(first.item, index)}, ${first.descending ? 'highest' : 'lowest'} first`)
  if (query.limit !== undefined) parts.push(query.limit === 1 ? 'the first one' : `the first ${query.limit}`)
  return parts.join(' ')
}

const plain = (name: string): string => name.replaceAll('_', ' ')
const sums = { count: 'number of', sum: 'total', avg: 'average', min: 'lowest', max: 'highest' } as const

function sayItem({ column, aggregate, distinct, part, minus }: Item, index: SearchIndex): string {
  const name = column < 0 ? (aggregate ? 'rows' : 'everything') : plain(columnOf(index, column).name)
  const dated = part === undefined ? name : `${part} of ${name}`
  const whole = aggregate === undefined ? dated : `${sums[aggregate]} ${distinct ? 'different ' : ''}${dated}`
  return minus === undefined ? whole : `${whole} ${minus.how} ${sayItem(minus.item, index)}`
}

function sayCondition({ left, operator, right }: Condition, index: SearchIndex): string {
  const item = sayItem(left, index)
  if ('query' in right) return `${item} ${operator === '=' ? 'is' : operator} (${sayQuery(right.query, index)})`
  if ('item' in right) return `${item} ${operator} ${sayItem(right.item, index)}`
  const sign = { '=': 'is', '!=': 'is not' }[operator as string] ?? operator
  return [item, sign, right.map(({ text }) => text).join(' and ')].join(' ').trim()
}
