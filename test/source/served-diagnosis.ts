import { type AddressInfo, createServer } from 'node:net'
import { expect, it } from 'vitest'
import type { Connection, Connector, Step } from '../../src/source/source.ts'
import { type Certificate, makeCertificate, type Server } from '../servers/servers.ts'

export type Diagnosed = Readonly<{
  connector: Connector
  url: () => string
  startWithTls: (tls: Certificate) => Promise<Server>
  /** A user who can log in and read nothing, and one who can read. */
  blind: Readonly<{ user: string; password: string }>
  reader: Readonly<{ user: string; password: string }>
}>

const all = ['resolve the name', 'open the port', 'encrypt', 'log in', 'find the database', 'read', 'rights']

/** What every database server's diagnosis tells; each failure is the last step and says how to mend it. */
export function diagnoses(given: Diagnosed): void {
  const steps = async (more: Readonly<Record<string, unknown>>, signal = AbortSignal.timeout(20_000)): Promise<readonly Step[]> => {
    const connection: Connection = await given.connector.open('sick', { url: given.url(), ...more })
    try {
      return await connection.diagnose!(signal)
    } finally {
      await connection.close()
    }
  }
  const failsAt = async (step: string, more: Readonly<Record<string, unknown>>): Promise<Step> => {
    const gone = await steps({ password: 'do-not-tell', ...more })
    expect(gone.map((one) => [one.step, one.ok])).toEqual(all.slice(0, all.indexOf(step) + 1).map((name) => [name, name !== step]))
    expect(JSON.stringify(gone)).not.toContain('do-not-tell')
    expect(gone.at(-1)!.mend).toBeTruthy()
    return gone.at(-1)!
  }

  it('a source that answers: every step is well, with the rights of its user', async () => {
    const gone = await steps({})
    expect(gone.map(({ step, ok }) => [step, ok])).toEqual(all.map((step) => [step, true]))
    expect(gone.every(({ ms }) => ms >= 0)).toBe(true)
    expect(gone[5]!.text).toMatch(/can read \d+ table/)
    expect(gone[6]!.text).toMatch(/superuser|everything on the whole server/)
  })
  it('a user who can only read is said to be one', async () => {
    expect((await steps(given.reader)).at(-1)!.text).toMatch(/reader.* can only read/)
  })
  it('a name that is not known', async () => {
    expect((await failsAt('resolve the name', { host: 'no-such-host.invalid' })).text).toContain('no-such-host.invalid')
  })
  it('a port on which nothing listens', async () => {
    expect(await failsAt('open the port', { host: '127.0.0.1', port: 1 })).toMatchObject({
      text: '127.0.0.1:1 takes no connection (ECONNREFUSED).',
    })
  })
  it('a port that never answers', async () => {
    const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
    await new Promise((resolve) => silent.once('listening', resolve))
    const { port } = silent.address() as AddressInfo
    const step = await failsAt('log in', { host: '127.0.0.1', port, connect_timeout_ms: 300 })
    expect(step.ms).toBeLessThan(5_000)
    silent.close()
  })
  it('a server that does not encrypt', async () => {
    expect((await failsAt('encrypt', { tls: 'require' })).mend).toContain('disable')
  })
  it('a wrong password', async () => {
    expect((await failsAt('log in', {})).mend).toContain('password')
  })
  it('a database that is not there', async () => {
    const gone = await steps({ database: 'not_here' })
    expect(gone.map(({ step, ok }) => [step, ok])).toEqual(all.slice(0, 5).map((step, i) => [step, i < 4]))
    expect(gone.at(-1)!.text).toContain('not_here')
  })
  it('a user who can read nothing', async () => {
    const last = (await steps(given.blind)).at(-1)!
    expect(last.ok).toBe(false)
    expect(['read', 'find the database']).toContain(last.step)
    expect(last.mend).toMatch(/grant/i)
  })
  it('who has left gets what was found', async () => {
    expect((await steps({}, AbortSignal.abort('left'))).at(-1)!.ok).toBe(false)
  })
  it('certificates: right, of another authority, of another name, and no file', async () => {
    const right = makeCertificate('IP:127.0.0.1')
    const other = makeCertificate()
    const server = await given.startWithTls(right)
    const { url } = server
    expect((await steps({ url, tls: 'verify-full', tls_ca: right.cert }))[2]).toMatchObject({
      ok: true,
      text: expect.stringContaining('TLSv1'),
    })
    expect((await steps({ url, tls: 'verify-full', tls_ca: other.cert })).at(-1)).toMatchObject({ step: 'encrypt', ok: false })
    const named = (await steps({ url, tls: 'verify-full', tls_ca: right.cert, host: 'localhost' })).at(-1)!
    expect(named).toMatchObject({ step: 'encrypt', ok: false, mend: expect.stringContaining('another name') })
    expect((await steps({ url, tls: 'verify-ca', tls_ca: '/not/here.pem' })).at(-1)).toMatchObject({ step: 'encrypt', ok: false })
    await server.stop()
    right.remove()
    other.remove()
  })
}
