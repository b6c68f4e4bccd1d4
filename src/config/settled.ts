import type { ApiKey, OidcSetting } from '../auth/auth.ts'
import type { GrantLimits } from '../grant.ts'
import type { IdentityRule, Role } from '../policy/policy.ts'
import type { Attribute } from '../principal.ts'
import { type ConnectorName, connectors } from '../source/manifest.ts'
import type { SourceConfig } from '../source/sources.ts'
import type { RawOidc } from './oidc.ts'
import type { RawLimits, RawRole } from './roles.ts'
import type { Told } from './told.ts'

/** The whole configuration: checked, defaulted, frozen, paths absolute. Times in milliseconds. */
export type Config = Readonly<{
  /** Undefined when there is no file. */
  file: string | undefined
  /** Folder for what Sluice keeps; made by whoever first writes there. */
  state: string
  server: Readonly<{
    host: string
    port: number
    allowedHosts: readonly string[]
    allowedOrigins: readonly string[]
    bodyBytesMax: number
    importBytesMax: number
    ws: Readonly<{
      messageBytesMax: number
      messagesPerSecond: number
      burst: number
      queriesMax: number
      socketsMax: number
      socketsEachMax: number
    }>
    /** Without a slash at its end. */
    publicUrl?: string
    /** Groups of tools that are listed; undefined where those are that everybody sees. */
    groups?: readonly string[]
    ssePath: string
    messagesPath: string
    reload: boolean
  }>
  sources: Readonly<Record<string, SourceConfig & Readonly<{ cacheTtlMs: number; identity?: IdentityRule }>>>
  roles: Readonly<Record<string, Role>>
  /** What holds for everybody, whatever their roles say. */
  limits: Readonly<Partial<GrantLimits>>
  oidc: OidcSetting | undefined
  llm: Llm
  keys: readonly ApiKey[]
  local: Readonly<{ roles: readonly string[]; attributes: Readonly<Record<string, Attribute>> }>
  changes: Readonly<{ keepDays: number }>
  masks: Readonly<{ keyFile: string; detected: 'off' | 'until_decided' }>
  audit: Readonly<{ path: string }>
  watch: Readonly<{ slowMs: number }>
  registry: Readonly<{ file: string } | { url: string }>
  /** Of the registry's secrets: as `ENCRYPTION_KEY` and `ENCRYPTION_KEY_OLD` say them, else in the file. */
  encryption: Readonly<{ key: string | undefined; old: string | undefined; file: string }>
  /** Those of `sources` that the registry holds, and what tells one state of it from another. */
  registered: Readonly<{ names: readonly string[]; version: string; warnings: readonly string[] }>
  /** `syncMs` 0 is never by itself. */
  catalog: Readonly<{
    syncMs: number
    versionsKept: number
    scanPersonal: boolean
    profileRole?: string
    valuesRole?: string
    lookMs: number
  }>
  bank: Readonly<{ learn: 'off' | 'ask' | 'on' }>
  /** Whose vectors help to search; undefined where nobody's do. */
  embeddings: Embeddings | undefined
  /** `prompts` are what operators tell models of sources, by name. */
  ask: Readonly<{ costMax: number; prompts: Readonly<Record<string, string>> }>
  chat: Readonly<{ keepDays: number }>
  log: Readonly<{ level: 'error' | 'warning' | 'info' }>
  /** What the environment says in vain, one sentence each, to be told at the start. */
  warnings: readonly string[]
  /** Every value with where it comes from, secrets left out. */
  told: readonly Told[]
}>

/** The model that answers questions, where there is one. */
export type Llm = Readonly<{
  /** Undefined leaves it to the door. */
  mode?: 'lightweight' | 'standalone' | 'built-in'
  provider?: 'claude' | 'openai' | 'zai' | 'zhipu' | 'local' | 'ollama'
  model?: string
  apiKey?: string
  baseUrl?: string
  temperature: number
  maxTokens: number
  timeoutMs: number
  /** For each caller and day. */
  budget: Readonly<{ tokens?: number; usd?: number }>
  /** US dollars for a million tokens. */
  price?: Readonly<{ input: number; output: number }>
  examples: number
  rowsShown: number
  advise: boolean
}>

/** A provider of vectors. `weight` is how many log odds the nearest names gain at most. */
export type Embeddings = Readonly<{
  provider: 'openai' | 'ollama' | 'local' | 'zai' | 'zhipu'
  model?: string
  apiKey?: string
  baseUrl?: string
  weight: number
}>

/** What the reader leaves of a file that has no problems; names as in the file. */
export type Raw = Readonly<{
  state: string
  server: Readonly<{
    host: string
    port: number
    allowed_hosts: string[]
    allowed_origins: string[]
    body_bytes_max: number
    import_bytes_max: number
    ws: Readonly<{
      message_bytes_max: number
      messages_per_second: number
      queries_max: number
      sockets_max: number
      sockets_each_max: number
    }>
    public_url?: string
    groups: readonly string[]
    sse_path: string
    messages_path: string
    reload: boolean
  }>
  sources: Readonly<Record<string, Readonly<Record<string, unknown>> & RawSource>>
  roles: Readonly<Record<string, RawRole>>
  limits: RawLimits
  keys: readonly (Omit<ApiKey, 'limits'> & Readonly<{ limits: RawLimits }>)[]
  local: Config['local']
  oidc: RawOidc
  llm: Readonly<{
    mode?: Llm['mode']
    provider?: Llm['provider']
    model?: string
    api_key?: string
    base_url?: string
    temperature: number
    max_tokens: number
    timeout_s: number
    budget: Readonly<{ tokens_per_day?: number; usd_per_day?: number }>
    price: Readonly<{ input?: number; output?: number }>
    examples: number
    rows_shown: number
    advise: boolean
  }>
  changes: Readonly<{ keep_days: number }>
  log: Config['log']
  masks: Readonly<{ key_file?: string; detected: 'off' | 'until_decided' }>
  audit: Readonly<{ path?: string }>
  watch: Readonly<{ slow_ms: number }>
  registry?: string
  catalog: Readonly<{
    sync_minutes: number
    versions_kept: number
    scan_personal: boolean
    profile_role?: string
    values_role?: string
    look_hours: number
  }>
  bank: Config['bank']
  search: Readonly<{
    embeddings: Readonly<{ provider?: Embeddings['provider']; model?: string; api_key?: string; base_url?: string; weight: number }>
  }>
  ask: Readonly<{ cost_max: number }>
  chat: Readonly<{ keep_days: number }>
}>
export type RawSource = Readonly<{
  connector: ConnectorName
  description: string
  prompt: string
  cache_ttl_ms: number
  schema_ttl_ms: number
  identity: Readonly<{ role?: string; settings: Readonly<Record<string, string>>; login: Readonly<{ user?: string; password?: string }> }>
}>

