import type { DuckdbParser } from '../sql.ts'
import { quoteName } from './mask.ts'
import { readStatements } from './print.ts'
import { isNode, isRaw, kindOf, list, mapNodes, type Node, type Statement, smallLetters } from './tree.ts'

/** Texts in texts in texts are refused as what they are: an unknown table function. */
const depthMax = 3

/**
 * The statement with `query('SELECT …')` and `query_table('name')` replaced by what they would run, where that is written out: so it is
 * checked like everything else. Names that are found by running something stay, and are refused.
 */
export async function opened(parser: DuckdbParser, statement: Statement, depth = 0): Promise<Statement> {
  const calls: Node[] = []
  mapNodes(statement, (node) => {
    if (node.type === 'TABLE_FUNCTION') calls.push(node)
    return undefined
  })
  const found = new Map<Node, Node>()
  for (const node of calls) {
    const text = depth < depthMax ? textOf(node) : undefined
    if (text === undefined) continue
    const [inner, ...more] = await readStatements(parser, text)
    if (inner === undefined || more.length > 0) continue
    found.set(node, subquery(node, await opened(parser, inner, depth + 1)))
  }
  return found.size === 0 ? statement : (mapNodes(statement, (node) => found.get(node)) as Statement)
}

/** What the call runs, as text; undefined when it is another function or cannot be known. */
function textOf({ function: call }: Node): string | undefined {
  if (!isNode(call) || !/^(main|system)?$/.test(String(call.schema))) return undefined
  const name = smallLetters(String(call.function_name))
  const [first, second] = list(call.children)
  if (name === 'query') return second === undefined ? constant(first) : undefined
  if (name !== 'query_table') return undefined
  const tables = isNode(first) && first.function_name === 'list_value' ? list(first.children).map(tableName) : [tableName(first)]
  const byName = second === undefined ? 'false' : flag(second)
  if (byName === undefined || tables.length === 0 || tables.some((table) => table === undefined)) return undefined
  return tables.map((table) => `SELECT * FROM ${table}`).join(byName === 'true' ? ' UNION ALL BY NAME ' : ' UNION ALL ')
}

function constant(node: unknown): string | undefined {
  const value = isNode(node) && kindOf(node) === 'CONSTANT:VALUE_CONSTANT' && isNode(node.value) ? node.value.value : undefined
  return typeof value === 'string' && !isRaw(value) ? value : undefined
}

/** TRUE and FALSE are read as casts of their first letter. */
function flag(node: unknown): string | undefined {
  const letter = isNode(node) && kindOf(node) === 'CAST:OPERATOR_CAST' ? constant(node.child) : undefined
  return letter === 't' ? 'true' : letter === 'f' ? 'false' : undefined
}

/** A name, written as a text or as a column. In a text dots part it; what else is quoted there cannot be told from a name. */
function tableName(node: unknown): string | undefined {
  const written =
    isNode(node) && kindOf(node) === 'COLUMN_REF:COLUMN_REF' ? list(node.column_names).map(String) : constant(node)?.split('.')
  return written?.every((part) => part !== '' && !/["'.]/.test(part)) ? written.map(quoteName).join('.') : undefined
}

const subquery = (node: Node, { node: inner }: Statement): Node => ({
  type: 'SUBQUERY',
  alias: node.alias,
  sample: node.sample,
  query_location: node.query_location,
  subquery: { node: inner, named_param_map: [] },
  column_name_alias: node.column_name_alias,
})
