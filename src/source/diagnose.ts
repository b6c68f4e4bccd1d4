import { lookup } from 'node:dns/promises'
import { connect as connectSocket, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { SluiceError } from '../error.ts'
import { type Address, tlsOptions } from './address.ts'
import type { Ask } from './served.ts'
import type { Advice, Step, Told } from './source.ts'

/** A finding of the server's about a login, as the protocol reads it from the error. */
export type Refusal = Readonly<{ at: 'log in' | 'find the database'; text: string; mend: string }>

/** A session opened for the diagnosis alone. */
export type Visit = Readonly<{ ask: Ask; version: string; leave(): void }>

/** What a protocol brings to find out why its server does not answer. */
export type Diagnosis = Readonly<{
  /** For messages, e.g. `PostgreSQL`. */
  title: string
  address: Address
  /** Where a socket of this machine stands, when the host is a folder. */
  socketPath(host: string, port: number): string
  /** Asks over a plain socket that the server goes on encrypted; false when it does not. */
  mayEncrypt(socket: Socket): Promise<boolean>
  visit(): Promise<Visit>
  refusal(error: unknown): Refusal
  /** How many tables the user of the source can read. */
  readable(ask: Ask): Promise<number>
  advise(ask: Ask): Promise<readonly Advice[]>
}>

/** What a step found; a failed one says how to mend it. */
type Found = Readonly<{ text: string; mend?: string }>

class Failed extends Error {
  readonly mend: string
  constructor(text: string, mend: string) {
    super(text)
    this.mend = mend
  }
}

/** Goes the way to a source step by step and ends at the first that fails. Never rejects, and tells no password. */
export async function diagnose(given: Diagnosis, signal: AbortSignal, told?: Told): Promise<readonly Step[]> {
  const steps: Step[] = []
  let visited: Visit | undefined
  const go = async (step: string, work: () => Promise<Found>): Promise<boolean> => {
    const from = performance.now()
    const done = (ok: boolean, found: Found): boolean => {
      const one = { step, ok, ms: Math.round((performance.now() - from) * 10) / 10, ...found }
      steps.push(one)
      told?.(one)
      return ok
    }
    try {
      return done(true, await bounded(work(), given.address.connectTimeoutMs * 2, signal))
    } catch (error) {
      if (error instanceof Failed) return done(false, { text: error.message, mend: error.mend })
      return done(false, { text: `It failed: ${nameOf(error)}.`, mend: 'Look at the log of the server at this moment.' })
    }
  }
  const enter = async (): Promise<Found> => {
    visited = await given.visit()
    if (signal.aborted) visited.leave()
    return { text: `The user ${given.address.user} is let in; this is ${visited.version}.` }
  }
  try {
    if (!(await go('resolve the name', () => resolveName(given.address)))) return steps
    if (!(await go('open the port', () => openPort(given)))) return steps
    if (!(await go('encrypt', () => encrypt(given)))) return steps
    let refusal: Refusal | undefined
    const login = await go('log in', async () => {
      try {
        return await enter()
      } catch (error) {
        refusal = given.refusal(error)
        if (refusal.at === 'find the database') return { text: `The user ${given.address.user} is let in.` }
        throw new Failed(refusal.text, refusal.mend)
      }
    })
    if (!login) return steps
    if (!(await go('find the database', () => findDatabase(given, refusal)))) return steps
    await rights(given, visited!, go)
  } finally {
    visited?.leave()
  }
  return steps
}

async function rights(given: Diagnosis, { ask }: Visit, go: (step: string, work: () => Promise<Found>) => Promise<boolean>): Promise<void> {
  const read = await go('read', async () => {
    const tables = await given.readable(ask)
    if (tables > 0) return { text: `The user ${given.address.user} can read ${tables} ${tables === 1 ? 'table' : 'tables'}.` }
    throw new Failed(
      `The user ${given.address.user} can read no table.`,
      'Grant SELECT on the tables that Sluice is to read, or name the right database.',
    )
  })
  if (!read) return
  await go('rights', async () => {
    const advice = await given.advise(ask)
    const mend = advice.find((one) => one.mend !== undefined)?.mend
    return { text: advice.map(({ text }) => text).join(' '), ...(mend === undefined ? {} : { mend }) }
  })
}

async function resolveName({ host }: Address): Promise<Found> {
  if (host.startsWith('/')) return { text: 'A socket of this machine is used, which needs no name.' }
  if (isIP(host) !== 0) return { text: `${host} is an address and no name.` }
  try {
    const found = await lookup(host, { all: true })
    return { text: `${host} is ${found.map(({ address }) => address).join(', ')}.` }
  } catch (error) {
    throw new Failed(
      `The name ${host} is not known (${nameOf(error)}).`,
      'Correct `host`, or the name service of this machine; in a container, use the name of the service.',
    )
  }
}

function dial({ address, socketPath }: Diagnosis): Promise<Socket> {
  const { host, port, connectTimeoutMs } = address
  const socket = host.startsWith('/') ? connectSocket(socketPath(host, port)) : connectSocket(port, host)
  socket.setTimeout(connectTimeoutMs, () => socket.destroy(Object.assign(new Error('No answer came.'), { code: 'ETIMEDOUT' })))
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
    // Whatever comes after this is somebody else's to hear, but must not end the process.
    socket.on('error', () => undefined)
  })
}

