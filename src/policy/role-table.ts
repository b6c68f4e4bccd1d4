import type { DialectName } from '../facts.ts'
import type { Action, Mask, TableName } from '../grant.ts'
import type { Principal } from '../principal.ts'
import { type Case, matchesTable, type Pattern, pattern, specificity } from './pattern.ts'
import type { RoleSource } from './role.ts'
import { type RowRule, rowRule } from './row-rule.ts'

/** One role on one table. `hidden` names the columns that do not exist for it, with the reason. */
export type RoleTable = Readonly<{
  role: string
  /** The table is named, not only matched by a pattern. */
  explicit: boolean
  hidden: ReadonlyMap<string, string>
  masks: ReadonlyMap<string, Mask>
  rows: readonly string[]
  /** The role hides or masks columns of such a table, perhaps none that it has today. */
  guarded: boolean
  /** The role may change the rows that it gives. */
  writes: boolean
  /** The role may change the structure of the table. */
  alters: boolean
}>

/** What a role makes of a table, or in one sentence why it gives nothing of it. */
export type Judged = RoleTable | Readonly<{ role: string; refused: string; missing?: string }>

type ColumnRule = Readonly<{
  table: Pattern
  allow: readonly Pattern[] | undefined
  deny: readonly Pattern[]
  masks: readonly (readonly [Pattern, Mask])[]
}>

/** A role on one source for one principal, patterns made and attributes put in. */
export type ReadyRole = Readonly<{
  name: string
  source: RoleSource
  allow: readonly Pattern[]
  deny: readonly Pattern[]
  /** Tables whose rows may be changed; undefined for all that are allowed. */
  write: readonly Pattern[] | undefined
  /** The most particular table pattern first. */
  columns: readonly ColumnRule[]
  rows: readonly Readonly<{ table: Pattern; rules: readonly RowRule[] }>[]
}>

/** Throws `config_invalid` for a row rule that cannot be used. */
export function readyRole(name: string, source: RoleSource, principal: Principal, dialect: DialectName): ReadyRole {
  const giving = dialect === 'postgres' ? 'exactly' : 'loosely'
  const taking = (texts: readonly string[]) => texts.map((text) => pattern(text, 'loosely'))
  const byParticular = <T extends { table: Pattern }>(rules: T[]) => rules.sort((a, b) => specificity(b.table) - specificity(a.table))
  return {
    name,
    source,
    allow: (source.tables.allow ?? []).map((text) => pattern(text, giving)),
    deny: taking(source.tables.deny),
    write: source.tables.write?.map((text) => pattern(text, giving)),
    columns: byParticular(
      Object.entries(source.columns).map(([table, { allow, deny, mask }]) => ({
        table: pattern(table, 'loosely'),
        allow: allow?.map((text) => columnPattern(text, giving)),
        deny: deny.map((text) => columnPattern(text, 'loosely')),
        masks: Object.entries(mask)
          .map(([column, how]) => [columnPattern(column, 'loosely'), how] as const)
          .sort(([a], [b]) => specificity(b) - specificity(a)),
      })),
    ),
    rows: byParticular(
      Object.entries(source.rows).map(([table, rules]) => ({
        table: pattern(table, 'loosely'),
        rules: rules.map((rule) => rowRule(rule, principal, dialect)),
      })),
    ),
  }
}

const columnPattern = (text: string, letters: Case): Pattern => pattern(text, letters, false)

export function judge(role: ReadyRole, table: TableName): Judged {
  const refuse = (refused: string, missing?: string): Judged => ({
    role: role.name,
    refused,
    ...(missing === undefined ? {} : { missing }),
  })
  const allowed = role.allow.filter((text) => matchesTable(text, table))
  if (allowed.length === 0) return refuse(`role ${role.name} does not allow it`)
  const denied = role.deny.find((text) => matchesTable(text, table))
  if (denied) return refuse(`role ${role.name} denies ${denied.text}`)

  const rules = role.rows.filter((rule) => matchesTable(rule.table, table))
  const rows: string[] = []
  for (const rule of rules.flatMap((matching) => matching.rules)) {
    if ('missing' in rule)
      return refuse(`its row rule in role ${role.name} needs the attribute ${rule.missing}, which the caller does not have`, rule.missing)
    if (!rows.includes(rule.sql)) rows.push(rule.sql)
  }
  const columns = role.columns.filter((rule) => matchesTable(rule.table, table))
  const { hidden, masks } = judgeColumns(role.name, columns, table)
  if (table.names.length > 0 && hidden.size === table.names.length) return refuse(`role ${role.name} hides all its columns`)
  const explicit = [...allowed, ...rules.map((rule) => rule.table), ...columns.map((rule) => rule.table)].some((text) => text.exact)
  const guarded = columns.some(({ allow, deny, masks }) => allow !== undefined || deny.length > 0 || masks.length > 0)
  const named = role.write === undefined || role.write.some((text) => matchesTable(text, table))
  const may = (action: Action) => named && (role.source.actions?.includes(action) ?? false)
  return { role: role.name, explicit, hidden, masks, rows, guarded, writes: may('write'), alters: may('ddl') }
}

function judgeColumns(role: string, rules: readonly ColumnRule[], table: TableName): Pick<RoleTable, 'hidden' | 'masks'> {
  const hidden = new Map<string, string>()
  const masks = new Map<string, Mask>()
  // Of several lists of the only columns the one for the most particular pattern counts; what is denied anywhere is denied.
  const only = rules.find(({ allow }) => allow !== undefined)?.allow
  for (const name of table.names) {
    if (only && !only.some((text) => text.name.test(name))) hidden.set(name, `role ${role} does not allow it`)
    else if (rules.some(({ deny }) => deny.some((text) => text.name.test(name)))) hidden.set(name, `role ${role} denies it`)
    else {
      const mask = rules.flatMap((rule) => rule.masks).find(([text]) => text.name.test(name))
      if (mask) masks.set(name, mask[1])
    }
  }
  return { hidden, masks }
}
