import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exits } from '../../src/cli/cli.ts'
import { SluiceError } from '../../src/error.ts'
import { type Place, place, run } from './run.ts'

let here: Place
beforeAll(() => {
  here = place()
})
afterAll(() => here.remove())
const catalog = (...args: string[]) => run(['catalog', ...args, '--config', here.config])
const change = (sql: string) => {
  const db = new DatabaseSync(path.join(here.folder, 'shop.db'))
  db.exec(sql)
  db.close()
}

test('what was never synchronised is told as such', async () => {
  expect((await catalog('show')).out).toMatch(/shop +sqlite +unknown +never/)
  const { code, err } = await catalog('versions', 'shop')
  expect([code, err]).toEqual([exits.failed.code, expect.stringContaining('not_synchronised')])
})

test('a synchronisation tells what it found, as text and as JSON', async () => {
  const { code, out, err } = await catalog('sync')
  expect(code).toBe(0)
  expect(out).toMatch(/^shop +new +1 +3 +0 +\d+ ms/m)
  expect(err).toContain('Synchronising: shop reading')
  change('ALTER TABLE people ADD COLUMN nick TEXT')
  const [synced] = JSON.parse((await catalog('sync', 'shop', '--json')).out) as unknown[]
  expect(synced).toMatchObject({ source: 'shop', ok: true, changed: true, version: 2, changes: [{ kind: 'column_added', column: 'nick' }] })
  expect((await catalog('sync')).out).toMatch(/^shop +the same +2/m)
})

test('a bar grows on a terminal', async () => {
  const { err } = await run(['catalog', 'sync', '--config', here.config], { tty: true })
  expect(err).toMatch(/\r.*█+.*100 % shop done/s)
})

test('sources, tables, versions and differences are shown', async () => {
  expect((await catalog('show')).out).toMatch(/shop +sqlite +ok \([\d.]+ ms\) +2 +3 +20/)
  expect((await catalog('show', 'shop')).out).toMatch(/^people +table +5/m)
  expect((await catalog('show', 'shop', 'people')).out).toMatch(/^nick +TEXT/m)
  expect((await catalog('versions', 'shop')).out).toMatch(/^2 +\S+ +3 +9 +1 column added$/m)
  expect((await catalog('diff', 'shop')).out).toContain('column added main.people.nick: TEXT')
  expect(JSON.parse((await catalog('diff', 'shop', '1', '2', '--json')).out)).toMatchObject({ total: 1, from: { version: 1 } })
  change('ALTER TABLE people DROP COLUMN email')
  await catalog('sync')
  expect(await catalog('diff', 'shop', '--exit-code')).toMatchObject({ code: 0 })
})

test('what is mistyped is told with what is near', async () => {
  expect(await catalog('sync', 'shpo')).toMatchObject({ code: exits.usage.code, err: expect.stringContaining('Did you mean') })
  expect(await catalog('diff')).toMatchObject({ code: exits.usage.code })
  expect(await catalog('diff', 'shop', '99')).toMatchObject({
    code: exits.usage.code,
    err: expect.stringContaining('There is no version 99'),
  })
  expect(await catalog('show', 'shop', 'peple')).toMatchObject({ code: exits.failed.code, err: expect.stringContaining('people') })
})

test('a source that is down fails the command and is remembered', async () => {
  const file = path.join(here.folder, 'gone.yaml')
  fs.writeFileSync(file, 'state: state-gone\nsources: { gone: { connector: sqlite, path: gone.db } }\n')
  const { code, out } = await run(['catalog', 'sync', '--config', file])
  expect(code).toBe(exits.unavailable.code)
  expect(out).toMatch(/^gone +source_unavailable/m)
  expect((await run(['catalog', 'show', '--config', file])).out).toMatch(/^gone +sqlite +source_unavailable +never/m)
})

test('a synchronisation leaves a record of the operator', async () => {
  const { out } = await run(['audit', 'list', '--json', '--config', here.config])
  expect(out).toMatch(/operator/)
  expect(out).toContain('catalog sync shop')
})

test('a gateway that serves keeps the registry up to date where it is told to, and stops with it', async () => {
  const own = place('catalog: { sync_minutes: 1 }\n')
  const stopping = new AbortController()
  const serving = run(['serve', '--quiet', '--port', '0', '--config', own.config], { signal: stopping.signal })
  try {
    await expect
      .poll(async () => (await run(['catalog', 'versions', 'shop', '--json', '--config', own.config])).out, { timeout: 20_000 })
      .toContain('"version": 1')
  } finally {
    stopping.abort(new SluiceError('query_cancelled', 'Interrupted.'))
    expect((await serving).code).toBe(0)
    own.remove()
  }
})
