import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { ask, filesIn, here, keys, names, served, sluice, withKeys } from './running.ts'

/** What administrators do over HTTP, and what others may not. */

const body = {
  name: 'second',
  connector: 'postgres',
  description: 'Another',
  settings: { host: '127.0.0.1', port: 1, password: 'hunter2-SECRET' },
}

test('who administers every source adds, changes, tries and removes one; its password is shown nowhere', async () => {
  writeFileSync(here.config, withKeys())
  const { url, err } = await served()
  const said: string[] = []
  const asked = async (...args: Parameters<typeof ask>) => {
    const answer = await ask(...args)
    said.push(answer.text)
    return answer
  }
  expect(await asked(url, '/api/sources', 'admin', 'POST', body)).toMatchObject({
    status: 201,
    body: { source: { name: 'second', state: 'used', settings: { host: '127.0.0.1', port: 1, password: '***' } } },
  })
  // At once, not after a while.
  expect(await names(url, 'admin')).toEqual(['shop', 'second'])
  expect(await asked(url, '/api/sources', 'admin', 'POST', body)).toMatchObject({
    status: 400,
    body: { error: { code: 'field_invalid' } },
  })
  expect(await asked(url, '/api/sources', 'admin', 'POST', { ...body, name: 'shop' })).toMatchObject({ status: 400 })
  const wrong = {
    ...body,
    name: 'third',
    settings: { hots: 'x', password: 'hunter2-SECRET', tls_key: '/etc/passwd', port: 'hunter2-SECRET' },
  }
  expect(await asked(url, '/api/sources', 'admin', 'POST', wrong)).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringMatching(/hots: unknown key; did you mean "host"\?.*tls_key: names a file.*port: must be/) } },
  })
  const tried = await asked(url, '/api/sources/second/test', 'admin', 'POST')
  expect(tried).toMatchObject({ status: 200, body: { source: 'second', ok: false } })
  expect((tried.body as { steps: { step: string; ok: boolean }[] }).steps.map(({ step, ok }) => [step, ok])).toEqual([
    ['find the connector', true],
    ['read the secrets', true],
    ['check the settings', true],
    ['resolve the name', true],
    ['open the port', false],
  ])
  expect(await asked(url, '/api/sources/shop/test', 'admin', 'POST')).toMatchObject({ body: { source: 'shop', ok: true } })
  expect(await asked(url, '/api/sources/second', 'admin', 'PATCH', { enabled: false, settings: { port: 2 } })).toMatchObject({
    body: { source: { state: 'disabled', settings: { port: 2, password: '***' } } },
  })
  expect(await names(url, 'admin')).toEqual(['shop'])
  expect(await asked(url, '/api/sources/shop', 'admin', 'PATCH', { enabled: false })).toMatchObject({
    status: 400,
    body: { error: { code: 'not_supported' } },
  })
  expect(await asked(url, '/api/sources/nothing', 'admin', 'DELETE')).toMatchObject({ status: 404 })
  expect(await asked(url, '/api/sources/second', 'admin', 'DELETE')).toMatchObject({ status: 200, body: { removed: 'second' } })
  expect(await asked(url, '/api/sources', 'admin')).toMatchObject({ body: { sources: [{ name: 'shop', from: 'configuration' }] } })

  expect([...said, err()].join('\n')).not.toContain('hunter2')
  const log = readFileSync(join(here.audit, readdirSync(here.audit).find((name) => name.endsWith('.jsonl'))!), 'utf8')
  for (const text of [
    'register the source second, postgres',
    'change the source second: enabled, port',
    'test the source second',
    'remove the source second',
  ])
    expect(log).toContain(text)
  expect(filesIn(join(here.folder, 'state')).filter((file) => readFileSync(file, 'latin1').includes('hunter2'))).toEqual([])
}, 30_000)

