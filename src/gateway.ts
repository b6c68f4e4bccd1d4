import type { Audit } from './audit/audit.ts'
import type { Auth } from './auth/auth.ts'
import type { Cache } from './cache/cache.ts'
import type { Call } from './call.ts'
import { SluiceError } from './error.ts'
import type { Grant } from './grant.ts'
import type { Plans } from './plans.ts'
import type { Policy } from './policy/policy.ts'
import { type Prepared, prepare } from './prepare.ts'
import type { Quota } from './quota/quota.ts'
import type { Receipt } from './receipt.ts'
import type { Ended, Sink } from './result.ts'
import type { Source, Sources } from './source/sources.ts'
import type { Dialects } from './sql/sql.ts'

/** The opened hands, made once by `main.ts` and handed to every walk. */
export type Parts = Readonly<{
  audit: Audit
  auth: Auth
  cache: Cache
  dialects: Dialects
  /** Hex; the keys of hash masks are derived from it. */
  maskKey: string
  plans: Plans
  policy: Policy
  quota: Quota
  sources: Sources
}>

/**
 * The way of one query, top to bottom. Every door calls this and nothing else runs a query. It is a straight line on purpose:
 * a step that is registered somewhere else can be forgotten. Rows go into `sink` as they come; the receipt is the answer.
 * Throws SluiceError; the audit entry is closed either way.
 */
export async function run(call: Call, sink: Sink, parts: Parts): Promise<Receipt> {
  const started = performance.now()
  const entry = parts.audit.open(call)
  let leave: (() => void) | undefined
  let plan: Prepared | undefined
  try {
    const principal = await parts.auth.identify(call.credential)
    const grant = await parts.policy.grant(principal, call.source)
    mayAct(call, grant)
    leave = parts.quota.enter(grant)
    const source = await parts.sources.get(call.source)
    const rowsMax = Math.min(call.rowsMax ?? grant.limits.rows, grant.limits.rows)
    plan = await planFor(call, source, grant, rowsMax, parts)
    const { shown, policies, masked, kind, tables } = plan
    mayRun(call, plan)

    await entry.intend(principal, { sql: shown, kind, tables, policies, params: call.params.length })
    call.signal.throwIfAborted()
    const { ended, from } = await answer(call, plan, source, grant, rowsMax, sink, parts.cache)

    const ms = Math.round((performance.now() - started) * 1000) / 1000
    entry.close({ rows: ended.rows, truncated: ended.truncated, from, ms }, undefined)
    return { audit_id: call.id, source: call.source, sql: shown, policies, masked, ...ended, rows_max: rowsMax, from, ms }
  } catch (caught) {
    const error = named(caught, call, plan)
    entry.close(undefined, error)
    throw error
  } finally {
    leave?.()
  }
}
