import { basename } from 'node:path'
import type { Details } from '../../details.ts'
import { SluiceError } from '../../error.ts'
import { limits } from '../../limits.ts'
import type { Ended, Sink } from '../../result.ts'
import type { Schema } from '../../schema.ts'
import type { Advice, Connection, PoolLoad, SourceQuery, Step, Told, WriteSession, WriteSetting, Written } from '../source.ts'
import { diagnoseEmbedded } from './diagnose.ts'
import { DuckdbEngines, type DuckdbPlace, type Served } from './duckdb-engines.ts'
import { duckdbCodeOf, duckdbMessageOf, whyNotOpened } from './duckdb-errors.ts'
import { EngineGone } from './engine.ts'
import { Gate } from './gate.ts'
import { deadlined, named, runOn, unlessAborted } from './run.ts'
import { Slots } from './slots.ts'
import { writeOn } from './write.ts'

export type DuckdbConfig = DuckdbPlace & Readonly<{ connections: number; wait_ms: number }>

/** An interrupt is heard between two pieces of work of the engine; after this long the process is killed instead. */
const graceMs = 60

/** A DuckDB file or a folder of files, read by one process that serves many queries at once, and written by another one. */
export class DuckdbConnection implements Connection {
  readonly #config: DuckdbConfig
  readonly #slots: Slots
  readonly #writers: Slots
  readonly #gate: Gate
  readonly #closing = new AbortController()
  readonly #engines: DuckdbEngines
  /** Files of a folder are only read. */
  readonly write?: NonNullable<Connection['write']>

  constructor(config: DuckdbConfig) {
    this.#config = config
    this.#slots = new Slots(config.connections, config.wait_ms)
    this.#writers = new Slots(1, config.wait_ms)
    this.#gate = new Gate(config.wait_ms)
    this.#engines = new DuckdbEngines(config, this.#closing.signal)
    if (config.path !== undefined) this.write = (setting, work, signal) => this.#write(setting, work, signal)
  }

  /** The file or the folder, without where it lies. */
  get #name(): string {
    return basename(this.#config.path ?? this.#config.folder!)
  }

  get version(): string | undefined {
    return this.#engines.version
  }

  query(query: SourceQuery, sink: Sink, signal: AbortSignal): Promise<Ended> {
    return this.#with(signal, query.timeoutMs, ({ engine }, until) => runOn(engine, query, sink, until, graceMs))
  }

  /** Files that came, went or changed are seen here: the locked engine cannot learn of them, so a new one takes its place. */
  describe(signal: AbortSignal): Promise<Schema> {
    const folder = this.#config.folder !== undefined
    return this.#with(
      signal,
      limits.schemaMsMax,
      ({ engine, mark }, until) => engine.ask('describe', { mark, folder, database: this.#name }, until, graceMs),
      true,
    )
  }

  details(signal: AbortSignal): Promise<Details> {
    const about = { folder: this.#config.folder !== undefined, database: this.#name, mark: '' }
    return this.#with(signal, limits.schemaMsMax, ({ engine }, until) => engine.ask('details', about, until, graceMs))
  }

  /** Queries and changes that run at once in the processes of the source. */
  get load(): PoolLoad {
    const busy = this.#slots.busy + this.#writers.busy
    return { open: busy, busy, idle: 0, waiting: this.#slots.waiting + this.#writers.waiting, max: this.#config.connections + 1 }
  }

  async diagnose(signal: AbortSignal, told?: Told): Promise<readonly Step[]> {
    const { path, folder } = this.#config
    const isFolder = folder !== undefined
    const name = this.#name
    return diagnoseEmbedded(
      {
        title: 'DuckDB',
        engine: 'duckdb',
        path: path ?? folder!,
        folder: isFolder,
        ...(isFolder ? {} : { mark: { at: 8, text: 'DUCK' } }),
        open: async () => this.#engines.openingArgs(),
        describe: { mark: '', folder: isFolder, database: name },
        why: (error) => {
          const { code, message } = whyNotOpened(error, name)
          return code === 'source_busy'
            ? { text: message, mend: 'Close the other program; while it writes, nobody else can read.' }
            : undefined
        },
      },
      signal,
      told,
    )
  }

  async ping(signal: AbortSignal): Promise<void> {
    const nothing: Sink = { columns: () => undefined, batch: () => undefined }
    await this.query({ sql: 'SELECT 1', params: [], rowsMax: 1, bytesMax: 1_000, timeoutMs: limits.connectMsMax }, nothing, signal)
  }

  advise(signal: AbortSignal): Promise<readonly Advice[]> {
    return this.#with(signal, limits.connectMsMax, async ({ broken }) => [
      { level: 'ok', text: `${this.version}: opened read-only, without access to other files, the network or extensions.` },
      ...broken.map(
        ({ table }): Advice => ({ level: 'warning', text: `The files of table ${table} cannot be read.`, mend: 'Repair or remove them.' }),
      ),
    ])
  }

  async close(): Promise<void> {
    this.#slots.close()
    this.#writers.close()
    this.#closing.abort(new SluiceError('stopping', 'This source is being closed.'))
    await this.#engines.close()
  }

  /** Nobody reads while it lasts, because DuckDB then lets no other process open the file. */
  async #write<T>(setting: WriteSetting, work: (session: WriteSession) => Promise<Written<T>>, caller: AbortSignal): Promise<T> {
    const time = deadlined(caller, this.#closing.signal, setting.timeoutMs)
    try {
      await this.#writers.take(time.signal)
      try {
        await this.#gate.shut(time.signal)
        try {
          const engine = await this.#engines.begin(setting.transaction, time.signal)
          return await writeOn({ engine, transaction: setting.transaction, busyMs: 0, named: ours }, work, time.signal)
        } finally {
          this.#gate.open()
        }
      } finally {
        this.#writers.release()
      }
    } finally {
      time.release()
    }
  }

  /** Lends the engine to `use`; when the process is lost before anything came from it, a new one gets a second and last try. */
  async #with<T>(
    caller: AbortSignal,
    timeoutMs: number,
    use: (served: Served, until: AbortSignal) => Promise<T>,
    fresh = false,
  ): Promise<T> {
    const time = deadlined(caller, this.#closing.signal, timeoutMs)
    try {
      await this.#slots.take(time.signal)
      try {
        await this.#gate.enter(time.signal)
        try {
          return await this.#tried(time.signal, use, fresh).catch((error) => {
            if (error instanceof EngineGone && error.untouched) return this.#tried(time.signal, use, false)
            throw error
          })
        } finally {
          this.#gate.leave()
        }
      } finally {
        this.#slots.release()
      }
    } catch (error) {
      throw ours(error)
    } finally {
      time.release()
    }
  }

  async #tried<T>(until: AbortSignal, use: (served: Served, until: AbortSignal) => Promise<T>, fresh: boolean): Promise<T> {
    const served = await unlessAborted(this.#engines.serve(fresh), until)
    served.users++
    try {
      return await use(served, until)
    } finally {
      this.#engines.left(served)
    }
  }
}

const ours = (error: unknown): unknown => named(error, duckdbCodeOf, duckdbMessageOf)
