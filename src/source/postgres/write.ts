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

/**
 * How a statement may begin. Others end or begin the transaction, change the session or who it is, or speak another protocol. What
 * a caller wrote was read by the guard before; this is the second lock.
 */
const changes =
  /^[\s(]*(INSERT|UPDATE|DELETE|MERGE|SELECT|WITH|VALUES|TABLE|CREATE|ALTER(?!\s+(SYSTEM|ROLE|USER|GROUP)\b)|DROP(?!\s+(ROLE|USER|GROUP|OWNED)\b)|TRUNCATE|COMMENT|REFRESH|REINDEX|ANALYZE|VACUUM|CLUSTER|LOCK|EXPLAIN|SHOW|SAVEPOINT|RELEASE|ROLLBACK\s+(WORK\s+|TRANSACTION\s+)?TO|SET\s+CONSTRAINTS)\b/i

/** How sessions of PostgreSQL write: READ COMMITTED, with the server's own limits on waiting should this process vanish. */
export function writing(address: PostgresAddress, types: Types): WritingServer<PostgresWire> {
  return {
    title: 'PostgreSQL',
    slots: address.writing,
    async open({ identity }) {
      return (await connect({ ...address, ...identity?.login }, types, true)).wire
    },
    become: (identity: Identity, local: boolean) => identityStatement(identity, local),
    begin: (setting) => [limitsOf(setting), ...(setting.transaction ? [begins] : [])],
    refusal: (sql) =>
      changes.test(sql) ? undefined : 'A change reads and writes rows or structure; it does not touch its transaction or session.',
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
