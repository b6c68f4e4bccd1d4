import type { Identity } from '../../grant.ts'
import type { WriteSetting } from '../source.ts'
import type { Statement, WritingServer } from '../writing.ts'
import { connect, type PostgresAddress } from './connect.ts'
import { identityStatement } from './identity.ts'
import type { Types } from './types.ts'
import type { PostgresWire } from './wire.ts'

/** A lock that somebody else holds is waited for so long, and then it is a conflict. */
const lockMsMax = 10_000
/** Time that the server gives this process to tell of its own time limit. */
const graceMs = 5_000

/** Statements that would end or begin the transaction which Sluice holds. */
const ownMatters = /^\s*(BEGIN|START|COMMIT|END|ABORT|PREPARE\s+TRANSACTION|ROLLBACK(?!\s+(WORK\s+|TRANSACTION\s+)?TO\b))\b/i

/** How sessions of PostgreSQL write: READ COMMITTED, with the server's own limits on waiting should this process vanish. */
export function writing(address: PostgresAddress, types: Types): WritingServer<PostgresWire> {
  return {
    title: 'PostgreSQL',
    slots: address.writing,
    async open(identity) {
      return (await connect({ ...address, ...identity?.login }, types, true)).wire
    },
    become: (identity: Identity, local: boolean) => identityStatement(identity, local),
    begin: (setting) => [limitsOf(setting), ...(setting.transaction ? [begins] : [])],
    refusal: (sql) => (ownMatters.test(sql) ? 'A change neither begins nor ends a transaction of its own.' : undefined),
    leftBehind: () => undefined,
  }
}

const begins: Statement = { sql: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE', params: [] }

function limitsOf({ timeoutMs }: WriteSetting): Statement {
  const late = String(timeoutMs + graceMs)
  return {
    sql: `SELECT pg_catalog.set_config('lock_timeout', $1, false), pg_catalog.set_config('statement_timeout', $2, false),
      pg_catalog.set_config('idle_in_transaction_session_timeout', $2, false)`,
    params: [String(Math.ceil(Math.min(lockMsMax, timeoutMs * 0.8))), late],
  }
}
