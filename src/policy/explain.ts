import type { Confirm, GrantLimits, Mask } from '../grant.ts'
import type { Schema, Table } from '../schema.ts'
import type { OpenGrant } from './open-policy.ts'
import { matchesTable, type Pattern } from './pattern.ts'

export type ExplainedColumn = Readonly<{ name: string; shown: 'plain' | 'masked' | 'hidden'; mask?: Mask; why: string }>
export type ExplainedTable = Readonly<{
  /** `schema.name`. */
  table: string
  visible: boolean
  /** One sentence for each role, in the order of the principal's roles. */
  why: readonly string[]
  columns: readonly ExplainedColumn[]
  rows: readonly string[]
  /** Whether its rows may be changed, and by which roles' leave or why not. */
  writable: boolean
  write_why: string
}>

/** What a principal gets of one source and why, as data for `sluice policy explain`. */
export type Explained = Readonly<{
  source: string
  principal: string
  roles: readonly string[]
  actions: readonly string[]
  limits: GrantLimits
  restricted: boolean
  /** How often a change must be confirmed. */
  confirm: Confirm
  tables: readonly ExplainedTable[]
  /** Patterns of the roles that match no table or column of the source; a mistyped mask protects nothing. */
  unmatched: readonly string[]
}>

/** `schema` says which tables there are; those of the engine itself are left out. */
export function explainGrant(grant: OpenGrant, schema: Schema): Explained {
  const tables = schema.tables.filter(({ system, kind }) => system !== true && kind !== 'sequence')
  return {
    source: grant.source,
    principal: grant.principal,
    roles: grant.roles,
    actions: [...grant.actions],
    limits: grant.limits,
    restricted: grant.restricted,
    confirm: grant.confirm,
    tables: tables.map((table) => explainTable(grant, table)),
    unmatched: unmatched(grant, tables),
  }
}

function explainTable(grant: OpenGrant, { schema, name, columns }: Table): ExplainedTable {
  const asked = { schema, name, names: columns.map((column) => column.name) }
  const judged = grant.judge(asked)
  const united = grant.table(asked)
  const why = judged.map((one) => {
    if ('refused' in one) return one.refused
    const { hidden, masks, rows } = one
    const limits = [
      ...(hidden.size > 0 ? ['columns hidden'] : []),
      ...(masks.size > 0 ? ['columns masked'] : []),
      ...(rows.length > 0 ? ['rows filtered'] : []),
    ]
    return `role ${one.role} gives it ${limits.length === 0 ? 'as it is' : `with ${limits.join(', ')}`}`
  })
  const told = united === undefined ? [] : asked.names.map((column) => explainColumn(column, united, judged))
  const writable = grant.actions.has('write') && (united?.writable ?? false)
  const visible = united !== undefined
  const write_why = visible ? whyWritable(grant, judged, writable) : 'it is not visible'
  return { table: `${schema}.${name}`, visible, why, columns: told, rows: united?.rows ?? [], writable, write_why }
}

function whyWritable(grant: OpenGrant, judged: ReturnType<OpenGrant['judge']>, writable: boolean): string {
  const writing = judged.flatMap((one) => ('refused' in one || !one.writes ? [] : [one.role]))
  if (writable) return `role ${writing.join(', ') || grant.roles.join(', ')} may change its rows`
  if (!grant.actions.has('write')) return 'no role has the action write'
  if (writing.length === 0) return 'no role that has the action write gives it for writing'
  return `role ${writing.join(', ')} alone does not show all that the roles together show`
}

function explainColumn(
  name: string,
  united: Readonly<{ columns: readonly string[]; masks: ReadonlyMap<string, Mask> }>,
  judged: ReturnType<OpenGrant['judge']>,
): ExplainedColumn {
  const given = judged.flatMap((one) => ('refused' in one ? [] : [one]))
  const mask = united.masks.get(name)
  if (mask) {
    const by = given.filter((role) => role.masks.has(name)).map(({ role }) => role)
    const why = by.length > 0 ? `masked by role ${by.join(', ')}` : 'masked, for personal data was detected in it'
    return { name, shown: 'masked', mask, why }
  }
  if (united.columns.includes(name)) {
    const by = given.filter((role) => !role.hidden.has(name) && !role.masks.has(name)).map(({ role }) => role)
    return { name, shown: 'plain', why: `shown by role ${by.join(', ')}` }
  }
  return { name, shown: 'hidden', why: given.flatMap(({ hidden }) => hidden.get(name) ?? []).join('; ') }
}

function unmatched({ ready }: OpenGrant, tables: readonly Table[]): string[] {
  const found: string[] = []
  const check = (role: string, what: string, text: Pattern, at: readonly Table[]): void => {
    if (at.length === 0) found.push(`role ${role}: ${what} ${text.text} matches no table`)
  }
  const matching = (text: Pattern) => tables.filter((table) => matchesTable(text, table))
  for (const role of ready) {
    for (const text of role.allow) if (text.exact) check(role.name, 'tables.allow', text, matching(text))
    for (const text of role.write ?? []) if (text.exact) check(role.name, 'tables.write', text, matching(text))
    for (const text of role.deny) check(role.name, 'tables.deny', text, matching(text))
    for (const { table } of role.rows) check(role.name, 'rows', table, matching(table))
    for (const { table, allow, deny, masks } of role.columns) {
      const at = matching(table)
      check(role.name, 'columns', table, at)
      const names = at.flatMap(({ columns }) => columns.map((column) => column.name))
      for (const text of [...(allow ?? []), ...deny, ...masks.map(([column]) => column)]) {
        if (at.length > 0 && !names.some((name) => text.name.test(name)))
          found.push(`role ${role.name}: columns ${table.text}: ${text.text} matches no column`)
      }
    }
  }
  return found
}
