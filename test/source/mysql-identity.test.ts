import { createConnection, type Connection as Driver } from 'mysql2/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Identity } from '../../src/grant.ts'
import mysql from '../../src/source/mysql.ts'
import type { Connection } from '../../src/source/source.ts'
import { type Server, startMariadb } from '../servers/servers.ts'
import { ask, fails, rejection } from './ask.ts'

let server: Server
let connection: Connection
let admin: Driver

beforeAll(async () => {
  server = await startMariadb()
  admin = await createConnection({ uri: server.url, rowsAsArray: true })
  const statements = [
    'CREATE TABLE notes (id int PRIMARY KEY, owner varchar(80), body varchar(40))',
    `INSERT INTO notes VALUES (1, 'ana', 'of ana'), (2, 'bob', 'of bob')`,
    `CREATE SQL SECURITY DEFINER VIEW mine AS SELECT id, body FROM notes WHERE owner = SUBSTRING_INDEX(USER(), '@', 1)`,
    ...['ana', 'bob', 'gateway'].flatMap((name) => [
      `CREATE USER '${name}'@'%' IDENTIFIED BY 'of ${name}'`,
      `GRANT SELECT, UPDATE ON sluice.mine TO '${name}'@'%'`,
    ]),
  ]
  for (const sql of statements) await admin.query(sql)
  connection = await mysql.open('tested', { url: server.url, user: 'gateway', password: 'of gateway' })
})
afterAll(async () => {
  await connection.close()
  await admin.end()
  await server.stop()
})

const as = (user: string, password = `of ${user}`): Identity => ({ login: { user, password } })
const bodies = async (identity?: Identity): Promise<unknown[]> =>
  (await ask(connection, 'SELECT body FROM mine ORDER BY id', identity ? { identity } : {})).values.map(([body]) => body)

it('own credentials: two identities and nobody never see each other’s rows', async () => {
  const all = await Promise.all(Array.from({ length: 60 }, (_, i) => bodies([as('ana'), as('bob'), undefined][i % 3])))
  all.forEach((found, i) => {
    expect(found).toEqual([['of ana'], ['of bob'], []][i % 3])
  })
})

it('a wrong password opens nothing and is told to nobody', async () => {
  expect(await bodies(as('ana'))).toEqual(['of ana'])
  const error = await fails(bodies(as('ana', 'secret but wrong')), 'source_denied')
  expect(error.message).not.toContain('secret')
})

it('a query of somebody is ended although the user of the source may not end it', async () => {
  const stop = new AbortController()
  const running = rejection(ask(connection, 'SELECT SLEEP(60)', { identity: as('ana') }, stop.signal))
  const asleep = async (): Promise<number> => {
    const [rows] = await admin.query(`SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(60)%'`)
    return Number((rows as unknown as unknown[][])[0]![0])
  }
  while ((await asleep()) === 0);
  stop.abort('left')
  expect(await running).toBe('left')
  expect(await asleep()).toBe(0)
})

it('a change touches the rows of its identity only', async () => {
  const changed = await connection.write!(
    { timeoutMs: 10_000, transaction: true, identity: as('bob') },
    async (session) => ({ keep: false, value: await session.run(`UPDATE mine SET body = 'x'`, []) }),
    new AbortController().signal,
  )
  expect(changed).toEqual({ changed: 1 })
})

it.each([{ role: 'ana' }, { settings: { 'app.tenant': '1' } }, { role: 'ana', ...as('ana') }])(
  '%j is refused and never passed over',
  async (identity) => {
    await fails(bodies(identity), 'config_invalid')
    const written = connection.write!(
      { timeoutMs: 1_000, transaction: true, identity },
      async () => ({ keep: false, value: 1 }),
      new AbortController().signal,
    )
    await fails(written, 'config_invalid')
  },
)
