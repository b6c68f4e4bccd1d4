import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Call } from '../../src/call.ts'
import { loadConfig } from '../../src/config/config.ts'
import { run } from '../../src/gateway.ts'
import { type Opened, openParts } from '../../src/main.ts'
import type { Sink } from '../../src/result.ts'
import { newCallId } from '../../src/tools/tools.ts'

/** A gateway that runs takes another configuration, or keeps the one it has. */

let folder: string
let opened: Opened
const file = () => join(folder, 'sluice.yaml')

const text = (more = '', source = 'shop.db') => `
state: state
sources: { shop: { connector: sqlite, path: ${source} }, kept: { connector: sqlite, path: shop.db } }
roles: { seen: { extends: [read_only] } }
local: { roles: [seen] }
${more}`

function database(name: string, value: number): void {
  const db = new DatabaseSync(join(folder, name))
  db.exec(`CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (${value})`)
  db.close()
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-reload-'))
  database('shop.db', 1)
  database('new.db', 2)
  writeFileSync(file(), text())
  opened = openParts(
    await loadConfig(file(), {}),
    () => undefined,
    () => loadConfig(file(), {}),
  )
})
afterEach(async () => {
  await opened.close()
  rmSync(folder, { recursive: true, force: true })
})

const call = (sql: string, over: Partial<Call> = {}): Call => ({
  id: newCallId(),
  door: 'http',
  credential: { kind: 'local' },
  source: 'shop',
  action: 'query',
  text: sql,
  params: [],
  signal: new AbortController().signal,
  ...over,
})

async function rowsOf(sql: string, parts = opened.parts.now(), over: Partial<Call> = {}): Promise<unknown> {
  let json = ''
  const sink: Sink = {
    columns: () => undefined,
    batch: (batch) => {
      json += `${json === '' ? '' : ','}${Buffer.from(batch.json).toString()}`
    },
  }
  await run(call(sql, over), sink, parts)
  return JSON.parse(`[${json}]`)
}

test('new calls see the new file, sources that are the same stay open, what runs ends as it began', async () => {
  const before = opened.parts
  expect(await rowsOf('SELECT a FROM t')).toEqual([[1]])
  const kept = await before.sources.get('kept')
  let ran = 0
  let goOn = (): void => undefined
  const waits = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const sink: Sink = {
    columns: () => undefined,
    async batch(batch) {
      ran += batch.rows
      await waits
    },
  }
  const long = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 200000) SELECT n FROM r'
  const running = run(call(long, { rowsMax: 200_000 }), sink, before)
  while (ran === 0) await new Promise((resolve) => setTimeout(resolve, 5))

  writeFileSync(file(), text('', 'new.db'))
  expect(await before.control.reload()).toEqual({ changed: ['sources.shop'], needs_restart: [] })
  const after = before.now()
  expect(after).not.toBe(before)
  expect(after.now()).toBe(after)
  expect(await rowsOf('SELECT a FROM t')).toEqual([[2]])
  expect(await after.sources.get('kept')).toBe(kept)
  expect([after.audit, after.quota, after.journal, after.control]).toEqual([before.audit, before.quota, before.journal, before.control])
  goOn()
  expect(await running).toMatchObject({ rows: 200_000 })
  expect(ran).toBe(200_000)
})

test.each([
  ['a key that there is not', 'servr: {}', 'did you mean "server"'],
  ['no YAML', 'sources: [', 'not valid YAML'],
  ['a role that there is not', `keys: [{ name: a, hash: "sha256:${'a'.repeat(64)}", roles: [sean] }]`, 'did you mean "seen"'],
])('a file with %s changes nothing and says why', async (_, more, says) => {
  writeFileSync(file(), text(more, 'new.db'))
  const before = opened.parts.now()
  await expect(before.control.reload()).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining(says) })
  expect(opened.parts.now()).toBe(before)
  expect(await rowsOf('SELECT a FROM t')).toEqual([[1]])
  rmSync(file())
  await expect(before.control.reload()).rejects.toMatchObject({ code: 'config_invalid' })
  expect(await rowsOf('SELECT a FROM t')).toEqual([[1]])
})

test.each(['', '# nothing\n', '{}', 'sources: {}\n'])('a file that says nothing any more (%j) takes nothing away', async (empty) => {
  writeFileSync(file(), empty)
  const before = opened.parts.now()
  await expect(before.control.reload()).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('empty') })
  expect(opened.parts.now()).toBe(before)
  expect(await rowsOf('SELECT a FROM t')).toEqual([[1]])
})

test('a row rule in which an attribute could become SQL changes nothing either', async () => {
  const rule = `{ extends: [read_only], sources: { shop: { rows: { t: "a = '{{principal.name}}'" } } } }`
  writeFileSync(file(), text().replace('{ extends: [read_only] }', rule))
  await expect(opened.parts.control.reload()).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining('row rule'),
  })
  expect(await rowsOf('SELECT a FROM t')).toEqual([[1]])
})

test('policy, keys and limits change at once, and what cannot is told', async () => {
  expect(await rowsOf('SELECT a FROM t')).toEqual([[1]])
  const denied = text().replace('{ extends: [read_only] }', '{ extends: [read_only], sources: { shop: { tables: { deny: [t] } } } }')
  writeFileSync(file(), `${denied}\nserver: { port: 81 }\nlimits: { rows: 3 }\noidc: { issuer: https://i.example, audience: a }\n`)
  const told = await opened.parts.control.reload()
  expect(told).toEqual({ changed: ['server.port', 'roles.seen', 'limits', 'oidc'], needs_restart: ['server.port'] })
  await expect(rowsOf('SELECT a FROM t')).rejects.toMatchObject({ code: 'table_unknown' })
  expect(opened.parts.now().control.exposure).toMatchObject({ port: 8000, oidc: true, keys: 0, local_roles: ['seen'] })
  const principal = await opened.parts.now().auth.identify({ kind: 'local' })
  expect((await opened.parts.now().policy.grant(principal, 'shop')).limits.rows).toBe(3)
  expect(opened.parts.control.about()).toContainEqual({ key: 'limits.rows', value: 3, from: 'file' })
})

test('where the gateway came to listen is what a security review is told', async () => {
  opened.parts.control.serving({ host: '127.0.0.1', port: 4711, conformance: true })
  expect(opened.parts.now().control.exposure).toMatchObject({ host: '127.0.0.1', port: 4711, conformance: true })
})

test('keys of the store outlive a reload, and a second reload at once comes after the first', async () => {
  const { key } = await opened.parts.auth.keys.create({ name: 'ana', roles: ['seen'], attributes: {} }, 'operator')
  writeFileSync(file(), text('limits: { rows: 9 }'))
  const [first, second] = await Promise.all([opened.parts.control.reload(), opened.parts.control.reload()])
  expect([first.changed, second.changed]).toEqual([['limits'], []])
  expect(await rowsOf('SELECT a FROM t', opened.parts.now(), { credential: { kind: 'bearer', token: key } })).toEqual([[1]])
})

test('caches can be emptied', async () => {
  writeFileSync(file(), text().replace('path: shop.db }, kept', 'path: shop.db, cache_ttl_ms: 60000 }, kept'))
  await opened.parts.control.reload()
  await rowsOf('SELECT a FROM t')
  expect(opened.parts.control.clearCaches()).toEqual({ results: 1, plans: 1, schemas: 1 })
  expect(opened.parts.control.clearCaches()).toEqual({ results: 0, plans: 0, schemas: 0 })
  expect(await rowsOf('SELECT a FROM t')).toEqual([[1]])
})
