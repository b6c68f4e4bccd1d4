import { createConnection, type Connection as Driver } from 'mysql2/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import mysql from '../../src/source/mysql.ts'
import type { Connection } from '../../src/source/source.ts'
import { type Server, startMariadb } from '../servers/servers.ts'
import { Collected, fails } from './ask.ts'
import { keep, never, setting, writesToServer } from './served-write.ts'
import { conformsWriting } from './write-conformance.ts'

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

const kill = async (): Promise<void> => {
  const found = await query(`SELECT ID FROM information_schema.PROCESSLIST WHERE ${others} AND COMMAND <> 'Daemon'`)
  for (const [id] of found) await admin.query(`KILL ${id}`).catch(() => undefined)
}

writesToServer({
  connector: mysql,
  url: () => server.url,
  mark: () => '?',
  admin: query,
  sleeps: 'SELECT SLEEP(60)',
  running: () => one(`SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(60)%'`),
  sessions: () => one(`SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ${others} AND COMMAND <> 'Daemon'`),
  kick: kill,
  reader: { user: 'reader', password: 'reading' },
})

conformsWriting({
  connector: mysql,
  config: () => ({ url: server.url }),
  placeholder: () => '?',
  text: { short: 'varchar(40)', long: 'text' },
  survive: [
    { column: 'bigint', value: 9223372036854775807n, json: '9223372036854775807', type: 'int' },
    { column: 'bigint unsigned', value: 18446744073709551615n, json: '18446744073709551615', type: 'int' },
    { column: 'bigint', value: '-9223372036854775808', json: '-9223372036854775808', type: 'int' },
    { column: 'int', value: 42, json: 42, type: 'int' },
    { column: 'decimal(30,4)', value: '12345678901234567890.1200', json: '12345678901234567890.1200', type: 'decimal' },
    { column: 'double', value: 0.1, json: 0.1, type: 'float' },
    { column: 'date', value: '2024-02-29', json: '2024-02-29', type: 'date' },
    { column: 'time(6)', value: '-01:02:03.000004', json: '-01:02:03.000004', type: 'time' },
    { column: 'datetime(6)', value: '2024-01-02 03:04:05.123456', json: '2024-01-02 03:04:05.123456', type: 'timestamp' },
    { column: 'uuid', value: '123e4567-e89b-12d3-a456-426614174000', json: '123e4567-e89b-12d3-a456-426614174000', type: 'uuid' },
    { column: 'blob', value: new Uint8Array([0, 255, 16]), json: 'AP8Q', type: 'binary' },
    { column: 'json', value: '{"a": 9007199254740993}', json: '{"a": 9007199254740993}', type: 'json' },
    { column: 'boolean', value: true, json: 1, type: 'int' },
  ],
  invalid: [
    { column: 'int', value: 'confidential', code: 'value_invalid' },
    { column: 'int', value: 99999999999n, code: 'value_invalid' },
    { column: 'varchar(3)', value: 'confidential', code: 'value_invalid' },
    { column: 'decimal(4,2)', value: '12345.6', code: 'value_invalid' },
    { column: 'date', value: '2023-02-29', code: 'value_invalid' },
    { column: 'tinyint unsigned', value: -1, code: 'value_invalid' },
    { column: "enum('glad')", value: 'confidential', code: 'value_invalid' },
    { column: 'json', value: '{confidential', code: 'constraint_violated' },
  ],
  endless: 'INSERT INTO wc_items (id) SELECT SLEEP(60)',
  running: () => one(`SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'INSERT%SLEEP(60)%'`),
  kill,
  readsWhileWriting: true,
  refused: [
    'COMMIT',
    'ROLLBACK',
    'BEGIN',
    'START TRANSACTION',
    "XA START 'x'",
    'SET SESSION TRANSACTION READ ONLY',
    'CREATE TABLE written (i int)',
    'LOAD DATA LOCAL INFILE "/etc/passwd" INTO TABLE wc_items',
  ],
  untouched: async () => {
    expect(await one(`SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_NAME = 'written'`)).toBe(0)
  },
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

it('a temporary table that a rollback leaves is nothing left behind', async () => {
  const previewed = await connection.write!(
    setting,
    async (session) => {
      await session.run('CREATE TEMPORARY TABLE passing (i int)', [])
      return { keep: false, value: await session.run('INSERT INTO passing VALUES (1), (2)', []) }
    },
    never,
  )
  expect(previewed).toEqual({ changed: 2 })
})
