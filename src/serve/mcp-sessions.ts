import { randomUUID } from 'node:crypto'
import { SluiceError } from '../error.ts'
import type { Exchange } from './exchange.ts'
import type { Ask } from './mcp-asks.ts'
import type { Json } from './mcp-message.ts'

/** Bounds of what is remembered of clients between their requests; `idleMs` without a request, `answerMs` for a person to answer. */
export type SessionBounds = Readonly<{ sessionsMax: number; idleMs: number; answerMs: number }>

const bounds: SessionBounds = { sessionsMax: 10_000, idleMs: 30 * 60_000, answerMs: 5 * 60_000 }

/** What a client of an older revision said when it shook hands. To other principals it does not exist. */
export type Session = {
  readonly id: string
  readonly owner: string
  readonly capabilities: Json
  seen: number
  /** The stream that the client keeps open to hear from us. */
  stream: Exchange | undefined
  /** Requests of ours that the client has not answered yet. */
  readonly pending: Map<string, (result: unknown) => void>
  /** Addresses that the client wants to hear of, with their sources. */
  readonly watched: Map<string, string>
}

/**
 * Sessions of streamable HTTP, remembered only so that a client can be asked and told. Nothing else needs them: one that is forgotten makes
 * its client stateless again.
 */
export class Sessions {
  readonly #bounds: SessionBounds
  readonly #kept = new Map<string, Session>()
  #asked = 0

  constructor(own: Partial<SessionBounds> = {}) {
    this.#bounds = { ...bounds, ...own }
  }

  open(owner: string, capabilities: Json): Session {
    const now = performance.now()
    for (const session of this.#kept.values()) {
      // The map is in the order of use, so the first is the one that was idle longest.
      if (this.#kept.size < this.#bounds.sessionsMax && now - session.seen < this.#bounds.idleMs) break
      this.close(session)
    }
    const session: Session = {
      id: randomUUID(),
      owner,
      capabilities,
      seen: now,
      stream: undefined,
      pending: new Map(),
      watched: new Map(),
    }
    this.#kept.set(session.id, session)
    return session
  }

  /** Undefined for what is not known, is over, or belongs to somebody else. */
  find(id: string | undefined, owner: string): Session | undefined {
    const session = id === undefined ? undefined : this.#kept.get(id)
    if (!session || session.owner !== owner) return undefined
    const now = performance.now()
    if (now - session.seen >= this.#bounds.idleMs && !session.stream) return void this.close(session)
    session.seen = now
    this.#kept.delete(session.id)
    this.#kept.set(session.id, session)
    return session
  }

  close(session: Session): void {
    if (!this.#kept.delete(session.id)) return
    session.stream?.response.end()
    for (const answer of [...session.pending.values()]) answer(undefined)
  }

  closeAll(): void {
    for (const session of [...this.#kept.values()]) this.close(session)
  }

  all(): Iterable<Session> {
    return this.#kept.values()
  }

  /** How to ask the client of a session a question: `send` puts our request on its way, `signal` is the call's that waits. */
  asking(session: Session, send: (line: string) => void, signal: AbortSignal): Ask {
    return (question) => askOver(session.pending, `sluice-${++this.#asked}`, question, send, signal, this.#bounds.answerMs)
  }
}

/** Sends one request of ours and waits for its result; undefined when the person takes too long or the client reports a failure. */
export function askOver(
  pending: Map<string, (result: unknown) => void>,
  id: string,
  question: object,
  send: (line: string) => void,
  signal: AbortSignal,
  answerMs: number = bounds.answerMs,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = (result: unknown) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', left)
      pending.delete(id)
      resolve(result)
    }
    const left = () => {
      reject(signal.reason)
      done(undefined)
    }
    const timer = setTimeout(() => done(undefined), answerMs)
    timer.unref()
    if (signal.aborted) return reject(signal.reason ?? new SluiceError('query_cancelled', 'The client has gone.'))
    signal.addEventListener('abort', left, { once: true })
    pending.set(id, done)
    send(JSON.stringify({ jsonrpc: '2.0', id, ...question }))
  })
}

/** Hands the client's answer to whoever asked; true when it was asked for. A failure that it reports is no answer. */
export function takeAnswer(pending: ReadonlyMap<string, (result: unknown) => void>, message: Json): boolean {
  const waiting = typeof message.id === 'string' ? pending.get(message.id) : undefined
  waiting?.(message.result)
  return waiting !== undefined
}

/** True for a JSON-RPC response, which only a client that was asked sends. */
export const isResponse = (message: Json): boolean =>
  message.jsonrpc === '2.0' && !('method' in message) && 'id' in message && ('result' in message || 'error' in message)
