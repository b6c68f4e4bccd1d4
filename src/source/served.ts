import type { Value } from '../call.ts'
import type { Details } from '../details.ts'
import { SluiceError } from '../error.ts'
import type { Identity } from '../grant.ts'
import type { Cell, Ended, Sink } from '../result.ts'
import type { Schema } from '../schema.ts'
import { type Diagnosis, diagnose } from './diagnose.ts'
import type { Exchange } from './exchange.ts'
import { catalogMax, Gather } from './gather.ts'
import { type Login, Logins } from './logins.ts'
import { Pool, type PoolLimits } from './pool.ts'
import { Rows } from './rows.ts'
import { Slow } from './slow.ts'
import type { Advice, Connection, PoolLoad, ReadSoFar, SourceQuery, Step, Told, WriteSession, WriteSetting, Written } from './source.ts'
import { Lost, type Wire } from './wire.ts'
import { type Statement, Writer, type WritingServer } from './writing.ts'

/** Texts whose last use is remembered; only a text that comes again is prepared to be kept. */
const textsSeenMax = 100
/** A longer text is not prepared to be kept: every connection would hold it, and so would the server. */
const textKeptCharsMax = 16 * 1024
const askMsMax = 60_000
/** The part of a server's connections that one gateway takes: others use the server as well. */
const shareMax = 0.75

/** A question of our own, its answer as values; `seen` is told the rows of each batch as they come. */
export type Ask = (sql: string, params?: readonly Value[], seen?: (rows: readonly Cell[][]) => void) => Promise<Cell[][]>

/** What a database server's protocol brings to make a connection of the contract. */
export type Server<W> = Readonly<{
  /** For messages, e.g. `PostgreSQL`. */
  title: string
  pool: PoolLimits
  /** Opens a reading session, with the credentials of a caller where they are given. `connectionsMax`: how many the server allows, where it tells. */
  open(login: Login | undefined): Promise<Readonly<{ wire: W; version: string; connectionsMax?: number }>>
  /** Whether an opening failed because the server takes no more connections. */
  isFull(error: unknown): boolean
  /** The statement that makes one transaction the caller's. Throws `config_invalid` for what this server cannot do. */
  become(identity: Identity): Statement | undefined
  describe(ask: Ask, told?: ReadSoFar): Promise<Schema>
  details(ask: Ask): Promise<Details>
  advise(ask: Ask): Promise<readonly Advice[]>
  diagnosis: Diagnosis
  writing: WritingServer<W>
  close?(): void
}>

/** All of one source that is a database server: its pool, and the questions that the contract asks. */
export class ServedConnection<W extends Wire<Exchange>> implements Connection {
  version: string | undefined
  readonly #server: Server<W>
  readonly #seen = new Seen(textsSeenMax)
  readonly #pool: Pool<W>
  readonly #logins: Logins<W>
  readonly #slow = new Slow()
  readonly #writer: Writer<W>
  readonly #running = new Map<W, Promise<Ended>>()
  #closing: Promise<void> | undefined

  constructor(server: Server<W>) {
    this.#server = server
    const isFull = (error: unknown): boolean => server.isFull(error)
    this.#pool = new Pool(() => this.#open(undefined, (wire) => this.#pool.forget(wire)), server.pool, isFull)
    this.#logins = new Logins((login, ended) => this.#open(login, ended), server.pool, isFull)
    this.#writer = new Writer(server.writing)
  }

