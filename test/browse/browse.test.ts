import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parse } from 'csv-parse/sync'
import { strFromU8, unzipSync } from 'fflate'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeKey } from '../../src/auth/auth.ts'
import { configOf } from '../../src/config/config.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { mysqlUrl, postgresUrl } from '../servers/servers.ts'

/** Rows in windows, counted and as files, through the door and over every kind of source. */

type Page = {
  columns: { name: string; type: string; native: string }[]
  rows: unknown[][]
  cut: [number, number, number][]
  truncated: boolean
  count: number
  receipt: { sql: string; masked: string[]; policies: string[] }
  error?: { code: string; hint: string }
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-browse-'))
const desk = makeKey()
let opened: Opened
let server: HttpServer

const ROWS = 1_200
const numbers = Array.from({ length: ROWS }, (_, i) => i)
const nameOf = (i: number) => `n${String(ROWS - 1 - i).padStart(4, '0')}`

beforeAll(async () => {
  mkdirSync(join(folder, 'files'))
  writeFileSync(join(folder, 'files', 'many.csv'), `id,name\n${numbers.map((i) => `${i},${nameOf(i)}`).join('\n')}\n`)
  const file = new DatabaseSync(join(folder, 'shop.db'))
  file.exec(`
    CREATE TABLE many (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE odd (id INTEGER, big INTEGER, price REAL, text TEXT, day DATE, at TIMESTAMP, yes BOOLEAN, raw BLOB);
    INSERT INTO odd VALUES (1, 9007199254740993, 1.5, 'a "b", c
d', '2026-01-31', '2026-01-31 10:20:30.5', 1, x'00ff'), (2, NULL, NULL, '', NULL, NULL, NULL, NULL), (3, -5, 0.1, '<b>&_x0041_' || char(1), '1850-01-01', '1850-01-01 00:00:00', 0, x'');
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT, country TEXT);
    INSERT INTO customers VALUES (1, 'Ana', 'ana@example.com', 'DE'), (2, 'Bo', 'bo@example.com', 'FR'), (3, 'Cy', 'cy@example.com', 'DE');
    CREATE TABLE long (id INTEGER, body TEXT);
    INSERT INTO long VALUES (1, 'short'), (2, printf('%.*c', 5000000, 'x'));
    CREATE TABLE mixed (value INTEGER);
    INSERT INTO mixed WITH RECURSIVE s(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM s WHERE v < 60000) SELECT v FROM s;
    INSERT INTO mixed VALUES ('text');`)
  const insert = file.prepare('INSERT INTO many VALUES (?, ?)')
  for (const i of numbers) insert.run(i, nameOf(i))
  file.close()
  const text = `
sources:
  lite: { connector: sqlite, path: ./shop.db }
  duck: { connector: duckdb, folder: ./files }
  pg: { connector: postgres, url: '${postgresUrl()}' }
  my: { connector: mysql, url: '${mysqlUrl()}' }
roles:
  desk:
    sources:
      lite:
        tables: { allow: ['*'] }
        columns: { customers: { mask: { email: email } } }
        rows: { customers: "country = 'DE'" }
        actions: [read]
        limits: { rows: 100 }
local: { roles: [admin] }
keys:
  - { name: ana, hash: '${desk.hash}', roles: [desk] }
`
  opened = openParts(await configOf(join(folder, 'sluice.yaml'), text, {}))
  server = await serveHttp(opened.parts, { host: '127.0.0.1', port: 0 })
}, 60_000)

afterAll(async () => {
  await server?.close()
  await opened?.close()
  rmSync(folder, { recursive: true, force: true })
})

const send = (path: string, body: object, key?: string) =>
  fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
  })
const page = async (body: object, key?: string) => (await (await send('/api/results/page', body, key)).json()) as Page
const count = async (body: object, key?: string) => (await (await send('/api/results/count', body, key)).json()) as Page

/** The same table in every dialect: one of the file, or made of numbers. */
const tables: Readonly<Record<string, string>> = {
  lite: 'SELECT id, name FROM many',
  duck: 'SELECT id, name FROM many',
  pg: `SELECT i AS id, 'n' || lpad((${ROWS - 1} - i)::text, 4, '0') AS name FROM generate_series(0, ${ROWS - 1}) AS g(i)`,
  my: `WITH d AS (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9), g AS (SELECT a.n + 10 * b.n + 100 * c.n + 1000 * e.n AS i FROM d AS a, d AS b, d AS c, d AS e) SELECT i AS id, concat('n', lpad(${ROWS - 1} - i, 4, '0')) AS name FROM g WHERE i < ${ROWS}`,
}

