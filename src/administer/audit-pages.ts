import type { Listed, ListFilter, Verdict } from '../audit/audit.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { administered, administering, type Reach } from './administering.ts'
import { type LoggedCall, loggedCall, timeOf } from './past.ts'

/** What to look for in the audit log. `kind` `data` is all but looking and operating; `outcome` is `ok`, `failed`, `open` or the code of an error; `mine` are the caller's own calls. */
export type AuditAsked = Readonly<{
  since?: string | undefined
  until?: string | undefined
  principal?: string | undefined
  source?: string | undefined
  kind?: string | undefined
  door?: string | undefined
  outcome?: string | undefined
  text?: string | undefined
  mine?: boolean | undefined
}>

/** The newest first. `next` is sent back for those behind; `complete` is false when older parts of a long log were not looked at. */
export type AuditPage = Readonly<{ calls: readonly LoggedCall[]; next: string | null; complete: boolean }>

/** One page of the calls that the caller may know of: of the sources that they administer, or their own. */
export const auditPage = (
  call: Call,
  asked: AuditAsked & Readonly<{ last: number; after?: string | undefined }>,
  parts: Parts,
): Promise<AuditPage> =>
  administering(
    call,
    asked.mine ? 'own' : 'some',
    parts,
    async (reach) => {
      const before = asked.after === undefined ? undefined : placeOf(asked.after)
      const leave = asked.mine ? await entered(asked.source ?? reach.granted[0], reach, parts) : () => undefined
      try {
        const filter = await filterOf(asked, reach, parts)
        const { calls, complete } = await parts.trail.list({ ...filter, last: asked.last + 1, ...(before ? { before } : {}) })
        // This very question is no answer to it.
        const found = calls.filter((one) => one.call !== call.id).reverse()
        const shown = found.slice(0, asked.last)
        const last = shown.at(-1)
        return { calls: shown.map(loggedCall), next: found.length > shown.length && last ? `${last.time}_${last.call}` : null, complete }
      } finally {
        leave()
      }
    },
    ({ calls }) => calls.length,
  )

/** Every call that fits, however many, one after the other; `whole` true gives the records themselves, for who administers everything. */
export const auditExport = (
  call: Call,
  asked: AuditAsked,
  records: boolean,
  write: (piece: LoggedCall | string) => void | Promise<void>,
  parts: Parts,
): Promise<number> =>
  administering(
    call,
    records ? 'whole' : 'some',
    parts,
    async (reach) => {
      const { signal } = call
      if (records) {
        const [since, until] = [timeOf(asked.since), timeOf(asked.until, 'until')]
        return parts.trail.records({ ...(since ? { since } : {}), ...(until ? { until } : {}) }, (lines) => {
          signal.throwIfAborted()
          return write(lines)
        })
      }
      const filter = await filterOf(asked, reach, parts)
      let count = 0
      await parts.trail.each(filter, (one) => {
        signal.throwIfAborted()
        count++
        return write(loggedCall(one))
      })
      return count
    },
    (count) => count,
  )

export type ChainState = Verdict & Readonly<{ whole: boolean; writable: boolean; checked: string }>

/** Whether the hash chain of the whole log is as it was written; reads all of it. */
export const auditChain = (call: Call, parts: Parts): Promise<ChainState> =>
  administering(call, 'whole', parts, async () => {
    const verdict = await parts.trail.verify()
    return { ...verdict, whole: verdict.broken.length === 0, writable: !parts.audit.failing, checked: new Date().toISOString() }
  })

async function entered(source: string | undefined, { principal }: Reach, parts: Parts): Promise<() => void> {
  return source === undefined ? () => undefined : parts.quota.enter(await parts.policy.grant(principal, source))
}

async function filterOf(asked: AuditAsked, reach: Reach, parts: Parts): Promise<Omit<ListFilter, 'last'>> {
  const { principal, source, kind } = asked
  const since = timeOf(asked.since)
  const until = timeOf(asked.until, 'until')
  const fits = fitting(asked)
  if (source !== undefined && !asked.mine) await administered(source, reach, parts)
  const own = { principal: reach.principal.name, via: reach.principal.via }
  return {
    ...(principal === undefined ? {} : { principal }),
    // Whoever looks for their own sees no others, whatever name they give.
    ...(asked.mine ? own : reach.whole ? {} : { sources: reach.admin }),
    ...(source === undefined ? {} : { source }),
    ...(kind === undefined || kind === 'data' ? {} : { kind }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(fits ? { fits } : {}),
  }
}

/** What can be said only of a call as a whole. */
function fitting({ outcome, door, text, principal, kind }: AuditAsked): ((call: Listed) => boolean) | undefined {
  const word = text?.trim().toLowerCase()
  if (outcome === undefined && door === undefined && principal === undefined && kind !== 'data' && !word) return undefined
  return (call) =>
    (principal === undefined || call.principal === principal) &&
    (kind !== 'data' || !LOOKING.has(call.kind ?? '')) &&
    (door === undefined || call.door === door) &&
    (outcome === undefined || cameTo(outcome, call)) &&
    (!word || holds(call, word))
}

/** Looking at the gateway and running it, beside which statements and changes would be hard to find. A statement that was refused may be of the kind `schema`. */
const LOOKING: ReadonlySet<string> = new Set(['show', 'admin', 'keys'])

function cameTo(outcome: string, { code = 'open' }: Listed): boolean {
  return outcome === 'failed' ? code !== 'ok' && code !== 'open' : code === outcome
}

const holds = ({ call, principal, source, sql, text, tables, reason, code }: Listed, word: string): boolean =>
  [call, principal, source, sql, text, reason, code, ...(tables ?? [])].some((one) => one?.toLowerCase().includes(word))

function placeOf(after: string): Readonly<{ time: string; call: string }> {
  const [, time, call] = /^(\d{4}-[0-9T:.-]+Z)_([\w-]{1,100})$/.exec(after) ?? []
  if (time === undefined || call === undefined)
    throw new SluiceError('field_invalid', 'The field after must be the `next` of the page before.')
  return { time, call }
}
