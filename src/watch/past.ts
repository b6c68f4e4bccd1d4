import { Histogram } from './histogram.ts'
import type { Machine } from './machine.ts'

/** What calls came to within some seconds, and how the process was at their end. `at` is an ISO time, `per_second` calls a second. */
export type Moment = Readonly<{
  at: string
  per_second: number
  failed: number
  cached: number
  rows: number
  p50_ms: number
  p95_ms: number
  p99_ms: number
  running: number
  loop_p99_ms: number
  loop_share: number
  memory_mb: number
}>

const EACH_MS = 5_000
/** Ten minutes. */
const KEPT = 120

/** The last minutes in a ring of moments of five seconds: a page that is opened shows how it came to be as it is. */
export class Past {
  readonly #machine: Machine
  readonly #running: () => number
  readonly #moments: Moment[] = []
  readonly #times = new Histogram()
  #counts = { calls: 0, failed: 0, cached: 0, rows: 0 }
  #timer: NodeJS.Timeout | undefined

  constructor(machine: Machine, running: () => number) {
    this.#machine = machine
    this.#running = running
  }

  /** From here on moments are kept; nothing before, so that a start does not pay for it. */
  begin(): void {
    if (this.#timer) return
    this.#timer = setInterval(() => this.turn(), EACH_MS)
    this.#timer.unref()
  }

  add(ms: number, rows: number, failed: boolean, cached: boolean): void {
    this.#times.add(ms)
    this.#counts.calls += 1
    this.#counts.rows += rows
    if (failed) this.#counts.failed += 1
    if (cached) this.#counts.cached += 1
  }

  /** Ends a moment and begins the next. */
  turn(): void {
    const { calls, failed, cached, rows } = this.#counts
    const percentile = (p: number) => this.#times.percentile(p)
    this.#moments.push({
      at: new Date().toISOString(),
      per_second: calls / (EACH_MS / 1000),
      ...{ failed, cached, rows, p50_ms: percentile(0.5), p95_ms: percentile(0.95), p99_ms: percentile(0.99) },
      running: this.#running(),
      ...this.#machine.loop(),
    })
    if (this.#moments.length > KEPT) this.#moments.shift()
    this.#times.clear()
    this.#counts = { calls: 0, failed: 0, cached: 0, rows: 0 }
  }

  /** The oldest first. */
  moments(): readonly Moment[] {
    return [...this.#moments]
  }
}
