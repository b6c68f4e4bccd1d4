import { SluiceError } from '../../error.ts'
import type { TableRef } from '../../facts.ts'

/** A node of DuckDB's own tree, as `json_serialize_sql` writes it. */
export type Node = { readonly [key: string]: unknown }

/** One statement of the document: its query node and the names of its parameters. */
export type Statement = Readonly<{ node: Node; named_param_map: unknown }>

/**
 * A statement that was read. `explain` is what stands before it (`EXPLAIN `, `EXPLAIN ANALYZE `), or empty. `refs` are the nodes of real tables. `tells` names
 * what must not run beside a granted view, because it looks past it at the table.
 */
export type Tree = Readonly<{ explain: string; statement: Statement; refs: ReadonlyMap<Node, TableRef>; tells?: string }>

export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A text, or the empty one for what is none. */
export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The name of what a node is: `SELECT_NODE`, or for expressions `FUNCTION:FUNCTION`; undefined for the parts of a node. */
export function kindOf(node: Node): string | undefined {
  if (typeof node.type !== 'string') return undefined
  return typeof node.class === 'string' ? `${node.class}:${node.type}` : node.type
}

type Raw = { readonly rawJSON: string }
type JsonWithSource = {
  parse(text: string, reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown): unknown
  rawJSON(text: string): Raw
  isRawJSON(value: unknown): boolean
}
const exact = JSON as unknown as JsonWithSource

/** A tree that takes more than this, as JSON, would hold up everyone else while it is walked. */
const treeCharsMax = 4 * 1024 * 1024
/** DuckDB counts a place that it does not know as a number that JavaScript would round; places are not needed in any case. */
const places = /"query_location":\d+/g

/** What may be a number that JavaScript would write in another way: too long, `10.0`, `1e300`. */
const written = /\d{16}|\d\.0[,}\]]|\d[eE]/

/** Reads JSON of DuckDB without changing a number: one that JavaScript would round or write in another way stays as it is. Places become 0. */
export function readJson(text: string): unknown {
  if (text.length > treeCharsMax) throw new SluiceError('sql_too_large', 'The statement has too many parts.')
  const placeless = text.replace(places, '"query_location":0')
  try {
    if (!written.test(placeless)) return JSON.parse(placeless)
    return exact.parse(placeless, (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined && String(value) !== source ? exact.rawJSON(source) : value,
    )
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(error)
    throw error
  }
}

export function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(error)
    throw error
  }
}

export const tooDeep = (cause: unknown) => new SluiceError('sql_too_deep', 'The statement is nested too deeply to be read.', { cause })

/** A tree in which `change` may put something else in the place of a node; it is asked from the outside in. What stays is not copied. */
export function mapNodes(value: unknown, change: (node: Node) => unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => mapNodes(item, change))
    return items.some((item, i) => item !== value[i]) ? items : value
  }
  if (!isNode(value) || exact.isRawJSON(value)) return value
  const changed = change(value)
  if (changed !== undefined) return changed
  return mapParts(value, change)
}

/** The same for the parts of a node, which itself stays. */
export function mapParts(node: Node, change: (node: Node) => unknown): Node {
  let copy: Record<string, unknown> | undefined
  for (const key in node) {
    const before = node[key]
    if (typeof before !== 'object' || before === null) continue
    const after = mapNodes(before, change)
    if (after === before) continue
    copy ??= { ...node }
    copy[key] = after
  }
  return copy ?? node
}

/** `SELECT item FROM from` with these modifiers, with its keys in DuckDB's order. */
export const selectNode = (modifiers: readonly Node[], item: Node, from: Node): Node => ({
  type: 'SELECT_NODE',
  modifiers,
  cte_map: { map: [] },
  select_list: [item],
  from_table: from,
  where_clause: null,
  group_expressions: [],
  group_sets: [],
  aggregate_handling: 'STANDARD_HANDLING',
  having: null,
  sample: null,
  qualify: null,
})

/** Small letters as DuckDB compares names: only those of ASCII. */
export const smallLetters = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** A number of the engine's that JavaScript would round. */
export const isRaw = (value: unknown): boolean => exact.isRawJSON(value)
