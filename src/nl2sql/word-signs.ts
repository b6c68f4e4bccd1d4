import type { Draft } from './drafts.ts'
import { columnOf } from './joins.ts'
import type { Linked } from './link.ts'
import type { Item, Query } from './query.ts'

/** Figures of how the words of a question agree with what a query does, in the order of `wordSigns`. */
export const wordSignNames = [
  ...[
    'shownLeast',
    'missedMost',
    'direction',
    'sumsUnsaid',
    'saidUnsummed',
    'orUnused',
    'orUnsaid',
    'bothUnused',
    'compareUnused',
    'compareUnsaid',
  ],
  ...[
    'everything',
    'headShown',
    'headTable',
    'sameNames',
    'firstLast',
    'betweenUnused',
    'idAsked',
    'nameAsked',
    'likeWord',
    'tooMany',
    'tableFirst',
    'numbersLeft',
  ],
  ...[
    'compareWay',
    'nestedUnsaid',
    'eitherColumns',
    'groupOf',
    'idleTables',
    'idleUnsaid',
    'countedTable',
    'countedColumn',
    'sumNear',
    'orderNear',
  ],
] as const

const falling =
  /^(most|highest|largest|biggest|greatest|maximum|max|oldest|longest|latest|newest|best|top|descending|decreasing|recent|recently|tallest|heaviest|fastest|richest|reverse|expensive|desc)$/
const rising =
  /^(least|lowest|smallest|fewest|minimum|min|youngest|shortest|earliest|worst|bottom|ascending|increasing|cheapest|alphabetical|alphabetically|lexicographical|lexicographically|lightest|slowest|first|asc)$/
const sums = {
  avg: /^(average|mean|avg|averages|averaged)$/,
  sum: /^(total|sum|overall|combined|totals|altogether)$/,
  max: /^(maximum|max|highest|largest|biggest|greatest|most|longest|oldest|latest|tallest|top|best|peak|last)$/,
  min: /^(minimum|min|lowest|smallest|least|shortest|youngest|earliest|fewest|cheapest|first)$/,
} as const
const compares = /^(than|over|above|below|under|exceed|exceeds|exceeding|before|after|since|least|older|younger|greater|less|fewer|beyond)$/

type Saying = Readonly<{
  linked: Linked
  query: Query
  draft: Draft
  words: readonly string[]
  has: (shape: RegExp) => boolean
  operators: readonly string[]
}>

export function wordSigns(linked: Linked, query: Query, draft: Draft): readonly number[] {
  const words = linked.tokens.map(({ word }) => word)
  const has = (shape: RegExp) => words.some((word) => shape.test(word))
  const saying: Saying = { linked, query, draft, words, has, operators: operatorsOf(query) }
  return [draft.shownLeast, draft.missedMost, ...doneSigns(saying), ...shownSigns(saying), ...fitSigns(saying)]
}

const everything =
  /\b(all|full|every|any) (the )?(information|info|details?|data|records?|attributes|columns|fields)\b|\b(information|details) (of|about|on|for)\b/i

/** What is done with columns, beside the words that ask for it. */
function doneSigns({ linked, query, words, has, operators }: Saying): readonly number[] {
  const used = new Set(itemsOf(query).map(({ aggregate }) => aggregate))
  const kinds = Object.keys(sums) as (keyof typeof sums)[]
  const either = query.whereAny || query.combine?.how === 'union'
  const compared = operators.some((one) => /[<>]|between/.test(one))
  const intersect = query.combine?.how === 'intersect'
  const star = query.select.some(({ column, aggregate }) => column < 0 && !aggregate)
  return [
    directionOf(words, query),
    kinds.filter((kind) => used.has(kind) && !has(sums[kind])).length,
    (['avg', 'sum'] as const).filter((kind) => !used.has(kind) && has(sums[kind])).length,
    has(/^(or|either)$/) && !either ? 1 : 0,
    either && !has(/^(or|either|and|both)$/) ? 1 : 0,
    has(/^both$/) ? (intersect ? 2 : 1) : intersect ? 3 : 0,
    has(compares) && !compared && query.where.every(({ right }) => !('query' in right)) ? 1 : 0,
    compared && !has(compares) && !has(/^(more|between|up|at|from|to|later|earlier|higher|lower|larger|smaller)$/) ? 1 : 0,
    everything.test(linked.question) ? (star ? 1 : 2) : star ? 3 : 0,
  ]
}

