import type { Identity } from '../../grant.ts'
import type { Address } from '../address.ts'
import type { WriteSetting } from '../source.ts'
import { visitOf } from '../visit.ts'
import type { Statement, WritingServer } from '../writing.ts'
import { connect } from './connect.ts'
import { Engines } from './engines.ts'
import { loginOf } from './identity.ts'
import type { MysqlWire } from './wire.ts'

/** A lock that somebody else holds is waited for so long, and then it is a conflict. */
const lockMsMax = 10_000
/** Time that the server gives this process to tell of its own time limit. */
const graceMs = 5_000

/**
 * How a statement may begin. Others end or begin the transaction, change the session or its user, or read files. What a caller
 * wrote was read by the guard before; this is the second lock.
 */
const changes =
  /^[\s(]*(INSERT|REPLACE|UPDATE|DELETE|SELECT|WITH|VALUES|TABLE|(CREATE|ALTER|DROP|RENAME)(?!\s+(USER|ROLE|SERVER|INSTANCE)\b)|TRUNCATE|ANALYZE|CHECK|OPTIMIZE|REPAIR|EXPLAIN|DESCRIBE|SHOW|SAVEPOINT|RELEASE|ROLLBACK\s+(WORK\s+)?TO)\b/i
/** Before these the server commits by itself. */
const commits = /^\s*(ALTER|(CREATE|DROP)(?!\s+TEMPORARY)|RENAME|TRUNCATE|ANALYZE|CHECK|OPTIMIZE|REPAIR)\b/i

/** How sessions of MySQL and MariaDB write: in strict mode, so that no value is cut to fit. */
export function writing(address: Address, killAs: (login: Identity['login']) => (id: number) => Promise<void>): WritingServer<MysqlWire> {
  const engines = new Engines()
  return {
    title: 'the database server',
    slots: address.writing,
    async open({ identity, timeoutMs }) {
      const login = loginOf(identity)
      return (await connect({ ...address, ...login, statementTimeoutMs: timeoutMs + graceMs }, killAs(login), true)).wire
    },
    become: () => [],
    begin: (setting) => [limitsOf(setting), ...(setting.transaction ? [begins] : [])],
    refusal(sql, { transaction }, ask) {
      if (!changes.test(sql)) return 'A change reads and writes rows or structure; it does not touch its transaction or session.'
      if (!transaction) return undefined
      return commits.test(sql) ? 'MySQL and MariaDB cannot roll this statement back.' : engines.refusal(sql, ask)
    },
    leftBehind: (wire) => (wire.warnings === 0 ? undefined : leftBehind(wire)),
  }
}

/** The server's warning that a rollback did not reach every table; others are of temporary tables, which end with the session. */
const notRolledBack = 1196

async function leftBehind(wire: MysqlWire): Promise<string | undefined> {
  const warnings = await visitOf(wire, '').ask('SHOW WARNINGS')
  if (!warnings.some(([, code]) => Number(code) === notRolledBack)) return undefined
  return 'The change could not be rolled back: a table that it changed has an engine without transactions.'
}

const begins: Statement = { sql: 'START TRANSACTION READ WRITE', params: [] }

function limitsOf({ timeoutMs }: WriteSetting): Statement {
  const seconds = Math.max(1, Math.floor(Math.min(lockMsMax, timeoutMs * 0.8) / 1_000))
  return { sql: `SET SESSION innodb_lock_wait_timeout = ${seconds}, SESSION lock_wait_timeout = ${seconds}`, params: [] }
}
