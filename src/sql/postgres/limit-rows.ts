import { isNode, only, type Tree } from './tree.ts'

/**
 * The tree with at most `rows` rows. A limit that is no plain number, or takes ties along, is left as it is: the connector
 * counts rows as well, so the answer stays exact.
 */
export function limitRows(tree: Tree, rows: number): Tree {
  const [type, select] = only(tree.stmt) ?? ['', {}]
  if (type !== 'SelectStmt') return tree
  if (select.limitOption === 'LIMIT_OPTION_WITH_TIES') return tree
  if (select.limitCount !== undefined && !exceeds(select.limitCount, rows)) return tree
  const limitCount = { A_Const: { ival: rows === 0 ? {} : { ival: rows } } }
  return { ...tree, stmt: { SelectStmt: { ...select, limitCount, limitOption: 'LIMIT_OPTION_COUNT' } } }
}

/** Whether a limit is a plain number above `rows`, or none at all (LIMIT ALL, LIMIT NULL). */
function exceeds(limit: unknown, rows: number): boolean {
  const [type, node] = only(limit) ?? ['', {}]
  if (type !== 'A_Const') return false
  if (node.isnull === true) return true
  if (isNode(node.ival)) return Number(node.ival.ival ?? 0) > rows
  return isNode(node.fval) && /^\d+$/.test(String(node.fval.fval)) && Number(node.fval.fval) > rows
}
