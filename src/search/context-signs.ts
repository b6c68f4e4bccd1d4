import { COLUMN_SIGNS } from './column-signs.ts'
import { type Covering, covering } from './covering.ts'
import type { Scope } from './evidence.ts'
import { flag } from './index.ts'
import { type Trees, treesOf } from './join-trees.ts'
import { TABLE_SIGNS } from './table-signs.ts'

/** What a first look said of each table and column, as log odds. */
export type FirstLook = Readonly<{ tables: Float32Array; columns: Float32Array }>

const tableContext = 23
const columnContext = 32
/** Figures of a second look at a table: those of the first, then what the first look said of it and of what is around it. */
export const TABLE_SIGNS_TWO = TABLE_SIGNS + tableContext
export const COLUMN_SIGNS_TWO = COLUMN_SIGNS + columnContext

const NONE = -8

type Around = Readonly<{
  /** For each table: the joins to other tables of the scope, as [own column, other column, other table]. */
  joins: readonly (readonly (readonly [own: number, other: number, table: number])[])[]
  tableRank: readonly number[]
  columnRank: readonly number[]
  /** The odds of the tables next to each, best first, each once. */
  near: readonly (readonly number[])[]
  /** Columns of the same name, by the words of it. */
  namesakes: ReadonlyMap<string, readonly number[]>
  /** The best columns' odds in each table, three of them, best first. */
  best: readonly (readonly [number, number, number])[]
  trees: Trees
  covering: Covering
  /** The place of each column among those that answer the same term, and that hold the same value, by the first look. */
  termRank: Float32Array
  termGap: Float32Array
  valueRank: Float32Array
  topTable: number
  topColumn: number
}>

/** The figures of the second look at tables, and at those columns that are worth one. */
export function contextSigns(
  scope: Scope,
  first: Readonly<{ tables: Float32Array; columns: Float32Array }>,
  look: FirstLook,
  worth: readonly number[] = [...scope.columns.keys()],
) {
  const around = aroundOf(scope, look)
  const tables = new Float32Array(scope.tables.length * TABLE_SIGNS_TWO)
  scope.tables.forEach((_, t) => {
    tables.set(first.tables.subarray(t * TABLE_SIGNS, (t + 1) * TABLE_SIGNS), t * TABLE_SIGNS_TWO)
    tables.set(tableRow(scope, look, around, t), t * TABLE_SIGNS_TWO + TABLE_SIGNS)
  })
  const columns = new Float32Array(worth.length * COLUMN_SIGNS_TWO)
  worth.forEach((i, row) => {
    columns.set(first.columns.subarray(i * COLUMN_SIGNS, (i + 1) * COLUMN_SIGNS), row * COLUMN_SIGNS_TWO)
    columns.set(columnRow(scope, look, around, i), row * COLUMN_SIGNS_TWO + COLUMN_SIGNS)
  })
  return { tables, columns }
}

function aroundOf(scope: Scope, look: FirstLook): Around {
  const joins: [number, number, number][][] = scope.tables.map(() => [])
  const { tableAt } = scope
  for (let k = 0; k < scope.joins.length; k += 2) {
    const from = scope.joins[k]!
    const to = scope.joins[k + 1]!
    if (tableAt[from] === tableAt[to]) continue
    joins[tableAt[from]!]!.push([from, to, tableAt[to]!])
    joins[tableAt[to]!]!.push([to, from, tableAt[from]!])
  }
  const best = scope.tables.map((_, t) => {
    const odds = [...look.columns.subarray(scope.first[t], scope.first[t + 1])].sort((a, b) => b - a)
    return [odds[0] ?? NONE, odds[1] ?? NONE, odds[2] ?? NONE] as const
  })
  return {
    joins,
    near: joins.map((list) => [...new Set(list.map(([, , other]) => other))].map((other) => look.tables[other]!).sort((a, b) => b - a)),
    namesakes: Map.groupBy(scope.columns.keys(), (i) => nameKey(scope, i)),
    tableRank: ranks(look.tables),
    columnRank: ranks(look.columns),
    best,
    covering: covering(scope, joins),
    trees: treesOf(joins, look.tables, scope.columns.length),
    ...rivals(scope, look),
    topTable: look.tables.reduce((a, b) => Math.max(a, b), NONE),
    topColumn: look.columns.reduce((a, b) => Math.max(a, b), NONE),
  }
}

function ranks(odds: Float32Array): readonly number[] {
  const order = [...odds.keys()].sort((a, b) => odds[b]! - odds[a]! || a - b)
  const rank: number[] = new Array(odds.length)
  order.forEach((one, place) => {
    rank[one] = place
  })
  return rank
}

