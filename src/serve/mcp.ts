import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { tellUnnamed } from '../log/log.ts'
import { newCallId } from '../tools/tools.ts'
import { isJson, parseJson, readBody } from './body.ts'
import { type Exchange, headersOf } from './exchange.ts'
import { idOf, isObject, isPlainNotification, type Plain, plainRequest } from './mcp-message.ts'
import { fixedAnswers, isFixed, type Offer, offer } from './mcp-results.ts'
import { callTool, Failed, failedAnswer, isCredentialError, Progress, type Run, rpcError, surroundOf } from './tool-call.ts'

/** What `serve/conformance-fixtures.ts` adds to the product's own, in the test mode. */
export type Fixtures = Readonly<{
  offer: Offer
  /** Tools, methods and sessions that only the fixtures have. */
  takes(message: unknown, request: IncomingMessage): boolean
  handle(exchange: Exchange, message: unknown): Promise<void>
  close(): Promise<void>
}>

export type McpOptions = Readonly<{ run?: Run | undefined; fixtures?: Fixtures | undefined; sdkOnly?: boolean | undefined }>

/**
 * MCP's streamable HTTP transport at one path. Nothing is kept between requests: the session id that `initialize` gives only names the
 * client, so that its `notifications/cancelled` finds the call it means in this process.
 */
export type Mcp = Readonly<{ handle(exchange: Exchange): Promise<void>; close(): Promise<void> }>

type Sdk = Readonly<{ handle(exchange: Exchange, message: unknown): Promise<void>; close(): Promise<void> }>

/**
 * The plain requests are answered here; whatever else comes goes to the SDK, which is loaded for the first of them. Both use the same
 * tools, and the conformance suites judge both.
 */
export function mcp(parts: Parts, options: McpOptions): Mcp {
  const offered = options.fixtures?.offer ?? offer
  const fixed = fixedAnswers(offered)
  const running = new Map<string, Exchange>()
  let sdk: Promise<Sdk> | undefined

  const plain = async (exchange: Exchange, request: Plain) => {
    if (request.method === 'tools/call') {
      const key = callKey(exchange, request.id)
      if (key === undefined) return await call(exchange, request, parts, options.run)
      running.set(key, exchange)
      return await call(exchange, request, parts, options.run).finally(() => running.delete(key))
    }
    await parts.auth.identify(exchange.credential)
    exchange.json(200, fixed(request), request.method === 'initialize' ? ['Mcp-Session-Id', randomUUID()] : [])
  }

  const notified = async (exchange: Exchange, { method, params }: Readonly<{ method: string; params?: unknown }>) => {
    await parts.auth.identify(exchange.credential)
    if (
      method === 'notifications/cancelled' &&
      isObject(params) &&
      (typeof params.requestId === 'string' || typeof params.requestId === 'number')
    ) {
      const key = callKey(exchange, params.requestId)
      if (key !== undefined) running.get(key)?.stop(new SluiceError('query_cancelled', 'The client cancelled the call.'))
    }
    exchange.response.writeHead(202, [...exchange.headers]).end()
  }

  return {
    async handle(exchange) {
      const { request } = exchange
      if (request.method !== 'POST' && !options.fixtures?.takes(undefined, request)) return notAllowed(exchange)
      const message = request.method === 'POST' ? await readMessage(exchange) : null
      if (message === undefined) return
      try {
        if (options.fixtures?.takes(message, request)) return await options.fixtures.handle(exchange, message)
        const headers = headersFrom(request)
        const known = options.sdkOnly ? undefined : plainRequest(message, headers)
        if (known && isFixed(known, offered)) return await plain(exchange, known)
        if (!options.sdkOnly && isPlainNotification(message, headers)) return await notified(exchange, message)
        await parts.auth.identify(exchange.credential)
        sdk ??= openSdk(parts, offered, options.run)
        await (await sdk).handle(exchange, message)
      } catch (error) {
        if (!(error instanceof Failed)) tellUnnamed(parts.log, undefined, error)
        refuse(exchange, error, idOf(message))
      }
    },
    async close() {
      await options.fixtures?.close()
      await (await sdk)?.close()
    },
  }
}

