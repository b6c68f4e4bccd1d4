import type { JoinGraph } from './graph.ts'

/** The cheapest way from some starts to every node: its cost, and the edge by which it was reached (-1 where it starts or cannot be reached). */
export type Distances = Readonly<{ cost: Int32Array; via: Int32Array; from: Int32Array }>

export const FAR = 0x3fffffff

/**
 * Costs are small whole numbers, so a queue of buckets does what a heap would, without comparing. `cost` may come with starts already set;
 * `until` ends the search when it answers true for a node that is settled.
 */
export function spread({ first, to, cost: weight }: JoinGraph, cost: Int32Array, until?: (node: number) => boolean): Distances {
  const via = new Int32Array(cost.length).fill(-1)
  const from = new Int32Array(cost.length).fill(-1)
  const buckets: number[][] = []
  for (let node = 0; node < cost.length; node++) if (cost[node]! < FAR) put(buckets, cost[node]!, node)
  for (let at = 0; at < buckets.length; at++) {
    const bucket = buckets[at]
    if (!bucket) continue
    // Grows while it is read when an edge costs nothing; none does.
    for (const node of bucket) {
      if (cost[node] !== at) continue
      if (until?.(node)) return { cost, via, from }
      for (let edge = first[node]!; edge < first[node + 1]!; edge++) {
        const next = to[edge]!
        const through = at + weight[edge]!
        if (through >= cost[next]!) continue
        cost[next] = through
        via[next] = edge
        from[next] = node
        put(buckets, through, next)
      }
    }
  }
  return { cost, via, from }
}

/** From one node. */
export function spreadFrom(graph: JoinGraph, start: number, until?: (node: number) => boolean): Distances {
  const cost = new Int32Array(graph.tables.length).fill(FAR)
  cost[start] = 0
  return spread(graph, cost, until)
}

function put(buckets: number[][], at: number, node: number): void {
  const bucket = buckets[at]
  if (bucket) bucket.push(node)
  else buckets[at] = [node]
}
