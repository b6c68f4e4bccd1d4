import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Parts } from '../../src/gateway.ts'
import { openLog } from '../../src/log/log.ts'
import { serveHttp } from '../../src/serve/serve.ts'
import { hands } from './doubles.ts'
import { both, json, post, raw, request, started, toolCall, until } from './running.ts'

test('the root names the server and its routes, and every route that it names is there', async () => {
  const { url } = await started()
  const about = (await (await fetch(url)).json()) as { name: string; version: string; links: Record<string, string> }
  expect(about).toMatchObject({ name: 'sluice', status: 'running', version: expect.stringMatching(/^\d+\.\d+\.\d+/) })
  for (const link of Object.values(about.links)) expect((await fetch(url + link)).status, link).not.toBe(404)
})

test('the page of routes and the server agree', async () => {
  const { url } = await started()
  const documented = [
    ...readFileSync('docs/http.md', 'utf8')
      .split('\n## ')[0]!
      .matchAll(/^\| `(GET|POST) (\/\S*)` \|/gm),
  ].map(([, method, path]) => [method!, path!])
  const { links } = (await (await fetch(url)).json()) as { links: Record<string, string> }
  expect(documented.map(([, path]) => path).sort()).toEqual(['/', ...Object.values(links)].sort())
  for (const [method, path] of documented) {
    const asked = await fetch(url + path, { method: 'OPTIONS' })
    expect(asked.headers.get('allow')?.split(', ')[0], path).toBe(method)
  }
})

