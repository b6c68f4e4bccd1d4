import type { Keys } from '../auth/auth.ts'
import type { Context } from './command.ts'

/** Does something with the keys of the state folder, with a record in the audit log: whoever may write that folder is the operator. */
export async function withKeys<T>(context: Context, text: string, work: (keys: Keys) => Promise<T>): Promise<T> {
  const { newCallId } = await import('../tools/tools.ts')
  return context.withParts(await context.config(), async ({ audit, auth }) => {
    const { signal } = context.terminal
    const started = performance.now()
    const entry = audit.open({
      id: newCallId(),
      door: 'cli',
      credential: { kind: 'local' },
      source: '',
      action: 'apply',
      text: text.slice(0, 500),
      params: [],
      signal,
    })
    try {
      await entry.intend(
        { name: 'operator', via: 'local', roles: [], attributes: {} },
        { sql: '', kind: 'keys', tables: [], policies: [], params: 0 },
      )
      const answer = await work(auth.keys)
      entry.close({ rows: 0, truncated: false, from: 'live', ms: performance.now() - started }, undefined)
      return answer
    } catch (error) {
      entry.close(undefined, error)
      throw error
    }
  })
}
