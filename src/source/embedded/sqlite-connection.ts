import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Details } from '../../details.ts'
import { SluiceError } from '../../error.ts'
import { limits } from '../../limits.ts'
import type { Ended, Sink } from '../../result.ts'
import type { Schema } from '../../schema.ts'
import type { Advice, Connection, PoolLoad, SourceQuery, Step, Told, WriteSession, WriteSetting, Written } from '../source.ts'
import { diagnoseEmbedded } from './diagnose.ts'
import { Engine, EngineError, EngineGone } from './engine.ts'
import type { EngineBegin } from './messages.ts'
import { deadlined, named, runOn, unlessAborted } from './run.ts'
import { Slots } from './slots.ts'
import { journalLeft, sqliteCodeOf, sqliteMessageOf, whyNotWritable } from './sqlite-errors.ts'
import type { SqliteOpen } from './sqlite-open.ts'
import { writeOn } from './write.ts'

/** SQLite reads no messages while it computes, so a longer grace would only be waiting. */
const graceMs = 25

export type SqliteConfig = Readonly<{ path: string; processes: number; busy_ms: number; memory_mb: number; wait_ms: number }>

/** A SQLite file, read in processes of its own that are killed when a query must stop: nothing else ends a running SQLite statement. */
export class SqliteConnection implements Connection {
  readonly #config: SqliteConfig
  readonly #slots: Slots
  /** SQLite lets one write at a time, so those who would only wait for its lock wait here. */
  readonly #writers: Slots
  readonly #idle: Engine[] = []
  readonly #all = new Set<Engine>()
  readonly #closing = new AbortController()
  #writer: Engine | undefined
  #recovering: Promise<void> | undefined
  #inode: number | undefined
  version: string | undefined

  constructor(config: SqliteConfig) {
    this.#config = config
    this.#slots = new Slots(config.processes, config.wait_ms)
    this.#writers = new Slots(1, config.wait_ms)
  }

  query(query: SourceQuery, sink: Sink, signal: AbortSignal): Promise<Ended> {
    return this.#withEngine(signal, query.timeoutMs, (engine, until) => runOn(engine, query, sink, until, graceMs))
  }

  async describe(signal: AbortSignal): Promise<Schema> {
    await this.#forgetReplaced()
    return this.#withEngine(signal, limits.schemaMsMax, (engine, until) => engine.ask('describe', {}, until, graceMs))
  }

