import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SluiceError } from '../../error.ts'
import { limits } from '../../limits.ts'
import { heldByOther, whyNotOpened } from './duckdb-errors.ts'
import type { FolderRead } from './duckdb-folder.ts'
import type { DuckdbOpen, DuckdbOpened } from './duckdb-open.ts'
import { Engine, EngineGone } from './engine.ts'

/** Where the data lies: exactly one of both; and what its engines may take. */
export type DuckdbPlace = Readonly<{ path?: string; folder?: string; threads: number; memory_mb: number }>

/** One process and what it was opened with. A retired one ends with its last user. */
export type Served = { engine: Engine; temp: string; mark: string; broken: DuckdbOpened['broken']; users: number; retired: boolean }

/** The file may be held for a moment by a process that is just ending. */
const lockTriesMax = 2
const lockPauseMs = 100

type Started = Readonly<{ engine: Engine; temp: string }>

/** The processes of one source: the one that reads, those that end with their last query, and the one that writes. */
export class DuckdbEngines {
  readonly #place: DuckdbPlace
  readonly #closing: AbortSignal
  /** Each living engine, and when it is gone together with its temporary folder. */
  readonly #all = new Map<Engine, Promise<void>>()
  #now: Served | undefined
  /** A reading process without a database, since something was written. */
  #resting: Started | undefined
  #writer: Started | undefined
  /** Openings come one after the other, so that a crowd of first queries starts one process. */
  #turn: Promise<unknown> = Promise.resolve()
  version: string | undefined

  constructor(place: DuckdbPlace, closing: AbortSignal) {
    this.#place = place
    this.#closing = closing
  }

  /** The living engine. With `fresh` it must also know the files as they are now. */
  async serve(fresh: boolean): Promise<Served> {
    if (!fresh && this.#now?.engine.alive) return this.#now
    const served = this.#turn.then(() => this.#renewed(fresh))
    this.#turn = served.catch(() => {})
    return served
  }

  /** What an engine of somebody else's would be opened with; it keeps nothing in temporary files. */
  async openingArgs(): Promise<DuckdbOpen> {
    const { tables } = await this.#look()
    return { ...this.#args(undefined), ...(this.#place.path === undefined && { tables }) }
  }

  /** Must be called once by each user that was counted in `users`. */
  left(served: Served): void {
    served.users--
    if (served.retired && served.users === 0) void served.engine.kill()
  }

  /**
   * A process with a writing session begun; nobody may be reading. DuckDB lets a file be open for writing in one process and then in no
   * other, so the reading process gives it back first.
   */
  async begin(transaction: boolean, until: AbortSignal): Promise<Engine> {
    await this.#turn
    await this.#rest(until)
    for (let tries = 0; ; tries++) {
      until.throwIfAborted()
      if (!this.#writer?.engine.alive) this.#writer = await this.#start()
      const { engine, temp } = this.#writer
      try {
        const { version } = await engine.ask<{ version: string }>('begin', { ...this.#args(temp), transaction }, until, 0)
        this.version = version
        return engine
      } catch (error) {
        if (until.aborted) throw until.reason
        if (tries >= lockTriesMax || !(heldByOther(error) || error instanceof EngineGone))
          throw whyNotOpened(error, basename(this.#place.path!))
        // What our own processes could still hold is taken from them before another program is blamed.
        if (heldByOther(error)) await Promise.all([this.#endAll(), sleep(lockPauseMs)])
      }
    }
  }

  async close(): Promise<void> {
    await this.#endAll()
  }

  /** The reading process closes its database, and keeps itself ready. */
  async #rest(until: AbortSignal): Promise<void> {
    const served = this.#now
    this.#now = undefined
    const retired = [...this.#all].filter(
      ([engine]) => engine !== served?.engine && engine !== this.#writer?.engine && engine !== this.#resting?.engine,
    )
    for (const [engine] of retired) void engine.kill()
    await Promise.all(retired.map(([, gone]) => gone))
    if (!served?.engine.alive) return
    await served.engine.ask('shut', {}, until, 0).then(
      () => {
        this.#resting = served
      },
      () => served.engine.kill(),
    )
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
    const { path, folder } = this.#place
    try {
      if (folder !== undefined) return await (await import('./duckdb-folder.ts')).readFolder(folder)
      const { ino, size, mtimeMs } = await stat(path!)
      return { tables: [], mark: `${ino} ${size} ${mtimeMs}` }
    } catch (error) {
      const what = `The ${folder === undefined ? 'database' : 'folder'} ${basename(path ?? folder!)} cannot be read.`
      throw new SluiceError('source_unavailable', what, { cause: error })
    }
  }

  async #open(read: FolderRead): Promise<Served> {
    const { path, folder } = this.#place
    for (let tries = 0; ; tries++) {
      this.#closing.throwIfAborted()
      const { engine, temp } = this.#resting?.engine.alive ? this.#resting : await this.#start()
      this.#resting = undefined
      try {
        if (path !== undefined && !(await stat(path)).isFile()) throw new Error('not a file')
        const until = AbortSignal.any([this.#closing, AbortSignal.timeout(limits.schemaMsMax)])
        const args = { ...this.#args(temp), ...(path === undefined && { tables: read.tables }) }
        const opened = await engine.ask<DuckdbOpened>('open', args, until, 0)
        this.version = opened.version
        return { engine, temp, mark: read.mark, broken: opened.broken, users: 0, retired: false }
      } catch (error) {
        await engine.kill()
        this.#closing.throwIfAborted()
        if (tries >= lockTriesMax || !(heldByOther(error) || error instanceof EngineGone))
          throw whyNotOpened(error, basename(path ?? folder!))
        if (heldByOther(error)) await Promise.all([this.#writer?.engine.kill(), sleep(lockPauseMs)])
      }
    }
  }

  #args(temp: string | undefined): DuckdbOpen {
    const { path, memory_mb, threads } = this.#place
    return { ...(temp !== undefined && { temp }), memoryMb: memory_mb, threads, ...(path !== undefined && { path }) }
  }

  async #start(): Promise<Started> {
    const temp = await mkdtemp(join(tmpdir(), 'sluice-duckdb-'))
    const engine = new Engine('duckdb')
    const gone = engine.gone.then(() => rm(temp, { recursive: true, force: true })).finally(() => this.#all.delete(engine))
    this.#all.set(engine, gone)
    return { engine, temp }
  }

  async #endAll(): Promise<void> {
    const gone = [...this.#all.values()]
    for (const engine of this.#all.keys()) void engine.kill()
    await Promise.all(gone)
  }
}
