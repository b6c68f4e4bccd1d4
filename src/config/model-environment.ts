import { type Key, keys } from './keys.ts'
import type { Problems } from './problems.ts'
import { check } from './value.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Tree = Record<string, unknown>

/** How a variable is read as true or false. */
export type Flag = (variable: string) => boolean | undefined

const MS_LEAST = 1000

/**
 * What the environment says of the model and of writing SQL with it, beyond variables that set one key each. A key of the provider is found
 * where its own programs look for it, but only once a provider is named or the mode wants one: what another program put there is no leave to
 * send anything anywhere.
 */
export function modelFrom(
  raw: Tree,
  env: Environment,
  folder: string,
  flag: Flag,
  put: (path: string, value: unknown) => void,
  problems: Problems,
  warnings: string[],
): void {
  const llm = raw.llm as Tree
  const { ANTHROPIC_API_KEY: claude, OPENAI_API_KEY: openai } = env
  if (llm.provider === undefined && llm.mode === 'standalone') put('llm.provider', !llm.api_key && !claude && openai ? 'openai' : 'claude')
  if (!llm.api_key && llm.provider === 'claude' && claude) put('llm.api_key', claude)
  if (!llm.api_key && llm.provider === 'openai' && openai) put('llm.api_key', openai)

  const number = (variable: string, key: Key): number | undefined => {
    const text = env[variable]
    if (text === undefined || text === '') return undefined
    const outcome = check(key, text, { folder, fromEnv: true })
    if (!('wrong' in outcome)) return outcome.value as number
    problems.add(undefined, `${variable}: ${outcome.wrong}`)
    return undefined
  }
  const examples = number('CHAT2SQL_MAX_EXAMPLES', keys['llm.examples']!)
  if (flag('CHAT2SQL_USE_EXAMPLES') === false) put('llm.examples', 0)
  else if (examples !== undefined) put('llm.examples', examples)
  const advise = flag('CHAT2SQL_SUGGEST_OPTIMIZATIONS')
  if (advise !== undefined) put('llm.advise', advise)

  const seconds = number('CHAT2SQL_SCHEMA_CACHE_TTL', { type: 'number', min: 1, max: 86_400, doc: '' })
  const keptMs = flag('CHAT2SQL_ENABLE_SCHEMA_CACHE') === false ? MS_LEAST : seconds === undefined ? undefined : Math.round(seconds * 1000)
  if (keptMs !== undefined) for (const name of Object.keys(raw.sources as Tree)) put(`sources.${name}.schema_ttl_ms`, keptMs)

  if (flag('CHAT2SQL_ENABLE_VALIDATION') === false)
    warnings.push('CHAT2SQL_ENABLE_VALIDATION: checking statements cannot be switched off; it goes on.')
  if (flag('CHAT2SQL_ALLOW_DDL'))
    warnings.push('CHAT2SQL_ALLOW_DDL: a question never changes structure; a role with the action ddl may, by the tools for it.')
}
