import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeKey } from '../../src/auth/auth.ts'
import { newKey, openStore } from '../../src/store/store.ts'
import { type Place, place, run } from '../cli/run.ts'

/** A gateway that runs, and commands beside it that register sources. */

let here: Place
const stops: (() => Promise<unknown>)[] = []
beforeEach(() => {
  here = place()
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  here.remove()
})

const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** A command with parts of its own: nothing in it is shared with the gateway but the folder. */
const sluice = (args: readonly string[], setting: Parameters<typeof run>[1] = {}) => run([...args, '--config', here.config], setting)

/** The same in a process of its own. */
const apart = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  promisify(execFile)(process.execPath, ['bin/sluice.js', ...args, '--config', here.config], { env: { ...process.env, ...env } })

async function served(): Promise<Readonly<{ url: string; err: () => string }>> {
  const stop = new AbortController()
  let url = ''
  let err = ''
  const running = sluice(['serve', '--quiet', '--port', '0'], {
    signal: stop.signal,
    onOut: (text) => {
      url = text.trim()
    },
    onErr: (text) => {
      err = text
    },
  })
  stops.push(() => {
    stop.abort()
    return running
  })
  await until(() => url !== '')
  return { url, err: () => err }
}

const keys = { admin: makeKey(), reader: makeKey(), only: makeKey(), narrow: makeKey(), shopAdmin: makeKey(), all: makeKey() }
const withKeys = (more = '') => `state: state
log: { level: info }
sources:
  shop: { connector: sqlite, path: shop.db, description: A small shop }
roles:
  only: { sources: { shop: { tables: { allow: [people] }, actions: [read] } } }
  shop_admin: { sources: { shop: { tables: { allow: ['*'] }, actions: [read, admin] } } }
  pattern: { sources: { 'sh*': { tables: { allow: ['*'] }, actions: [read] } } }
local: { roles: [] }
keys:
  - { name: admin, hash: '${keys.admin.hash}', roles: [admin] }
  - { name: reader, hash: '${keys.reader.hash}', roles: [read_only] }
  - { name: only, hash: '${keys.only.hash}', roles: [only, pattern] }
  - { name: narrow, hash: '${keys.narrow.hash}', roles: [read_only], sources: [shop] }
  - { name: shopAdmin, hash: '${keys.shopAdmin.hash}', roles: [shop_admin] }
${more}`

type Who = keyof typeof keys
async function ask(
  url: string,
  path: string,
  who: Who,
  method = 'GET',
  body?: unknown,
): Promise<Readonly<{ status: number; text: string; body: unknown }>> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${keys[who].key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, text, body: text === '' ? undefined : JSON.parse(text) }
}
const query = (url: string, source: string, who: Who, sql = 'SELECT 1 AS one', limit = 10) =>
  ask(url, '/sql/execute', who, 'POST', { source, sql, limit })
const names = async (url: string, who: Who) =>
  ((await ask(url, '/tools/list_sources', who, 'POST', {})).body as { sources: { name: string }[] }).sources.map(({ name }) => name)

test('a running gateway uses a source that another process adds, and loses it when that removes it, while what runs in it ends well', async () => {
  writeFileSync(here.config, withKeys())
  const { url, err } = await served()
  expect((await query(url, 'second', 'reader')).status).toBe(404)
  await apart(['source', 'add', 'second', '--connector', 'sqlite', '--set', `path=${join(here.folder, 'shop.db')}`])
  await until(async () => (await query(url, 'second', 'reader')).status === 200)
  expect(await names(url, 'reader')).toEqual(['shop', 'second'])
  expect(err()).toContain('The registry has changed: sources.second.')

  // One that runs while the source goes away.
  const running = query(
    url,
    'second',
    'reader',
    'SELECT count(*) AS n FROM numbers a, numbers b, (SELECT n FROM numbers WHERE n < 5) c WHERE a.n + b.n > 10',
  )
  await new Promise((resolve) => setTimeout(resolve, 150))
  await apart(['source', 'remove', 'second'])
  await until(async () => (await query(url, 'second', 'reader')).status === 404)
  expect(await running).toMatchObject({ status: 200, body: { rows: [[35_999_820]] } })
  expect(await names(url, 'reader')).toEqual(['shop'])
}, 30_000)

