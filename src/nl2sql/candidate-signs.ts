import type { Draft } from './drafts.ts'
import type { Mention } from './link.ts'
import type { Item, Query } from './query.ts'
import type { Slots } from './slots.ts'
import { triggersOf } from './triggers.ts'
import { wordSignNames, wordSigns } from './word-signs.ts'

/** The figures by which candidates are ranked, in the order of `candidateSigns`. */
export const candidateSignNames = [
  ...['pSelect', 'pDistinct', 'pWhere', 'pGroup', 'pOrder', 'pCombine', 'pWhole', 'ties', 'pShape', 'shapeRank'],
  ...['values', 'uses', 'select', 'sums', 'order', 'group', 'tables', 'nested', 'score'],
  ...['plain', 'summed', 'conditions', 'grouped', 'havings', 'ordered', 'limited', 'joined', 'combined', 'nests', 'distinct', 'any'],
  ...['unused', 'unusedUse', 'unusedQuoted', 'unusedText', 'unusedNumber', 'usedWorst', 'usedInside'],
  ...['uncovered', 'uncoveredMost', 'uncoveredCount', 'coveredShare', 'tableUncovered'],
  ...[
    'selectClaim',
    'selectClaimLeast',
    'orderClaim',
    'groupClaim',
    'sumClaim',
    'whereClaim',
    'columnsOdds',
    'columnsLeast',
    'tablesLeast',
    'tableUnsaid',
    'passed',
  ],
  ...[
    'superlative',
    'superlativeNone',
    'negated',
    'negatedNone',
    'eachWord',
    'eachNone',
    'countWord',
    'countNone',
    'averageNone',
    'orderNone',
    'distinctWord',
  ],
  ...[
    'selectIsId',
    'selectIsName',
    'selectInWhere',
    'selectInGroup',
    'groupIsKey',
    'orderIsSelected',
    'sameTwice',
    'selectTables',
    'words',
    'mentions',
    'selectRank',
    'sumOfText',
    'orderOfText',
  ],
  ...wordSignNames,
] as const

export const CANDIDATE_SIGNS = candidateSignNames.length

/** What does not change from one candidate of a question to the next. */
export type SignScene = Readonly<{ slots: Slots; triggers: readonly number[]; weights: readonly number[]; likely: readonly number[] }>

export function signScene(slots: Slots): SignScene {
  const { tokens, scope } = slots.linked
  const bits = triggersOf(tokens)
  return {
    slots,
    triggers: Array.from({ length: 10 }, (_, k) => bits.filter((one) => (one & (1 << k)) !== 0).length),
    weights: tokens.map(({ terms }) => terms.reduce((most, q) => Math.max(most, scope.question.terms[q]!.weight), 0)),
    likely: slots.uses.map((uses) => [...uses].reduce((most, [name, use]) => (name === 'none' ? most : Math.max(most, use)), -9)),
  }
}

/** The figures of one candidate; `passed` are tables that its joins lead through. */
export function candidateSigns(scene: SignScene, draft: Draft, shapeRank: number, passed: readonly number[]): Float32Array {
  const { query, chance } = draft
  const own = ownOf(scene, query)
  const row = [
    ...[...chance.parts, chance.whole, chance.ties, chance.score, shapeRank],
    ...[draft.values, draft.uses, draft.select, draft.sums, draft.order, draft.group, draft.tables, draft.nested, draft.score],
    ...sizesOf(query),
    ...mentionFigures(scene, draft),
    ...coverFigures(scene, draft, own, passed),
    ...claimFigures(scene, query, own, passed),
    ...wordFigures(scene, query),
    ...formFigures(scene, query),
    ...wordSigns(scene.slots.linked, query, draft),
  ]
  return Float32Array.from(row)
}

type Own = Readonly<{ columns: readonly number[]; tables: readonly number[] }>

/** All columns and tables that a query and those within it name, by their places in the scope. */
function ownOf({ slots }: SignScene, query: Query): Own {
  const { scope } = slots.linked
  const columns = new Set<number>()
  const tables = new Set<number>()
  const add = (item: Item) => item.column >= 0 && columns.add(scope.placeOfColumn.get(item.column) ?? -1)
  const walk = (one: Query): void => {
    for (const table of one.tables) tables.add(scope.tables.indexOf(table))
    for (const item of one.select) add(item)
    for (const { item } of one.order) add(item)
    for (const column of one.group) add({ column })
    for (const { left, right } of [...one.where, ...one.having]) {
      add(left)
      if ('query' in right) walk(right.query)
    }
    if (one.combine) walk(one.combine.with)
  }
  walk(query)
  columns.delete(-1)
  tables.delete(-1)
  return { columns: [...columns], tables: [...tables] }
}

