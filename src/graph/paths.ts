import { type Distances, FAR, spread, spreadFrom } from './distances.ts'
import type { JoinGraph, Relation } from './graph.ts'

/** The cheapest way to join some tables: every table that it needs, and one relation for each step. */
export type JoinPath = Readonly<{ tables: readonly string[]; joins: readonly Relation[]; cost: number }>

/** Up to this many tables the answer is the cheapest of all; beyond it is at most twice as dear as that, and seldom any dearer. */
const EXACT_MAX = 5
const TABLES_MAX = 32

/** Undefined when the tables cannot be joined, or one of them is not in the graph. Pure. */
export function findJoinPath(graph: JoinGraph, tables: readonly string[]): JoinPath | undefined {
  const wanted = [...new Set(tables)].map((name) => graph.place.get(name))
  if (wanted.length === 0 || wanted.length > TABLES_MAX || wanted.includes(undefined)) return undefined
  const nodes = wanted as number[]
  if (nodes.length === 1) return { tables: [graph.tables[nodes[0]!]!], joins: [], cost: 0 }
  const edges = nodes.length === 2 ? between(graph, nodes) : nodes.length <= EXACT_MAX ? exact(graph, nodes) : near(graph, nodes)
  return edges && pathOf(graph, nodes, edges)
}

function between(graph: JoinGraph, [a, b]: readonly number[]): Set<number> | undefined {
  const found = spreadFrom(graph, a!, (node) => node === b)
  return found.cost[b!]! < FAR ? new Set(back(graph, found, b!)) : undefined
}

/** The relations on the way back to where it started. */
function back(graph: JoinGraph, { via, from }: Distances, node: number): number[] {
  const edges: number[] = []
  for (let at = node; via[at]! >= 0; at = from[at]!) edges.push(graph.by[via[at]!]!)
  return edges
}

/**
 * The Steiner tree by dynamic programming over subsets of the tables (Dreyfus and Wagner 1971): `best[set]` holds for every node the cost of
 * the cheapest tree that joins it with the tables of the set.
 */
function exact(graph: JoinGraph, nodes: readonly number[]): Set<number> | undefined {
  const size = graph.tables.length
  const last = nodes.length - 1
  const full = (1 << last) - 1
  const best: Distances[] = []
  const split: Int32Array[] = []
  for (let set = 1; set <= full; set++) {
    const cost = new Int32Array(size).fill(FAR)
    const parted = new Int32Array(size)
    const single = (set & (set - 1)) === 0
    if (single) cost[nodes[31 - Math.clz32(set)]!] = 0
    for (let sub = (set - 1) & set; !single && sub > set - sub; sub = (sub - 1) & set) {
      const [one, other] = [best[sub]!.cost, best[set ^ sub]!.cost]
      for (let node = 0; node < size; node++) {
        const together = one[node]! + other[node]!
        if (together >= cost[node]!) continue
        cost[node] = together
        parted[node] = sub
      }
    }
    best[set] = spread(graph, cost)
    split[set] = parted
  }
  const root = nodes[last]!
  if (best[full]!.cost[root]! >= FAR) return undefined
  const edges = new Set<number>()
  const collect = (set: number, node: number): void => {
    const { via, from } = best[set]!
    let at = node
    for (; via[at]! >= 0; at = from[at]!) edges.add(graph.by[via[at]!]!)
    const sub = split[set]![at]!
    if (sub === 0) return
    collect(sub, at)
    collect(set ^ sub, at)
  }
  collect(full, root)
  return edges
}

/** Grows one tree, each time by the table that is nearest to it (Takahashi and Matsuyama 1980); the best over every table to start from. */
function near(graph: JoinGraph, nodes: readonly number[]): Set<number> | undefined {
  let best: { edges: Set<number>; cost: number } | undefined
  for (const start of nodes.slice(0, EXACT_MAX)) {
    const inside = new Set([start])
    const missing = new Set(nodes.filter((node) => node !== start))
    const edges = new Set<number>()
    let total = 0
    while (missing.size > 0) {
      const cost = new Int32Array(graph.tables.length).fill(FAR)
      for (const node of inside) cost[node] = 0
      let reached = -1
      const found = spread(graph, cost, (node) => {
        if (missing.has(node)) reached = node
        return reached >= 0
      })
      if (reached < 0) return undefined
      total += found.cost[reached]!
      for (let at = reached; ; at = found.from[at]!) {
        inside.add(at)
        missing.delete(at)
        if (found.via[at]! < 0) break
        edges.add(graph.by[found.via[at]!]!)
      }
    }
    if (!best || total < best.cost) best = { edges, cost: total }
  }
  return best?.edges
}

/** In the order in which a statement can join them: each step touches a table that is there already. */
function pathOf(graph: JoinGraph, nodes: readonly number[], edges: ReadonlySet<number>): JoinPath {
  const left = [...edges].map((edge) => graph.relations[edge]!)
  const tables = [graph.tables[nodes[0]!]!]
  const joins: Relation[] = []
  while (left.length > 0) {
    const next = left.findIndex(({ from, to }) => tables.includes(from) || tables.includes(to))
    const [relation] = left.splice(next, 1)
    joins.push(relation!)
    for (const name of [relation!.from, relation!.to]) if (!tables.includes(name)) tables.push(name)
  }
  return { tables, joins, cost: joins.reduce((sum, { kind, strength }) => sum + (kind === 'foreign_key' ? 1 : 2 - strength), 0) }
}
