import { SluiceError } from '../../error.ts'
import type { Facts, Kind } from '../../facts.ts'
import type { Action, Grant } from '../../grant.ts'
import type { Setting } from '../guard.ts'

const refused: Readonly<Record<Exclude<Kind, 'read' | 'explain' | 'show'>, readonly [is: string, instead: string]>> = {
  write: ['changes data', 'Write a SELECT that shows what you need; nothing is changed here.'],
  ddl: ['changes the schema', 'Use a WITH query in place of a temporary table or view.'],
  session: ['changes the session', 'Put what you need into the one statement; sessions are not kept between calls.'],
  transaction: ['controls a transaction', 'Send the reading statement alone; it runs in a transaction of its own.'],
  admin: ['administers the database', 'Only reading statements run here: SELECT, WITH, VALUES, EXPLAIN, SHOW.'],
  call: ['runs a procedure', 'Write the reading part of the procedure as a SELECT.'],
  unknown: ['is not known to be harmless', 'Only reading statements run here: SELECT, WITH, VALUES, EXPLAIN, SHOW.'],
}

/** Where a caller who may change things sends what is refused here; undefined for everyone and everything else. */
export function elsewhere({ kind, statement }: Facts, grant: Grant | undefined): string | undefined {
  // TRUNCATE of MySQL changes the schema in the eyes of the server alone.
  const asked = kind === 'ddl' && statement === 'TRUNCATE' ? 'write' : kind
  if (asked === 'write' && grant?.actions.has('write')) {
    return 'Send it to execute_batch, or use insert_rows, update_rows, delete_rows or upsert_rows; they show first what would change.'
  }
  if (asked === 'ddl' && grant?.actions.has('ddl')) {
    return 'Use the tools for structure, such as create_table, alter_table, create_index or drop_table; find_tools lists them.'
  }
  return undefined
}

function mayDo(action: Action, grant: Grant | undefined): void {
  if (grant && !grant.actions.has(action)) {
    throw new SluiceError('action_refused', `Your role does not allow the action ${action} on this source.`)
  }
}

/** Only statements that read go on. */
export function kind(facts: Facts, { grant }: Setting): void {
  if (facts.kind === 'read' || facts.kind === 'explain' || facts.kind === 'show') {
    const runs = facts.statement.startsWith('EXPLAIN ANALYZE')
    if (facts.kind === 'explain') mayDo('explain', grant)
    if (facts.kind !== 'explain' || runs) mayDo('read', grant)
    if (!runs || !grant?.restricted) return
    throw new SluiceError('feature_refused', 'EXPLAIN ANALYZE counts rows that you may not see.', { hint: 'Use EXPLAIN without ANALYZE.' })
  }
  const [is, hint] = refused[facts.kind]
  const { statement } = facts
  throw new SluiceError('statement_refused', `${statement} ${is}, which is not allowed here.`, { hint: elsewhere(facts, grant) ?? hint })
}
