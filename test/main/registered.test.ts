import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Config, configOf } from '../../src/config/config.ts'
import { lookInRegistry, outdated } from '../../src/main/registered.ts'
import { addSource, removeSource } from '../../src/registry.ts'
import { openKeyring, openStore, type Store } from '../../src/store/store.ts'

/** When a gateway that runs looks at the registry again, and what it makes of what it cannot read. */

let folder: string
let store: Store
let current: Config
let told: unknown[]
const keyring = () => openKeyring({ file: join(folder, 'state', 'registry.key') })
const read = (before?: Config) => configOf(join(folder, 'sluice.yaml'), 'state: state', {}, lookInRegistry(before && (() => before)))
const wanted = (name: string) => ({
  name,
  connector: 'mysql',
  description: '',
  enabled: true,
  settings: { host: 'h', password: `${name}-SECRET` },
})
const add = (name: string) => addSource(wanted(name), { folder: '/' }, { book: store.sources, keyring: keyring() })
const log = { failed: (_id: unknown, _source: unknown, error: unknown) => void told.push(error) }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-registered-'))
  current = await read()
  told = []
  store = await openStore({ file: join(folder, 'state', 'registry.db') })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a change is told of until it is taken in, but not again and again', async () => {
  const isOutdated = outdated(
    () => current,
    async () => store,
    log,
  )
  expect(await isOutdated()).toBe(false)
  await add('one')
  expect(await isOutdated()).toBe(true)
  // Whoever could not take it in hears of it later, not each second.
  expect([await isOutdated(), await isOutdated()]).toEqual([false, false])
  current = await read()
  expect(await isOutdated()).toBe(false)
  await add('two')
  expect(await isOutdated()).toBe(true)
  await removeSource('two', { book: store.sources })
  expect(await isOutdated()).toBe(false)
  // What is written beside the sources is none of its business.
  await store.health.record('one', { ok: true, ms: 1, at: '2026-01-01T00:00:00.000Z' })
  expect(await isOutdated()).toBe(false)
  expect(told).toEqual([])
})

test('what cannot be read any more stays as it was, as long as it is the same source', async () => {
  await add('one')
  await add('two')
  const first = await read()
  rmSync(join(folder, 'state', 'registry.key'))
  const second = await read(first)
  expect(second.sources).toEqual(first.sources)
  expect(second.sources.one!.settings.password).toBe('one-SECRET')
  // Another host must not be sent the password of the one before.
  await store.db.updateTable('sources').set({ settings: '{"host":"evil"}' }).where('name', '=', 'one').execute()
  await store.db.updateTable('sources').set({ connector: 'postgres' }).where('name', '=', 'two').execute()
  const third = await read(second)
  expect(third.sources).toEqual({})
  expect(third.warnings).toEqual([expect.stringContaining('"one" is left out'), expect.stringContaining('"two" is left out')])
  expect((await read()).sources).toEqual({})
})

test('one that was removed does not stay because its registry was read before', async () => {
  await add('one')
  const first = await read()
  await removeSource('one', { book: store.sources })
  expect((await read(first)).sources).toEqual({})
})
