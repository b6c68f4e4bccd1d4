import type { Value } from '../../src/call.ts'
import type { Code } from '../../src/error.ts'
import type { Column, ColumnType } from '../../src/result.ts'
import type { Connection, Connector, WriteSession, WriteSetting, Written } from '../../src/source/source.ts'
import { ask, Collected } from './ask.ts'

/**
 * What a connector's test tells the suite about writing to its source. The suite makes tables of its own, whose names begin with
 * `wc_`, in the place where an unqualified name lands, and drops them again.
 */
export type WriteGiven = Readonly<{
  connector: Connector
  /** Settings of a source that may be written to, with its defaults filled in. */
  config: () => Readonly<Record<string, unknown>>
  /** The placeholder of the i-th parameter, from 1: `$1`, or `?` for all. */
  placeholder: (i: number) => string
  /** The types of the columns `code` (a text that can be unique) and `note` (a text of any kind). */
  text: Readonly<{ short: string; long: string }>
  /** One column each: a value goes in as a parameter and comes out as `json`, of this type; both in a writing session and to a reader. */
  survive: readonly Readonly<{ column: string; value: Value; json: unknown; type: ColumnType }>[]
  /** What the source answers to a value that its column cannot hold, and with which code. */
  invalid: readonly Readonly<{ column: string; value: Value; code: Code }>[]
  /** An INSERT into `wc_items (id)` that works in the source for at least 30 s. */
  endless: string
  /** How many statements of writing sessions the source itself says are running now. */
  running: () => Promise<number>
  /** Ends every writing session of this process from outside: kills the engine's process, or terminates the session in the server. */
  kill: () => Promise<void>
  /** False where nothing can be read while a writing session is open. */
  readsWhileWriting: boolean
  /** Statements that a writing session must refuse, whoever sent them: another database, a file, a setting. */
  refused: readonly string[]
  /** Throws when one of the `refused` has left a trace. */
  untouched: () => Promise<void>
}>

const tables = ['wc_parts', 'wc_items', 'wc_made', 'wc_one'] as const

export type Open = Readonly<{ given: WriteGiven; use: () => Connection; open: () => Promise<Connection> }>

export const setting: WriteSetting = { timeoutMs: 30_000, transaction: true }
export const never = new AbortController().signal

export const write = <T>(connection: Connection, work: (session: WriteSession) => Promise<Written<T>>, signal = never): Promise<T> =>
  connection.write!(setting, work, signal)

/** Runs statements and keeps what they did. */
export const kept = (connection: Connection, ...statements: string[]): Promise<number> =>
  write(connection, async (session) => {
    let changed = 0
    for (const sql of statements) changed = (await session.run(sql, [])).changed
    return { keep: true, value: changed }
  })

/** Changes structure, in a transaction where the source has one for that. */
export const build = ({ given, use }: Open, ...statements: string[]): Promise<void> =>
  use().write!(
    { ...setting, transaction: given.connector.can.transactionalDdl },
    async (session) => {
      for (const sql of statements) await session.run(sql, [])
      return { keep: true, value: undefined }
    },
    never,
  )

export async function make(scene: Open): Promise<void> {
  const { short, long } = scene.given.text
  await build(
    scene,
    `CREATE TABLE wc_items (id BIGINT PRIMARY KEY, code ${short} UNIQUE, qty INTEGER NOT NULL DEFAULT 0, note ${long}, CONSTRAINT wc_qty CHECK (qty >= 0))`,
    'CREATE TABLE wc_parts (id BIGINT PRIMARY KEY, item_id BIGINT, FOREIGN KEY (item_id) REFERENCES wc_items (id))',
  )
}

export async function drop(scene: Open): Promise<void> {
  await build(scene, ...tables.map((table) => `DROP TABLE IF EXISTS ${table}`))
}

/** One number that a reader sees, of a new answer. */
export const count = async (connection: Connection, what = 'count(*)'): Promise<unknown> =>
  (await ask(connection, `SELECT ${what} FROM wc_items`)).values[0]![0]

export async function rowsOf(session: WriteSession, sql: string, params: readonly Value[] = [], rowsMax = 1_000) {
  const sink = new Collected()
  const ended = await session.rows(sql, params, rowsMax, sink)
  return { ...ended, columns: sink.columnsSeen as readonly Column[], values: sink.rows }
}
