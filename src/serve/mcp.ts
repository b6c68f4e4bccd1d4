import type { IncomingMessage } from 'node:http'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { tellUnnamed } from '../log/log.ts'
import type { Group } from '../tools/declared.ts'
import type { Tool } from '../tools/tools.ts'
import type { Exchange } from './exchange.ts'
import { isList, listAnswer, sourceWatched } from './mcp-answers.ts'
import { type Asks, asksLater, asksNow, type Seal, seal } from './mcp-asks.ts'
import { answerCall, ownerOf } from './mcp-calls.ts'
import { type Change, Changes } from './mcp-changes.ts'
import { beginEvents, endWith, event, notify } from './mcp-events.ts'
import { groupsOf } from './mcp-groups.ts'
import { callKey, headersFrom, notAllowed, readMessage, refuse, sessionId } from './mcp-http.ts'
import { idOf, isObject, isPlainNotification, type Json, type Plain, plainRequest } from './mcp-message.ts'
import { wrongParam } from './mcp-params.ts'
import { RpcRefusal } from './mcp-refusal.ts'
import { fixedAnswers, isFixed, type Offer, offer } from './mcp-results.ts'
import { Failed, failedAnswer, isCredentialError, rpcError, surroundOf } from './mcp-rpc.ts'
import { isResponse, type Session, Sessions, takeAnswer } from './mcp-sessions.ts'
import { Sse, type SseSetting } from './mcp-sse.ts'
import { Tasks, taskAnswer } from './mcp-tasks.ts'
import { Progress } from './progress.ts'
import type { Client } from './sdk.ts'
import type { Run } from './tool-call.ts'

/** What `serve/conformance-fixtures.ts` adds to the product's own, in the test mode. */
export type Fixtures = Readonly<{
  offer: Offer
  /** Tools, methods and sessions that only the fixtures have. */
  takes(message: unknown, request: IncomingMessage): boolean
  handle(exchange: Exchange, message: unknown): Promise<void>
  /** Tools that run as the product's own do, and those of them that may become tasks at once. */
  tools: ReadonlyMap<string, Tool>
  long: ReadonlySet<string>
  close(): Promise<void>
}>

export type McpOptions = Readonly<{
  run?: Run | undefined
  fixtures?: Fixtures | undefined
  sdkOnly?: boolean | undefined
  /** Groups of tools that are listed to a client that chooses none; `core` unless said otherwise. */
  groups?: readonly Group[] | undefined
  taskAfterMs?: number | undefined
  lookMs?: number | undefined
  /** Where clients of the older transport send to; `/messages/` unless said otherwise. */
  messagesPath?: string | undefined
}> &
  Pick<SseSetting, 'beatMs' | 'sessionsMax'>

/**
 * MCP's streamable HTTP transport at one path. A call needs nothing that was kept from an earlier request. What `initialize` said is
 * remembered for a while, so that a client can be asked and told, and its `notifications/cancelled` finds the call it means in this process.
 */
export type Mcp = Readonly<{ handle(exchange: Exchange): Promise<void>; sse: Pick<Sse, 'listen' | 'post'>; close(): Promise<void> }>

/** Answers MCP's messages over HTTP: the plain ones itself; whatever else comes goes to the SDK, which is loaded for the first of them. */
export const mcp = (parts: Parts, options: McpOptions): Mcp => new Protocol(parts, options)

type Sdk = Readonly<{
  handle(exchange: Exchange, client: Client, message: unknown): Promise<void>
  tell(change: Change): void
  close(): Promise<void>
}>

class Protocol implements Mcp {
  readonly #parts: Parts
  readonly #options: McpOptions
  readonly #offered: Offer
  readonly #fixed: (request: Plain) => string
  readonly #running = new Map<string, Exchange>()
  readonly #sessions = new Sessions()
  readonly #tasks = new Tasks()
  readonly sse: Sse
  readonly #seal: Seal = seal()
  readonly #changes: Changes
  /** Addresses that clients of revision 2026-07-28 want to hear of, with their sources, by the request that said so. */
  readonly #listened = new Map<Exchange, ReadonlyMap<string, string>>()
  #sdk: Promise<Sdk> | undefined

