import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Whole, whole } from '../serve/whole.ts'

let house: Whole
beforeAll(async () => {
  house = await whole({ ana: 'support', bo: 'support' }, {}, 'watch: { slow_ms: 1 }\n')
})
afterAll(() => house.close())

const headers = (who?: string) => ({ 'content-type': 'application/json', ...(who ? { authorization: `Bearer ${house.keys[who]}` } : {}) })
const get = async (path: string, who?: string) => {
  const response = await fetch(house.server.url + path, { headers: headers(who) })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const post = async (path: string, body: unknown, who?: string) => {
  const response = await fetch(house.server.url + path, { method: 'POST', headers: headers(who), body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const endless = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n'
type Told = { id: string; principal: string; sql: string; yours: boolean }
const running = async (who?: string) => ((await get('/api/run/queries', who)).body as { queries: Told[] }).queries

async function runs(who: string): Promise<{ told: Told; answer: ReturnType<typeof post> }> {
  const answer = post('/sql/execute', { source: 'shop', query: endless }, who)
  for (;;) {
    const told = (await running()).find(({ principal, sql }) => principal === who && sql !== '')
    if (told) return { told, answer }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

test('a running query is seen by its caller and by who administers its source, and ended by both', async () => {
  const { told, answer } = await runs('ana')
  expect(told.sql).toContain('RECURSIVE')
  expect(await running('bo')).toEqual([])
  expect((await running('ana')).map(({ yours }) => yours)).toEqual([true])
  expect((await post(`/api/run/queries/${told.id}/cancel`, {}, 'bo')).body).toEqual({ cancelled: false })
  expect((await post(`/api/run/queries/${told.id}/cancel`, {}, 'ana')).body).toEqual({ cancelled: true })
  const { status, body } = await answer
  expect([status, (body.error as { code: string; message: string }).code]).toEqual([499, 'query_cancelled'])
  const second = await runs('bo')
  expect((await post(`/api/run/queries/${second.told.id}/cancel`, {})).body).toEqual({ cancelled: true })
  expect(((await second.answer).body.error as { message: string }).message).toContain('an administrator')
  expect(await running()).toEqual([])
})

test('figures are for who administers something', async () => {
  expect((await get('/api/run', 'ana')).status).toBe(403)
  const { status, body } = await get('/api/run')
  expect(status).toBe(200)
  expect(body).toMatchObject({ audit_writable: true, past: expect.any(Array), sources: [{ source: 'shop' }, { source: 'stock' }] })
  expect((body.slow as { sql: string }[]).some(({ sql }) => sql.includes('RECURSIVE'))).toBe(true)
  expect((await get('/api/run/configuration', 'ana')).body).not.toHaveProperty('configuration')
  expect((await get('/api/run/configuration')).body).toHaveProperty('configuration')
})

test('figures come each second, and not to who may not have them', async () => {
  expect((await fetch(`${house.server.url}/api/run/stream`, { headers: headers('ana') })).status).toBe(403)
  const leave = new AbortController()
  const response = await fetch(`${house.server.url}/api/run/stream`, { signal: leave.signal })
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (text.split('event: figures').length > 2) break
  }
  leave.abort()
  expect(JSON.parse(/data: (.*)\n/.exec(text)![1]!)).toMatchObject({ calls: { total: expect.any(Number) }, queries: [] })
})

test('clients are told how to reach this very address', async () => {
  const { body } = await get('/api/run/clients', 'ana')
  const { url, clients } = body as { url: string; clients: { name: string; entry: object }[] }
  expect(url).toBe(`${house.server.url}/mcp`)
  expect(clients.find(({ name }) => name === 'vscode')!.entry).toEqual({ servers: { sluice: { type: 'http', url } } })
})

test('a source is tried before it is registered, and nothing of it is kept', async () => {
  const wanted = { name: 'far', connector: 'mysql', settings: { host: '127.0.0.1', port: 1, user: 'u', password: 'very secret' } }
  const { body } = await post('/api/sources/test', wanted)
  expect(body).toMatchObject({ source: 'far', ok: false })
  expect(JSON.stringify(body)).not.toContain('very secret')
  expect(JSON.stringify((await get('/api/sources')).body)).not.toContain('"far"')
  expect((await post('/api/sources/test', wanted, 'ana')).status).toBe(403)
  expect((await post('/api/sources/test', { ...wanted, settings: { hots: 'x' } })).status).toBe(400)
  expect((await post('/api/sources/test', { name: 'f', connector: 'sqlite', settings: { path: '/etc/passwd' } })).status).toBe(400)
  const { connectors } = (await get('/api/sources/connectors')).body as {
    connectors: { name: string; settings: { key: string; secret: boolean }[] }[]
  }
  expect(connectors.find(({ name }) => name === 'mysql')!.settings.find(({ key }) => key === 'password')!.secret).toBe(true)
})
