/** The figures of this process and its machine at a moment. Shares are from 0 to 1. */
export type Figures = Readonly<{
  uptime_s: number
  cpu: Readonly<{ cores: number; process_share: number; load_1m: number }>
  memory: Readonly<{ process_mb: number; heap_mb: number; total_mb: number; free_mb: number }>
  disk: Readonly<{ path: string; total_mb: number; free_mb: number }> | null
  event_loop: Readonly<{ delay_p50_ms: number; delay_p99_ms: number; utilization: number }>
  calls: Readonly<{
    total: number
    failed: number
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

/** Counts what calls come to. Costs no more than a few additions a call. */
export interface Watch {
  started(source: string): void
  ended(
    call: Readonly<{ id: string; source: string; principal: string; sql: string; ms: number; rows: number; code: string | undefined }>,
  ): void
  figures(): Promise<Figures>
  slow(last: number): readonly Slow[]
}
