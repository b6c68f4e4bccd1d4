import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hashOf } from '../../src/auth/auth.ts'
import { type Config, configOf, loadConfig } from '../../src/config/config.ts'

/** The variables of the systems that Sluice succeeds go on working, and overrule the file. */

const file = `
server: { host: 10.0.0.1, port: 81, allowed_origins: [https://file.example] }
sources: { mysql: { connector: mysql, host: in-file, password: in-file } }
limits: { rows: 5 }
llm: { model: in-file }
`
const read = (env: Record<string, string>, text = '') => configOf('/srv/sluice.yaml', text, env)
const wrong = (env: Record<string, string>, text = '') =>
  read(env, text).then(
    () => 'fine',
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  )

describe('each variable does what its name says, over the file', () => {
  test.each<readonly [Record<string, string>, (config: Config) => unknown, unknown]>([
    [{ HTTP_SERVER_HOST: '::1' }, ({ server }) => server.host, '::1'],
    [{ BACKEND_HOST: '::2' }, ({ server }) => server.host, '::2'],
    [{ BACKEND_HOST: '::2', HTTP_SERVER_HOST: '::1' }, ({ server }) => server.host, '::1'],
    [{ HTTP_SERVER_HOST: '::1', SLUICE_HOST: '::3' }, ({ server }) => server.host, '::3'],
    [{ HTTP_SERVER_PORT: '5000' }, ({ server }) => server.port, 5000],
    [{ BACKEND_PORT: '5001' }, ({ server }) => server.port, 5001],
    [{ MCP_SERVER_PORT: '8080' }, ({ server }) => server.port, 8080],
    [{ MCP_SERVER_PORT: '8080', BACKEND_PORT: '5001' }, ({ server }) => server.port, 5001],
    [
      { SQLSERVER_HOST: 'h' },
      ({ warnings, sources }) => [/SQLSERVER_HOST: .* no connector/.test(warnings[0]!), 'sqlserver' in sources],
      [true, false],
    ],
    [{ SLUICE_PORT: '5002', HTTP_SERVER_PORT: '5000' }, ({ server }) => server.port, 5002],
    [{ HTTP_SERVER_PORT: '' }, ({ server }) => server.port, 81],
    [{ HTTP_SERVER_SSE_ENDPOINT: '/events' }, ({ server }) => server.ssePath, '/events'],
    [{ HTTP_SERVER_MESSAGE_ENDPOINT: '/post/' }, ({ server }) => server.messagesPath, '/post/'],
    [
      { CORS_ORIGINS: 'https://a.example, http://b.example:81' },
      ({ server }) => server.allowedOrigins,
      ['https://a.example', 'http://b.example:81'],
    ],
    [{ CORS_ORIGINS: '["https://a.example"]' }, ({ server }) => server.allowedOrigins, ['https://a.example']],
    [{ CORS_ORIGINS: '*' }, ({ server, warnings }) => [server.allowedOrigins, warnings.length], [[], 1]],
    [{ HTTP_SERVER_ENABLE_CORS: 'false', CORS_ORIGINS: 'https://a.example' }, ({ server }) => server.allowedOrigins, []],
    [{ HTTP_SERVER_ENABLE_AUTH: 'true' }, ({ local }) => local.roles, []],
    [{ HTTP_SERVER_ENABLE_AUTH: 'false' }, ({ local, warnings }) => [local.roles, warnings.length], [['read_only'], 1]],
    [{ RATE_LIMIT_MAX_QUERIES: '9' }, ({ limits }) => limits.perMinute, 9],
    [{ RATE_LIMIT_MAX_QUERIES: '9', RATE_LIMIT_ENABLED: 'false' }, ({ limits }) => limits.perMinute, undefined],
    [{ SECURITY_RATE_LIMIT_MAX_QUERIES: '8' }, ({ limits }) => limits.perMinute, 8],
    [{ SECURITY_RESULT_SET_MAX_ROWS: '8', SECURITY_MAX_QUERY_EXECUTION_TIME: '3' }, ({ limits }) => [limits.rows, limits.ms], [8, 3000]],
    [{ SECURITY_AUDIT_LOG_PATH: 'log' }, ({ audit }) => audit.path, '/srv/log'],
    [{ LOG_LEVEL: 'WARN' }, ({ log }) => log.level, 'warning'],
    [{ MCP_SERVER_LOG_LEVEL: 'ERROR' }, ({ log }) => log.level, 'error'],
    [{ MCP_SERVER_LOG_LEVEL: 'ERROR', LOG_LEVEL: 'WARN' }, ({ log }) => log.level, 'warning'],
    [{ MAX_QUERY_EXECUTION_TIME: '2.5' }, ({ limits }) => limits.ms, 2500],
    [{ RESULT_SET_MAX_ROWS: '7' }, ({ limits }) => limits.rows, 7],
    [{ AUDIT_LOG_PATH: 'log' }, ({ audit }) => audit.path, '/srv/log'],
    [
      { SECURITY_ENABLE_AUDIT_LOG: 'false' },
      ({ warnings }) => warnings[0],
      'SECURITY_ENABLE_AUDIT_LOG: the audit log cannot be switched off; it goes on.',
    ],
    [{ SLUICE_REGISTRY: 'r.db' }, ({ registry }) => registry, { file: '/srv/r.db' }],
    [{ SLUICE_REGISTRY: 'postgresql://h/d' }, ({ registry }) => registry, { url: 'postgresql://h/d' }],
    // A registry of one predecessor, a source of another, or both.
    [
      { POSTGRES_HOST: 'h', POSTGRES_DB: 'r', POSTGRES_USER: 'u@x', POSTGRES_PASSWORD: 'p/w', POSTGRES_PORT: '5433' },
      ({ registry, sources }) => [registry, sources.postgres],
      [{ url: 'postgres://u%40x:p%2Fw@h:5433/r' }, undefined],
    ],
    [
      { POSTGRES_HOST: '::1', POSTGRES_DB: 'r', POSTGRES_DATABASE: 'd' },
      ({ registry, sources }) => [registry, sources.postgres?.settings.database],
      [{ url: 'postgres://[::1]/r' }, 'd'],
    ],
    [
      { POSTGRES_HOST: 'h', POSTGRES_DB: 'r', SLUICE_REGISTRY: 'mine.db' },
      ({ registry, told }) => [registry, told.find(({ key }) => key === 'registry')],
      [{ file: '/srv/mine.db' }, { key: 'registry', value: '/srv/mine.db', from: 'environment' }],
    ],
    [{ POSTGRES_DB: 'r' }, ({ registry, sources }) => [registry, sources.postgres], [{ file: '/srv/.sluice/registry.db' }, undefined]],
    [
      { POSTGRES_HOST: 'h', POSTGRES_DB: 'r', POSTGRES_PASSWORD: 'p', POSTGRES_USER: 'u' },
      ({ told }) => told.find(({ key }) => key === 'registry')?.value,
      '***',
    ],
    [{ CHAT2SQL_MODE: 'standalone' }, ({ llm }) => llm.mode, 'standalone'],
    [{ LLM_PROVIDER: 'zhipu' }, ({ llm }) => llm.provider, 'zhipu'],
    [{ LLM_MODEL: 'm' }, ({ llm }) => llm.model, 'm'],
    [{ LLM_API_KEY: '007' }, ({ llm }) => llm.apiKey, '007'],
    [{ LLM_BASE_URL: 'http://localhost:1' }, ({ llm }) => llm.baseUrl, 'http://localhost:1'],
    [{ LLM_TEMPERATURE: '0.5' }, ({ llm }) => llm.temperature, 0.5],
    [{ LLM_MAX_TOKENS: '99' }, ({ llm }) => llm.maxTokens, 99],
    [{ LLM_TIMEOUT: '9' }, ({ llm }) => llm.timeoutMs, 9000],
    [{ LLM_PROVIDER: 'claude', ANTHROPIC_API_KEY: 'a' }, ({ llm }) => llm.apiKey, 'a'],
    [{ LLM_PROVIDER: 'openai', OPENAI_API_KEY: 'o', ANTHROPIC_API_KEY: 'a' }, ({ llm }) => llm.apiKey, 'o'],
    [{ LLM_PROVIDER: 'openai', OPENAI_API_KEY: 'o', LLM_API_KEY: 'l' }, ({ llm }) => llm.apiKey, 'l'],
    [{ LLM_PROVIDER: 'zhipu', OPENAI_API_KEY: 'o', ANTHROPIC_API_KEY: 'a' }, ({ llm }) => llm.apiKey, undefined],
    [{ ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' }, ({ llm }) => [llm.provider, llm.apiKey], [undefined, undefined]],
    [{ CHAT2SQL_MODE: 'standalone', LLM_API_KEY: 'l' }, ({ llm }) => [llm.provider, llm.apiKey], ['claude', 'l']],
    [{ CHAT2SQL_MODE: 'standalone', ANTHROPIC_API_KEY: 'a' }, ({ llm }) => [llm.provider, llm.apiKey], ['claude', 'a']],
    [{ CHAT2SQL_MODE: 'standalone', OPENAI_API_KEY: 'o' }, ({ llm }) => [llm.provider, llm.apiKey], ['openai', 'o']],
    [{ CHAT2SQL_MAX_EXAMPLES: '5' }, ({ llm }) => llm.examples, 5],
    [{ CHAT2SQL_MAX_EXAMPLES: '5', CHAT2SQL_USE_EXAMPLES: 'false' }, ({ llm }) => llm.examples, 0],
    [{ CHAT2SQL_SUGGEST_OPTIMIZATIONS: 'true' }, ({ llm }) => llm.advise, true],
    [{ CHAT2SQL_SCHEMA_CACHE_TTL: '60' }, ({ sources }) => sources.mysql?.schemaTtlMs, 60_000],
    [{ CHAT2SQL_ENABLE_SCHEMA_CACHE: 'false' }, ({ sources }) => sources.mysql?.schemaTtlMs, 1000],
    [{ CHAT2SQL_ENABLE_VALIDATION: 'false' }, ({ warnings }) => /CHAT2SQL_ENABLE_VALIDATION: .* cannot be/.test(warnings[0]!), true],
    [{ CHAT2SQL_ALLOW_DDL: 'true' }, ({ warnings }) => /CHAT2SQL_ALLOW_DDL: .* never/.test(warnings[0]!), true],
    [
      { XUGU_DB_HOST: 'x' },
      ({ warnings, sources }) => [/XUGU_DB_HOST: .* no connector/.test(warnings[0]!), 'xugu' in sources],
      [true, false],
    ],
    [
      { MYSQL_HOST: 'db', MYSQL_PASSWORD: '' },
      ({ sources }) => [sources.mysql?.settings.host, sources.mysql?.settings.password],
      ['db', ''],
    ],
    [{ MYSQL_USER: 'u' }, ({ sources }) => [sources.mysql?.settings.host, sources.mysql?.settings.user], ['in-file', 'u']],
  ])('%j', async (env, shows, value) => {
    expect(shows(await read(env, file))).toEqual(value)
  })

  test.each([
    ['MYSQL', 'mysql', 'mysql'],
    ['POSTGRES', 'postgres', 'postgres'],
  ])('%s_* make a source', async (prefix, name, dialect) => {
    const all = { HOST: 'db', PORT: '1234', USER: 'reader', PASSWORD: '007', DATABASE: 'shop' }
    const env = Object.fromEntries(Object.entries(all).map(([part, value]) => [`${prefix}_${part}`, value]))
    const { sources } = await read(env)
    expect(sources[name]).toMatchObject({
      connector: name,
      dialect,
      cacheTtlMs: 0,
      schemaTtlMs: 300000,
      settings: { host: 'db', port: 1234, user: 'reader', password: '007', database: 'shop', pool_max: expect.any(Number) },
    })
    expect((await read({ [`${prefix}_USER`]: 'reader' })).sources).toEqual({})
  })

  test('a token becomes a key that only its hash is kept of', async () => {
    const env = { HTTP_SERVER_AUTH_TOKEN: 'a-token-of-the-predecessor' }
    const config = await read(env)
    expect(config.keys).toMatchObject([
      { name: 'HTTP_SERVER_AUTH_TOKEN', hash: hashOf(env.HTTP_SERVER_AUTH_TOKEN), roles: ['read_only'], from: 'environment' },
    ])
    expect(JSON.stringify(config)).not.toContain(env.HTTP_SERVER_AUTH_TOKEN)
    const roles = 'data_editor, data_analyst'
    expect((await read({ ...env, SLUICE_AUTH_TOKEN_ROLES: roles })).keys[0]?.roles).toEqual(['data_editor', 'data_analyst'])
    expect((await read({ HTTP_SERVER_AUTH_TOKEN: 'short' })).warnings).toHaveLength(1)
    expect((await read({ ...env, HTTP_SERVER_ENABLE_AUTH: 'false' })).keys).toEqual([])
  })
})

describe('what is wrong is told by the name of its variable, never with its value', () => {
  test.each([
    ['HTTP_SERVER_PORT', 'hush'],
    ['SLUICE_PORT', '70000'],
    ['HTTP_SERVER_ENABLE_AUTH', 'hush'],
    ['HTTP_SERVER_ENABLE_CORS', 'hush'],
    ['HTTP_SERVER_AUTH_TOKEN', 'hush hush'],
    ['CORS_ORIGINS', 'hush'],
    ['CORS_ORIGINS', 'https://a.example/hush'],
    ['RATE_LIMIT_ENABLED', 'hush'],
    ['RATE_LIMIT_MAX_QUERIES', '0'],
    ['MAX_QUERY_EXECUTION_TIME', 'hush'],
    ['RESULT_SET_MAX_ROWS', '-1'],
    ['SECURITY_ENABLE_AUDIT_LOG', 'hush'],
    ['LOG_LEVEL', 'hush'],
    ['MCP_SERVER_LOG_LEVEL', 'hush'],
    ['CHAT2SQL_MODE', 'hush'],
    ['LLM_PROVIDER', 'hush'],
    ['LLM_TEMPERATURE', '3'],
    ['LLM_MAX_TOKENS', 'hush'],
  ])('%s=%s', async (variable, value) => {
    const told = await wrong({ [variable]: value })
    expect(told).toMatch(new RegExp(`^config_invalid sluice.yaml: ${variable}: `))
    expect(told).not.toContain('hush')
  })
  test('a port of a source', async () => {
    expect(await wrong({ MYSQL_HOST: 'a', MYSQL_PORT: 'x' })).toContain('MYSQL_PORT: must be a whole number')
  })
  test('a source of that name that is of another kind', async () => {
    expect(await wrong({ MYSQL_HOST: 'a' }, 'sources: { mysql: { connector: sqlite, path: a } }')).toContain(
      'MYSQL_HOST: the file has a source',
    )
    expect(await wrong({}, 'sources: { mysql: { connector: sqlite, path: a } }')).toBe('fine')
  })
  test('a role of the token that there is not', async () => {
    expect(await wrong({ HTTP_SERVER_AUTH_TOKEN: 'x'.repeat(20), SLUICE_AUTH_TOKEN_ROLES: 'raed_only' })).toContain(
      'did you mean "read_only"',
    )
  })
})

test('each value knows where it comes from, and no secret is among them', async () => {
  const { told } = await read(
    { MYSQL_HOST: 'db', MYSQL_PASSWORD: 'hush', LLM_API_KEY: 'hush', HTTP_SERVER_AUTH_TOKEN: 'hush-hush-hush-hush' },
    file,
  )
  const of = (key: string) => told.find((one) => one.key === key)
  expect(of('server.port')).toEqual({ key: 'server.port', value: 81, from: 'file' })
  expect(of('server.sse_path')).toEqual({ key: 'server.sse_path', value: '/sse', from: 'default' })
  expect(of('sources.mysql.host')).toEqual({ key: 'sources.mysql.host', value: 'db', from: 'environment' })
  expect(of('sources.mysql.password')).toEqual({ key: 'sources.mysql.password', value: '***', from: 'environment' })
  expect(of('llm.api_key')).toMatchObject({ value: '***', from: 'environment' })
  expect(of('keys.0.hash')).toMatchObject({ value: '***', from: 'environment' })
  expect(JSON.stringify(told)).not.toMatch(/hush|sha256/)
})

test('.env of the working folder counts, and never changes what is set', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-env-'))
  const before = process.cwd()
  try {
    writeFileSync(join(folder, '.env'), '# a comment\nMYSQL_HOST=from-file\nMYSQL_USER="from file"\nNAMED=seven\n')
    writeFileSync(join(folder, 'sluice.yaml'), `sources: { s: { connector: sqlite, path: "$\{NAMED}.db" } }\n`)
    process.chdir(folder)
    const { sources } = await loadConfig(undefined, { MYSQL_HOST: 'set' })
    expect(sources.mysql?.settings).toMatchObject({ host: 'set', user: 'from file' })
    expect(sources.s?.settings.path).toMatch(/seven\.db$/)
  } finally {
    process.chdir(before)
    rmSync(folder, { recursive: true, force: true })
  }
})

test('what is wrong without a file is the environment, and a file that is not there is said to be missing', async () => {
  await expect(configOf(undefined, '', { LLM_PROVIDER: 'hush' })).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringMatching(/^environment: LLM_PROVIDER: must be one of /),
  })
  await expect(loadConfig('/srv/none/sluice.yaml', {})).rejects.toMatchObject({
    code: 'config_invalid',
    message: 'There is no /srv/none/sluice.yaml.',
    hint: expect.stringContaining('sluice init'),
  })
})