test('disabled it is found by nobody, enabled it is used again; a name of the configuration wins and is told', async () => {
  writeFileSync(here.config, withKeys())
  const path = `path=${join(here.folder, 'shop.db')}`
  expect(await sluice(['source', 'add', 'shop', '--connector', 'sqlite', '--set', path])).toMatchObject({ code: 2 })
  await sluice(['source', 'add', 'second', '--connector', 'sqlite', '--set', path, '--disabled'])
  const { url, err } = await served()
  expect(await names(url, 'reader')).toEqual(['shop'])
  await sluice(['source', 'enable', 'second'])
  await until(async () => (await names(url, 'reader')).includes('second'))
  await sluice(['source', 'disable', 'second'])
  await until(async () => !(await names(url, 'reader')).includes('second'))
  await sluice(['source', 'enable', 'second'])
  await until(async () => (await names(url, 'reader')).includes('second'))
  // The file is read by a gateway that starts later: it names one itself now.
  writeFileSync(
    here.config,
    withKeys().replace('sources:\n', 'sources:\n  second: { connector: sqlite, path: shop.db, description: Of the file }\n'),
  )
  const later = await served()
  expect(later.err()).toContain('The registered source "second" is not used: the configuration has one of this name.')
  expect(err()).not.toContain('is not used')
  const told = (await ask(later.url, '/api/sources', 'admin')).body as { sources: { name: string; from: string; state: string }[] }
  expect(told.sources.filter(({ name }) => name === 'second').map(({ from, state }) => [from, state])).toEqual([
    ['configuration', 'used'],
    ['registry', 'hidden'],
  ])
}, 30_000)

describe('over HTTP', () => {
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
})

test('predefined roles see a registered source as they see all; a role or key that names its sources never does', async () => {
  writeFileSync(here.config, withKeys())
  const { url } = await served()
  for (const name of ['second', 'people', 'shop2'])
    await sluice(['source', 'add', name, '--connector', 'sqlite', '--set', `path=${join(here.folder, 'shop.db')}`])
  await until(async () => (await names(url, 'admin')).length === 4)
  expect(await names(url, 'reader')).toEqual(['shop', 'people', 'second', 'shop2'])
  expect(await names(url, 'narrow')).toEqual(['shop'])
  expect(await names(url, 'shopAdmin')).toEqual(['shop'])
  // Its role has a pattern that fits one of them, and that one only.
  expect(await names(url, 'only')).toEqual(['shop', 'shop2'])
  for (const who of ['only', 'narrow', 'shopAdmin'] as const)
    for (const source of ['second', 'people']) expect((await query(url, source, who)).status).toBe(404)
  const health = await ask(url, '/health', 'narrow')
  expect(Object.keys((health.body as { sources: object }).sources)).toEqual(['shop'])
}, 30_000)

test('a role may name a registered source, which then cannot be removed under it', async () => {
  const path = `path=${join(here.folder, 'shop.db')}`
  const own = '  guest: { sources: { second: { tables: { allow: [numbers] }, actions: [read] } } }\n'
  writeFileSync(here.config, withKeys().replace('roles:\n', `roles:\n${own}`))
  // A role for what is not there yet stops a gateway, but not the command that makes it be there.
  expect(await sluice(['sources'])).toMatchObject({
    code: 3,
    err: expect.stringContaining('roles.guest.sources.second: there is no such source'),
  })
  expect(await sluice(['source', 'add', 'second', '--connector', 'sqlite', '--set', path])).toMatchObject({ code: 0 })
  expect(await sluice(['sources'])).toMatchObject({ code: 0, out: expect.stringContaining('second') })
  expect(await sluice(['source', 'remove', 'second'])).toMatchObject({ code: 1, err: expect.stringContaining('the role guest') })
  const { url } = await served()
  expect(await ask(url, '/api/sources/second', 'admin', 'DELETE')).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining('the role guest') } },
  })
  expect((await query(url, 'second', 'admin')).status).toBe(200)
}, 30_000)

