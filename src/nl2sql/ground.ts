import { edgesOf, joinTree } from './joins.ts'
import type { Linked } from './link.ts'

/** Tables that a query reads, with the joins that are to be preferred; `score` is the log of the chance of just these tables. */
export type TableWay = Readonly<{ tables: readonly number[]; joins: readonly (readonly [number, number])[]; score: number }>

const EXTRA_MIN = -2.5
const WAYS_MAX = 4

/** The tables that hold the columns, and unless they are to stand alone ways to have one more that the question names. */
export function tableWays(linked: Linked, columns: readonly number[], inner: readonly number[], bare = false): readonly TableWay[] {
  const { scope, odds } = linked
  const needed = [...new Set(columns.filter((column) => column >= 0).map((column) => scope.index.tableOf[column]!))]
  const extras = scope.tables
    .map((table, t) => ({ table, odds: odds.tables[t]! }))
    .filter(({ table }) => !needed.includes(table) && !inner.includes(table))
    .sort((a, b) => b.odds - a.odds || a.table - b.table)
  const sets = needed.length === 0 ? extras.slice(0, 4).map(({ table }) => [table]) : [needed]
  if (needed.length > 0 && !bare)
    for (const { table, odds: likely } of extras.slice(0, 2)) if (likely > EXTRA_MIN) sets.push([...needed, table])
  const [first, second] = extras
  if (needed.length === 0 && second && second.odds > EXTRA_MIN) sets.push([first!.table, second.table])
  const ways: TableWay[] = []
  for (const tables of sets) {
    for (const joins of joinWays(linked, tables)) {
      const tree = joinTree(scope.index, tables, linked.cut, joins, tollOf(linked))
      if (!tree) continue
      const read = new Set([tree.first, ...tree.steps.map(({ table }) => table), ...inner])
      ways.push({
        tables,
        joins,
        score:
          chanceOf(linked, read) +
          joinScore(
            linked,
            tree.steps.map(({ on }) => on[0]!),
          ),
      })
    }
  }
  return ways.sort((a, b) => b.score - a.score).slice(0, WAYS_MAX)
}

/** A table that the question is not about is passed where there is no other way. */
export const tollOf = ({ scope, odds }: Linked): ((table: number) => number) => {
  const places = new Map(scope.tables.map((table, t) => [table, t]))
  return (table) => {
    const place = places.get(table)
    return place === undefined ? 0.5 : 0.5 / (1 + Math.exp(odds.tables[place]!))
  }
}

function chanceOf({ scope, odds }: Linked, read: ReadonlySet<number>): number {
  return scope.tables.reduce((sum, table, t) => {
    const one = Math.max(-5, Math.min(5, odds.tables[t]!))
    return sum - Math.log(1 + Math.exp(read.has(table) ? -one : one))
  }, 0)
}

/** How likely the columns of these joins are read at all, beside other ways to join the same tables. */
function joinScore({ scope, odds }: Linked, pairs: readonly (readonly [number, number])[]): number {
  return pairs.reduce((sum, pair) => {
    const own = oddsOf(pair)
    const rivals = edgesOf(scope.index, scope.index.tableOf[pair[0]]!).filter(
      ([, other]) => scope.index.tableOf[other] === scope.index.tableOf[pair[1]],
    )
    const best = rivals.reduce((most, rival) => Math.max(most, oddsOf(rival)), own)
    return sum + 0.5 * (own - best)
  }, 0)
  function oddsOf([a, b]: readonly [number, number]): number {
    const at = (column: number) => odds.columns[scope.placeOfColumn.get(column) ?? -1] ?? -8
    return at(a) + at(b)
  }
}

/** Where two tables join in more than one way: by each of the likelier ones. */
function joinWays(linked: Linked, tables: readonly number[]): readonly (readonly (readonly [number, number])[])[] {
  const { scope, odds, cut } = linked
  const chosen: (readonly [number, number])[] = []
  let other: readonly [number, number] | undefined
  const at = (column: number) => odds.columns[scope.placeOfColumn.get(column) ?? -1] ?? -8
  for (const [i, table] of tables.entries()) {
    const all = edgesOf(scope.index, table, cut)
    for (const next of tables.slice(i + 1)) {
      const edges = all.filter(([, column]) => scope.index.tableOf[column] === next)
      if (edges.length < 2) continue
      const sorted = [...edges].sort(([a, b], [c, d]) => at(c) + at(d) - at(a) - at(b))
      chosen.push(sorted[0]!)
      other ??= sorted[1]!
    }
  }
  return other === undefined ? [chosen] : [chosen, [other, ...chosen.slice(1)]]
}

export type LinkWay = Readonly<{ outer: number; link: number; tables: readonly number[]; score: number }>

/** Columns by which rows of what is asked for are looked for in other tables: those of `inner` columns, or a table that joins directly. */
export function linkColumns(linked: Linked, outer: readonly number[], inner: readonly number[]): readonly LinkWay[] {
  const { scope, odds, cut } = linked
  const { index } = scope
  const places = new Map(scope.tables.map((table, t) => [table, t]))
  const oddsOf = (table: number) => odds.tables[places.get(table) ?? -1] ?? -6
  const mine = new Set(outer.filter((column) => column >= 0).map((column) => index.tableOf[column]!))
  if (mine.size === 0) {
    const best = [...scope.tables].sort((a, b) => oddsOf(b) - oddsOf(a)).slice(0, 2)
    for (const table of best) mine.add(table)
  }
  const wanted = [...new Set(inner.map((column) => index.tableOf[column]!))]
  const denied = deniedSides(linked)
  const ways: LinkWay[] = []
  for (const table of mine) {
    for (const [own, other] of edgesOf(index, table, cut)) {
      const next = index.tableOf[other]!
      const tables = [...new Set([next, ...wanted])]
      if (wanted.length > 0 && wanted.every((one) => mine.has(one)) && mine.size === 1) continue
      const tree = joinTree(index, tables, cut)
      if (!tree || tree.steps.some(({ table: passed }) => passed === table)) continue
      const score = -Math.log(1 + Math.exp(-oddsOf(next))) - 0.7 * (tree.steps.length + 1 - wanted.length) + denied(table, next)
      ways.push({ outer: own, link: other, tables, score: mine.size > 1 ? score - Math.log(1 + Math.exp(-oddsOf(table))) : score })
    }
  }
  return ways.sort((a, b) => b.score - a.score).slice(0, 4)
}

/** `Customers who have no account`: what is asked for is named before the word that denies, what is missing after it. */
function deniedSides({ tokens, scope, tableClaims, topTable }: Linked): (outer: number, inner: number) => number {
  const at = tokens.findIndex(({ word }) => /^(not|no|without|never|don|didn|doesn|nor|neither|isn|aren|wasn|haven|hasn)$/.test(word))
  if (at < 0) return () => 0
  const n = tokens.length
  const named = (table: number, from: number, to: number): number => {
    const t = scope.tables.indexOf(table)
    let most = 0
    if (t >= 0)
      for (let i = from; i < to; i++) if (tableClaims[t * n + i]! >= topTable[i]! - 1e-6) most = Math.max(most, tableClaims[t * n + i]!)
    return most
  }
  return (outer, inner) => 1.5 * (named(outer, 0, at) - named(outer, at, n) + named(inner, at, n) - named(inner, 0, at))
}
