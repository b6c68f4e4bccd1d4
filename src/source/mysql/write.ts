import type { Identity } from '../../grant.ts'
import type { Address } from '../address.ts'
import type { WriteSetting } from '../source.ts'
import type { Statement, WritingServer } from '../writing.ts'
import { connect } from './connect.ts'
import { Engines } from './engines.ts'
import { loginOf } from './identity.ts'
import type { MysqlWire } from './wire.ts'

/** A lock that somebody else holds is waited for so long, and then it is a conflict. */
const lockMsMax = 10_000

/** Statements that would end or begin the transaction which Sluice holds, and those before which the server commits by itself. */
const ownMatters = /^\s*(BEGIN|START|COMMIT|XA|SET|ROLLBACK(?!\s+(WORK\s+)?TO\b))\b/i
const commits =
  /^\s*(ALTER|(CREATE|DROP)(?!\s+TEMPORARY)|RENAME|TRUNCATE|GRANT|REVOKE|LOCK|UNLOCK|ANALYZE|CHECK|OPTIMIZE|REPAIR|CACHE|FLUSH|RESET|LOAD|INSTALL|UNINSTALL)\b/i

/** How sessions of MySQL and MariaDB write: in strict mode, so that no value is cut to fit. */
export function writing(address: Address, killAs: (login: Identity['login']) => (id: number) => Promise<void>): WritingServer<MysqlWire> {
  const engines = new Engines()
  return {
    title: 'the database server',
    slots: address.writing,
    async open(identity) {
      const login = loginOf(identity)
      return (await connect({ ...address, ...login }, killAs(login), true)).wire
    },
    become: () => [],
    begin: (setting) => [limitsOf(setting), ...(setting.transaction ? [begins] : [])],
    refusal(sql, { transaction }, ask) {
      if (ownMatters.test(sql)) return 'A change neither begins nor ends a transaction of its own.'
      if (!transaction) return undefined
      return commits.test(sql) ? 'MySQL and MariaDB cannot roll this statement back.' : engines.refusal(sql, ask)
    },
    leftBehind: ({ warnings }) =>
      warnings === 0 ? undefined : 'The change could not be rolled back: a table that it changed has an engine without transactions.',
  }
}

const begins: Statement = { sql: 'START TRANSACTION READ WRITE', params: [] }

function limitsOf({ timeoutMs }: WriteSetting): Statement {
  const seconds = Math.max(1, Math.floor(Math.min(lockMsMax, timeoutMs * 0.8) / 1_000))
  return { sql: `SET SESSION innodb_lock_wait_timeout = ${seconds}, SESSION lock_wait_timeout = ${seconds}`, params: [] }
}
