import { type Code, SluiceError } from '../error.ts'
import { isNetworkError, readAddress, serverSettings } from './address.ts'
import { advise } from './postgres/advise.ts'
import { connect } from './postgres/connect.ts'
import { describe } from './postgres/describe.ts'
import { details } from './postgres/details.ts'
import { diagnosis } from './postgres/diagnose.ts'
import { codeOfState, PostgresError } from './postgres/errors.ts'
import { identityStatement } from './postgres/identity.ts'
import { Types } from './postgres/types.ts'
import type { PostgresWire } from './postgres/wire.ts'
import { writing } from './postgres/write.ts'
import { ServedConnection } from './served.ts'
import type { Connection, Connector } from './source.ts'

const defaults = { port: 5432, user: 'postgres' }

/** PostgreSQL from version 12 on, and what speaks its protocol. */
const postgres: Connector = {
  name: 'postgres',
  dialect: 'postgres',
  can: { write: true, transactionalDdl: true, databases: true, schemas: true, identity: true },
  settings: {
    ...serverSettings({ title: 'PostgreSQL', scheme: 'postgres', ...defaults }),
    search_path: {
      type: 'string',
      doc: 'Schemas in which unqualified names are looked for, e.g. `sales, public`; the user’s own when not given.',
    },
  },
  async open(_name: string, config: Readonly<Record<string, unknown>>): Promise<Connection> {
    const searchPath = typeof config.search_path === 'string' && config.search_path !== '' ? config.search_path : undefined
    const address = { ...readAddress(config, defaults), searchPath }
    const types = new Types()
    return new ServedConnection<PostgresWire>({
      title: 'PostgreSQL',
      pool: address.pool,
      open: (login) => connect({ ...address, ...login }, types),
      isFull: (error) => stateOf(error) === '53300',
      become: (identity) => identityStatement(identity, true)[0],
      writing: writing(address, types),
      describe: (ask, told) => describe(ask, types, told),
      details: (ask) => details(ask),
      diagnosis: diagnosis(address),
      advise: (ask) => advise(ask, address),
    })
  },
  codeOf(error: unknown): Code | undefined {
    if (error instanceof SluiceError) return error.code
    if (error instanceof PostgresError) return codeOfState(error.code)
    return isNetworkError(error) ? 'source_unavailable' : undefined
  },
}

const stateOf = (error: unknown): string | undefined =>
  error instanceof SluiceError && error.cause instanceof PostgresError ? error.cause.code : undefined

export default postgres
