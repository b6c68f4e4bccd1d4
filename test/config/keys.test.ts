import { describe, expect, test } from 'vitest'
import { type Config, configOf, keys } from '../../src/config/config.ts'
import type { Grant } from '../../src/grant.ts'
import { ana, policyOf } from '../policy/setting.ts'

/** Each key with a value other than its default, and where it shows: in the configuration as the rooms get it. */
const inConfig: Readonly<Record<string, readonly [yaml: string, shows: (config: Config) => unknown, value: unknown]>> = {
  state: [
    'state: kept',
    ({ state, audit, masks }) => [state, audit.path, masks.keyFile],
    ['/srv/kept', '/srv/kept/audit', '/srv/kept/mask.key'],
  ],
  'server.host': ['server: { host: "::1" }', ({ server }) => server.host, '::1'],
  'server.port': ['server: { port: 81 }', ({ server }) => server.port, 81],
  'server.allowed_hosts': ['server: { allowed_hosts: [a.example] }', ({ server }) => server.allowedHosts, ['a.example']],
  'server.allowed_origins': [
    'server: { allowed_origins: [https://a.example] }',
    ({ server }) => server.allowedOrigins,
    ['https://a.example'],
  ],
  'server.body_bytes_max': ['server: { body_bytes_max: 2048 }', ({ server }) => server.bodyBytesMax, 2048],
  'server.import_bytes_max': ['server: { import_bytes_max: 4096 }', ({ server }) => server.importBytesMax, 4096],
  'server.ws.message_bytes_max': ['server: { ws: { message_bytes_max: 2048 } }', ({ server }) => server.ws.messageBytesMax, 2048],
  'server.ws.messages_per_second': [
    'server: { ws: { messages_per_second: 3 } }',
    ({ server: { ws } }) => [ws.messagesPerSecond, ws.burst],
    [3, 6],
  ],
  'server.ws.queries_max': ['server: { ws: { queries_max: 2 } }', ({ server }) => server.ws.queriesMax, 2],
  'server.ws.sockets_max': ['server: { ws: { sockets_max: 9 } }', ({ server }) => server.ws.socketsMax, 9],
  'server.ws.sockets_each_max': ['server: { ws: { sockets_each_max: 4 } }', ({ server }) => server.ws.socketsEachMax, 4],
  'server.public_url': ['server: { public_url: https://a.example/ }', ({ server }) => server.publicUrl, 'https://a.example'],
  'server.sse_path': ['server: { sse_path: /events }', ({ server }) => server.ssePath, '/events'],
  'server.messages_path': ['server: { messages_path: /post }', ({ server }) => server.messagesPath, '/post'],
  'server.reload': ['server: { reload: true }', ({ server }) => server.reload, true],
  'server.groups': ['server: { groups: [dml] }', ({ server }) => server.groups, ['dml']],
  'changes.keep_days': ['changes: { keep_days: 3 }', ({ changes }) => changes, { keepDays: 3 }],
  'sources.*.identity.role': [identity('role: a'), ({ sources }) => sources.s?.identity, { role: 'a' }],
  'sources.*.identity.settings.*': [
    identity("settings: { app.tenant: '{{principal.tenant}}' }"),
    ({ sources }) => sources.s?.identity,
    { settings: { 'app.tenant': '{{principal.tenant}}' } },
  ],
  'sources.*.identity.login.user': [
    identity('login: { user: u }'),
    ({ sources }) => sources.s?.identity,
    { login: { user: 'u', password: '' } },
  ],
  'sources.*.identity.login.password': [
    identity('login: { user: u, password: p }'),
    ({ sources }) => sources.s?.identity?.login?.password,
    'p',
  ],
  'keys.[].sources': [`${key(', sources: [s]')}\nsources: { s: { connector: sqlite, path: a } }`, ({ keys }) => keys[0]?.sources, ['s']],
  'keys.[].groups': [key(', groups: [core]'), ({ keys }) => keys[0]?.groups, ['core']],
  'oidc.issuer': [oidc(''), ({ oidc }) => oidc?.issuer, 'https://i.example'],
  'oidc.audience': [oidc('').replace('a.example', 'b.example'), ({ oidc }) => oidc?.audiences, ['https://b.example/mcp']],
  'oidc.jwks_uri': [oidc(', jwks_uri: https://i.example/k'), ({ oidc }) => oidc?.jwksUri, 'https://i.example/k'],
  'oidc.algorithms': [oidc(', algorithms: [ES512]'), ({ oidc }) => oidc?.algorithms, ['ES512']],
  'oidc.required_scopes': [oidc(', required_scopes: [query]'), ({ oidc }) => oidc?.scopes, ['query']],
  'oidc.name_claim': [oidc(', name_claim: email'), ({ oidc }) => oidc?.nameClaim, 'email'],
  'oidc.roles.claim': [oidc(', roles: { claim: a.b }'), ({ oidc }) => oidc?.rolesClaim, 'a.b'],
  'oidc.roles.map.*': [oidc(', roles: { map: { x.y: [admin] } }'), ({ oidc }) => oidc?.rolesMap, { 'x.y': ['admin'] }],
  'oidc.roles.default': [oidc(', roles: { default: [admin] }'), ({ oidc }) => oidc?.rolesDefault, ['admin']],
  'oidc.attributes.*': [oidc(', attributes: { tenant: org.id }'), ({ oidc }) => oidc?.attributes, { tenant: 'org.id' }],
  'oidc.clock_skew_s': [oidc(', clock_skew_s: 5'), ({ oidc }) => oidc?.skewMs, 5000],
  'oidc.cooldown_s': [oidc(', cooldown_s: 5'), ({ oidc }) => oidc?.cooldownMs, 5000],
  'log.level': ['log: { level: error }', ({ log }) => log.level, 'error'],
  'llm.mode': ['llm: { mode: standalone }', ({ llm }) => llm.mode, 'standalone'],
  'llm.provider': ['llm: { provider: claude }', ({ llm }) => llm.provider, 'claude'],
  'llm.model': ['llm: { model: m }', ({ llm }) => llm.model, 'm'],
  'llm.api_key': ['llm: { api_key: k }', ({ llm }) => llm.apiKey, 'k'],
  'llm.base_url': ['llm: { base_url: http://a }', ({ llm }) => llm.baseUrl, 'http://a'],
  'llm.temperature': ['llm: { temperature: 1 }', ({ llm }) => llm.temperature, 1],
  'llm.max_tokens': ['llm: { max_tokens: 9 }', ({ llm }) => llm.maxTokens, 9],
  'llm.timeout_s': ['llm: { timeout_s: 9 }', ({ llm }) => llm.timeoutMs, 9000],
  'llm.budget.tokens_per_day': ['llm: { budget: { tokens_per_day: 9 } }', ({ llm }) => llm.budget, { tokens: 9 }],
  'llm.budget.usd_per_day': ['llm: { budget: { usd_per_day: 0.5 } }', ({ llm }) => llm.budget, { usd: 0.5 }],
  'llm.price.input': ['llm: { price: { input: 1, output: 2 } }', ({ llm }) => llm.price?.input, 1],
  'llm.price.output': ['llm: { price: { input: 1, output: 2 } }', ({ llm }) => llm.price?.output, 2],
  'llm.examples': ['llm: { examples: 0 }', ({ llm }) => llm.examples, 0],
  'llm.rows_shown': ['llm: { rows_shown: 0 }', ({ llm }) => llm.rowsShown, 0],
  'llm.advise': ['llm: { advise: true }', ({ llm }) => llm.advise, true],
  'sources.*.prompt': ['sources: { s: { connector: sqlite, path: a, prompt: x } }', ({ ask }) => ask.prompts, { s: 'x' }],
  'sources.*.connector': [
    'sources: { s: { connector: sqlite, path: a } }',
    ({ sources }) => [sources.s?.connector, sources.s?.dialect],
    ['sqlite', 'sqlite'],
  ],
  'sources.*.description': ['sources: { s: { connector: sqlite, path: a, description: x } }', ({ sources }) => sources.s?.description, 'x'],
  'sources.*.cache_ttl_ms': ['sources: { s: { connector: sqlite, path: a, cache_ttl_ms: 9 } }', ({ sources }) => sources.s?.cacheTtlMs, 9],
  'sources.*.schema_ttl_ms': [
    'sources: { s: { connector: sqlite, path: a, schema_ttl_ms: 1500 } }',
    ({ sources }) => sources.s?.schemaTtlMs,
    1500,
  ],
  'keys.[].name': [key(''), ({ keys }) => keys[0]?.name, 'ana'],
  'keys.[].hash': [key(''), ({ keys }) => keys[0]?.hash, `sha256:${'a'.repeat(64)}`],
  'keys.[].roles': [key(', roles: [admin]'), ({ keys }) => keys[0]?.roles, ['admin']],
  'keys.[].attributes.*': [key(', attributes: { tenant: [1, a] }'), ({ keys }) => keys[0]?.attributes.tenant, [1, 'a']],
  'keys.[].expires': [key(', expires: 2027-01-01'), ({ keys }) => keys[0]?.expires, Date.UTC(2027, 0, 1)],
  'local.roles': ['local: { roles: [admin] }', ({ local }) => local.roles, ['admin']],
  'local.attributes.*': ['local: { attributes: { tenant: 7 } }', ({ local }) => local.attributes.tenant, 7],
  'masks.key_file': ['masks: { key_file: m.key }', ({ masks }) => masks.keyFile, '/srv/m.key'],
  'watch.slow_ms': ['watch: { slow_ms: 250 }', ({ watch }) => watch.slowMs, 250],
  registry: ['registry: postgres://u:p@h/d', ({ registry }) => registry, { url: 'postgres://u:p@h/d' }],
  'catalog.sync_minutes': ['catalog: { sync_minutes: 5 }', ({ catalog }) => catalog.syncMs, 300_000],
  'ask.cost_max': ['ask: { cost_max: 5000 }', ({ ask }) => ask.costMax, 5000],
  'chat.keep_days': ['chat: { keep_days: 7 }', ({ chat }) => chat.keepDays, 7],
  'bank.learn': ['bank: { learn: ask }', ({ bank }) => bank.learn, 'ask'],
  'catalog.scan_personal': ['catalog: { scan_personal: true }', ({ catalog }) => catalog.scanPersonal, true],
  'search.embeddings.provider': ['search: { embeddings: { provider: ollama } }', ({ embeddings }) => embeddings?.provider, 'ollama'],
  'search.embeddings.model': ['search: { embeddings: { provider: openai, model: m } }', ({ embeddings }) => embeddings?.model, 'm'],
  'search.embeddings.api_key': ['search: { embeddings: { provider: openai, api_key: k } }', ({ embeddings }) => embeddings?.apiKey, 'k'],
  'search.embeddings.base_url': [
    'search: { embeddings: { provider: openai, base_url: http://127.0.0.1:1/v1 } }',
    ({ embeddings }) => embeddings?.baseUrl,
    'http://127.0.0.1:1/v1',
  ],
  'search.embeddings.weight': ['search: { embeddings: { provider: openai, weight: 0.5 } }', ({ embeddings }) => embeddings?.weight, 0.5],
  'catalog.values_role': ['catalog: { values_role: read_only }', ({ catalog }) => catalog.valuesRole, 'read_only'],
  'catalog.look_hours': ['catalog: { look_hours: 24 }', ({ catalog }) => catalog.lookMs, 86_400_000],
  'catalog.profile_role': ['catalog: { profile_role: read_only }', ({ catalog }) => catalog.profileRole, 'read_only'],
  'masks.detected': ['masks: { detected: until_decided }', ({ masks }) => masks.detected, 'until_decided'],
  'catalog.versions_kept': ['catalog: { versions_kept: 7 }', ({ catalog }) => catalog.versionsKept, 7],
  'audit.path': ['audit: { path: log }', ({ audit }) => audit.path, '/srv/log'],
}