/** What is shown, beside what is asked for. */
function shownSigns({ linked, query, draft, words, has, operators }: Saying): readonly number[] {
  const { tokens, mentions, scope, question } = linked
  const shown = query.select.filter(({ aggregate, column }) => !aggregate && column >= 0).map(({ column }) => column)
  const names = shown.map((column) => columnOf(scope.index, column).name.toLowerCase())
  const like = operators.includes('like')
  const parts = words.filter((word) => word === 'and').length + tokens.filter(({ comma }) => comma).length
  return [
    ...headOf(linked, query),
    names.length - new Set(names).size,
    has(/^first$/) && has(/^last$/) ? (names.length >= 2 ? 1 : 2) : /\bfull names?\b/i.test(question) ? (names.length >= 2 ? 3 : 4) : 0,
    has(/^between$/) && !operators.includes('between') ? 1 : 0,
    has(/^(ids?|identifiers?)$/) ? (names.some((name) => /id$|_id|code|number/.test(name)) ? 1 : 2) : 0,
    has(/^(names?|titles?)$/) ? (names.some((name) => /name|title/.test(name)) ? 1 : 2) : 0,
    has(partial) ? (like ? 1 : 2) : like ? 3 : 0,
    query.select.length - 1 - parts,
    tableFirst(linked, query),
    mentions.filter(({ kind, best }, i) => kind === 'number' && best > 0.5 && !draft.taken.includes(i)).length,
  ]
}
const partial = /^(contain|contains|containing|includes?|including|substring|letters?|start|starts|starting|end|ends|ending|prefix|word)$/

const more =
  /^(more|greater|higher|above|over|older|after|larger|bigger|longer|taller|exceed|exceeds|exceeding|later|since|beyond|heavier|faster)$/
const less = /^(less|fewer|lower|under|below|younger|before|smaller|shorter|cheaper|earlier|prior|lighter)$/

/** How conditions, groups, tables and sums agree with the words beside them. */
function fitSigns({ linked, query, words, has }: Saying): readonly number[] {
  const { scope, tokens, claims, top } = linked
  const { index } = scope
  const [up, down] = [has(more), has(less)]
  const compared = [...query.where, ...query.having].map(({ operator }) => (/^>/.test(operator) ? 1 : /^</.test(operator) ? -1 : 0))
  const nested = query.where.some(
    ({ right }) => 'query' in right && right.query.select.some(({ aggregate }) => aggregate === 'max' || aggregate === 'min'),
  )
  const values = query.where.filter(({ right }) => Array.isArray(right))
  const used = new Set(
    [...itemsOf(query), ...query.where.map(({ left }) => left), ...query.group.map((column) => ({ column }))].map(
      ({ column }) => index.tableOf[column],
    ),
  )
  const idle = query.tables.filter((table) => !used.has(table))
  const near = (column: number, shape: RegExp): number => {
    const c = scope.placeOfColumn.get(column)
    if (c === undefined) return 0
    let most = 0
    for (let i = 0; i < words.length; i++) {
      const claim = claims[c * words.length + i]!
      if (claim < 0.3) continue
      for (let p = Math.max(0, i - 4); p < Math.min(words.length, i + 4); p++) {
        if (shape.test(words[p]!)) most = Math.max(most, (claim * claim * Math.exp(-Math.abs(p - i) / 2)) / top[i]!)
      }
    }
    return most
  }
  const summed = query.select.filter(({ aggregate, column }) => aggregate && aggregate !== 'count' && column >= 0)
  const ordered = query.order.filter(({ item }) => item.column >= 0)
  return [
    up === down ? 0 : compared.reduce((sum: number, way) => sum + (up ? way : -way), 0),
    nested && !has(falling) && !has(rising) ? 1 : 0,
    query.whereAny && new Set(values.map(({ left }) => left.column)).size > 1 ? 1 : 0,
    groupOf(linked, query),
    idle.length,
    idle.filter((table) => saidTable(linked, table) < 0.5).length,
    ...countedOf(linked, query),
    summed.reduce((least, { column, aggregate }) => Math.min(least, near(column, sums[aggregate as keyof typeof sums])), 1),
    ordered.reduce(
      (least, { item }) =>
        Math.min(
          least,
          Math.max(near(item.column, falling), near(item.column, rising), near(item.column, /^(by|order|ordered|sorted|of)$/)),
        ),
      tokens.length > 0 ? 1 : 0,
    ),
  ]
}

