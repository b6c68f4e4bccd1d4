import { SluiceError } from '../../error.ts'
import type { DuckdbParser } from '../sql.ts'
import { isNode, isRaw, kindOf, list, mapNodes, mapParts, type Node, readJson, type Statement, type Tree, writeJson } from './tree.ts'

/**
 * The statement as text, by DuckDB's own printer; what it prints is read again and must be the same tree, because some printings lose
 * something (GROUPING SETS) and others say it in another way (VALUES, booleans), which `settled` knows.
 */
export async function printTree(parser: DuckdbParser, { explain, statement }: Tree): Promise<string> {
  const wanted = settled(statement)
  const document = documentOf(wanted)
  const text = await parser.deserialize(document)
  const [again, ...more] = await readStatements(parser, text)
  if (again === undefined || more.length > 0 || documentOf(settled(again)) !== document) {
    throw new SluiceError('feature_refused', 'The statement holds something that DuckDB cannot print as it was written.', {
      hint: 'Write grouping sets out, and numbers and literals in their plain form.',
    })
  }
  return `${explain}${text}`
}

/** The tree as DuckDB writes it. Every node that is made here has its keys in DuckDB's order, so equal trees are equal texts. */
export const documentOf = (statement: Statement): string => writeJson({ error: false, statements: [statement] })

type Document = Readonly<{
  error: boolean
  error_type?: string
  error_message?: string
  position?: string
  statements?: readonly Statement[]
}>

/** The statements of a text. What is not a SELECT has no tree and answers an empty list. */
export async function readStatements(parser: DuckdbParser, text: string): Promise<readonly Statement[]> {
  const document = readJson(await parser.serialize(text)) as Document
  if (!document.error) return document.statements ?? []
  const message = document.error_message ?? ''
  if (document.error_type === 'not implemented' && message.startsWith('Only SELECT')) return []
  const at = document.position === undefined ? Number.NaN : Number(document.position)
  // DuckDB has a hint for `LIMIT 1, 2`, and its parser fails at giving it.
  const why = message.startsWith('errhint') ? 'LIMIT 1, 2 is LIMIT 2 OFFSET 1 here' : message.split('\n')[0]
  throw new SluiceError('sql_syntax', `DuckDB cannot read the statement: ${why}.`, {
    ...(Number.isFinite(at) && { position: [...text].slice(0, at).join('').length }),
  })
}

/** The one form of what DuckDB reads in two ways and prints in one. Each step keeps the meaning. */
function settled(statement: Statement): Statement {
  return mapNodes(statement, settle) as Statement
}

function settle(node: Node): Node | undefined {
  const values = bareValues(node)
  if (values !== undefined) return mapNodes(values, settle) as Node
  const grouped = orderedGroups(node)
  if (grouped !== undefined) return mapParts(grouped, settle)
  if (kindOf(node) !== 'CONSTANT:VALUE_CONSTANT' || !isNode(node.value) || !isNode(node.value.type)) return undefined
  const { type, is_null, value } = node.value
  if (is_null === true) return undefined
  if (type.id === 'BOOLEAN') return castOf(node, value === true ? 't' : 'f', type)
  if (type.id === 'DOUBLE') return castOf(node, isRaw(value) ? (value as { rawJSON: string }).rawJSON : String(value), type)
  if (type.id === 'DECIMAL' && isNode(type.type_info) && type.type_info.scale === 0) return castOf(node, String(value), type)
  return undefined
}

/** Grouping sets are printed set by set, so the expressions that they count are put in the order of their first mention. */
function orderedGroups(node: Node): Node | undefined {
  const sets = list(node.group_sets) as readonly (readonly number[])[]
  const expressions = list(node.group_expressions)
  if (node.type !== 'SELECT_NODE' || sets.length === 0) return undefined
  const order = [...new Set(sets.flat())]
  if (order.length !== expressions.length || order.every((from, to) => from === to)) return undefined
  return {
    ...node,
    group_expressions: order.map((from) => expressions[from]),
    group_sets: sets.map((set) => set.map((from) => order.indexOf(from)).sort((a, b) => a - b)),
  }
}

/** A literal as the cast of its text, which is how it is read when it is printed so. */
function castOf(node: Node, text: string, type: Node): Node {
  const { alias, query_location } = node
  const child = { ...node, alias: '', value: { type: { id: 'VARCHAR', type_info: null }, is_null: false, value: text } }
  return { class: 'CAST', type: 'OPERATOR_CAST', alias, query_location, child, cast_type: type, try_cast: false }
}

/** `(SELECT * FROM (VALUES …) AS valueslist) AS valueslist`, as VALUES is printed, for the VALUES that it was. */
function bareValues(node: Node): Node | undefined {
  if (node.type !== 'SUBQUERY' || node.alias !== 'valueslist' || list(node.column_name_alias).length > 0 || node.sample !== null)
    return undefined
  const inner = isNode(node.subquery) ? node.subquery.node : undefined
  if (!isNode(inner) || inner.type !== 'SELECT_NODE') return undefined
  const [star, ...more] = list(inner.select_list)
  const plain =
    more.length === 0 &&
    isNode(star) &&
    kindOf(star) === 'STAR:STAR' &&
    star.relation_name === '' &&
    star.columns === false &&
    star.expr === null &&
    ['exclude_list', 'replace_list', 'qualified_exclude_list', 'rename_list'].every((key) => list(star[key]).length === 0) &&
    ['modifiers', 'group_expressions', 'group_sets'].every((key) => list(inner[key]).length === 0) &&
    ['where_clause', 'having', 'sample', 'qualify'].every((key) => inner[key] === null) &&
    list((inner.cte_map as Node | undefined)?.map).length === 0
  const from = inner.from_table
  return plain && isNode(from) && from.type === 'EXPRESSION_LIST' && from.alias === 'valueslist' ? from : undefined
}
