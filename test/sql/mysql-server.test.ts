import { createHmac } from 'node:crypto'
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Mask } from '../../src/grant.ts'
import { mysql } from '../../src/sql/mysql/mysql.ts'
import { mysqlUrl } from '../servers/servers.ts'

const key = 'a1b2c3'
const longKey = 'ab'.repeat(100)
const hmac = (text: string, hex = key): string => createHmac('sha256', Buffer.from(hex, 'hex')).update(text).digest('hex')

let db: Connection
beforeAll(async () => {
  db = await createConnection({ uri: mysqlUrl(), charset: 'utf8mb4', dateStrings: true })
  await db.query('CREATE DATABASE IF NOT EXISTS sluice_reader')
  await db.query('USE sluice_reader')
})
afterAll(async () => {
  await db?.query('DROP DATABASE sluice_reader')
  await db?.end()
})

async function one(sql: string): Promise<unknown> {
  const [rows] = await db.query<RowDataPacket[]>(sql)
  return rows[0]?.x
}

const masked = async (mask: Mask, type: string, value: string | number | null, hex = key): Promise<unknown> => {
  await db.query(`CREATE OR REPLACE TABLE masked (\`a\`\`b\` ${type})`)
  await db.query('INSERT INTO masked VALUES (?)', [value])
  return one(`SELECT ${mysql.mask(mask, mysql.quoteName('a`b'), type, hex)} AS x FROM masked`)
}

const utf8 = 'varchar(50) CHARACTER SET utf8mb4'
const latin = 'varchar(50) CHARACTER SET latin1'

it.each<[Mask, string, string | number | null, unknown]>([
  [{ kind: 'null' }, utf8, 'a', null],
  [{ kind: 'constant', value: "it's \\ x" }, utf8, 'a', "it's \\ x"],
  [{ kind: 'hash' }, utf8, 'Zoë 日本😀', hmac('Zoë 日本😀')],
  [{ kind: 'hash' }, latin, 'Grüße', hmac('Grüße')],
  [{ kind: 'hash' }, 'bigint', 42, hmac('42')],
  [{ kind: 'hash' }, utf8, null, null],
  [{ kind: 'email' }, latin, 'zoë@exämple.com', 'z***@exämple.com'],
  [{ kind: 'email' }, utf8, '"a@b"@c.d', '"***@c.d'],
  [{ kind: 'email' }, utf8, '@c.d', '***'],
  [{ kind: 'email' }, utf8, null, null],
  [{ kind: 'partial', first: 2, last: 3 }, utf8, '日本語 long text', '日本***ext'],
  [{ kind: 'partial', first: 2, last: 3 }, latin, '12345', '***'],
  [{ kind: 'partial', first: 0, last: 4 }, utf8, '901-17-8919', '***8919'],
  [{ kind: 'partial', first: 1, last: 1 }, utf8, null, null],
  [{ kind: 'year' }, 'date', '2024-05-06', '2024-01-01'],
  [{ kind: 'year' }, 'datetime', '2024-05-06 07:08:09', '2024-01-01 00:00:00'],
  [{ kind: 'year' }, utf8, '2024-05-06', '2024-01-01'],
  [{ kind: 'year' }, utf8, 'in May', null],
  [{ kind: 'round', to: 1000 }, 'int unsigned', 12_345, 12_000],
  [{ kind: 'round', to: 0.5 }, 'decimal(10,2)', 123.45, '123.5'],
  [{ kind: 'round', to: 100 }, 'int', null, null],
])('the server masks with %j a column of type %s', async (mask, type, value, expected) => {
  expect(await masked(mask, type, value)).toEqual(expected)
})

it('a key longer than a block is hashed first, as RFC 2104 says', async () => {
  expect(await masked({ kind: 'hash' }, utf8, 'x', longKey)).toBe(hmac('x', longKey))
})

it.each(["a'b", 'a\\', "\\' OR 1 = 1 -- ", 'nul\0inside', '', 'é日😀', -5, null])('a literal cannot be left: %j', async (value) => {
  expect(await one(`SELECT ${mysql.literal(value)} AS x`)).toBe(value)
})

it('a negative literal after a minus begins no comment', async () => {
  expect(await one(`SELECT 1-${mysql.literal(-2)} AS x`)).toBe(3)
})

it('the fence keeps the conditions of the caller away from rows that a rule hides', async () => {
  await db.query('CREATE OR REPLACE TABLE fenced (id int, tenant int)')
  await db.query('INSERT INTO fenced VALUES (1, 1), (2, 2)')
  const view = (fence: string): string => `SELECT id FROM (SELECT id FROM fenced WHERE tenant = 1${fence}) AS v WHERE id > 0`
  const plan = async (sql: string): Promise<string> => JSON.stringify((await db.query(`EXPLAIN ${sql}`))[0])
  expect(await plan(view(''))).not.toContain('DERIVED')
  expect(await plan(view(mysql.fence))).toContain('DERIVED')
  expect(JSON.stringify((await db.query(view(mysql.fence)))[0])).toBe('[{"id":1}]')
})

/** What the server opens is what the reader names: a table that is missing is the server's first complaint. */
it.each([
  ["SELECT 'a\\'' FROM one -- '\n, two", ['one', 'two']],
  ['SELECT a.select FROM one a, two FROM', []],
  ['WITH one AS (SELECT * FROM one) SELECT * FROM one, two', ['one', 'two']],
  ['WITH two AS (SELECT * FROM one), one AS (SELECT 1) SELECT * FROM two JOIN one', ['one']],
  ['SELECT * FROM ((SELECT 1 FROM one) UNION (SELECT 2 FROM two)) x JOIN three USE INDEX (four)', ['one', 'two', 'three']],
  ['SELECT 1 "x" FROM `one`,two three', ['one', 'two']],
  ['SELECT 1 # FROM one\nFROM two', ['two']],
])('the server opens the tables of %j', async (sql, expected) => {
  const opened: string[] = []
  for (;;) {
    const missing = await db.query('PREPARE reader FROM ?', [sql]).then(
      () => undefined,
      (error: { sqlMessage?: string }) => /Table '.*\.(.*)' doesn't exist/.exec(error.sqlMessage ?? '')?.[1],
    )
    if (missing === undefined) break
    opened.push(missing)
    await db.query(`CREATE TABLE ${mysql.quoteName(missing)} (a int)`)
  }
  for (const table of opened) await db.query(`DROP TABLE ${mysql.quoteName(table)}`)
  expect(opened.sort()).toEqual([...expected].sort())
  if (expected.length === 0) return
  const { facts } = await mysql.parse(sql)
  expect([...new Set(facts.tables.map(({ name }) => name))].sort()).toEqual([...expected].sort())
})
