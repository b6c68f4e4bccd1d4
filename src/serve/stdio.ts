import type { Readable, Writable } from 'node:stream'
import type { Credential } from '../call.ts'
import { publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { limits } from '../limits.ts'
import { newCallId } from '../tools/tools.ts'
import { idOf, isObject, type Plain, plainRequest } from './mcp-message.ts'
import { fixedAnswers, offer } from './mcp-results.ts'
import { readLines } from './stdio-lines.ts'
import { LineOut } from './stdio-out.ts'
import { callTool, failedAnswer, Progress, type Run, rpcError, surroundOf } from './tool-call.ts'

/** `credential` is whom the process acts for; a local caller by default. */
export type StdioOptions = Readonly<{ credential?: Credential; input?: Readable; output?: Writable; run?: Run }>

/** The hands, or their opening: a client may list the tools before the first source is known. */
export type PartsSoon = Parts | (() => Promise<Parts>)

type Sdk = Readonly<{ deliver(message: unknown): void; close(): Promise<void> }>

/**
 * Serves one MCP client over stdio until its input closes; then every running call is aborted, and the promise resolves when they have
 * ended. What clients send most is answered here, the rest by the SDK, which is loaded for the first of it.
 */
export function serveStdio(parts: PartsSoon, options: StdioOptions = {}): Promise<void> {
  return new Connection(parts, options).done
}

class Connection {
  readonly done: Promise<void>
  readonly #out: LineOut
  readonly #credential: Credential
  readonly #run: Run | undefined
  readonly #open: () => Promise<Parts>
  readonly #fixed = fixedAnswers(offer)
  readonly #running = new Map<string | number, AbortController>()
  readonly #ending = new Set<Promise<void>>()
  /** The handshake, to be told to the SDK when it is needed after all. */
  readonly #handshake: unknown[] = []
  #sdk: Promise<Sdk> | undefined
  #closed: (() => void) | undefined

  constructor(parts: PartsSoon, { credential = { kind: 'local' }, input = process.stdin, output = process.stdout, run }: StdioOptions) {
    this.#credential = credential
    this.#run = run
    let opened: Promise<Parts> | undefined
    this.#open = typeof parts === 'function' ? () => (opened ??= parts()) : async () => parts
    this.#out = new LineOut(output)
    this.done = new Promise((resolve) => {
      this.#closed = resolve
    })
    const text = `The message is larger than ${limits.bodyBytesMax} bytes.`
    const tooLong = (id: string | number | null) => this.#refuse('body_too_large', text, -32600, id)
    readLines(
      input,
      (line) => this.#line(line),
      tooLong,
      () => void this.#close(),
    )
    output.once('close', () => void this.#close())
    output.once('error', () => void this.#close())
  }

  #line(line: Buffer): void {
    let message: unknown
    try {
      message = JSON.parse(line.toString('utf8'))
    } catch {
      this.#refuse('body_unreadable', 'The line is not JSON.', -32700)
      return
    }
    if (isObject(message) && message.jsonrpc === '2.0') this.#message(message)
    else this.#refuse('body_unreadable', 'The line is not one JSON-RPC 2.0 message.', -32600, idOf(message))
  }

  #message(message: Readonly<Record<string, unknown>>): void {
    const request = plainRequest(message, undefined)
    if (request?.method === 'tools/call') this.#track(this.#call(request))
    else if (request) {
      if (request.method === 'initialize') this.#handshake.splice(0, Infinity, message)
      this.#out.line(this.#fixed(request))
    } else this.#unusual(message)
  }

  /** What clients send seldom, or once. */
  #unusual(message: Readonly<Record<string, unknown>>): void {
    if (message.method === 'notifications/initialized') {
      this.#handshake.push(message)
      if (!this.#sdk) return
    }
    if (message.method === 'notifications/cancelled' && this.#cancel(message.params)) return
    // Without the SDK nothing of its is running, so what asks for no answer has nobody to go to.
    if (idOf(message) === null && !this.#sdk) return
    this.#track(this.#toSdk(message))
  }

  #refuse(code: 'body_too_large' | 'body_unreadable', text: string, rpcCode: number, id: string | number | null = null): void {
    const error = publicError(new SluiceError(code, text))
    this.#out.line(rpcError(id, rpcCode, text, error))
  }

  async #call(request: Plain): Promise<void> {
    if (this.#running.has(request.id)) return this.#out.line(rpcError(request.id, -32600, 'A request with this id is running.'))
    const controller = new AbortController()
    this.#running.set(request.id, controller)
    const surround = surroundOf(request.id, request.modern)
    const token = request.progressToken
    const progress = token === undefined ? undefined : new Progress(token, (line) => this.#out.note(line))
    try {
      const caller = { id: newCallId(), door: 'mcp', credential: this.#credential, signal: controller.signal } as const
      const tool = { name: request.name, fields: request.fields, caller }
      await callTool(tool, { out: this.#out.reply(), surround, run: this.#run, progress }, await this.#open())
    } catch (caught) {
      // A cancelled request gets no answer; whoever cancelled it does not wait for one.
      if (!controller.signal.aborted) this.#out.line(failedAnswer(caught, request.id, surround))
    } finally {
      progress?.stop()
      this.#running.delete(request.id)
    }
  }

  /** True when the call is one of ours. */
  #cancel(params: unknown): boolean {
    const id = isObject(params) ? params.requestId : undefined
    const controller = typeof id === 'string' || typeof id === 'number' ? this.#running.get(id) : undefined
    controller?.abort(new SluiceError('query_cancelled', 'The client cancelled the call.'))
    return controller !== undefined
  }

  async #toSdk(message: unknown): Promise<void> {
    this.#sdk ??= this.#openSdk()
    ;(await this.#sdk).deliver(message)
  }

  async #openSdk(): Promise<Sdk> {
    const { sdkStdio } = await import('./stdio-sdk.ts')
    const setting = { parts: await this.#open(), offer, run: this.#run, door: 'mcp' } as const
    return sdkStdio(setting, this.#credential, this.#handshake, (message) => this.#out.line(JSON.stringify(message)))
  }

  #track(work: Promise<void>): void {
    this.#ending.add(work)
    void work
      .catch((caught: unknown) => this.#out.line(rpcError(null, -32603, publicError(caught).message)))
      .finally(() => this.#ending.delete(work))
  }

  async #close(): Promise<void> {
    const closed = this.#closed
    if (!closed) return
    this.#closed = undefined
    this.#out.close()
    for (const controller of this.#running.values()) controller.abort(new SluiceError('query_cancelled', 'The client has gone.'))
    await Promise.allSettled(this.#ending)
    await this.#sdk?.then((sdk) => sdk.close()).catch(() => undefined)
    closed()
  }
}
