import type { DuckdbParser } from '../sql.ts'
import { documentOf } from './print.ts'
import { isNode, kindOf, list, mapNodes, type Node, type Statement, selectNode } from './tree.ts'

/** More than this are left with the names that they get; each takes a turn of the parser. */
const namedMax = 50

/**
 * What items of select lists without an alias are called, where a granted view will stand in them: DuckDB names a column by its text,
 * and that is to be the caller's.
 */
export async function namesOfItems(
  parser: DuckdbParser,
  statement: Statement,
  views: ReadonlyMap<Node, Node>,
): Promise<ReadonlyMap<Node, string>> {
  const items: Node[] = []
  mapNodes(statement, (node) => {
    if (node.type === 'SELECT_NODE')
      items.push(...(list(node.select_list).filter((item) => isNode(item) && isNameless(item, views)) as Node[]))
  })
  const names = new Map<Node, string>()
  for (const item of items.slice(0, namedMax)) {
    const nothing = { type: 'EMPTY', alias: '', sample: null, query_location: 0 }
    const text = await parser.deserialize(documentOf({ node: selectNode([], item, nothing), named_param_map: [] }))
    names.set(item, text.replace(/^SELECT /, ''))
  }
  return names
}

const isNameless = (item: Node, views: ReadonlyMap<Node, Node>): boolean =>
  item.alias === '' && mapNodes(item, (part) => views.get(part)) !== item && !holdsStar(item)

/** A star makes several columns of one item, and an alias would name all of them; one in a query of its own does not. */
function holdsStar(value: unknown): boolean {
  let found = false
  mapNodes(value, (part) => {
    if (kindOf(part) === 'STAR:STAR') found = true
    if (kindOf(part) !== 'SUBQUERY:SUBQUERY') return undefined
    found ||= holdsStar(part.child)
    return part
  })
  return found
}
