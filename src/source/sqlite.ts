import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { type Code, SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import type { Ended, Sink } from '../result.ts'
import type { Schema } from '../schema.ts'
import { Engine, EngineError, EngineGone } from './embedded/engine.ts'
import type { SqliteOpen } from './embedded/engine-sqlite.ts'
import { deadlined, named, runOn } from './embedded/run.ts'
import { Slots } from './embedded/slots.ts'
import type { Advice, Connection, Connector, Settings, SourceQuery } from './source.ts'

const settings = {
  path: { type: 'path', required: true, doc: 'The database file. It is opened read-only and must exist.' },
  processes: { type: 'int', default: 2, min: 1, max: 32, doc: 'Queries that run at once, each in a process of its own.' },
  busy_ms: { type: 'int', default: 5_000, min: 0, max: 60_000, doc: 'How long a query waits for another program that holds the file.' },
  memory_mb: {
    type: 'int',
    default: 512,
    min: 16,
    max: 65_536,
    doc: 'Memory that SQLite may use in each process; one value may have an eighth of it.',
  },
  wait_ms: { type: 'int', default: limits.poolWaitMsMax, min: 1, max: 600_000, doc: 'How long a query waits for a free process.' },
} as const satisfies Settings

/** SQLite reads no messages while it computes, so a longer grace would only be waiting. */
const graceMs = 25

type Config = Readonly<{ path: string; processes: number; busy_ms: number; memory_mb: number; wait_ms: number }>

/** A SQLite file, read in processes of its own that are killed when a query must stop: nothing else ends a running SQLite statement. */
class SqliteConnection implements Connection {
  readonly #config: Config
  readonly #slots: Slots
  readonly #idle: Engine[] = []
  readonly #all = new Set<Engine>()
  readonly #closing = new AbortController()
  #inode: number | undefined
  version: string | undefined

  constructor(config: Config) {
    this.#config = config
    this.#slots = new Slots(config.processes, config.wait_ms)
  }

  query(query: SourceQuery, sink: Sink, signal: AbortSignal): Promise<Ended> {
    return this.#withEngine(signal, query.timeoutMs, (engine, until) => runOn(engine, query, sink, until, graceMs))
  }

  async describe(signal: AbortSignal): Promise<Schema> {
    await this.#forgetReplaced()
    return this.#withEngine(signal, limits.schemaMsMax, (engine, until) => engine.ask('describe', {}, until, graceMs))
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
    this.#closing.abort(new SluiceError('stopping', 'This source is being closed.'))
    await Promise.all([...this.#all].map((engine) => engine.kill()))
  }

  /** Gives `use` an engine of its own; when the engine is lost before anything came from it, a new one gets a second and last try. */
  async #withEngine<T>(caller: AbortSignal, timeoutMs: number, use: (engine: Engine, until: AbortSignal) => Promise<T>): Promise<T> {
    const time = deadlined(caller, this.#closing.signal, timeoutMs)
    try {
      await this.#slots.take(time.signal)
      try {
        return await this.#tried(time.signal, use).catch((error) => {
          if (error instanceof EngineGone && error.untouched) return this.#tried(time.signal, use)
          throw error
        })
      } finally {
        this.#slots.release()
      }
    } catch (error) {
      throw named(error, codeOf, messageOf)
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
    const engine = new Engine('sqlite')
    this.#all.add(engine)
    void engine.gone.then(() => this.#all.delete(engine))
    const { path, memory_mb, busy_ms } = this.#config
    try {
      const args: SqliteOpen = { path, memoryBytesMax: memory_mb * 1024 * 1024, busyMs: busy_ms }
      this.version = (await engine.ask<{ version: string }>('open', args, until, 0)).version
      return engine
    } catch (error) {
      await engine.kill()
      if (!(error instanceof EngineError)) throw error
      throw new SluiceError('source_unavailable', `The database ${basename(path)} cannot be opened.`, { cause: error })
    }
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

/** Our codes for what SQLite says when it refuses a text, in the order in which they are tried. */
const saidByText: readonly (readonly [RegExp, Code])[] = [
  [/^no such table|^no such view|^no such index/, 'table_unknown'],
  [/^no such column|^ambiguous column|has no column named/, 'column_unknown'],
  [/^not authorized to use function/, 'function_refused'],
  [/^no such function|^wrong number of arguments to function/, 'function_unknown'],
  [/^access to .* is prohibited/, 'table_refused'],
  [/^not authorized|^more than one statement/, 'statement_refused'],
  [/syntax error|^unrecognized token|^incomplete input|^parser stack/, 'sql_syntax'],
]

/** By SQLite's primary result code. */
const saidByCode: Readonly<Record<number, Code>> = {
  5: 'source_busy',
  6: 'source_busy',
  7: 'result_too_large',
  8: 'statement_refused',
  9: 'query_cancelled',
  10: 'source_unavailable',
  11: 'source_failed',
  13: 'source_unavailable',
  14: 'source_unavailable',
  18: 'result_too_large',
  20: 'value_invalid',
  23: 'statement_refused',
  25: 'parameter_count',
  26: 'source_unavailable',
}

function codeOf(error: unknown): Code | undefined {
  if (!(error instanceof EngineError)) return undefined
  const byText = saidByText.find(([pattern]) => pattern.test(error.message))?.[1]
  const [code, phase] = String(error.engineCode).split(' ')
  const byCode = saidByCode[Number(code)]
  if (byText || byCode) return byText ?? byCode
  if (code !== '1') return undefined
  return phase === 'prepare' ? 'sql_syntax' : 'value_invalid'
}

const messageOf = (error: EngineError): string => `SQLite: ${error.message.split('\n')[0]}.`

const sqlite: Connector = {
  name: 'sqlite',
  dialect: 'sqlite',
  can: { write: true, transactionalDdl: true, databases: false, schemas: false, identity: false },
  settings,
  open: async (_name, config) => new SqliteConnection({ ...(config as Config), path: resolve(String(config.path)) }),
  codeOf,
}

export default sqlite
