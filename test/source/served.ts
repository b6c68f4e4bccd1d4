import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Connection, Connector } from '../../src/source/source.ts'
import { type Certificate, makeCertificate, type Server } from '../servers/servers.ts'
import { ask, fails, rejection } from './conformance.ts'

/** What a database server's test tells about it, beyond what the conformance suite asks. */
export type Served = Readonly<{
  connector: Connector
  url: () => string
  /** Ends all sessions of Sluice from the server's side. */
  kick: () => Promise<void>
  /** How many sessions Sluice has open. */
  sessions: () => Promise<number>
  /** A SELECT of `count` rows with eight columns of usual types. */
  wide: (count: number) => string
  /** A SELECT of one cell with so many times the letter x. */
  long: (bytes: number) => string
  endless: string
  running: () => Promise<number>
  startWithTls: (tls: Certificate) => Promise<Server>
  /** A SELECT whose only cell tells whether this session is encrypted: `true`, a number or a name when it is. */
  encrypted: string
}>

const wide = { rowsMax: 1_000_000_000, bytesMax: 1_000_000_000_000, timeoutMs: 120_000 }
const never = new AbortController().signal

/** What every database server must survive; call it beside `conforms`. */
export function survives(given: Served): void {
  describe(`${given.connector.name} survives`, () => {
    let connection: Connection
    beforeAll(async () => {
      connection = await open()
    })
    afterAll(async () => connection.close())
    const open = (more: Readonly<Record<string, unknown>> = {}): Promise<Connection> =>
      given.connector.open('tested', { url: given.url(), ...more })
    lostSessions(given, open)
    largeAnswers(given, () => connection)
    logins(given, open)
    encryption(given)
  })
}

type Open = (more?: Readonly<Record<string, unknown>>) => Promise<Connection>

function lostSessions(given: Served, open: Open): void {
  it('idle sessions that the server ends: the process lives and the next query works', async () => {
    const own = await open()
    await Promise.all([ask(own, 'SELECT 1'), ask(own, 'SELECT 2'), ask(own, 'SELECT 3')])
    await given.kick()
    await sleep(50)
    expect((await ask(own, 'SELECT 4')).values).toEqual([[4]])
    await own.close()
  })
  it('a session that is ended and asked in the same moment', async () => {
    const own = await open({ pool_max: 1 })
    for (let round = 0; round < 5; round++) {
      await ask(own, 'SELECT 1')
      const kicked = given.kick()
      const answer = await ask(own, 'SELECT 5').catch(onlyUnavailable)
      if (answer) expect(answer.values).toEqual([[5]])
      await kicked
    }
    expect((await ask(own, 'SELECT 6')).values).toEqual([[6]])
    await own.close()
  })
  it('a session that is ended in the middle of a query: source_unavailable, and the query is not run again', async () => {
    const own = await open()
    await ask(own, 'SELECT 1')
    const running = rejection(ask(own, given.endless))
    while ((await given.running()) === 0) await sleep(10)
    await sleep(1_100)
    await given.kick()
    await fails(
      running.then((error) => {
        throw error
      }),
      'source_unavailable',
    )
    // A session that was ended from outside may stand in the list for a moment; a query that ran again would stand there for a minute.
    for (let i = 0; i < 100 && (await given.running()) > 0; i++) await sleep(20)
    expect(await given.running()).toBe(0)
    expect((await ask(own, 'SELECT 1')).rows).toBe(1)
    await own.close()
  })
  it('leaves no session behind when it is closed', async () => {
    const own = await open()
    await sleep(200)
    const before = await given.sessions()
    await Promise.all([ask(own, 'SELECT 1'), ask(own, 'SELECT 2')])
    await ask(own, given.endless, { timeoutMs: 50 }).catch(() => {})
    expect(await given.sessions()).toBeGreaterThan(before)
    await own.close()
    for (let i = 0; i < 100 && (await given.sessions()) > before; i++) await sleep(20)
    expect(await given.sessions()).toBeLessThanOrEqual(before)
  })
}

function onlyUnavailable(error: unknown): undefined {
  expect((error as { code?: unknown }).code).toBe('source_unavailable')
}

