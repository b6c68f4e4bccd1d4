import type { Value } from '../call.ts'
import type { Details } from '../details.ts'
import type { Code } from '../error.ts'
import type { DialectName } from '../facts.ts'
import type { Identity } from '../grant.ts'
import type { Ended, Sink } from '../result.ts'
import type { Schema } from '../schema.ts'

/**
 * What a new kind of source must bring. `open` validates nothing that `config.ts` has validated (see `settings`), makes no network
 * traffic before it must, and returns a connection that serves many queries at once from its own bounded pool.
 */
export interface Connector {
  readonly name: string
  readonly dialect: DialectName
  /** The keys that a source of this kind may have in the configuration; `config.ts` checks them, the docs list them. */
  readonly settings: Settings
  open(name: string, config: Readonly<Record<string, unknown>>): Promise<Connection>
  /** Our code for an error of the driver or the server; undefined when it says nothing we know. */
  codeOf(error: unknown): Code | undefined
  readonly can: Abilities
}

/** What sources of a kind are able to. */
export type Abilities = Readonly<{
  write: boolean
  /** True when CREATE, ALTER and DROP can be rolled back. */
  transactionalDdl: boolean
  databases: boolean
  schemas: boolean
  /** Whether the source can see each caller as a user of its own. */
  identity: boolean
}>

/** One configuration key of a connector. Secrets are never shown. `path` is relative to the configuration file. */
export type Setting = Readonly<{
  type: 'string' | 'path' | 'int' | 'bool' | 'enum'
  doc: string
  default?: string | number | boolean
  required?: boolean
  secret?: boolean
  values?: readonly string[]
  min?: number
  max?: number
}>
export type Settings = Readonly<Record<string, Setting>>

export type SourceQuery = Readonly<{
  /** As printed by the dialect; never the caller's own text. */
  sql: string
  params: readonly Value[]
  /** Deliver at most this many rows; `Ended.truncated` says exactly whether there were more. */
  rowsMax: number
  /** Stop with `result_too_large` after this many bytes of JSON. */
  bytesMax: number
  /** Stop the query in the source with `query_timeout` after this long. */
  timeoutMs: number
  /** As whom the statement runs; a session that was somebody is nobody again before the next caller gets it. */
  identity?: Identity
  /** For whom it is asked, so that those who wait for a connection are served in turn; the principal's name. */
  owner?: string
}>

export type WriteSetting = Readonly<{
  timeoutMs: number
  identity?: Identity
  /** False for statements that the source does not run within a transaction, such as CREATE DATABASE; then there is nothing to roll back. */
  transaction: boolean
}>

/** One writing session of a source, in a transaction unless `WriteSetting` says otherwise. Statements are made by Sluice, one each; values are parameters. */
export interface WriteSession {
  /**
   * Runs one statement and answers how many rows it changed, those included that were so already; 0 where the source does not say. MySQL
   * counts a row twice that an upsert has found and changed.
   */
  run(sql: string, params: readonly Value[]): Promise<Readonly<{ changed: number }>>
  /** Runs one statement that answers rows, e.g. `SELECT … FOR UPDATE` or `… RETURNING`, pushed into `sink`. Throws `result_too_large`. */
  rows(sql: string, params: readonly Value[], rowsMax: number, sink: Sink): Promise<Ended>
}

/** What a piece of writing work came to: whether it is to stay. */
export type Written<T> = Readonly<{ keep: boolean; value: T }>

/** Hears of each step as it is done. */
export type Told = (step: Step) => void

/** How many tables have been read, of how many. */
export type ReadSoFar = (tables: number, of: number) => void

/** The connections of a source at this moment. */
export type PoolLoad = Readonly<{ open: number; busy: number; idle: number; waiting: number; max: number }>

/** One step of finding out why a source does not answer, e.g. `resolve the name`, `open the port`, `log in`. */
export type Step = Readonly<{ step: string; ok: boolean; ms: number; text: string; mend?: string }>

export interface Connection {
  /** As the server says, e.g. `PostgreSQL 18.4`, `MariaDB 10.11.9`; undefined before the first connect. */
  readonly version: string | undefined
  /**
   * Runs one reading statement in a read-only session and pushes the answer into `sink`. When it settles, for whatever reason,
   * the query no longer runs in the source. On abort it rejects with the signal's reason within 100 ms.
   */
  query(query: SourceQuery, sink: Sink, signal: AbortSignal): Promise<Ended>
  /** Reads everything that the source holds and this database user may see, in a bounded number of queries. Not every connector tells how far it is. */
  describe(signal: AbortSignal, told?: ReadSoFar): Promise<Schema>
  /** What the source tells beside its schema, in a bounded number of queries. */
  details?(signal: AbortSignal): Promise<Details>
  /**
   * Opens a writing session apart from the reading ones, begins, lets `work` run its statements, commits when it says `keep` and else
   * rolls back. When it settles nothing of it runs any more; on abort or a thrown error everything is rolled back. A commit whose answer was
   * lost rejects with `change_uncertain`. Absent where the connector cannot write.
   */
  write?<T>(setting: WriteSetting, work: (session: WriteSession) => Promise<Written<T>>, signal: AbortSignal): Promise<T>
  /** Undefined where the connector keeps no pool. */
  readonly load?: PoolLoad | undefined
  /** Tries to reach the source step by step, with a connection of its own; never rejects, the first failed step is the last. `told` hears each when it is done. */
  diagnose?(signal: AbortSignal, told?: Told): Promise<readonly Step[]>
  /** Rejects when the source does not answer. */
  ping(signal: AbortSignal): Promise<void>
  /** What `sluice doctor` should tell about this source's user, TLS and version. */
  advise(signal: AbortSignal): Promise<readonly Advice[]>
  close(): Promise<void>
}

export type Advice = Readonly<{ level: 'ok' | 'note' | 'warning'; text: string; mend?: string }>
