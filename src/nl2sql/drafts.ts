import { calm, type Filled, fillConditions, itemOf, overlap } from './fill.ts'
import { linkColumns, tableWays } from './ground.ts'
import type { Condition, Item, Query } from './query.ts'
import type { Atom, Shape } from './shape.ts'
import type { Scored, ShapeChance, Slots } from './slots.ts'

/** A query that was put together, with how well its parts fit, as sums of logs of chances. */
export type Draft = Readonly<{
  query: Query
  chance: ShapeChance
  /** Places of the mentions that it uses. */
  taken: readonly number[]
  values: number
  uses: number
  select: number
  sums: number
  order: number
  group: number
  tables: number
  nested: number
  /** The odds of the worst column that is shown, and of the best that is not. */
  shownLeast: number
  missedMost: number
  score: number
}>

type Some<T> = Readonly<{ one: T; score: number }>
const PARTS_MAX = 14

/** The best queries of one shape. */
export function draftsOf(slots: Slots, chance: ShapeChance): readonly Draft[] {
  const { shape } = chance
  const conditions = conditionsOf(slots, shape)
  if (conditions.length === 0) return []
  const columns = columnsFor(slots, shape)
  if (columns.length === 0) return []
  const pairs = crossed(conditions, columns, (a, b) => [a, b] as const)
  return pairs.flatMap(({ one: [where, parts] }) => grounded(slots, chance, where, parts))
}

/** All pairs of two lists, the best of them. */
function crossed<A, B, C>(
  left: readonly Some<A>[],
  right: readonly Some<B>[],
  make: (a: A, b: B) => C,
  most = PARTS_MAX,
): readonly Some<C>[] {
  const all = left.flatMap((a) => right.map((b) => ({ a, b, score: a.score + b.score })))
  return all
    .sort((x, y) => y.score - x.score)
    .slice(0, most)
    .map(({ a, b, score }) => ({ one: make(a.one, b.one), score }))
}

type Conditions = Readonly<{ where: Filled; having: Filled; right?: Filled; limit?: number; limitUse: number; taken: readonly number[] }>

function conditionsOf(slots: Slots, shape: Shape): readonly Some<Conditions>[] {
  const inner = shape.where.flatMap((atom) => (atom.shape ? atom.shape.where : []))
  const found: Some<Conditions>[] = []
  for (const where of fillConditions(slots, [...shape.where.filter(({ right }) => right === 'value')], '')) {
    const rights = shape.combine
      ? fillConditions(slots, shape.combine.shape.where, '', where.taken)
      : fillConditions(slots, inner, '', where.taken)
    for (const right of rights) {
      const havings = [...shape.having, ...(shape.combine?.shape.having ?? []), ...shape.where.flatMap((atom) => atom.shape?.having ?? [])]
      for (const having of fillConditions(slots, havings, 'h', right.taken)) {
        for (const limit of limitsOf(slots, shape, having.taken)) {
          const score = where.score + having.score + right.score + limit.use
          found.push({
            score,
            one: {
              where,
              having,
              right,
              ...(limit.limit === undefined ? {} : { limit: limit.limit }),
              limitUse: limit.use,
              taken: limit.taken,
            },
          })
        }
      }
    }
  }
  return found.sort((a, b) => b.score - a.score).slice(0, 10)
}

const LIMIT_MAX = 10_000

type Limited = Readonly<{ limit?: number; use: number; taken: readonly number[] }>

function limitsOf({ linked: { mentions }, uses }: Slots, { limit }: Shape, taken: readonly number[]): readonly Limited[] {
  if (limit === 'none') return [{ use: 0, taken }]
  if (limit === 'one') return [{ limit: 1, use: 0, taken }]
  return mentions.flatMap((mention, i) => {
    const number = Number(mention.text)
    const use = uses[i]!.get('limit') ?? -9
    const fits = mention.kind === 'number' && Number.isInteger(number) && number > 0 && number <= LIMIT_MAX
    return fits && use > -5 && taken.every((other) => !overlap(mentions[other]!, mention))
      ? [{ limit: number, use, taken: [...taken, i] }]
      : []
  })
}

export type Parts = Readonly<{
  plain: readonly number[]
  sums: readonly Item[]
  order: readonly Item[]
  group: readonly number[]
  scores: Readonly<{ select: number; sums: number; order: number; group: number }>
}>

