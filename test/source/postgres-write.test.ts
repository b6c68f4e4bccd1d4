import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import postgres from '../../src/source/postgres.ts'
import type { Connection } from '../../src/source/source.ts'
import { type Server, startPostgres } from '../servers/servers.ts'
import { Collected, fails } from './ask.ts'
import { keep, never, setting, writesToServer } from './served-write.ts'
import { conformsWriting } from './write-conformance.ts'

let server: Server
let admin: Client
let connection: Connection

beforeAll(async () => {
  server = await startPostgres()
  admin = new Client(server.url)
  admin.on('error', () => {})
  await admin.connect()
  await admin.query(`
    ALTER DATABASE postgres SET TimeZone = 'Asia/Kolkata';
    CREATE TYPE mood AS ENUM ('glad', 'sad');
    CREATE TABLE owners (id int PRIMARY KEY, name varchar(20) UNIQUE);
    CREATE TABLE things (id int PRIMARY KEY, name varchar(20) NOT NULL, n int CHECK (n < 1000), owner int REFERENCES owners (id));
    CREATE TABLE later (id int PRIMARY KEY, owner int REFERENCES owners (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TABLE kinds (i int8, d numeric, t timestamptz, b bytea, a int8[]);
    CREATE ROLE reader LOGIN PASSWORD 'reading';
    GRANT SELECT ON things, owners TO reader`)
  connection = await postgres.open('tested', { url: server.url })
})

afterAll(async () => {
  await connection.close()
  await admin.end()
  await server.stop()
})

const one = async (sql: string): Promise<number> => Number((await admin.query({ text: sql, rowMode: 'array' })).rows[0]![0])
const ours = `application_name = 'sluice'`

