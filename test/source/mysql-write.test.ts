import { createConnection, type Connection as Driver } from 'mysql2/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import mysql from '../../src/source/mysql.ts'
import type { Connection } from '../../src/source/source.ts'
import { type Server, startMariadb } from '../servers/servers.ts'
import { Collected, fails } from './ask.ts'
import { keep, never, setting, writesToServer } from './served-write.ts'

let server: Server
let admin: Driver
let connection: Connection

beforeAll(async () => {
  server = await startMariadb()
  admin = await createConnection({ uri: server.url, rowsAsArray: true })
  admin.on('error', () => {})
  const statements = [
    'CREATE TABLE owners (id int PRIMARY KEY, name varchar(20) UNIQUE)',
    'CREATE TABLE things (id int PRIMARY KEY, name varchar(20) NOT NULL, n int CHECK (n < 1000), owner int, FOREIGN KEY (owner) REFERENCES owners (id))',
    'CREATE TABLE flat (id int PRIMARY KEY) ENGINE = MyISAM',
    'CREATE TABLE kinds (i bigint unsigned, d decimal(20,2), t timestamp(3) NULL, b blob, j json)',
    `CREATE USER 'reader'@'%' IDENTIFIED BY 'reading'`,
    `GRANT SELECT ON sluice.* TO 'reader'@'%'`,
  ]
  for (const sql of statements) await admin.query(sql)
  // What the server's defaults are must not matter.
  await admin.query(`SET GLOBAL sql_mode = ''`)
  connection = await mysql.open('tested', { url: server.url })
})

afterAll(async () => {
  await connection.close()
  await admin.end()
  await server.stop()
})

const query = async (sql: string): Promise<readonly (readonly unknown[])[]> => (await admin.query(sql))[0] as unknown as unknown[][]
const one = async (sql: string): Promise<number> => Number((await query(sql))[0]![0])
const others = 'ID <> CONNECTION_ID()'

writesToServer({
  connector: mysql,
  url: () => server.url,
  mark: () => '?',
  admin: query,
  sleeps: 'SELECT SLEEP(60)',
  running: () => one(`SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(60)%'`),
  sessions: () => one(`SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ${others} AND COMMAND <> 'Daemon'`),
  kick: async () => {
    const found = await query(`SELECT ID FROM information_schema.PROCESSLIST WHERE ${others} AND COMMAND <> 'Daemon'`)
    for (const [id] of found) await admin.query(`KILL ${id}`).catch(() => undefined)
  },
  reader: { user: 'reader', password: 'reading' },
})

it('types survive in rows that a change answers', async () => {
  const sink = new Collected()
  await connection.write!(
    setting,
    async (session) => {
      const sql = 'INSERT INTO kinds VALUES (?, ?, ?, ?, ?) RETURNING *'
      const params = [18446744073709551615n, '1.50', '2024-02-29 01:02:03.004', new Uint8Array([0, 255]), '{"a": 1.0}']
      return { keep: true, value: await session.rows(sql, params, 10, sink) }
    },
    never,
  )
  expect(sink.rows).toEqual([['18446744073709551615', '1.50', '2024-02-29 01:02:03.004', 'AP8=', '{"a": 1.0}']])
})

it.each(['CREATE TABLE x (i int)', 'DROP TABLE things', 'TRUNCATE things', 'ALTER TABLE things ADD x int', 'LOCK TABLES things WRITE'])(
  'what would commit by itself is refused within a transaction: %s',
  async (sql) => {
    await fails(keep(connection, ["INSERT INTO owners (id, name) VALUES (60, 'x')"], [sql]), 'not_supported')
    expect(await one('SELECT COUNT(*) FROM owners')).toBe(0)
  },
)

it('a temporary table is no structure, and ends with its session', async () => {
  const make = 'CREATE TEMPORARY TABLE passing (i int)'
  expect(await keep(connection, [make], ['INSERT INTO passing VALUES (1)'])).toEqual([0, 1])
  expect(await keep(connection, [make])).toEqual([0])
})

it.each([
  'INSERT INTO flat VALUES (1)',
  'insert  ignore into `sluice` . `flat` (id) VALUES (1)',
  'DELETE FROM flat',
  'UPDATE `flat` SET id = 2',
])('a table without transactions is not changed: %s', async (sql) => {
  const error = await fails(keep(connection, [sql]), 'not_supported')
  expect(error.message).toContain('MyISAM')
  expect(await one('SELECT COUNT(*) FROM flat')).toBe(0)
})

it('a rollback that leaves something behind is change_uncertain', async () => {
  await admin.query('CREATE VIEW around AS SELECT id FROM flat')
  const previewed = connection.write!(
    setting,
    async (session) => ({ keep: false, value: await session.run('INSERT INTO around VALUES (1)', []) }),
    never,
  )
  await fails(previewed, 'change_uncertain')
  await admin.query('DELETE FROM flat')
})