/** 0 without a group; 1 where all groups are shown, 2 where they are keys, 3 otherwise. */
function groupOf({ scope }: Linked, { group, select }: Query): number {
  if (group.length === 0) return 0
  const shown = select.filter(({ aggregate }) => !aggregate).map(({ column }) => column)
  if (group.every((column) => shown.includes(column))) return 1
  return group.every((column) => scope.index.flags[column] !== 0) ? (shown.length > 0 ? 2 : 3) : shown.length > 0 ? 4 : 5
}

function saidTable({ tokens, tableClaims, topTable, scope }: Linked, table: number): number {
  const t = scope.tables.indexOf(table)
  let most = 0
  if (t >= 0)
    for (let i = 0; i < tokens.length; i++)
      if (topTable[i]! > 0) most = Math.max(most, tableClaims[t * tokens.length + i]! ** 2 / topTable[i]!)
  return most
}

/** What stands behind `how many` or `number of`: whether a table of the query answers to it, and whether what is shown does. */
function countedOf({ tokens, tableClaims, topTable, claims, top, scope }: Linked, query: Query): readonly [number, number] {
  const n = tokens.length
  const at = tokens.findIndex(
    ({ word }, i) =>
      (word === 'many' && tokens[i - 1]?.word === 'how') || (/^(number|count|numbers)$/.test(word) && tokens[i + 1]?.word === 'of'),
  )
  if (at < 0) return [-1, -1]
  for (let i = at + 1; i < Math.min(n, at + 5); i++) {
    if (Math.max(top[i]!, topTable[i]!) < 0.5) continue
    const table = query.tables.reduce((most, one) => Math.max(most, tableClaims[scope.tables.indexOf(one) * n + i] ?? 0), 0)
    const shown = query.select.reduce((most, { column }) => Math.max(most, claims[(scope.placeOfColumn.get(column) ?? -1) * n + i] ?? 0), 0)
    return [table, shown]
  }
  return [-1, -1]
}

function itemsOf(query: Query): readonly Item[] {
  return [
    ...query.select,
    ...query.order.map(({ item }) => item),
    ...query.having.map(({ left }) => left),
    ...query.where.flatMap(({ right }) => ('query' in right ? itemsOf(right.query) : [])),
  ]
}

const operatorsOf = (query: Query): readonly string[] => [
  ...[...query.where, ...query.having].map(({ operator }) => operator as string),
  ...query.where.flatMap(({ right }) => ('query' in right ? operatorsOf(right.query) : [])),
  ...(query.combine ? operatorsOf(query.combine.with) : []),
]

/** 1 where the words say the same direction as the order, -1 where they say the other, 0 where they say none or there is no order. */
function directionOf(words: readonly string[], { order }: Query): number {
  const [first] = order
  if (!first) return 0
  // Who only wants things in order wants the lowest first.
  if (
    words.some((word) => /^(order|ordered|sort|sorted|arranged)$/.test(word)) &&
    !words.some((word) => rising.test(word) || falling.test(word))
  )
    return first.descending ? -1 : 1
  const [up, down] = [words.some((word) => rising.test(word)), words.some((word) => falling.test(word))]
  if (up === down) return up ? 0.5 : 0
  return down === first.descending ? 1 : -1
}

/** Whether what the question names first is shown: by a column, and by the table that it is of. */
function headOf({ tokens, top, topTable, claims, tableClaims, scope }: Linked, { select, tables }: Query): readonly [number, number] {
  const n = tokens.length
  const at = tokens.findIndex((_, i) => Math.max(top[i]!, topTable[i]!) >= 0.6)
  if (at < 0) return [0, 0]
  const share = (of: Float32Array, place: number, most: number) => (place < 0 || most === 0 ? 0 : of[place * n + at]! / most)
  const shown = select.map(({ column }) => share(claims, scope.placeOfColumn.get(column) ?? -1, top[at]!))
  const within = tables.map((table) => share(tableClaims, scope.tables.indexOf(table), topTable[at]!))
  return [Math.max(0, ...shown), Math.max(0, ...within)]
}

/** How well the question's first named table answers to the tables that the shown columns are of. */
function tableFirst({ tokens, topTable, tableClaims, scope }: Linked, { select }: Query): number {
  const n = tokens.length
  const at = topTable.findIndex((claim) => claim >= 0.7)
  if (at < 0) return 0.5
  const tables = new Set(select.filter(({ column }) => column >= 0).map(({ column }) => scope.index.tableOf[column]!))
  if (tables.size === 0) return 0.5
  return Math.max(...[...tables].map((table) => tableClaims[scope.tables.indexOf(table) * n + at]! / topTable[at]!))
}