const sizesOf = (query: Query): readonly number[] => [
  query.select.filter(({ aggregate }) => !aggregate).length,
  query.select.filter(({ aggregate }) => aggregate).length,
  query.where.length,
  query.group.length,
  query.having.length,
  query.order.length,
  query.limit === undefined ? 0 : query.limit === 1 ? 1 : 2,
  query.tables.length - 1,
  query.combine ? ['union', 'intersect', 'except'].indexOf(query.combine.how) + 1 : 0,
  query.where.filter(({ right }) => 'query' in right).length,
  query.distinct ? 1 : 0,
  query.whereAny ? 1 : 0,
]

function mentionFigures({ slots, likely }: SignScene, { taken }: Draft): readonly number[] {
  const { mentions } = slots.linked
  const within = (a: Mention, b: Mention) => a.from < b.to && b.from < a.to
  const free = mentions.map((_, i) => i).filter((i) => !taken.some((other) => within(mentions[other]!, mentions[i]!)))
  const wanted = free.filter((i) => likely[i]! > 0)
  const worst = taken.reduce((least, i) => Math.min(least, likely[i]!), 9)
  return [
    wanted.length,
    wanted.reduce((sum, i) => sum + likely[i]!, 0),
    free.filter((i) => mentions[i]!.quoted).length,
    free.filter((i) => mentions[i]!.kind === 'text' && mentions[i]!.best > 0.75).length,
    free.filter((i) => mentions[i]!.kind !== 'text' && mentions[i]!.best > 0.5).length,
    worst,
    taken.filter((i) => [...mentions[i]!.hits.values()].every(({ how }) => how === 'inside') && mentions[i]!.kind === 'text').length,
  ]
}

/** Words that name something, and whether what they name is there. */
function coverFigures({ slots, weights }: SignScene, { taken }: Draft, own: Own, passed: readonly number[]): readonly number[] {
  const { tokens, claims, tableClaims, top, topTable, mentions } = slots.linked
  const n = tokens.length
  const tables = [...own.tables, ...passed.map((table) => slots.linked.scope.tables.indexOf(table)).filter((t) => t >= 0)]
  let uncovered = 0
  let most = 0
  let count = 0
  let all = 0
  let tableOnly = 0
  for (let i = 0; i < n; i++) {
    const best = Math.max(top[i]!, topTable[i]!)
    if (best < 0.45 || weights[i] === 0 || taken.some((m) => i >= mentions[m]!.from && i < mentions[m]!.to)) continue
    let here = 0
    for (const c of own.columns) here = Math.max(here, claims[c * n + i]!)
    for (const t of tables) here = Math.max(here, tableClaims[t * n + i]!)
    const lost = weights[i]! * Math.max(0, best - here)
    all += weights[i]! * best
    uncovered += lost
    most = Math.max(most, lost)
    if (lost > 0.3) count++
    if (topTable[i]! > top[i]!) tableOnly += lost
  }
  return [uncovered, most, count, all === 0 ? 1 : 1 - uncovered / all, tableOnly]
}

function claimFigures({ slots }: SignScene, query: Query, own: Own, passed: readonly number[]): readonly number[] {
  const { claims, top, topTable, tableClaims, tokens, scope, odds } = slots.linked
  const n = tokens.length
  const claimOf = (column: number): number => {
    const c = scope.placeOfColumn.get(column)
    if (c === undefined) return 0
    let best = 0
    for (let i = 0; i < n; i++) if (claims[c * n + i]! > 0) best = Math.max(best, claims[c * n + i]! * (claims[c * n + i]! / top[i]!))
    return best
  }
  const least = (columns: readonly number[]) => columns.reduce((sum, column) => Math.min(sum, claimOf(column)), 1)
  const most = (columns: readonly number[]) => columns.reduce((sum, column) => Math.max(sum, claimOf(column)), 0)
  const columnsOf = (items: readonly Item[]) => items.map(({ column }) => column).filter((column) => column >= 0)
  const plain = columnsOf(query.select.filter(({ aggregate }) => !aggregate))
  const said = (t: number): number => {
    let best = 0
    for (let i = 0; i < n; i++)
      if (tableClaims[t * n + i]! > 0) best = Math.max(best, (tableClaims[t * n + i]! * tableClaims[t * n + i]!) / topTable[i]!)
    return best
  }
  const clipped = (one: number) => Math.max(-5, Math.min(5, one))
  const likely = odds.columns.reduce(
    (sum, one, c) => sum - Math.log(1 + Math.exp(own.columns.includes(c) ? -clipped(one) : clipped(one))),
    0,
  )
  return [
    most(plain),
    least(plain),
    least(columnsOf(query.order.map(({ item }) => item))),
    least(query.group),
    least(columnsOf(query.select.filter(({ aggregate }) => aggregate))),
    least(columnsOf(query.where.map(({ left }) => left))),
    likely,
    own.columns.reduce((sum, c) => Math.min(sum, odds.columns[c]!), 6),
    own.tables.reduce((sum, t) => Math.min(sum, odds.tables[t]!), 6),
    own.tables.reduce((sum, t) => Math.min(sum, said(t)), 1),
    passed.length,
  ]
}

