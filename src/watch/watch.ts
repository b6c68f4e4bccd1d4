import type { Moment } from './past.ts'
import type { Begun, Run, RunningCall } from './running.ts'

export { openWatch } from './open-watch.ts'
export type { Moment } from './past.ts'
export type { Begun, Run, RunningCall } from './running.ts'

/**
 * The figures of this process and its machine at a moment. Shares are from 0 to 1; those of CPU are of all cores. Counts are since the start,
 * percentiles of the last five to ten minutes, `per_second` of the last minute.
 */
export type Figures = Readonly<{
  uptime_s: number
  cpu: Readonly<{ cores: number; process_share: number; load_1m: number }>
  memory: Readonly<{ process_mb: number; heap_mb: number; total_mb: number; free_mb: number }>
  disk: Readonly<{ path: string; total_mb: number; free_mb: number }> | null
  event_loop: Readonly<{ delay_p50_ms: number; delay_p99_ms: number; utilization: number }>
  calls: Readonly<{
    total: number
    failed: number
    /** Answered from the cache. */
    cached: number
    running: number
    per_second: number
    p50_ms: number
    p95_ms: number
    p99_ms: number
    rows: number
  }>
  by_source: Readonly<Record<string, Readonly<{ total: number; failed: number; p50_ms: number; p95_ms: number; rows: number }>>>
}>

/** A call that took longer than `watch.slow_ms`; the statement as it ran, never a value. */
export type Slow = Readonly<{ audit_id: string; source: string; principal: string; sql: string; ms: number; rows: number; at: string }>

/** A call that has ended. `principal` is '' when nobody was identified; `sql` as it ran, '' when it did not; `code` of the failure. */
export type EndedCall = Readonly<{
  id: string
  source: string
  principal: string
  sql: string
  ms: number
  rows: number
  code: string | undefined
  /** Whether the cache has answered. */
  cached?: boolean
}>

/** Counts what calls come to. Costs no more than a few additions a call. */
export interface Watch {
  started(): void
  /** Lists a call as running until its `ended`; from then on it can be cancelled. */
  runs(call: Begun): Run
  /** The longest running first. */
  running(): readonly RunningCall[]
  /** Ends a call in its source; false where none of this id runs. `by` is told to its caller. */
  cancel(id: string, by: string): boolean
  /** The last ten minutes, the oldest first. */
  past(): readonly Moment[]
  ended(call: EndedCall): void
  figures(): Promise<Figures>
  /** The newest first. */
  slow(last: number): readonly Slow[]
}
