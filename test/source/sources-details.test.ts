import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSources, type Sources } from '../../src/source/sources.ts'

/** What a source tells beside its schema is read once for all who ask, and again after its structure has changed. */

const folder = mkdtempSync(join(tmpdir(), 'sluice-details-'))
const { signal } = new AbortController()
let sources: Sources

beforeAll(() => {
  const db = new DatabaseSync(join(folder, 'shop.db'))
  db.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL); CREATE INDEX by_total ON orders (total)')
  db.close()
  const settings = { path: join(folder, 'shop.db'), processes: 1, busy_ms: 1000, memory_mb: 256, wait_ms: 5000 }
  sources = openSources({ shop: { connector: 'sqlite', dialect: 'sqlite', description: '', schemaTtlMs: 60_000, settings } })
})
afterAll(async () => {
  await sources.close()
  rmSync(folder, { recursive: true, force: true })
})

test('details are kept, shared, and forgotten with the schema', async () => {
  const shop = await sources.get('shop')
  const [first, second] = await Promise.all([shop.details(signal), shop.details(signal)])
  expect(first?.indexes.map(({ name }) => name)).toContain('by_total')
  expect(second).toBe(first)
  expect(await shop.details(signal)).toBe(first)
  shop.schemaChanged()
  expect(await shop.details(signal)).not.toBe(first)
})

test("what was asked before a change is nobody's answer after it", async () => {
  const shop = await sources.get('shop')
  shop.schemaChanged()
  const before = shop.details(signal)
  const schema = shop.schema(signal)
  shop.schemaChanged()
  const after = await shop.details(signal)
  expect(await before).not.toBe(after)
  expect(await shop.details(signal)).toBe(after)
  expect(await shop.schema(signal)).not.toBe(await schema)
})

test('one who leaves does not take the reading from the others', async () => {
  const shop = await sources.get('shop')
  shop.schemaChanged()
  const leaving = new AbortController()
  const left = shop.details(leaving.signal)
  const stayed = shop.details(signal)
  leaving.abort(new Error('left'))
  await expect(left).rejects.toThrow('left')
  expect((await stayed)?.database.product).toMatch(/sqlite/i)
})
