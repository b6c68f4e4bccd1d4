import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { errorTable, publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { limits } from '../limits.ts'
import { type Log, tellUnnamed } from '../log/log.ts'
import { type Challenger, challenger } from './authorization.ts'
import { Exchange } from './exchange.ts'
import { type Gate, gate } from './gate.ts'
import { type McpOptions, mcp } from './mcp.ts'
import { routeTable } from './route-table.ts'
import { type Router, router } from './routes.ts'
import { gateway } from './tool-call.ts'
import { openWs, type WsLimits } from './ws.ts'

/** Where and for whom to listen. `port` 0 takes a free one. `conformance` serves the fixtures of MCP's conformance suites as well. */
export type HttpOptions = Readonly<{
  host: string
  port: number
  allowedHosts?: readonly string[]
  allowedOrigins?: readonly string[]
  /** `limits.bodyBytesMax` unless said otherwise. */
  bodyBytesMax?: number
  /** Of an import, which is streamed; `limits.importBytesMax` unless said otherwise. */
  importBytesMax?: number
  /** How long a request may take to arrive; `limits.bodyMsMax` unless said otherwise. */
  bodyMsMax?: number
  conformance?: boolean
  /** Address by which callers reach the server, where it is another than the one it listens on; without a slash at its end. */
  publicUrl?: string | undefined
  /** What sockets may do, where it is other than `wsLimits` says. */
  ws?: Partial<WsLimits>
  /** Path of MCP's older transport; `/sse` unless said otherwise. */
  ssePath?: string
}> &
  Pick<McpOptions, 'run' | 'sdkOnly' | 'groups' | 'taskAfterMs' | 'lookMs' | 'messagesPath' | 'beatMs' | 'sessionsMax'>

export type HttpServer = Readonly<{
  url: string
  /** Takes no new requests, lets running ones end within `limits.drainMsMax`, then ends them. */
  close(): Promise<void>
}>

/** Opens the HTTP door; rejects when the address cannot be had. */
export async function serveHttp(parts: Parts, options: HttpOptions): Promise<HttpServer> {
  const door = gate({ host: options.host, allowedHosts: options.allowedHosts ?? [], allowedOrigins: options.allowedOrigins ?? [] })
  const fixtures = options.conformance ? (await import('./conformance-fixtures.ts')).fixtures(parts, options.run) : undefined
  const paths = { sse: options.ssePath ?? '/sse', messages: options.messagesPath ?? '/messages/' }
  const protocol = mcp(parts, { ...options, messagesPath: paths.messages, fixtures })
  const running = new Set<Exchange>()
  const routes = router(routeTable({ ...options, parts, protocol, paths, running }))
  const bodyBytesMax = options.bodyBytesMax ?? limits.bodyBytesMax
  const requestTimeout = options.bodyMsMax ?? limits.bodyMsMax
  const challenge = challenger(parts, options.publicUrl)
  const sockets = openWs({ parts, door, challenge, run: options.run, limits: options.ws })
  let stopping = false

  const server = createServer(
    {
      requestTimeout,
      headersTimeout: Math.min(HEADERS_MS_MAX, requestTimeout),
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_MS,
      // Every other request stays one, whatever it says that it would like to become.
      shouldUpgradeCallback: sockets.wants,
    },
    (request, response) => {
      if (stopping) response.shouldKeepAlive = false
      void handle(request, response, { door, routes, running, stopping, bodyBytesMax, log: parts.log, challenge })
    },
  )
  server.on('upgrade', sockets.upgrade)
  const silent = silentSockets(server)
  server.on('clientError', (error, socket) => refuseMalformed(error, socket as Socket, running))
  await listen(server, options)
  // A connection that cannot be accepted, for want of descriptors perhaps, is no reason to end.
  server.on('error', (error) => parts.log.failed(undefined, undefined, error))
  // Loaded while nobody waits for it yet; a caller that is quicker waits for the same, and learns why it fails.
  if (!options.run) gateway().catch(() => undefined)
  const { address, port } = server.address() as AddressInfo
  const close = async () => {
    if (stopping) return
    stopping = true
    await Promise.all([drain(server, running, silent), sockets.close()])
    await protocol.close()
  }
  return { url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`, close }
}
const HEADERS_MS_MAX = 10_000
const KEEP_ALIVE_MS = 65_000
const CHECK_MS = 1_000

type Standing = Readonly<{
  door: Gate
  routes: Router
  running: Set<Exchange>
  stopping: boolean
  bodyBytesMax: number
  log: Log
  challenge: Challenger
}>

async function handle(request: IncomingMessage, response: ServerResponse, standing: Standing): Promise<void> {
  const { door, routes, running } = standing
  let exchange: Exchange | undefined
  try {
    const headers = door.check(request)
    exchange = new Exchange(request, response, door.credential(request), headers, standing.bodyBytesMax)
    exchange.challenger = standing.challenge
    if (standing.stopping) throw new SluiceError('stopping', 'The gateway is stopping.')
    running.add(exchange)
    await routed(request, routes, exchange)
  } catch (caught) {
    tellUnnamed(standing.log, undefined, caught)
    request.resume()
    exchange ??= new Exchange(request, response, { kind: 'none' }, [], 0)
    if (response.headersSent) response.destroy()
    else exchange.fail(caught)
  } finally {
    if (exchange) running.delete(exchange)
  }
}

function routed(request: IncomingMessage, routes: Router, exchange: Exchange): void | Promise<void> {
  const { path, route, params } = routes.find(request.url!)
  exchange.params = params
  const handler = route[request.method!]
  if (handler) return handler(exchange)
  request.resume()
  const allow = path === '/mcp' ? 'POST, OPTIONS' : `${Object.keys(route).join(', ')}, OPTIONS`
  if (request.method === 'OPTIONS') return preflight(exchange, allow)
  const error = publicError(new SluiceError('method_refused', `${request.method} is not allowed here.`))
  exchange.json(error.status, { error: error }, ['Allow', allow])
}

/** A browser asks before it sends; only allowed origins come this far. */
function preflight(exchange: Exchange, allow: string): void {
  const cors = [
    ['Access-Control-Allow-Methods', allow],
    [
      'Access-Control-Allow-Headers',
      'Authorization, Content-Type, Accept, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Last-Event-ID',
    ],
    ['Access-Control-Max-Age', '600'],
  ].flat()
  exchange.response.writeHead(204, ['Allow', allow, ...(exchange.headers.length > 0 ? cors : []), ...exchange.headers]).end()
}

/** What is not HTTP, or did not come in time, is told so where the socket still listens. */
function refuseMalformed(error: Error & { code?: string }, socket: Socket, running: ReadonlySet<Exchange>): void {
  const unhurried = [...running].some((exchange) => exchange.unhurried && exchange.request.socket === socket)
  if (unhurried && error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return
  // In the middle of an answer to an earlier request there is no place for another.
  const answering = [...running].some(({ request, response }) => request.socket === socket && response.headersSent)
  if (answering || !socket.writable || socket.destroyed) {
    socket.destroy()
    return
  }
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const status = late
    ? '408 Request Timeout'
    : error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : '400 Bad Request'
  const message = late ? 'The request did not arrive in time.' : 'The request is not HTTP/1.1.'
  const { mend, hint } = errorTable.body_unreadable
  const body = JSON.stringify({ error: { code: 'body_unreadable', message, mend, hint } })
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

const listen = (server: Server, { host, port }: HttpOptions) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host.replace(/^\[|\]$/g, ''), () => {
      server.removeListener('error', reject)
      resolve()
    })
  })

/** Connections that have sent no request yet: to Node they are not idle, so a stopping server would wait for their headers. */
function silentSockets(server: Server): ReadonlySet<Socket> {
  const silent = new Set<Socket>()
  const heard = ({ socket }: IncomingMessage) => void silent.delete(socket)
  server.on('request', heard)
  server.on('upgrade', heard)
  server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  return silent
}

/** Waits for the running requests, then ends those that remain. */
async function drain(server: Server, running: ReadonlySet<Exchange>, silent: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const exchange of running) if (exchange.lasting) exchange.response.destroy()
  for (const socket of silent) socket.destroy()
  const timer = setTimeout(() => {
    for (const exchange of running) exchange.stop(new SluiceError('stopping', 'The gateway is stopping.'))
    // Their last words go out before their sockets are cut.
    setTimeout(() => server.closeAllConnections(), LAST_WORDS_MS).unref()
  }, limits.drainMsMax)
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
  await closed
  clearTimeout(timer)
  clearInterval(idle)
}
const LAST_WORDS_MS = 500
const IDLE_CHECK_MS = 50
