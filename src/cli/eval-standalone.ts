import type { Asked } from '../ask.ts'
import type { Config } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import type { Answerer } from '../evaluate/evaluate.ts'
import type { Parts } from '../gateway.ts'
import type { Context } from './command.ts'
import { credentialOf } from './context.ts'

/**
 * Asks the model that the configuration names. The databases of the folder stand in for its sources, so that questions go the whole way of the
 * gateway: as the caller, through the guard, within the budget. Errors of a question are no answer; those of the model end the measuring.
 */
export async function withStandalone<T>(
  context: Context,
  databases: ReadonlyMap<string, string>,
  use: (answerer: Answerer) => Promise<T>,
): Promise<T> {
  const config = await context.config()
  const [{ ask, kept }, { newCallId }] = await Promise.all([import('../ask.ts'), import('../tools/tools.ts')])
  const { terminal } = context
  return context.withParts(over(config, databases), (parts: Parts) =>
    use(async (question, database) => {
      const caller = { id: newCallId(), door: 'cli', credential: credentialOf(terminal), signal: terminal.signal } as const
      const asked: Asked = { ...caller, question, source: nameOf(database.name), before: [], mode: 'standalone' }
      try {
        const { answer } = await ask(asked, { step: () => undefined, sink: kept(0, 0) }, newCallId, parts)
        const sql = answer.sql ?? answer.choices?.[0]?.sql
        return {
          ...(sql === undefined ? {} : { sql }),
          answered: answer.status === 'answered',
          confidence: answer.confidence,
          askedBack: answer.status === 'ask_back',
        }
      } catch (error) {
        if (!(error instanceof SluiceError) || error.code.startsWith('model_') || terminal.signal.aborted) throw error
        return { answered: false, confidence: 0, askedBack: false }
      }
    }),
  )
}

/** Names of sources have fewer signs than names of files may have. */
const nameOf = (database: string): string => database.replace(/\W+/g, '_').toLowerCase()

function over(config: Config, databases: ReadonlyMap<string, string>): Config {
  const settings = { processes: 1, busy_ms: 5_000, memory_mb: 512, wait_ms: 30_000 }
  const about = { connector: 'sqlite', dialect: 'sqlite', description: '', schemaTtlMs: 3_600_000, cacheTtlMs: 0 } as const
  return {
    ...config,
    sources: Object.fromEntries([...databases].map(([name, path]) => [nameOf(name), { ...about, settings: { ...settings, path } }])),
  }
}
