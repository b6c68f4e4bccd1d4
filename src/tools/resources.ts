import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import {
  databaseInfo,
  databaseStats,
  describeTable,
  type ListFilter,
  listIndexes,
  listRelationships,
  listTables,
  listViews,
  type Page,
} from '../explore.ts'
import type { Parts, run as runOf } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import { newCallId } from './call-id.ts'
import { inScope } from './may-use.ts'
import { resultAppUri } from './result-app-link.ts'
import { TableText } from './table-text.ts'
import { askingCall, type Caller } from './tool.ts'

/** Something that a client can read by an address of its own. */
export type Resource = Readonly<{ uri: string; name: string; title: string; description: string; mimeType: string }>
export type ResourceTemplate = Readonly<{ uriTemplate: string; name: string; title: string; description: string; mimeType: string }>
export type Content = Readonly<{ uri: string; mimeType: string; text: string; _meta?: Readonly<Record<string, unknown>> }>

/** What an address asks for. `source` is a name as it stands in the address; `database` may stand for the one that the caller has. */
export type Address = Readonly<{ kind: Kind; source: string; table?: string; format?: 'csv' | 'json' }>

type Kind = 'tables' | 'info' | 'relationships' | 'indexes' | 'views' | 'table' | 'about' | 'stats' | 'rows'

const JSON_TYPE = 'application/json'
/** Rows that the resource of a table shows. */
const ROWS = 100
/** Names in one list; who wants more asks the tools of the schema group. */
const LISTED = 1_000
const all: ListFilter = { limit: LISTED, offset: 0 }
/** Sources whose tables are listed as resources, and tables of each; the others are found by the templates. */
const SOURCES_LISTED = 20
const TABLES_LISTED = 500

type Shape = Readonly<{ kind: Kind; path: string; title: string; description: string }>

/** What every source has, by the path behind its name. */
const shapes: readonly Shape[] = [
  { kind: 'tables', path: 'schema://{source}/tables', title: 'Tables', description: 'The tables and views that you may read' },
  { kind: 'info', path: 'schema://{source}/info', title: 'Schema', description: 'The database and how much of it you may see' },
  { kind: 'relationships', path: 'schema://{source}/relationships', title: 'Relationships', description: 'Foreign keys between tables' },
  { kind: 'indexes', path: 'schema://{source}/indexes', title: 'Indexes', description: 'Indexes of the tables' },
  { kind: 'views', path: 'schema://{source}/views', title: 'Views', description: 'The views that you may read' },
  { kind: 'about', path: 'meta://{source}/info', title: 'Database', description: 'Product, version and settings' },
  { kind: 'stats', path: 'meta://{source}/stats', title: 'Statistics', description: 'Figures of the tables' },
]

/** Addresses with a name to fill in, in both forms: for the only source, and for one by name. */
export const resourceTemplates: readonly ResourceTemplate[] = [
  template('schema://database/table/{name}', 'table', 'Table', 'Columns, keys and masks of one table'),
  ...shapes.map(({ path, title, description }) => template(path, `source ${title.toLowerCase()}`, `${title} of a source`, description)),
  template('schema://{source}/table/{name}', 'source table', 'Table of a source', 'Columns, keys and masks of one table'),
  template('table://{source}/{table}', 'rows', 'Rows of a table', `The first ${ROWS} rows that you may see, as CSV; ?format=json for JSON`),
]

function template(uriTemplate: string, name: string, title: string, description: string): ResourceTemplate {
  return { uriTemplate, name, title, description, mimeType: uriTemplate.startsWith('table:') ? 'text/csv' : JSON_TYPE }
}

/** Rows are told to whom a tool would tell them, and so are names and columns. */
const mayRead = (kind: Kind, principal: Principal): boolean => inScope(principal, 'core', kind === 'rows' ? 'query' : 'schema')

/** The sources that the caller may use, the first of which `database` stands for. */
const sourcesOf = (principal: Principal, parts: Parts): readonly string[] => parts.policy.sources(principal)

/** What `resources/list` tells this caller. Sources that do not answer are left out. */
export async function listResources(caller: Caller, parts: Parts): Promise<readonly Resource[]> {
  const principal = await parts.auth.identify(caller.credential)
  const sources = sourcesOf(principal, parts)
  if (sources.length === 0) return []
  const told = shapes.filter(({ kind }) => mayRead(kind, principal))
  const fixed = told.map(({ path, title, description }) => {
    const uri = path.replace('{source}', 'database')
    return { uri, name: uri.replace('://database/', ' '), title, description, mimeType: JSON_TYPE }
  })
  if (!mayRead('rows', principal)) return fixed
  const tables = await Promise.all(sources.slice(0, SOURCES_LISTED).map((source) => tablesOf(source, caller, parts)))
  return [...fixed, ...tables.flat()]
}

async function tablesOf(source: string, caller: Caller, parts: Parts): Promise<readonly Resource[]> {
  const listed = await listTables(own(caller, source, 'resources'), { limit: TABLES_LISTED, offset: 0 }, parts).catch((error: unknown) => {
    if (caller.signal.aborted || !(error instanceof SluiceError)) throw error
    return { items: [] }
  })
  return listed.items.map(({ table, kind, comment }) => ({
    uri: `table://${encodeURIComponent(source)}/${encodeURIComponent(table)}`,
    name: `${source} ${table}`,
    title: table,
    description: comment ?? `Rows of the ${kind.replace('_', ' ')} ${table}`,
    mimeType: 'text/csv',
  }))
}

