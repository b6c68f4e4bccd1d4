import type { Row } from '../../api/rows.ts'

/** One step of a plan. `share` is its own part of the whole cost, from 0 to 1. */
export type PlanNode = Readonly<{
  says: string
  detail: string
  cost?: number
  rows?: number
  actualRows?: number
  ms?: number
  children: readonly PlanNode[]
}>
/** A plan as a tree where it can be read as one, else as the source writes it. */
export type Plan = Readonly<{ tree?: PlanNode; text?: string }>

type Json = Readonly<Record<string, unknown>>

/** The plan in the rows that a source answers with. */
export function planOf(dialect: string, rows: readonly Row[]): Plan {
  const text = rows.map((row) => String(row.at(-1) ?? '')).join('\n')
  try {
    if (dialect === 'postgres') return { tree: postgres((JSON.parse(text) as { Plan: Json }[])[0]!.Plan) }
    if (dialect === 'sqlite') return { tree: sqlite(rows) }
    if (dialect === 'mysql') return { tree: mariadb('query_block', (JSON.parse(text) as Json).query_block as Json) }
  } catch {
    // Another form than is known here: it is shown as it came.
  }
  return { text }
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const given = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> }

function postgres(node: Json): PlanNode {
  const loops = number(node['Actual Loops']) ?? 1
  const on = [node['Relation Name'] ?? node['Function Name'] ?? node['CTE Name'], node['Index Name'] && `(${String(node['Index Name'])})`]
  const conditions = ['Hash Cond', 'Index Cond', 'Merge Cond', 'Join Filter', 'Filter', 'Sort Key', 'Group Key'].flatMap((key) =>
    node[key] === undefined ? [] : [`${key}: ${[node[key]].flat().join(', ')}`],
  )
  const times = (key: string) => (number(node[key]) === undefined ? undefined : number(node[key])! * loops)
  return {
    says: [node['Join Type'] && node['Join Type'] !== 'Inner' ? node['Join Type'] : '', node['Node Type'], ...on].filter(Boolean).join(' '),
    detail: conditions.join(' · '),
    ...given({
      cost: number(node['Total Cost']),
      rows: number(node['Plan Rows']),
      actualRows: times('Actual Rows'),
      ms: times('Actual Total Time'),
    }),
    children: ((node.Plans as Json[] | undefined) ?? []).map(postgres),
  } as PlanNode
}

function sqlite(rows: readonly Row[]): PlanNode {
  const children = (parent: unknown): PlanNode[] =>
    rows.filter((row) => row[1] === parent).map((row) => ({ says: String(row[3]), detail: '', children: children(row[0]) }))
  const top = children(0)
  return top.length === 1 ? top[0]! : { says: 'QUERY PLAN', detail: '', children: top }
}

/** MariaDB nests its steps under names such as `table`, `filesort`, `nested_loop`; each that says something becomes a step. */
function mariadb(name: string, node: Json): PlanNode {
  const children = Object.entries(node).flatMap(([key, value]) => {
    if (Array.isArray(value))
      return value.flatMap((one) =>
        isJson(one) ? Object.entries(one).flatMap(([of, inner]) => (isJson(inner) ? [mariadb(of, inner)] : [])) : [],
      )
    return isJson(value) && !key.startsWith('r_') ? [mariadb(key, value)] : []
  })
  const table = node.table_name === undefined ? '' : ` ${String(node.table_name)}`
  const conditions = ['attached_condition', 'message', 'sort_key', 'ref'].flatMap((key) =>
    node[key] === undefined ? [] : [[node[key]].flat().join(', ')],
  )
  return {
    says: `${name}${table}${node.access_type === undefined ? '' : ` (${String(node.access_type)}${node.key === undefined ? '' : `, ${String(node.key)}`})`}`,
    detail: conditions.join(' · '),
    ...given({ cost: number(node.cost), rows: number(node.rows), actualRows: number(node.r_rows), ms: number(node.r_total_time_ms) }),
    children,
  } as PlanNode
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
