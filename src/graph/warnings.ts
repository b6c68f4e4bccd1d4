import type { JoinGraph, Relation } from './graph.ts'

/** A join as a statement writes it. Names of tables are those of the graph; `kind` says which side may stay without a partner. */
export type Used = Readonly<{
  left: string
  leftColumns: readonly string[]
  right: string
  rightColumns: readonly string[]
  kind: 'inner' | 'left' | 'right' | 'full'
}>

/** What a statement does with its tables; `added` are those whose columns are summed, averaged or counted. */
export type JoinUse = Readonly<{ joins: readonly Used[]; added: readonly string[] }>

/** `tables` are those that the sentence is about. */
export type Warning = Readonly<{ kind: 'fan_out' | 'chasm' | 'row_loss' | 'no_relation'; tables: readonly string[]; text: string }>

/** What profiles and estimates know; undefined where nobody has looked. */
export type Counts = Readonly<{
  rows(table: string): number | undefined
  /** Share of NULL among the values of a column, from 0 to 1. */
  nulls(table: string, column: string): number | undefined
}>

/** How a table is called in a sentence. */
type Naming = (table: string) => string

const unknown: Counts = { rows: () => undefined, nulls: () => undefined }

/** `many` rows of `other` may stand beside one row of `table`. */
type Step = Readonly<{ other: string; many: boolean; relation: Relation | undefined }>

/** What a statement's joins may do to its figures and its rows. Pure; says nothing about what it does not know. */
export function joinWarnings(
  graph: JoinGraph,
  { joins, added }: JoinUse,
  counts: Counts = unknown,
  say: Naming = (table) => table,
): Warning[] {
  const steps = new Map<string, Step[]>()
  const warnings: Warning[] = []
  for (const join of joins) {
    const relation = relationOf(graph, join)
    if (!relation) {
      warnings.push({
        kind: 'no_relation',
        tables: [join.left, join.right],
        text: `${say(join.left)} and ${say(join.right)} are joined by columns that no known relation joins: check that they mean the same.`,
      })
    } else {
      const lost = rowLoss(relation, join, counts, say)
      if (lost) warnings.push(lost)
    }
    add(steps, join.left, { other: join.right, many: manyOn(relation, join.right), relation })
    add(steps, join.right, { other: join.left, many: manyOn(relation, join.left), relation })
  }
  for (const table of new Set(added)) warnings.push(...fanOut(table, steps, counts, say))
  for (const [table, beside] of steps) {
    const many = [...new Set(beside.filter((step) => step.many).map(({ other }) => other))]
    if (many.length < 2) continue
    warnings.push({
      kind: 'chasm',
      tables: [table, ...many],
      text: `Each row of ${say(table)} meets every pair of its rows in ${many.map(say).join(' and ')}, so rows of both come more than once. Aggregate each of them before joining.`,
    })
  }
  return warnings
}

/** A relation without a known direction may multiply either side. */
const manyOn = (relation: Relation | undefined, table: string): boolean =>
  relation !== undefined && relation.cardinality !== '1:1' && (relation.from === table || relation.cardinality === 'n:m')

function relationOf({ relations }: JoinGraph, { left, leftColumns, right, rightColumns }: Used): Relation | undefined {
  const same = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((name, i) => name.toLowerCase() === b[i]!.toLowerCase())
  const sorted = (own: readonly string[], others: readonly string[]) => {
    const order = own.map((_, i) => i).sort((a, b) => (own[a]! < own[b]! ? -1 : 1))
    return [order.map((i) => own[i]!), order.map((i) => others[i]!)] as const
  }
  const fits = (relation: Relation, columns: readonly string[], references: readonly string[]) => {
    const [ours, theirs] = sorted(relation.columns, relation.references)
    const [given, partners] = sorted(columns, references)
    return same(ours, given) && same(theirs, partners)
  }
  return relations.find(
    (relation) =>
      (relation.from === left && relation.to === right && fits(relation, leftColumns, rightColumns)) ||
      (relation.from === right && relation.to === left && fits(relation, rightColumns, leftColumns)),
  )
}

/** The tables beyond which the rows of `table` are multiplied, each told once with the first that does it. */
function fanOut(table: string, steps: ReadonlyMap<string, readonly Step[]>, counts: Counts, say: Naming): Warning[] {
  const seen = new Set([table])
  const queue = [table]
  const warnings: Warning[] = []
  for (const at of queue) {
    for (const { other, many } of steps.get(at) ?? []) {
      if (seen.has(other)) continue
      seen.add(other)
      if (!many) {
        queue.push(other)
        continue
      }
      const [rows, others] = [counts.rows(table), counts.rows(other)]
      const times = rows && others && others > rows ? `, about ${Math.round((others / rows) * 10) / 10} times on average` : ''
      warnings.push({
        kind: 'fan_out',
        tables: [table, other],
        text: `Figures of ${say(table)} are counted once for every matching row of ${say(other)}${times}. Aggregate ${say(other)} before joining, or count distinct keys.`,
      })
    }
  }
  return warnings
}

function rowLoss(relation: Relation, join: Used, counts: Counts, say: Naming): Warning | undefined {
  const kept =
    join.kind === 'full' || (join.kind === 'left' && join.left === relation.from) || (join.kind === 'right' && join.right === relation.from)
  if (kept || !relation.optional) return undefined
  const shares = relation.columns.map((column) => counts.nulls(relation.from, column)).filter((share) => share !== undefined)
  const share = Math.max(0, ...shares)
  // Looked at, and nothing is missing.
  if (shares.length === relation.columns.length && share === 0) return undefined
  const much = share > 0 ? ` (${Math.round(share * 1000) / 10} % of its rows)` : ''
  return {
    kind: 'row_loss',
    tables: [relation.from, relation.to],
    text: `Rows of ${say(relation.from)} without a match in ${say(relation.to)} are left out${much}. Use an outer join to keep them.`,
  }
}

function add(map: Map<string, Step[]>, table: string, step: Step): void {
  const known = map.get(table)
  if (known) known.push(step)
  else map.set(table, [step])
}
