import type { DateSpan } from '../phrase/phrase.ts'
import { columnsIn, columnsOf, dateOf, isDate, nameOf, sameItem } from './follow-link.ts'
import { columnOf } from './joins.ts'
import type { Scene } from './nl2sql.ts'
import type { Condition, Item, Literal, Query } from './query.ts'

/** Changes of a query, each giving a new one. */

export const withTables = (query: Query, scene: Scene): Query => {
  const needed = columnsOf(query).map((column) => scene.index.tableOf[column]!)
  return { ...query, tables: [...new Set([...query.tables, ...needed])] }
}

const opposed: ReadonlySet<string> = new Set(['=', 'in', '!=', 'not in', 'like', 'is null', 'is not null'])

/** Puts conditions in, in the place of those on the same columns; several values of one column become a list. */
export function filtered(query: Query, added: readonly Condition[], scene: Scene, keep = false): Query {
  const columns = new Set(added.map(({ left }) => left.column))
  const stays = query.where.filter(({ left, operator, right }) => {
    if (!columns.has(left.column) || left.aggregate) return true
    if (keep)
      return !added.some(
        (one) => one.left.column === left.column && (one.operator === operator || contradicts(one, { left, operator, right })),
      )
    const rangesBoth = !opposed.has(operator) && added.every((one) => one.left.column !== left.column || !opposed.has(one.operator))
    const sameSide = added.some((one) => one.left.column === left.column && side(one.operator) === side(operator))
    return 'query' in right ? false : rangesBoth && !sameSide && !isDate(scene, left.column)
  })
  // What must hold is true of every row: a choice between conditions stays one only among themselves.
  const any = query.whereAny && stays.length > 1 && added.length > 0
  if (any && stays.every(({ left, operator }) => left.column === stays[0]!.left.column && operator === '=')) {
    const values = stays.flatMap(({ right }) => (Array.isArray(right) ? (right as readonly Literal[]) : []))
    return withTables({ ...query, whereAny: false, where: [{ ...stays[0]!, operator: 'in', right: values }, ...added] }, scene)
  }
  return withTables(
    { ...query, where: [...stays, ...added], whereAny: query.whereAny && stays.length + added.length > 1 && stays.length > 0 },
    scene,
  )
}

/** Nothing is both what it was and not that. */
const contradicts = (one: Condition, known: Condition): boolean => {
  const turned = negated(known)
  return turned.operator === one.operator && JSON.stringify(turned.right) === JSON.stringify(one.right)
}

const side = (operator: string): string => (operator.startsWith('>') ? '>' : operator.startsWith('<') ? '<' : operator)

/** Adds a value to those that a column may have already: `and France too`. */
export function widened(query: Query, added: readonly Condition[], scene: Scene): Query {
  const [one] = added
  const known = one && query.where.find(({ left, operator }) => left.column === one.left.column && (operator === '=' || operator === 'in'))
  if (!one || !known || !Array.isArray(known.right) || !Array.isArray(one.right)) return filtered(query, added, scene)
  const all = [...(known.right as readonly Literal[]), ...(one.right as readonly Literal[])]
  const right = all.filter(({ text }, i) => all.findIndex((other) => other.text === text) === i)
  return { ...query, where: query.where.map((condition) => (condition === known ? { ...known, operator: 'in', right } : condition)) }
}

export const negated = (condition: Condition): Condition => {
  const turned: Readonly<Record<string, Condition['operator']>> = {
    '=': '!=',
    in: 'not in',
    'is not null': 'is null',
    '>': '<=',
    '<': '>=',
    '>=': '<',
    '<=': '>',
    like: 'not like',
  }
  return { ...condition, operator: turned[condition.operator] ?? condition.operator }
}

/** Conditions that a moment lies in some spans. Years alone go to a column of years where there is no date. */
export function timeConditions(dates: readonly DateSpan[], query: Query, scene: Scene): readonly Condition[] | undefined {
  if (dates.length === 0) return []
  const column = dateOf(scene, query.tables, columnsOf(query))
  if (column < 0) return yearConditions(dates, query, scene)
  return dates.flatMap(({ range }) => rangeConditions({ column }, range))
}

export const rangeConditions = (left: Item, range: DateSpan['range']): readonly Condition[] => [
  ...(range.from === undefined ? [] : [{ left, operator: '>=' as const, right: [{ kind: 'date' as const, text: range.from }] }]),
  ...(range.to === undefined ? [] : [{ left, operator: '<' as const, right: [{ kind: 'date' as const, text: range.to }] }]),
]

function yearConditions(dates: readonly DateSpan[], query: Query, scene: Scene): readonly Condition[] | undefined {
  const column = query.tables.flatMap((table) => columnsIn(scene, table)).find((one) => /year/i.test(columnOf(scene.index, one).name))
  if (column === undefined || dates.some(({ unit }) => unit !== 'year')) return undefined
  return dates.flatMap(({ range }): readonly Condition[] => {
    const from = range.from?.slice(0, 4)
    const last = range.to === undefined ? undefined : String(Number(range.to.slice(0, 4)) - 1)
    const right = (text: string) => [{ kind: 'number' as const, text }]
    if (from !== undefined && from === last) return [{ left: { column }, operator: '=', right: right(from) }]
    return [
      ...(from === undefined ? [] : [{ left: { column }, operator: '>=' as const, right: right(from) }]),
      ...(last === undefined ? [] : [{ left: { column }, operator: '<=' as const, right: right(last) }]),
    ]
  })
}

