import type { Call } from '../call.ts'
import type { Parts } from '../gateway.ts'
import { run } from '../gateway.ts'
import type { Batch, Sink } from '../result.ts'
import { type Column, cells } from '../result.ts'
import { columnsOf } from './describe.ts'
import { type IndexListed, indexesOf } from './structure.ts'
import { countable, type Look, lookingClosely, mustFind, toldOf, type Visible } from './visible.ts'

/** The database itself. What tells of more than this caller may see is left out where anything is hidden from them. */
export type DatabaseInfo = Readonly<{
  source: string
  dialect: string
  product?: string
  version?: string
  database?: string
  encoding?: string
  collation?: string
  time_zone?: string
  user?: string
  bytes?: number
  started_at?: string
  settings?: Readonly<Record<string, string>>
  schemas: readonly string[]
  tables: number
  views: number
}>

export type DatabaseStats = Readonly<{
  source: string
  tables: number
  views: number
  columns: number
  /** Absent where the source tells no indexes. */
  indexes?: number
  /** Of the tables whose rows are not hidden; absent where the source tells none. */
  rows_estimate?: number
  bytes?: number
  largest: readonly Readonly<{ table: string; bytes?: number; rows_estimate?: number }>[]
}>

export type TableStats = Readonly<{
  source: string
  table: string
  kind: string
  columns: number
  /** Estimated by the source; absent where rows are hidden. */
  rows_estimate?: number
  /** Counted now, those that this caller may see. */
  rows?: number
  bytes?: number
  index_bytes?: number
  /** Absent where the source tells no indexes. */
  indexes?: readonly IndexListed[]
  policies: readonly string[]
}>

const LARGEST = 20
const isView = ({ table }: Visible) => table.kind === 'view' || table.kind === 'materialized_view'

/** What the source says of itself, and how much of it this caller may see. */
export const databaseInfo = (call: Call, parts: Parts): Promise<DatabaseInfo> =>
  lookingClosely(
    call,
    [],
    () => 1,
    parts,
    ({ source, grant, visible, details }) => {
      const about = details?.database
      const open = grant.restricted ? undefined : about
      return {
        source: source.name,
        dialect: source.dialect,
        ...defined({ product: about?.product, version: about?.version ?? source.connection.version, database: about?.database }),
        ...defined({ encoding: about?.encoding, collation: about?.collation, time_zone: about?.timeZone }),
        ...defined({ user: open?.user, bytes: open?.bytes, started_at: open?.startedAt, settings: open?.settings }),
        schemas: [...new Set(visible.map(({ table }) => table.schema))].filter((name) => name !== '').toSorted(),
        tables: visible.filter((one) => !isView(one)).length,
        views: visible.filter(isView).length,
      }
    },
  )

/** Sums over the tables that this caller may see, without those figures that would tell how many rows are hidden. */
export const databaseStats = (call: Call, parts: Parts): Promise<DatabaseStats> =>
  lookingClosely(
    call,
    [],
    () => 1,
    parts,
    (look) => {
      const { source, visible, details } = look
      const sized = visible.map((one) => ({ table: one.name, ...sizeOf(one, look) }))
      const largest = sized
        .filter(({ bytes, rows_estimate }) => bytes !== undefined || rows_estimate !== undefined)
        .toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0) || (b.rows_estimate ?? 0) - (a.rows_estimate ?? 0))
      return {
        source: source.name,
        tables: visible.filter((one) => !isView(one)).length,
        views: visible.filter(isView).length,
        columns: visible.reduce((sum, { table }) => sum + table.columns.length, 0),
        ...(details ? { indexes: visible.reduce((sum, one) => sum + indexesOf(one, look).length, 0) } : {}),
        ...defined({ rows_estimate: sum(sized.map((one) => one.rows_estimate)), bytes: sum(sized.map((one) => one.bytes)) }),
        largest: largest.slice(0, LARGEST).map(({ index_bytes: _, ...one }) => one),
      }
    },
  )

/**
 * Figures of one table. With `countId`, the id of a call of its own, its rows are counted too, as a query that goes the way of all
 * queries, so that only rows that this caller may see are counted.
 */
export async function tableStats(call: Call, name: string, countId: string | undefined, parts: Parts): Promise<TableStats> {
  const told = () => 1
  const { stats, full } = await lookingClosely(call, [name], told, parts, (look) => {
    const one = mustFind(name, call.source, look.visible)
    const stats: TableStats = {
      source: look.source.name,
      table: one.name,
      kind: one.table.kind,
      columns: columnsOf(one).length,
      ...sizeOf(one, look),
      ...(look.details ? { indexes: indexesOf(one, look) } : {}),
      policies: one.grant.reasons,
    }
    return { stats, full: [one.table.schema, one.table.name].filter((part) => part !== '') }
  })
  if (countId === undefined) return stats
  const { quoteName } = await parts.dialects((await parts.sources.get(call.source)).dialect)
  const text = `SELECT COUNT(*) FROM ${full.map(quoteName).join('.')}`
  return { ...stats, rows: await countedNow({ ...call, id: countId, action: 'query', text, rowsMax: 1 }, parts) }
}

async function countedNow(call: Call, parts: Parts): Promise<number> {
  let columns: readonly Column[] = []
  let batch: Batch | undefined
  const sink: Sink = {
    columns(given) {
      columns = given
    },
    batch(given) {
      batch = given
    },
  }
  await run(call, sink, parts)
  return Number(batch ? cells(batch, columns)[0]?.[0] : 0)
}

type Size = Readonly<{ rows_estimate?: number; bytes?: number; index_bytes?: number }>

function sizeOf(one: Visible, { details }: Look): Size {
  if (!countable(one)) return {}
  const [size] = toldOf(details?.sizes, one)
  return defined({
    rows_estimate: size?.rowsEstimate ?? one.table.rowsEstimate,
    bytes: size?.bytes,
    index_bytes: size?.indexBytes,
  })
}

const sum = (figures: readonly (number | undefined)[]): number | undefined => {
  const told = figures.filter((one) => one !== undefined)
  return told.length === 0 ? undefined : told.reduce((all, one) => all + one, 0)
}

type Defined<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> }

/** Without what is undefined. */
const defined = <T extends Readonly<Record<string, unknown>>>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>
