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

/** The same for an EXPLAIN that the caller wrote. SQLite's tells no estimates, because its connector leaves them out. */
export function mayTell(plan: Prepared, { name }: Dialect): Prepared {
  if (plan.kind === 'explain' && plan.policies.length > 0 && name !== 'sqlite') throw telling()
  return plan
}

const telling = (): SluiceError =>
  new SluiceError('feature_refused', 'The plan of this statement would tell about rows or values that you may not see.', {
    hint: 'Run the statement itself, with a LIMIT; explain_query may show a plan without estimates.',
  })
