import { hashOf } from '../auth/auth.ts'
import { type ConnectorName, connectors } from '../source/manifest.ts'
import { type Key, keys } from './keys.ts'
import { modelFrom } from './model-environment.ts'
import type { Problems } from './problems.ts'
import { check } from './value.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What the environment says besides the file. `paths` names every key that it has set; `warnings` what it says in vain. */
export type FromEnvironment = Readonly<{ paths: ReadonlySet<string>; warnings: readonly string[] }>

/** Variables that set one key each; of two for the same key the later wins. */
const plain: readonly (readonly [variable: string, path: string])[] = [
  ['BACKEND_HOST', 'server.host'],
  ['HTTP_SERVER_HOST', 'server.host'],
  ['SLUICE_HOST', 'server.host'],
  ['MCP_SERVER_PORT', 'server.port'],
  ['BACKEND_PORT', 'server.port'],
  ['HTTP_SERVER_PORT', 'server.port'],
  ['SLUICE_PORT', 'server.port'],
  ['HTTP_SERVER_SSE_ENDPOINT', 'server.sse_path'],
  ['HTTP_SERVER_MESSAGE_ENDPOINT', 'server.messages_path'],
  ['SECURITY_MAX_QUERY_EXECUTION_TIME', 'limits.seconds'],
  ['MAX_QUERY_EXECUTION_TIME', 'limits.seconds'],
  ['SECURITY_RESULT_SET_MAX_ROWS', 'limits.rows'],
  ['RESULT_SET_MAX_ROWS', 'limits.rows'],
  ['CHAT2SQL_MODE', 'llm.mode'],
  ['LLM_PROVIDER', 'llm.provider'],
  ['LLM_MODEL', 'llm.model'],
  ['LLM_API_KEY', 'llm.api_key'],
  ['LLM_BASE_URL', 'llm.base_url'],
  ['LLM_TEMPERATURE', 'llm.temperature'],
  ['LLM_MAX_TOKENS', 'llm.max_tokens'],
  ['LLM_TIMEOUT', 'llm.timeout_s'],
]

/** Said last, it overrules what `POSTGRES_DB` makes. */
const REGISTRY = 'SLUICE_REGISTRY'

/** Variables that make a source of their own, or overrule the one of that name in the file. It is there when one of `when` is set. */
const servers: readonly Readonly<{ prefix: string; source: string; connector: ConnectorName; when: readonly string[] }>[] = [
  { prefix: 'MYSQL', source: 'mysql', connector: 'mysql', when: ['HOST', 'DATABASE'] },
  { prefix: 'POSTGRES', source: 'postgres', connector: 'postgres', when: ['HOST'] },
]
const parts = ['HOST', 'PORT', 'USER', 'PASSWORD', 'DATABASE'] as const

type Tree = Record<string, unknown>

/**
 * Puts what the environment says over what the file says. The names are those of the systems that Sluice succeeds, so that their settings
 * go on working. What is wrong is added to `problems` by the name of its variable, never with its value.
 */
export async function fromEnvironment(raw: Tree, env: Environment, folder: string, problems: Problems): Promise<FromEnvironment> {
  const paths = new Set<string>()
  const warnings: string[] = []
  const put = (variable: string, path: string, key: Key) => {
    const text = env[variable]
    if (text === undefined || text === '') return
    const outcome = check(key, text, { folder, fromEnv: true })
    if ('wrong' in outcome) problems.add(undefined, `${variable}: ${outcome.wrong}`)
    else set(raw, path, outcome.value, paths)
  }
  for (const [variable, path] of plain) put(variable, path, keys[path]!)
  for (const prefix of ['SECURITY_', '']) {
    if (flag(`${prefix}RATE_LIMIT_ENABLED`, env, problems) === false) continue
    put(`${prefix}RATE_LIMIT_MAX_QUERIES`, 'limits.per_minute', keys['limits.per_minute']!)
  }
  level(raw, env, problems, paths)
  for (const server of servers) {
    if (server.prefix === 'POSTGRES' && onlyRegistry(env)) continue
    await source(server, raw, env, folder, problems, paths)
  }
  registry(env, (address) => set(raw, 'registry', address, paths))
  put(REGISTRY, 'registry', keys.registry!)
  origins(raw, env, problems, paths, warnings)
  access(raw, env, problems, paths, warnings)
  audit(env, problems, warnings, (text) => put(text, 'audit.path', keys['audit.path']!))
  const asFlag = (variable: string) => flag(variable, env, problems)
  modelFrom(raw, env, folder, asFlag, (path, value) => set(raw, path, value, paths), problems, warnings)
  if (env.SQLSERVER_HOST)
    warnings.push(
      'SQLSERVER_HOST: this version has no connector for SQL Server yet, so its source is left out; `sluice source import` keeps servers for one that has.',
    )
  if (env.XUGU_DB_HOST) warnings.push('XUGU_DB_HOST: this version has no connector for XuguDB yet, so the source xugu is left out.')
  return { paths, warnings }
}