test('with a wrong key the other sources work, the one is told with its name, and the right key finds it again', async () => {
  writeFileSync(here.config, withKeys().replaceAll("'sh*'", "'none*'"))
  await sluice(['source', 'add', 'open', '--connector', 'sqlite', '--set', `path=${join(here.folder, 'shop.db')}`])
  await sluice(['source', 'add', 'closed', '--connector', 'postgres', '--set', 'host=127.0.0.1', '--secret', 'password'], {
    input: 'hunter2-SECRET\n',
  })
  const key = join(here.folder, 'state', 'registry.key')
  const right = readFileSync(key, 'utf8')
  writeFileSync(key, `${newKey()}\n`, { mode: 0o600 })
  const { url, err } = await served()
  expect(err()).toContain('The registered source "closed" is left out: A secret of the registry was encrypted with another key.')
  expect(await names(url, 'reader')).toEqual(['shop', 'open'])
  expect((await query(url, 'open', 'reader')).status).toBe(200)
  expect((await ask(url, '/api/sources', 'admin')).body).toMatchObject({
    sources: expect.arrayContaining([expect.objectContaining({ name: 'closed', state: 'unreadable' })]),
  })
  expect(
    await ask(url, '/api/sources', 'admin', 'POST', { name: 'more', connector: 'mysql', settings: { password: 'x-SECRET' } }),
  ).toMatchObject({
    status: 500,
    body: { error: { code: 'config_invalid' } },
  })
  rmSync(key)
  writeFileSync(key, right, { mode: 0o600 })
  expect(await sluice(['source', 'list'])).toMatchObject({ out: expect.stringMatching(/closed +postgres +registry +in use/) })
  const later = await served()
  expect(await names(later.url, 'reader')).toEqual(['shop', 'closed', 'open'])
}, 30_000)

test('a gateway goes on while the key is rotated under it, by the file or by variables that it does not have', async () => {
  writeFileSync(here.config, withKeys())
  const { url, err } = await served()
  const body = { name: 'second', connector: 'postgres', settings: { host: '127.0.0.1', port: 1, password: 'hunter2-SECRET' } }
  const secrets = async () =>
    ((await ask(url, '/api/sources/second/test', 'admin', 'POST')).body as { steps: { step: string; ok: boolean }[] }).steps[1]
  await ask(url, '/api/sources', 'admin', 'POST', body)
  await apart(['key', 'rotate-encryption'])
  expect(await secrets()).toMatchObject({ step: 'read the secrets', ok: true })
  expect((await ask(url, '/api/sources', 'admin', 'POST', { ...body, name: 'third' })).status).toBe(201)

  await apart(['key', 'rotate-encryption'], { ENCRYPTION_KEY: newKey() })
  await until(() => err().includes('The registry has changed'))
  // It cannot read them any more, but has read them.
  expect(await names(url, 'reader')).toEqual(['shop', 'second', 'third'])
  expect(await secrets()).toMatchObject({ step: 'read the secrets', ok: false })
  const later = await served()
  expect(await names(later.url, 'reader')).toEqual(['shop'])
  expect(later.err()).toContain('The registered source "second" is left out')
}, 60_000)

test('where nothing was ever registered no registry is made by serving and asking', async () => {
  writeFileSync(here.config, withKeys())
  const { url } = await served()
  expect((await query(url, 'shop', 'reader')).status).toBe(200)
  expect((await ask(url, '/api/datasources', 'reader')).status).toBe(200)
  await sluice(['sources'])
  expect(filesIn(join(here.folder, 'state')).filter((file) => file.includes('registry.'))).toEqual([])
})

test('a registry that is broken holds no source of the configuration back', async () => {
  writeFileSync(here.config, withKeys())
  await sluice(['source', 'list'])
  const file = join(here.folder, 'state', 'registry.db')
  for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
  writeFileSync(file, 'this is no database, for a long time'.repeat(200))
  const { url, err } = await served()
  expect(err()).toContain('The registry cannot be read.')
  expect((await query(url, 'shop', 'narrow')).status).toBe(200)
}, 30_000)

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
