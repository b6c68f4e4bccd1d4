import type { Credential } from '../call.ts'
import { publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Group } from '../tools/declared.ts'
import { isList, listAnswer, sourceWatched } from './mcp-answers.ts'
import { type Asks, asksLater, asksNow, seal } from './mcp-asks.ts'
import { answerCall, ownerOf } from './mcp-calls.ts'
import { type Change, Changes } from './mcp-changes.ts'
import { idOf, isObject, type Json, type Plain, plainRequest } from './mcp-message.ts'
import { wrongParam } from './mcp-params.ts'
import { fixedAnswers, isFixed, negotiated, offer } from './mcp-results.ts'
import { failedAnswer, refusedAnswer, rpcError, surroundOf } from './mcp-rpc.ts'
import { askOver, isResponse, takeAnswer } from './mcp-sessions.ts'
import { Tasks, taskAnswer } from './mcp-tasks.ts'
import { Progress } from './progress.ts'
import type { LineOut } from './stdio-out.ts'
import type { SdkConnection } from './stdio-sdk.ts'
import type { Run } from './tool-call.ts'

/** For whom a connection is; `open` gives the hands, which need not be there before the first call. */
export type ConnectionSetting = Readonly<{
  open: () => Promise<Parts>
  credential: Credential
  /** Asked when a list is: the configuration may say which. */
  groups: () => readonly Group[] | undefined
  out: LineOut
  run: Run | undefined
  /** Tasks that outlive the connection; without them its own, which end with it. */
  tasks?: Tasks | undefined
  taskAfterMs?: number | undefined
  /** How often it is looked whether something changed, in milliseconds. */
  lookMs?: number | undefined
}>

const RUNNING_MAX = 100
const WATCHED_MAX = 100

/**
 * One MCP client on a connection that lasts: stdio, or the older SSE transport. What clients send most is answered here, the rest by the SDK,
 * which is loaded for the first of it.
 */
export class Connection {
  readonly #setting: ConnectionSetting
  readonly #out: LineOut
  readonly #fixed = fixedAnswers(offer)
  readonly #seal = seal()
  readonly #tasks: Tasks
  readonly #running = new Map<string | number, AbortController>()
  readonly #ending = new Set<Promise<void>>()
  readonly #pending = new Map<string, (result: unknown) => void>()
  /** Addresses of resources, by which the client wants to be told of changes, and their sources. */
  readonly #watched = new Map<string, string>()
  /** The handshake, to be told to the SDK when it is needed after all. */
  readonly #handshake: unknown[] = []
  #capabilities: Json = {}
  #version = ''
  #asked = 0
  #sdk: Promise<SdkConnection> | undefined
  #unlisten: (() => void) | undefined
  #closed = false

  constructor(setting: ConnectionSetting) {
    this.#setting = setting
    this.#out = setting.out
    this.#tasks = setting.tasks ?? new Tasks()
  }

