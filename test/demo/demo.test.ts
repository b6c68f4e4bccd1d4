import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { demoFolder, demoReady, demoText, ensureDemo } from '../../src/demo/demo.ts'
import { makeDemo } from '../../src/demo/make.ts'
import { makeShop } from '../../src/demo/shop.ts'

let base: string
let folder: string
const now = new Date('2026-11-20T10:00:00Z')
const seen: [number, string][] = []

beforeAll(async () => {
  base = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-demo-'))
  folder = path.join(base, 'demo')
  await makeDemo(folder, now, (share, what) => seen.push([share, what]))
})
afterAll(() => fs.rmSync(base, { recursive: true, force: true }))

const inShop = (sql: string, at = folder) => {
  const db = new DatabaseSync(path.join(at, 'shop.db'), { readOnly: true })
  try {
    return db.prepare(sql).all() as Record<string, number | string | null>[]
  } finally {
    db.close()
  }
}
async function inDuckdb(sql: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const rows = (await connection.runAndReadAll(sql)).getRowsJson()
  connection.closeSync()
  instance.closeSync()
  return rows
}

it('tells its progress up to the end, never backwards', () => {
  const shares = seen.map(([share]) => share)
  expect(shares).toEqual([...shares].sort((a, b) => a - b))
  expect(shares.at(-1)).toBe(1)
})

it('makes a shop of about 200,000 rows that fit together', () => {
  const [counts] = inShop(`SELECT (SELECT count(*) FROM customers) + (SELECT count(*) FROM products) + (SELECT count(*) FROM orders)
    + (SELECT count(*) FROM items) + (SELECT count(*) FROM payments) AS n`)
  expect(counts!.n).toBeGreaterThan(190_000)
  expect(counts!.n).toBeLessThan(220_000)
  expect(inShop('PRAGMA foreign_key_check')).toEqual([])
  expect(inShop('PRAGMA integrity_check')).toMatchObject([{ integrity_check: 'ok' }])
  expect(
    inShop(
      'SELECT o.id FROM orders o JOIN items i ON i.order_id = o.id GROUP BY o.id HAVING sum(i.quantity * i.price_cents) <> o.total_cents',
    ),
  ).toEqual([])
  expect(inShop('SELECT o.id FROM orders o LEFT JOIN items i ON i.order_id = o.id WHERE i.order_id IS NULL')).toEqual([])
})

it('reaches up to now and not beyond', () => {
  for (const column of ['orders.ordered_at', 'orders.shipped_at', 'payments.paid_at', 'customers.created_at']) {
    const [row] = inShop(`SELECT max(${column}) AS last FROM ${column.split('.')[0]}`)
    expect(row!.last! <= '2026-11-20 10:00:00', column).toBe(true)
  }
  expect(inShop("SELECT count(*) AS n FROM orders WHERE ordered_at >= '2026-11-20'")[0]!.n).toBeGreaterThan(0)
})

it('holds personal data for masks to hide, at addresses that belong to nobody', () => {
  const [row] = inShop("SELECT sum(note LIKE '%@%' OR note LIKE '%+%') AS notes, sum(phone IS NOT NULL) AS phones FROM customers")
  expect(row!.notes).toBeGreaterThan(10)
  expect(row!.phones).toBeGreaterThan(8_000)
  expect(inShop("SELECT email FROM customers WHERE email NOT LIKE '%@%.example' AND email NOT LIKE '%@example.___'")).toEqual([])
  expect(inShop('SELECT count(DISTINCT country) AS n FROM customers')[0]!.n).toBeGreaterThan(5)
})

it('makes half a million web events in several Parquet files, and some thousand tickets that survive CSV', async () => {
  expect(fs.readdirSync(path.join(folder, 'web', 'events')).length).toBeGreaterThan(1)
  expect(
    await inDuckdb(`SELECT count(*), count(DISTINCT id), max(occurred_at) <= TIMESTAMP '2026-11-20 10:00:00', max(occurred_at) > TIMESTAMP '2026-11-20'
      FROM '${folder}/web/events/*.parquet'`),
  ).toEqual([['500000', '500000', true, true]])
  expect(
    await inDuckdb(
      `SELECT count(*), count(DISTINCT id), sum((body LIKE '%@%')::INT) > 500, sum((body LIKE '%\n%')::INT) > 100 FROM '${folder}/support/tickets.csv'`,
    ),
  ).toEqual([['5000', '5000', true, true]])
})

it('is the same for the same moment', async () => {
  const again = path.join(base, 'again')
  await makeDemo(again, now, () => {})
  const hash = (at: string) =>
    createHash('sha256')
      .update(fs.readFileSync(path.join(at, 'support', 'tickets.csv')))
      .update(JSON.stringify(inShop('SELECT * FROM customers', at)))
      .update(JSON.stringify(inShop('SELECT * FROM orders', at)))
      .update(JSON.stringify(inShop('SELECT * FROM payments', at)))
      .digest('hex')
  expect(hash(again)).toBe(hash(folder))
  expect(
    await inDuckdb(`SELECT count(*) FROM (FROM '${folder}/web/events/*.parquet' EXCEPT FROM '${again}/web/events/*.parquet')`),
  ).toEqual([['0']])
})

it('leaves nothing half done when it is interrupted, and clears up after a killed run', async () => {
  const target = path.join(base, 'interrupted')
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const maker = path.join(import.meta.dirname, '../../src/demo/make-process.ts')
    const child = spawn(process.execPath, [maker, target], { stdio: ['ignore', 'pipe', 'ignore'] })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill(signal)
    await new Promise((resolve) => child.once('close', resolve))
    expect(demoReady(target)).toBe(false)
    expect(fs.existsSync(target)).toBe(false)
  }
  const shares: number[] = []
  await ensureDemo(target, (share) => shares.push(share))
  expect(demoReady(target)).toBe(true)
  expect(shares.at(-1)).toBe(1)
  expect(fs.readdirSync(base).filter((name) => name.includes('making'))).toEqual([])
  // The second time nothing is made.
  await ensureDemo(target, () => expect.unreachable())
})

it('says clearly when the folder cannot be made', async () => {
  fs.writeFileSync(path.join(base, 'file'), '')
  await expect(ensureDemo(path.join(base, 'file', 'demo'), () => {})).rejects.toMatchObject({ code: 'source_unavailable' })
})

it('has a place that does not depend on the working folder, or the one that SLUICE_DEMO names', () => {
  expect(path.isAbsolute(demoFolder({}))).toBe(true)
  expect(demoFolder({ SLUICE_DEMO: '/elsewhere' })).toBe('/elsewhere')
})

it('comes with a configuration that hides who people are', async () => {
  const { configOf } = await import('../../src/config/config.ts')
  const config = await configOf(path.join(folder, 'sluice.yaml'), demoText(), {})
  expect(Object.keys(config.sources)).toEqual(['shop', 'web', 'support'])
  expect(config.local.roles).toEqual(['analyst'])
  expect(config.state).toBe(base)
})

it('the people are the same whatever the hour and the year, for documents quote them', () => {
  const who = (at: string) => {
    const place = path.join(base, at.replaceAll(':', '-'))
    fs.mkdirSync(place)
    makeShop(path.join(place, 'shop.db'), new Date(at), () => undefined)
    return inShop('SELECT name, email, phone, country FROM customers ORDER BY id LIMIT 50', place)
  }
  const people = who('2026-11-20T00:00:01Z')
  expect(who('2026-11-20T23:59:59Z')).toEqual(people)
  expect(who('2027-03-01T12:00:00Z')).toEqual(people)
})
