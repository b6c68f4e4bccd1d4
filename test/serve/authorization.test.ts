import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as ask } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { configOf } from '../../src/config/config.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { audience, type RunningProvider, startProvider } from '../auth/provider.ts'

/** Who may come in by HTTP and MCP, and what those are told who may not: with a real provider, a real store of keys and real SQLite. */

let folder: string
let provider: RunningProvider
let opened: Opened
let server: HttpServer

const text = (issuer: string) => `
state: state
sources: { shop: { connector: sqlite, path: shop.db }, other: { connector: sqlite, path: shop.db } }
roles:
  slow: { extends: [read_only], sources: { shop: { limits: { per_minute: 2 } } } }
local: { roles: [] }
oidc:
  issuer: ${issuer}
  audience: ${audience}
  required_scopes: [query]
  cooldown_s: 0
  roles: { claim: teams, map: { analysts: [data_analyst] } }
`

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-authorization-'))
  const db = new DatabaseSync(join(folder, 'shop.db'))
  db.exec('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)')
  db.close()
  provider = await startProvider()
  writeFileSync(join(folder, 'sluice.yaml'), text(provider.issuer))
  opened = openParts(await configOf(join(folder, 'sluice.yaml'), text(provider.issuer), {}))
  server = await serveHttp(opened.parts, { host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await server.close()
  await opened.close()
  await provider.close()
  rmSync(folder, { recursive: true, force: true })
})

const post = (path: string, body: unknown, token?: string, more: Record<string, string> = {}) =>
  fetch(server.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...more,
    },
    body: JSON.stringify(body),
  })
const sql = (token?: string, source = 'shop') => post('/sql/execute', { source, sql: 'SELECT a FROM t' }, token)
const tool = (token?: string) =>
  post(
    '/mcp',
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'execute_sql', arguments: { source: 'shop', sql: 'SELECT a FROM t' } } },
    token,
  )
const keyOf = async (over: object = {}) => {
  const name = `key ${Math.random()}`
  return opened.parts.auth.keys.create({ name, roles: ['read_only'], attributes: {}, ...over }, 'operator')
}
type Told = { error: { code: string }; key: string; known: { id: string; name: string }; keys: { name: string }[] }
const told = async (answer: Response) => (await answer.json()) as Told

describe('MCP clients find the provider', () => {
  const metadata = '/.well-known/oauth-protected-resource/mcp'
  test.each([metadata, '/.well-known/oauth-protected-resource', `${metadata}/schema,dml`])('%s', async (path) => {
    const answer = await fetch(server.url + path)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      resource: `${server.url}/mcp`,
      authorization_servers: [provider.issuer],
      bearer_methods_supported: ['header'],
      scopes_supported: ['query'],
    })
  })
  test.each([
    ['tools/call', () => tool()],
    ['tools/list', () => post('/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' })],
    ['initialize', () => post('/mcp', { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} })],
    ['a method that nobody knows', () => post('/mcp', { jsonrpc: '2.0', id: 1, method: 'x/y' })],
    ['the SQL route', () => sql()],
  ])('%s without a token is told where to look, and of no error', async (_, send) => {
    const answer = await send()
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe(`Bearer resource_metadata="${server.url}${metadata}", scope="query"`)
  })
  test('a server with an address of its own tells that one', async () => {
    const behind = await serveHttp(opened.parts, { host: '127.0.0.1', port: 0, publicUrl: 'https://data.example.com' })
    const answer = await fetch(behind.url + metadata)
    expect(await answer.json()).toMatchObject({ resource: audience })
    const refused = await fetch(`${behind.url}/info`)
    expect(refused.headers.get('www-authenticate')).toContain('resource_metadata="https://data.example.com/.well-known/')
    await behind.close()
  })
})

