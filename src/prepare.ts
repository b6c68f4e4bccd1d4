import type { Kind } from './facts.ts'
import type { Grant } from './grant.ts'
import type { Schema } from './schema.ts'
import type { Dialect } from './sql/sql.ts'

/** A statement that was read, guarded, rewritten and printed: what may run, and what the receipt will say. */
export type Prepared = Readonly<{
  kind: Kind
  /** To be run. */
  sql: string
  /** To be shown: keys of hash masks blotted out. */
  shown: string
  tables: readonly string[]
  policies: readonly string[]
  masked: readonly string[]
  params: number
  /** Keys of hash masks that `sql` holds; the gateway blots them out of plans and messages. */
  secrets: readonly string[]
}>

/** Reads, guards, rewrites and prints one statement. Pure; throws SluiceError with the reason for a refusal. */
export declare function prepare(
  text: string,
  setting: Readonly<{ dialect: Dialect; grant: Grant; schema: Schema; maskKey: () => string; rowsMax: number }>,
): Promise<Prepared>
