import type { Value } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Identity } from '../grant.ts'
import type { Ended, Sink } from '../result.ts'
import type { Exchange } from './exchange.ts'
import { catalogMax, Gather } from './gather.ts'
import { Pool, type Pooled, type PoolLimits } from './pool.ts'
import { Rows } from './rows.ts'
import type { Ask } from './served.ts'
import type { PoolLoad, WriteSession, WriteSetting, Written } from './source.ts'
import { Lost, type Wire } from './wire.ts'

/** A commit may wait for a disk or a replica; after that long without an answer nobody knows what became of it. */
const commitMsMax = 60_000
/** A session whose rollback takes longer is cut off; the server then rolls back by itself. */
const rollbackMsMax = 5_000
/** JSON of one answer within a writing session; its sink is ours and bounds itself before that. */
const answerBytesMax = 64 * 1024 * 1024

export type Statement = Readonly<{ sql: string; params: readonly Value[] }>

/** What a protocol brings so that its sessions can write. */
export type WritingServer<W> = Readonly<{
  title: string
  slots: PoolLimits
  /** Opens a session that may write, as the login of the identity where it has one. */
  open(setting: WriteSetting): Promise<W>
  /** Makes the session the caller's, before or within the transaction; empty without an identity. */
  become(identity: Identity, local: boolean): readonly Statement[]
  /** What stands before the work; the last one begins the transaction where there is to be one. */
  begin(setting: WriteSetting): readonly Statement[]
  /** Why this statement must not run in such a session; undefined when it may. */
  refusal(sql: string, setting: WriteSetting, ask: Ask): string | undefined | Promise<string | undefined>
  /** Why the rollback that was just answered left something behind; undefined when it did not. */
  leftBehind(wire: W): Promise<string | undefined> | undefined
}>

/**
 * The writing sessions of one source. Each is opened for its work and ended with it, so no reading session can ever become one of them and
 * none hands a role, a setting or a lock on to the next caller.
 */
export class Writer<W extends Wire<Exchange>> {
  readonly #server: WritingServer<W>
  readonly #slots: Pool<Slot>
  readonly #sessions = new Set<Session<W>>()

  constructor(server: WritingServer<W>) {
    this.#server = server
    this.#slots = new Pool(async () => new Slot(), server.slots)
  }

  get load(): PoolLoad {
    const { busy, waiting, max } = this.#slots.load
    return { open: busy, busy, idle: 0, waiting, max }
  }

