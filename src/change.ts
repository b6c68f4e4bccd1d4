import type { Call, Value } from './call.ts'
import type { Ddl } from './ddl/ddl.ts'
import type { Dml } from './dml/dml.ts'
import { SluiceError } from './error.ts'
import type { Parts } from './gateway.ts'
import type { Cell } from './result.ts'

/** What a caller wants changed. `sql` is one or more statements in the source's dialect, in one transaction: all or nothing. */
export type Wanted = Readonly<
  | { kind: 'rows'; changes: readonly Dml[] }
  | { kind: 'sql'; statements: readonly Readonly<{ sql: string; params: readonly Value[] }>[] }
  | { kind: 'ddl'; ddl: Ddl }
>

/** Some rows as they are and as they would be; masked and hidden columns are not among them. */
export type Sample = Readonly<{
  table: string
  columns: readonly string[]
  rows: readonly Readonly<{ before: readonly Cell[] | null; after: readonly Cell[] | null }>[]
}>

/** What a change would do, found out in a transaction that was rolled back. Nothing has changed yet. */
export type Previewed = Readonly<{
  status: 'confirmation_required'
  source: string
  /** As they will run; values stand as placeholders. */
  statements: readonly string[]
  /** Rows that would change, by table. */
  changed: Readonly<Record<string, number>>
  samples: readonly Sample[]
  /** One sentence each: no WHERE, cascades, triggers, what depends on the object, DDL that cannot be rolled back. */
  warnings: readonly string[]
  /** To be sent back as `confirm_token` with the same change by the same caller; good once, until `expires`. */
  confirm_token: string
  /** ISO time. */
  expires: string
  audit_id: string
}>

export type Applied = Readonly<{
  status: 'applied'
  source: string
  change_id: string
  changed: Readonly<Record<string, number>>
  /** Rows that statements of a batch answered, in order; null for those that answer none. */
  results: readonly (Readonly<{ columns: readonly string[]; rows: readonly (readonly Cell[])[] }> | null)[]
  warnings: readonly string[]
  undoable: boolean
  /** Why it cannot be undone, where it cannot. */
  undo_reason?: string
  ms: number
}>

/**
 * The way of one write, top to bottom: without a token a preview in a transaction that is rolled back, with the token of that preview the
 * change itself. `call.text` is what the audit keeps of it. Throws SluiceError; nothing is half done.
 */
export async function change(_call: Call, _wanted: Wanted, _token: string | undefined, _parts: Parts): Promise<Previewed | Applied> {
  throw new SluiceError('not_supported', 'Changes are not built yet.')
}

/** Puts the rows of an applied change back, when they are still as the change left them; throws `change_unknown`, `change_conflict`. */
export async function undo(_call: Call, _changeId: string, _token: string | undefined, _parts: Parts): Promise<Previewed | Applied> {
  throw new SluiceError('not_supported', 'Changes are not built yet.')
}