test('without a provider there is nothing to find, and a refusal says only that a key is needed', async () => {
  const plain = openParts(await configOf(join(folder, 'plain.yaml'), 'local: { roles: [] }', {}))
  const own = await serveHttp(plain.parts, { host: '127.0.0.1', port: 0 })
  const found = await fetch(`${own.url}/.well-known/oauth-protected-resource/mcp`)
  expect([found.status, (await told(found)).error.code]).toEqual([404, 'route_unknown'])
  expect((await fetch(`${own.url}/info`)).headers.get('www-authenticate')).toBe('Bearer')
  const token = await provider.token(audience)
  expect((await fetch(`${own.url}/info`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401)
  await own.close()
  await plain.close()
})

describe('tokens', () => {
  test('a good one reads, by SQL and by MCP', async () => {
    const token = await provider.token(audience)
    expect(await (await sql(token)).json()).toMatchObject({ rows: [[1]] })
    expect(await (await tool(token)).json()).toMatchObject({ result: { structuredContent: { rows: [[1]] } } })
  })
  test.each<readonly [string, () => Promise<string>, string, number, string]>([
    ['for another audience', () => provider.token('https://other.example.com'), 'credential_audience', 401, 'error="invalid_token"'],
    ['that has expired', () => provider.forge({ exp: 1 }), 'credential_expired', 401, 'error="invalid_token"'],
    ['of another issuer', () => provider.forge({ iss: 'https://evil.example' }), 'credential_unknown', 401, 'error="invalid_token"'],
    ['that is nonsense', async () => 'nonsense', 'credential_unknown', 401, 'error="invalid_token"'],
    ['without the scope', () => provider.token(audience, 'change'), 'credential_scope', 403, 'error="insufficient_scope"'],
  ])('one %s is refused with a challenge', async (_, make, code, status, challenge) => {
    const token = await make()
    for (const send of [sql, tool]) {
      const answer = await send(token)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('www-authenticate')).toContain(challenge)
      expect(answer.headers.get('www-authenticate')).toContain('resource_metadata=')
      const { error } = (await answer.json()) as { error: { code: string; data?: { code: string } } }
      expect(error.data?.code ?? error.code).toBe(code)
    }
  })
  test.each(['access_token', '%61ccess_token', 'ACCESS%5Ftoken'])('one in the address is never accepted, as %s', async (name) => {
    const token = await provider.token(audience)
    for (const path of [`/info?${name}=${token}`, `/mcp?groups=core&${name}=${token}`]) {
      for (const authorization of ['', `Bearer ${token}`]) {
        const answer = await fetch(server.url + path, authorization === '' ? {} : { headers: { authorization } })
        expect(answer.status).toBe(401)
        expect(await told(answer)).toMatchObject({ error: { code: 'credential_missing' } })
      }
    }
  })
})

/** What `fetch` would not send. */
const raw = (path: string, headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    const { port } = new URL(server.url)
    ask({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume()
      resolve(response.statusCode!)
    })
      .on('error', reject)
      .end()
  })

test('a forged Host or Origin is refused, whatever credential comes with it', async () => {
  const { key } = await keyOf()
  const authorization = `Bearer ${key}`
  for (const path of ['/info', '/.well-known/oauth-protected-resource', '/api/keys']) {
    expect(await raw(path, { host: 'evil.example', authorization })).toBe(403)
    expect(await raw(path, { host: 'localhost', origin: 'https://evil.example', authorization })).toBe(403)
  }
  expect(await raw('/info', { host: 'localhost', authorization })).toBe(200)
})

