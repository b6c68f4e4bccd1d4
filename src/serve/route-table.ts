import type { Parts } from '../gateway.ts'
import { authorizationRoutes } from './authorization.ts'
import { docsFile, docsRoute, openapiRoute } from './docs.ts'
import type { Exchange } from './exchange.ts'
import type { Mcp } from './mcp.ts'
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
  run: Run | undefined
  protocol: Pick<Mcp, 'handle' | 'sse'>
  paths: McpPaths
  running: ReadonlySet<Exchange>
}>

const sql = () => import('./sql-routes.ts')
const tools = () => import('./tool-routes.ts')

const reading = (handler: Handler): Route => ({ GET: handler, HEAD: handler })

/** Every path that the HTTP door answers. What a group of routes does stands in a file of its own. */
export function routeTable({ parts, publicUrl, run, protocol, paths, running }: RouteSetting): RouteTable {
  const ask = health(parts)
  const healthy: Handler = async (exchange) => {
    const whole = await ask()
    exchange.json(whole.status === 'failed' ? 503 : 200, await healthFor(whole, exchange.credential, parts.now()), [
      'Cache-Control',
      'no-store',
    ])
  }
  const asking = later(
    tools,
    ({ question }) =>
      (exchange) =>
        question(exchange, parts.now(), run),
  )
  // MCP has its own form for methods that it does not know.
  const { handle, sse } = protocol
  const anyMethod = { POST: handle, GET: handle, DELETE: handle, PUT: handle, PATCH: handle, HEAD: handle }
  return {
    // First, so that a configured path takes the place of no other route.
    [paths.sse]: { GET: sse.listen },
    [paths.messages]: { POST: sse.post },
    '/': reading((exchange) => exchange.json(200, about())),
    '/health': reading(healthy),
    '/info': reading(async (exchange) => exchange.json(200, await info(exchange.credential, running.size, parts.now()))),
    '/sql/execute': {
      POST: later(
        sql,
        ({ execute }) =>
          (exchange) =>
            execute(exchange, parts.now(), run),
      ),
    },
    '/sql/stream': {
      POST: later(
        sql,
        ({ stream }) =>
          (exchange) =>
            stream(exchange, parts.now(), run),
      ),
    },
    '/import/:source/:table': {
      POST: later(
        () => import('./import-route.ts'),
        ({ importRoute }) =>
          (exchange) =>
            importRoute(exchange, parts.now()),
      ),
    },
    '/tools': reading(
      later(
        tools,
        ({ listTools }) =>
          (exchange) =>
            listTools(exchange, parts.now()),
      ),
    ),
    '/tools/:name': {
      POST: later(
        tools,
        ({ callByPath }) =>
          (exchange) =>
            callByPath(exchange, parts.now(), run),
      ),
    },
    '/mcp/tools/call': {
      POST: later(
        tools,
        ({ callByBody }) =>
          (exchange) =>
            callByBody(exchange, parts.now(), run),
      ),
    },
    '/database/question': { POST: asking },
    '/database/question/stream': {
      POST: later(
        tools,
        ({ questionStream }) =>
          (exchange) =>
            questionStream(exchange, parts.now(), run),
      ),
    },
    '/query/intelligent': { POST: asking },
    '/ws': { GET: upgradeRequired },
    '/openapi.json': reading(openapiRoute),
    '/docs': reading(docsRoute),
    '/docs/page.js': reading(docsFile('page.js')),
    '/docs/page.css': reading(docsFile('page.css')),
    '/mcp/resources': reading((exchange) => listResourcesRoute(exchange, parts.now())),
    ...laterTable(async () => (await import('./keys-routes.ts')).keysRoutes(parts), {
      '/api/keys': ['GET', 'POST'],
      '/api/keys/:id/rotate': ['POST'],
      '/api/keys/:id': ['DELETE'],
    }),
    ...authorizationRoutes(parts, publicUrl),
    '/mcp': anyMethod,
    // The groups of tools that the client wants to see, e.g. `/mcp/schema,dml`.
    '/mcp/:groups': anyMethod,
  }
}