function set(raw: Tree, path: string, value: unknown, paths: Set<string>): void {
  const names = path.split('.')
  const last = names.pop()!
  let at = raw
  for (const name of names) {
    at[name] ??= {}
    at = at[name] as Tree
  }
  at[last] = value
  paths.add(path)
}

function flag(variable: string, env: Environment, problems: Problems): boolean | undefined {
  const text = env[variable]?.trim().toLowerCase()
  if (text === undefined || text === '') return undefined
  if (['true', '1', 'yes', 'on'].includes(text)) return true
  if (['false', '0', 'no', 'off'].includes(text)) return false
  problems.add(undefined, `${variable}: must be true or false`)
  return undefined
}

async function source(
  { prefix, source, connector, when }: (typeof servers)[number],
  raw: Tree,
  env: Environment,
  folder: string,
  problems: Problems,
  paths: Set<string>,
): Promise<void> {
  const sources = raw.sources as Record<string, Tree>
  const known = Object.hasOwn(sources, source) ? sources[source] : undefined
  if (!known && !when.some((part) => env[`${prefix}_${part}`])) return
  if (known && known.connector !== connector) {
    if (when.some((part) => env[`${prefix}_${part}`]))
      problems.add(undefined, `${prefix}_HOST: the file has a source named ${source} of another kind; give that one another name`)
    return
  }
  const { settings } = await connectors[connector]()
  const made: Tree = known ?? {
    ...defaults('sources.*.', keys),
    ...defaults('', settings),
    identity: { settings: {}, login: {} },
    connector,
  }
  if (!known) paths.add(`sources.${source}.connector`)
  sources[source] = made
  for (const part of parts) {
    const text = env[`${prefix}_${part}`]
    const name = part.toLowerCase()
    if (text === undefined || (text === '' && part !== 'PASSWORD') || !settings[name]) continue
    const outcome = check(settings[name] as Key, text, { folder, fromEnv: true })
    if ('wrong' in outcome) problems.add(undefined, `${prefix}_${part}: ${outcome.wrong}`)
    else set(made, name, outcome.value, new Set())
    paths.add(`sources.${source}.${name}`)
  }
}

/** One predecessor means its registry by POSTGRES_*, another a source: `POSTGRES_DB` names the one, `POSTGRES_DATABASE` the other. */
const onlyRegistry = (env: Environment): boolean => Boolean(env.POSTGRES_DB) && !env.POSTGRES_DATABASE

/** Without a host `POSTGRES_DB` is left to the database image that knows it too. */
function registry(env: Environment, put: (address: string) => void): void {
  const { POSTGRES_HOST: host, POSTGRES_PORT: port, POSTGRES_DB: database, POSTGRES_USER: user, POSTGRES_PASSWORD: password } = env
  if (!host || !database) return
  const login = user ? `${encodeURIComponent(user)}${password ? `:${encodeURIComponent(password)}` : ''}@` : ''
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  put(`postgres://${login}${name}${port ? `:${port}` : ''}/${encodeURIComponent(database)}`)
}