writesToServer({
  connector: postgres,
  url: () => server.url,
  mark: (n) => `$${n}`,
  admin: async (sql) => (await admin.query({ text: sql, rowMode: 'array' })).rows,
  sleeps: 'SELECT pg_sleep(60)',
  running: () => one(`SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)%' AND ${ours}`),
  sessions: () => one(`SELECT count(*) FROM pg_stat_activity WHERE ${ours}`),
  kick: async () => {
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ours}`)
  },
  reader: { user: 'reader', password: 'reading' },
})

conformsWriting({
  connector: postgres,
  config: () => ({ url: server.url }),
  placeholder: (i) => `$${i}`,
  text: { short: 'varchar(40)', long: 'text' },
  survive: [
    { column: 'int8', value: 9223372036854775807n, json: '9223372036854775807', type: 'int' },
    { column: 'int8', value: '-9223372036854775808', json: '-9223372036854775808', type: 'int' },
    { column: 'int4', value: 42, json: 42, type: 'int' },
    { column: 'numeric', value: '12345678901234567890.1200', json: '12345678901234567890.1200', type: 'decimal' },
    { column: 'float8', value: 0.1, json: 0.1, type: 'float' },
    { column: 'date', value: '2024-02-29', json: '2024-02-29', type: 'date' },
    { column: 'time', value: '01:02:03.000004', json: '01:02:03.000004', type: 'time' },
    { column: 'timestamp', value: '2024-01-02 03:04:05.123456', json: '2024-01-02 03:04:05.123456', type: 'timestamp' },
    { column: 'interval', value: '1 mon 2 days', json: '1 mon 2 days', type: 'interval' },
    { column: 'uuid', value: '123e4567-e89b-12d3-a456-426614174000', json: '123e4567-e89b-12d3-a456-426614174000', type: 'uuid' },
    { column: 'bytea', value: new Uint8Array([0, 255, 16]), json: 'AP8Q', type: 'binary' },
    { column: 'jsonb', value: '{"a": 9007199254740993}', json: '{"a": 9007199254740993}', type: 'json' },
    { column: 'boolean', value: true, json: true, type: 'bool' },
    { column: 'mood', value: 'sad', json: 'sad', type: 'text' },
    { column: 'numeric(5,2)[]', value: '{1.50,NULL}', json: ['1.50', null], type: 'array' },
  ],
  invalid: [
    { column: 'int4', value: 'confidential', code: 'value_invalid' },
    { column: 'int4', value: 99999999999n, code: 'value_invalid' },
    { column: 'varchar(3)', value: 'confidential', code: 'value_invalid' },
    { column: 'numeric(4,2)', value: '12345.6', code: 'value_invalid' },
    { column: 'date', value: '2023-02-29', code: 'value_invalid' },
    { column: 'jsonb', value: '{confidential', code: 'value_invalid' },
    { column: 'mood', value: 'confidential', code: 'value_invalid' },
  ],
  endless: 'INSERT INTO wc_items (id) SELECT 1 FROM pg_sleep(60)',
  running: () => one(`SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)%' AND ${ours}`),
  kill: async () => {
    await admin.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE ${ours}`)
  },
  readsWhileWriting: true,
  refused: [
    'COMMIT',
    'ROLLBACK',
    'BEGIN',
    ' END',
    'ABORT',
    "PREPARE TRANSACTION 'x'",
    'COPY wc_items FROM STDIN',
    'COPY wc_items TO STDOUT',
    'RESET ROLE',
    'SET SESSION AUTHORIZATION DEFAULT',
    'SET LOCAL ROLE NONE',
    'DISCARD ALL',
    "DO 'BEGIN COMMIT; END'",
    "ALTER SYSTEM SET work_mem = '1MB'",
    'LISTEN x',
  ],
  untouched: async () => {
    expect(await one('SELECT count(*) FROM pg_prepared_xacts')).toBe(0)
  },
})

it('a reference that fails at the commit is told as such and leaves nothing', async () => {
  await fails(keep(connection, ['INSERT INTO later VALUES (1, 4242)']), 'constraint_violated')
  expect(await one('SELECT count(*) FROM later')).toBe(0)
})

it('types survive in rows that a change answers', async () => {
  const sink = new Collected()
  await connection.write!(
    setting,
    async (session) => {
      const sql = 'INSERT INTO kinds VALUES ($1, $2, $3, $4, $5) RETURNING *'
      const params = [9007199254740993n, '1.50', '2024-02-29 00:00:00+00', new Uint8Array([0, 255]), '{9007199254740993,1}']
      return { keep: true, value: await session.rows(sql, params, 10, sink) }
    },
    never,
  )
  expect(sink.rows).toEqual([['9007199254740993', '1.50', '2024-02-29 05:30:00+05:30', 'AP8=', ['9007199254740993', 1]]])
  expect(sink.columnsSeen!.map(({ type }) => type)).toEqual(['int', 'decimal', 'timestamptz', 'binary', 'array'])
})

it('a commit whose answer is lost is change_uncertain', async () => {
  const lost = connection.write!(
    setting,
    async (session) => {
      await session.run(
        `CREATE FUNCTION stay_away() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'`,
        [],
      )
      await session.run(
        'CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON later DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stay_away()',
        [],
      )
      await session.run('INSERT INTO later VALUES (2, NULL)', [])
      return { keep: true, value: undefined }
    },
    never,
  )
  const ended = fails(lost, 'change_uncertain')
  while ((await one(`SELECT count(*) FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active' AND ${ours}`)) === 0);
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'COMMIT' AND ${ours}`)
  await ended
})

it('structure can be rolled back, and CREATE TABLE AS tells its rows', async () => {
  const changed = await connection.write!(
    setting,
    async (session) => ({ keep: false, value: await session.run('CREATE TABLE copied AS SELECT generate_series(1, 12) AS n', []) }),
    never,
  )
  expect(changed).toEqual({ changed: 12 })
  expect(await one(`SELECT count(*) FROM pg_class WHERE relname = 'copied'`)).toBe(0)
})
