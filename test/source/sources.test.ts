import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SluiceError } from '../../src/error.ts'
import { openSources, type Source, type SourceConfig } from '../../src/source/sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-sources-'))
const file = join(folder, 'shop.db')
const never = new AbortController().signal
const settings = { processes: 1, busy_ms: 100, memory_mb: 64, wait_ms: 1_000 }
const config = (path: string, schemaTtlMs = 60_000): SourceConfig => ({
  connector: 'sqlite',
  dialect: 'sqlite',
  description: '',
  schemaTtlMs,
  settings: { ...settings, path },
})
const sources = openSources({ shop: config(file), short: config(file, 1), gone: config(join(folder, 'gone.db')) })
const source = async (name: string): Promise<Source> => sources.get(name)

beforeAll(() => {
  const db = new DatabaseSync(file)
  db.exec('CREATE TABLE one (id INTEGER)')
  db.close()
})
afterAll(async () => {
  await sources.close()
  rmSync(folder, { recursive: true, force: true })
})

it('keeps a schema, and says so without touching the source', async () => {
  const shop = await source('shop')
  expect(shop.schemaKept()).toBeUndefined()
  const schema = await shop.schema(never)
  expect(schema.tables.map(({ name }) => name)).toContain('one')
  expect(shop.schemaKept()).toBe(schema)
  expect(shop.schema(never)).toBe(schema)
  const short = await source('short')
  await short.schema(never)
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(short.schemaKept()).toBeUndefined()
})

it('a caller who has left already gets the reason, and a reading that then fails does not end the process', async () => {
  const unheard = vi.fn()
  process.on('unhandledRejection', unheard)
  const left = AbortSignal.abort(new SluiceError('query_cancelled', 'gone'))
  const gone = await source('gone')
  await expect(gone.schema(left)).rejects.toMatchObject({ code: 'query_cancelled' })
  await expect(gone.connection.ping(never)).rejects.toMatchObject({ code: 'source_unavailable' })
  await new Promise((resolve) => setTimeout(resolve, 50))
  process.off('unhandledRejection', unheard)
  expect(unheard).not.toHaveBeenCalled()
})

it('answers at once while a source is down, and tries it again after a rest', async () => {
  const { connection } = await source('gone')
  const ask = () => connection.describe(never).catch((error: SluiceError) => error.message)
  let said: unknown = ''
  for (let tries = 0; tries < 10 && !String(said).includes('in a moment'); tries++) said = await ask()
  expect(said).toContain('tried again in a moment')
})

it('what nobody has named says nothing of itself, and stays the cause', async () => {
  const { connection } = await source('shop')
  const cause = new TypeError('/opt/somewhere/secret')
  const sink = {
    columns: () => {
      throw cause
    },
    batch: () => undefined,
  }
  const asked = connection.query({ sql: 'SELECT 1', params: [], rowsMax: 1, bytesMax: 100, timeoutMs: 5_000 }, sink, never)
  await expect(asked).rejects.toMatchObject({ code: 'source_failed', cause, message: expect.not.stringContaining('secret') })
})

it('does not open after it was closed', async () => {
  const own = openSources({ shop: config(file) })
  await own.close()
  expect(() => own.get('shop')).toThrow(expect.objectContaining({ code: 'stopping' }))
  expect(() => own.get('other')).toThrow(expect.objectContaining({ code: 'source_unknown' }))
})

it('a source that another configuration has not is closed when what runs in it has ended, and not before', async () => {
  const own = openSources({ same: config(file), left: config(file) }, 20)
  const [same, left] = [await own.get('same'), await own.get('left')]
  const next = own.renewed({ same: config(file), left: config(file, 5_000) })
  expect(await next.get('same')).toBe(same)
  expect(await next.get('left')).not.toBe(left)
  let goOn = (): void => undefined
  const waits = new Promise<void>((resolve) => {
    goOn = resolve
  })
  let begun = (): void => undefined
  const beginning = new Promise<void>((resolve) => {
    begun = resolve
  })
  const sink = {
    columns: () => undefined,
    batch: () => {
      begun()
      return waits
    },
  }
  const sql = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 100000) SELECT n FROM r'
  const query = { sql, params: [], rowsMax: 100_000, bytesMax: 1e9, timeoutMs: 60_000 }
  const running = left.connection.query(query, sink, never)
  await beginning
  const closing = vi.spyOn(left.connection, 'close')
  own.yield(next)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(closing).not.toHaveBeenCalled()
  goOn()
  expect(await running).toMatchObject({ rows: 100_000 })
  await vi.waitFor(() => expect(closing).toHaveBeenCalledTimes(1))
  await expect(left.connection.ping(never)).rejects.toBeDefined()
  await same.connection.ping(never)
  await next.close()
})