  async details(signal: AbortSignal): Promise<Details> {
    await this.#forgetReplaced()
    const database = basename(this.#config.path)
    return this.#withEngine(signal, limits.schemaMsMax, (engine, until) => engine.ask('details', { database }, until, graceMs))
  }

  /** Reading processes; the one that writes is counted among those that wait or work. */
  get load(): PoolLoad {
    const idle = this.#idle.filter(({ alive }) => alive).length
    const busy = this.#slots.busy + this.#writers.busy
    const { processes } = this.#config
    return { open: this.#all.size, busy, idle, waiting: this.#slots.waiting + this.#writers.waiting, max: processes + 1 }
  }

  diagnose(signal: AbortSignal, told?: Told): Promise<readonly Step[]> {
    const { path } = this.#config
    const mark = { at: 0, text: 'SQLite format 3\0' }
    const why = (error: unknown) => (journalLeft(error) ? journalAdvice : sqliteCodeOf(error) === 'source_busy' ? busyAdvice : undefined)
    return diagnoseEmbedded(
      { title: 'SQLite', engine: 'sqlite', path, folder: false, mark, open: async () => this.#open, describe: {}, why },
      signal,
      told,
    )
  }

  async write<T>(setting: WriteSetting, work: (session: WriteSession) => Promise<Written<T>>, caller: AbortSignal): Promise<T> {
    const time = deadlined(caller, this.#closing.signal, setting.timeoutMs)
    try {
      await this.#writers.take(time.signal)
      try {
        const engine = await this.#begun(setting.transaction, time.signal)
        const { transaction } = setting
        return await writeOn({ engine, transaction, busyMs: this.#config.busy_ms, named: ours }, work, time.signal)
      } finally {
        this.#writers.release()
      }
    } finally {
      time.release()
    }
  }

  async ping(signal: AbortSignal): Promise<void> {
    const nothing: Sink = { columns: () => undefined, batch: () => undefined }
    await this.query({ sql: 'SELECT 1', params: [], rowsMax: 1, bytesMax: 1_000, timeoutMs: limits.connectMsMax }, nothing, signal)
  }

  async advise(signal: AbortSignal): Promise<readonly Advice[]> {
    await this.ping(signal)
    return [
      { level: 'ok', text: `${this.version}: the file is opened read-only, in a process without access to anything else of the gateway.` },
    ]
  }

  async close(): Promise<void> {
    this.#slots.close()
    this.#writers.close()
    this.#closing.abort(new SluiceError('stopping', 'This source is being closed.'))
    await Promise.all([...this.#all].map((engine) => engine.kill()))
  }

  /** Gives `use` an engine of its own; when the engine is lost before anything came from it, a new one gets a second and last try. */
  async #withEngine<T>(caller: AbortSignal, timeoutMs: number, use: (engine: Engine, until: AbortSignal) => Promise<T>): Promise<T> {
    const time = deadlined(caller, this.#closing.signal, timeoutMs)
    try {
      await this.#slots.take(time.signal)
      try {
        return await this.#tried(time.signal, use).catch(async (error) => {
          if (journalLeft(error)) await unlessAborted(this.#recover(), time.signal)
          else if (!(error instanceof EngineGone && error.untouched)) throw error
          return this.#tried(time.signal, use)
        })
      } finally {
        this.#slots.release()
      }
    } catch (error) {
      throw ours(error)
    } finally {
      time.release()
    }
  }

  async #tried<T>(until: AbortSignal, use: (engine: Engine, until: AbortSignal) => Promise<T>): Promise<T> {
    const engine = await this.#engine(until)
    try {
      return await use(engine, until)
    } finally {
      this.#giveBack(engine)
    }
  }

  async #engine(until: AbortSignal): Promise<Engine> {
    until.throwIfAborted()
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) if (idle.alive) return idle
    const engine = this.#started()
    try {
      this.version = (await engine.ask<{ version: string }>('open', this.#open, until, 0)).version
      return engine
    } catch (error) {
      await engine.kill()
      if (!(error instanceof EngineError) || journalLeft(error)) throw error
      throw new SluiceError('source_unavailable', `The database ${basename(this.#config.path)} cannot be opened.`, { cause: error })
    }
  }

  /** The engine of all writing, with a session begun; one that was ended while it had nothing to do is replaced. */
  async #begun(transaction: boolean, until: AbortSignal): Promise<Engine> {
    const args: EngineBegin<SqliteOpen> = { ...this.#open, transaction }
    for (let last = false; ; last = true) {
      until.throwIfAborted()
      if (!this.#writer?.alive) this.#writer = this.#started()
      const engine = this.#writer
      try {
        await engine.ask('begin', args, until, 0)
        return engine
      } catch (error) {
        if (error instanceof EngineGone && !last) continue
        throw whyNotWritable(error, basename(this.#config.path))
      }
    }
  }

  /** A killed writer may leave a journal that must be rolled back before anybody can read; those who meet it do that once together. */
  #recover(): Promise<void> {
    this.#recovering ??= this.#recovered().finally(() => {
      this.#recovering = undefined
    })
    return this.#recovering
  }

  async #recovered(): Promise<void> {
    const engine = this.#started()
    try {
      await engine.ask('recover', this.#open, AbortSignal.any([this.#closing.signal, AbortSignal.timeout(limits.schemaMsMax)]), 0)
    } catch (error) {
      const text = `A change of the database ${basename(this.#config.path)} was broken off and must be rolled back, which Sluice may not do here.`
      throw error instanceof EngineError ? new SluiceError('source_unavailable', text, { cause: error }) : error
    } finally {
      await engine.kill()
    }
  }

  #started(): Engine {
    const engine = new Engine('sqlite')
    this.#all.add(engine)
    void engine.gone.then(() => this.#all.delete(engine))
    return engine
  }

  get #open(): SqliteOpen {
    const { path, memory_mb, busy_ms } = this.#config
    return { path, memoryBytesMax: memory_mb * 1024 * 1024, busyMs: busy_ms }
  }

  #giveBack(engine: Engine): void {
    if (engine.alive && !this.#closing.signal.aborted) this.#idle.push(engine)
  }

  /** A file that was put in the place of the old one is another file, and engines that have the old one open would never know. */
  async #forgetReplaced(): Promise<void> {
    const inode = await stat(this.#config.path).then(
      ({ ino }) => ino,
      () => undefined,
    )
    if (inode !== this.#inode) for (const engine of this.#idle.splice(0)) void engine.kill()
    this.#inode = inode
  }
}

const journalAdvice = {
  text: 'A program that wrote to the database has ended in the middle of a change, which must be rolled back first.',
  mend: 'Let the user that Sluice runs as write to the file and its folder, or open it once with another program.',
}

const busyAdvice = {
  text: 'Another program is holding the database, so that nobody else can read it.',
  mend: 'Let that program end its transaction, or switch the database to WAL mode.',
}

const ours = (error: unknown): unknown => named(error, sqliteCodeOf, sqliteMessageOf)
