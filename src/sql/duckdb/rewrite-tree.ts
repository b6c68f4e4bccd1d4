import { SluiceError } from '../../error.ts'
import type { TableRef } from '../../facts.ts'
import type { DuckdbParser } from '../sql.ts'
import { readStatements } from './print.ts'
import { isNode, isRaw, kindOf, list, mapNodes, type Node, type Statement, type Tree } from './tree.ts'

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
  const statement = mapNodes(tree.statement, (node) => views.get(node)) as Statement
  const refs = new Map([...tree.refs].filter(([node]) => !views.has(node)))
  return { ...tree, statement, refs }
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
  return {
    type: 'SELECT_NODE',
    modifiers: [limit],
    cte_map: { map: [] },
    select_list: [
      {
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
      },
    ],
    from_table: {
      type: 'SUBQUERY',
      alias: '',
      sample: null,
      query_location: noPlace,
      subquery: { node, named_param_map: [] },
      column_name_alias: [],
    },
    where_clause: null,
    group_expressions: [],
    group_sets: [],
    aggregate_handling: 'STANDARD_HANDLING',
    having: null,
    sample: null,
    qualify: null,
  }
}
