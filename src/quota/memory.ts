import { SluiceError } from '../error.ts'
import type { Quota } from './quota.ts'

type Usage = { running: number; minute: number; inMinute: number; inMinuteBefore: number }

const MINUTE_MS = 60_000
/** Callers remembered at most; idle ones are forgotten first. */
const USAGES_MAX = 10_000

/**
 * Counts in the memory of this process, by principal and source. The rate is a sliding window of two counters: calls of this
 * minute, and those of the minute before weighted by how much of it the window still covers. `now` is in milliseconds.
 */
export function openQuota(now: () => number = () => performance.now()): Quota {
  const usages = new Map<string, Usage>()
  return {
    enter({ principal, source, limits }) {
      const at = now()
      const usage = usageOf(usages, `${principal}\0${source}`, Math.floor(at / MINUTE_MS))
      if (usage.running >= limits.concurrent) {
        throw new SluiceError('concurrency_limited', `At most ${limits.concurrent} queries at the same time are allowed on "${source}".`)
      }
      const gone = (at % MINUTE_MS) / MINUTE_MS
      if (usage.inMinute + usage.inMinuteBefore * (1 - gone) >= limits.perMinute) {
        throw new SluiceError('rate_limited', `At most ${limits.perMinute} queries a minute are allowed on "${source}".`, {
          hint: `Wait ${waitSeconds(usage, gone, limits.perMinute)} s and send the same call again.`,
        })
      }
      usage.running++
      usage.inMinute++
      let inside = true
      return () => {
        if (inside) usage.running--
        inside = false
      }
    },
    standing: ({ principal, source, limits }) => ({
      principal,
      source,
      limits,
      used: { running: 0, requests: 0, rows: 0, bytes: 0 },
      remaining: limits.perMinute,
      reset_s: 0,
    }),
    standings: () => [],
  }
}

function usageOf(usages: Map<string, Usage>, key: string, minute: number): Usage {
  const known = usages.get(key)
  if (!known) {
    if (usages.size >= USAGES_MAX) forgetIdle(usages, minute)
    const made = { running: 0, minute, inMinute: 0, inMinuteBefore: 0 }
    usages.set(key, made)
    return made
  }
  if (known.minute !== minute) {
    known.inMinuteBefore = known.minute === minute - 1 ? known.inMinute : 0
    known.inMinute = 0
    known.minute = minute
  }
  return known
}

/** Forgets who has not called for two minutes; when that is not enough, the longest known who run nothing now. */
function forgetIdle(usages: Map<string, Usage>, minute: number): void {
  for (const [key, usage] of usages) if (usage.running === 0 && usage.minute < minute - 1) usages.delete(key)
  for (const [key, usage] of usages) {
    if (usages.size < USAGES_MAX) return
    if (usage.running === 0) usages.delete(key)
  }
}

/** Seconds until the window holds less than the limit; when this minute alone has filled it, until it counts as the minute before. */
function waitSeconds({ inMinute, inMinuteBefore }: Usage, gone: number, perMinute: number): number {
  const room = perMinute - inMinute
  const needed = room > 0 ? 1 - room / inMinuteBefore : 1 + Math.max(0, 1 - perMinute / Math.max(inMinute, 1))
  return Math.max(1, Math.ceil((needed - gone) * 60))
}
