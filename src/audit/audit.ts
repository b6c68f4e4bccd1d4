import type { Call } from '../call.ts'
import type { Principal } from '../principal.ts'

export interface Audit {
  open(call: Call): AuditEntry
}

/** What will be done, known before it is done. `sql` is as it will run, keys of hash masks blotted out, never parameter values. */
export type Intent = Readonly<{ sql: string; kind: string; tables: readonly string[]; policies: readonly string[]; params: number }>
export type Outcome = Readonly<{ rows: number; truncated: boolean; from: 'live' | 'cache'; ms: number }>

export interface AuditEntry {
  /**
   * Resolves when the intent has left this process (a killed gateway loses none); for a write, when it is on disk.
   * Throws `audit_unavailable`, and then nothing may run.
   */
  intend(principal: Principal, intent: Intent): Promise<void>
  /** Written once, however the call ended, also when it was refused before an intent. Never throws. */
  close(outcome: Outcome | undefined, failure: unknown): void
}