/** What holds for keys directly below `prefix` that nobody sets. */
function defaults(prefix: string, table: Readonly<Record<string, Readonly<{ default?: unknown }>>>): Tree {
  const own = Object.entries(table).filter(([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes('.'))
  return Object.fromEntries(own.flatMap(([path, key]) => (key.default === undefined ? [] : [[path.slice(prefix.length), key.default]])))
}

const listed = (text: string) =>
  text
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((entry) => entry.trim().replace(/^["']|["']$/g, ''))
    .filter((entry) => entry !== '')

/** Pages of the loopback may always call; `*` would let any page in the world use the caller's own place in the network. */
function origins(raw: Tree, env: Environment, problems: Problems, paths: Set<string>, warnings: string[]): void {
  if (flag('HTTP_SERVER_ENABLE_CORS', env, problems) === false) {
    set(raw, 'server.allowed_origins', [], paths)
    return
  }
  for (const variable of ['CORS_ORIGINS', 'HTTP_SERVER_CORS_ORIGINS']) {
    const text = env[variable]
    if (text === undefined || text === '') continue
    const named = listed(text)
    if (named.includes('*')) warnings.push(`${variable}: "*" is left out; name each origin whose pages may call the gateway.`)
    const wrong = named.some((origin) => origin !== '*' && URL.parse(origin)?.origin !== origin.toLowerCase())
    if (wrong) problems.add(undefined, `${variable}: must be origins such as https://app.example.com, with commas between them`)
    set(
      raw,
      'server.allowed_origins',
      named.filter((origin) => origin !== '*'),
      paths,
    )
  }
}

const TOKEN_SHORT = 16

function access(raw: Tree, env: Environment, problems: Problems, paths: Set<string>, warnings: string[]): void {
  const wanted = flag('HTTP_SERVER_ENABLE_AUTH', env, problems)
  const token = env.HTTP_SERVER_AUTH_TOKEN
  if (wanted) set(raw, 'local.roles', [], paths)
  if (wanted === false)
    warnings.push(
      'HTTP_SERVER_ENABLE_AUTH: off the loopback every caller needs a key in any case; on it `local.roles` says what needs none.',
    )
  if (!token || wanted === false) return
  if (/\s/.test(token) || token.length > 256)
    problems.add(undefined, 'HTTP_SERVER_AUTH_TOKEN: must be at most 256 characters without spaces')
  if (token.length < TOKEN_SHORT) warnings.push(`HTTP_SERVER_AUTH_TOKEN: less than ${TOKEN_SHORT} characters can be guessed.`)
  const roles = env.SLUICE_AUTH_TOKEN_ROLES ? listed(env.SLUICE_AUTH_TOKEN_ROLES) : ['read_only']
  const entry = { name: 'HTTP_SERVER_AUTH_TOKEN', hash: hashOf(token), roles, attributes: {}, limits: {}, from: 'environment' }
  ;(raw.keys as unknown[]).push(entry)
  paths.add(`keys.${(raw.keys as unknown[]).length - 1}`)
}

function audit(env: Environment, problems: Problems, warnings: string[], put: (variable: string) => void): void {
  if (flag('SECURITY_ENABLE_AUDIT_LOG', env, problems) === false)
    warnings.push('SECURITY_ENABLE_AUDIT_LOG: the audit log cannot be switched off; it goes on.')
  put('SECURITY_AUDIT_LOG_PATH')
  put('AUDIT_LOG_PATH')
}

/** As other systems spell it, in capitals and with words of their own. */
const levels: Readonly<Record<string, string>> = {
  debug: 'info',
  info: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  critical: 'error',
}

function level(raw: Tree, env: Environment, problems: Problems, paths: Set<string>): void {
  const variable = env.LOG_LEVEL ? 'LOG_LEVEL' : 'MCP_SERVER_LOG_LEVEL'
  const text = env[variable]?.trim().toLowerCase()
  if (!text) return
  if (Object.hasOwn(levels, text)) set(raw, 'log.level', levels[text], paths)
  else problems.add(undefined, `${variable}: must be one of debug, info, warning, error`)
}
