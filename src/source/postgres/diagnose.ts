import type { Socket } from 'node:net'
import { SluiceError } from '../../error.ts'
import type { Diagnosis, Refusal } from '../diagnose.ts'
import { visitOf } from '../visit.ts'
import { advise } from './advise.ts'
import { connect, type PostgresAddress } from './connect.ts'
import { PostgresError } from './errors.ts'
import { Types } from './types.ts'

/** SSLRequest of the protocol: its length and its code. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

const readableSql = `
SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT'))`

/** How to find out why a PostgreSQL server does not answer. */
export const diagnosis = (address: PostgresAddress): Diagnosis => ({
  title: 'PostgreSQL',
  address,
  socketPath: (host, port) => `${host}/.s.PGSQL.${port}`,
  mayEncrypt,
  visit: async () => {
    const { wire, version } = await connect(address, new Types())
    return visitOf(wire, version)
  },
  refusal: (error) => refusalOf(error, address),
  readable: async (ask) => Number((await ask(readableSql))[0]?.[0] ?? 0),
  advise: (ask) => advise(ask, address),
})

/** The server answers `S` or `N`. */
function mayEncrypt(socket: Socket): Promise<boolean> {
  socket.write(sslRequest)
  return new Promise((resolve, reject) => {
    socket.once('data', (answer: Buffer) => resolve(answer[0] === 0x53))
    socket.once('close', () => reject(Object.assign(new Error('The server hung up.'), { code: 'ECONNRESET' })))
  })
}

function refusalOf(error: unknown, { user, database }: PostgresAddress): Refusal {
  const said = error instanceof SluiceError ? error.cause : undefined
  const at = 'log in'
  if (!(said instanceof PostgresError)) {
    const text = error instanceof SluiceError ? error.message : 'The login failed in a way that only the log tells.'
    return { at, text, mend: 'See that a PostgreSQL server listens there, and look at its log.' }
  }
  if (said.code === '3D000') {
    return {
      at: 'find the database',
      text: `There is no database "${database || user}".`,
      mend: 'Correct `database`; `psql -l` lists them.',
    }
  }
  if (said.code === '42501') {
    return {
      at: 'find the database',
      text: `The user ${user} may not connect to this database.`,
      mend: `GRANT CONNECT ON DATABASE "${(database || user).replaceAll('"', '""')}" TO "${user.replaceAll('"', '""')}";`,
    }
  }
  return {
    at,
    text: `PostgreSQL refuses the login: ${said.message} (${said.code}).`,
    mend: advice[said.code] ?? 'Look at the log of the server.',
  }
}

const advice: Readonly<Record<string, string>> = {
  '28P01': 'Correct `user` and `password`; `ALTER ROLE … PASSWORD …` sets a new one.',
  28000: 'Add a line for this user, database and address to pg_hba.conf and reload the server; see that the role has LOGIN.',
  53300: 'All connections of the server are in use: lower `pool_max` of what uses it, or raise max_connections.',
  '57P03': 'The server is starting or recovering: wait a little.',
}
