import type { Socket } from 'node:net'
import { SluiceError } from '../../error.ts'
import type { Address } from '../address.ts'
import type { Diagnosis, Refusal } from '../diagnose.ts'
import { visitOf } from '../visit.ts'
import { advise } from './advise.ts'
import { connect } from './connect.ts'
import { MysqlError } from './errors.ts'

const readableSql = `
SELECT COUNT(*) FROM information_schema.TABLES
WHERE TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') AND TABLE_SCHEMA = COALESCE(DATABASE(), TABLE_SCHEMA)`

const sslFlag = 0x800
/** Long passwords, protocol 4.1, TLS, secure connection. */
const flagsAsked = 0x1 | 0x200 | sslFlag | 0x8000
const utf8mb4 = 45

/** How to find out why a MySQL or MariaDB server does not answer. */
export const diagnosis = (address: Address): Diagnosis => ({
  title: 'The database server',
  address,
  socketPath: (host) => host,
  mayEncrypt,
  visit: async () => {
    const { wire, version } = await connect(address, () => Promise.resolve())
    return visitOf(wire, version)
  },
  refusal: (error) => refusalOf(error, address),
  readable: async (ask) => Number((await ask(readableSql))[0]?.[0] ?? 0),
  advise: (ask) => advise(ask, address),
})

/** The server greets first, and the low two bytes of what it is able to stand after its version, its thread and 9 bytes of salt. */
function mayEncrypt(socket: Socket): Promise<boolean> {
  return new Promise((resolve, reject) => {
    socket.once('close', () => reject(Object.assign(new Error('The server hung up.'), { code: 'ECONNRESET' })))
    socket.once('data', (greeting: Buffer) => {
      const versionEnds = greeting.indexOf(0, 5)
      if (greeting[4] !== 10 || versionEnds < 0 || greeting.length < versionEnds + 16) return resolve(false)
      if ((greeting.readUInt16LE(versionEnds + 14) & sslFlag) === 0) return resolve(false)
      const request = Buffer.alloc(36)
      request.writeUIntLE(32, 0, 3)
      request[3] = 1
      request.writeUInt32LE(flagsAsked, 4)
      request.writeUInt32LE(0xffffff, 8)
      request[12] = utf8mb4
      socket.write(request)
      resolve(true)
    })
  })
}

function refusalOf(error: unknown, { user, database }: Address): Refusal {
  const said = error instanceof SluiceError ? error.cause : undefined
  const at = 'log in'
  if (!(said instanceof MysqlError)) {
    const text = error instanceof SluiceError ? error.message : 'The login failed in a way that only the log tells.'
    return { at, text, mend: 'See that a MySQL or MariaDB server listens there, and look at its log.' }
  }
  if (said.errno === 1049) {
    return { at: 'find the database', text: `There is no database "${database}".`, mend: 'Correct `database`; SHOW DATABASES lists them.' }
  }
  if (said.errno === 1044) {
    const grant = `GRANT SELECT, SHOW VIEW ON \`${database.replaceAll('`', '``')}\`.* TO '${user.replaceAll("'", "''")}'@'%';`
    return { at: 'find the database', text: `The user ${user} may not use the database "${database}", if it exists.`, mend: grant }
  }
  return {
    at,
    text: `The server refuses the login: ${said.message} (${said.errno}).`,
    mend: advice[said.errno] ?? 'Look at the log of the server.',
  }
}

const advice: Readonly<Record<number, string>> = {
  1040: 'All connections of the server are in use: lower `pool_max` of what uses it, or raise max_connections.',
  1045: 'Correct `user` and `password`; the user must be known for the address that Sluice comes from.',
  1129: 'The server has blocked this machine after many failures: FLUSH HOSTS.',
  1130: 'The server does not take this machine: create the user for its address.',
  1698: 'This user logs in without a password over the socket only: create one with a password.',
}
