import { Machine } from './machine.ts'
import { Past } from './past.ts'
import { Running } from './running.ts'
import { Tally } from './tally.ts'
import type { Figures, Slow, Watch } from './watch.ts'

const SLOW_KEPT = 200
const SOURCES_MAX = 1_000
const SQL_CHARS_MAX = 2_000
const SECONDS = 60

/**
 * Watches one process. `slowMs` is from when a call is slow, `folder` is on the disk that is told of, `now` counts milliseconds and never
 * goes back.
 */
export function openWatch({ slowMs, folder }: Readonly<{ slowMs: number; folder: string }>, now = () => performance.now()): Watch {
  const born = now()
  const machine = new Machine(folder)
  const all = new Tally(born)
  const sources = new Map<string, Tally>()
  const slow: Slow[] = []
  const pace = new Pace(born)
  const calls = new Running()
  let running = 0
  let cachedTotal = 0
  // With a measure of its own: one that is read resets itself.
  const past = new Past(new Machine(folder), () => running)

  const tallyOf = (source: string): Tally | undefined => {
    const known = sources.get(source)
    if (known || sources.size >= SOURCES_MAX) return known
    const tally = new Tally(now())
    sources.set(source, tally)
    return tally
  }

  return {
    started() {
      running += 1
      machine.begin()
      past.begin()
    },
    runs: (begun) => calls.begin(begun),
    running: () => calls.list(),
    cancel: (id, by) => calls.cancel(id, by),
    past: () => past.moments(),
    ended({ id, source, principal, sql, ms, rows, code, cached = false }) {
      const at = now()
      running -= 1
      pace.add(at)
      past.add(ms, rows, code !== undefined, cached)
      if (cached) cachedTotal += 1
      all.add(ms, rows, code !== undefined, at)
      // What a stranger calls a source, or what does not exist, must not fill the memory nor show as a source.
      if (principal !== '' && code !== 'source_unknown') tallyOf(source)?.add(ms, rows, code !== undefined, at)
      if (ms < slowMs || sql === '') return
      if (slow.length >= SLOW_KEPT) slow.shift()
      const shown = sql.length > SQL_CHARS_MAX ? `${sql.slice(0, SQL_CHARS_MAX)}…` : sql
      slow.push({ audit_id: id, source, principal, sql: shown, ms: rounded(ms), rows, at: new Date().toISOString() })
    },
    async figures(): Promise<Figures> {
      const at = now()
      const each = (tally: Tally) => ({
        total: tally.total,
        failed: tally.failed,
        p50_ms: tally.percentile(0.5, at),
        p95_ms: tally.percentile(0.95, at),
        rows: tally.rows,
      })
      return {
        uptime_s: Math.round((at - born) / 1000),
        ...(await machine.read()),
        calls: { ...each(all), cached: cachedTotal, running, per_second: pace.perSecond(at), p99_ms: all.percentile(0.99, at) },
        by_source: Object.fromEntries([...sources].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, tally]) => [name, each(tally)])),
      }
    },
    slow: (last) => (last > 0 ? slow.slice(-last).reverse() : []),
  }
}

const rounded = (ms: number) => Math.round(ms * 1000) / 1000

/** Calls in each of the last sixty seconds. */
class Pace {
  readonly #counts = new Uint32Array(SECONDS)
  readonly #born: number
  #second = 0

  constructor(born: number) {
    this.#born = born
  }

  add(now: number): void {
    this.#turn(now)
    const at = this.#second % SECONDS
    this.#counts[at] = this.#counts[at]! + 1
  }

  perSecond(now: number): number {
    this.#turn(now)
    const over = Math.min(SECONDS, this.#second + 1)
    return Math.round((this.#counts.reduce((sum, count) => sum + count, 0) / over) * 100) / 100
  }

  #turn(now: number): void {
    const second = Math.floor((now - this.#born) / 1000)
    const passed = Math.min(SECONDS, second - this.#second)
    for (let i = 1; i <= passed; i++) this.#counts[(this.#second + i) % SECONDS] = 0
    this.#second = Math.max(this.#second, second)
  }
}
