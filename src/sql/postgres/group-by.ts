import type { Node } from './parser.ts'
import { isNode, list, names, only, same } from './tree.ts'

const aggregates: ReadonlySet<string> = new Set(
  `count sum avg min max array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and bool_or every stddev stddev_pop
  stddev_samp variance var_pop var_samp bit_and bit_or corr regr_slope regr_intercept regr_count percentile_cont percentile_disc mode
  any_value xmlagg`.split(/\s+/),
)
const scalars: ReadonlySet<string> = new Set(
  `lower upper initcap length char_length left right substring substr trim btrim ltrim rtrim concat concat_ws replace split_part to_char
  to_json to_jsonb round floor ceil abs date_trunc date_part extract timezone`.split(/\s+/),
)

/** A call that may be an aggregate of a user: what is inside of it may not be grouped by. */
class Unknown extends Error {}

/** A granted view in FROM under its name there, and the columns of the primary key of its table. */
type Keyed = Readonly<{ name: string; key: readonly string[] }>

/**
 * A SELECT that groups by the primary key of a table may show its other columns; for the granted view in its place PostgreSQL does not
 * know of any key. Such columns are then grouped by as well, which makes the same groups. `alone` when the view is all there is in FROM.
 */
export function groupByShown(select: Node, keyed: readonly Keyed[], alone: boolean): Node {
  const groups = list(select.groupClause)
  if (select.groupDistinct === true || groups.some((item) => only(item)?.[0] === 'GroupingSet')) return select
  const targets = list(select.targetList).map((item) => only(item)?.[1] ?? {})
  const grouped = groups.flatMap((item) => [item, ...targets.filter((target, i) => means(item, target, i)).map(({ val }) => val)])
  const columns = new Set(grouped.map((item) => names(only(item)?.[1].fields).join('.')))
  const whole = keyed.filter(({ name, key }) => key.every((column) => columns.has(`${name}.${column}`) || (alone && columns.has(column))))
  const views = new Set(whole.map(({ name }) => name))
  if (views.size === 0) return select
  const shown = new Map<string, unknown>()
  const visit = (value: unknown, inside: boolean): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, inside)
    const [type, node] = only(value) ?? ['', isNode(value) ? value : undefined]
    if (!node || grouped.some((item) => same(item, value))) return
    if (type === 'ColumnRef') note(value, node, inside)
    else if (!isAggregate(type, node)) for (const item of Object.values(node)) visit(item, inside || type === 'SubLink')
  }
  const note = (value: unknown, node: Node, inside: boolean): void => {
    const [column, table, more] = names(node.fields).toReversed()
    if (column === undefined || column === '*' || more !== undefined) return
    if (table === undefined ? alone && !inside && !targets.some(({ name }) => name === column) : views.has(table)) {
      shown.set(names(node.fields).join('.'), value)
    }
  }
  try {
    for (const value of [select.targetList, select.havingClause, select.sortClause]) visit(value, false)
  } catch (error) {
    if (error instanceof Unknown) return select
    throw error
  }
  return shown.size === 0 ? select : { ...select, groupClause: [...groups, ...shown.values()] }
}

/** Whether a group is a column of the answer by its place or its name. */
function means(group: unknown, target: Node, place: number): boolean {
  const [type, node] = only(group) ?? ['', {}]
  if (type === 'A_Const') return isNode(node.ival) && Number(node.ival.ival) === place + 1
  return type === 'ColumnRef' && target.name !== undefined && names(node.fields).join('.') === target.name
}

function isAggregate(type: string, node: Node): boolean {
  if (/^Json\w+Agg$/.test(type)) return true
  if (type !== 'FuncCall') return false
  const name = names(node.funcname)
    .join('.')
    .replace(/^pg_catalog\./, '')
  const known = aggregates.has(name) || node.agg_star === true || node.agg_within_group === true || node.agg_filter !== undefined
  // A window function is computed from what the groups show.
  if (known || scalars.has(name) || node.over !== undefined) return known && node.over === undefined
  throw new Unknown(name)
}
