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
  either: boolean
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

/** What an answer shows, one figure at a time. */
export const selectFactors = ['plain', 'count*', 'count', 'countd', 'sum', 'avg', 'min', 'max'] as const
export type SelectFactor = (typeof selectFactors)[number]

/** One of those figures as a class: `*` where all columns are shown. */
export const factorOf = ({ plain, star, sums }: Pick<Shape, 'plain' | 'star' | 'sums'>, factor: SelectFactor): string =>
  factor === 'plain' ? (star ? '*' : String(Math.min(6, plain))) : String(Math.min(3, sums.filter((one) => one === factor).length))

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
    either: query.where.length > 1 && query.whereAny,
    group: query.group.length,
    having: query.having.map(atomOf).sort(byKey),
    order: query.order.map(({ item, descending }) => ({ of: kindOf(item), descending })),
    limit: query.limit === undefined ? 'none' : query.limit === 1 ? 'one' : 'some',
    ...(query.combine ? { combine: { how: query.combine.how, shape: shapeOf(query.combine.with) } } : {}),
  }
}

function atomOf({ left, operator, right }: Condition): Atom {
  if ('query' in right) return { operator, right: 'query', of: kindOf(left), shape: { ...shapeOf(right.query), distinct: false } }
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
  if (clause === 'where') return shape.where.map(atomKey).join(shape.either ? ' or ' : ' and ')
  if (clause === 'group') return `${shape.group} ${shape.having.map(atomKey).join(' ')}`
  if (clause === 'order')
    return `${shape.order.map(({ of, descending }) => `${of} ${descending ? 'desc' : 'asc'}`).join(',')} ${shape.limit}`
  if (!shape.combine) return ''
  const { how, shape: other } = shape.combine
  return `${how} ${clauseKey(other, 'where')} ${clauseKey(other, 'group')}`
}

export const keyOf = (shape: Shape): string => clauses.map((clause) => clauseKey(shape, clause)).join('|')

/** What one clause of a shape consists of. */
export function partOf(shape: Shape, clause: Clause): Partial<Shape> {
  const { plain, star, sums, distinct, where, either, group, having, order, limit, combine } = shape
  if (clause === 'select') return { plain, star, sums }
  if (clause === 'distinct') return { distinct }
  if (clause === 'where') return { where, either }
  if (clause === 'group') return { group, having }
  if (clause === 'order') return { order, limit }
  return combine ? { combine } : {}
}

export const noShape: Shape = {
  plain: 0,
  star: false,
  sums: [],
  distinct: false,
  where: [],
  either: false,
  group: 0,
  having: [],
  order: [],
  limit: 'none',
}

/** Whether the engine can put such a query together at all. */
export function makeable(shape: Shape, inside = false): boolean {
  const { where, having, sums, order, combine } = shape
  const nested = where.filter(({ right }) => right === 'query')
  const simple = where.every(({ right, of }) => right !== 'column' && of === 'col') && nested.length <= 1
  const flat = [...sums, ...order.map(({ of }) => of)].every((of) => of === 'count*' || !/[-+*/]$/.test(of))
  if (!simple || !flat || having.some(({ right }) => right !== 'value')) return false
  const summing = having.length > 0 || order.some(({ of }) => of !== 'col')
  if (summing && shape.group === 0) return false
  if (combine && (inside || sums.length > 0 || nested.length > 0 || combine.shape.combine || combine.shape.order.length > 0)) return false
  if (combine && !makeable({ ...combine.shape, plain: shape.plain, sums, star: false }, true)) return false
  return nested.every(({ operator, shape: inner }) => {
    if (inside || inner!.combine || inner!.order.length > 0 || inner!.where.some(({ right }) => right === 'query')) return false
    if (operator === 'in' || operator === 'not in') return inner!.plain === 1 && inner!.sums.length === 0
    return inner!.plain === 0 && inner!.sums.length === 1 && inner!.having.length === 0 && inner!.sums[0] !== 'count*'
  })
}
