import type { Value } from '../call.ts'
import type { Code } from '../error.ts'
import type { DialectName } from '../facts.ts'
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
}

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
}>

export interface Connection {
  /** As the server says, e.g. `PostgreSQL 18.4`, `MariaDB 10.11.9`; undefined before the first connect. */
  readonly version: string | undefined
  /**
   * Runs one reading statement in a read-only session and pushes the answer into `sink`. When it settles, for whatever reason,
   * the query no longer runs in the source. On abort it rejects with the signal's reason within 100 ms.
   */
  query(query: SourceQuery, sink: Sink, signal: AbortSignal): Promise<Ended>
  /** Reads everything that the source holds and this database user may see, in a bounded number of queries. */
  describe(signal: AbortSignal): Promise<Schema>
  /** Rejects when the source does not answer. */
  ping(signal: AbortSignal): Promise<void>
  /** What `sluice doctor` should tell about this source's user, TLS and version. */
  advise(signal: AbortSignal): Promise<readonly Advice[]>
  close(): Promise<void>
}

export type Advice = Readonly<{ level: 'ok' | 'note' | 'warning'; text: string; mend?: string }>
