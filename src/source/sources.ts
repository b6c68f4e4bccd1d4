import type { DialectName } from '../facts.ts'
import type { Schema } from '../schema.ts'
import type { Connection, Connector } from './source.ts'

/** An opened source, as the walks see it. */
export type Source = Readonly<{
  name: string
  connector: Connector
  dialect: DialectName
  description: string
  connection: Connection
  /** What the source holds: read once, kept, and read again when older than its time to live or when `fresh` is asked for. */
  schema(signal: AbortSignal, fresh?: boolean): Promise<Schema>
}>

export interface Sources {
  readonly names: readonly string[]
  /** Opened on first use; throws `source_unknown`, `source_unavailable`. A failed opening is tried again by the next call. */
  get(name: string): Promise<Source>
  /** Known without opening anything. */
  about(name: string): Readonly<{ name: string; connector: string; dialect: DialectName; description: string }> | undefined
  close(): Promise<void>
}
