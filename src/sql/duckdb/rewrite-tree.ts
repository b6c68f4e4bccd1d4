import { SluiceError } from '../../error.ts'
import type { TableRef } from '../../facts.ts'
import type { DuckdbParser } from '../sql.ts'
import { namesOfItems } from './item-names.ts'
import { readStatements } from './print.ts'
import {
  isNode,
  isRaw,
  kindOf,
  list,
  mapNodes,
  mapParts,
  type Node,
  type Statement,
  selectNode,
  smallLetters,
  type Tree,
  textIn,
} from './tree.ts'

/** The tree with the tables for which `view` answers replaced by that SELECT, under the same alias or name. */
export async function replaceTables(parser: DuckdbParser, tree: Tree, view: (ref: TableRef) => string | undefined): Promise<Tree> {
  const views = new Map<Node, Node>()
  for (const [node, ref] of tree.refs) {
    const sql = view(ref)
    if (sql === undefined) continue
    const [statement, ...more] = await readStatements(parser, sql)
    if (statement === undefined || more.length > 0) throw new Error('a granted view is not one SELECT')
    views.set(node, subqueryFor(node, ref, statement))
  }
  if (views.size === 0) return tree
  if (tree.tells !== undefined) {
    throw new SluiceError('function_refused', `${tree.tells} tells about rows or values that you may not see.`)
  }
  const replaced = [...tree.refs].flatMap(([node, ref]) => (views.has(node) ? [ref] : []))
  const names = await namesOfItems(parser, tree.statement, views)
  const change = (node: Node): unknown => {
    const view = views.get(node) ?? withoutSchema(node, replaced)
    const name = names.get(node)
    if (view !== undefined || name === undefined) return view
    return { ...mapParts(node, change), alias: name }
  }
  const statement = mapNodes(tree.statement, change) as Statement
  const refs = new Map([...tree.refs].filter(([node]) => !views.has(node)))
  return { ...tree, statement, refs }
}

/** `schema.table.column` becomes `table.column`, because a subselect has no schema. */
function withoutSchema(node: Node, replaced: readonly TableRef[]): Node | undefined {
  const names = node.column_names
  if (kindOf(node) !== 'COLUMN_REF:COLUMN_REF' || !Array.isArray(names) || names.length < 3) return undefined
  const parts = names.map((name) => smallLetters(textIn(name)))
  const schemas = new Set(replaced.map(({ schema = 'main' }) => smallLetters(schema)))
  const tables = new Set(replaced.flatMap(({ name, alias }) => (alias === undefined ? [smallLetters(name)] : [])))
  const at = schemas.has(parts[0]!) && tables.has(parts[1]!) ? 1 : schemas.has(parts[1]!) && tables.has(parts[2]!) ? 2 : 0
  return at === 0 || names.length <= at + 1 ? undefined : { ...node, column_names: names.slice(at) }
}

function subqueryFor(node: Node, ref: TableRef, statement: Statement): Node {
  return {
    type: 'SUBQUERY',
    alias: ref.alias ?? ref.name,
    sample: node.sample,
    query_location: node.query_location,
    subquery: { node: statement.node, named_param_map: [] },
    column_name_alias: node.column_name_alias,
  }
}

const noPlace = 0

/** The tree with its outermost limit lowered to `rows`; a limit that is not a plain number is kept inside. */
export function limitRows(tree: Tree, rows: number): Tree {
  const { node } = tree.statement
  // What is shown has as many rows as there are names, and DuckDB's printer forgets a limit on it.
  if (tree.explain !== '' || (isNode(node.from_table) && node.from_table.type === 'SHOW_REF')) return tree
  const modifiers = list(node.modifiers)
  const at = modifiers.findIndex((modifier) => isNode(modifier) && /^LIMIT/.test(String(modifier.type)))
  const limit = at < 0 ? undefined : (modifiers[at] as Node)
  const own = limit === undefined ? undefined : plainLimit(limit)
  if (limit !== undefined && own !== undefined && own <= rows) return tree
  const lowered = { ...limit, type: 'LIMIT_MODIFIER', limit: integer(rows), offset: limit?.offset ?? null }
  const outer =
    limit === undefined
      ? { ...node, modifiers: [...modifiers, lowered] }
      : own !== undefined || limit.limit === null
        ? { ...node, modifiers: modifiers.map((modifier, i) => (i === at ? lowered : modifier)) }
        : around(node, { type: 'LIMIT_MODIFIER', limit: integer(rows), offset: null })
  return { ...tree, statement: { ...tree.statement, node: outer } }
}

function plainLimit({ type, limit }: Node): number | undefined {
  if (type !== 'LIMIT_MODIFIER' || !isNode(limit) || kindOf(limit) !== 'CONSTANT:VALUE_CONSTANT' || !isNode(limit.value)) return undefined
  const { value } = limit.value
  if (isRaw(value)) return /^\d+$/.test((value as { rawJSON: string }).rawJSON) ? Number.POSITIVE_INFINITY : undefined
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

const integer = (value: number): Node => {
  if (!Number.isSafeInteger(value) || value < 0) throw new SluiceError('internal', 'A row limit is not a number of rows.')
  const type = { id: value > 0x7fff_ffff ? 'BIGINT' : 'INTEGER', type_info: null }
  return { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', query_location: noPlace, value: { type, is_null: false, value } }
}

/** `SELECT * FROM (node) LIMIT …`, which keeps the order of its rows. */
function around(node: Node, limit: Node): Node {
  const star = {
    class: 'STAR',
    type: 'STAR',
    alias: '',
    query_location: noPlace,
    relation_name: '',
    exclude_list: [],
    replace_list: [],
    columns: false,
    expr: null,
    qualified_exclude_list: [],
    rename_list: [],
  }
  const from = {
    type: 'SUBQUERY',
    alias: '',
    sample: null,
    query_location: noPlace,
    subquery: { node, named_param_map: [] },
    column_name_alias: [],
  }
  return selectNode([limit], star, from)
}
