import type { Scope } from './evidence.ts'

/**
 * How near in meaning a question is to the names of tables and columns, as somebody else's model of language has it: cosines by their places in
 * the index, of what the caller sees only. `mean` is that of all names; `weight` is how many log odds the nearest may gain at most.
 */
export type Nearness = Readonly<{
  tables: ReadonlyMap<number, number>
  columns: ReadonlyMap<number, number>
  mean: number
  weight: number
}>

/** So many tables that only this points at are looked at closely. */
const CLOSELY_MAX = 8
/** Cosines of different models lie at different heights: what counts is how far the best stands out from all, up to this. */
const SPREAD = 0.25
/** A column that is near speaks for its table, a little less than the table's own name. */
const BY_COLUMN = 0.95
/** From here on nearness is a reason of its own. */
const REASON_MIN = 0.5

/** The nearest tables, by their own names or those of a column, nearest first. */
export function nearest({ tables, columns }: Nearness, tableOf: Uint32Array): readonly (readonly [table: number, cosine: number])[] {
  const best = new Map(tables)
  for (const [column, cosine] of columns) {
    const table = tableOf[column]!
    if (BY_COLUMN * cosine > (best.get(table) ?? Number.NEGATIVE_INFINITY)) best.set(table, BY_COLUMN * cosine)
  }
  return [...best].sort((a, b) => b[1] - a[1] || a[0] - b[0])
}

/** The tables worth a closer look, with those that are nearest, in rising order. */
export function withNearest(chosen: readonly number[], near: Nearness, tableOf: Uint32Array): readonly number[] {
  const all = new Set(chosen)
  for (const [table] of nearest(near, tableOf).slice(0, CLOSELY_MAX)) all.add(table)
  return all.size === chosen.length ? chosen : [...all].sort((a, b) => a - b)
}

/** From 0 to 1 for each table and column of a scope: how far it stands out by nearness. */
export type StandsOut = Readonly<{ tables: Float32Array; columns: Float32Array; best: number }>

export function standsOut({ tables, columns, index }: Scope, near: Nearness): StandsOut {
  const byTable = nearest(near, index.tableOf)
  const top = byTable[0]?.[1] ?? near.mean
  const held = new Map(byTable)
  const out = (cosine: number | undefined, best: number) => {
    if (cosine === undefined || cosine <= near.mean || best <= near.mean) return 0
    return ((cosine - near.mean) / (best - near.mean)) ** 2 * Math.min(1, (best - near.mean) / SPREAD)
  }
  const topColumn = Math.max(near.mean, ...near.columns.values())
  return {
    tables: Float32Array.from(tables, (table) => out(held.get(table), top)),
    columns: Float32Array.from(columns, (column) => out(near.columns.get(column), topColumn)),
    best: top,
  }
}

type Odds = Readonly<{ tables: Float32Array; columns: Float32Array }>

/** The odds of a scope with what nearness adds to them. */
export function raised(odds: Odds, out: StandsOut, weight: number): Odds {
  return {
    tables: odds.tables.map((one, t) => one + weight * out.tables[t]!),
    columns: odds.columns.map((one, i) => one + weight * out.columns[i]!),
  }
}

/** Why a table is a hit that no word points at; empty where it does not stand out. */
export const whyNear = (out: StandsOut | undefined, t: number): string =>
  out && out.tables[t]! >= REASON_MIN ? 'the question means about the same as its names' : ''
