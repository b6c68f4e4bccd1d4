import type { Call } from '../call.ts'
import { type Code, SluiceError } from '../error.ts'
import { find } from '../explore.ts'
import { run } from '../gateway.ts'
import { type Candidate, type Outcome, outcomeOf } from '../nl2sql/nl2sql.ts'
import type { Receipt } from '../receipt.ts'
import { type Kept, kept } from './kept.ts'
import type { Asking } from './mode.ts'
import { costly, costOf } from './plan-check.ts'

/** A candidate that was run for a few rows. `error` is why it failed. */
export type Tried = Readonly<{ candidate: Candidate; outcome: Outcome; kept: Kept; receipt?: Receipt; error?: SluiceError }>

const TRIES_MAX = 8
const TRY_ROWS = 1_000
const TRY_BYTES = 1024 * 1024
const TRY_MS = 3_000
const ALL_MS = 5_000
/** A caller with few queries a minute must not spend all of them on one question. */
const SHARE = 15

/** Failures of the moment or of the source: the next candidate would fare no better. */
export const ENDS: ReadonlySet<Code> = new Set([
  'source_unavailable',
  'source_denied',
  'source_busy',
  'source_unknown',
  'rate_limited',
  'concurrency_limited',
  'audit_unavailable',
  'action_refused',
  'stopping',
])

/**
 * Runs the first candidates one after the other through the gateway, as the caller, for a few rows each, within a bound of time. Each is a
 * recorded call. Throws what no candidate can help.
 */
export async function tryAll(candidates: readonly Candidate[], asking: Asking): Promise<readonly Tried[]> {
  const { look, call } = asking
  const most = Math.max(1, Math.min(TRIES_MAX, candidates.length, Math.floor(look.grant.limits.perMinute / SHARE)))
  const until = performance.now() + ALL_MS
  const tried: Tried[] = []
  for (const candidate of candidates.slice(0, most)) {
    if (tried.length > 0 && performance.now() >= until) break
    const one = await tryOne(candidate, asking)
    if (one.error && ENDS.has(one.error.code)) {
      if (!tried.some(({ error }) => error === undefined)) throw one.error
      break
    }
    tried.push(one)
    call.signal.throwIfAborted()
  }
  return tried
}

async function tryOne(candidate: Candidate, asking: Asking): Promise<Tried> {
  const { call, newId, parts, look } = asking
  const rows = kept(TRY_ROWS, TRY_BYTES)
  const timeoutMs = Math.min(call.timeoutMs ?? TRY_MS, TRY_MS, look.grant.limits.ms)
  const asked: Call = { ...call, id: newId(), action: 'query', text: candidate.sql, rowsMax: TRY_ROWS, timeoutMs }
  try {
    await mayCost(candidate, asking)
    const receipt = await run(asked, rows, parts)
    return { candidate, outcome: outcomeOf(rows.head.length, rows.cells(), receipt.truncated || !rows.whole), kept: rows, receipt }
  } catch (error) {
    call.signal.throwIfAborted()
    if (!(error instanceof SluiceError)) throw error
    return { candidate, outcome: { columns: 0, rows: 0, digest: '', allNull: false, failed: error.code }, kept: rows, error }
  }
}

/** Also a few rows may take a whole table to be found: over large ones the source is asked first. Throws `question_costly`. */
async function mayCost({ sql, used }: Candidate, asking: Asking): Promise<void> {
  const { costMax } = asking.parts.ask
  const large = used.some(({ table }) => (find(table, asking.look.visible)?.table.rowsEstimate ?? 0) >= MANY_ROWS)
  if (costMax === 0 || !large) return
  const cost = await costOf(sql, asking)
  if (cost !== undefined && cost > costMax) throw costly(cost, asking)
}
const MANY_ROWS = 100_000