  /** One message of the client; answers go out as they are ready. */
  message(message: unknown): void {
    if (this.#closed) return
    if (!isObject(message) || message.jsonrpc !== '2.0') {
      this.refuse('body_unreadable', 'This is not one JSON-RPC 2.0 message.', -32600, idOf(message))
      return
    }
    if (isResponse(message) && takeAnswer(this.#pending, message)) return
    const request = plainRequest(message, undefined)
    if (request?.method === 'tools/call') this.#track(this.#call(request))
    else if (request && isFixed(request, offer)) this.#shakeHands(request, message)
    else if (request) this.#track(this.#plain({ ...request, version: this.#version }))
    else this.#unusual(message)
  }

  refuse(code: 'body_too_large' | 'body_unreadable', text: string, rpcCode: number, id: string | number | null = null): void {
    this.#out.line(rpcError(id, rpcCode, text, publicError(new SluiceError(code, text))))
  }

  #shakeHands(request: Plain, message: Json): void {
    if (request.method === 'initialize') {
      this.#handshake.splice(0, Infinity, message)
      this.#capabilities = request.capabilities ?? {}
      this.#version = negotiated(request.version)
    }
    this.#out.line(this.#fixed(request))
  }

  /** A client that says more of itself than we know shakes hands with the SDK, but can be asked and told as any other. */
  #introduced(params: unknown): void {
    if (!isObject(params) || typeof params.protocolVersion !== 'string') return
    this.#capabilities = isObject(params.capabilities) ? params.capabilities : {}
    this.#version = negotiated(params.protocolVersion)
  }

  /** What clients send seldom, or once. */
  #unusual(message: Json): void {
    if (message.method === 'initialize') this.#introduced(message.params)
    const wrong = this.#version === '' ? undefined : wrongParam(message)
    if (wrong !== undefined) {
      this.#out.line(rpcError(idOf(message), -32602, `Invalid params: ${wrong}`))
      return
    }
    if (message.method === 'notifications/initialized') {
      this.#handshake.push(message)
      if (!this.#sdk) return
    }
    if (message.method === 'notifications/cancelled' && this.#cancel(message.params)) return
    // Without the SDK nothing of its is running, so what asks for no answer has nobody to go to.
    if (idOf(message) === null && !this.#sdk) return
    this.#track(this.#toSdk(message))
  }

  /** Lists and tasks. */
  async #plain(request: Plain): Promise<void> {
    const controller = this.#begin(request.id)
    if (!controller) return
    try {
      const parts = await this.#parts()
      const { credential, groups } = this.#setting
      const owner = async () => ownerOf(await parts.auth.identify(credential))
      const answer = isList(request, offer)
        ? await listAnswer(request, { credential, groups: groups(), signal: controller.signal }, parts, offer)
        : await taskAnswer(request, await owner(), this.#tasks, controller.signal)
      this.#out.line(answer)
    } catch (caught) {
      if (!controller.signal.aborted) this.#out.line(refusedAnswer(caught, request.id))
    } finally {
      this.#running.delete(request.id)
    }
  }

  async #call(request: Plain): Promise<void> {
    const controller = this.#begin(request.id)
    if (!controller) return
    const { credential, run, taskAfterMs } = this.#setting
    const { signal } = controller
    const token = request.progressToken
    const progress = token === undefined ? undefined : new Progress(token, (line) => this.#out.note(line))
    try {
      const asks = request.modern ? this.#asksLater(request) : this.#asksNow(signal)
      const taking = { out: this.#out.reply(), signal, credential, tasks: this.#tasks, run, progress, asks, taskAfterMs }
      await answerCall(request, taking, await this.#parts())
    } catch (caught) {
      // A cancelled request gets no answer; whoever cancelled it does not wait for one.
      if (!signal.aborted) this.#out.line(failedAnswer(caught, request.id, surroundOf(request.id, request.modern)))
    } finally {
      progress?.stop()
      this.#running.delete(request.id)
    }
  }

  #begin(id: string | number): AbortController | undefined {
    const full = this.#running.size >= RUNNING_MAX
    if (full || this.#running.has(id)) {
      this.#out.line(rpcError(id, -32600, full ? 'Too many requests are running.' : 'A request with this id is running.'))
      return undefined
    }
    const controller = new AbortController()
    this.#running.set(id, controller)
    return controller
  }

  #asksNow(signal: AbortSignal): Asks {
    return asksNow(async (can) => {
      if (!can(this.#capabilities)) return undefined
      return (question) => askOver(this.#pending, `sluice-${++this.#asked}`, question, (line) => this.#out.line(line), signal)
    })
  }

  #asksLater({ id, answered, capabilities }: Plain): Asks | undefined {
    return asksLater(id, answered, this.#seal, capabilities)
  }

  /** True when the call is one of ours. */
  #cancel(params: unknown): boolean {
    const id = isObject(params) ? params.requestId : undefined
    const controller = typeof id === 'string' || typeof id === 'number' ? this.#running.get(id) : undefined
    controller?.abort(new SluiceError('query_cancelled', 'The client cancelled the call.'))
    return controller !== undefined
  }

  /** The newest hands. From the first time on the client is told of changes. */
  async #parts(): Promise<Parts> {
    const parts = await this.#setting.open()
    if (!this.#unlisten && !this.#closed) {
      const changes = new Changes(parts, this.#setting.lookMs)
      this.#unlisten = changes.listen({ sources: () => this.#watched.values(), hear: (change) => this.#tell(change) })
    }
    return parts.now()
  }

  #tell(change: Change): void {
    const uris = change.kind === 'lists' ? [] : [...this.#watched].filter(([, source]) => source === change.source).map(([uri]) => uri)
    // A client of revision 2026-07-28 is told only what it asked to hear, which the SDK knows.
    if (this.#version === '') return void this.#sdk?.then((sdk) => sdk.tell(change)).catch(() => undefined)
    const notify = (method: string, params?: object) =>
      this.#out.line(JSON.stringify({ jsonrpc: '2.0', method, ...(params && { params }) }))
    if (change.kind === 'lists') for (const list of ['tools', 'prompts', 'resources']) notify(`notifications/${list}/list_changed`)
    for (const uri of uris) notify('notifications/resources/updated', { uri })
  }

  readonly #subscribe = async (uri: string, on: boolean): Promise<void> => {
    if (!on) return void this.#watched.delete(uri)
    const { credential, groups } = this.#setting
    const asker = { credential, groups: groups(), signal: AbortSignal.timeout(60_000) }
    if (this.#watched.size >= WATCHED_MAX) throw new SluiceError('concurrency_limited', `At most ${WATCHED_MAX} resources can be watched.`)
    this.#watched.set(uri, await sourceWatched(uri, asker, await this.#parts()))
  }

  async #toSdk(message: Json): Promise<void> {
    this.#sdk ??= this.#openSdk()
    const sdk = await this.#sdk
    if (message.method === 'subscriptions/listen') await this.#watchListened(message)
    sdk.deliver(message)
  }

  /** Watches what a client of revision 2026-07-28 wants to hear of; what it may not read is refused by never changing. */
  async #watchListened({ params }: Json): Promise<void> {
    const wanted = isObject(params) && isObject(params.notifications) ? params.notifications.resourceSubscriptions : undefined
    for (const uri of Array.isArray(wanted) ? wanted.slice(0, WATCHED_MAX) : []) {
      if (typeof uri === 'string') await this.#subscribe(uri, true).catch(() => undefined)
    }
    await this.#parts()
  }

  async #openSdk(): Promise<SdkConnection> {
    const { sdkStdio } = await import('./stdio-sdk.ts')
    const setting = { parts: await this.#setting.open(), offer, run: this.#setting.run, door: 'mcp', seal: this.#seal } as const
    const { credential, groups } = this.#setting
    const legacy = this.#version !== ''
    const client = {
      credential,
      groups: groups(),
      subscribe: this.#subscribe,
      asks: legacy ? this.#asksNow(new AbortController().signal) : undefined,
    }
    const watched = (source: string) => [...this.#watched].filter(([, of]) => of === source).map(([uri]) => uri)
    return sdkStdio(setting, client, this.#handshake, (message) => this.#out.line(JSON.stringify(message)), watched)
  }

  #track(work: Promise<void>): void {
    this.#ending.add(work)
    void work
      .catch((caught: unknown) => this.#out.line(rpcError(null, -32603, publicError(caught).message)))
      .finally(() => this.#ending.delete(work))
  }

  /** The client has gone: its calls are ended. Resolves when they have. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#out.close()
    this.#unlisten?.()
    for (const controller of this.#running.values()) controller.abort(new SluiceError('query_cancelled', 'The client has gone.'))
    if (!this.#setting.tasks) this.#tasks.close()
    await Promise.allSettled(this.#ending)
    await this.#sdk?.then((sdk) => sdk.close()).catch(() => undefined)
  }
}
