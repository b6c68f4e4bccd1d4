import type { Listed, Statistics } from '../audit/audit.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { administered, administering, type Reach } from './administering.ts'

/** A call as the audit log tells it. `code` is `ok`, the code of its failure, or `open` while it runs and for ever when the gateway was killed. */
export type LoggedCall = Readonly<{ audit_id: string; code: string }> & Omit<Listed, 'call' | 'code'>

/** `complete` is false when older parts of a long log were not looked at. */
export type Logged = Readonly<{ calls: readonly LoggedCall[]; complete: boolean }>

type Asked = Readonly<{
  last: number
  principal?: string | undefined
  source?: string | undefined
  since?: string | undefined
  kind?: string | undefined
}>

const told = ({ calls }: Logged) => calls.length

/** The newest calls of the sources that the caller administers; of all there were when that is every source. */
export const auditLog = (call: Call, asked: Asked, parts: Parts): Promise<Logged> =>
  administering(
    call,
    'some',
    parts,
    async (reach) => {
      if (asked.source !== undefined) await administered(asked.source, reach, parts)
      return logged(await parts.trail.list({ ...filterOf(asked), ...within(reach) }))
    },
    told,
  )

/** Counts over the calls since a time, a day ago unless said. */
export const auditStatistics = (
  call: Call,
  asked: Readonly<{ since?: string | undefined }>,
  parts: Parts,
): Promise<Omit<Statistics, 'slowest'> & Readonly<{ slowest: readonly LoggedCall[] }>> =>
  administering(call, 'some', parts, async (reach) => {
    const since = timeOf(asked.since) ?? new Date(Date.now() - DAY_MS).toISOString()
    const { slowest, ...counts } = await parts.trail.statistics(since, reach.whole ? undefined : reach.admin)
    return { ...counts, slowest: slowest.map(loggedCall) }
  })
const DAY_MS = 86_400_000

/** The caller's own newest calls; `of` shows everybody's, or somebody's, to who administers the sources that they were for. */
export const queryHistory = (
  call: Call,
  asked: Omit<Asked, 'principal'> & Readonly<{ of?: 'all' | Readonly<{ principal: string }> | undefined }>,
  parts: Parts,
): Promise<Logged> =>
  administering(
    call,
    asked.of === undefined ? 'own' : 'some',
    parts,
    async (reach) => {
      const { principal } = reach
      const { of } = asked
      // Counted as a call for the source: looking into a long log costs as much as a query.
      const leave = await entered(asked.source ?? reach.granted[0], reach, parts)
      try {
        if (of !== undefined && asked.source !== undefined) await administered(asked.source, reach, parts)
        const own = { principal: principal.name, via: principal.via }
        const whose = of === undefined ? own : { ...(of === 'all' ? {} : of), ...within(reach) }
        // One more, because the newest is this very question.
        const { calls, complete } = logged(await parts.trail.list({ ...filterOf(asked), ...whose, last: asked.last + 1 }))
        return { calls: calls.filter((one) => one.audit_id !== call.id).slice(0, asked.last), complete }
      } finally {
        leave()
      }
    },
    told,
  )

async function entered(source: string | undefined, { principal }: Reach, parts: Parts): Promise<() => void> {
  return source === undefined ? () => undefined : parts.quota.enter(await parts.policy.grant(principal, source))
}

const within = ({ whole, admin }: Reach) => (whole ? {} : { sources: admin })

function filterOf({ last, principal, source, since, kind }: Asked) {
  const from = timeOf(since)
  return {
    last,
    ...(principal === undefined ? {} : { principal }),
    ...(source === undefined ? {} : { source }),
    ...(kind === undefined ? {} : { kind }),
    ...(from === undefined ? {} : { since: from }),
  }
}

/** As the records have it, so that texts compare as times do. */
export function timeOf(text: string | undefined, field = 'since'): string | undefined {
  if (text === undefined) return undefined
  const time = new Date(text)
  if (Number.isNaN(time.getTime()))
    throw new SluiceError('field_invalid', `The field ${field} must be an ISO time, e.g. 2026-01-31T08:00:00Z.`)
  return time.toISOString()
}

const logged = ({ calls, complete }: Readonly<{ calls: readonly Listed[]; complete: boolean }>): Logged => ({
  calls: calls.map(loggedCall).reverse(),
  complete,
})

/** A call as it is told; without an end it is `open`. */
export function loggedCall({ call, code = 'open', ...rest }: Listed): LoggedCall {
  return { audit_id: call, code, ...rest }
}