const headersFrom = ({ headers }: IncomingMessage) => ({
  version: headers['mcp-protocol-version'] as string | undefined,
  method: headers['mcp-method'] as string | undefined,
  name: headers['mcp-name'] as string | undefined,
  accept: headers.accept,
})

async function call(exchange: Exchange, request: Plain, parts: Parts, run: Run | undefined): Promise<void> {
  const surround = surroundOf(request.id, request.modern)
  const progress = request.progressToken === undefined ? undefined : new Progress(request.progressToken, (line) => notify(exchange, line))
  try {
    const caller = { id: newCallId(), door: 'mcp', credential: exchange.credential, signal: exchange.signal } as const
    await callTool({ name: request.name, fields: request.fields, caller }, { out: exchange, surround, run, progress }, parts)
  } catch (caught) {
    if (isCredentialError(caught) && !exchange.response.headersSent) throw caught
    const answer = failedAnswer(caught, request.id, surround)
    if (exchange.response.headersSent) exchange.end([answer])
    else exchange.json(200, answer)
  }
}

/** What names a running call of a client that says who it is; ids alone are 0, 1, 2 for every client. */
function callKey({ request }: Exchange, id: string | number): string | undefined {
  const session = request.headers['mcp-session-id']
  return session === undefined ? undefined : `${session}\n${JSON.stringify(id)}`
}

/** The first notification turns the answer into an event stream, of which the result is the last event. */
function notify(exchange: Exchange, line: string): void {
  const { response } = exchange
  if (response.destroyed || response.writableNeedDrain) return
  if (!response.headersSent) {
    exchange.contentType = 'text/event-stream'
    exchange.prefix = 'event: message\ndata: '
    exchange.suffix = '\n\n'
    exchange.begin(200, ['Cache-Control', 'no-cache, no-transform', 'X-Accel-Buffering', 'no'])
  }
  response.write(`event: message\ndata: ${line}\n\n`)
}

/** The message of a POST; undefined when the request was answered already. */
async function readMessage(exchange: Exchange): Promise<unknown> {
  if (!isJson(exchange.request.headers['content-type'])) {
    exchange.request.resume()
    exchange.json(415, rpcError(null, -32000, 'Unsupported Media Type: Content-Type must be application/json'))
    return undefined
  }
  try {
    return parseJson(await readBody(exchange))
  } catch (caught) {
    const error = publicError(caught)
    exchange.json(error.status, rpcError(null, error.code === 'body_too_large' ? -32000 : -32700, error.message, error))
    return undefined
  }
}

function notAllowed(exchange: Exchange): void {
  exchange.request.resume()
  exchange.json(405, rpcError(null, -32000, 'Method not allowed.'), ['Allow', 'POST'])
}

/** An error that is not of one tool: credentials, a stopping gateway, a failure of our own. */
function refuse(exchange: Exchange, caught: unknown, id: string | number | null): void {
  if (exchange.response.headersSent) {
    exchange.response.destroy()
    return
  }
  const error = isCredentialError(caught) ? caught.error : publicError(caught)
  const code = caught instanceof SluiceError || isCredentialError(caught) ? -32000 : -32603
  exchange.json(error.status, rpcError(id, code, error.message, error), headersOf(error))
}

async function openSdk(parts: Parts, offered: Offer, run: Run | undefined): Promise<Sdk> {
  const { sdkHandler, toNodeHandler } = await import('./sdk.ts')
  const handler = sdkHandler({ parts, offer: offered, run, door: 'mcp' })
  const serve = toNodeHandler(handler)
  return {
    async handle(exchange, message) {
      const { request, response } = exchange
      exchange.lasting = isObject(message) && message.method === 'subscriptions/listen'
      for (let i = 0; i < exchange.headers.length; i += 2) response.setHeader(exchange.headers[i]!, exchange.headers[i + 1]!)
      const auth = { token: '', clientId: '', scopes: [], extra: { credential: exchange.credential } }
      await serve(Object.assign(request, { auth }) as never, response as never, message)
    },
    close: () => handler.close(),
  }
}
