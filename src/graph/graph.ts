import type { Schema } from '../schema.ts'
import { edgesOf } from './edges.ts'

export { findJoinPath, type JoinPath } from './paths.ts'
export { type Knows, readJoins, type Sign } from './read-joins.ts'
export { readSelects, type Selects } from './read-selects.ts'
export { type Related, relatedTables } from './related.ts'
export { type Counts, type JoinUse, joinWarnings, type Used, type Warning } from './warnings.ts'

/** How many rows of each side may meet: `n:1` means that a row of `from` finds at most one of `to`. */
export type Cardinality = '1:1' | 'n:1' | 'n:m'

/**
 * One way to join two tables, from the side that refers to the side that is referred to. Names of tables are `schema.name`, or the plain name
 * in sources without schemas. `strength` is from 0 to 1; a foreign key has 1.
 */
export type Relation = Readonly<{
  from: string
  to: string
  columns: readonly string[]
  references: readonly string[]
  kind: 'foreign_key' | 'inferred'
  strength: number
  cardinality: Cardinality
  /** True when a row of `from` may find no row of `to`: an inner join then loses it. */
  optional: boolean
  /** Why we think so, one sentence. */
  evidence: string
}>

/** What profiles know of columns, where there are any. */
export type Inclusion = Readonly<{
  /** Share of the values of one column that are among those of another, from 0 to 1; undefined where nobody has looked. */
  share(from: string, column: string, to: string, reference: string): number | undefined
}>

/** The tables of one source and the ways to join them. Nodes are places in `tables`; arrays are kept for speed and never changed. */
export type JoinGraph = Readonly<{
  tables: readonly string[]
  relations: readonly Relation[]
  place: ReadonlyMap<string, number>
  /** The neighbours of node n are the entries from `first[n]` to `first[n + 1]` of `to`, `cost` and `by` (the place of the relation). */
  first: Int32Array
  to: Int32Array
  cost: Int32Array
  by: Int32Array
}>

/** A foreign key costs this; an inferred relation more, the weaker it is. */
export const COST_FOREIGN_KEY = 10

const costOf = ({ kind, strength, cardinality }: Relation): number =>
  COST_FOREIGN_KEY + (kind === 'inferred' ? 2 + Math.round((1 - strength) * 30) : 0) + (cardinality === 'n:m' ? 15 : 0)

/** The join graph of a schema: foreign keys, and relations inferred from names, types and, where known, values. Pure. */
export function joinGraph(schema: Schema, inclusion?: Inclusion): JoinGraph {
  const tables = schema.tables.filter((table) => !table.system && table.kind !== 'sequence')
  const names = tables.map(({ schema: place, name }) => (place === '' ? name : `${place}.${name}`))
  const place = new Map(names.map((name, i) => [name, i]))
  const relations = edgesOf(tables, names, inclusion)
  const first = new Int32Array(names.length + 1)
  for (const { from, to } of relations) {
    first[place.get(from)! + 1]!++
    first[place.get(to)! + 1]!++
  }
  for (let i = 1; i < first.length; i++) first[i]! += first[i - 1]!
  const at = first.slice()
  const to = new Int32Array(relations.length * 2)
  const cost = new Int32Array(relations.length * 2)
  const by = new Int32Array(relations.length * 2)
  const put = (from: number, target: number, relation: Relation, index: number) => {
    const slot = at[from]!++
    to[slot] = target
    cost[slot] = costOf(relation)
    by[slot] = index
  }
  relations.forEach((relation, i) => {
    const [a, b] = [place.get(relation.from)!, place.get(relation.to)!]
    put(a, b, relation, i)
    put(b, a, relation, i)
  })
  return { tables: names, relations, place, first, to, cost, by }
}
