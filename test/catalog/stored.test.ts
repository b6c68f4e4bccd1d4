import { renameSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseStats, describeTable, foreignKeys, listColumns, listIndexes, listTables } from '../../src/explore.ts'
import { run } from '../../src/gateway.ts'
import { toolNamed } from '../../src/tools/tools.ts'
import { type Database, folderFor, openDatabase, openScene, type Scene } from './scene.ts'

/** What may be told of a source that does not answer: what the registry knows, cut by the grant, with its age. */

const narrow = `
    sources:
      shop: { tables: { allow: ['*'], deny: [salaries] }, columns: { people: { deny: [password] } }, actions: [read] }`
const all = { limit: 100, offset: 0 }
const { folder, remove } = folderFor()
let database: Database
let scene: Scene

beforeAll(async () => {
  database = await openDatabase('postgres', folder)
  await database.exec(
    'CREATE TABLE people (id integer PRIMARY KEY, name text, password text)',
    'CREATE TABLE orders (id integer PRIMARY KEY, person_id integer REFERENCES people (id))',
    'CREATE TABLE salaries (id integer)',
  )
  const registry = { file: `${folder}/registry.db` }
  const first = await openScene({ shop: database.yaml }, registry, folder, narrow)
  await first.sync()
  await first.close()
  const url = new URL(/url: '([^']+)'/.exec(database.yaml)![1]!)
  url.port = '1'
  scene = await openScene({ shop: `{ connector: postgres, url: '${url.href}' }` }, registry, folder, narrow)
})
afterAll(async () => {
  await scene.close()
  await database.drop()
  remove()
})

test('tables, columns, keys and indexes are told as they were, with the time', async () => {
  const { parts } = scene.opened
  const tables = await listTables(scene.call('narrow', 'shop'), all, parts)
  expect(tables.items.map(({ table }) => table)).toEqual(['orders', 'people'])
  expect(tables).toMatchObject({ total: 2, as_of: expect.stringMatching(/^\d{4}-.*Z$/) })
  const people = await describeTable(scene.call('narrow', 'shop'), 'people', parts)
  expect(people).toMatchObject({ columns: [{ name: 'id' }, { name: 'name' }], as_of: tables.as_of })
  expect((await foreignKeys(scene.call('narrow', 'shop'), 'orders', parts)).references).toHaveLength(1)
  expect((await listIndexes(scene.call('narrow', 'shop'), all, parts)).items.map(({ name }) => name)).toEqual([
    'orders_pkey',
    'people_pkey',
  ])
  const columns = await listColumns(scene.call('narrow', 'shop'), all, parts)
  expect(JSON.stringify([tables, people, columns])).not.toMatch(/password|salar/)
  await expect(describeTable(scene.call('narrow', 'shop'), 'salaries', parts)).rejects.toMatchObject({ code: 'table_unknown' })
})

test('the tools say so in words', async () => {
  const { id, door, credential, signal } = scene.call('narrow', 'shop')
  for (const [name, fields] of [
    ['list_tables', {}],
    ['describe_table', { table: 'people' }],
  ] as const) {
    const tool = toolNamed(name)
    if (tool.kind !== 'answer') throw new Error(name)
    const { text, structured } = await tool.answer({ source: 'shop', ...fields }, { id, door, credential, signal }, scene.opened.parts)
    expect(text).toMatch(/^shop does not answer now; this is as it was at \d{4}-/)
    expect(structured.as_of).toBeDefined()
  }
})

test('what asks for data, and what would judge by what is old, fails as before', async () => {
  const { parts } = scene.opened
  const sink = { columns: () => undefined, batch: () => undefined }
  const call = scene.call('boss', 'shop', 'SELECT id FROM people')
  await expect(run(call, sink, parts)).rejects.toMatchObject({ code: 'source_unavailable' })
  await expect(databaseStats(scene.call('boss', 'shop'), parts)).rejects.toMatchObject({ code: 'source_unavailable' })
})

test('a source of which nothing is known is down, also when the registry is', async () => {
  const file = `${folder}/elsewhere`
  const other = await openScene(
    { shop: '{ connector: postgres, host: 127.0.0.1, port: 1, user: u, password: p, database: d }' },
    { file: `${file}/r.db` },
    folder,
  )
  try {
    const { parts } = other.opened
    await expect(listTables(other.call('boss', 'shop'), all, parts)).rejects.toMatchObject({ code: 'source_unavailable' })
    await parts.store()
    renameSync(file, `${file}-moved`)
    await (await parts.store()).close()
    await expect(listTables(other.call('boss', 'shop'), all, parts)).rejects.toMatchObject({ code: 'source_unavailable' })
  } finally {
    await other.close().catch(() => undefined)
  }
})

test('an answer of a source that is there has no such time', async () => {
  const live = await openScene({ shop: database.yaml }, { file: `${folder}/registry.db` }, folder, narrow)
  try {
    expect(await listTables(live.call('boss', 'shop'), all, live.opened.parts)).not.toHaveProperty('as_of')
  } finally {
    await live.close()
  }
})
