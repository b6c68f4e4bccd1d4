import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Code, SluiceError } from '../../error.ts'
import { limits } from '../../limits.ts'
import type { Ended, Sink } from '../../result.ts'
import type { Schema } from '../../schema.ts'
import type { Advice, Connection, SourceQuery } from '../source.ts'
import type { FolderRead } from './duckdb-folder.ts'
import type { DuckdbOpen, DuckdbOpened } from './duckdb-open.ts'
import { Engine, type EngineError, EngineGone } from './engine.ts'
import { deadlined, named, runOn, unlessAborted } from './run.ts'
import { Slots } from './slots.ts'

export type DuckdbConfig = Readonly<{
  path?: string
  folder?: string
  connections: number
  threads: number
  memory_mb: number
  wait_ms: number
}>

/** An interrupt is heard between two pieces of work of the engine; after this long the process is killed instead. */
const graceMs = 60

/** One process and what it was opened with. A retired one ends with its last user. */
type Served = { engine: Engine; mark: string; broken: DuckdbOpened['broken']; users: number; retired: boolean }

/** A DuckDB file or a folder of files, read by one process that serves many queries at once. */
export class DuckdbConnection implements Connection {
  readonly #config: DuckdbConfig
  readonly #codeOf: (error: unknown) => Code | undefined
  readonly #messageOf: (error: EngineError) => string
  readonly #slots: Slots
  readonly #closing = new AbortController()
  /** Each living engine, and when it is gone together with its temporary folder. */
  readonly #all = new Map<Engine, Promise<void>>()
  #now: Served | undefined
  /** Openings come one after the other, so that a crowd of first queries starts one process. */
  #turn: Promise<unknown> = Promise.resolve()
  version: string | undefined

  constructor(config: DuckdbConfig, codeOf: (error: unknown) => Code | undefined, messageOf: (error: EngineError) => string) {
    this.#config = config
    this.#codeOf = codeOf
    this.#messageOf = messageOf
    this.#slots = new Slots(config.connections, config.wait_ms)
  }

  query(query: SourceQuery, sink: Sink, signal: AbortSignal): Promise<Ended> {
    return this.#with(signal, query.timeoutMs, ({ engine }, until) => runOn(engine, query, sink, until, graceMs))
  }

  /** Files that came, went or changed are seen here: the locked engine cannot learn of them, so a new one takes its place. */
  describe(signal: AbortSignal): Promise<Schema> {
    return this.#with(
      signal,
      limits.schemaMsMax,
      ({ engine, mark }, until) => engine.ask('describe', { mark, folder: this.#config.folder !== undefined }, until, graceMs),
      true,
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
    this.#closing.abort(new SluiceError('stopping', 'This source is being closed.'))
    const gone = [...this.#all.values()]
    for (const engine of this.#all.keys()) void engine.kill()
    await Promise.all(gone)
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
        return await this.#tried(time.signal, use, fresh).catch((error) => {
          if (error instanceof EngineGone && error.untouched) return this.#tried(time.signal, use, false)
          throw error
        })
      } finally {
        this.#slots.release()
      }
    } catch (error) {
      throw named(error, this.#codeOf, this.#messageOf)
    } finally {
      time.release()
    }
  }

  async #tried<T>(until: AbortSignal, use: (served: Served, until: AbortSignal) => Promise<T>, fresh: boolean): Promise<T> {
    const served = await unlessAborted(this.#serve(fresh), until)
    served.users++
    try {
      return await use(served, until)
    } finally {
      served.users--
      if (served.retired && served.users === 0) void served.engine.kill()
    }
  }

  /** The living engine. With `fresh` it must also know the files as they are now. */
  async #serve(fresh: boolean): Promise<Served> {
    if (!fresh && this.#now?.engine.alive) return this.#now
    const served = this.#turn.then(() => this.#renewed(fresh))
    this.#turn = served.catch(() => {})
    return served
  }

  async #renewed(fresh: boolean): Promise<Served> {
    const known = this.#now?.engine.alive ? this.#now : undefined
    if (known && !fresh) return known
    const read = await this.#look()
    if (known && known.mark === read.mark) return known
    const served = await this.#open(read)
    this.#now = served
    if (known) {
      known.retired = true
      if (known.users === 0) void known.engine.kill()
    }
    return served
  }

  /** What lies there now: the tables of a folder, or only the mark of a file. */
  async #look(): Promise<FolderRead> {
    const { path, folder } = this.#config
    try {
      if (folder !== undefined) return await (await import('./duckdb-folder.ts')).readFolder(folder)
      const { ino, size, mtimeMs } = await stat(path!)
      return { tables: [], mark: `${ino} ${size} ${mtimeMs}` }
    } catch (error) {
      throw unavailable(`The ${folder === undefined ? 'database' : 'folder'} ${basename(path ?? folder!)} cannot be read.`, error)
    }
  }

  async #open(read: FolderRead): Promise<Served> {
    this.#closing.signal.throwIfAborted()
    const { path, memory_mb, threads } = this.#config
    const temp = await mkdtemp(join(tmpdir(), 'sluice-duckdb-'))
    const engine = new Engine('duckdb')
    const gone = engine.gone.then(() => rm(temp, { recursive: true, force: true })).finally(() => this.#all.delete(engine))
    this.#all.set(engine, gone)
    try {
      if (path !== undefined && !(await stat(path)).isFile()) throw new Error('not a file')
      const args: DuckdbOpen = {
        temp,
        memoryMb: memory_mb,
        threads,
        ...(path === undefined ? { tables: read.tables } : { path }),
      }
      const opened = await engine.ask<DuckdbOpened>(
        'open',
        args,
        AbortSignal.any([this.#closing.signal, AbortSignal.timeout(limits.schemaMsMax)]),
        0,
      )
      this.version = opened.version
      return { engine, mark: read.mark, broken: opened.broken, users: 0, retired: false }
    } catch (error) {
      await engine.kill()
      throw error instanceof SluiceError
        ? error
        : unavailable(`The source ${basename(path ?? this.#config.folder!)} cannot be opened.`, error)
    }
  }
}

const unavailable = (message: string, cause: unknown) => new SluiceError('source_unavailable', message, { cause })