describe.each(Object.keys(tables))('%s', (source) => {
  const sql = tables[source]!

  test('the first window is the statement itself, the next ones go on where it ended', async () => {
    const first = await page({ source, sql: `${sql} ORDER BY id ; -- the end`, limit: 100 })
    expect(first.error).toBeUndefined()
    expect([first.rows.length, first.rows[0], first.truncated]).toEqual([100, [0, nameOf(0)], true])
    const rows: unknown[] = []
    for (let offset = 0; offset < ROWS; offset += 500) {
      const { rows: some, truncated, error } = await page({ source, sql: `${sql} ORDER BY id DESC ; -- the end`, offset, limit: 500 })
      expect(error).toBeUndefined()
      rows.push(...some)
      expect(truncated).toBe(offset + 500 < ROWS)
    }
    expect(rows).toEqual(numbers.map((_, i) => [ROWS - 1 - i, nameOf(ROWS - 1 - i)]))
  })

  test('it sorts and filters in the source, with values as parameters behind those of the caller', async () => {
    const sorted = await page({ source, sql, sort: [{ column: 'name' }], limit: 2, offset: 1 })
    expect(sorted.rows).toEqual([
      [ROWS - 2, 'n0001'],
      [ROWS - 3, 'n0002'],
    ])
    const begins = await page({
      source,
      sql,
      filter: [{ column: 'name', op: 'begins', value: 'N000' }],
      sort: [{ column: 'id', desc: true }],
    })
    expect([begins.error, begins.rows?.length, begins.rows?.[0]]).toEqual([undefined, 10, [ROWS - 1, 'n0000']])
    const none = await page({ source, sql, filter: [{ column: 'name', op: 'contains', value: '%' }] })
    expect([none.rows, none.truncated]).toEqual([[], false])
    const placed =
      source === 'pg'
        ? 'SELECT * FROM (VALUES (1), (2), (3)) AS v(id) WHERE id > $1'
        : `SELECT id FROM (${sql}) AS s WHERE id < 4 AND id > ?`
    const both = await page({
      source,
      sql: placed,
      params: [1],
      filter: [
        { column: 'id', op: 'at_most', value: 3 },
        { column: 'id', op: 'not_null' },
      ],
    })
    expect([both.error, both.rows]).toEqual([undefined, [[2], [3]]])
    expect(await count({ source, sql, filter: [{ column: 'id', op: 'less', value: 7 }] })).toMatchObject({ count: 7 })
    expect(await count({ source, sql: `${sql} LIMIT 10;` })).toMatchObject({ count: 10 })
  })

  test('what is no SELECT is told to be none, and is refused as ever', async () => {
    if (source !== 'lite') expect(await page({ source, sql: 'SHOW TABLES', offset: 1 })).toMatchObject({ error: { code: 'field_invalid' } })
    expect(await page({ source, sql: 'DROP TABLE many', offset: 1 })).toMatchObject({ error: { code: 'statement_refused' } })
    expect(await page({ source, sql: 'SELECT 1) AS a; DROP TABLE many; --', offset: 1 })).toHaveProperty('error')
    expect(await page({ source, sql: 'SELECT (', sort: [{ column: 'a' }] })).toMatchObject({ error: { code: 'sql_syntax' } })
  })
})

test('masks and row rules hold in windows, counts and files, and filters look at what is masked, not at what is behind it', async () => {
  const asked = { source: 'lite', sql: 'SELECT * FROM customers' }
  const { rows } = await page({ ...asked, sort: [{ column: 'id', desc: true }] }, desk.key)
  expect(rows.map(([id]) => id)).toEqual([3, 1])
  expect(JSON.stringify(rows)).not.toMatch(/ana@|cy@/)
  expect(await count({ ...asked, filter: [{ column: 'email', op: 'equals', value: 'ana@example.com' }] }, desk.key)).toMatchObject({
    count: 0,
  })
  expect(await count(asked, desk.key)).toMatchObject({ count: 2 })
  for (const format of ['csv', 'ndjson']) {
    const text = await (await send('/api/export', { ...asked, format }, desk.key)).text()
    expect(text).not.toMatch(/ana@|bo@|Bo/)
    expect(text).toContain('Cy')
  }
  expect(await page({ source: 'duck', sql: 'SELECT 1' }, desk.key)).toMatchObject({ error: { code: 'source_unknown' } })
  expect((await send('/api/export', { ...asked, source: 'duck', format: 'csv' }, desk.key)).status).toBe(404)
})

test('a role that may have a hundred rows gets no more of them in a file', async () => {
  const text = await (await send('/api/export', { source: 'lite', sql: 'SELECT id FROM many', format: 'ndjson' }, desk.key)).text()
  expect(text.trim().split('\n')).toHaveLength(100)
})

test('a long text is cut and its length told; a file has the whole of it', async () => {
  const { rows, cut } = await page({ source: 'lite', sql: 'SELECT id, body FROM long ORDER BY id' })
  expect(rows[0]).toEqual([1, 'short'])
  expect((rows[1]![1] as string).length).toBe(2_000)
  expect(cut).toEqual([[1, 1, 5_000_000]])
  const csv = await (await send('/api/export', { source: 'lite', sql: 'SELECT body FROM long WHERE id = 2', format: 'csv' })).text()
  expect(csv.length).toBe('body\r\n'.length + 5_000_000 + 2)
})