function wordFigures({ triggers, slots }: SignScene, query: Query): readonly number[] {
  const [each, order, superlative, average, count, , , not] = triggers as [number, number, number, number, number, number, number, number]
  const sorted =
    query.order.length > 0 || query.select.some(({ aggregate }) => aggregate === 'max' || aggregate === 'min') || nestedSum(query)
  const denied =
    query.combine?.how === 'except' ||
    query.where.some(({ operator }) => operator === 'not in' || operator === '!=' || operator === 'not like')
  const counted = [...query.select, ...query.having.map(({ left }) => left), ...query.order.map(({ item }) => item)].some(
    ({ aggregate }) => aggregate === 'count',
  )
  const summed =
    query.select.some(({ aggregate }) => aggregate && aggregate !== 'count') ||
    nestedSum(query) ||
    query.order.some(({ item }) => item.aggregate)
  const distinct = slots.linked.tokens.some(({ word }) => /^(different|distinct|unique)$/.test(word))
  return [
    superlative,
    superlative > 0 && !sorted ? 1 : superlative === 0 && query.limit === 1 ? -1 : 0,
    not,
    not > 0 && !denied ? 1 : not === 0 && denied ? -1 : 0,
    each,
    each > 0 && query.group.length === 0 ? 1 : 0,
    count,
    count > 0 && !counted ? 1 : 0,
    average > 0 && !summed ? 1 : 0,
    order > 0 && query.order.length === 0 ? 1 : 0,
    distinct ? (query.distinct || query.select.some((item) => item.distinct) || query.group.length > 0 ? 1 : 2) : query.distinct ? 3 : 0,
  ]
}

const nestedSum = (query: Query): boolean =>
  query.where.some(({ right }) => 'query' in right && right.query.select.some(({ aggregate }) => aggregate))

function formFigures({ slots }: SignScene, query: Query): readonly number[] {
  const { scope, signs, tokens, mentions, odds } = slots.linked
  const width = scope.columns.length === 0 ? 0 : signs.length / scope.columns.length
  const sign = (column: number, at: number) => signs[(scope.placeOfColumn.get(column) ?? 0) * width + at] ?? 0
  const plain = query.select.filter(({ aggregate, column }) => !aggregate && column >= 0).map(({ column }) => column)
  const equal = query.where.filter(({ operator }) => operator === '=').map(({ left }) => left.column)
  const isText = (column: number) => (scope.index.kind[column] === 0 ? 1 : 0)
  const ordered = query.order.filter(({ item }) => item.column >= 0 && !item.aggregate).map(({ item }) => item.column)
  const all = [...plain, ...query.where.map(({ left }) => left.column)]
  const sum = query.select.filter(({ aggregate, column }) => aggregate && aggregate !== 'count' && column >= 0)
  return [
    plain.filter((column) => sign(column, 35) === 1).length,
    plain.filter((column) => sign(column, 34) === 1).length,
    plain.filter((column) => equal.includes(column)).length,
    plain.filter((column) => query.group.includes(column)).length,
    query.group.filter((column) => scope.index.flags[column]! !== 0).length,
    ordered.filter((column) => plain.includes(column)).length,
    all.length - new Set(all).size,
    new Set(plain.map((column) => scope.index.tableOf[column]!)).size,
    tokens.length,
    mentions.length,
    plain.reduce((most, column) => Math.max(most, rankOf(odds.columns, scope.placeOfColumn.get(column) ?? 0)), 0),
    sum.filter(({ column }) => isText(column) === 1).length,
    ordered.filter((column) => isText(column) === 1).length,
  ]
}

function rankOf(odds: Float32Array, at: number): number {
  let rank = 0
  for (const one of odds) if (one > odds[at]!) rank++
  return rank
}
