import type { Condition, Item, Query } from './query.ts'

/** What a query looks like when its columns, tables and values are taken out. */
export type Shape = Readonly<{
  /** Columns shown as they are; `star` where all are. */
  plain: number
  star: boolean
  /** What is counted or summed up in the answer, in rising order: `count*`, `count`, `countd`, `sum` … */
  sums: readonly string[]
  distinct: boolean
  where: readonly Atom[]
  any: boolean
  group: number
  having: readonly Atom[]
  /** `col`, `count*`, `avg` … with `desc` or `asc`. */
  order: readonly Readonly<{ of: string; descending: boolean }>[]
  limit: 'none' | 'one' | 'some'
  combine?: Readonly<{ how: 'union' | 'intersect' | 'except'; shape: Shape }>
}>

/** One condition: its operator, what is on its right, and for `having` what is summed up on its left. */
export type Atom = Readonly<{ operator: string; right: 'value' | 'query' | 'column' | 'none'; of: string; shape?: Shape }>

/** Parts of a shape that are told apart by models of their own. */
export const clauses = ['select', 'distinct', 'where', 'group', 'order', 'combine'] as const
export type Clause = (typeof clauses)[number]

const kindOf = ({ aggregate, distinct, column, minus }: Item): string =>
  `${aggregate === undefined ? 'col' : column < 0 ? `${aggregate}*` : `${aggregate}${distinct ? 'd' : ''}`}${minus ? minus.how : ''}`

export function shapeOf(query: Query): Shape {
  const kinds = query.select.map(kindOf)
  const star = query.select.some((item) => item.column < 0 && !item.aggregate)
  return {
    plain: kinds.filter((kind) => kind === 'col').length - (star ? 1 : 0),
    star,
    sums: kinds.filter((kind) => kind !== 'col').sort(),
    distinct: query.distinct,
    where: query.where.map(atomOf).sort(byKey),
    any: query.where.length > 1 && query.whereAny,
    group: query.group.length,
    having: query.having.map(atomOf).sort(byKey),
    order: query.order.map(({ item, descending }) => ({ of: kindOf(item), descending })),
    limit: query.limit === undefined ? 'none' : query.limit === 1 ? 'one' : 'some',
    ...(query.combine ? { combine: { how: query.combine.how, shape: shapeOf(query.combine.with) } } : {}),
  }
}

function atomOf({ left, operator, right }: Condition): Atom {
  if ('query' in right) return { operator, right: 'query', of: kindOf(left), shape: shapeOf(right.query) }
  if ('item' in right) return { operator, right: 'column', of: kindOf(left) }
  return { operator, right: right.length === 0 ? 'none' : 'value', of: kindOf(left) }
}

const atomKey = ({ operator, right, of, shape }: Atom): string =>
  `${of === 'col' ? '' : of}${operator}${right === 'value' ? '' : right === 'query' ? `(${keyOf(shape!)})` : right}`
const byKey = (a: Atom, b: Atom): number => (atomKey(a) < atomKey(b) ? -1 : 1)

/** One clause of a shape as text: the same text, the same clause. */
export function clauseKey(shape: Shape, clause: Clause): string {
  if (clause === 'select') return `${shape.star ? '*' : shape.plain} ${shape.sums.join(',')}`
  if (clause === 'distinct') return shape.distinct ? 'distinct' : ''
  if (clause === 'where') return shape.where.map(atomKey).join(shape.any ? ' or ' : ' and ')
  if (clause === 'group') return `${shape.group} ${shape.having.map(atomKey).join(' ')}`
  if (clause === 'order')
    return `${shape.order.map(({ of, descending }) => `${of} ${descending ? 'desc' : 'asc'}`).join(',')} ${shape.limit}`
  return shape.combine ? `${shape.combine.how} ${keyOf(shape.combine.shape)}` : ''
}

export const keyOf = (shape: Shape): string => clauses.map((clause) => clauseKey(shape, clause)).join('|')