const ODD = 'SELECT id, big, price, text, day, at, yes, raw FROM odd ORDER BY id'

test('CSV tells NULL from the empty text and keeps every digit', async () => {
  const answer = await send('/api/export', { source: 'lite', sql: ODD, format: 'csv', name: 'odd rows/…' })
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="rows.csv"; filename*=UTF-8''odd-rows-.csv`)
  const text = await answer.text()
  expect(text).toContain('2,,,"",,,,\r\n')
  const rows = parse(text, { columns: true }) as Record<string, string>[]
  expect(rows[0]).toMatchObject({ id: '1', big: '9007199254740993', price: '1.5', text: 'a "b", c\nd' })
})

test('NDJSON is one object a line; a name that comes twice gets a number', async () => {
  const text = await (await send('/api/export', { source: 'lite', sql: 'SELECT 1 AS a, 2 AS a, NULL AS b', format: 'ndjson' })).text()
  expect(text).toBe('{"a":1,"a_2":2,"b":null}\n')
})

test('Parquet keeps types, and is text where it could not', async () => {
  const read = async (body: object) => {
    const bytes = await (await send('/api/export', { source: 'lite', format: 'parquet', ...body })).arrayBuffer()
    return parquetReadObjects({ file: bytes, compressors })
  }
  const [one, two, three] = await read({ sql: ODD })
  expect(one).toMatchObject({ id: 1n, big: 9007199254740993n, price: 1.5, text: 'a "b", c\nd' })
  expect(two).toMatchObject({ id: 2n, big: null, price: null, text: '' })
  expect(three).toMatchObject({ big: -5n, price: 0.1 })
  expect(await read({ sql: 'SELECT id FROM odd WHERE false' })).toEqual([])
  const typed = await read({
    source: 'duck',
    sql: "SELECT DATE '2026-01-31' AS day, TIMESTAMP '2026-01-31 10:20:30.123456' AS at, true AS yes, 1.10::DECIMAL(5,2) AS price, [1, 2] AS list",
  })
  expect(typed).toEqual([{ day: new Date('2026-01-31'), at: expect.any(Date), yes: true, price: '1.10', list: '[1,2]' }])
  expect((typed[0]!.at as Date).toISOString()).toBe('2026-01-31T10:20:30.123Z')
  const many = await read({ source: 'pg', sql: 'SELECT i, i % 3 = 0 AS third FROM generate_series(1, 120000) AS g(i)' })
  expect([many.length, many[119_999]]).toEqual([120_000, { i: 120_000n, third: true }])
})

test('DuckDB reads the Parquet that was written', async () => {
  const bytes = await (
    await send('/api/export', { source: 'pg', sql: 'SELECT i, i::text AS t FROM generate_series(1, 70000) AS g(i)', format: 'parquet' })
  ).arrayBuffer()
  writeFileSync(join(folder, 'files', 'made.parquet'), new Uint8Array(bytes))
  const opened = await import('@duckdb/node-api').then(({ DuckDBInstance }) => DuckDBInstance.create(':memory:'))
  const reader = await (await opened.connect()).runAndReadAll(
    `SELECT count(*), sum(i), max(t) FROM '${join(folder, 'files', 'made.parquet')}'`,
  )
  expect(reader.getRowsJson()).toEqual([['70000', '2450035000', '9999']])
})

test('a value of another type that comes late ends the Parquet file, and nobody takes it for whole', async () => {
  const answer = await send('/api/export', { source: 'lite', sql: 'SELECT value FROM mixed', format: 'parquet' })
  await expect(answer.arrayBuffer()).rejects.toThrow()
})

test('an XLSX workbook keeps what Excel would round as text, dates as dates, and text as text', async () => {
  const bytes = new Uint8Array(await (await send('/api/export', { source: 'lite', sql: ODD, format: 'xlsx' })).arrayBuffer())
  const files = unzipSync(bytes)
  expect(Object.keys(files).sort()).toEqual([
    '[Content_Types].xml',
    '_rels/.rels',
    'xl/_rels/workbook.xml.rels',
    'xl/styles.xml',
    'xl/workbook.xml',
    'xl/worksheets/sheet1.xml',
  ])
  const sheet = strFromU8(files['xl/worksheets/sheet1.xml']!)
  expect(sheet).toContain('<c t="inlineStr"><is><t xml:space="preserve">9007199254740993</t></is></c>')
  expect(sheet).toContain('<c><v>1.5</v></c>')
  expect(sheet).toContain('<c><v>0.1</v></c>')
  expect(sheet).toContain('&lt;b&gt;&amp;_x005F_x0041__x0001_')
  expect(sheet).not.toContain('<b>')
})