test('tags and the last health are told beside each source', async () => {
  writeFileSync(here.config, withKeys())
  const { url } = await served()
  await ask(url, '/api/sources', 'admin', 'POST', { ...body, tags: ['prod', 'eu'] })
  const store = await openStore({ file: join(here.folder, 'state', 'registry.db') })
  await store.health.record('second', { ok: false, code: 'source_unavailable', ms: 1, at: '2026-01-01T00:00:00.000Z' })
  await store.close()
  expect((await ask(url, '/api/sources', 'admin')).body).toMatchObject({
    sources: [
      { name: 'second', tags: ['prod', 'eu'], health: { ok: false, code: 'source_unavailable', at: '2026-01-01T00:00:00.000Z' } },
      { name: 'shop' },
    ],
  })
  expect((await sluice(['source', 'list'])).out).toMatch(/second +postgres +registry +in use +source_unavailable +prod, eu +Another/)
  const doctor = await sluice(['doctor'])
  expect(doctor.out).toContain('registry: registered and in use: second')
  expect(doctor.out).toContain('registry.key is not open to others')
}, 30_000)

test('the steps of a test come as events while they are done', async () => {
  writeFileSync(here.config, withKeys())
  const { url } = await served()
  await ask(url, '/api/sources', 'admin', 'POST', body)
  const answer = await fetch(`${url}/api/sources/second/test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys.admin.key}`, accept: 'text/event-stream' },
  })
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  expect((await answer.text()).match(/^event: \w+/gm)).toEqual([...Array.from({ length: 5 }, () => 'event: step'), 'event: done'])
})

test.each(['reader', 'only', 'narrow', 'shopAdmin'] as const)(
  '%s may do none of it, and learns nothing',
  async (who) => {
    writeFileSync(here.config, withKeys().replace('sources:\n', 'sources:\n  other: { connector: sqlite, path: shop.db }\n'))
    const { url } = await served()
    await ask(url, '/api/sources', 'admin', 'POST', body)
    for (const [path, method, sent] of [
      ['/api/sources', 'GET', undefined],
      ['/api/sources', 'POST', { ...body, name: 'mine' }],
      ['/api/sources/second', 'PATCH', { enabled: false }],
      ['/api/sources/second', 'DELETE', undefined],
      ['/api/sources/second/test', 'POST', undefined],
      ['/api/sources/nothing', 'DELETE', undefined],
    ] as const) {
      const answer = await ask(url, path, who, method, sent)
      expect([path, method, answer.status]).toEqual([path, method, 403])
      expect(answer.text).not.toMatch(/second|hunter2|nothing/)
    }
    expect((await ask(url, '/api/sources', 'admin')).text).toContain('second')
  },
  30_000,
)

test('clients of the predecessor find their own sources', async () => {
  writeFileSync(here.config, withKeys())
  const { url } = await served()
  await ask(url, '/api/sources', 'admin', 'POST', body)
  expect((await ask(url, '/api/datasources', 'only')).body).toEqual([
    { id: 'shop', name: 'shop', description: 'A small shop', icon: 'database', enabled: true },
  ])
  expect(((await ask(url, '/api/datasources', 'reader')).body as { id: string }[]).map(({ id }) => id)).toEqual(['shop', 'second'])
  expect(await ask(url, '/api/datasources/shop/test', 'only')).toMatchObject({
    status: 200,
    body: { datasource: 'shop', connected: true, message: 'The source answers.', details: { tools_count: expect.any(Number) } },
  })
  expect(await ask(url, '/api/datasources/second/test', 'reader')).toMatchObject({ body: { datasource: 'second', connected: false } })
  const [hidden, missing] = await Promise.all(['second', 'nowhere'].map((name) => ask(url, `/api/datasources/${name}/test`, 'only')))
  expect([hidden!.status, missing!.status]).toEqual([404, 404])
  const plain = ({ text }: { text: string }, name: string) => text.replaceAll(name, 'X').replace(/"audit_id":"[^"]+"/, '')
  expect(plain(hidden!, 'second')).toBe(plain(missing!, 'nowhere'))
}, 30_000)

test('where there is no source at all an administrator adds the first one, and nobody else', async () => {
  writeFileSync(
    here.config,
    withKeys()
      .replace(/sources:\n {2}shop: .*\nroles:[\s\S]*?local/, 'sources: {}\nlocal')
      .replace(/ {2}- \{ name: (only|narrow|shopAdmin).*\n/g, ''),
  )
  const { url } = await served()
  expect((await ask(url, '/api/sources', 'reader', 'POST', body)).status).toBe(403)
  expect((await ask(url, '/api/sources', 'admin', 'POST', body)).status).toBe(201)
  expect(await names(url, 'reader')).toEqual(['second'])
})
