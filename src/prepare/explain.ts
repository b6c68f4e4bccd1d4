import { SluiceError } from '../error.ts'
import type { Dialect } from '../sql/sql.ts'
import type { Prepared } from './here.ts'

/**
 * The plan of a prepared statement in the place of its rows. Estimates are made from all rows of a table, also from those that the
 * caller may not see (MariaDB even reads some), so where a rule was put in the plan is told without them, or not at all.
 */
export function explained(plan: Prepared, dialect: Dialect): Prepared {
  if (plan.kind !== 'read') return mayTell(plan, dialect)
  const restricted = plan.policies.length > 0
  if (restricted && dialect.name !== 'postgres' && dialect.name !== 'sqlite') throw telling()
  const explain = restricted && dialect.name === 'postgres' ? (sql: string) => `EXPLAIN (COSTS OFF) ${sql}` : dialect.explain
  return { ...plan, kind: 'explain', sql: explain(plan.sql), shown: explain(plan.shown) }
}

/**
 * The same for an EXPLAIN that the caller wrote: in PostgreSQL its options make way for the one that leaves estimates out. SQLite's tells
 * none, because its connector leaves them out.
 */
export function mayTell(plan: Prepared, { name }: Dialect): Prepared {
  if (plan.kind !== 'explain' || plan.policies.length === 0 || name === 'sqlite') return plan
  if (name !== 'postgres' || !printedExplain.test(plan.sql)) throw telling()
  const [sql, shown] = [plan.sql, plan.shown].map((text) => text.replace(printedExplain, 'EXPLAIN (COSTS OFF) ')) as [string, string]
  return { ...plan, sql, shown }
}

/** How PostgreSQL's EXPLAIN begins in our own print; one with ANALYZE does not come this far, and would not match. */
const printedExplain =
  /^EXPLAIN\s+(?:\((?:(?!ANALYZE)[\w\s,])*\)\s*|VERBOSE\s+)?(?=SELECT\b|WITH\b|VALUES\b|TABLE\b|\(\s*(?:SELECT|WITH|VALUES|TABLE|\()\b)/i

const telling = (): SluiceError =>
  new SluiceError('feature_refused', 'The plan of this statement would tell about rows or values that you may not see.', {
    hint: 'Run the statement itself, with a LIMIT; explain_query may show a plan without estimates.',
  })
