import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { PoolLoad } from '../source/source.ts'
import type { Moment, RunningCall } from '../watch/watch.ts'
import { administering, type Reach, reachOf } from './administering.ts'
import { type Metrics, metricsFor } from './server.ts'

/** A caller on a source who has called in the last minute. */
export type Session = Readonly<{ principal: string; source: string; running: number; requests: number; rows: number }>

/** How the gateway runs at a moment; of sources and callers only those of sources that the caller administers. */
export type RunFigures = Metrics &
  Readonly<{
    at: string
    sources: readonly Readonly<{ source: string; version?: string; pool: PoolLoad | null }>[]
    sessions: readonly Session[]
    queries: readonly (RunningCall & Readonly<{ yours: boolean }>)[]
  }>

/** The figures of now, and those of the last minutes. */
export const runFigures = (call: Call, parts: Parts): Promise<RunFigures & Readonly<{ past: readonly Moment[] }>> =>
  administering(call, 'some', parts, async (reach) => ({ ...(await figuresFor(reach, parts)), past: parts.watch.past() }))

/** The figures each second until `told` or the caller ends it; rights are looked at each time anew, for they change meanwhile. */
export const watchFigures = (
  call: Call,
  told: (figures: RunFigures) => void | Promise<void>,
  parts: Parts,
  eachMs = 1_000,
): Promise<number> =>
  administering(
    call,
    'some',
    parts,
    async () => {
      let count = 0
      while (!call.signal.aborted) {
        const now = parts.now()
        const reach = await reachOf(await now.auth.identify(call.credential), now)
        if (reach.admin.length === 0) throw new SluiceError('action_refused', 'This needs the action "admin" on some source.')
        await told(await figuresFor(reach, now))
        count++
        await pause(eachMs, call.signal)
      }
      return count
    },
    (count) => count,
  )

/** What runs now: the caller's own, and everybody's on the sources that they administer. */
export const runningQueries = (call: Call, parts: Parts): Promise<RunFigures['queries']> =>
  administering(
    call,
    'own',
    parts,
    async (reach) => queriesFor(reach, parts),
    (found) => found.length,
  )

/** Ends a query in its source; `cancelled` false where it has ended by itself, or is none that the caller may end. */
export const cancelQuery = (call: Call, id: string, parts: Parts): Promise<Readonly<{ cancelled: boolean }>> =>
  administering(
    call,
    'own',
    parts,
    async (reach) => {
      // Another's query is as unknown as one that has ended.
      const found = queriesFor(reach, parts).find((one) => one.id === id)
      return { cancelled: found !== undefined && parts.watch.cancel(id, found.yours ? 'its caller' : 'an administrator') }
    },
    () => 1,
    'admin',
  )

function queriesFor({ principal, admin, granted }: Reach, parts: Parts): RunFigures['queries'] {
  const told = parts.watch.running().map((one) => ({ ...one, yours: one.principal === principal.name && one.via === principal.via }))
  return told.filter(({ yours, source }) => (yours && granted.includes(source)) || admin.includes(source))
}

async function figuresFor(reach: Reach, parts: Parts): Promise<RunFigures> {
  const { admin } = reach
  const sources = await Promise.all(
    admin.map(async (source) => {
      const connection = await openedOrNot(source, parts)
      const { version, load = null } = connection ?? {}
      return { source, ...(version === undefined ? {} : { version }), pool: load }
    }),
  )
  const sessions = parts.quota
    .standings()
    .filter(({ source, used }) => admin.includes(source) && (used.running > 0 || used.requests > 0))
    .map(({ principal, source, used: { running, requests, rows } }) => ({ principal, source, running, requests, rows }))
  return { at: new Date().toISOString(), ...(await metricsFor(reach, parts)), sources, sessions, queries: queriesFor(reach, parts) }
}

/** A source that cannot be opened has no pool, and hides nothing of the others. */
async function openedOrNot(source: string, parts: Parts) {
  try {
    return (await parts.sources.get(source)).connection
  } catch {
    return undefined
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
