import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newKey } from '../../src/store/store.ts'
import { apart, ask, filesIn, here, names, query, served, sluice, until, withKeys } from './running.ts'

/** What a gateway that runs makes of sources that come and go. */

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
  expect(err()).toContain('The registry cannot be opened')
  expect((await query(url, 'shop', 'narrow')).status).toBe(200)
}, 30_000)
