import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Identity } from '../../src/grant.ts'
import postgres from '../../src/source/postgres.ts'
import type { Connection } from '../../src/source/source.ts'
import { type Server, startPostgres } from '../servers/servers.ts'
import { ask, Collected, fails, rejection } from './ask.ts'

let server: Server
let connection: Connection
let admin: Client
const never = new AbortController().signal
const setting = { timeoutMs: 20_000, transaction: true }

beforeAll(async () => {
  server = await startPostgres()
  admin = new Client(server.url)
  await admin.connect()
  await admin.query(`
    CREATE ROLE ana LOGIN PASSWORD 'of ana';
    CREATE ROLE "Bob ""x""" LOGIN PASSWORD 'of bob';
    CREATE ROLE gateway LOGIN PASSWORD 'of all' NOINHERIT;
    CREATE ROLE stranger;
    GRANT ana, "Bob ""x""" TO gateway;
    CREATE TABLE notes (id int PRIMARY KEY, of name NOT NULL DEFAULT current_user, tenant int, body text);
    INSERT INTO notes VALUES (1, 'ana', 1, 'of ana'), (2, 'Bob "x"', 2, 'of bob'), (3, 'gateway', 3, 'of nobody');
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON notes USING (of = current_user OR tenant = nullif(current_setting('app.tenant', true), '')::int);
    GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO ana, "Bob ""x""", gateway`)
  connection = await open()
})
afterAll(async () => {
  await connection.close()
  await admin.end()
  await server.stop()
})

const open = (more: Readonly<Record<string, unknown>> = {}): Promise<Connection> =>
  postgres.open('tested', { url: server.url, user: 'gateway', password: 'of all', pool_max: 1, ...more })
const ana: Identity = { role: 'ana' }
const bob: Identity = { role: 'Bob "x"' }
const tenant = (id: number): Identity => ({ settings: { 'app.tenant': String(id) } })
const bodies = async (identity?: Identity, sql = 'SELECT body FROM notes ORDER BY id', on = connection): Promise<unknown[]> =>
  (await ask(on, sql, identity ? { identity } : {})).values.map(([body]) => body)

