import type { AuditEntry } from './audit/audit.ts'
import type { Call } from './call.ts'
import { type Code, named, SluiceError } from './error.ts'
import type { Parts } from './gateway.ts'
import type { Grant, TableGrant } from './grant.ts'
import { didYouMean } from './nearest.ts'
import type { Principal } from './principal.ts'
import type { ColumnType } from './result.ts'
import type { ForeignKey, Schema, Table } from './schema.ts'
import { search } from './search/search.ts'
import type { Source } from './source/sources.ts'

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

export type FoundTable = Readonly<{
  source: string
  table: string
  kind: string
  why: string
  comment?: string
  columns: readonly Readonly<{ name: string; type: ColumnType; masked?: string }>[]
  /** Columns of the table that are not in `columns` above. */
  more_columns: number
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

/** One table as its grant shows it: hidden columns do not exist. `name` is how a statement names it. */
type Visible = Readonly<{ name: string; table: Table; grant: TableGrant }>

const COLUMNS_SHOWN = 12

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

/** `silent` names the sources that did not answer, so that nobody takes what they hold for missing. */
export type Found = Readonly<{ tables: readonly FoundTable[]; silent: readonly string[] }>

/** The tables that fit a question, in the call's source or, when it names none, in every granted one; best first. */
export async function searchSchema(call: Call, question: string, limit: number, parts: Parts): Promise<Found> {
  const told = ({ tables }: Found) => tables.length
  return await recorded(call, parts, told, async (entry, principal) => {
    await intend(entry, principal, call, [])
    const names = call.source === '' ? parts.policy.sources(principal) : [call.source]
    const found = await Promise.all(names.map((name) => searchOne(name, names.length > 1, call, question, limit, principal, parts)))
    const hits = found.flatMap((one) => one ?? [])
    hits.sort((a, b) => b.score - a.score)
    return { tables: hits.slice(0, limit).map((one) => one.hit), silent: names.filter((_, i) => found[i] === undefined) }
  })
}

/** Undefined when the source, one `among` several, does not answer. */
async function searchOne(name: string, among: boolean, call: Call, question: string, limit: number, principal: Principal, parts: Parts) {
  const seen = await lookInto(name, call, principal, parts).catch((error: unknown) => {
    // One source that does not answer must not hide what the others hold; a source asked for by name must say why.
    if (!among || call.signal.aborted || !(error instanceof SluiceError) || !SILENT.has(error.code)) throw error
    parts.log.failed(call.id, name, error)
    return undefined
  })
  if (!seen) return undefined
  const byTable = new Map(seen.visible.map((one) => [one.table, one]))
  return search(question, [...byTable.keys()], limit).map((hit) => {
    const one = byTable.get(hit.table)!
    const shown = [...hit.columns, ...hit.table.columns.filter((column) => !hit.columns.includes(column))].slice(0, COLUMNS_SHOWN)
    const found: FoundTable = {
      source: name,
      table: one.name,
      kind: hit.table.kind,
      why: hit.why,
      ...(hit.table.comment === undefined ? {} : { comment: hit.table.comment }),
      columns: shown.map((column) => ({ name: column.name, type: column.type, ...maskOf(one.grant, column.name) })),
      more_columns: hit.table.columns.length - shown.length,
    }
    return { score: hit.score, hit: found }
  })
}

/** How a source fails by itself. */
const SILENT: ReadonlySet<Code> = new Set([
  'source_unavailable',
  'source_denied',
  'source_failed',
  'source_busy',
  'query_timeout',
  'concurrency_limited',
  'rate_limited',
])

/** What this caller may know of one table; throws `table_unknown`, with the nearest names that they may see, for everything else. */
export async function describeTable(call: Call, name: string, parts: Parts): Promise<TableAbout> {
  const told = () => 1
  return await recorded(call, parts, told, async (entry, principal) => {
    await intend(entry, principal, call, [name])
    const { source, visible } = await lookInto(call.source, call, principal, parts, (tables) => find(name, tables) !== undefined)
    const one = find(name, visible)
    if (!one) {
      const near = didYouMean(
        name,
        visible.map((table) => table.name),
      )
      throw new SluiceError('table_unknown', `There is no table ${short(name)} in ${call.source}.${near}`)
    }
    return about(one, visible, source)
  })
}

function about({ name, table, grant }: Visible, visible: readonly Visible[], source: Source): TableAbout {
  const columns = new Set(table.columns.map((column) => column.name))
  const keys = (table.foreignKeys ?? []).filter((key) => key.columns.every((column) => columns.has(column)))
  return {
    source: source.name,
    table: name,
    kind: table.kind,
    dialect: source.dialect,
    ...(table.comment === undefined ? {} : { comment: table.comment }),
    ...(table.rowsEstimate === undefined || grant.rows.length > 0 ? {} : { rows_estimate: table.rowsEstimate }),
    columns: table.columns.map((column) => ({
      name: column.name,
      type: column.type,
      native_type: column.nativeType,
      nullable: column.nullable,
      ...(column.comment === undefined ? {} : { comment: column.comment }),
      ...maskOf(grant, column.name),
    })),
    primary_key: table.primaryKey?.every((column) => columns.has(column)) ? table.primaryKey : [],
    foreign_keys: keys.flatMap((key) => {
      const target = find(key.table, visible)
      const names = target?.table.columns.map((column) => column.name)
      return target && key.references.every((column) => names?.includes(column)) ? [{ ...key, table: target.name }] : []
    }),
    policies: grant.reasons,
  }
}

const maskOf = (grant: TableGrant, column: string) => {
  const mask = grant.masks.get(column)
  return mask ? { masked: mask.kind } : {}
}

/** A name as a statement may write it: exact first, then without regard to case, when only one fits. */
function find(name: string, visible: readonly Visible[]): Visible | undefined {
  const plain = name.replace(/["`[\]]/g, '')
  const exact = visible.find((one) => one.name === plain) ?? visible.find((one) => `${one.table.schema}.${one.table.name}` === plain)
  if (exact) return exact
  const lower = plain.toLowerCase()
  const loose = visible.filter((one) => one.name.toLowerCase() === lower || `${one.table.schema}.${one.table.name}`.toLowerCase() === lower)
  return loose.length === 1 ? loose[0] : undefined
}

/**
 * Grant, quota, source and schema of one source, cut to what the grant shows. What is not `enough` may be newer than the schema, which is
 * then read again, once.
 */
async function lookInto(
  name: string,
  call: Call,
  principal: Principal,
  parts: Parts,
  enough: (visible: readonly Visible[]) => boolean = () => true,
) {
  const grant = await parts.policy.grant(principal, name)
  const leave = parts.quota.enter(grant)
  try {
    const source = await parts.sources.get(name)
    const visible = visibleTables(await source.schema(call.signal), grant)
    if (enough(visible)) return { source, visible }
    return { source, visible: visibleTables(await source.schema(call.signal, true), grant) }
  } finally {
    leave()
  }
}

/** Remembered by schema and grant version: the same question of the same caller then costs no second look at thousands of tables. */
function visibleTables(schema: Schema, grant: Grant): readonly Visible[] {
  const key = `${grant.source}\n${schema.version}\n${grant.version}`
  const known = seen.get(key)
  if (known) return known
  const visible = schema.tables.flatMap((table): Visible[] => {
    if (table.system || table.kind === 'sequence') return []
    const granted = grant.table({ schema: table.schema, name: table.name, names: table.columns.map((column) => column.name) })
    if (!granted) return []
    const columns = table.columns.filter((column) => granted.columns.includes(column.name))
    return [{ name: nameOf(table, schema), table: { ...table, columns }, grant: granted }]
  })
  if (seen.size >= SEEN_MAX) seen.delete(seen.keys().next().value!)
  seen.set(key, visible)
  return visible
}
const SEEN_MAX = 64
const seen = new Map<string, readonly Visible[]>()

/** Without its schema where the source would find it without. */
const nameOf = (table: Table, schema: Schema) =>
  table.schema === '' || schema.searchPath[0] === table.schema ? table.name : `${table.schema}.${table.name}`

const short = (name: string) => (name.length > 100 ? `${name.slice(0, 100)}…` : name)

const intend = (entry: AuditEntry, principal: Principal, call: Call, tables: readonly string[]) =>
  entry.intend(principal, { sql: call.text, kind: 'show', tables: tables.map(short), policies: [], params: 0 })

/** Identify, do, and close the audit entry, however it ended. `told` counts what the caller learns of. */
export async function recorded<T>(
  call: Call,
  parts: Parts,
  told: (done: T) => number,
  doing: (entry: AuditEntry, principal: Principal) => Promise<T>,
): Promise<T> {
  const started = performance.now()
  const entry = parts.audit.open(call)
  try {
    const principal = await parts.auth.identify(call.credential)
    const done = await doing(entry, principal)
    const rows = told(done)
    entry.close({ rows, truncated: false, from: 'live', ms: Math.round(performance.now() - started) }, undefined)
    return done
  } catch (caught) {
    const error = named(caught, call.signal)
    entry.close(undefined, error)
    parts.log.failed(call.id, call.source || undefined, error)
    throw error
  }
}