function identity(block: string): string {
  return `sources: { s: { connector: postgres, identity: { ${block} } } }`
}

function oidc(more: string): string {
  return `oidc: { issuer: https://i.example, audience: https://a.example/mcp${more} }`
}

/** Names of limits in the file, and in the house. */
const limitNames: Readonly<Record<string, string>> = {
  rows: 'rows',
  rows_default: 'rowsDefault',
  bytes: 'bytes',
  seconds: 'ms',
  concurrent: 'concurrent',
  per_minute: 'perMinute',
  burst: 'burst',
  rows_per_minute: 'rowsPerMinute',
  bytes_per_minute: 'bytesPerMinute',
}

function key(more: string): string {
  return `keys: [{ name: ana, hash: "sha256:${'a'.repeat(64)}"${more} }]`
}

const t = { schema: 'main', name: 't', names: ['a', 'b'] }
const shown = (grant: Grant) => grant.table(t)

/** Each key of a role with what it changes for a caller who has it. */
const inGrant: Readonly<Record<string, readonly [block: string, shows: (grant: Grant) => unknown, value: unknown]>> = {
  'roles.*.sources.*.tables.allow': ['tables: { allow: [x] }', shown, undefined],
  'roles.*.sources.*.tables.deny': ['tables: { deny: [t] }', shown, undefined],
  'roles.*.sources.*.columns.*.allow': ['columns: { t: { allow: [a] } }', (grant) => shown(grant)?.columns, ['a']],
  'roles.*.sources.*.columns.*.deny': ['columns: { t: { deny: [a] } }', (grant) => shown(grant)?.columns, ['b']],
  'roles.*.sources.*.columns.*.mask.*': [
    'columns: { t: { mask: { a: { round: 10 } } } }',
    (grant) => shown(grant)?.masks.get('a'),
    { kind: 'round', to: 10 },
  ],
  'roles.*.sources.*.rows.*': ['rows: { t: a = 1 }', (grant) => shown(grant)?.rows, ['a = 1']],
  'roles.*.sources.*.functions': ['functions: [mine]', (grant) => [...grant.functions], ['mine']],
  'roles.*.sources.*.actions': ['actions: [read]', (grant) => [...grant.actions], ['read']],
  'roles.*.sources.*.limits.rows': ['limits: { rows: 3 }', (grant) => grant.limits.rows, 3],
  'roles.*.sources.*.limits.bytes': ['limits: { bytes: 3 }', (grant) => grant.limits.bytes, 3],
  'roles.*.sources.*.limits.seconds': ['limits: { seconds: 0.5 }', (grant) => grant.limits.ms, 500],
  'roles.*.sources.*.limits.concurrent': ['limits: { concurrent: 3 }', (grant) => grant.limits.concurrent, 3],
  'roles.*.sources.*.tables.write': ['actions: [read, write], tables: { write: [t] }', (grant) => shown(grant)?.writable, true],
  'roles.*.sources.*.confirm': ['actions: [read, write], confirm: twice', (grant) => grant.confirm, 'twice'],
  'roles.*.sources.*.limits.burst': ['limits: { burst: 3 }', (grant) => grant.limits.burst, 3],
  'roles.*.sources.*.limits.rows_per_minute': ['limits: { rows_per_minute: 3 }', (grant) => grant.limits.rowsPerMinute, 3],
  'roles.*.sources.*.limits.bytes_per_minute': ['limits: { bytes_per_minute: 3 }', (grant) => grant.limits.bytesPerMinute, 3],
  'roles.*.sources.*.limits.rows_default': ['limits: { rows: 9, rows_default: 3 }', (grant) => grant.limits.rowsDefault, 3],
  'roles.*.sources.*.limits.per_minute': ['limits: { per_minute: 3 }', (grant) => grant.limits.perMinute, 3],
}

