import type { Config } from '../config/config.ts'
import type { Parts } from '../gateway.ts'
import type { Keeping } from '../registry.ts'
import type { Context } from './command.ts'

/** What a command that registers sources works with. */
export type Registering = Readonly<{ keeping: Keeping; config: Config; parts: Parts }>

/** Does something with the registered sources, with a record in the audit log: whoever may write the registry is the operator. */
export async function withRegistry<T>(context: Context, text: string, work: (with_: Registering) => Promise<T>): Promise<T> {
  const { newCallId } = await import('../tools/declared.ts')
  const config = await context.config()
  return context.withParts(config, async (parts) => {
    const { signal } = context.terminal
    const started = performance.now()
    const entry = parts.audit.open({
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
        { sql: text.slice(0, 500), kind: 'admin', tables: [], policies: [], params: 0 },
      )
      const keeping = { book: (await parts.store()).sources, keyring: parts.keyring }
      const answer = await work({ keeping, config, parts })
      entry.close({ rows: 0, truncated: false, from: 'live', ms: performance.now() - started }, undefined)
      return answer
    } catch (error) {
      entry.close(undefined, error)
      throw error
    }
  })
}