const isMeasure = ({ aggregate }: Item): boolean => aggregate !== undefined

/** Groups by items; a list of things becomes their number in each group. */
export function groupedBy(query: Query, items: readonly Item[], scene: Scene, add: boolean): Query {
  const measures = query.select.filter(isMeasure)
  const before = add
    ? query.group.map((column) => query.select.find((item) => item.column === column && !item.aggregate) ?? { column })
    : []
  const groups = [...before.filter((one) => !items.some((item) => item.column === one.column)), ...items]
  const shown = measures.length > 0 ? measures : [orderMeasure(query) ?? { column: -1, aggregate: 'count' as const }]
  const byMeasure = query.order.filter(({ item }) => isMeasure(item))
  const time = groups.filter(({ part }) => part !== undefined)
  const order = time.length > 0 ? time.map((item) => ({ item, descending: false })) : byMeasure
  const { limit: _, ...rest } = query
  const limited =
    query.limit !== undefined && byMeasure.length > 0 && time.length === 0 && query.group.length > 0 ? { limit: query.limit } : {}
  return withTables(
    { ...rest, ...limited, select: [...groups, ...shown], distinct: false, group: groups.map(({ column }) => column), order },
    scene,
  )
}

const orderMeasure = ({ order }: Query): Item | undefined => order.find(({ item }) => isMeasure(item))?.item

/** Only how many there are. Of groups that is how many different ones. */
export function counted(query: Query): Query {
  const { limit: _, ...rest } = query
  const [first] = query.group
  const select: Item =
    first !== undefined && query.having.length === 0
      ? { column: first, aggregate: 'count', distinct: true }
      : query.distinct && query.select.length === 1 && !query.select[0]!.aggregate
        ? { column: query.select[0]!.column, aggregate: 'count', distinct: true }
        : { column: -1, aggregate: 'count' }
  return { ...rest, select: [select], distinct: false, group: [], having: [], order: [] }
}

/** The things themselves in the place of their number. */
export function listed(query: Query, scene: Scene): Query {
  const table = query.tables[0]!
  const name = nameOf(scene, table)
  return {
    ...query,
    select: [{ column: name }],
    distinct: false,
    group: [],
    having: [],
    order: query.order.filter(({ item }) => !isMeasure(item)),
  }
}

export function sorted(query: Query, item: Item, descending: boolean, scene: Scene): Query {
  return withTables({ ...query, order: [{ item, descending }] }, scene)
}

export function reversed(query: Query): Query | undefined {
  if (query.order.length > 0) return { ...query, order: query.order.map(({ item, descending }) => ({ item, descending: !descending })) }
  const item = query.select.find(isMeasure) ?? query.select[0]
  return item === undefined || item.column < 0 ? undefined : { ...query, order: [{ item, descending: true }] }
}

/** The first some rows; without an order those with the most of what is measured. */
export function limited(query: Query, limit: number, fromEnd: boolean): Query {
  const measure = query.select.find(isMeasure)
  const order = query.order.length > 0 ? query.order : query.group.length > 0 && measure ? [{ item: measure, descending: true }] : []
  return { ...query, limit, order: fromEnd ? order.map(({ item, descending }) => ({ item, descending: !descending })) : order }
}

export function showing(query: Query, items: readonly Item[], scene: Scene): Query {
  const stars = query.select.some(({ column, aggregate }) => column < 0 && !aggregate)
  const added = items.filter((item) => !query.select.some((one) => sameItem(one, item)))
  if (stars || added.length === 0) return query
  const grouped = query.group.length > 0 || (query.select.some(isMeasure) && query.select.length > 1)
  const group = grouped
    ? [...new Set([...query.group, ...added.filter((item) => !isMeasure(item)).map(({ column }) => column)])]
    : query.group
  return withTables({ ...query, select: [...query.select, ...added], group }, scene)
}

export function hiding(query: Query, columns: readonly number[]): Query | undefined {
  const select = query.select.filter(({ column, aggregate }) => aggregate !== undefined || !columns.includes(column))
  if (select.length === query.select.length || select.length === 0) return undefined
  return { ...query, select, group: query.group.filter((column) => !columns.includes(column)) }
}

/** The same measured in another way: the average in the place of the sum. Of a plain list it is one figure. */
export function measured(
  query: Query,
  aggregate: NonNullable<Item['aggregate']>,
  column: number | undefined,
  scene: Scene,
): Query | undefined {
  const at = query.select.findIndex(isMeasure)
  const known = at >= 0 ? query.select[at]! : undefined
  const of = column ?? (known !== undefined && known.column >= 0 ? known.column : undefined)
  if (of === undefined && aggregate !== 'count') return undefined
  const { distinct: _, ...bare } = known ?? { column: -1 }
  const item: Item = { ...bare, column: aggregate === 'count' ? -1 : of!, aggregate }
  const { limit: __, ...rest } = query
  if (known) {
    const order = query.order.map((one) => (sameItem(one.item, known) ? { ...one, item } : one))
    return withTables({ ...query, select: query.select.map((one, i) => (i === at ? item : one)), order }, scene)
  }
  return withTables({ ...rest, select: [item], distinct: false, order: [] }, scene)
}
