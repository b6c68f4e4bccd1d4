import type { Node } from './parser.ts'
import { constant, isNode, list, names, only } from './tree.ts'

/**
 * Whether a predicate, or what a predicate may be made of, could fail or be observed on a row that a row rule hides.
 * PostgreSQL orders predicates by their cost, so a cheap one of the caller may run before the rule; and it puts the expressions of
 * an inner select list in the place of its columns. What is not known to be quiet is leaky.
 */
export function isLeaky(stmt: Node): boolean {
  const [type, node] = only(stmt) ?? ['', {}]
  if (type === 'ExplainStmt') return isNode(node.query) && isLeaky(node.query)
  return type === 'SelectStmt' && !quietSelect(node, true)
}

function quietSelect(node: Node, outermost: boolean): boolean {
  const { targetList, whereClause, havingClause, fromClause, larg, rarg, ...rest } = node
  if (isNode(larg) && isNode(rarg)) return quietSelect(larg, outermost) && quietSelect(rarg, outermost) && quietInside(rest)
  return (
    (outermost || list(targetList).every((item) => quietTarget(only(item)?.[1].val))) &&
    [whereClause, havingClause].every((clause) => clause === undefined || quiet(clause)) &&
    list(fromClause).every(quietFrom) &&
    quietInside(rest) &&
    quietInside(targetList) &&
    quietInside(whereClause) &&
    quietInside(havingClause)
  )
}

/** Looks for selects further down; each has predicates of its own. */
function quietInside(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(quietInside)
  if (!isNode(value)) return true
  return Object.entries(value).every(([key, item]) => (key === 'SelectStmt' && isNode(item) ? quietSelect(item, false) : quietInside(item)))
}

function quietFrom(item: unknown): boolean {
  const [type, node] = only(item) ?? ['', {}]
  if (type === 'RangeVar') return true
  if (type === 'RangeSubselect') return quietInside(node.subquery)
  if (type === 'JoinExpr')
    return quietFrom(node.larg) && quietFrom(node.rarg) && (node.quals === undefined || (quiet(node.quals) && quietInside(node.quals)))
  return type === 'RangeFunction' && !holdsColumn(node.functions)
}

const holdsColumn = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.some(holdsColumn)
    : isNode(value) && Object.entries(value).some(([key, item]) => key === 'ColumnRef' || key === 'SubLink' || holdsColumn(item))

/** What a predicate outside may be made of: columns, values, and totals, which no predicate can be pushed through. */
function quietTarget(value: unknown): boolean {
  const [type, node] = only(value) ?? ['', {}]
  return operand(value) || (type === 'FuncCall' && node.over === undefined && aggregates.has(names(node.funcname).join('.')))
}

const aggregates: ReadonlySet<string> = new Set(
  'count sum avg min max array_agg string_agg json_agg jsonb_agg bool_and bool_or every stddev variance'.split(' '),
)
const comparisons: ReadonlySet<string> = new Set(['=', '<', '>', '<=', '>=', '<>', '!='])

function quiet(value: unknown): boolean {
  const [type, node] = only(value) ?? ['', {}]
  if (type === 'BoolExpr') return list(node.args).every(quiet)
  if (type === 'NullTest' || type === 'BooleanTest') return operand(node.arg) || quiet(node.arg)
  if (type === 'A_Expr') return quietComparison(node)
  if (type === 'SubLink') return quietSubLink(node)
  return operand(value)
}

function quietComparison(node: Node): boolean {
  const kind = String(node.kind)
  const name = names(node.name).join('.')
  if (kind === 'AEXPR_LIKE' || kind === 'AEXPR_ILIKE') return operand(node.lexpr) && isWholePattern(constant(node.rexpr))
  if (kind === 'AEXPR_OP_ANY' || kind === 'AEXPR_OP_ALL') return comparisons.has(name) && operand(node.lexpr) && valueOnly(node.rexpr)
  if (/BETWEEN|DISTINCT/.test(kind) || (/^AEXPR_(OP|IN)$/.test(kind) && comparisons.has(name))) {
    return operand(node.lexpr) && operand(node.rexpr)
  }
  return false
}

/** A pattern that ends in its escape sign fails on the rows that match so far. */
const isWholePattern = (pattern: string | undefined): boolean => pattern !== undefined && /\\*$/.exec(pattern)![0].length % 2 === 0

function quietSubLink(node: Node): boolean {
  if (node.subLinkType === 'EXISTS_SUBLINK') return true
  return node.subLinkType === 'ANY_SUBLINK' && node.operName === undefined && operand(node.testexpr)
}

/** Columns and values as they are. */
function operand(value: unknown): boolean {
  const [type, node] = only(value) ?? ['', {}]
  if (type === 'ColumnRef') return true
  if (type === 'List') return list(node.items).every(operand)
  if (type === 'RowExpr' || type === 'CoalesceExpr') return list(node.args).every(operand)
  return valueOnly(value)
}

const calm: ReadonlySet<string> = new Set([
  'now',
  'date_trunc',
  'make_interval',
  'make_date',
  'statement_timestamp',
  'transaction_timestamp',
])

/** Expressions without a column: they say nothing about any row. */
function valueOnly(value: unknown): boolean {
  const [type, node] = only(value) ?? ['', {}]
  if (type === 'A_Const' || type === 'ParamRef' || type === 'SQLValueFunction') return true
  if (type === 'TypeCast') return valueOnly(node.arg)
  if (type === 'A_ArrayExpr') return list(node.elements).every(valueOnly)
  if (type === 'FuncCall')
    return (
      calm.has(
        names(node.funcname)
          .join('.')
          .replace(/^pg_catalog\./, ''),
      ) && list(node.args).every(valueOnly)
    )
  if (type !== 'A_Expr' || node.kind !== 'AEXPR_OP' || !['+', '-', '*'].includes(names(node.name).join('.'))) return false
  return (node.lexpr === undefined || valueOnly(node.lexpr)) && valueOnly(node.rexpr)
}
