import type { Parts } from '../gateway.ts'
import { authorizationRoutes } from './authorization.ts'
import { docsFile, docsRoute, openapiRoute } from './docs.ts'
import type { Exchange } from './exchange.ts'
import type { Mcp } from './mcp.ts'
import { pageRoutes } from './page.ts'
import { listResourcesRoute } from './resource-routes.ts'
import { type Handler, later, laterTable, type Route, type RouteTable } from './routes.ts'
import { about, health, healthFor, info } from './status.ts'
import type { Run } from './tool-call.ts'
import { upgradeRequired } from './ws.ts'

/** Where clients of MCP's older transport listen, and where they send to. */
export type McpPaths = Readonly<{ sse: string; messages: string }>

export type RouteSetting = Readonly<{
  parts: Parts
  publicUrl?: string | undefined
  run?: Run | undefined
  importBytesMax?: number | undefined
  protocol: Pick<Mcp, 'handle' | 'sse'>
  paths: McpPaths
  running: ReadonlySet<Exchange>
}>

const sql = () => import('./sql-routes.ts')
const tools = () => import('./tool-routes.ts')

const reading = (handler: Handler): Route => ({ GET: handler, HEAD: handler })

/** Every path that the HTTP door answers. What a group of routes does stands in a file of its own. */
export function routeTable(setting: RouteSetting): RouteTable {
  const { parts, publicUrl, protocol, paths, running } = setting
  const ask = health(parts)
  const healthy: Handler = async (exchange) => {
    const whole = await ask()
    exchange.json(whole.status === 'failed' ? 503 : 200, await healthFor(whole, exchange.credential, parts.now()), [
      'Cache-Control',
      'no-store',
    ])
  }
  // MCP has its own form for methods that it does not know.
  const { handle, sse } = protocol
  const anyMethod = { POST: handle, GET: handle, DELETE: handle, PUT: handle, PATCH: handle, HEAD: handle }
  return {
    // First, so that a configured path takes the place of no other route.
    [paths.sse]: { GET: sse.listen },
    [paths.messages]: { POST: sse.post },
    ...pageRoutes((exchange) => exchange.json(200, about())),
    '/health': reading(healthy),
    '/info': reading(async (exchange) => exchange.json(200, await info(exchange.credential, running.size, parts.now()))),
    ...laterRoutes(setting),
    '/ws': { GET: upgradeRequired },
    '/openapi.json': reading(openapiRoute),
    '/docs': reading(docsRoute),
    '/docs/page.js': reading(docsFile('page.js')),
    '/docs/page.css': reading(docsFile('page.css')),
    '/mcp/resources': reading((exchange) => listResourcesRoute(exchange, parts.now())),
    ...registryRoutes(setting),
    ...governingRoutes(setting),
    ...authorizationRoutes(parts, publicUrl),
    '/mcp': anyMethod,
    // The groups of tools that the client wants to see, e.g. `/mcp/schema,dml`.
    '/mcp/:groups': anyMethod,
  }
}

/** Routes of what the gateway keeps itself: keys, and what its registry holds. */
function registryRoutes({ parts, run }: RouteSetting): RouteTable {
  return {
    ...laterTable(async () => (await import('./keys-routes.ts')).keysRoutes(parts), {
      '/api/keys': ['GET', 'POST'],
      '/api/keys/:id/rotate': ['POST'],
      '/api/keys/:id': ['DELETE'],
    }),
    ...laterTable(async () => (await import('./sources-routes.ts')).sourcesRoutes(parts), {
      '/api/sources': ['GET', 'POST'],
      '/api/sources/connectors': ['GET'],
      '/api/sources/test': ['POST'],
      '/api/sources/:name': ['PATCH', 'DELETE'],
      '/api/sources/:name/test': ['POST'],
      '/api/datasources': ['GET'],
      '/api/datasources/:id/test': ['GET'],
    }),
    ...laterTable(async () => (await import('./catalog-routes.ts')).catalogRoutes(parts), {
      '/api/catalog/sources': ['GET'],
      '/api/catalog/:source/tables': ['GET'],
      '/api/catalog/:source/tables/:table': ['GET'],
      '/api/catalog/:source/tables/:table/uses': ['GET'],
      '/api/catalog/:source/versions': ['GET'],
      '/api/catalog/:source/diff': ['GET'],
      '/api/catalog/:source/sync': ['POST'],
    }),
    ...laterTable(async () => (await import('./knowledge-routes.ts')).knowledgeRoutes(parts), {
      '/api/catalog/:source/notes': ['GET', 'POST'],
      '/api/catalog/:source/notes/import': ['POST'],
      '/api/catalog/:source/profile': ['GET', 'POST'],
      '/api/catalog/:source/pii': ['GET', 'POST'],
      '/api/catalog/:source/pii/decide': ['POST'],
      '/api/catalog/:source/paths': ['GET'],
      '/api/catalog/:source/related': ['GET'],
      '/api/catalog/:source/joins': ['POST'],
    }),
    ...laterTable(async () => (await import('./chat-routes.ts')).chatRoutes(parts), {
      '/api/chat/message': ['POST'],
      '/api/chat/message/stream': ['POST'],
      '/api/chat/sessions': ['GET', 'POST'],
      '/api/chat/sessions/:id': ['GET', 'PATCH', 'DELETE'],
      '/api/chat/sessions/:id/share': ['POST', 'DELETE'],
      '/api/chat/shared/:share': ['GET'],
      '/api/ask/feedback': ['POST'],
    }),
    ...laterTable(async () => (await import('./ask-suggest-routes.ts')).askSuggestRoutes(parts), {
      '/api/ask/complete': ['GET'],
      '/api/ask/explore': ['GET'],
    }),
    ...keptRoutes(parts, run),
  }
}

