import { SluiceError } from '../error.ts'
import type { Grant, Mask, TableGrant } from '../grant.ts'
import type { Schema, Table } from '../schema.ts'

export type TableView = TableGrant & Readonly<{ explicit: boolean }>
type Setting = Readonly<{ grant: Grant; schema: Schema }>

/**
 * What the grant gives of a table, when what the table is made of is counted in. A table that policy names itself is shown as named.
 * Throws `table_refused` for one that may hold a copy of hidden data and cannot be opened.
 */
export function grantOf(table: Table, setting: Setting, seen: readonly Table[] = []): TableView {
  const own = setting.grant.table({ schema: table.schema, name: table.name, names: table.columns.map(({ name }) => name) })
  if (!own) throw new SluiceError('table_unknown', `There is no table ${table.name} that you may read.`)
  if (own.explicit || !setting.grant.restricted) return own
  if (table.kind === 'materialized_view' && table.definition === undefined && !copiesOnlyOpen(table, setting, seen))
    throw refused(table, 'is a copy of data of which you may see a part, and the source does not tell how it was made')
  else if (table.kind === 'foreign')
    throw refused(table, 'lies in another database, where its rows may be those of a table of which you may see a part')
  else if (isVirtual(table, setting.schema)) throw refused(table, 'is a virtual table, which may hold copies of rows that you may not see')
  return table.inherits === undefined || seen.includes(table) ? own : withParents(own, table, setting, [...seen, table])
}

/** A virtual table of SQLite, or one of the tables behind it, which are named after it. */
function isVirtual({ schema, name, kind }: Table, { tables }: Schema): boolean {
  if (kind === 'virtual') return true
  return tables.some(
    (other) => other.kind === 'virtual' && other.schema === schema && name.toLowerCase().startsWith(`${other.name.toLowerCase()}_`),
  )
}

/**
 * True for a view, and for a materialized view that copied what may be hidden: nothing can be put into a copy any more, so its SELECT is
 * computed anew.
 */
export function isOpenedUp(table: Table, own: TableView, setting: Setting): boolean {
  if (own.explicit) return false
  return table.kind === 'view' || (table.kind === 'materialized_view' && setting.grant.restricted && !copiesOnlyOpen(table, setting, []))
}

const copiesOnlyOpen = (table: Table, setting: Setting, seen: readonly Table[]): boolean =>
  table.dependsOn?.every((name) => isOpen(name, setting, [...seen, table])) ?? false

/** True when everything behind a name may be seen as it is. */
function isOpen(name: string, setting: Setting, seen: readonly Table[]): boolean {
  const table = find(name, setting.schema)
  if (!table || seen.length > 100) return false
  if (table.system || seen.includes(table)) return true
  const asked = { schema: table.schema, name: table.name, names: table.columns.map((column) => column.name) }
  const own = setting.grant.table(asked)
  if (!own || own.restricted) return false
  if (own.explicit) return true
  if (table.kind === 'foreign' || isVirtual(table, setting.schema)) return false
  if (table.kind !== 'view' && table.kind !== 'materialized_view')
    return (table.inherits ?? []).every((parent) => isOpen(parent, setting, [...seen, table]))
  return table.dependsOn?.every((other) => isOpen(other, setting, [...seen, table])) ?? false
}

/** Rows of a child or a partition are rows of its parent: what the parent hides, masks and filters holds for them as well. */
function withParents(own: TableView, table: Table, setting: Setting, seen: readonly Table[]): TableView {
  let columns = own.columns
  const masks = new Map<string, Mask>(own.masks)
  const rows = [...own.rows]
  const reasons = [...own.reasons]
  let guarded = own.guarded
  for (const name of table.inherits ?? []) {
    const parent = find(name, setting.schema)
    const granted = parent && grantOf(parent, setting, seen)
    if (!parent || !granted) throw refused(table, `is a part of ${name}, which is not known`)
    guarded ||= granted.guarded
    if (!granted.restricted) continue
    const hidden = new Set(parent.columns.map((column) => column.name).filter((column) => !granted.columns.includes(column)))
    columns = columns.filter((column) => !hidden.has(column))
    for (const [column, mask] of granted.masks) if (columns.includes(column) && !masks.has(column)) masks.set(column, mask)
    for (const rule of granted.rows) if (!rows.includes(rule)) rows.push(rule)
    reasons.push(`${table.name} is a part of ${parent.name}, so its rules hold`, ...granted.reasons)
  }
  const restricted = own.restricted || masks.size > 0 || rows.length > 0 || columns.length < table.columns.length
  return { ...own, columns, masks, rows, reasons, restricted, guarded }
}

const find = (name: string, { tables }: Schema): Table | undefined => tables.find((table) => `${table.schema}.${table.name}` === name)

const refused = ({ name }: Table, why: string): SluiceError =>
  new SluiceError('table_refused', `${name} ${why}.`, {
    hint: 'Read the tables that search_schema shows instead, or ask for a role that names this table.',
  })
