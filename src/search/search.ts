import type { Table, TableColumn } from '../schema.ts'
import { bestOf, lookAcross, lookedAt, type Within } from './across.ts'
import type { Cut, Scope } from './evidence.ts'
import type { SearchIndex } from './index.ts'
import { type Nearness, raised, whyNear } from './nearness.ts'
import { type Model, scopeFor } from './rank.ts'
import { judgeSources, type Looked } from './source-signs.ts'
import { whyColumn, whyTable } from './why.ts'

export { type Across, lookAcross, type Within } from './across.ts'
export type { Cut, Scope } from './evidence.ts'
export { type Forest, judgeAll, packForests, unpackForests } from './forest.ts'
export { buildIndex, columnsWith, flag, hashOf, type Known, kinds, type SearchIndex, valueKey } from './index.ts'
export { type Lexicon, lexiconOf, noLexicon } from './lexicon.ts'
export type { Nearness } from './nearness.ts'
export { type Kept, packIndex, unpackIndex } from './pack.ts'
export { type FirstSigns, firstLook, firstSigns, judged, type Model, modelOf, packModel, scopeFor, secondSigns, widths } from './rank.ts'
export { judgeSources, type Looked, SOURCE_SIGNS } from './source-signs.ts'
export { stemOf, wordsOf } from './words.ts'

/** A column that fits a question. */
export type ColumnHit = Readonly<{ column: TableColumn; chance: number; why: string }>

/**
 * A table that fits a question: `place` is its own in the index. `chance` is how likely it is needed, from 0 to 1; `why` is one line; `columns`
 * are its own that fit, best first.
 */
export type Hit = Readonly<{ table: Table; place: number; chance: number; why: string; columns: readonly ColumnHit[] }>

/** The same in one of several sources, by its place in the list. */
export type HitAcross = Hit & Readonly<{ source: number }>

const CHANCE_MIN = 0.002
const COLUMN_CHANCE_MIN = 0.004
/** A source that is no more likely than this, beside one that is, is not what was asked for. */
const SOURCE_MIN = 0.01

/**
 * The tables that fit a question, best first, at most `limit`, as far as `cut` lets them be seen. Nothing asked is everything wanted; a question
 * that nothing points at finds nothing.
 */
export function search(question: string, index: SearchIndex, model: Model, limit: number, cut?: Cut, near?: Nearness): Hit[] {
  if (!asks(question)) return listed(index, cut).slice(0, limit)
  return hitsOf(lookedAt(scopeFor(question, index, cut, near), model, near), 1, limit)
}

/** The same over several sources: those that the question fits as a whole come first. */
export function searchAcross(question: string, sources: readonly Within[], model: Model, limit: number): HitAcross[] {
  const [only] = sources
  if (sources.length === 1) return search(question, only!.index, model, limit, only!.cut, only!.near).map((hit) => ({ ...hit, source: 0 }))
  if (!asks(question))
    return sources.flatMap(({ index, cut }, source) => listed(index, cut).map((hit) => ({ ...hit, source }))).slice(0, limit)
  const { places, looked, signs } = lookAcross(question, sources, model)
  const odds = nearer(
    judgeSources(model.sources, signs),
    places.map((place) => sources[place]!.near),
  )
  const shares = [...odds].map((odd) => 1 / (1 + Math.exp(-odd)))
  const all = shares.reduce((sum, share) => sum + share, 0)
  const hits = looked.flatMap((one, i) => {
    const share = all === 0 ? 0 : shares[i]! / all
    return share < SOURCE_MIN ? [] : hitsOf(one, share, limit).map((hit) => ({ ...hit, source: places[i]! }))
  })
  return hits.sort((a, b) => b.chance - a.chance || a.source - b.source || (a.table.name < b.table.name ? -1 : 1)).slice(0, limit)
}

/** A source of which something is nearer to the question than of the others gains by it, as its tables do. */
function nearer(odds: Float32Array, near: readonly (Nearness | undefined)[]): Float32Array {
  const best = near.map(bestOf)
  const most = Math.max(...best)
  if (most <= 0) return odds
  return odds.map((one, i) => one - (near[i] ? near[i].weight * Math.min(1, (most - best[i]!) / SOURCE_APART) : 0))
}
/** A source that is so much further away than the nearest loses all that nearness can cost it. */
const SOURCE_APART = 0.15

const asks = (question: string): boolean => /[\p{L}\p{N}]/u.test(question)

function hitsOf({ scope, odds: plain, near }: Looked, share: number, limit: number): Hit[] {
  const odds = near ? raised(plain, near.out, near.weight) : plain
  const whys = scope.tables.map((_, t) => whyTable(scope, t) || whyNear(near?.out, t))
  const order = [...odds.tables.keys()].sort((a, b) => odds.tables[b]! - odds.tables[a]! || compare(scope, a, b))
  const top = order.find((t) => whys[t] !== '')
  if (top === undefined) return []
  const chance = (t: number) => chanceOf(odds.tables[t]!)
  return order
    .filter((t) => whys[t] !== '' || chance(t) >= CHANCE_MIN)
    .slice(0, limit)
    .map((t) => {
      const columns = Array.from({ length: scope.first[t + 1]! - scope.first[t]! }, (_, k) => scope.first[t]! + k)
        .filter((i) => chanceOf(odds.columns[i]!) >= COLUMN_CHANCE_MIN)
        .sort((a, b) => odds.columns[b]! - odds.columns[a]! || a - b)
        .map((i) => ({ column: columnAt(scope, i), chance: rounded(chanceOf(odds.columns[i]!)), why: whyColumn(scope, i) }))
      const why = whys[t] || joinedWhy(scope, t, top)
      return { table: scope.index.tables[scope.tables[t]!]!, place: scope.tables[t]!, chance: rounded(share * chance(t)), why, columns }
    })
}

const chanceOf = (odds: number): number => 1 / (1 + Math.exp(-odds))
const rounded = (chance: number): number => Math.round(10_000 * chance) / 10_000

function columnAt({ index, columns }: Scope, i: number): TableColumn {
  const table = index.tableOf[columns[i]!]!
  return index.tables[table]!.columns[columns[i]! - index.firstColumn[table]!]!
}

const nameOf = ({ index, tables }: Scope, t: number): string => {
  const { schema, name } = index.tables[tables[t]!]!
  return `${schema}.${name}`
}

const compare = (scope: Scope, a: number, b: number): number => {
  const [one, other] = [nameOf(scope, a), nameOf(scope, b)]
  return one.length - other.length || (one < other ? -1 : 1)
}

function joinedWhy(scope: Scope, t: number, top: number): string {
  for (let i = 0; i < scope.joins.length; i += 2) {
    const [from, to] = [scope.tableAt[scope.joins[i]!]!, scope.tableAt[scope.joins[i + 1]!]!]
    if ((from === t && to === top) || (from === top && to === t)) return `it joins ${scope.index.tables[scope.tables[top]!]!.name}`
  }
  return 'it is used together with tables that fit'
}

function listed(index: SearchIndex, cut: Cut | undefined): Hit[] {
  return [...index.tables.keys()]
    .filter((t) => !cut || cut.tables[t] === 1)
    .map((place) => ({ table: index.tables[place]!, place, chance: 0, why: 'every table is listed', columns: [] }))
    .sort((a, b) => (`${a.table.schema}.${a.table.name}` < `${b.table.schema}.${b.table.name}` ? -1 : 1))
}
