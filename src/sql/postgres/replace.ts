import { SluiceError } from '../../error.ts'
import type { TableRef } from '../../facts.ts'
import { groupByShown } from './group-by.ts'
import { type Node, statements } from './parser.ts'
import { isNode, list, names, only, type Tree } from './tree.ts'

const systemColumns: ReadonlySet<string> = new Set(['ctid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax'])

/** The tree with granted views in the place of tables; throws `feature_refused` where a subselect cannot stand for the table. */
export function replaceTables(tree: Tree, view: (ref: TableRef) => string | undefined): Tree {
  const views = new Map<Node, Node>()
  for (const [node, ref] of tree.refs) {
    const text = view(ref)
    if (text !== undefined) views.set(node, subselect(text, node))
  }
  if (views.size === 0) return tree
  const qualified = new Set([...views.keys()].map(({ relname }) => String(relname)))
  const known = seen(tree.stmt)
  const stmt = new Replacer(views, qualified, known, tree.keys).node(tree.stmt)
  return { ...tree, stmt, refs: new Map([...tree.refs].filter(([node]) => !views.has(node))) }
}

/** The granted view as a FROM item that answers to the same name as the table did. */
function subselect(text: string, table: Node): Node {
  const [stmt, ...more] = statements(text)
  const select = only(stmt)
  if (select?.[0] !== 'SelectStmt' || more.length > 0) throw new Error('a granted view must be one SELECT')
  const subquery = table.inh === true ? select[1] : onlyItself(select[1], table)
  const alias = isNode(table.alias) ? table.alias : { aliasname: table.relname }
  return { RangeSubselect: { subquery: { SelectStmt: subquery }, alias } }
}

/** `FROM ONLY t` leaves the children of t out; its granted view then has to do so as well. */
function onlyItself(select: Node, table: Node): Node {
  const [first, ...more] = list(select.fromClause)
  const inner = only(first)
  if (inner?.[0] !== 'RangeVar' || inner[1].relname !== table.relname || more.length > 0) {
    throw new SluiceError('feature_refused', `ONLY cannot be kept for ${table.relname}.`, { hint: 'Leave out ONLY.' })
  }
  const { inh: _children, ...alone } = inner[1]
  return { ...select, fromClause: [{ RangeVar: alone }] }
}

/** How often each name is given to a FROM item or a WITH query anywhere in the statement. */
function seen(value: unknown, counts = new Map<string, number>()): ReadonlyMap<string, number> {
  if (Array.isArray(value)) for (const item of value) seen(item, counts)
  else if (isNode(value)) {
    const name = value.aliasname ?? value.ctename ?? (isNode(value.alias) ? undefined : value.relname)
    if (typeof name === 'string') counts.set(name, (counts.get(name) ?? 0) + 1)
    for (const item of Object.values(value)) seen(item, counts)
  }
  return counts
}

/** The tables of a FROM item, those in joins included. */
function tablesOf(item: unknown): Node[] {
  const [type, node] = only(item) ?? ['', {}]
  if (type === 'RangeVar') return [node]
  return type === 'JoinExpr' ? [...tablesOf(node.larg), ...tablesOf(node.rarg)] : []
}

class Replacer {
  #views: ReadonlyMap<Node, Node>
  #tables: ReadonlySet<string>
  #seen: ReadonlyMap<string, number>
  #keys: ReadonlyMap<Node, readonly string[]>

  constructor(
    views: ReadonlyMap<Node, Node>,
    tables: ReadonlySet<string>,
    names: ReadonlyMap<string, number>,
    keys: ReadonlyMap<Node, readonly string[]>,
  ) {
    this.#keys = keys
    this.#views = views
    this.#tables = tables
    this.#seen = names
  }

  node(node: Node): Node {
    const table = node.RangeVar
    if (isNode(table) && this.#views.has(table)) return this.#views.get(table)!
    const sampled = isNode(node.RangeTableSample) ? only(node.RangeTableSample.relation)?.[1] : undefined
    if (sampled && this.#views.has(sampled)) {
      throw new SluiceError('feature_refused', 'TABLESAMPLE cannot be used on a table of which you may see a part.', {
        hint: 'Use ORDER BY random() LIMIT n instead.',
      })
    }
    if (isNode(node.ColumnRef)) return { ColumnRef: this.#column(node.ColumnRef) }
    if (node.groupClause !== undefined) return this.#fields(this.#grouped(node))
    return this.#fields(node)
  }

  #fields(node: Node): Node {
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, this.#value(value)]))
  }

  #grouped(select: Node): Node {
    const from = list(select.fromClause)
    const keyed = from.flatMap(tablesOf).flatMap((table) => {
      const key = this.#views.has(table) ? this.#keys.get(table) : undefined
      const name = isNode(table.alias) ? String(table.alias.aliasname) : String(table.relname)
      return key && this.#seen.get(name) === 1 ? [{ name, key }] : []
    })
    return groupByShown(select, keyed, from.length === 1 && only(from[0])?.[0] === 'RangeVar')
  }

  #value(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#value(item))
    return isNode(value) ? this.node(value) : value
  }

  /** `schema.table.column` becomes `table.column`, because a subselect has no schema. */
  #column(ref: Node): Node {
    const fields = names(ref.fields)
    const column = fields.at(-1)
    if (column !== undefined && systemColumns.has(column)) {
      throw new SluiceError('column_unknown', `There is no column ${column} here.`, { hint: 'Select columns that describe_table names.' })
    }
    const table = fields.at(-2)
    if (fields.length < 3 || table === undefined || !this.#tables.has(table)) return ref
    if (this.#seen.get(table) !== 1) {
      throw new SluiceError('feature_refused', `${fields.join('.')} could mean more than one table here.`, {
        hint: 'Give each table an alias and write alias.column.',
      })
    }
    return { ...ref, fields: list(ref.fields).slice(-2) }
  }
}