/** The names of the file become those of the house. */
export const serverOf = (raw: Raw['server']): Config['server'] => ({
  host: raw.host,
  port: raw.port,
  allowedHosts: raw.allowed_hosts,
  allowedOrigins: raw.allowed_origins,
  bodyBytesMax: raw.body_bytes_max,
  importBytesMax: raw.import_bytes_max,
  ws: {
    messageBytesMax: raw.ws.message_bytes_max,
    messagesPerSecond: raw.ws.messages_per_second,
    burst: 2 * raw.ws.messages_per_second,
    queriesMax: raw.ws.queries_max,
    socketsMax: raw.ws.sockets_max,
    socketsEachMax: raw.ws.sockets_each_max,
  },
  ...(raw.public_url === undefined ? {} : { publicUrl: raw.public_url.replace(/\/+$/, '') }),
  // Said outright it would hide the tools of a credential that is narrowed to other groups.
  ...(raw.groups.join() === 'core' ? {} : { groups: raw.groups }),
  ssePath: raw.sse_path,
  messagesPath: raw.messages_path,
  reload: raw.reload,
})

export const catalogOf = ({
  sync_minutes,
  versions_kept,
  scan_personal,
  look_hours,
  profile_role,
  values_role,
}: Raw['catalog']): Config['catalog'] => ({
  syncMs: sync_minutes * 60_000,
  versionsKept: versions_kept,
  scanPersonal: scan_personal,
  lookMs: look_hours * 3_600_000,
  ...(profile_role === undefined ? {} : { profileRole: profile_role }),
  ...(values_role === undefined ? {} : { valuesRole: values_role }),
})

/** The registry is a file in the state folder unless another place is named. */
export const registryOf = (place: string | undefined, ownFile: string): Config['registry'] =>
  place === undefined ? { file: ownFile } : /^postgres(ql)?:\/\//i.test(place) ? { url: place } : { file: place }

export const llmOf = ({
  api_key,
  base_url,
  max_tokens,
  timeout_s,
  budget,
  price,
  mode,
  provider,
  model,
  rows_shown,
  ...raw
}: Raw['llm']): Llm => ({
  ...raw,
  rowsShown: rows_shown,
  maxTokens: max_tokens,
  timeoutMs: timeout_s * 1000,
  ...(mode === undefined ? {} : { mode }),
  ...(provider === undefined ? {} : { provider }),
  ...(model === undefined ? {} : { model }),
  ...(api_key === undefined ? {} : { apiKey: api_key }),
  ...(base_url === undefined ? {} : { baseUrl: base_url }),
  budget: {
    ...(budget.tokens_per_day === undefined ? {} : { tokens: budget.tokens_per_day }),
    ...(budget.usd_per_day === undefined ? {} : { usd: budget.usd_per_day }),
  },
  ...(price.input === undefined || price.output === undefined ? {} : { price: { input: price.input, output: price.output } }),
})

/** Nobody's where no provider is named. */
export const embeddingsOf = ({ embeddings: { provider, model, api_key, base_url, weight } }: Raw['search']): Config['embeddings'] =>
  provider === undefined
    ? undefined
    : {
        provider,
        weight,
        ...(model === undefined ? {} : { model }),
        ...(api_key === undefined ? {} : { apiKey: api_key }),
        ...(base_url === undefined ? {} : { baseUrl: base_url }),
      }

/** What operators tell models of their sources. */
export const promptsOf = ({ sources }: Pick<Raw, 'sources'>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(sources).flatMap(([name, { prompt }]) => (prompt ? [[name, prompt]] : [])))

/** Undefined where the source sees all callers as its one user. */
export function identityOf({ role, settings, login }: RawSource['identity']): IdentityRule | undefined {
  const rule: IdentityRule = {
    ...(role === undefined ? {} : { role }),
    ...(Object.keys(settings).length > 0 ? { settings } : {}),
    ...(login.user === undefined ? {} : { login: { user: login.user, password: login.password ?? '' } }),
  }
  return Object.keys(rule).length > 0 ? rule : undefined
}

export async function sourcesOf({ sources }: Pick<Raw, 'sources'>): Promise<Config['sources']> {
  const made: Record<string, Config['sources'][string]> = Object.create(null)
  for (const [name, source] of Object.entries(sources)) {
    const { connector, description, prompt: _, cache_ttl_ms: cacheTtlMs, schema_ttl_ms: schemaTtlMs, identity: raw, ...settings } = source
    const { dialect } = await connectors[connector]()
    const identity = identityOf(raw)
    made[name] = { connector, dialect, description, cacheTtlMs, schemaTtlMs, settings, ...(identity ? { identity } : {}) }
  }
  return made
}
