import type { Parts } from '../gateway.ts'
import type { Context } from './command.ts'

/** Does something with the parts as the operator, with a record in the audit log: whoever may read the configuration has its passwords. */
export async function operating<T>(
  context: Context,
  parts: Parts,
  { text, kind }: Readonly<{ text: string; kind: string }>,
  work: () => Promise<T>,
): Promise<T> {
  const { newCallId } = await import('../tools/tools.ts')
  const started = performance.now()
  const entry = parts.audit.open({
    id: newCallId(),
    door: 'cli',
    credential: { kind: 'local' },
    source: '',
    action: 'apply',
    text: text.slice(0, 500),
    params: [],
    signal: context.terminal.signal,
  })
  try {
    const operator = { name: 'operator', via: 'local', roles: [], attributes: {} } as const
    await entry.intend(operator, { sql: '', kind, tables: [], policies: [], params: 0 })
    const answer = await work()
    entry.close({ rows: 0, truncated: false, from: 'live', ms: performance.now() - started }, undefined)
    return answer
  } catch (error) {
    entry.close(undefined, error)
    throw error
  }
}