function tableRow(scope: Scope, look: FirstLook, around: Around, t: number): readonly number[] {
  const near = around.near[t]!
  const odds = look.tables[t]!
  const [one, two, three] = around.best[t]!
  const sorted = [...look.tables].sort((a, b) => b - a)
  const nextBest = around.tableRank[t] === 0 ? (sorted[1] ?? NONE) : sorted[0]!
  let sum = 0
  for (let i = scope.first[t]!; i < scope.first[t + 1]!; i++) sum += 1 / (1 + Math.exp(-look.columns[i]!))
  const valued = Math.max(0, ...Array.from(scope.values.strength.subarray(scope.first[t], scope.first[t + 1])))
  return [
    ...[odds, around.tableRank[t]!, odds - around.topTable, odds - nextBest, one, two, three, one - around.topColumn, sum],
    ...[near[0] ?? NONE, near[1] ?? NONE, near.length, sorted[2] ?? NONE, Math.min(near[0] ?? NONE, near[1] ?? NONE) - odds, valued],
    ...around.trees.map(({ tables }) => tables[t]!),
    ...coveringFigures(around.covering, t),
    ...[partner(look, around, t), around.covering.best],
  ]
}

function columnRow(scope: Scope, look: FirstLook, around: Around, i: number): readonly number[] {
  const t = scope.tableAt[i]!
  const odds = look.columns[i]!
  const table = look.tables[t]!
  let joined = NONE
  let joinedColumn = NONE
  let joins = 0
  let bridge = NONE
  for (const [own, other, far] of around.joins[t]!) {
    if (own === i) {
      joins++
      joined = Math.max(joined, look.tables[far]!)
      joinedColumn = Math.max(joinedColumn, look.columns[other]!)
    } else bridge = Math.max(bridge, look.tables[far]!)
  }
  const { index, columns, first } = scope
  const rankInTable = Array.from(look.columns.subarray(first[t], first[t + 1])).filter((one) => one > odds).length
  const rival = nameRival(scope, look, around, i)
  const key = (index.flags[columns[i]!]! & (flag.primary | flag.foreign)) !== 0 ? 1 : 0
  const near = around.near[t]!
  return [
    ...[
      odds,
      around.columnRank[i]!,
      odds - around.topColumn,
      rankInTable,
      odds - around.best[t]![0],
      around.best[t]![0],
      around.best[t]![1],
    ],
    ...[table, around.tableRank[t]!, table - around.topTable, near[0] ?? NONE],
    ...[joins, joined, joinedColumn, Math.min(joined, table), Math.max(joined, table), bridge, Math.min(joined, bridge), key, ...rival],
    ...around.trees.map(({ columns: on }) => on[i]!),
    ...around.trees.map(({ tables }) => tables[t]!).slice(2),
    ...[...coveringFigures(around.covering, t), around.covering.columns[i]!],
    ...[around.termRank[i]!, around.termGap[i]!, around.valueRank[i]!],
  ]
}

const coveringFigures = ({ worth, tables, best, size }: Covering, t: number): readonly number[] => [worth[t]! - best, tables[t]!, size]

/** What the best joined tables with this one in them lose against those with its likeliest neighbour. */
function partner(look: FirstLook, around: Around, t: number): number {
  let odds = NONE
  let worth = -1
  for (const [, , other] of around.joins[t]!) {
    if (look.tables[other]! <= odds) continue
    odds = look.tables[other]!
    worth = around.covering.worth[other]!
  }
  return worth < 0 ? -1 : around.covering.worth[t]! - worth
}

function rivals({ columns, question, columnClaims, values }: Scope, look: FirstLook) {
  const size = columns.length
  const termRank = new Float32Array(size).fill(99)
  const termGap = new Float32Array(size).fill(NONE)
  const valueRank = new Float32Array(size).fill(99)
  const terms = question.terms.length
  const place = (rivals: number[], ranks: Float32Array, gaps?: Float32Array) => {
    rivals.sort((a, b) => look.columns[b]! - look.columns[a]!)
    rivals.forEach((i, rank) => {
      ranks[i] = Math.min(ranks[i]!, rank)
      if (gaps) gaps[i] = Math.max(gaps[i]!, look.columns[i]! - look.columns[rivals[0]!]!)
    })
  }
  for (let q = 0; q < terms; q++) {
    const least = Math.max(0.3, 0.6 * columnClaims.top[q]!)
    const rivals: number[] = []
    for (let i = 0; i < size; i++) if (columnClaims.of[i * terms + q]! >= least) rivals.push(i)
    place(rivals, termRank, termGap)
  }
  const held = Map.groupBy(
    [...columns.keys()].filter((i) => values.place[i]! >= 0),
    (i) => values.place[i]!,
  )
  for (const rivals of held.values()) place(rivals, valueRank)
  return { termRank, termGap, valueRank }
}

/** Another column of the same name: its odds and those of its table. */
function nameRival(scope: Scope, look: FirstLook, { namesakes }: Around, i: number): readonly [number, number] {
  const { tableAt } = scope
  let odds = NONE
  let table = NONE
  for (const other of namesakes.get(nameKey(scope, i))!) {
    if (tableAt[other] === tableAt[i]) continue
    odds = Math.max(odds, look.columns[other]!)
    table = Math.max(table, look.tables[tableAt[other]!]!)
  }
  return [odds, table]
}

const nameKey = ({ index, columns }: Scope, i: number): string => {
  const { starts, items } = index.columnWords
  return items.subarray(starts[columns[i]!], starts[columns[i]! + 1]).join()
}
