import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configOf } from '../../src/config/config.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { both, json, post, until } from './running.ts'

/** The whole house through its doors, on a real SQLite file. */

const folder = mkdtempSync(join(tmpdir(), 'sluice-doors-'))
const text = `
sources:
  shop: { connector: sqlite, path: ./shop.db }
roles:
  support:
    sources:
      shop:
        tables: { allow: [customers, orders], deny: [salaries] }
        columns: { customers: { deny: [password], mask: { email: email } } }
        rows: { orders: 'customer_id < 100' }
        actions: [read, explain]
        limits: { rows: 50000, seconds: 20, concurrent: 10, per_minute: 100000 }
local: { roles: [support] }
`
let opened: Opened
let server: HttpServer

beforeAll(async () => {
  const file = new DatabaseSync(join(folder, 'shop.db'))
  file.exec(`
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT, password TEXT);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), total NUMERIC);
    CREATE TABLE salaries (id INTEGER PRIMARY KEY, amount INTEGER);
    CREATE TABLE numbers AS WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 20000) SELECT value FROM n;
    INSERT INTO customers SELECT value, 'Name ' || value, 'user' || value || '@example.com', 'secret' FROM numbers WHERE value <= 1000;
    INSERT INTO orders SELECT value, 1 + value % 1000, value * 1.5 FROM numbers;
    INSERT INTO salaries VALUES (1, 9999);`)
  file.close()
  opened = openParts(await configOf(join(folder, 'sluice.yaml'), text, {}))
  server = await serveHttp(opened.parts, { host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await server?.close()
  await opened?.close()
  rmSync(folder, { recursive: true, force: true })
})

type Result = {
  isError?: boolean
  structuredContent: { rows?: unknown[][]; receipt?: Record<string, unknown>; error?: Record<string, string> }
}

async function tool(name: string, fields: object): Promise<Result> {
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: fields } }
  return ((await (await post(`${server.url}/mcp`, message, both)).json()) as { result: Result }).result
}

test('masked values come masked, and the receipt says so', async () => {
  const { structuredContent } = await tool('execute_sql', { sql: 'SELECT name, email FROM customers WHERE id = ?', params: [7] })
  expect(structuredContent.rows).toHaveLength(1)
  expect(JSON.stringify(structuredContent.rows)).not.toContain('user7@')
  expect(structuredContent.receipt).toMatchObject({ masked: ['customers.email'], rows: 1, source: 'shop', from: 'live' })
})

test('hidden rows, columns and tables do not exist through any door', async () => {
  const count = await tool('execute_sql', { sql: 'SELECT count(*) AS n FROM orders' })
  expect(count.structuredContent.rows).toEqual([[1980]])
  const over = (await (
    await post(`${server.url}/sql/execute`, { query: 'SELECT max(customer_id) AS m FROM orders' })
  ).json()) as Result['structuredContent']
  expect(over.rows).toEqual([[99]])
  for (const sql of ['SELECT password FROM customers', 'SELECT * FROM salaries', 'DELETE FROM orders', 'SELECT 1; SELECT 2']) {
    const refused = await tool('execute_sql', { sql })
    expect(refused.isError, sql).toBe(true)
    expect(JSON.stringify(refused)).not.toContain('9999')
  }
  expect(JSON.stringify(await tool('search_schema', { query: '' }))).not.toMatch(/salaries|password/)
  expect(await tool('describe_table', { source: 'shop', table: 'salaries' })).toMatchObject({ isError: true })
})

test('a large answer is streamed whole and exactly truncated', async () => {
  const response = await post(
    `${server.url}/sql/stream`,
    { sql: 'SELECT * FROM orders', limit: 1500 },
    { ...json, accept: 'application/x-ndjson' },
  )
  const lines = (await response.text()).trimEnd().split('\n')
  expect(lines).toHaveLength(1502)
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ receipt: { rows: 1500, truncated: true, rows_max: 1500 } })
})

test('a query whose client has left runs no longer', async () => {
  const endless = 'SELECT count(*) AS n FROM orders AS a CROSS JOIN orders AS b CROSS JOIN orders AS c WHERE a.total + b.total = c.id'
  const leaving = new AbortController()
  const asked = fetch(`${server.url}/sql/execute`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ sql: endless }),
    signal: leaving.signal,
  })
  asked.catch(() => undefined)
  const running = async () => ((await (await fetch(`${server.url}/info`)).json()) as { requests_running: number }).requests_running - 1
  let most = 0
  while (most === 0) most = await running()
  leaving.abort()
  let left = most
  while (left > 0) left = await running()
  expect((await tool('execute_sql', { sql: 'SELECT 1 AS one' })).structuredContent.rows).toEqual([[1]])
})

test('a call that is cancelled over stdio ends, and the connection goes on', async () => {
  const { PassThrough } = await import('node:stream')
  const { serveStdio } = await import('../../src/serve/serve.ts')
  const input = new PassThrough()
  const output = new PassThrough()
  const done = serveStdio(opened.parts, { input, output })
  let told = ''
  output.on('data', (chunk) => (told += String(chunk)))
  const call = (id: number, sql: string) =>
    input.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'execute_sql', arguments: { sql } } })}\n`)
  call(1, 'SELECT count(*) AS n FROM orders AS a CROSS JOIN orders AS b CROSS JOIN orders AS c WHERE a.total + b.total = c.id')
  await new Promise((resolve) => setTimeout(resolve, 100))
  input.write('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}\n')
  call(2, 'SELECT 2 AS two')
  await until(() => told.includes('"id":2'))
  expect(told).toContain('"rows":[[2]]')
  expect(told).not.toContain('"id":1')
  input.end()
  await done
})
