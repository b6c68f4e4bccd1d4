import { describe, expect, test } from 'vitest'
import { type Config, configOf, type RegisteredSource, withRegistered } from '../../src/config/config.ts'

/** Sources of the registry beside those of the file. */

const source = (over: Partial<RegisteredSource> = {}): RegisteredSource => ({
  name: 'second',
  connector: 'postgres',
  description: 'Of the registry',
  settings: { host: 'h', password: 'hunter2-SECRET' },
  enabled: true,
  ...over,
})
const yaml = 'sources: { shop: { connector: sqlite, path: shop.db } }\n'
const look =
  (sources: readonly RegisteredSource[] | undefined, version = '1', problem?: string) =>
  async () => ({
    sources,
    version,
    ...(problem === undefined ? {} : { problem }),
  })
const config = (sources: readonly RegisteredSource[] | undefined, text = yaml, env = {}) =>
  configOf('/srv/sluice.yaml', text, env, look(sources))

test('a registered source has what one of the file has, defaults too, and its secrets are not told', async () => {
  const made = await config([source({ settings: { host: 'h', password: 'hunter2-SECRET', cache_ttl_ms: 5 } })])
  const inFile = await configOf(
    '/srv/sluice.yaml',
    'sources: { second: { connector: postgres, host: h, password: hunter2-SECRET, cache_ttl_ms: 5, description: Of the registry } }',
    {},
  )
  expect(made.sources.second).toEqual(inFile.sources.second)
  expect(Object.keys(made.sources)).toEqual(['shop', 'second'])
  expect(made.registered).toEqual({ names: ['second'], version: '1', warnings: [] })
  expect(made.told.filter(({ key }) => key.startsWith('sources.second'))).toEqual(
    expect.arrayContaining([
      { key: 'sources.second.host', value: 'h', from: 'registry' },
      { key: 'sources.second.password', value: '***', from: 'registry' },
      expect.objectContaining({ key: 'sources.second.pool_max', from: 'default' }),
    ]),
  )
  expect(JSON.stringify(made.told)).not.toContain('hunter2')
})

test('where the registry is told before its sources are asked for', async () => {
  const asked: unknown[] = []
  await configOf(
    '/srv/sluice.yaml',
    'registry: postgres://u:p@h/d\nstate: here',
    { ENCRYPTION_KEY: 'k', ENCRYPTION_KEY_OLD: '' },
    async (place) => {
      asked.push(place)
      return { sources: [], version: '' }
    },
  )
  expect(asked).toEqual([
    {
      state: '/srv/here',
      registry: { url: 'postgres://u:p@h/d' },
      encryption: { key: 'k', old: undefined, file: '/srv/here/registry.key' },
    },
  ])
})

describe('what is left out is told, and the others work', () => {
  test.each([
    [source({ name: 'shop' }), 'The registered source "shop" is not used: the configuration has one of this name.'],
    [source({ name: 'mysql' }), 'The registered source "mysql" is not used'],
    [source({ connector: 'sqlserver' }), 'connector: there is no such connector'],
    [source({ connector: '__proto__' }), 'connector: there is no such connector'],
    [source({ settings: { hots: 'hunter2-SECRET' } }), 'hots: unknown key; did you mean "host"?'],
    [source({ settings: { port: 'hunter2-SECRET' } }), 'port: must be a whole number'],
    [source({ connector: 'sqlite', settings: {} }), 'path: is missing'],
    [source({ problem: 'A secret was encrypted with another key.' }), 'left out: A secret was encrypted with another key.'],
    [source({ name: '__proto__' }), 'no name that a source may have'],
    [source({ name: 'a b' }), 'no name that a source may have'],
  ])('%j', async (one, says) => {
    const made = await config([one, source({ name: 'good' })], yaml, { MYSQL_HOST: 'h' })
    expect(made.warnings).toEqual([expect.stringContaining(says)])
    expect(made.warnings.join()).not.toContain('hunter2')
    expect(made.registered.names).toEqual(['good'])
    expect(Object.keys(made.sources)).toEqual(['shop', 'mysql', 'good'])
    expect(made.sources.shop!.connector).toBe('sqlite')
  })

  test('a disabled one without a word', async () => {
    const made = await config([source({ enabled: false }), source({ name: 'shop', enabled: false })])
    expect([Object.keys(made.sources), made.warnings]).toEqual([['shop'], []])
  })

  test('a registry that cannot be read', async () => {
    const made = await configOf('/srv/sluice.yaml', yaml, {}, look(undefined, '', 'It is away.'))
    expect([Object.keys(made.sources), made.warnings]).toEqual([['shop'], ['It is away.']])
  })
})

describe('roles and keys of the file', () => {
  const hash = `sha256:${'a'.repeat(64)}`
  const naming = `${yaml}roles: { some: { sources: { second: { tables: { allow: [t] }, actions: [read] } } } }\nkeys: [{ name: ana, hash: '${hash}', roles: [some], sources: [second] }]\n`

  test('may name a registered source, in use or not', async () => {
    for (const one of [source(), source({ enabled: false }), source({ problem: 'x' })])
      expect((await config([one], naming)).roles.some).toBeDefined()
  })

  test('may not name one that there is not, unless nobody knows which there are', async () => {
    const failed = (await config([source({ name: 'secnd' })], naming).catch((error: Error) => error)) as Error
    expect(failed.message).toContain('roles.some.sources.second: there is no such source; did you mean "secnd"?')
    expect(failed.message).toContain('keys.0.sources: there is no source "second"')
    await expect(configOf('/srv/sluice.yaml', naming, {})).rejects.toMatchObject({ code: 'config_invalid' })
    expect((await config(undefined, naming)).roles.some).toBeDefined()
  })
})

test('taken in again, everything else stays as it is', async () => {
  const first = await config([source(), source({ name: 'third' }), source({ name: 'shop' })], `${yaml}limits: { rows: 5 }\n`, {
    XUGU_DB_HOST: 'x',
  })
  const again = await withRegistered(first, look([source({ settings: { host: 'h2' } }), source({ name: 'bad', connector: 'x' })], '2'))
  expect(Object.keys(again.sources)).toEqual(['shop', 'second'])
  expect(again.sources.second!.settings).toMatchObject({ host: 'h2' })
  expect(again.sources.second!.settings).not.toHaveProperty('password')
  expect(again.sources.shop).toBe(first.sources.shop)
  expect(again.registered).toMatchObject({ names: ['second'], version: '2' })
  expect(again.warnings).toEqual([expect.stringContaining('XUGU_DB_HOST'), expect.stringContaining('"bad" is left out')])
  expect(again.told.filter(({ key }) => /^sources\.(second|third)\.host/.test(key))).toEqual([
    { key: 'sources.second.host', value: 'h2', from: 'registry' },
  ])
  const rest = ({ sources: _s, registered: _r, warnings: _w, told: _t, ...other }: Config) => other
  expect(rest(again)).toEqual(rest(first))
  const none = await withRegistered(again, look([], ''))
  expect([Object.keys(none.sources), none.warnings]).toEqual([['shop'], [expect.stringContaining('XUGU_DB_HOST')]])
})
