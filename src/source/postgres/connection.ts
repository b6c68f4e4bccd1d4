import type { Value } from '../../call.ts'
import { SluiceError } from '../../error.ts'
import type { Cell, Ended, Sink } from '../../result.ts'
import type { Schema } from '../../schema.ts'
import { catalogMax, Gather } from '../gather.ts'
import { Pool } from '../pool.ts'
import { Rows, Slab } from '../rows.ts'
import type { Advice, Connection, SourceQuery } from '../source.ts'
import { advise } from './advise.ts'
import { connect, type PostgresAddress } from './connect.ts'
import { describe } from './describe.ts'
import { Seen } from './statements.ts'
import { Types } from './types.ts'
import { Lost, type Wire } from './wire.ts'

const textsSeenMax = 2_000

type Member = Readonly<{ wire: Wire; slab: Slab }> & { used: boolean; readonly alive: boolean; destroy(): void }

/** All of one PostgreSQL source: its pool, and the questions that the contract asks. */
export class PostgresConnection implements Connection {
  version: string | undefined
  readonly #address: PostgresAddress
  readonly #types = new Types()
  readonly #seen = new Seen(textsSeenMax)
  readonly #pool: Pool<Member>
  readonly #running = new Map<Wire, Promise<unknown>>()
  #closing: Promise<void> | undefined

  constructor(address: PostgresAddress) {
    this.#address = address
    this.#pool = new Pool(() => this.#open(), address.pool)
  }

  async #open(): Promise<Member> {
    const { wire, version } = await connect(this.#address, this.#types)
    this.version = version
    const member: Member = {
      wire,
      slab: new Slab(),
      used: false,
      get alive() {
        return wire.alive
      },
      destroy: () => wire.destroy(),
    }
    wire.ended = () => this.#pool.forget(member)
    return member
  }

  async query(query: SourceQuery, sink: Sink, signal: AbortSignal): Promise<Ended> {
    const keep = this.#seen.again(query.sql)
    for (;;) {
      const acquiring = this.#pool.acquire(signal)
      const member = acquiring instanceof Promise ? await acquiring : acquiring
      const mayRetry = member.used
      try {
        return await this.#run(member, query, sink, signal, keep)
      } catch (error) {
        if (!(error instanceof Lost)) throw error
        // A connection that had died while it was idle, without telling: the statement reads only and not a row has come, so ask again.
        if (!error.untouched || !mayRetry || signal.aborted) throw lost(error)
      } finally {
        this.#pool.release(member)
      }
    }
  }

  async #run(member: Member, query: SourceQuery, sink: Sink, signal: AbortSignal, keep: boolean): Promise<Ended> {
    signal.throwIfAborted()
    const { wire, slab } = member
    member.used = true
    const rows = new Rows(slab, sink, query.rowsMax, query.bytesMax)
    const aborted = (): void => wire.stop(signal.reason)
    const late = setTimeout(() => wire.stop(timeout(query.timeoutMs)), query.timeoutMs)
    signal.addEventListener('abort', aborted)
    const running = wire.run(query.sql, query.params, rows, keep)
    this.#running.set(wire, running)
    try {
      await running
      return rows.ended
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', aborted)
      this.#running.delete(wire)
    }
  }

  /** A question of our own, its answer as values. */
  async #ask(sql: string, params: readonly Value[], signal: AbortSignal): Promise<Cell[][]> {
    const gather = new Gather()
    await this.query({ sql, params, ...catalogMax, timeoutMs: 60_000 }, gather, signal)
    return gather.rows
  }

  async describe(signal: AbortSignal): Promise<Schema> {
    return describe((sql, params = []) => this.#ask(sql, params, signal), this.#types)
  }

  async ping(signal: AbortSignal): Promise<void> {
    await this.#ask('SELECT 1', [], signal)
  }

  async advise(signal: AbortSignal): Promise<readonly Advice[]> {
    return advise((sql) => this.#ask(sql, [], signal), this.#address)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#pool.close()
    const ending = [...this.#running]
    for (const [wire] of ending) wire.stop(new SluiceError('stopping', 'This source is being closed.'))
    await Promise.allSettled(ending.map(([, running]) => running))
    this.#pool.destroy()
  }
}

const timeout = (ms: number): SluiceError => new SluiceError('query_timeout', `The query was stopped after ${ms} ms.`)
const lost = (error: Lost): SluiceError => new SluiceError('source_unavailable', 'The connection to PostgreSQL was lost.', { cause: error })
