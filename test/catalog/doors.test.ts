import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepInStep } from '../../src/catalog.ts'
import { type Change, Changes } from '../../src/serve/mcp-changes.ts'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { type Database, folderFor, openDatabase, openScene, type Scene, tokens, type Who } from './scene.ts'

/** The catalog over HTTP, and kept in step by the gateway itself. */

const narrow = "{ sources: { shop: { tables: { allow: ['*'], deny: [salaries] }, actions: [read] } } }"
const { folder, remove } = folderFor()
let database: Database
let scene: Scene
let server: HttpServer

beforeAll(async () => {
  database = await openDatabase('sqlite', folder)
  await database.exec('CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)', 'CREATE TABLE salaries (id INTEGER)')
  const sources = { shop: database.yaml, gone: '{ connector: postgres, host: 127.0.0.1, port: 1, user: u, password: geheim, database: d }' }
  scene = await openScene(sources, { file: `${folder}/registry.db` }, folder, narrow)
  server = await serveHttp(scene.opened.parts, { host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await server.close()
  await scene.close()
  remove()
})

const ask = (who: Who | undefined, path: string, init: RequestInit = {}) =>
  fetch(`${server.url}/api/catalog/${path}`, {
    ...init,
    headers: { ...(who ? { Authorization: `Bearer ${tokens[who]}` } : {}), ...(init.headers as Record<string, string>) },
  })
const json = async (who: Who | undefined, path: string, init?: RequestInit) => {
  const answer = await ask(who, path, init)
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
const code = async (who: Who | undefined, path: string, init?: RequestInit) => {
  const { status, body } = await json(who, path, init)
  return [status, (body.error as { code: string } | undefined)?.code]
}
const post = { method: 'POST' }

test('before anything is synchronised each route says so', async () => {
  expect(await code('boss', 'shop/versions')).toEqual([404, 'not_synchronised'])
  expect(await code('boss', 'shop/diff')).toEqual([404, 'not_synchronised'])
  expect(await code('boss', 'shop/tables')).toEqual([404, 'not_synchronised'])
  expect((await json('boss', 'sources')).body.sources).toHaveLength(2)
})

test('a synchronisation tells how far it is', async () => {
  const answer = await ask('boss', 'shop/sync', { ...post, headers: { Accept: 'text/event-stream' } })
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  const events = (await answer.text()).trim().split('\n\n')
  expect(events.map((event) => event.split('\n')[0])).toEqual([...Array(4).fill('event: progress'), 'event: done'])
  expect(JSON.parse(events.at(-1)!.split('data: ')[1]!)).toMatchObject({ ok: true, version: 1, changed: true, tables: 2 })
  expect((await json('boss', 'shop/sync', post)).body).toMatchObject({ ok: true, changed: false })
})

test('a source that is down is told, without its secrets', async () => {
  const { status, body } = await json('boss', 'gone/sync', post)
  expect([status, body.ok, body.code]).toEqual([200, false, 'source_unavailable'])
  const { body: listed } = await json('boss', 'sources')
  expect(listed.sources).toMatchObject([
    { source: 'shop', health: { ok: true } },
    { source: 'gone', health: { ok: false, code: 'source_unavailable' } },
  ])
  expect(JSON.stringify([body, listed])).not.toContain('geheim')
})

test('versions, differences and tables are those of the caller', async () => {
  await database.exec('ALTER TABLE people ADD COLUMN born TEXT', 'ALTER TABLE salaries ADD COLUMN bonus TEXT')
  await json('boss', 'shop/sync', post)
  expect((await json('boss', 'shop/diff?from=1&to=2')).body).toMatchObject({ total: 2 })
  expect((await json('narrow', 'shop/diff')).body).toMatchObject({ total: 1, changes: [{ kind: 'column_added', column: 'born' }] })
  expect((await json('narrow', 'shop/versions')).body.versions).toMatchObject([{ tables: 1, changes: { column_added: 1 } }, { tables: 1 }])
  expect((await json('narrow', 'shop/tables')).body).toMatchObject({ total: 1, items: [{ table: 'people', columns: 3 }] })
  expect((await json('narrow', 'shop/tables/people')).body).toMatchObject({ table: 'people', primary_key: ['id'] })
})

test('what must not pass does not', async () => {
  expect(await code(undefined, 'sources')).toEqual([401, 'credential_missing'])
  expect(await code('narrow', 'shop/tables/salaries')).toEqual([404, 'table_unknown'])
  expect(await code('narrow', 'gone/versions')).toEqual([404, 'source_unknown'])
  expect(await code('narrow', 'nowhere/versions')).toEqual([404, 'source_unknown'])
  expect(await code('narrow', 'shop/sync', post)).toEqual([403, 'action_refused'])
  expect(await code('reader', 'shop/sync', { ...post, headers: { Accept: 'text/event-stream' } })).toEqual([403, 'action_refused'])
  expect(await code('boss', 'shop/versions?limit=0')).toEqual([400, 'field_invalid'])
  expect(await code('boss', 'shop/versions?limit=1&limit=2')).toEqual([400, 'field_invalid'])
  expect(await code('boss', 'shop/versions?limt=1')).toEqual([400, 'field_unknown'])
  expect(await code('boss', 'shop/diff?from=7')).toEqual([400, 'field_invalid'])
})

test('each request left a record', async () => {
  const { calls } = await scene.opened.parts.trail.list({ last: 1_000 })
  const text = JSON.stringify(calls)
  expect(text).toContain('GET /api/catalog/shop/versions')
  expect(text).toContain('POST /api/catalog/shop/sync')
  expect(calls.filter(({ code }) => code === 'action_refused').length).toBeGreaterThanOrEqual(2)
})

test('the operator is told of a source that a gateway which keeps in step finds down', async () => {
  const { parts } = scene.opened
  const told: [string | undefined, unknown][] = []
  const log = { failed: (_id: string | undefined, source: string | undefined, error: unknown) => void told.push([source, error]) }
  const stop = keepInStep({ ...parts, now: () => ({ ...parts, log }) }, 60_000)
  await expect
    .poll(() => told.map(([source, error]) => [source, (error as { code: string }).code]), { timeout: 20_000 })
    .toEqual([['gone', 'source_unavailable']])
  await stop()
})

test('a gateway that keeps in step finds changes by itself, lets the running gateway know, and stops', async () => {
  const { parts } = scene.opened
  const store = await parts.store()
  const source = await parts.sources.get('shop')
  const before = (await store.versions.newest('shop'))!.number
  const known = (await source.schema(new AbortController().signal)).version
  const stop = keepInStep(parts, 20)
  await database.exec('CREATE TABLE extra (id INTEGER)')
  await expect.poll(async () => (await store.versions.newest('shop'))!.number, { timeout: 20_000 }).toBeGreaterThan(before)
  await expect.poll(async () => (await source.schema(new AbortController().signal)).version, { timeout: 20_000 }).not.toBe(known)
  await stop()
  const { at } = (await store.health.all()).get('shop')!
  await database.exec('CREATE TABLE extra_two (id INTEGER)')
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect((await store.health.all()).get('shop')!.at).toBe(at)
})

test('a change that another process has found first is known to this gateway after its next look', async () => {
  const { parts } = scene.opened
  const source = await parts.sources.get('shop')
  const signal = new AbortController().signal
  const known = await source.schema(signal)
  const generation = parts.cache.generation('shop')
  await database.exec('CREATE TABLE found_elsewhere (id INTEGER)')
  const other = await openScene({ shop: database.yaml }, { file: `${folder}/registry.db` }, folder, narrow)
  expect(await other.sync('shop')).toMatchObject([{ ok: true, changed: true }])
  await other.close()
  expect(source.schemaKept()).toBe(known)
  expect(await scene.sync('shop')).toMatchObject([{ ok: true, changed: false }])
  expect(source.schemaKept()).toBeUndefined()
  expect(parts.cache.generation('shop')).not.toBe(generation)
  expect((await source.schema(signal)).tables.map(({ name }) => name)).toContain('found_elsewhere')
})

test('sessions that listen hear of a change once a synchronisation has found it', async () => {
  const { parts } = scene.opened
  await scene.sync('shop')
  const heard: Change[] = []
  const changes = new Changes(parts, 10)
  const stop = changes.listen({ sources: () => ['shop'], hear: (change) => void heard.push(change) })
  try {
    const source = await parts.sources.get('shop')
    await expect.poll(() => source.schemaKept() !== undefined, { timeout: 20_000 }).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await database.exec('CREATE TABLE heard_of (id INTEGER)')
    await scene.sync('shop')
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual([{ kind: 'schema', source: 'shop' }])
  } finally {
    stop()
  }
})