  constructor(parts: Parts, options: McpOptions) {
    this.#parts = parts
    this.#options = options
    this.#offered = options.fixtures?.offer ?? offer
    this.#fixed = fixedAnswers(this.#offered)
    this.#changes = new Changes(parts, options.lookMs)
    const { run, groups, taskAfterMs, lookMs, beatMs, sessionsMax, messagesPath = '/messages/' } = options
    this.sse = new Sse(parts, { run, groups, taskAfterMs, lookMs, beatMs, sessionsMax, messagesPath, tasks: this.#tasks })
  }

  readonly handle = async (exchange: Exchange): Promise<void> => {
    const { request } = exchange
    const { fixtures } = this.#options
    if (request.method !== 'POST' && !fixtures?.takes(undefined, request)) return await this.#notPosted(exchange)
    const message = request.method === 'POST' ? await readMessage(exchange) : null
    if (message === undefined) return
    try {
      const groups = groupsOf(exchange, this.#options.groups)
      if (fixtures?.takes(message, request)) return await fixtures.handle(exchange, message)
      const headers = headersFrom(request)
      const known = this.#options.sdkOnly ? undefined : plainRequest(message, headers)
      if (known?.method === 'tools/call') return await this.#call(exchange, known)
      if (known && (isFixed(known, this.#offered) || isList(known, this.#offered) || known.method.startsWith('tasks/')))
        return await this.#plain(exchange, known, groups)
      if (!this.#options.sdkOnly && isPlainNotification(message, headers)) return await this.#notified(exchange, message)
      if (isObject(message) && isResponse(message) && (await this.#answered(exchange, message))) return
      await this.#toSdk(exchange, message, groups)
    } catch (error) {
      tellUnnamed(this.#parts.log, undefined, error)
      refuse(exchange, error, idOf(message))
    }
  }

  async close(): Promise<void> {
    this.#sessions.closeAll()
    this.sse.close()
    this.#tasks.close()
    await this.#options.fixtures?.close()
    await (await this.#sdk)?.close()
  }

  async #plain(exchange: Exchange, request: Plain, groups: readonly Group[] | undefined): Promise<void> {
    const parts = this.#parts.now()
    const { credential } = exchange
    if (isList(request, this.#offered)) {
      const asker = { credential, groups, signal: exchange.signal }
      return exchange.json(200, await listAnswer(request, asker, parts, this.#offered))
    }
    const owner = ownerOf(await parts.auth.identify(credential))
    if (request.method.startsWith('tasks/')) return exchange.json(200, await taskAnswer(request, owner, this.#tasks, exchange.signal))
    const session = request.method === 'initialize' ? this.#sessions.open(owner, request.capabilities ?? {}) : undefined
    exchange.json(200, this.#fixed(request), session ? ['Mcp-Session-Id', session.id] : [])
  }

  async #call(exchange: Exchange, request: Plain): Promise<void> {
    const key = callKey(exchange, request.id)
    if (key !== undefined) this.#running.set(key, exchange)
    const surround = surroundOf(request.id, request.modern)
    const progress = request.progressToken === undefined ? undefined : new Progress(request.progressToken, (line) => notify(exchange, line))
    const { run, fixtures, taskAfterMs = fixtures && 0 } = this.#options
    const { credential, signal } = exchange
    try {
      const asks = this.#asks(exchange, request, key !== undefined)
      const taking = { out: exchange, signal, credential, tasks: this.#tasks, run, progress, asks, taskAfterMs, fixtures }
      await answerCall(request, taking, this.#parts.now())
    } catch (caught) {
      if (isCredentialError(caught) && !exchange.response.headersSent) throw caught
      const answer = failedAnswer(caught, request.id, surround)
      if (exchange.response.headersSent) exchange.end([answer])
      // A result tells of its failure itself; when to come again is told in a header, too, for those who look there.
      else exchange.json(200, answer, caught instanceof Failed ? exchange.headersFor(caught.error) : [])
    } finally {
      progress?.stop()
      if (key !== undefined) this.#running.delete(key)
    }
  }

  /** How the person behind this client can be asked: by an answer that wants input, or on the stream of the call, where a session says so. */
  #asks(exchange: Exchange, { id, modern, capabilities, answered }: Plain, inSession: boolean): Asks | undefined {
    if (modern) return asksLater(id, answered, this.#seal, capabilities)
    if (!inSession) return undefined
    return asksNow(async (can) => {
      const session = await this.#sessionOf(exchange)
      if (!session || !can(session.capabilities)) return undefined
      const ask = this.#sessions.asking(session, (line) => event(exchange, line), exchange.signal)
      return async (question) => {
        // A person may take minutes, and what stands between cuts a silent stream.
        const beat = setInterval(() => exchange.response.destroyed || exchange.response.write(': \n\n'), BEAT_MS)
        return await ask(question).finally(() => clearInterval(beat))
      }
    })
  }

  async #sessionOf(exchange: Exchange): Promise<Session | undefined> {
    const principal = await this.#parts.now().auth.identify(exchange.credential)
    return this.#sessions.find(sessionId(exchange), ownerOf(principal))
  }

  async #notified(exchange: Exchange, { method, params }: Readonly<{ method: string; params?: unknown }>): Promise<void> {
    await this.#parts.now().auth.identify(exchange.credential)
    if (method === 'notifications/cancelled' && isObject(params)) {
      const { requestId } = params
      const key = typeof requestId === 'string' || typeof requestId === 'number' ? callKey(exchange, requestId) : undefined
      if (key !== undefined) this.#running.get(key)?.stop(new SluiceError('query_cancelled', 'The client cancelled the call.'))
    }
    exchange.response.writeHead(202, [...exchange.headers]).end()
  }

  /** What the client says to a question of ours; false when nobody asked. */
  async #answered(exchange: Exchange, message: Json): Promise<boolean> {
    const session = await this.#sessionOf(exchange)
    if (!session || !takeAnswer(session.pending, message)) return false
    exchange.response.writeHead(202, [...exchange.headers]).end()
    return true
  }

  /** GET opens the stream of a session, DELETE ends one; without a session neither is there. */
  async #notPosted(exchange: Exchange): Promise<void> {
    const { method } = exchange.request
    exchange.request.resume()
    if (sessionId(exchange) === undefined || (method !== 'GET' && method !== 'DELETE')) return notAllowed(exchange)
    try {
      const session = await this.#sessionOf(exchange)
      if (!session) return exchange.json(404, rpcError(null, -32001, 'Session not found'))
      if (method === 'GET') return await this.#stream(exchange, session)
      this.#sessions.close(session)
      exchange.response.writeHead(200, [...exchange.headers]).end()
    } catch (error) {
      tellUnnamed(this.#parts.log, undefined, error)
      refuse(exchange, error, null)
    }
  }

  /** One stream a session: a newer one takes the place of the older. Lasts until the client leaves. */
  async #stream(exchange: Exchange, session: Session): Promise<void> {
    session.stream?.response.end()
    session.stream = exchange
    exchange.lasting = true
    beginEvents(exchange)
    exchange.response.flushHeaders()
    const parts = this.#parts.now()
    endWith(await parts.auth.identify(exchange.credential), parts, exchange)
    const unlisten = this.#changes.listen({
      sources: () => session.watched.values(),
      hear: (change) => tellSession(exchange, session, change),
    })
    const beat = setInterval(() => exchange.response.writableNeedDrain || exchange.response.write(': \n\n'), BEAT_MS)
    await new Promise((resolve) => (exchange.response.destroyed ? resolve(undefined) : exchange.response.once('close', resolve)))
    clearInterval(beat)
    unlisten()
    if (session.stream === exchange) session.stream = undefined
    session.seen = performance.now()
  }

  async #toSdk(exchange: Exchange, message: unknown, groups: readonly Group[] | undefined): Promise<void> {
    const parts = this.#parts.now()
    const { credential } = exchange
    const principal = await parts.auth.identify(credential)
    const asker = { credential, groups, signal: exchange.signal }
    const session = this.#sessions.find(sessionId(exchange), ownerOf(principal))
    const subscribe = session && ((uri: string, on: boolean) => watch(session, uri, on, () => sourceWatched(uri, asker, this.#parts.now())))
    const wrong = !this.#options.sdkOnly && isObject(message) ? wrongParam(message) : undefined
    if (wrong !== undefined) throw new RpcRefusal(-32602, `Invalid params: ${wrong}`)
    this.#introduce(exchange, message, ownerOf(principal))
    const unlisten = await this.#listen(exchange, message)
    this.#sdk ??= this.#openSdk()
    try {
      await (await this.#sdk).handle(exchange, { credential, groups, subscribe }, message)
    } finally {
      unlisten?.()
    }
  }

  /** A client that says more of itself than we know shakes hands with the SDK; it gets a session as any other. */
  #introduce(exchange: Exchange, message: unknown, owner: string): void {
    if (this.#options.sdkOnly || !isObject(message) || message.method !== 'initialize' || !isObject(message.params)) return
    const { capabilities } = message.params
    exchange.response.setHeader('Mcp-Session-Id', this.#sessions.open(owner, isObject(capabilities) ? capabilities : {}).id)
  }

  /** Looks for changes as long as a `subscriptions/listen` of revision 2026-07-28 lasts. */
  async #listen(exchange: Exchange, message: unknown): Promise<(() => void) | undefined> {
    if (!isObject(message) || message.method !== 'subscriptions/listen') return undefined
    exchange.lasting = true
    const parts = this.#parts.now()
    endWith(await parts.auth.identify(exchange.credential), parts, exchange)
    const { params } = message
    const wanted = isObject(params) && isObject(params.notifications) ? params.notifications.resourceSubscriptions : undefined
    const watched = new Map<string, string>()
    const asker = { credential: exchange.credential, groups: undefined, signal: exchange.signal }
    for (const uri of Array.isArray(wanted) ? wanted.slice(0, WATCHED_MAX) : []) {
      if (typeof uri === 'string') watched.set(uri, await sourceWatched(uri, asker, this.#parts.now()))
    }
    this.#listened.set(exchange, watched)
    const unlisten = this.#changes.listen({
      sources: () => watched.values(),
      hear: (change) => void this.#sdk?.then((sdk) => sdk.tell(change)),
    })
    return () => {
      unlisten()
      this.#listened.delete(exchange)
    }
  }

  async #openSdk(): Promise<Sdk> {
    const { sdkOverHttp } = await import('./mcp-sdk.ts')
    const setting = { parts: this.#parts, offer: this.#offered, run: this.#options.run, door: 'mcp', seal: this.#seal } as const
    const uris = (source: string) =>
      new Set([...this.#listened.values()].flatMap((watched) => [...watched].filter(([, of]) => of === source).map(([uri]) => uri)))
    return sdkOverHttp(setting, uris)
  }
}
const BEAT_MS = 15_000
const WATCHED_MAX = 100

async function watch(session: Session, uri: string, on: boolean, source: () => Promise<string>): Promise<void> {
  if (!on) return void session.watched.delete(uri)
  if (session.watched.size >= WATCHED_MAX) throw new SluiceError('concurrency_limited', `At most ${WATCHED_MAX} resources can be watched.`)
  session.watched.set(uri, await source())
}

function tellSession(exchange: Exchange, session: Session, change: Change): void {
  const send = (method: string, params?: object) => event(exchange, JSON.stringify({ jsonrpc: '2.0', method, ...(params && { params }) }))
  if (change.kind === 'lists') for (const list of ['tools', 'prompts', 'resources']) send(`notifications/${list}/list_changed`)
  else for (const [uri, source] of session.watched) if (source === change.source) send('notifications/resources/updated', { uri })
}