describe('every key does something', () => {
  test.each(Object.entries(inConfig))('%s', async (_, [yaml, shows, value]) => {
    expect(shows(await configOf('/srv/sluice.yaml', yaml, {}))).toEqual(value)
    expect(shows(await configOf('/srv/sluice.yaml', '', {}))).not.toEqual(value)
  })
  test.each(Object.entries(limitNames))('limits.%s, of everybody and of a key', async (name, inHouse) => {
    const value = name === 'seconds' ? 3000 : 3
    const { limits, keys } = await configOf('/srv/sluice.yaml', `limits: { ${name}: 3 }\n${key(`, limits: { ${name}: 3 }`)}`, {})
    expect(limits).toMatchObject({ [inHouse]: value })
    expect(keys[0]?.limits).toMatchObject({ [inHouse]: value })
  })
  test.each(Object.entries(inGrant))('%s', async (_, [block, shows, value]) => {
    const policy = await policyOf(`  with: { extends: [read_only], sources: { shop: { ${block} } } }\n  without: { extends: [read_only] }`)
    expect(shows(policy.grant(ana(['with']), 'shop'))).toEqual(value)
    expect(shows(policy.grant(ana(['without']), 'shop'))).not.toEqual(value)
  })
  test('roles.*.extends', async () => {
    const policy = await policyOf('  with: { extends: [read_only] }\n  without: {}')
    expect(policy.sources(ana(['with']))).toEqual(['shop', 'other'])
    expect(policy.sources(ana(['without']))).toEqual([])
  })
  test('no key is left out here', () => {
    const limited = (path: string) => /^(limits|keys\.\[\]\.limits)\.(\w+)$/.exec(path)?.[2]
    const rest = Object.keys(keys).filter((path) => !(path in inConfig) && !(path in inGrant) && !((limited(path) ?? '') in limitNames))
    expect(rest).toEqual(['roles.*.extends'])
  })
})
