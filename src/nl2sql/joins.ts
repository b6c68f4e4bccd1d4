import type { Cut, SearchIndex } from '../search/search.ts'

/** A step of joining: columns of tables that stand already, each beside the column of the new table that it equals. */
export type Step = Readonly<{ table: number; on: readonly (readonly [number, number])[] }>
export type Tree = Readonly<{ first: number; steps: readonly Step[]; cost: number }>

/** How dear it is to pass a table that nobody asked for, beside 1 for the join itself; by its place in the index. */
export type Toll = (table: number) => number

const TABLES_MAX = 12

/** The cheapest way found to join some tables; undefined when they cannot be joined by what the caller sees. `wanted` pairs go first. */
export function joinTree(
  index: SearchIndex,
  tables: readonly number[],
  cut?: Cut,
  wanted: readonly (readonly [number, number])[] = [],
  toll: Toll = () => 0,
): Tree | undefined {
  const unique = [...new Set(tables)]
  if (unique.length === 0 || unique.length > TABLES_MAX) return undefined
  let best: Tree | undefined
  for (const first of unique.length > 2 ? unique : unique.slice(0, 1)) {
    const tree = grown(index, first, unique, cut, wanted, toll)
    if (tree && (!best || tree.cost < best.cost - 1e-9)) best = tree
  }
  return best && from(index, best, unique[0]!)
}

type Way = Readonly<{ table: number; cost: number; before: number; pair: readonly [number, number] }>

function grown(
  index: SearchIndex,
  first: number,
  tables: readonly number[],
  cut: Cut | undefined,
  wanted: readonly (readonly [number, number])[],
  toll: Toll,
): Tree | undefined {
  const inside = new Set([first])
  const missing = new Set(tables.filter((table) => table !== first))
  const steps: Step[] = []
  let cost = 0
  while (missing.size > 0) {
    const ways = new Map<number, Way>()
    const open: Way[] = [...inside].map((table) => ({ table, cost: 0, before: -1, pair: [-1, -1] as const }))
    for (const way of open) ways.set(way.table, way)
    let reached: Way | undefined
    while (open.length > 0) {
      let least = 0
      for (let i = 1; i < open.length; i++) if (open[i]!.cost < open[least]!.cost) least = i
      const [now] = open.splice(least, 1)
      if (ways.get(now!.table) !== now) continue
      if (missing.has(now!.table)) {
        reached = now
        break
      }
      for (const [own, other] of edgesOf(index, now!.table, cut)) {
        const table = index.tableOf[other]!
        const liked = wanted.some(([a, b]) => (a === own && b === other) || (a === other && b === own))
        const next = now!.cost + 1 + (missing.has(table) || inside.has(table) ? 0 : toll(table)) - (liked ? 0.5 : 0)
        const known = ways.get(table)
        if (known && known.cost <= next) continue
        const way = { table, cost: next, before: now!.table, pair: [own, other] as const }
        ways.set(table, way)
        open.push(way)
      }
    }
    if (!reached) return undefined
    cost += reached.cost
    const path: Way[] = []
    for (let at: Way = reached; at.before >= 0; at = ways.get(at.before)!) path.unshift(at)
    for (const { table, pair } of path) {
      inside.add(table)
      missing.delete(table)
      steps.push({ table, on: whole(index, pair) })
    }
  }
  return { first, steps, cost }
}

/** The pairs of columns, own first, by which a table joins others that the caller sees. */
export function edgesOf(index: SearchIndex, table: number, cut?: Cut): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = []
  const { starts, items } = index.tableJoins
  for (let i = starts[table]!; i < starts[table + 1]!; i++) {
    const [from, to] = [index.joins[2 * items[i]!]!, index.joins[2 * items[i]! + 1]!]
    if (index.tableOf[from] === index.tableOf[to]) continue
    if (cut && (cut.columns[from] === 0 || cut.columns[to] === 0)) continue
    pairs.push(index.tableOf[from] === table ? [from, to] : [to, from])
  }
  return pairs
}

/** A key of several columns is joined by all of them. */
function whole(index: SearchIndex, [own, other]: readonly [number, number]): readonly (readonly [number, number])[] {
  for (const [a, b, turned] of [
    [own, other, false],
    [other, own, true],
  ] as const) {
    const [from, to] = [index.tableOf[a]!, index.tableOf[b]!]
    const [source, target] = [index.tables[from]!, index.tables[to]!]
    for (const key of source.foreignKeys ?? []) {
      if (key.columns.length < 2 || key.table.split('.').at(-1)!.toLowerCase() !== target.name.toLowerCase()) continue
      const name = nameOf(index, a)
      if (!key.columns.some((column) => column.toLowerCase() === name)) continue
      const pairs = key.columns.map((column, i): readonly [number, number] => {
        const mine = placeOf(index, from, column)
        const theirs = placeOf(index, to, key.references[i] ?? target.primaryKey?.[i] ?? column)
        return turned ? [theirs, mine] : [mine, theirs]
      })
      if (pairs.every(([x, y]) => x >= 0 && y >= 0)) return pairs
    }
  }
  return [[own, other]]
}

const nameOf = (index: SearchIndex, column: number): string => columnOf(index, column).name.toLowerCase()

/** The column at a place of the index, as its source describes it. */
export function columnOf(index: SearchIndex, column: number) {
  const table = index.tableOf[column]!
  return index.tables[table]!.columns[column - index.firstColumn[table]!]!
}

function placeOf(index: SearchIndex, table: number, name: string): number {
  const at = index.tables[table]!.columns.findIndex((one) => one.name.toLowerCase() === name.toLowerCase())
  return at < 0 ? -1 : index.firstColumn[table]! + at
}

/** The same tree, told from another of its tables. */
function from(index: SearchIndex, tree: Tree, start: number): Tree {
  if (tree.first === start) return tree
  const left = tree.steps.map(({ on }) => on)
  const seen = new Set([start])
  const steps: Step[] = []
  while (left.length > 0) {
    const at = left.findIndex((on) => on[0]!.some((column) => seen.has(index.tableOf[column]!)))
    const [on] = left.splice(at, 1)
    const turned = seen.has(index.tableOf[on![0]![0]]!) ? on! : on!.map(([a, b]) => [b, a] as const)
    const table = index.tableOf[turned[0]![1]]!
    seen.add(table)
    steps.push({ table, on: turned })
  }
  return { ...tree, first: start, steps }
}
