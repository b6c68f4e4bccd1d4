import { FAR, spread } from './distances.ts'
import type { JoinGraph, Relation } from './graph.ts'

/** A table that can be joined to some given ones: over which relations, nearest first. */
export type Related = Readonly<{ table: string; steps: number; joins: readonly Relation[] }>

/** The tables nearest to the given ones, at most `limit`, over at most `stepsMax` joins. Unknown names are left out. Pure. */
export function relatedTables(graph: JoinGraph, tables: readonly string[], limit: number, stepsMax = 2): Related[] {
  const starts = tables.flatMap((name) => graph.place.get(name) ?? [])
  if (starts.length === 0) return []
  const cost = new Int32Array(graph.tables.length).fill(FAR)
  for (const node of starts) cost[node] = 0
  const found = spread(graph, cost)
  const joinsTo = (node: number): Relation[] => {
    const joins: Relation[] = []
    for (let at = node; found.via[at]! >= 0; at = found.from[at]!) joins.push(graph.relations[graph.by[found.via[at]!]!]!)
    return joins.reverse()
  }
  return graph.tables
    .flatMap((table, node) => (found.cost[node]! > 0 && found.cost[node]! < FAR ? [{ table, node, cost: found.cost[node]! }] : []))
    .sort((a, b) => a.cost - b.cost || (a.table < b.table ? -1 : 1))
    .slice(0, limit * 4)
    .map(({ table, node }) => {
      const joins = joinsTo(node)
      return { table, steps: joins.length, joins }
    })
    .filter(({ steps }) => steps <= stepsMax)
    .slice(0, limit)
}
