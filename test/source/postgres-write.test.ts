import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import postgres from '../../src/source/postgres.ts'
import type { Connection } from '../../src/source/source.ts'
import { type Server, startPostgres } from '../servers/servers.ts'
import { Collected, fails } from './ask.ts'
import { keep, never, setting, writesToServer } from './served-write.ts'

let server: Server
let admin: Client
let connection: Connection

beforeAll(async () => {
  server = await startPostgres()
  admin = new Client(server.url)
  admin.on('error', () => {})
  await admin.connect()
  await admin.query(`
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

it('a reference that fails at the commit is told as such and leaves nothing', async () => {
  await fails(keep(connection, ['INSERT INTO later VALUES (1, 4242)']), 'constraint_violated')
  expect(await one('SELECT count(*) FROM later')).toBe(0)
})

it('types survive in rows that a change answers', async () => {
  const sink = new Collected()
  await connection.write!(
    setting,
    async (session) => {
      await session.run(`SET LOCAL TimeZone = 'Asia/Kolkata'`, [])
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
