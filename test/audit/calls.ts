import type { AuditLog, Intent } from '../../src/audit/audit.ts'
import type { Call } from '../../src/call.ts'
import type { Principal } from '../../src/principal.ts'

export const ana: Principal = { name: 'ana', via: 'key', roles: ['data_analyst'], attributes: {} }

export const reading: Intent = { sql: 'SELECT 1 LIMIT 11', kind: 'read', tables: ['orders'], policies: ['row rule on orders'], params: 1 }

export function call(id: string, over: Partial<Call> = {}): Call {
  return {
    id,
    door: 'cli',
    credential: { kind: 'bearer', token: 'the-secret-token' },
    source: 'shop',
    action: 'query',
    text: 'SELECT 1',
    params: ['the-secret-parameter'],
    signal: new AbortController().signal,
    ...over,
  }
}

/** So many calls, one after the other, each with its outcome. */
export async function some(log: AuditLog, prefix: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const entry = log.open(call(`${prefix}-${i}`))
    await entry.intend(ana, reading)
    entry.close({ rows: i, truncated: false, from: 'live', ms: 1.5 }, undefined)
  }
}