async function openPort(given: Diagnosis): Promise<Found> {
  const { host, port } = given.address
  const where = host.startsWith('/') ? given.socketPath(host, port) : `${host}:${port}`
  try {
    const socket = await dial(given)
    socket.destroy()
    return { text: `${where} takes connections.` }
  } catch (error) {
    const code = nameOf(error)
    throw new Failed(
      `${where} takes no connection (${code}).`,
      adviceOfPort[code] ?? 'Look whether the server runs and which port it listens on.',
    )
  }
}

const adviceOfPort: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'Nothing listens there: start the server, correct `port`, or let it listen on this address and not only on its own machine.',
  ETIMEDOUT: 'Something swallows the packets: open the port in the firewall or the security group between the two machines.',
  EHOSTUNREACH: 'There is no way to that machine: look at the network, a VPN perhaps.',
  ENETUNREACH: 'There is no way to that network: look at the network, a VPN perhaps.',
  ENOENT: 'There is no such socket: start the server, or correct `host` and `port`.',
  EACCES: 'This user may not open the socket: give it the right to.',
}

async function encrypt(given: Diagnosis): Promise<Found> {
  const { tls } = given.address
  const options = await tlsOptions(given.address).catch((error: unknown) => {
    throw new Failed(error instanceof SluiceError ? error.message : nameOf(error), 'Correct the path, and let this user read the file.')
  })
  if (!options) return { text: 'No encryption is asked for (`tls: disable`).' }
  const socket = await dial(given)
  try {
    if (!(await given.mayEncrypt(socket)))
      throw new Failed(`${given.title} does not encrypt.`, 'Switch TLS on in the server, or set `tls: disable` if the network is your own.')
    const secure = await handshake(socket, options)
    const { subject } = secure.getPeerCertificate()
    return {
      text: `${secure.getProtocol()} with a certificate of ${subject?.CN ?? 'nobody'}${tls === 'require' ? ', which is not checked' : ''}.`,
    }
  } catch (error) {
    if (error instanceof Failed) throw error
    const code = nameOf(error)
    throw new Failed(`The encryption fails (${code}).`, /ALTNAME/.test(code) ? adviceOfName : adviceOfCertificate)
  } finally {
    socket.destroy()
  }
}

const adviceOfName = 'The certificate is for another name: use that name as `host`, or set `tls: verify-ca`.'
const adviceOfCertificate =
  'Set `tls_ca` to the file of the authority that signed the certificate of the server, and see that it has not expired.'

function handshake(socket: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connectTls({ ...options, socket }, () => resolve(secure))
    secure.on('error', reject)
    secure.on('close', () => reject(Object.assign(new Error('The server hung up.'), { code: 'ECONNRESET' })))
  })
}

async function findDatabase({ address }: Diagnosis, refusal: Refusal | undefined): Promise<Found> {
  if (refusal) throw new Failed(refusal.text, refusal.mend)
  return {
    text: address.database === '' ? 'No database is named; that of the user is used.' : `The database ${address.database} is there.`,
  }
}

/** A word for what happened that holds no secret. */
function nameOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : 'for a reason that only the log tells'
}

/** Waits no longer than this, and no longer than the caller. */
function bounded<T>(work: Promise<T>, msMax: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Failed(`Nothing was heard for ${msMax} ms.`, 'See whether the server is overloaded.')), msMax)
    const left = (): void => reject(new Failed('The diagnosis was stopped.', 'Start it again.'))
    if (signal.aborted) left()
    signal.addEventListener('abort', left, { once: true })
    work.then(resolve, reject).finally(() => {
      clearTimeout(late)
      signal.removeEventListener('abort', left)
    })
  })
}
