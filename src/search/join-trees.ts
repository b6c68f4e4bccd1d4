type Join = readonly [own: number, other: number, table: number]

/** 1 for each table and column that the cheapest joins between some tables need. */
export type Tree = Readonly<{ tables: Uint8Array; columns: Uint8Array }>
/** The trees of the two likeliest tables, of the three likeliest, and of all that are likely. */
export type Trees = readonly [Tree, Tree, Tree]

const LIKELY = -0.4
const TABLES_MAX = 6

/** How the likeliest tables are joined, greedily: each next one is tied to those before by the cheapest way. `odds` are of the tables. */
export function treesOf(joins: readonly (readonly Join[])[], odds: Float32Array, columns: number): Trees {
  const order = [...odds.keys()].sort((a, b) => odds[b]! - odds[a]! || a - b).slice(0, TABLES_MAX)
  const cost = Float32Array.from(odds, (odd) => 1 + 0.5 / (1 + Math.exp(odd)))
  const likely = order.filter((table, i) => i === 0 || odds[table]! > LIKELY)
  return [order.slice(0, 2), order.slice(0, 3), likely].map((wanted) => treeOf(wanted, joins, cost, columns)) as unknown as Trees
}

function treeOf(wanted: readonly number[], joins: readonly (readonly Join[])[], cost: Float32Array, columns: number): Tree {
  const tree = { tables: new Uint8Array(joins.length), columns: new Uint8Array(columns) }
  for (const goal of wanted) {
    if (tree.tables.includes(1)) tie(goal, tree, joins, cost)
    tree.tables[goal] = 1
  }
  return tree
}

/** Dijkstra from the goal to the nearest table of the tree; a goal that nothing joins stays alone. */
function tie(goal: number, tree: Tree, joins: readonly (readonly Join[])[], cost: Float32Array): void {
  const far = new Float32Array(joins.length).fill(Number.POSITIVE_INFINITY)
  const by: (Readonly<{ from: number; join: Join }> | undefined)[] = []
  const open = new Set([goal])
  far[goal] = 0
  while (open.size > 0) {
    let table = -1
    for (const one of open) if (table < 0 || far[one]! < far[table]!) table = one
    open.delete(table)
    if (tree.tables[table] === 1) {
      for (let at = table, step = by[at]; step; at = step.from, step = by[at]) {
        tree.tables[at] = 1
        tree.columns[step.join[0]] = 1
        tree.columns[step.join[1]] = 1
      }
      return
    }
    for (const join of joins[table]!) {
      const next = far[table]! + cost[join[2]]!
      if (next < far[join[2]]!) {
        far[join[2]] = next
        by[join[2]] = { from: table, join }
        open.add(join[2])
      }
    }
  }
}
