import type { AuditEntry } from '../audit/audit.ts'
import type { Call } from '../call.ts'
import { named } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'

/** Identify, do, and close the audit entry, however it ended. `told` counts what the caller learns of. */
export async function recorded<T>(
  call: Call,
  parts: Parts,
  told: (done: T) => number,
  doing: (entry: AuditEntry, principal: Principal) => Promise<T>,
): Promise<T> {
  const started = performance.now()
  const entry = parts.audit.open(call)
  try {
    const principal = await parts.auth.identify(call.credential)
    const done = await doing(entry, principal)
    const rows = told(done)
    entry.close({ rows, truncated: false, from: 'live', ms: Math.round(performance.now() - started) }, undefined)
    return done
  } catch (caught) {
    const error = named(caught, call.signal)
    entry.close(undefined, error)
    parts.log.failed(call.id, call.source || undefined, error)
    throw error
  }
}

/** Written before a source is touched; `tables` are as the caller named them. */
export const intend = (entry: AuditEntry, principal: Principal, call: Call, tables: readonly string[]) =>
  entry.intend(principal, { sql: call.text, kind: 'show', tables: tables.map(short), policies: [], params: 0 })

/** A name of the caller's, short enough for a message. */
export const short = (name: string) => (name.length > 100 ? `${name.slice(0, 100)}…` : name)
