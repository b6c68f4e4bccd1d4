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
  throw new SluiceError('statement_refused', `${facts.statement} ${is}, which is not allowed.`, { hint })
}
