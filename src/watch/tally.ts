import { Histogram } from './histogram.ts'

/** Percentiles tell of the last five to ten minutes: of the window that runs and of the one before it. */
const WINDOW_MS = 5 * 60_000

/** What calls came to: counts since the start, and how long they took lately. */
export class Tally {
  total = 0
  failed = 0
  rows = 0
  #current = new Histogram()
  #before = new Histogram()
  #since: number

  constructor(now: number) {
    this.#since = now
  }

  add(ms: number, rows: number, failed: boolean, now: number): void {
    this.#turn(now)
    this.total += 1
    this.rows += rows
    if (failed) this.failed += 1
    this.#current.add(ms)
  }

  percentile(p: number, now: number): number {
    this.#turn(now)
    return this.#current.percentile(p, [this.#before])
  }

  #turn(now: number): void {
    const age = now - this.#since
    if (age < WINDOW_MS) return
    ;[this.#current, this.#before] = [this.#before, this.#current]
    this.#current.clear()
    if (age >= 2 * WINDOW_MS) this.#before.clear()
    this.#since = now
  }
}