/** Reads an address; throws `resource_unknown` for what is none. */
export function addressOf(uri: string): Address {
  const found = /^(schema|meta|table):\/\/([^/?#]+)\/([^?#]+)(?:\?format=(csv|json))?$/.exec(uri)
  if (!found) throw unknown(uri)
  const [, scheme, name, path, format] = found
  const source = decoded(name!, uri)
  if (scheme === 'table') return { kind: 'rows', source, table: decoded(path!, uri), format: format === 'json' ? 'json' : 'csv' }
  if (format !== undefined) throw unknown(uri)
  if (scheme === 'schema' && path!.startsWith('table/')) return { kind: 'table', source, table: decoded(path!.slice('table/'.length), uri) }
  const shape = shapes.find((one) => one.path === `${scheme}://{source}/${path}`)
  if (!shape) throw unknown(uri)
  return { kind: shape.kind, source }
}

function decoded(text: string, uri: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw unknown(uri)
  }
}

/** The source of an address for this principal; throws `resource_unknown` when nothing of it is granted. */
export function sourceAt({ kind, source }: Address, uri: string, principal: Principal, parts: Parts): string {
  if (!mayRead(kind, principal)) throw unknown(uri)
  const granted = sourcesOf(principal, parts)
  if (granted.includes(source)) return source
  if (source === 'database' && granted[0] !== undefined) return granted[0]
  throw unknown(uri)
}

const unknown = (uri: string) => new SluiceError('resource_unknown', `There is no resource ${JSON.stringify(uri.slice(0, 200))}.`)

/** The content of one resource, cut by the grant. Throws `resource_unknown` for what the caller may not find, and what reading throws. */
export async function readResource(uri: string, caller: Caller, run: () => Promise<typeof runOf>, parts: Parts): Promise<Content> {
  if (uri === resultAppUri) {
    // Nothing of it is anybody's, but strangers are told nothing at all.
    await parts.auth.identify(caller.credential)
    return (await import('./result-app.ts')).resultApp()
  }
  const address = addressOf(uri)
  const source = sourceAt(address, uri, await parts.auth.identify(caller.credential), parts)
  const call = { ...askingCall(caller, source, uri.slice(0, 500)) }
  try {
    if (address.kind === 'rows') return await rowsOf(uri, address, call, run, parts)
    return { uri, mimeType: JSON_TYPE, text: JSON.stringify(await contentOf(address, call, parts), undefined, 1) }
  } catch (error) {
    // An address names what exists, so a table that does not exist is an address that does not.
    if (error instanceof SluiceError && error.code === 'table_unknown') throw unknown(uri)
    throw error
  }
}

async function contentOf({ kind, table }: Address, call: Call, parts: Parts): Promise<object> {
  switch (kind) {
    case 'tables':
      return listed('tables', await listTables(call, all, parts))
    case 'views':
      return listed('views', await listViews(call, all, parts))
    case 'indexes':
      return listed('indexes', await listIndexes(call, all, parts))
    case 'relationships':
      return listed('relationships', await listRelationships(call, all, parts))
    case 'stats':
      return await databaseStats(call, parts)
    case 'table':
      return await (await import('../knowledge.ts')).describeTableWell(call, table!, parts)
    default:
      return await databaseInfo(call, parts)
  }
}

const listed = (name: string, { source, items, more, as_of }: Page<unknown>) => ({
  source,
  [name]: items,
  ...(more > 0 ? { more } : {}),
  ...(as_of === undefined ? {} : { as_of }),
})

/** The first rows of a table: an ordinary query of its own, by the names that the schema has. */
async function rowsOf(
  uri: string,
  { table, format }: Address,
  call: Call,
  run: () => Promise<typeof runOf>,
  parts: Parts,
): Promise<Content> {
  const about = await describeTable(call, table!, parts)
  const source = await parts.sources.get(call.source)
  const { quoteName } = await parts.dialects(source.dialect)
  const schema = await source.schema(call.signal)
  // The name as the caller sees it is that of one table of the schema; quoted whole, a dot within a name stays one.
  const known =
    schema.tables.find((one) => one.name === about.table) ?? schema.tables.find((one) => `${one.schema}.${one.name}` === about.table)
  if (!known) throw new SluiceError('table_unknown', `There is no table ${about.table}.`)
  const name = [known.schema, known.name].filter((part) => part !== '').map(quoteName)
  const text = `SELECT ${about.columns.map((column) => quoteName(column.name)).join(', ')} FROM ${name.join('.')}`
  const out = new TableText(format!)
  await (await run())({ ...call, id: newCallId(), text, rowsMax: ROWS }, out, parts)
  return { uri, mimeType: format === 'json' ? JSON_TYPE : 'text/csv', text: out.text() }
}

/** The same caller asking for a call of its own, because each is recorded. */
const own = (caller: Caller, source: string, text: string): Call => ({ ...askingCall(caller, source, text), id: newCallId() })

/** Names that may stand in an address or an argument, that begin with what is typed already; at most 100, as MCP has it. */
export async function completeName(
  argument: string,
  typed: string,
  given: Readonly<Record<string, string>>,
  caller: Caller,
  parts: Parts,
): Promise<Readonly<{ values: readonly string[]; total: number; hasMore: boolean }>> {
  const principal = await parts.auth.identify(caller.credential)
  const sources = sourcesOf(principal, parts)
  const fits = (name: string) => name.toLowerCase().startsWith(typed.toLowerCase())
  let names: readonly string[] = []
  if (!mayRead('tables', principal)) names = []
  else if (argument === 'source') names = [...sources].filter(fits)
  else if (argument === 'table' || argument === 'name') {
    const source = sources.find((one) => one === given.source) ?? (given.source === undefined ? sources[0] : undefined)
    if (source !== undefined) {
      const { items } = await listTables(own(caller, source, 'completion'), all, parts)
      names = items.map(({ table }) => table).filter(fits)
    }
  }
  return { values: names.slice(0, COMPLETED), total: names.length, hasMore: names.length > COMPLETED }
}
const COMPLETED = 100
