import type { Parts } from '../gateway.ts'
import { authorizationRoutes } from './authorization.ts'
import { docsFile, docsRoute, openapiRoute } from './docs.ts'
import type { Exchange } from './exchange.ts'
import { keysRoutes } from './keys-routes.ts'
import type { Mcp } from './mcp.ts'
import { listResourcesRoute } from './resource-routes.ts'
import type { Handler, Route, RouteTable } from './routes.ts'
import { execute, stream } from './sql-routes.ts'
import { about, health, healthFor, info } from './status.ts'
import type { Run } from './tool-call.ts'
import { callByBody, callByPath, listTools, question, questionStream } from './tool-routes.ts'
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
    '/sql/execute': { POST: (exchange) => execute(exchange, parts.now(), run) },
    '/sql/stream': { POST: (exchange) => stream(exchange, parts.now(), run) },
    '/import/:source/:table': { POST: async (exchange) => (await import('./import-route.ts')).importRoute(exchange, parts.now()) },
    '/tools': reading((exchange) => listTools(exchange, parts.now())),
    '/tools/:name': { POST: (exchange) => callByPath(exchange, parts.now(), run) },
    '/mcp/tools/call': { POST: (exchange) => callByBody(exchange, parts.now(), run) },
    '/database/question': { POST: (exchange) => question(exchange, parts.now(), run) },
    '/database/question/stream': { POST: (exchange) => questionStream(exchange, parts.now(), run) },
    '/query/intelligent': { POST: (exchange) => question(exchange, parts.now(), run) },
    '/ws': { GET: upgradeRequired },
    '/openapi.json': reading(openapiRoute),
    '/docs': reading(docsRoute),
    '/docs/page.js': reading(docsFile('page.js')),
    '/docs/page.css': reading(docsFile('page.css')),
    '/mcp/resources': reading((exchange) => listResourcesRoute(exchange, parts.now())),
    ...keysRoutes(parts),
    ...authorizationRoutes(parts, publicUrl),
    '/mcp': anyMethod,
    // The groups of tools that the client wants to see, e.g. `/mcp/schema,dml`.
    '/mcp/:groups': anyMethod,
  }
}
