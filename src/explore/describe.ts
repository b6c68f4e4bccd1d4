import type { Call } from '../call.ts'
import type { Parts } from '../gateway.ts'
import type { ColumnType } from '../result.ts'
import type { ForeignKey } from '../schema.ts'
import type { Source } from '../source/sources.ts'
import { intend, recorded } from './recorded.ts'
import { type AsOf, bySourceName, countable, lookingBack, maskOf, mustFind, type Visible } from './visible.ts'

/** A source as its callers may know it. */
export type SourceAbout = Readonly<{ name: string; kind: string; dialect: string; description: string }>

/** A column of which this caller sees values; `masked` says how they are hidden. */
export type ColumnAbout = Readonly<{
  name: string
  type: ColumnType
  native_type: string
  nullable: boolean
  comment?: string
  masked?: string
}>

export type TableAbout = Readonly<{
  source: string
  table: string
  kind: string
  dialect: string
  comment?: string
  /** Estimated by the source; absent where rows are hidden, for it would tell how many. */
  rows_estimate?: number
  columns: readonly ColumnAbout[]
  primary_key: readonly string[]
  foreign_keys: readonly ForeignKey[]
  /** One sentence each about what this caller does not see. */
  policies: readonly string[]
}>

/** The sources of which something is granted. Touches none of them. */
export async function listSources(call: Call, parts: Parts): Promise<readonly SourceAbout[]> {
  const told = (sources: readonly SourceAbout[]) => sources.length
  return await recorded(call, parts, told, async (entry, principal) => {
    await intend(entry, principal, call, [])
    return parts.policy.sources(principal).flatMap((name) => {
      const about = parts.sources.about(name)
      return about ? [{ name, kind: about.connector, dialect: about.dialect, description: about.description }] : []
    })
  })
}

/** What this caller may know of one table; throws `table_unknown`, with the nearest names that they may see, for everything else. */
export const describeTable = (call: Call, name: string, parts: Parts): Promise<TableAbout & AsOf> =>
  lookingBack(
    call,
    [name],
    () => 1,
    parts,
    ({ source, visible }) => aboutTable(mustFind(name, call.source, visible), visible, source),
  )

/** One table as its grant shows it. */
export function aboutTable(one: Visible, visible: readonly Visible[], source: Source): TableAbout {
  const { name, table, grant } = one
  return {
    source: source.name,
    table: name,
    kind: table.kind,
    dialect: source.dialect,
    ...(table.comment === undefined ? {} : { comment: table.comment }),
    ...(table.rowsEstimate === undefined || !countable(one) ? {} : { rows_estimate: table.rowsEstimate }),
    columns: columnsOf(one),
    primary_key: keyOf(one),
    foreign_keys: foreignKeysOf(one, visible),
    policies: grant.reasons,
  }
}

export const columnsOf = ({ table, grant }: Visible): readonly ColumnAbout[] =>
  table.columns.map((column) => ({
    name: column.name,
    type: column.type,
    native_type: column.nativeType,
    nullable: column.nullable,
    ...(column.comment === undefined ? {} : { comment: column.comment }),
    ...maskOf(grant, column.name),
  }))

/** The primary key, where all of it may be seen. */
export const keyOf = ({ table }: Visible): readonly string[] =>
  table.primaryKey?.every((column) => table.columns.some(({ name }) => name === column)) ? table.primaryKey : []

/** Foreign keys of which both ends may be seen, whole. */
export function foreignKeysOf({ table }: Visible, visible: readonly Visible[]): readonly ForeignKey[] {
  const columns = new Set(table.columns.map((column) => column.name))
  return (table.foreignKeys ?? []).flatMap((key) => {
    if (!key.columns.every((column) => columns.has(column))) return []
    const target = bySourceName(key.table, visible)
    const names = target?.table.columns.map((column) => column.name)
    // SQLite lets the referenced columns be left out and means the key of the table.
    return target && key.references.every((column) => names?.includes(column)) ? [{ ...key, table: target.name }] : []
  })
}
