import type { RawData } from 'ws'
import type { Credential } from '../../call.ts'
import { type PublicError, publicError, SluiceError } from '../../error.ts'
import type { Parts } from '../../gateway.ts'
import { tellUnnamed } from '../../log/log.ts'
import type { Principal } from '../../principal.ts'
import { joined, type Piece } from '../frame.ts'
import type { Run } from '../tool-call.ts'
import { answer } from './answer.ts'
import { Bucket } from './bucket.ts'
import type { Labels } from './hello.ts'
import { type Message, type MessageId, read, Unreadable } from './messages.ts'
import type { WebSocket } from './socket.ts'

/** What holds for each socket. */
export type SessionLimits = Readonly<{
  /** Queries that run at once. */
  queriesMax: number
  messagesPerSecond: number
  /** Messages that may come at once before that pace holds. */
  burst: number
  /** The sources are not read further while so many bytes wait for the client. */
  bufferedBytesMax: number
  /** A client that has let two of these pass without a sign of life is gone. */
  beatMs: number
  progressMs: number
}>

export type SessionSetting = Readonly<{
  parts: Parts
  credential: Credential
  principal: Principal
  labels: Labels
  run: Run | undefined
  limits: SessionLimits
}>

/** Answers without a query that may wait for a client; one that only sends and never reads would fill our memory with them. */
const repliesMax = 1_000

/** Codes of RFC 6455 with which we close. */
const closing = { away: 1001, binary: 1003, policy: 1008 } as const

/** One socket: reads messages, runs the queries that they ask for, all at once, and ends them when the client leaves. */
export class Session {
  readonly #ws: WebSocket
  readonly #setting: SessionSetting
  readonly #running = new Map<MessageId, AbortController>()
  readonly #bucket: Bucket
  readonly #closed = Promise.withResolvers<void>()
  #beat: NodeJS.Timeout
  #silent = 0
  #replies = 0
  #stopping = false

  constructor(ws: WebSocket, setting: SessionSetting) {
    this.#ws = ws
    this.#setting = setting
    this.#bucket = new Bucket(setting.limits.messagesPerSecond, setting.limits.burst)
    ws.on('message', (data, binary) => this.#receive(data, binary))
    ws.on('ping', () => this.#counted())
    ws.on('pong', () => this.#counted())
    ws.on('error', () => undefined)
    const ends = setting.parts.now().auth.until(setting.principal)
    const lapsed = () => this.#refuse(closing.policy, ends?.reason)
    ends?.addEventListener('abort', lapsed, { once: true })
    this.#beat = setInterval(() => this.#look(), setting.limits.beatMs)
    this.#beat.unref()
    ws.once('close', () => {
      clearInterval(this.#beat)
      ends?.removeEventListener('abort', lapsed)
      this.#cancelAll(cancelled('The client left before the answer was complete.'))
      this.#closed.resolve()
    })
    if (ends?.aborted) lapsed()
  }

  /** Resolves when the socket has closed. */
  get gone(): Promise<void> {
    return this.#closed.promise
  }

  /** Takes no further queries, and closes when the running ones have ended. */
  stop(): void {
    this.#stopping = true
    if (this.#running.size === 0) this.#ws.close(closing.away, 'stopping')
  }

  /** Ends everything now. */
  end(reason: SluiceError): void {
    this.#stopping = true
    this.#cancelAll(reason)
    this.#ws.close(closing.away, 'stopping')
  }

  /** Sends one message. What it returns is awaited by those who send much, so that a slow client slows the source. */
  readonly send = (pieces: readonly Piece[]): void | Promise<void> => {
    const ws = this.#ws
    if (ws.readyState !== ws.OPEN) return
    const whole = pieces.length === 1 && typeof pieces[0] === 'string' ? pieces[0] : joined(pieces)
    if (ws.bufferedAmount + whole.length < this.#setting.limits.bufferedBytesMax) return ws.send(whole, { binary: false })
    // Told when it has left, or that it never will.
    return new Promise((resolve) => ws.send(whole, { binary: false }, () => resolve()))
  }

  #receive(data: RawData, binary: boolean): void {
    if (this.#ws.readyState !== this.#ws.OPEN || !this.#counted()) return
    if (binary) {
      this.#refuse(closing.binary, new SluiceError('socket_refused', 'Messages are text, not binary.'))
      return
    }
    let message: Message
    try {
      message = read(String(data))
    } catch (caught) {
      if (!(caught instanceof Unreadable)) throw caught
      tellUnnamed(this.#setting.parts.log, undefined, caught.cause)
      this.#fail(caught.id, publicError(caught.cause))
      return
    }
    this.#take(message)
  }

  #take(message: Message): void {
    const { id } = message
    if (message.type === 'ping') this.#reply(`{"type":"pong"${id === undefined ? '' : `,"id":${JSON.stringify(id)}`}}`)
    // One that has just ended can no longer be cancelled; its `done` is on its way.
    else if (message.type === 'cancel') this.#running.get(message.id)?.abort(cancelled('The caller cancelled this query.'))
    else void this.#query(message)
  }

  async #query(message: Extract<Message, { fields: unknown }>): Promise<void> {
    const { id } = message
    const { parts, credential, labels, run, limits } = this.#setting
    const refusal = this.#whyNot(id)
    if (refusal) return this.#fail(id, publicError(refusal))
    const controller = new AbortController()
    this.#running.set(id, controller)
    try {
      const now = parts.now()
      const named = Object.keys(labels).length === 0 ? now : { ...now, log: { ...now.log, failed: labelled(now, labels) } }
      await answer(message, { credential, signal: controller.signal, parts: named, run, send: this.send, progressMs: limits.progressMs })
    } finally {
      this.#running.delete(id)
      if (this.#stopping && this.#running.size === 0) this.#ws.close(closing.away, 'stopping')
    }
  }

  #whyNot(id: MessageId): SluiceError | undefined {
    if (this.#stopping) return new SluiceError('stopping', 'The gateway is stopping.')
    if (this.#running.has(id)) return new SluiceError('field_invalid', 'A query with this id is still running.')
    if (this.#running.size < this.#setting.limits.queriesMax) return undefined
    return new SluiceError('concurrency_limited', `A socket may have ${this.#setting.limits.queriesMax} queries at once.`)
  }

  /** A sign of life; false when there were too many, and then the socket closes. */
  #counted(): boolean {
    this.#silent = 0
    if (this.#bucket.take()) return true
    this.#refuse(closing.policy, new SluiceError('socket_refused', 'Messages come faster than this server takes them.'))
    return false
  }

  #look(): void {
    if (++this.#silent > 2) this.#ws.terminate()
    else if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping()
  }

  #fail(id: MessageId | undefined, error: PublicError): void {
    this.#reply(JSON.stringify({ type: 'error', ...(id === undefined ? {} : { id }), error }))
  }

  #reply(text: string): void {
    const ws = this.#ws
    if (ws.readyState !== ws.OPEN) return
    if (++this.#replies > repliesMax) {
      ws.terminate()
      return
    }
    ws.send(text, () => {
      this.#replies--
    })
  }

  #refuse(code: number, why: unknown): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return
    this.#fail(undefined, publicError(why))
    this.#ws.close(code)
  }

  #cancelAll(reason: SluiceError): void {
    for (const controller of this.#running.values()) controller.abort(reason)
  }
}

const cancelled = (message: string) => new SluiceError('query_cancelled', message)

const labelled =
  ({ log }: Parts, labels: Labels): Parts['log']['failed'] =>
  (callId, source, error) =>
    log.failed(callId, source, error, labels)