function columnsFor(slots: Slots, shape: Shape): readonly Some<Parts>[] {
  const { columns } = slots.linked.scope
  const item = (of: string, place: number): Item => itemOf(of, place < 0 ? -1 : columns[place]!)
  const plain = setsOf(slots.role('select', shape, 'col'), shape.plain)
  const sums = kindsOf(shape.sums).reduce<readonly Some<readonly Item[]>[]>(
    (so, [of, many]) =>
      crossed(so, sumsOf(slots, shape, of, many), (list, places) => [...list, ...places.map((place) => item(of, place))], 6),
    [{ one: [], score: 0 }],
  )
  const order = shape.order.reduce<readonly Some<readonly Item[]>[]>(
    (so, { of }) =>
      crossed(
        so,
        of === 'count*' ? [{ one: -1, score: 0 }] : topOf(slots.role('order', shape, of), 4),
        (list, place) => [...list, item(of, place)],
        5,
      ),
    [{ one: [], score: 0 }],
  )
  const group = shape.group === 0 ? [{ one: [] as readonly number[], score: 0 }] : setsOf(slots.role('group', shape, 'col'), shape.group, 4)
  const first = crossed(plain, sums, (a, b) => ({ plain: a, sums: b }))
  const second = crossed(order, group, (a, b) => ({ order: a, group: b }))
  const scoreOf = new Map<unknown, number>([...plain, ...sums, ...order, ...group].map(({ one, score }) => [one, score]))
  return crossed(first, second, (a, b) => {
    const at = (list: unknown) => scoreOf.get(list) ?? 0
    return {
      plain: a.plain.map((place) => columns[place]!),
      sums: a.sums,
      order: b.order,
      group: b.group.map((place) => columns[place]!),
      scores: { select: at(a.plain), sums: at(a.sums), order: at(b.order), group: at(b.group) },
    }
  })
}

/** The kinds of sums, each with how often it is wanted. */
const kindsOf = (sums: readonly string[]): readonly (readonly [of: string, many: number])[] =>
  [...new Set(sums)].map((of) => [of, sums.filter((one) => one === of).length])

/** The same kind of sum is of different columns each time. */
function sumsOf(slots: Slots, shape: Shape, of: string, many: number): readonly Some<readonly number[]>[] {
  if (of === 'count*') return many > 1 ? [] : [{ one: [-1], score: 0 }]
  return setsOf(slots.role('sum', shape, of), many, 4)
}

const topOf = (scored: readonly Scored[], most: number): readonly Some<number>[] =>
  scored.slice(0, most).map(({ column, odds }) => ({ one: column, score: calm(odds) }))

/** Sets of so many columns with the best odds together, each against what the best set has. */
export function setsOf(scored: readonly Scored[], size: number, most = 7): readonly Some<readonly number[]>[] {
  if (size === 0) return [{ one: [], score: 0 }]
  if (scored.length < size) return []
  const pool = scored.slice(0, size + 4)
  const best = pool.slice(0, size).reduce((sum, { odds }) => sum + odds, 0)
  // What is left out although it is likely speaks against the whole set.
  const left = scored.slice(size, size + 6).reduce((sum, { odds }) => sum + calm(-odds), 0)
  const start = left + pool.slice(0, size).reduce((sum, { odds }) => sum + calm(odds), 0)
  const sets: { one: number[]; sum: number }[] = []
  const grow = (from: number, one: number[], sum: number): void => {
    if (one.length === size) {
      sets.push({ one, sum })
      return
    }
    for (let i = from; i < pool.length; i++) grow(i + 1, [...one, pool[i]!.column], sum + pool[i]!.odds)
  }
  grow(0, [], 0)
  return sets
    .sort((a, b) => b.sum - a.sum)
    .slice(0, most)
    .map(({ one, sum }) => ({ one, score: start + sum - best }))
}

function grounded(slots: Slots, chance: ShapeChance, conditions: Conditions, parts: Parts): readonly Draft[] {
  const { shape } = chance
  const { linked } = slots
  const own = conditions.where.conditions
  const items = [...parts.plain.map((column): Item => ({ column })), ...parts.sums]
  const select = shape.star ? [{ column: -1 }, ...items] : items
  if (select.length === 0 || twice(parts.order)) return []
  const used = [
    ...parts.plain,
    ...parts.group,
    ...[...parts.sums, ...parts.order].map(({ column }) => column),
    ...own.map(({ left }) => left.column),
  ]
  const made = nestedOf(slots, shape, conditions, parts, used)
  const shown = shownOf(slots, shape, parts.plain)
  // What is taken away by a join that says no more must not be there from the start.
  const alone = shape.combine?.how === 'except' && shape.where.length === 0 && shape.combine.shape.where.length === 0
  return made.flatMap(({ where, columns, inner, combine, score: nested }) =>
    tableWays(linked, [...used, ...columns], inner, alone).map((way): Draft => {
      const query: Query = {
        select,
        distinct: shape.distinct,
        tables: way.tables,
        ...(way.joins.length > 0 ? { joins: way.joins } : {}),
        where: [...own, ...where],
        whereAny: shape.either,
        group: parts.group,
        having: conditions.having.conditions.slice(0, shape.having.length),
        order: shape.order.map(({ descending }, i) => ({ item: parts.order[i]!, descending })),
        ...(conditions.limit === undefined ? {} : { limit: conditions.limit }),
        ...(combine ? { combine: combine(way.tables) } : {}),
      }
      const values = conditions.where.score + conditions.having.score + (conditions.right?.score ?? 0) + conditions.limitUse
      const uses = conditions.where.uses + conditions.having.uses + (conditions.right?.uses ?? 0) + conditions.limitUse
      const { scores } = parts
      const score = chance.score + values + scores.select + scores.sums + 0.8 * scores.order + 0.5 * scores.group + 0.6 * way.score + nested
      return { query, chance, taken: conditions.taken, values, uses, ...scores, tables: way.score, nested, ...shown, score }
    }),
  )
}