describe('keys over HTTP', () => {
  test('an administrator makes, lists, rotates and revokes; each is in the audit log, no secret is', async () => {
    const { key: admin } = await keyOf({ roles: ['admin'] })
    const made = await post(
      '/api/keys',
      { name: 'bot', roles: ['read_only'], sources: ['shop'], limits: { seconds: 3 }, expires: '2099-01-01' },
      admin,
    )
    expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const { key, known } = await told(made)
    expect(known).toMatchObject({ name: 'bot', sources: ['shop'], limits: { seconds: 3 }, expires: '2099-01-01T00:00:00.000Z' })
    expect((await sql(key)).status).toBe(200)
    expect((await sql(key, 'other')).status).toBe(404)
    const listed = await fetch(`${server.url}/api/keys`, { headers: { authorization: `Bearer ${admin}` } })
    expect((await told(listed)).keys.map(({ name }) => name)).toContain('bot')
    const again = await told(await post(`/api/keys/${known.id}/rotate`, {}, admin))
    expect([(await sql(key)).status, (await sql(again.key)).status]).toEqual([401, 200])
    const gone = await fetch(`${server.url}/api/keys/${known.id}`, { method: 'DELETE', headers: { authorization: `Bearer ${admin}` } })
    expect(gone.status).toBe(200)
    expect(await told(await sql(again.key))).toMatchObject({ error: { code: 'credential_revoked' } })
    const records = await opened.parts.trail.list({ last: 100 } as never)
    const log = JSON.stringify(records)
    for (const done of ['create key bot', `rotate key ${known.id}`, `revoke key ${known.id}`]) expect(log).toContain(done)
    expect(log).not.toMatch(/slk_/)
  })
  test('nobody else does', async () => {
    const { key } = await keyOf({ roles: ['developer'] })
    for (const token of [key, await provider.token(audience)]) {
      expect(await told(await post('/api/keys', { name: 'x', roles: ['read_only'] }, token))).toMatchObject({
        error: { code: 'action_refused' },
      })
    }
    expect((await post('/api/keys', { name: 'x', roles: ['read_only'] })).status).toBe(401)
    expect((await fetch(`${server.url}/api/keys`)).status).toBe(401)
  })
  test.each([
    [{ name: 'x' }, 'field_missing'],
    [{ name: 'x', roles: [] }, 'field_invalid'],
    [{ name: 'x', roles: ['read_only'], admin: true }, 'field_unknown'],
    [{ name: 'x', roles: ['read_only'], groups: ['sql'] }, 'field_invalid'],
    [{ name: 'x', roles: ['read_only'], expires: 'soon' }, 'field_invalid'],
    [{ name: 'x', roles: ['read_only'], limits: { rows: 0 } }, 'field_invalid'],
    [{ name: 'x\u0000', roles: ['read_only'] }, 'field_invalid'],
  ])('%j is %s', async (body, code) => {
    const { key } = await keyOf({ roles: ['admin'] })
    expect(await told(await post('/api/keys', body, key))).toMatchObject({ error: { code } })
  })
  test('a key for other tools cannot run SQL by a route', async () => {
    const { key } = await keyOf({ groups: ['schema'] })
    expect(await told(await sql(key))).toMatchObject({ error: { code: 'tool_refused' } })
    const { key: admin } = await keyOf({ roles: ['admin'], groups: ['schema'] })
    expect(await told(await post('/import/shop/t', [{ a: 9 }], admin))).toMatchObject({ error: { code: 'tool_refused' } })
    expect(
      await told(await post('/mcp/tools/call', { name: 'execute_sql', arguments: { source: 'shop', sql: 'SELECT 1' } }, key)),
    ).toMatchObject({
      error: { code: 'tool_refused' },
    })
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws`, { headers: { authorization: `Bearer ${key}` } } as never)
    const answer = new Promise<string>((resolve, reject) => {
      socket.onmessage = ({ data }) => String(data).includes('"error"') && resolve(String(data))
      socket.onerror = () => reject(new Error('no socket'))
    })
    socket.onopen = () => socket.send(JSON.stringify({ type: 'sql', id: '1', sql: 'SELECT 1', source: 'shop' }))
    expect(await answer).toContain('tool_refused')
    socket.close()
    expect(await told(await post('/api/keys', { name: 'x', roles: ['read_only'] }, admin))).toMatchObject({
      error: { code: 'tool_refused' },
    })
  })
})

test('answers tell what a caller has left, and a refusal when to come again', async () => {
  const { key } = await keyOf({ roles: ['slow'] })
  const first = await sql(key)
  expect([
    first.headers.get('x-ratelimit-limit'),
    first.headers.get('x-ratelimit-remaining'),
    first.headers.get('x-ratelimit-reset'),
  ]).toEqual(['2', '1', '0'])
  const second = await tool(key)
  expect(second.headers.get('x-ratelimit-remaining')).toBe('0')
  const third = await sql(key)
  expect(third.status).toBe(429)
  expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(third.headers.get('retry-after')).toBe(third.headers.get('x-ratelimit-reset'))
  // MCP answers a failed tool with a result, which says the same; the header is there all the same.
  const fourth = await post(
    '/mcp',
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'execute_sql', arguments: { source: 'shop', sql: 'SELECT 1' } } },
    key,
    { accept: 'application/json, text/event-stream' },
  )
  expect(fourth.status).toBe(200)
  expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await fourth.json()).toMatchObject({ result: { isError: true, structuredContent: { error: { code: 'rate_limited' } } } })
})

test('a key that is revoked in the middle of a stream ends the stream', async () => {
  const { key, known } = await keyOf()
  const endless = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r'
  const answer = await post('/sql/stream', { source: 'shop', sql: endless, limit: 10_000_000 }, key, { accept: 'application/x-ndjson' })
  const reader = answer.body!.getReader()
  const read = await reader.read()
  expect(Buffer.from(read.value!).toString()).toContain('columns')
  await opened.parts.auth.keys.revoke(known.id, 'operator')
  let last = ''
  for (let piece = await reader.read(); !piece.done; piece = await reader.read())
    last = (last + Buffer.from(piece.value).toString()).slice(-2_000)
  expect(JSON.parse(last.trim().split('\n').at(-1)!)).toMatchObject({ error: { code: 'credential_revoked' } })
})
