import { type Code, SluiceError } from '../error.ts'
import { isNetworkError, readAddress, serverSettings } from './address.ts'
import type { Login } from './logins.ts'
import { advise } from './mysql/advise.ts'
import { connect } from './mysql/connect.ts'
import { Control, killOnce } from './mysql/control.ts'
import { describe } from './mysql/describe.ts'
import { details } from './mysql/details.ts'
import { diagnosis } from './mysql/diagnose.ts'
import { codeOfNumber, MysqlError } from './mysql/errors.ts'
import { loginOf } from './mysql/identity.ts'
import type { MysqlWire } from './mysql/wire.ts'
import { writing } from './mysql/write.ts'
import { ServedConnection } from './served.ts'
import type { Connection, Connector } from './source.ts'

const defaults = { port: 3306, user: 'root' }

/** MySQL from version 5.7 on and MariaDB from 10.3 on; which of them answers is told by its version. */
const mysql: Connector = {
  name: 'mysql',
  dialect: 'mysql',
  can: { write: true, transactionalDdl: false, databases: true, schemas: false, identity: true },
  settings: serverSettings({ title: 'MySQL or MariaDB', scheme: 'mysql', ...defaults }),
  async open(_name: string, config: Readonly<Record<string, unknown>>): Promise<Connection> {
    const address = readAddress(config, defaults)
    const control: Control = new Control(async () => (await connect(address, () => Promise.resolve())).wire)
    // A user may end the queries of that same user only.
    const killAs = (login: Login | undefined) => (id: number) => (login ? killOnce({ ...address, ...login }, id) : control.kill(id))
    return new ServedConnection<MysqlWire>({
      title: 'the database server',
      pool: address.pool,
      open: (login) => connect({ ...address, ...login }, killAs(login)),
      isFull: (error) => full.has(numberOf(error)),
      become(identity) {
        loginOf(identity)
        return undefined
      },
      writing: writing(address, killAs),
      describe,
      details: (ask) => details(ask),
      diagnosis: diagnosis(address),
      advise: (ask) => advise(ask, address),
      close: () => control.close(),
    })
  },
  codeOf(error: unknown): Code | undefined {
    if (error instanceof SluiceError) return error.code
    if (error instanceof MysqlError) return codeOfNumber(error.errno)
    return isNetworkError(error) ? 'source_unavailable' : undefined
  },
}

/** Too many connections: of the server, of a user, of a user within an hour. */
const full: ReadonlySet<number> = new Set([1040, 1203, 1226])
const numberOf = (error: unknown): number => (error instanceof SluiceError && error.cause instanceof MysqlError ? error.cause.errno : 0)

export default mysql