const twice = (items: readonly Item[]): boolean =>
  new Set(items.map(({ column, aggregate, distinct }) => `${column} ${aggregate} ${distinct}`)).size < items.length

function shownOf(slots: Slots, shape: Shape, plain: readonly number[]) {
  const { columns } = slots.linked.scope
  let shownLeast = 9
  let missedMost = -9
  for (const { column, odds } of slots.role('select', shape, 'col')) {
    if (plain.includes(columns[column]!)) shownLeast = Math.min(shownLeast, odds)
    else missedMost = Math.max(missedMost, odds)
  }
  return { shownLeast, missedMost }
}

type Nested = Readonly<{
  where: readonly Condition[]
  /** Columns of the outer query that the nested one is compared with. */
  columns: readonly number[]
  /** Tables that the nested query reads. */
  inner: readonly number[]
  combine?: (tables: readonly number[]) => NonNullable<Query['combine']>
  score: number
}>

const plainNested: readonly Nested[] = [{ where: [], columns: [], inner: [], score: 0 }]

function nestedOf(slots: Slots, shape: Shape, conditions: Conditions, parts: Parts, used: readonly number[]): readonly Nested[] {
  if (shape.combine) return combined(slots, shape, conditions, parts)
  const atom = shape.where.find(({ right }) => right === 'query')
  if (!atom) return plainNested
  if (atom.operator === 'in' || atom.operator === 'not in') return linked(slots, shape, atom, conditions, used)
  return compared(slots, shape, atom, conditions)
}

/** `age > (SELECT avg(age) …)`: the same column on both sides. */
function compared(slots: Slots, shape: Shape, atom: Atom, { right }: Conditions): readonly Nested[] {
  const { index, columns } = slots.linked.scope
  const [of] = atom.shape!.sums
  if (of === undefined) return []
  return slots
    .role('order', shape, 'nested')
    .slice(0, 4)
    .map(({ column: place, odds }): Nested => {
      const column = columns[place]!
      const conditions = right?.conditions ?? []
      const tables = [...new Set([column, ...conditions.map(({ left }) => left.column)].map((one) => index.tableOf[one]!))]
      const query: Query = { ...bare, select: [itemOf(of, column)], tables, where: conditions }
      return {
        where: [{ left: { column }, operator: atom.operator as Condition['operator'], right: { query } }],
        columns: [column],
        inner: [],
        score: calm(odds),
      }
    })
}

const bare: Query = { select: [], distinct: false, tables: [], where: [], whereAny: false, group: [], having: [], order: [] }

/** `id NOT IN (SELECT …)`: by the join that leads from what is asked for to what it must not have. */
function linked(slots: Slots, shape: Shape, atom: Atom, { right, having }: Conditions, used: readonly number[]): readonly Nested[] {
  const inner = right?.conditions ?? []
  return linkColumns(
    slots.linked,
    used,
    inner.map(({ left }) => left.column),
  ).map(({ outer, link, tables, score }): Nested => {
    const havings = having.conditions.slice(shape.having.length)
    const query: Query = {
      ...bare,
      select: [{ column: link }],
      tables,
      where: inner,
      whereAny: atom.shape!.either,
      group: atom.shape!.group > 0 ? [link] : [],
      having: havings,
    }
    return {
      where: [{ left: { column: outer }, operator: atom.operator as Condition['operator'], right: { query } }],
      columns: [outer],
      inner: tables,
      score,
    }
  })
}

/** The same thing asked of twice: what is shown stays, the conditions are others. */
function combined(slots: Slots, shape: Shape, { right, having }: Conditions, parts: Parts): readonly Nested[] {
  const { how, shape: other } = shape.combine!
  const { index } = slots.linked.scope
  const where = right?.conditions ?? []
  const shown = [...parts.plain, ...parts.sums.map(({ column }) => column)].filter((column) => column >= 0)
  const make = (extra: readonly number[], score: number): Nested => ({
    where: [],
    columns: [],
    inner: extra,
    score,
    combine: () => ({
      how,
      with: {
        ...bare,
        select: [...parts.plain.map((column): Item => ({ column })), ...parts.sums],
        tables: [...new Set([...shown, ...where.map(({ left }) => left.column)].map((column) => index.tableOf[column]!).concat(extra))],
        where,
        whereAny: other.either,
        group: other.group > 0 ? (parts.group.length > 0 ? parts.group : parts.plain.slice(0, 1)) : [],
        having: having.conditions.slice(shape.having.length),
      },
    }),
  })
  if (shown.length === 0) return []
  if (where.length > 0 || other.having.length > 0) return [make([], 0)]
  const { tables: odds } = slots.linked.odds
  const mine = new Set(shown.map((column) => index.tableOf[column]!))
  return [...odds.keys()]
    .filter((t) => !mine.has(slots.linked.scope.tables[t]!))
    .sort((a, b) => odds[b]! - odds[a]!)
    .slice(0, 2)
    .map((t) => make([slots.linked.scope.tables[t]!], calm(odds[t]!)))
}
