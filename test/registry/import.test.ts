import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { changeSource, importServers, registeredFrom } from '../../src/registry.ts'
import { newKey, openKeyring, type SourceBook, type SourcesTable } from '../../src/store/store.ts'
import { onEachRegistry } from '../store/registries.ts'
import { anywhere, keeping, opened } from './scene.ts'

const yaml = `# Servers of the predecessor
servers:
  - name: SQL Prod 1
    host: sql1.internal
    port: 1433
    databases: [Sales, Archive]
    user: sa
    password_env: MSSQL_PASS_1
    tags: [prod, eu]
  - name: orders
    kind: postgresql
    host: pg.internal
    databases: [orders]
    username: reader
    password: \${ORDERS_PASS}
    description: Orders
    tags: prod
  - name: both
    kind: mariadb
    host: my.internal
    databases: [a, b]
    user: reader
    password: 007
    enabled: false
`
const env = { MSSQL_PASS_1: 'mssql-SECRET', ORDERS_PASS: 'orders-SECRET' }
const file = (text: string, over: object = {}) => ({
  text,
  file: 'servers.yml',
  folder: '/srv',
  env,
  update: false,
  by: 'operator',
  ...over,
})

onEachRegistry((place) => {
  test('each server is registered once, however often it is imported', async () => {
    const { setting } = await place()
    const here = await keeping(setting)
    expect(await importServers(file(yaml), here)).toEqual({
      added: ['SQL-Prod-1', 'orders', 'both-a', 'both-b'],
      updated: [],
      unchanged: [],
      different: [],
      waiting: ['SQL-Prod-1'],
    })
    const first = await here.book.all()
    expect(first.map(({ name, connector, enabled }) => [name, connector, enabled])).toEqual([
      ['SQL-Prod-1', 'sqlserver', 0],
      ['both-a', 'mysql', 0],
      ['both-b', 'mysql', 0],
      ['orders', 'postgres', 1],
    ])
    expect(JSON.stringify(first)).not.toContain('SECRET')
    const settings = (name: string) => registeredFrom({ ...first.find((row) => row.name === name)!, enabled: 1 }, here.keyring).settings
    expect(settings('orders')).toEqual({ host: 'pg.internal', database: 'orders', user: 'reader', password: 'orders-SECRET' })
    expect(settings('SQL-Prod-1')).toMatchObject({ databases: ['Sales', 'Archive'], password: 'mssql-SECRET' })
    expect(settings('both-b')).toMatchObject({ database: 'b', password: '007' })
    const store = await opened(setting)
    expect((await store.notes.of('SQL-Prod-1')).map(({ table, column, tags }) => [table, column, tags])).toEqual([['', '', ['prod', 'eu']]])
    expect((await store.notes.of('orders')).map(({ tags }) => tags)).toEqual([['prod']])

    const again = await importServers(file(yaml), here)
    expect(again).toMatchObject({ added: [], updated: [], unchanged: ['SQL-Prod-1', 'orders', 'both-a', 'both-b'], different: [] })
    expect(await here.book.all()).toEqual(first)
    // The seeding job runs at each start, when the variables may be gone.
    expect(await importServers(file(yaml, { env: {} }), here)).toMatchObject({ added: [], different: [] })
    expect(await here.book.all()).toEqual(first)
  })

  test('what differs is told and stays, unless it is to be updated', async () => {
    const here = await keeping((await place()).setting)
    await importServers(file(yaml), here)
    await changeSource('orders', { enabled: false }, anywhere, here)
    const before = await here.book.all()
    const other = yaml.replace('pg.internal', 'pg2.internal')
    expect(await importServers(file(other), here)).toMatchObject({ different: ['orders'], updated: [], added: [] })
    expect(await here.book.all()).toEqual(before)
    expect(await importServers(file(other, { update: true }), here)).toMatchObject({ different: [], updated: ['orders'] })
    const row = (await here.book.all()).find(({ name }) => name === 'orders')!
    expect(JSON.parse(row.settings).host).toBe('pg2.internal')
    // That somebody has switched it off is not the file's to undo.
    expect(row.enabled).toBe(0)
    const changed = { ...env, ORDERS_PASS: 'another-SECRET' }
    expect(await importServers(file(other, { env: changed }), here)).toMatchObject({ different: ['orders'] })
    await expect(importServers(file(yaml, { update: true, env: {} }), here)).rejects.toMatchObject({ code: 'config_invalid' })
  })

  test('with the key lost the file makes everything anew, where it has everything', async () => {
    const { setting } = await place()
    const here = await keeping(setting)
    await importServers(file(yaml), here)
    const lost = await keeping(setting)
    await expect(importServers(file(`${yaml}  - { name: more, kind: mysql, password: x }\n`), lost)).rejects.toMatchObject({
      code: 'config_invalid',
    })
    expect(await importServers(file(yaml, { update: true }), lost)).toMatchObject({ updated: ['SQL-Prod-1', 'orders', 'both-a', 'both-b'] })
    const rows = await here.book.all()
    expect(rows.map((row) => registeredFrom({ ...row, enabled: 1 }, lost.keyring).settings.password)).toEqual([
      'mssql-SECRET',
      '007',
      '007',
      'orders-SECRET',
    ])
  })

  test.each([
    ['a block by name', 'orders: { kind: postgres, host: a }\nstock: { kind: postgres, host: b }', ['orders', 'stock']],
    ['a block by name below servers', 'servers: { orders: { kind: postgres, host: a } }', ['orders']],
    ['a list alone', '- { name: orders, engine: postgres, server: a, db: x }', ['orders']],
    ['nothing in it', 'servers: []', []],
    ['a name that is a number within', '- { name: "1st server", kind: postgres }', ['st-server']],
  ])('%s is understood', async (_, text, names) => {
    const here = await keeping((await place()).setting)
    expect(await importServers(file(text), here)).toMatchObject({ added: names })
  })

  test.each([
    ['no YAML', 'servers: [\n  - {', /^servers\.yml:\d+: not valid YAML/],
    [
      'a key that there is not',
      yaml.replace('port: 1433', 'prot: 1433'),
      /^servers\.yml:5: servers\.0\.prot: unknown key; did you mean "port"\?/,
    ],
    ['a setting of no connector', '- { name: a, kind: postgres, hots: b }', /^servers\.yml:1: a\.hots: unknown key; did you mean "host"\?/],
    ['a key at the top', 'server: []\nservers: []', /server: unknown key/],
    ['a kind that there is not', '- { name: a, kind: postgrs }', /no such kind of server; did you mean "postgres"\?/],
    ['a kind of JavaScript', '- { name: a, kind: constructor }', /no such kind of server/],
    ['a port that is none', yaml.replace('1433', 'hunter2'), /^servers\.yml:5: SQL-Prod-1\.port: must be a whole number/],
    ['a server without a host', '- { name: a, user: sa }', /a\.host: is missing/],
    ['a server without a name', '- { host: a }', /servers?\.?0?\.?name: is missing|0\.name: is missing/],
    [
      'two of a name',
      '- { name: "a b", host: x }\n- { name: a-b, host: y }',
      /^servers\.yml:2: a-b: the name is taken by the server of line 1/,
    ],
    [
      'a variable that is not set',
      yaml.replace('MSSQL_PASS_1', 'MSSQL_PASS_9'),
      /^servers\.yml:8: SQL-Prod-1\.password: the environment variable MSSQL_PASS_9 is not set/,
    ],
    ['tags that are no texts', '- { name: a, host: b, tags: [{}] }', /tags: must be a list of texts/],
    ['an anchor', 'a: &x { name: a, host: b }\nb: { name: c, host: *missing }', /anchor|not valid YAML/],
    ['a list for a password', '- { name: a, kind: postgres, password: [SECRET] }', /a\.password: must be a string/],
    ['no list at all', 'hunter2', /^servers\.yml:1: the file: must be a list of servers/],
  ])('a file with %s changes nothing, and says line and key but no value', async (_, text, says) => {
    const here = await keeping((await place()).setting)
    await importServers(file('- { name: kept, kind: postgres, host: h }'), here)
    const before = await here.book.all()
    const failed = (await importServers(file(text), here).catch((error: Error) => error)) as Error & { code?: string }
    expect(failed).toMatchObject({ code: 'config_invalid', message: expect.stringMatching(says) })
    expect(failed.message).not.toMatch(/hunter2|SECRET/)
    expect(await here.book.all()).toEqual(before)
  })

  test('everything that is wrong is told at once, in the order of the file', async () => {
    const here = await keeping((await place()).setting)
    const text = '- { name: a, kind: postgrs }\n- { name: b, kind: postgres, prot: 1 }\n- { kind: mysql }\n'
    const failed = (await importServers(file(text), here).catch((error: Error) => error)) as Error
    expect(failed.message.split('\n').map((line) => line.slice(0, 13))).toEqual(['servers.yml:1', 'servers.yml:2', 'servers.yml:3'])
  })
})

test('the example can be imported', async () => {
  const all: SourcesTable[] = []
  const book: SourceBook = {
    all: async () => all,
    tags: async () => new Map(),
    async change(work) {
      const { write = [], value } = work(all)
      all.push(...write)
      return value
    },
  }
  const example = { text: readFileSync('examples/servers.yml', 'utf8'), file: 'servers.yml', folder: '/', update: false, by: 'operator' }
  const env = { SALES_PASSWORD: 'a', STOCK_PASSWORD: 'b', MSSQL_PASS_1: 'c' }
  const keyring = openKeyring({ key: newKey(), file: '/nowhere' })
  const done = await importServers({ ...example, env }, { book, keyring })
  expect(done).toMatchObject({ added: ['sales-orders', 'sales-archive', 'stock', 'finance'], waiting: ['finance'] })
  expect(all.filter(({ enabled }) => enabled === 1).map((row) => registeredFrom(row, keyring).settings.password)).toEqual(['a', 'a', 'b'])
  await expect(
    importServers({ ...example, env: {} }, { book: { ...book, change: async (work) => work([]).value }, keyring }),
  ).rejects.toThrow('servers.yml:9: sales-orders.password: the environment variable SALES_PASSWORD is not set')
})