  async #open(login: Login | undefined, ended: (wire: W) => void): Promise<W> {
    const { wire, version, connectionsMax } = await this.#server.open(login)
    this.version = version
    if (connectionsMax !== undefined) this.#pool.limitTo(Math.floor(connectionsMax * shareMax))
    wire.ended = () => ended(wire)
    return wire
  }

  async query(query: SourceQuery, sink: Sink, signal: AbortSignal): Promise<Ended> {
    const { sql, identity, owner } = query
    const keep = this.#seen.again(sql)
    const pool = identity?.login ? this.#logins.of(identity.login) : this.#pool
    const before = identity && this.#server.become(identity)
    for (;;) {
      const acquiring = pool.acquire(signal, owner, this.#slow.has(sql))
      const wire = acquiring instanceof Promise ? await acquiring : acquiring
      const mayRetry = wire.used
      const since = performance.now()
      try {
        return await this.#run(wire, query, sink, signal, keep, before)
      } catch (error) {
        if (!(error instanceof Lost)) throw error
        // A connection that had died while it was idle, without telling: the statement reads only and not a row has come, so ask again.
        if (!error.untouched || !mayRetry || signal.aborted) {
          throw new SluiceError('source_unavailable', `The connection to ${this.#server.title} was lost.`, { cause: error })
        }
      } finally {
        this.#slow.took(sql, performance.now() - since)
        pool.release(wire)
      }
    }
  }

  async #run(wire: W, query: SourceQuery, sink: Sink, signal: AbortSignal, keep: boolean, before: Statement | undefined): Promise<Ended> {
    signal.throwIfAborted()
    wire.used = true
    const rows = new Rows(wire.slab, sink, query.rowsMax, query.bytesMax)
    const aborted = (): void => wire.stop(signal.reason)
    const late = setTimeout(() => wire.stop(timeout(query.timeoutMs)), query.timeoutMs)
    signal.addEventListener('abort', aborted)
    const running = wire.run(query.sql, query.params, rows, keep, before)
    this.#running.set(wire, running)
    try {
      return await running
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', aborted)
      this.#running.delete(wire)
    }
  }

  write<T>(setting: WriteSetting, work: (session: WriteSession) => Promise<Written<T>>, signal: AbortSignal): Promise<T> {
    return this.#writer.write(setting, work, signal)
  }

  get load(): PoolLoad {
    const all = [this.#pool.load, this.#writer.load, ...this.#logins.loads]
    const sum = (of: (load: PoolLoad) => number): number => all.reduce((total, load) => total + of(load), 0)
    return {
      open: sum(({ open }) => open),
      busy: sum(({ busy }) => busy),
      idle: sum(({ idle }) => idle),
      waiting: sum(({ waiting }) => waiting),
      max: sum(({ max }) => max),
    }
  }

  #ask(signal: AbortSignal): Ask {
    return async (sql, params = [], seen) => {
      const gather = new Gather(seen)
      await this.query({ sql, params, ...catalogMax, timeoutMs: askMsMax }, gather, signal)
      return gather.rows
    }
  }

  async describe(signal: AbortSignal, told?: ReadSoFar): Promise<Schema> {
    return this.#server.describe(this.#ask(signal), told)
  }

  async details(signal: AbortSignal): Promise<Details> {
    return this.#server.details(this.#ask(signal))
  }

  diagnose(signal: AbortSignal, told?: Told): Promise<readonly Step[]> {
    return diagnose(this.#server.diagnosis, signal, told)
  }

  async ping(signal: AbortSignal): Promise<void> {
    await this.#ask(signal)('SELECT 1')
  }

  async advise(signal: AbortSignal): Promise<readonly Advice[]> {
    return this.#server.advise(this.#ask(signal))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#pool.close()
    this.#logins.close()
    const ending = [...this.#running]
    for (const [wire] of ending) wire.stop(new SluiceError('stopping', 'This source is being closed.'))
    await Promise.allSettled([...ending.map(([, running]) => running), this.#writer.close()])
    this.#pool.destroy()
    this.#logins.destroy()
    this.#server.close?.()
  }
}

const timeout = (ms: number): SluiceError => new SluiceError('query_timeout', `The query was stopped after ${ms} ms.`)

/**
 * Texts that were seen lately. Not more than a connection keeps prepared: where more of them take turns, each would be prepared and thrown away
 * again for a single run, which costs more than not preparing it.
 */
class Seen {
  readonly #max: number
  readonly #texts = new Set<string>()

  constructor(max: number) {
    this.#max = max
  }

  /** True when `sql` was seen before and is worth keeping. */
  again(sql: string): boolean {
    if (sql.length > textKeptCharsMax) return false
    const seen = this.#texts.delete(sql)
    this.#texts.add(sql)
    if (seen) return true
    if (this.#texts.size > this.#max) this.#texts.delete(this.#texts.values().next().value as string)
    return false
  }
}
