import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configOf } from '../../src/config/config.ts'
import { addSource, registeredFrom, removeSource } from '../../src/registry.ts'
import { openStore } from '../../src/store/store.ts'
import { postgresUrl } from '../servers/servers.ts'
import { onEachRegistry } from '../store/registries.ts'
import { anywhere, keeping, opened, shop } from './scene.ts'

/** As whom a registered source sees its callers, and what goes with a source that is removed. */

const identity = {
  'identity.role': '{{principal.database_role}}',
  'identity.settings.app.tenant': '{{principal.tenant}}',
  'identity.login.user': '{{principal.name}}',
  'identity.login.password': 'shared-PASSWORD',
}

onEachRegistry((place) => {
  test('what a source sees of its callers is registered, its password encrypted, and used as that of the file', async () => {
    const here = await keeping((await place()).setting)
    const row = await addSource(shop({ settings: { ...shop().settings, ...identity } }), anywhere, here)
    expect(JSON.stringify(row)).not.toContain('shared-PASSWORD')
    const look = async () => ({ sources: [registeredFrom(row, here.keyring)], version: 'one' })
    const { sources, warnings } = await configOf(undefined, 'state: ./x\n', {}, look)
    expect(warnings).toEqual([])
    expect(sources.shop!.identity).toEqual({
      role: '{{principal.database_role}}',
      settings: { 'app.tenant': '{{principal.tenant}}' },
      login: { user: '{{principal.name}}', password: 'shared-PASSWORD' },
    })
    expect(Object.keys(sources.shop!.settings).filter((key) => key.startsWith('identity'))).toEqual([])
  })

  test.each([
    ['a place that is none', { 'identity.role': '{{caller.role}}' }, 'a place is written {{principal.NAME}}'],
    ['a setting of the server itself', { 'identity.settings.search_path': 'x' }, 'a name has a dot in it'],
    ['a password without a user', { 'identity.login.password': 'x' }, 'identity.login.user: is missing'],
    ['a key that there is not', { 'identity.rolle': 'x' }, 'unknown key; did you mean "identity.role"?'],
  ])('%s is refused', async (_, settings, says) => {
    const here = await keeping((await place()).setting)
    const failed = addSource(shop({ settings: { ...shop().settings, ...settings } }), anywhere, here)
    await expect(failed).rejects.toMatchObject({ code: 'field_invalid', message: expect.stringContaining(says) })
    expect(await here.book.all()).toEqual([])
  })

  test('a source that knows no users promises none', async () => {
    const here = await keeping((await place()).setting)
    const file = shop({ connector: 'sqlite', settings: { path: 'a.db', 'identity.role': '{{principal.name}}' } })
    await expect(addSource(file, anywhere, here)).rejects.toMatchObject({
      code: 'field_invalid',
      message: expect.stringContaining('knows no other users'),
    })
  })

  test('with a source goes what was seen in it, and nothing that people have written, nor anything of another', async () => {
    const store = await opened((await place()).setting)
    const here = { ...(await keeping({ file: ':memory:' })), book: store.sources }
    for (const name of ['shop', 'other']) {
      await addSource(shop({ name, tags: ['kept'] }), anywhere, here)
      const version = {
        hash: 'h',
        tables: 0,
        columns: 0,
        text: '{"searchPath":[],"tables":[],"functions":[]}',
        details: undefined,
        changes: [],
        at: 't',
      }
      await store.versions.add(name, 0, version, 10)
      await store.health.record(name, { ok: true, ms: 1, at: 't' })
      for (const book of [store.profiles, store.held]) await book.put(name, { table: 't', role: 'r', profile: '{}', at: 't' })
      const finding = { table: 't', column: 'c', kind: 'email', confidence: 1, reason: '', mask: '{}', foundAt: 't' }
      await store.findings.looked(name, 't', [finding])
      await store.findings.decide(name, { table: 't', column: 'c' }, 'dismiss', 'boss', 't')
    }
    await removeSource('shop', here)
    const left = async (name: string) => [
      (await store.versions.known(name)).length,
      (await store.health.all()).has(name),
      (await store.profiles.of(name)).length,
      (await store.held.of(name)).length,
      (await store.findings.of(name)).length,
      (await store.sources.tags()).has(name),
    ]
    expect(await left('shop')).toEqual([0, false, 0, 0, 0, true])
    expect(await left('other')).toEqual([1, true, 1, 1, 1, true])
  })
})

const user = `registry_${randomUUID().replaceAll('-', '')}`
let admin: pg.Client
beforeAll(async () => {
  admin = new pg.Client(postgresUrl())
  await admin.connect()
  await admin.query(`CREATE ROLE ${user} LOGIN PASSWORD 'right'`)
})
afterAll(async () => {
  await admin.query(`DROP ROLE ${user}`)
  await admin.end()
})

test('who can mend a registry that does not open is told, and its password nobody', async () => {
  const at = (change: (url: URL) => void) => {
    const url = new URL(postgresUrl())
    url.username = user
    url.password = 'right'
    change(url)
    return openStore({ url: url.href })
  }
  const away = at((url) => {
    url.port = '1'
  })
  await expect(away).rejects.toMatchObject({ code: 'registry_unavailable', message: expect.stringContaining('does not answer') })
  const none = at((url) => {
    url.pathname = '/there_is_no_such'
  })
  await expect(none).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('no such database') })
  const tables = at(() => undefined)
  await expect(tables).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('may not create tables') })
  for (const failing of [away, none, tables])
    await failing.catch((error: Error) => expect(error.message + (error as { hint?: string }).hint).not.toContain('right@'))
})