function largeAnswers(given: Served, use: () => Connection): void {
  it('one cell of 20 MB arrives whole, between small rows', async () => {
    const { values } = await ask(use(), `SELECT 'a' AS t UNION ALL ${given.long(20_000_000)} UNION ALL SELECT 'z'`)
    expect(values.map(([cell]) => String(cell).length)).toEqual([1, 20_000_000, 1])
    expect(values[1]![0]).toBe('x'.repeat(20_000_000))
  })
  it('a cell that is larger than the answer may be is not read', async () => {
    const before = process.memoryUsage().external
    await fails(ask(use(), given.long(60_000_000), { bytesMax: 100_000 }), 'result_too_large')
    expect(process.memoryUsage().external - before).toBeLessThan(30_000_000)
    expect((await ask(use(), 'SELECT 1')).rows).toBe(1)
  })
  it('1,000,000 rows of eight columns pass a slow sink in 60 MB', async () => {
    let rows = 0
    let most = 0
    let batches = 0
    const before = process.memoryUsage.rss()
    const sink = {
      columns: () => undefined,
      batch(batch: Readonly<{ rows: number }>) {
        rows += batch.rows
        batches++
        most = Math.max(most, process.memoryUsage.rss() - before)
        return batches % 20 === 0 ? sleep(5) : undefined
      },
    }
    const ended = await use().query({ sql: given.wide(1_000_000), params: [], ...wide }, sink, never)
    expect([rows, ended]).toEqual([1_000_000, { rows: 1_000_000, truncated: false }])
    expect(batches).toBeGreaterThan(100)
    expect(most).toBeLessThan(60_000_000)
  }, 120_000)
}

function logins(given: Served, open: Open): void {
  it('a wrong password is source_denied and told to nobody', async () => {
    const own = await open({ password: 'wrong-and-secret' })
    const error = await fails(ask(own, 'SELECT 1'), 'source_denied')
    expect(`${error.message} ${error.stack}`).not.toContain('wrong-and-secret')
    await own.close()
  })
  it('an unknown database is source_unavailable', async () => {
    const own = await open({ database: 'not_here' })
    await fails(ask(own, 'SELECT 1'), 'source_unavailable')
    await own.close()
  })
  it('a URL that is none, and a mode of encryption that is none, are config_invalid', async () => {
    await fails(given.connector.open('tested', { url: 'not a url' }), 'config_invalid')
    await fails(given.connector.open('tested', { url: 'x://h/d?sslmode=prefer' }), 'config_invalid')
  })
  it('a server that does not encrypt is not spoken to in plain text when encryption was asked for', async () => {
    const own = await open({ tls: 'require' })
    await fails(ask(own, 'SELECT 1'), 'source_unavailable')
    await own.close()
  })
}

function encryption(given: Served): void {
  describe('encryption', () => {
    let server: Server
    let right: Certificate
    let other: Certificate
    beforeAll(async () => {
      right = makeCertificate()
      other = makeCertificate()
      server = await given.startWithTls(right)
    })
    afterAll(async () => {
      await server.stop()
      right.remove()
      other.remove()
    })
    const open = (more: Readonly<Record<string, unknown>>): Promise<Connection> =>
      given.connector.open('tested', { url: server.url, ...more })

    it.each([
      ['require', {}],
      ['verify-ca', { tls_ca: 'right' }],
      ['verify-full', { tls_ca: 'right' }],
      ['verify-full', { tls_ca: 'right', host: 'localhost' }],
    ])('%s %j is encrypted, and a query is cancelled over it', async (tls, more: Readonly<{ tls_ca?: string }>) => {
      const own = await open({ ...more, tls, ...(more.tls_ca ? { tls_ca: right.cert } : {}) })
      const { values } = await ask(own, given.encrypted)
      expect([null, false, '', 0]).not.toContain(values[0]!.at(-1))
      await fails(ask(own, given.endless, { timeoutMs: 100 }), 'query_timeout')
      expect((await ask(own, given.long(1_000_000))).values[0]![0]).toHaveLength(1_000_000)
      expect((await ask(own, given.wide(20_000))).rows).toBe(20_000)
      await own.close()
    })
    it('disable is not encrypted', async () => {
      const own = await open({ tls: 'disable' })
      expect([null, false, '', 0]).toContain((await ask(own, given.encrypted)).values[0]!.at(-1))
      await own.close()
    })
    it.each([
      ['verify-ca', 'another authority', () => ({ tls_ca: other.cert })],
      ['verify-full', 'another authority', () => ({ tls_ca: other.cert })],
      ['verify-full', 'no authority', () => ({})],
      ['verify-full', 'another name', () => ({ tls_ca: right.cert, host: '127.0.0.2' })],
    ])('%s refuses a certificate of %s', async (tls, _what, more) => {
      const own = await open({ tls, ...more() })
      await fails(ask(own, 'SELECT 1'), 'source_unavailable')
      await own.close()
    })
    it('a file that is missing is config_invalid', async () => {
      const own = await open({ tls: 'verify-full', tls_ca: '/not/here.pem' })
      await fails(ask(own, 'SELECT 1'), 'config_invalid')
      await own.close()
    })
  })
}
