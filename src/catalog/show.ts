import type { Call } from '../call.ts'
import {
  type ColumnAbout,
  columnsOf,
  fitting,
  fullName,
  intend,
  type ListFilter,
  mustFind,
  type Page,
  page,
  recorded,
  type Visible,
} from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { ForeignKey } from '../schema.ts'
import type { Healthy, Store, Version } from '../store/store.ts'
import { type CutVersion, cut } from './cut.ts'
import { inCatalog, notSynchronised } from './looking.ts'

/** A source as the registry knows it. What counts tables counts those that the caller may see. */
export type CatalogSource = Readonly<{
  source: string
  connector: string
  dialect: string
  description: string
  /** Absent where nobody has looked yet. */
  health?: Readonly<{ ok: boolean; code?: string; text?: string; ms: number; at: string }>
  /** When the registry last found the source to be as its newest version says. */
  synced_at?: string
  sync_ms?: number
  /** Absent for callers from whom something is hidden. */
  version?: number
  tables?: number
  columns?: number
}>

export type CatalogTable = Readonly<{
  table: string
  schema: string
  kind: string
  columns: number
  comment?: string
  /** Absent where rows are hidden or the source does not tell. */
  rows_estimate?: number
  bytes?: number
}>

export type CatalogTableAbout = CatalogTable &
  Readonly<{
    source: string
    about: readonly (ColumnAbout & Readonly<{ default?: string }>)[]
    primary_key: readonly string[]
    foreign_keys: readonly ForeignKey[]
    indexes: readonly Readonly<{ name: string; columns: readonly string[]; unique: boolean; primary: boolean }>[]
    synced_at?: string
  }>

/** Every source of which something is granted, with its health and how much of it the caller may see. Touches none of them. */
export const catalogSources = (call: Call, parts: Parts): Promise<readonly CatalogSource[]> =>
  recorded(
    call,
    parts,
    (sources) => sources.length,
    async (entry, principal) => {
      await intend(entry, principal, call, [])
      const store = await parts.store()
      const [health, versions] = [await store.health.all(), await store.versions.all()]
      const told: CatalogSource[] = []
      for (const name of parts.policy.sources(principal)) {
        const about = parts.sources.about(name)
        const grant = await grantOf(principal, name, parts)
        if (!about || !grant) continue
        const { connector, dialect, description } = about
        const newest = versions.get(name)
        const counted =
          newest && (grant.restricted ? await countsSeen(name, store, grant) : { version: newest.number, ...countsOf(newest) })
        told.push({ source: name, connector, dialect, description, ...healthOf(health.get(name)), ...counted })
      }
      return told
    },
  )

/** Undefined where the source knows nobody of this name: that must not hide the others. */
async function grantOf(principal: Parameters<Parts['policy']['grant']>[0], name: string, parts: Parts) {
  try {
    return await parts.policy.grant(principal, name)
  } catch {
    return undefined
  }
}

const countsOf = ({ tables, columns }: Readonly<{ tables: number; columns: number }>) => ({ tables, columns })

async function countsSeen(name: string, store: Store, grant: Parameters<typeof cut>[1]) {
  const version = await store.versions.read(name)
  if (!version) return {}
  const { tables } = cut(version, grant).schema
  return { tables: tables.length, columns: tables.reduce((sum, { columns }) => sum + columns.length, 0) }
}

function healthOf(seen: Healthy | undefined): Pick<CatalogSource, 'health' | 'synced_at' | 'sync_ms'> {
  if (!seen) return {}
  const { syncedAt, syncMs, ...health } = seen
  return { health, ...(syncedAt === undefined ? {} : { synced_at: syncedAt }), ...(syncMs === undefined ? {} : { sync_ms: syncMs }) }
}

/** The newest version of a source as the caller sees it. */
async function newestOf(
  source: string,
  store: Store,
  grant: Parameters<typeof cut>[1],
): Promise<Readonly<{ version: Version; seen: CutVersion }>> {
  const version = await store.versions.read(source)
  if (!version) throw notSynchronised(source)
  return { version, seen: cut(version, grant) }
}

/** The tables of the newest version that the caller may see. Throws `not_synchronised`. */
export const catalogTables = (call: Call, filter: ListFilter, parts: Parts): Promise<Page<CatalogTable>> =>
  inCatalog(
    call,
    [],
    ({ items }) => items.length,
    parts,
    async ({ source, grant, store }) => {
      const { seen } = await newestOf(source, store, grant)
      const sizes = sizesOf(seen)
      return page(source, fitting(seen.visible, filter), filter, (one) => tableOf(one, sizes))
    },
  )

/** One table of the newest version. Throws `table_unknown` with the nearest names, `not_synchronised`. */
export const catalogTable = (call: Call, name: string, parts: Parts): Promise<CatalogTableAbout> =>
  inCatalog(
    call,
    [name],
    () => 1,
    parts,
    async ({ source, grant, store }) => {
      const { seen } = await newestOf(source, store, grant)
      const one = mustFind(name, source, seen.visible)
      const table = seen.schema.tables.find((table) => table.schema === one.table.schema && table.name === one.table.name)!
      const defaults = new Map(table.columns.map((column) => [column.name, column.default]))
      const syncedAt = (await store.health.all()).get(source)?.syncedAt
      return {
        source,
        ...tableOf(one, sizesOf(seen)),
        about: columnsOf(one).map((column) => {
          const given = defaults.get(column.name)
          return given === undefined ? column : { ...column, default: given }
        }),
        primary_key: table.primaryKey ?? [],
        foreign_keys: table.foreignKeys ?? [],
        indexes: (seen.details?.indexes ?? [])
          .filter((index) => index.schema === table.schema && index.table === table.name)
          .map(({ name, columns, unique, primary }) => ({ name, columns, unique, primary })),
        ...(syncedAt === undefined ? {} : { synced_at: syncedAt }),
      }
    },
  )

type Sizes = ReadonlyMap<string, Readonly<{ rowsEstimate?: number; bytes?: number }>>

const sizesOf = ({ details }: CutVersion): Sizes =>
  new Map(details?.sizes.map((size) => [fullName({ schema: size.schema, name: size.table }), size]))

function tableOf({ name, table }: Visible, sizes: Sizes): CatalogTable {
  const size = sizes.get(fullName(table))
  return {
    table: name,
    schema: table.schema,
    kind: table.kind,
    columns: table.columns.length,
    ...(table.comment === undefined ? {} : { comment: table.comment }),
    ...(size?.rowsEstimate === undefined ? {} : { rows_estimate: size.rowsEstimate }),
    ...(size?.bytes === undefined ? {} : { bytes: size.bytes }),
  }
}
