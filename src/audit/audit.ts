import type { Call } from '../call.ts'
import type { Principal } from '../principal.ts'
import type { Listed, ListFilter } from './read.ts'
import type { Verdict } from './verify.ts'

export { openAudit } from './file-log.ts'
export { exportRecords, type Listed, type ListFilter, listCalls } from './read.ts'
export { openTrail } from './trail.ts'
export { type Broken, type Verdict, verify } from './verify.ts'

export interface Audit {
  open(call: Call): AuditEntry
  /** True from a write that failed until one succeeds: meanwhile nothing runs. */
  readonly failing: boolean
}

/** What will be done, known before it is done. `sql` is as it will run, keys of hash masks blotted out, never parameter values. */
export type Intent = Readonly<{ sql: string; kind: string; tables: readonly string[]; policies: readonly string[]; params: number }>
export type Outcome = Readonly<{ rows: number; truncated: boolean; from: 'live' | 'cache'; ms: number }>

export interface AuditEntry {
  /** Remembers who the caller is, so that a call that is refused before its intent does not stay nameless. Optional, costs nothing. */
  identified(principal: Principal): void
  /**
   * Resolves when the intent has left this process (a killed gateway loses none); for a write, when it is on disk.
   * Throws `audit_unavailable`, and then nothing may run.
   */
  intend(principal: Principal, intent: Intent): Promise<void>
  /** Written once, however the call ended, also when it was refused before an intent. Never throws. */
  close(outcome: Outcome | undefined, failure: unknown): void
}

/** The audit of a process, as `main.ts` holds it. */
export interface AuditLog extends Audit {
  /** Claims the file and writes to it, so that `sluice doctor` tells what is wrong before a call does; throws `audit_unavailable`. */
  check(): void
  /** Writes what waits, seals the file and lets go of it. */
  close(): Promise<void>
}

/** What the audit log tells of the past. Reading it is an operator's right; doors ask policy first. */
export interface Trail {
  /** The newest calls that fit, oldest first. `complete` is false when older parts of the log were not looked at. */
  list(filter: ListFilter): Promise<Readonly<{ calls: readonly Listed[]; complete: boolean }>>
  /** Over the calls since an ISO time, and of `sources` only where they are given. */
  statistics(since: string, sources?: readonly string[]): Promise<Statistics>
  /** Reads the whole log. */
  verify(): Promise<Verdict>
  /** Every call that fits, in the order in which they ended, however many there are. `take` may wait. */
  each(filter: Omit<ListFilter, 'last'>, take: (call: Listed) => void | Promise<void>): Promise<void>
  /** Every record as it stands in the files, as lines of JSON with its chain's name; answers how many. */
  records(filter: Readonly<{ since?: string; until?: string }>, write: (lines: string) => void | Promise<void>): Promise<number>
}

/** Counts over the calls since a time. `open` are those without an end: they run, or the gateway was killed. Names beyond the first 200 are counted as `…`. */
export type Statistics = Readonly<{
  since: string
  calls: number
  failed: number
  open: number
  rows: number
  by_principal: Readonly<Record<string, number>>
  by_source: Readonly<Record<string, number>>
  by_door: Readonly<Record<string, number>>
  by_kind: Readonly<Record<string, number>>
  by_code: Readonly<Record<string, number>>
  slowest: readonly Listed[]
}>
