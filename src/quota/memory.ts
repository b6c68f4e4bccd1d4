import { SluiceError } from '../error.ts'
import type { Grant, GrantLimits } from '../grant.ts'
import type { Quota, Standing } from './quota.ts'
import { Bucket, Window } from './window.ts'

/** What one principal has used of one source. */
type Usage = {
  readonly principal: string
  readonly source: string
  limits: GrantLimits
  running: number
  readonly calls: Window
  readonly rows: Window
  readonly bytes: Window
  bucket: Bucket | undefined
}

/** Callers remembered at most; idle ones are forgotten first. */
const USAGES_MAX = 10_000

/**
 * Counts in the memory of this process, by principal and source. Calls, rows and bytes each have a sliding minute; a `burst` adds a token
 * bucket. Rows and bytes are known when a call ends, so a call is refused once they are spent, and never cut off. `now` in milliseconds.
 */
export function openQuota(now: () => number = () => performance.now()): Quota {
  const usages = new Map<string, Usage>()
  return {
    enter(grant) {
      const at = now()
      const usage = usageOf(usages, grant, at)
      const { limits, source } = grant
      if (usage.running >= limits.concurrent) {
        const message = `At most ${limits.concurrent} queries at the same time are allowed on "${source}".`
        throw new SluiceError('concurrency_limited', message, { retryAfterS: 1 })
      }
      const spent = spentBy(usage, at)
      if (spent) throw limited(`At most ${spent.most} ${spent.what} a minute are allowed on "${source}".`, spent.waitS)
      usage.bucket?.take()
      usage.running++
      usage.calls.add(at, 1)
      let inside = true
      return (used) => {
        if (!inside) return
        inside = false
        usage.running--
        if (!used || (used.bytes === 0 && !used.more)) return
        const then = now()
        usage.calls.add(then, used.more ?? 0)
        usage.rows.add(then, used.rows)
        usage.bytes.add(then, used.bytes)
      }
    },
    standing: (grant) => standingOf(usageOf(usages, grant, now()), now()),
    standings: () => {
      const at = now()
      return [...usages.values()].filter((usage) => !isIdle(usage, at)).map((usage) => standingOf(usage, at))
    },
  }
}

type Spent = Readonly<{ what: string; most: number; waitS: number }>

/** The budget that is spent and lasts longest; undefined while there is room in each. */
function spentBy({ limits, calls, rows, bytes, bucket }: Usage, at: number): Spent | undefined {
  const { perMinute, rowsPerMinute, bytesPerMinute, burst } = limits
  const found: Spent[] = []
  const look = (what: string, most: number, waitS: number) => waitS > 0 && found.push({ what, most, waitS })
  look('queries', perMinute, calls.waitS(at, perMinute))
  if (rowsPerMinute !== undefined) look('rows', rowsPerMinute, rows.waitS(at, rowsPerMinute))
  if (bytesPerMinute !== undefined) look('bytes', bytesPerMinute, bytes.waitS(at, bytesPerMinute))
  if (bucket && burst !== undefined && bucket.room(at, burst, perMinute) < 1) look('queries', perMinute, bucket.waitS(perMinute))
  return found.length === 0 ? undefined : found.reduce((a, b) => (b.waitS > a.waitS ? b : a))
}

const limited = (message: string, waitS: number) =>
  new SluiceError('rate_limited', message, { hint: `Wait ${waitS} s and send the same call again.`, retryAfterS: waitS })

function standingOf(usage: Usage, at: number): Standing {
  const { principal, source, limits, running, calls, rows, bytes, bucket } = usage
  const requests = Math.round(calls.used(at))
  const inBucket = bucket && limits.burst !== undefined ? bucket.room(at, limits.burst, limits.perMinute) : Number.POSITIVE_INFINITY
  const spent = spentBy(usage, at)
  return {
    principal,
    source,
    limits,
    used: { running, requests, rows: Math.round(rows.used(at)), bytes: Math.round(bytes.used(at)) },
    remaining: spent ? 0 : Math.max(0, Math.min(Math.floor(limits.perMinute - calls.used(at)), inBucket)),
    reset_s: spent?.waitS ?? 0,
  }
}

function usageOf(usages: Map<string, Usage>, { principal, source, limits }: Grant, at: number): Usage {
  const key = `${principal}\0${source}`
  const known = usages.get(key)
  if (known) {
    if (known.limits !== limits) adopt(known, limits, at)
    return known
  }
  if (usages.size >= USAGES_MAX) forgetIdle(usages, at)
  const made: Usage = {
    principal,
    source,
    limits,
    running: 0,
    calls: new Window(at),
    rows: new Window(at),
    bytes: new Window(at),
    bucket: bucketFor(limits, at),
  }
  usages.set(key, made)
  return made
}

const bucketFor = ({ burst }: GrantLimits, at: number) => (burst === undefined ? undefined : new Bucket(at, burst))

/** Other limits, after a reload perhaps; what was used stays used. */
function adopt(usage: Usage, limits: GrantLimits, at: number): void {
  if (limits.burst === undefined) usage.bucket = undefined
  else usage.bucket ??= bucketFor(limits, at)
  usage.limits = limits
}

const isIdle = ({ running, calls, rows }: Usage, at: number): boolean => running === 0 && calls.idle(at) && rows.idle(at)

/** Forgets who has not called for two minutes; when that is not enough, the longest known who run nothing now. */
function forgetIdle(usages: Map<string, Usage>, at: number): void {
  for (const [key, usage] of usages) if (isIdle(usage, at)) usages.delete(key)
  for (const [key, usage] of usages) {
    if (usages.size < USAGES_MAX) return
    if (usage.running === 0) usages.delete(key)
  }
}