/** Routes of statements that are kept: saved ones, and the query bank. */
const keptRoutes = (parts: Parts, run: Run | undefined): RouteTable => ({
  ...laterTable(async () => (await import('./queries-routes.ts')).queriesRoutes(parts, run), {
    '/api/queries': ['GET', 'POST'],
    '/api/queries/:id': ['GET', 'PATCH', 'DELETE'],
    '/api/queries/:id/run': ['POST'],
  }),
  ...laterTable(async () => (await import('./bank-routes.ts')).bankRoutes(parts, run), {
    '/api/bank/pairs': ['GET', 'POST'],
    '/api/bank/pairs/:id': ['DELETE'],
    '/api/bank/pairs/:id/review': ['POST'],
    '/api/bank/similar': ['POST'],
    '/api/bank/templates': ['GET'],
    '/api/bank/templates/:id/run': ['POST'],
    '/api/bank/verify': ['POST'],
  }),
})

/** Routes of those who decide and operate, and of who looks through results. */
const governingRoutes = ({ parts, publicUrl, run }: RouteSetting): RouteTable => ({
  ...laterTable(async () => (await import('./run-routes.ts')).runRoutes(parts, publicUrl), {
    '/api/run': ['GET'],
    '/api/run/stream': ['GET'],
    '/api/run/configuration': ['GET'],
    '/api/run/clients': ['GET'],
    '/api/run/queries': ['GET'],
    '/api/run/queries/:id/cancel': ['POST'],
  }),
  ...laterTable(async () => (await import('./govern-routes.ts')).governRoutes(parts), {
    '/api/policy': ['GET', 'PUT'],
    '/api/policy/validate': ['POST'],
    '/api/policy/simulate': ['POST'],
    '/api/audit': ['GET'],
    '/api/audit/chain': ['GET'],
    '/api/audit/export': ['GET'],
    '/api/approvals': ['GET'],
    '/api/approvals/:id/confirm': ['POST'],
    '/api/approvals/:id/refuse': ['POST'],
  }),
  ...laterTable(async () => (await import('./browse-routes.ts')).browseRoutes(parts, run), {
    '/api/results/page': ['POST'],
    '/api/results/count': ['POST'],
    '/api/export': ['POST'],
  }),
})

type Asked = (exchange: Exchange, parts: Parts, run: Run | undefined) => void | Promise<void>

/** Routes that statements, tools and imports take; what they need is loaded by the first request. */
function laterRoutes({ parts, run, importBytesMax }: RouteSetting): RouteTable {
  const asked = <M>(load: () => Promise<M>, pick: (module: M) => Asked): Handler =>
    later(load, (module) => (exchange) => pick(module)(exchange, parts.now(), run))
  const question = asked(tools, (module) => module.question)
  return {
    '/sql/execute': { POST: asked(sql, ({ execute }) => execute) },
    '/sql/stream': { POST: asked(sql, ({ stream }) => stream) },
    '/import/:source/:table': {
      POST: asked(
        () => import('./import-route.ts'),
        (module) => (exchange, now) => module.importRoute(exchange, now, importBytesMax),
      ),
    },
    '/tools': reading(asked(tools, ({ listTools }) => listTools)),
    '/tools/:name': { POST: asked(tools, ({ callByPath }) => callByPath) },
    '/mcp/tools/call': { POST: asked(tools, ({ callByBody }) => callByBody) },
    '/database/question': { POST: question },
    '/database/question/stream': { POST: asked(tools, ({ questionStream }) => questionStream) },
    '/query/intelligent': { POST: question },
  }
}
