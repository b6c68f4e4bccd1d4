import type { TableRef } from '../../facts.ts'
import { places } from './grammar.ts'
import type { Node } from './parser.ts'

/**
 * One statement as libpg_query gives it. `refs` knows which of its RangeVar messages are real tables, `keys` the columns of the
 * primary keys of those that the schema knows.
 */
export type Tree = Readonly<{ stmt: Node; refs: ReadonlyMap<Node, TableRef>; keys: ReadonlyMap<Node, readonly string[]> }>

export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The one name and message of a node that names itself; undefined for anything else. */
export function only(value: unknown): readonly [type: string, node: Node] | undefined {
  if (!isNode(value)) return undefined
  const keys = Object.keys(value)
  const node = value[keys[0] ?? '']
  return keys.length === 1 && isNode(node) ? [keys[0]!, node] : undefined
}

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The texts of a list of String nodes, e.g. the parts of a name; `*` stands for a star, undefined for anything else. */
export const names = (value: unknown): (string | undefined)[] =>
  list(value).map((part) => {
    const [type, node] = only(part) ?? ['', {}]
    return type === 'String' ? String(node.sval ?? '') : type === 'A_Star' ? '*' : undefined
  })

/** The text of a constant, or undefined where there is none. */
export function constant(value: unknown): string | undefined {
  const [type, node] = only(value) ?? ['', {}]
  if (type === 'TypeCast') return constant(node.arg)
  if (type !== 'A_Const' || !isNode(node.sval)) return undefined
  return String(node.sval.sval ?? '')
}

/** Equal in everything but the places in the text. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (!isNode(a) || !isNode(b)) return false
  const keys = Object.keys(a).filter((key) => !places.has(key))
  return keys.length === Object.keys(b).filter((key) => !places.has(key)).length && keys.every((key) => same(a[key], b[key]))
}