  async write<T>(setting: WriteSetting, work: (session: WriteSession) => Promise<Written<T>>, signal: AbortSignal): Promise<T> {
    const slot = await this.#slots.acquire(signal)
    const session = new Session(this.#server, setting)
    this.#sessions.add(session)
    const aborted = (): void => session.stop(signal.reason)
    signal.addEventListener('abort', aborted, { once: true })
    const late = setTimeout(() => session.stop(timeout(setting.timeoutMs)), setting.timeoutMs)
    try {
      return await session.perform(work)
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', aborted)
      this.#sessions.delete(session)
      this.#slots.release(slot)
    }
  }

  /** Refuses new work, stops what runs and waits until it is rolled back. */
  async close(): Promise<void> {
    this.#slots.close()
    for (const session of this.#sessions) session.stop(new SluiceError('stopping', 'This source is being closed.'))
    await Promise.allSettled([...this.#sessions].map(({ done }) => done))
  }
}

/** Leave to have one writing session. */
class Slot implements Pooled {
  alive = true
  destroy(): void {
    this.alive = false
  }
}

class Session<W extends Wire<Exchange>> {
  readonly #server: WritingServer<W>
  readonly #setting: WriteSetting
  #wire: W | undefined
  /** Why nothing more runs here. */
  #over: { error: unknown } | undefined
  #committing = false
  #rolledBack = false
  #turn: Promise<unknown> = Promise.resolve()
  #stopped!: (error: unknown) => void
  #finished!: () => void
  readonly #stopping: Promise<never>
  /** Resolves when nothing of this session runs any more. */
  readonly done: Promise<void>

  constructor(server: WritingServer<W>, setting: WriteSetting) {
    this.#server = server
    this.#setting = setting
    this.#stopping = new Promise((_resolve, reject) => {
      this.#stopped = reject
    })
    this.#stopping.catch(() => undefined)
    this.done = new Promise((resolve) => {
      this.#finished = resolve
    })
  }

  /** Ends the running statement; nothing further runs. A commit that was sent is waited for. */
  stop(error: unknown): void {
    if (this.#committing || this.#over) return
    this.#over = { error }
    this.#wire?.stop(error)
    this.#stopped(error)
  }

  async perform<T>(work: (session: WriteSession) => Promise<Written<T>>): Promise<T> {
    try {
      await this.#open()
      const written = await Promise.race([work(this.#face), this.#stopping])
      await this.#turn
      if (this.#over) throw this.#over.error
      if (written.keep && this.#setting.transaction) await this.#commit()
      else await this.#rollback()
      return written.value
    } catch (error) {
      this.#over ??= { error }
      await this.#turn
      await this.#rollback()
      throw error
    } finally {
      this.#over ??= { error: new SluiceError('internal', 'A writing session was used after its end.') }
      this.#wire?.destroy()
      this.#finished()
    }
  }

  async #open(): Promise<void> {
    const { identity, transaction } = this.#setting
    const opening = this.#server.open(this.#setting)
    opening.then(
      (wire) => {
        if (this.#over) wire.destroy()
      },
      () => undefined,
    )
    this.#wire = await Promise.race([opening, this.#stopping])
    for (const { sql, params } of this.#server.begin(this.#setting)) await this.#exchange(sql, params, 0, nowhere)
    if (!identity) return
    try {
      for (const { sql, params } of this.#server.become(identity, transaction)) await this.#exchange(sql, params, 0, nowhere)
    } catch (cause) {
      if (this.#over) throw this.#over.error
      if (cause instanceof SluiceError && cause.code === 'source_unavailable') throw cause
      throw new SluiceError('source_denied', 'The source does not let its user act as the identity of this caller.', { cause })
    }
  }

  readonly #face: WriteSession = {
    run: async (sql, params) => ({ changed: (await this.#inTurn(sql, params, 0, nowhere)).changed }),
    rows: async (sql, params, rowsMax, sink) => (await this.#inTurn(sql, params, rowsMax, sink)).ended,
  }

  /** One statement after the other, also for work that does not wait. */
  #inTurn(sql: string, params: readonly Value[], rowsMax: number, sink: Sink): Promise<Answer> {
    const running = this.#turn.then(async () => {
      if (this.#over) throw this.#over.error
      const refusal = await this.#server.refusal(sql, this.#setting, this.#ask)
      if (refusal !== undefined) throw new SluiceError('not_supported', refusal)
      return this.#exchange(sql, params, rowsMax, sink)
    })
    // What has failed once cannot be kept, even by work that looks away.
    this.#turn = running.then(
      () => undefined,
      (error: unknown) => {
        this.#over ??= { error }
      },
    )
    return running
  }

  readonly #ask: Ask = async (sql, params = []) => {
    const gather = new Gather()
    await this.#exchange(sql, params, catalogMax.rowsMax, gather)
    return gather.rows
  }

  async #exchange(sql: string, params: readonly Value[], rowsMax: number, sink: Sink): Promise<Answer> {
    if (this.#over) throw this.#over.error
    const wire = this.#wire!
    // One that has died while nothing ran on it would never answer.
    if (!wire.alive) throw lost(this.#server.title, undefined)
    const rows = new Rows(wire.slab, sink, rowsMax, answerBytesMax)
    try {
      const ended = await wire.run(sql, params, rows, false)
      return { ended, changed: rows.changed }
    } catch (error) {
      if (!(error instanceof Lost)) throw error
      if (!this.#setting.transaction) throw uncertain(this.#server.title, error)
      throw lost(this.#server.title, error)
    }
  }

  async #commit(): Promise<void> {
    if (!this.#wire!.alive) throw lost(this.#server.title, undefined)
    this.#committing = true
    try {
      await this.#bounded('COMMIT', commitMsMax)
    } catch (error) {
      throw error instanceof Lost ? uncertain(this.#server.title, error) : error
    }
  }

  async #rollback(): Promise<void> {
    const wire = this.#wire
    if (!wire?.alive || this.#committing || this.#rolledBack || !this.#setting.transaction) return
    this.#rolledBack = true
    // A connection that does not answer is gone, and with it the transaction.
    await this.#bounded('ROLLBACK', rollbackMsMax).catch(() => undefined)
    const left = wire.alive ? await this.#server.leftBehind(wire) : undefined
    if (left !== undefined) throw new SluiceError('change_uncertain', left)
  }

  async #bounded(sql: string, msMax: number): Promise<void> {
    const wire = this.#wire!
    const late = setTimeout(() => wire.hangUp(), msMax)
    try {
      await wire.run(sql, [], new Rows(wire.slab, nowhere, 0, answerBytesMax), false)
    } finally {
      clearTimeout(late)
    }
  }
}

type Answer = Readonly<{ ended: Ended; changed: number }>

const nowhere: Sink = { columns: () => undefined, batch: () => undefined }

const timeout = (ms: number): SluiceError => new SluiceError('query_timeout', `The change was stopped after ${ms} ms.`)

const lost = (title: string, cause: unknown): SluiceError =>
  new SluiceError('source_unavailable', `The connection to ${title} was lost; nothing was changed.`, { cause })

const uncertain = (title: string, cause: unknown): SluiceError =>
  new SluiceError('change_uncertain', `The connection to ${title} was lost before it said whether the change is there.`, { cause })
