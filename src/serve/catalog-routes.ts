import type { Call } from '../call.ts'
import {
  catalogSources,
  catalogTable,
  catalogTables,
  type Progress,
  schemaDiff,
  schemaVersions,
  syncCatalog,
  tableUses,
} from '../catalog.ts'
import { publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { tellUnnamed } from '../log/log.ts'
import { didYouMean } from '../nearest.ts'
import { newCallId } from '../tools/declared.ts'
import { asTool } from './as-tool.ts'
import type { Exchange } from './exchange.ts'
import type { RouteTable } from './routes.ts'

const LIMIT_MAX = 10_000
const TABLES_DEFAULT = 1_000
const VERSIONS_DEFAULT = 50
const CHANGES_DEFAULT = 1_000

type Asked = Readonly<Record<string, string | undefined>>
type ToolName = Parameters<typeof asTool>[0]

/** What the registry knows of the sources, cut by the grant, and bringing it up to date. Each request is one recorded call, and needs what the tool of its kind needs. */
export const catalogRoutes = (parts: Parts): RouteTable => ({
  '/api/catalog/sources': {
    GET: (exchange) => answered(exchange, parts, 'list_sources', [], async (call, now) => ({ sources: await catalogSources(call, now) })),
  },
  '/api/catalog/:source/tables': {
    GET: (exchange) =>
      answered(exchange, parts, 'list_tables', ['schema', 'pattern', 'limit', 'offset'], (call, now, asked) =>
        catalogTables(call, filterOf(asked), now),
      ),
  },
  '/api/catalog/:source/tables/:table': {
    GET: (exchange) => answered(exchange, parts, 'describe_table', [], (call, now) => catalogTable(call, exchange.params.table!, now)),
  },
  '/api/catalog/:source/tables/:table/uses': {
    GET: (exchange) => answered(exchange, parts, 'describe_table', [], (call, now) => tableUses(call, exchange.params.table!, now)),
  },
  '/api/catalog/:source/versions': {
    GET: (exchange) =>
      answered(exchange, parts, 'get_schema_versions', ['limit'], (call, now, asked) =>
        schemaVersions(call, whole(asked, 'limit', VERSIONS_DEFAULT, 1), now),
      ),
  },
  '/api/catalog/:source/diff': {
    GET: (exchange) =>
      answered(exchange, parts, 'get_schema_drift', ['from', 'to', 'limit'], (call, now, asked) => {
        const { from, to } = asked
        const limit = whole(asked, 'limit', CHANGES_DEFAULT, 1)
        return schemaDiff(call, { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), limit }, now)
      }),
  },
  '/api/catalog/:source/sync': { POST: (exchange) => synchronised(exchange, parts.now()) },
})

const callOf = ({ credential, signal, params, request }: Exchange): Call => ({
  id: newCallId(),
  door: 'http',
  credential,
  source: params.source ?? '',
  action: 'query',
  text: `${request.method} ${request.url}`.slice(0, 500),
  params: [],
  signal,
})

/** One request that is one recorded call, answered as JSON. `known` are the fields that its query may have. */
export async function answered(
  exchange: Exchange,
  parts: Parts,
  tool: ToolName,
  known: readonly string[],
  ask: (call: Call, now: Parts, asked: Asked) => Promise<object>,
): Promise<void> {
  const now = parts.now()
  const call = callOf(exchange)
  try {
    const asked = askedOf(exchange.request.url!, known)
    await asTool(tool, call, now)
    exchange.json(200, await ask(call, now, asked), ['Cache-Control', 'no-store'])
  } catch (caught) {
    tellUnnamed(now.log, call.id, caught)
    exchange.fail(caught, call.id)
  }
}

/** `POST /api/catalog/:source/sync`: events `progress`, then `done` with what it came to, or `error`; one JSON document where the client takes no events. */
async function synchronised(exchange: Exchange, parts: Parts): Promise<void> {
  const call = callOf(exchange)
  const events = exchange.request.headers.accept?.includes('text/event-stream') ?? false
  const event = (name: string, value: unknown) => `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`
  const begin = () => {
    exchange.contentType = 'text/event-stream'
    exchange.begin(200, ['Cache-Control', 'no-cache, no-transform', 'X-Accel-Buffering', 'no'])
  }
  const progress = (told: Progress) => {
    if (!events || exchange.response.destroyed) return
    if (!exchange.response.headersSent) begin()
    void exchange.write([event('progress', told)])
  }
  try {
    askedOf(exchange.request.url!, [])
    await asTool('sync_catalog', call, parts)
    const [outcome] = await syncCatalog(call, [exchange.params.source!], progress, parts)
    if (!events) exchange.json(200, outcome!)
    else exchange.end([event('done', outcome)])
  } catch (caught) {
    tellUnnamed(parts.log, call.id, caught)
    if (exchange.response.headersSent) exchange.end([event('error', publicError(caught, call.id))])
    else exchange.fail(caught, call.id)
  }
}

function askedOf(url: string, known: readonly string[]): Asked {
  const asked: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')) {
    if (!known.includes(name))
      throw new SluiceError('field_unknown', `There is no field ${JSON.stringify(name.slice(0, 100))}.${didYouMean(name, known)}`)
    if (Object.hasOwn(asked, name)) throw new SluiceError('field_invalid', `The field ${name} is given twice.`)
    asked[name] = value
  }
  return asked
}

function filterOf(asked: Asked) {
  const { schema, pattern } = asked
  return {
    ...(schema === undefined ? {} : { schema }),
    ...(pattern === undefined ? {} : { pattern }),
    limit: whole(asked, 'limit', TABLES_DEFAULT, 1),
    offset: whole(asked, 'offset', 0, 0, Number.MAX_SAFE_INTEGER),
  }
}

/** A field of the query as a whole number. */
export function whole(asked: Asked, name: string, otherwise: number, min: number, max = LIMIT_MAX): number {
  const text = asked[name]
  if (text === undefined) return otherwise
  const value = Number(text)
  if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value
  throw new SluiceError('field_invalid', `The field ${name} must be a whole number from ${min} to ${max}.`)
}