test('HEAD answers as GET without a body', async () => {
  const { url } = await started()
  for (const path of ['/', '/health', '/info']) {
    const head = await fetch(url + path, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(10)
    expect(await head.text()).toBe('')
  }
})

test('health says per source whether it answers', async () => {
  const well = await fetch(`${(await started()).url}/health`)
  expect([well.status, await well.json()]).toEqual([200, { status: 'ok', sources: { shop: { status: 'ok', ms: expect.any(Number) } } }])

  const half = await fetch(`${(await started({ hands: { sources: ['shop', 'files'], broken: ['files'] } })).url}/health`)
  expect([half.status, await half.json()]).toMatchObject([
    200,
    { status: 'degraded', sources: { shop: { status: 'ok' }, files: { status: 'failed' } } },
  ])

  const none = await fetch(`${(await started({ hands: { broken: ['shop'] } })).url}/health`)
  expect([none.status, await none.json()]).toMatchObject([503, { status: 'failed' }])
  const unwritten = await fetch(`${(await started({ hands: { unwritten: true } })).url}/health`)
  expect([unwritten.status, await unwritten.json()]).toMatchObject([
    503,
    { status: 'failed', audit: 'failed', sources: { shop: { status: 'ok' } } },
  ])
})

test('strangers learn the status of the server and nothing of its sources', async () => {
  const { url } = await started()
  const forwarded = { 'x-forwarded-for': '203.0.113.9' }
  expect(await (await fetch(`${url}/health`, { headers: forwarded })).json()).toEqual({ status: 'ok' })
  const info = await fetch(`${url}/info`, { headers: forwarded })
  expect(info.status).toBe(401)
  expect(info.headers.get('www-authenticate')).toBe('Bearer')
})

test('info tells who is asking, what runs and which sources there are', async () => {
  const { url } = await started()
  expect(await (await fetch(`${url}/info`)).json()).toMatchObject({
    principal: { name: 'tester', roles: ['reader'] },
    requests_running: 1,
    mcp_versions: expect.arrayContaining(['2024-11-05', '2026-07-28']),
    sources: [{ name: 'shop', connector: 'postgres' }],
  })
})

test('execute answers columns, rows and the receipt', async () => {
  const { url, seen } = await started()
  const response = await post(`${url}/sql/execute`, { query: 'rows 2', params: ['a', 1, null], limit: 9, timeout: 1.5 })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-length')).not.toBeNull()
  expect(await response.json()).toEqual({
    columns: [
      { name: 'id', type: 'int' },
      { name: 'name', type: 'text' },
    ],
    rows: [
      [1, 'näme 1'],
      [2, 'näme 2'],
    ],
    truncated: false,
    receipt: expect.objectContaining({ audit_id: seen.calls[0]!.id, source: 'shop', rows: 2 }),
  })
  expect(seen.calls[0]).toMatchObject({ door: 'http', action: 'query', params: ['a', 1, null], rowsMax: 9, timeoutMs: 1500 })
})

test('an empty result has its columns', async () => {
  const { url } = await started()
  expect(await (await post(`${url}/sql/execute`, { sql: 'rows 0' })).json()).toMatchObject({ rows: [], columns: [{ name: 'id' }, {}] })
})

test.each([
  [{ sql: 'fail table_unknown' }, 404, 'table_unknown', true],
  [{ sql: 'fail source_unavailable' }, 503, 'source_unavailable', true],
  [{ sql: 'fail query_timeout' }, 504, 'query_timeout', true],
  [{ sql: 'fail statement_refused' }, 403, 'statement_refused', true],
  [{ sqll: 'x' }, 400, 'field_unknown', false],
  [{}, 400, 'field_missing', false],
  [{ sql: 'x', timeout: 'long' }, 400, 'field_invalid', false],
  [{ sql: 'x', timeout: 1, timeout_ms: 1 }, 400, 'field_invalid', false],
  [[], 400, 'field_invalid', false],
])('%j fails with its own status and code', async (body, status, code, audited) => {
  const { url } = await started()
  for (const path of ['/sql/execute', '/sql/stream']) {
    const response = await post(url + path, body)
    expect(response.status).toBe(status)
    const { error } = (await response.json()) as { error: Record<string, string> }
    expect(error).toMatchObject({ code, message: expect.any(String), hint: expect.any(String), mend: expect.any(String) })
    expect(error.audit_id !== undefined).toBe(audited)
  }
})

test('the stream is events, or lines when they are asked for', async () => {
  const { url } = await started()
  const events = await post(`${url}/sql/stream`, { query: 'rows 2' })
  expect(events.headers.get('content-type')).toBe('text/event-stream')
  const told = (await events.text())
    .trimEnd()
    .split('\n\n')
    .map((event) => /^event: (\w+)\ndata: (.*)$/.exec(event)!.slice(1))
  expect(told.map(([name]) => name)).toEqual(['columns', 'rows', 'done'])
  expect(JSON.parse(told[1]![1]!)).toEqual([
    [1, 'näme 1'],
    [2, 'näme 2'],
  ])
  expect(JSON.parse(told[2]![1]!)).toMatchObject({ rows: 2, source: 'shop' })

  const lines = await post(`${url}/sql/stream`, { query: 'rows 2' }, { ...json, accept: 'application/x-ndjson' })
  expect(lines.headers.get('content-type')).toBe('application/x-ndjson')
  const parsed = (await lines.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  expect(parsed).toMatchObject([{ columns: [{}, {}] }, [1, 'näme 1'], [2, 'näme 2'], { receipt: { rows: 2 } }])
})

test('what fails after rows were sent ends the document as an error', async () => {
  const { url, seen } = await started()
  const ask = (path: string, accept: string) => post(url + path, { sql: 'fail value_invalid after 20000' }, { ...json, accept })
  const document = (await (await ask('/sql/execute', '*/*')).json()) as Record<string, unknown>
  expect(document.rows).toHaveLength(20_000)
  expect(document).toMatchObject({ truncated: null, error: { code: 'value_invalid', audit_id: seen.calls[0]!.id } })
  expect(await (await ask('/sql/stream', '*/*')).text()).toMatch(/\n\nevent: error\ndata: \{"code":"value_invalid".*\}\n\n$/)
  expect(await (await ask('/sql/stream', 'application/x-ndjson')).text()).toMatch(/\n\{"error":\{"code":"value_invalid".*\}\}\n$/)
})

test('unknown routes and methods are told apart', async () => {
  const { url } = await started()
  const lost = await fetch(`${url}/sql/exekute`, { method: 'POST' })
  expect([lost.status, await lost.json()]).toMatchObject([
    404,
    { error: { code: 'route_unknown', message: expect.stringContaining('/sql/execute') } },
  ])
  const wrong = await fetch(`${url}/sql/execute`)
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
  const read = await post(`${url}/health`, {})
  expect([read.status, read.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  expect(await read.json()).toMatchObject({ error: { code: 'method_refused' } })
})

test('only hosts that the server answers for are served', async () => {
  const { port } = await started({ allowedHosts: ['data.example.com'] })
  const ask = (host: string) => raw(port, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  for (const host of ['localhost', `127.0.0.1:${port}`, '[::1]:9', 'LOCALHOST:1', 'data.example.com', 'data.example.com:443']) {
    expect(await ask(host), host).toMatch(/^HTTP\/1.1 200 /)
  }
  for (const host of [
    'evil.example.com',
    'localhost.evil.com',
    '127.0.0.1.evil.com',
    '',
    'data.example.com.evil.com',
    'evil.com:80@localhost',
  ]) {
    expect(await ask(host), host).toMatch(/^HTTP\/1.1 403 [\s\S]*host_refused/)
  }
})

test('only pages of known origins may use it, and only they get the headers for it', async () => {
  const { url } = await started({ allowedOrigins: ['https://app.example.com'] })
  for (const origin of ['https://app.example.com', 'http://localhost:5173', 'http://127.0.0.1:8000']) {
    const response = await fetch(url, { headers: { origin } })
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, origin])
    expect(response.headers.get('vary')).toBe('Origin')
  }
  for (const origin of ['https://evil.example.com', 'null', 'https://app.example.com.evil.com', 'http://localhost.evil.com', 'file://']) {
    const response = await post(`${url}/sql/execute`, { sql: 'x' }, { ...json, origin })
    expect([origin, response.status, response.headers.get('access-control-allow-origin')]).toEqual([origin, 403, null])
    expect(await response.json()).toMatchObject({ error: { code: 'origin_refused' } })
  }
  expect((await fetch(url)).headers.get('access-control-allow-origin')).toBeNull()
})

test('a browser may ask first', async () => {
  const { url } = await started()
  const asked = await fetch(`${url}/mcp`, { method: 'OPTIONS', headers: { origin: 'http://localhost:3000' } })
  expect(asked.status).toBe(204)
  expect(asked.headers.get('access-control-allow-methods')).toContain('POST')
  expect(asked.headers.get('access-control-allow-headers')).toContain('Mcp-Protocol-Version')
  expect((await fetch(`${url}/mcp`, { method: 'OPTIONS', headers: { origin: 'https://evil.example.com' } })).status).toBe(403)
})

const forwardings: [string, string][] = [
  ['x-forwarded-for', '127.0.0.1'],
  ['forwarded', 'for=127.0.0.1'],
  ['x-real-ip', '127.0.0.1'],
  ['via', '1.1 proxy'],
  ['x-forwarded-host', 'localhost'],
]

test.each(forwardings)('behind a proxy that sends %s nobody is local', async (name, value) => {
  const { url, seen } = await started()
  const response = await post(`${url}/sql/execute`, { sql: 'x', source: 'shop' }, { ...json, [name]: value })
  expect(response.status).toBe(401)
  expect(seen.calls[0]!.credential).toEqual({ kind: 'none' })
})

test('a key is taken from the Authorization header, and a wrong one is not overlooked for being local', async () => {
  const { url, seen } = await started({ hands: { key: 'k1' } })
  const ask = (authorization: string) => post(`${url}/sql/execute`, { sql: 'x', source: 'shop' }, { ...json, authorization })
  expect((await ask('Bearer k1')).status).toBe(200)
  expect((await ask('bearer  k1')).status).toBe(200)
  expect(seen.calls[0]!.credential).toEqual({ kind: 'bearer', token: 'k1' })
  for (const wrong of ['Bearer k2', 'Basic azE=', 'Bearer', 'k1']) {
    const response = await ask(wrong)
    expect([wrong, response.status, response.headers.get('www-authenticate')]).toEqual([wrong, 401, 'Bearer'])
    expect(await response.text()).not.toContain('k2')
  }
})

test('off the loopback everyone needs a key', async () => {
  const { port } = await started({ host: '0.0.0.0' })
  expect(await raw(port, request('/sql/execute', '{"sql":"x"}', ['Connection: close']))).toMatch(/^HTTP\/1.1 401 /)
  const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
  expect(await raw(port, request('/mcp', list, ['Connection: close']))).toMatch(/^HTTP\/1.1 401 [\s\S]*credential_missing/)
})

test('MCP answers a missing key with 401, so that clients ask for one', async () => {
  const { url } = await started({ hands: { key: 'k1' } })
  const bad = { ...both, authorization: 'Bearer wrong' }
  for (const body of [
    toolCall('x'),
    toolCall('x', { arguments: { sql: 'x', source: 'shop' } }),
    { jsonrpc: '2.0', id: 1, method: 'tools/list' },
  ]) {
    const response = await post(`${url}/mcp`, body, bad)
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: 1, error: { data: { code: 'credential_unknown' } } })
  }
})

test('a stopping server lets running calls end and takes no new ones', async () => {
  const server = await started()
  const slow = post(`${server.url}/sql/execute`, { sql: 'slow 10' })
  await until(() => server.seen.calls.length === 1)
  const closed = server.close()
  const refused = await post(`${server.url}/sql/execute`, { sql: 'x' }).then(
    (response) => response.status,
    () => 'refused',
  )
  expect(['refused', 503]).toContain(refused)
  expect(((await (await slow).json()) as { rows: unknown[] }).rows).toHaveLength(10)
  await closed
  await expect(fetch(server.url)).rejects.toThrow()
})

test('an address that cannot be had is told to whoever starts the server', async () => {
  const { port } = await started()
  await expect(started({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('a failure of our own says nothing to the client and where it happened to the operator', async () => {
  const lines: string[] = []
  const failing = () => {
    throw new TypeError('the secret value')
  }
  let at = 0
  const log = openLog(
    (line) => void lines.push(line),
    () => (at += 60_000),
  )
  const own = hands()
  const parts: Parts = { ...own, log, policy: { ...own.policy, sources: failing }, now: () => parts }
  const server = await serveHttp(parts, { host: '127.0.0.1', port: 0, run: async () => failing() })
  try {
    const answers = [
      await fetch(`${server.url}/info`),
      await post(`${server.url}/sql/execute`, { source: 'shop', query: 'SELECT 1' }),
      await post(`${server.url}/mcp`, toolCall('SELECT 1', { arguments: { source: 'shop', sql: 'SELECT 1' } }), both),
    ]
    for (const [i, answer] of answers.entries()) {
      const text = await answer.text()
      expect(text).toContain('internal')
      expect(text).not.toContain('secret')
      const told = JSON.parse(lines[i]!) as { code: string; stack: string[] }
      expect(told.code).toBe('internal')
      expect(told.stack[0]).toBe('TypeError')
      expect(told.stack[1]).toMatch(/^at .*http\.test\.ts:\d+/)
      expect(told.stack.join('')).not.toContain(process.cwd())
    }
    expect(lines.join('')).not.toContain('secret')
    expect(lines).toHaveLength(3)
  } finally {
    await server.close()
  }
})