describe('reading as somebody', () => {
  it('two identities and nobody share one connection and never see each other’s rows', async () => {
    for (let round = 0; round < 4; round++) {
      expect(await bodies(ana)).toEqual(['of ana'])
      expect(await bodies(bob)).toEqual(['of bob'])
      expect(await bodies()).toEqual(['of nobody'])
      expect(await bodies(tenant(1))).toEqual(['of ana', 'of nobody'])
      expect(await bodies(tenant(2))).toEqual(['of bob', 'of nobody'])
      expect(await bodies({ role: 'ana', settings: { 'app.tenant': '2' } })).toEqual(['of ana', 'of bob'])
    }
    expect(connection.load).toMatchObject({ open: 1 })
  })
  it('the same among many at once', async () => {
    const own = await open({ pool_max: 3 })
    const all = await Promise.all(Array.from({ length: 90 }, (_, i) => bodies([ana, bob, undefined][i % 3], undefined, own)))
    all.forEach((found, i) => {
      expect(found).toEqual([['of ana', 'of bob', 'of nobody'][i % 3]])
    })
    await own.close()
  })
  it('nothing is left after a statement that failed, was cut off, timed out or was aborted', async () => {
    const who = 'SELECT current_user::text'
    await rejection(bodies(ana, 'SELECT 1 / 0'))
    expect(await bodies(undefined, who)).toEqual(['gateway'])
    await ask(connection, 'SELECT generate_series(1, 100000)', { identity: ana, rowsMax: 3 })
    expect(await bodies(undefined, who)).toEqual(['gateway'])
    await fails(ask(connection, 'SELECT pg_sleep(60)', { identity: ana, timeoutMs: 50 }), 'query_timeout')
    expect(await bodies(undefined, who)).toEqual(['gateway'])
    const stop = new AbortController()
    const running = rejection(ask(connection, 'SELECT pg_sleep(60)', { identity: ana }, stop.signal))
    setTimeout(() => stop.abort('left'), 50)
    await running
    expect(await bodies(undefined, `${who} || coalesce(current_setting('app.tenant', true), '')`)).toEqual(['gateway'])
  })
  it('is read-only all the same, and parameters and limits are those of the statement', async () => {
    await fails(ask(connection, 'DELETE FROM notes', { identity: ana }), 'statement_refused')
    const { columns, values, truncated } = await ask(connection, 'SELECT body, $1::int AS n FROM notes', {
      identity: bob,
      params: [7],
      rowsMax: 1,
    })
    expect([columns.map(({ name }) => name), values, truncated]).toEqual([['body', 'n'], [['of bob', 7]], false])
  })
  it('a role that the user of the source may not have is source_denied, and nobody is told its name', async () => {
    const error = await fails(bodies({ role: 'stranger' }), 'source_denied')
    expect(error.message).not.toContain('stranger')
    await fails(bodies({ role: 'not there' }), 'source_denied')
    expect(await bodies()).toEqual(['of nobody'])
  })
  it.each(['none', 'NONE', ''])('"%s" is no role', async (role) => {
    await fails(bodies({ role }), 'config_invalid')
  })
  it.each(['transaction_read_only', 'default_transaction_read_only', 'session_authorization', 'role', 'search_path', "app.x', 'y"])(
    'the setting %s is none of one’s own',
    async (name) => {
      await fails(bodies({ settings: { [name]: 'off' } }), 'config_invalid')
    },
  )
  it('own credentials: the rows of that user, also beside others, and a wrong password opens nothing', async () => {
    const login = { user: 'ana', password: 'of ana' }
    expect(await bodies({ login })).toEqual(['of ana'])
    expect(await bodies()).toEqual(['of nobody'])
    expect(await bodies({ login: { user: 'Bob "x"', password: 'of bob' } })).toEqual(['of bob'])
    const error = await fails(bodies({ login: { ...login, password: 'secret but wrong' } }), 'source_denied')
    expect(error.message).not.toContain('secret')
    expect(await bodies({ login })).toEqual(['of ana'])
    await fails(ask(connection, 'SELECT pg_sleep(60)', { identity: { login }, timeoutMs: 50 }), 'query_timeout')
  })
  it('of many credentials those used least lately lose their connections', async () => {
    const own = await open()
    for (let i = 0; i < 40; i++) {
      await admin.query(`CREATE ROLE many_${i} LOGIN PASSWORD 'x'`)
      expect(await bodies({ login: { user: `many_${i}`, password: 'x' } }, 'SELECT current_user::text', own)).toEqual([`many_${i}`])
    }
    const count = `SELECT count(*)::int FROM pg_stat_activity WHERE usename LIKE 'many%'`
    for (let i = 0; i < 100 && (await admin.query(count)).rows[0].count > 32; i++) await new Promise((resolve) => setTimeout(resolve, 20))
    expect((await admin.query(count)).rows[0].count).toBe(32)
    await own.close()
  })
})

describe('writing as somebody', () => {
  const write = (identity: Identity | undefined, sql: string, keep = false): Promise<readonly unknown[][]> =>
    connection.write!(
      { ...setting, ...(identity ? { identity } : {}) },
      async (session) => {
        const sink = new Collected()
        await session.rows(sql, [], 100, sink)
        return { keep, value: sink.rows }
      },
      never,
    )
  it('touches the rows of that identity only', async () => {
    const touch = 'UPDATE notes SET body = body RETURNING body, current_user::text'
    expect(await write(ana, touch)).toEqual([['of ana', 'ana']])
    expect(await write(bob, touch)).toEqual([['of bob', 'Bob "x"']])
    expect(await write(undefined, touch)).toEqual([['of nobody', 'gateway']])
    expect(await write(tenant(2), 'UPDATE notes SET tenant = 2 RETURNING body')).toEqual([['of bob'], ['of nobody']])
    expect(await write({ login: { user: 'ana', password: 'of ana' } }, touch)).toEqual([['of ana', 'ana']])
  })
  it('a role that may not be had is source_denied', async () => {
    await fails(write({ role: 'stranger' }, 'SELECT 1'), 'source_denied')
  })
})
