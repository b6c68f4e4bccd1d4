import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Grant } from '../grant.ts'
import type { ChangeRecord } from '../journal/journal.ts'
import type { WriteSession } from '../source/source.ts'
import type { Source } from '../source/sources.ts'
import { type Asked, type Mode, takeToken } from './confirming.ts'
import { Outcome } from './outcome.ts'
import type { Plan } from './plan.ts'

/** A change that was planned and told to the audit. `undoes` is the change that it undoes. */
export type Performed = Readonly<{
  call: Call
  plan: Plan
  mode: Mode
  bound: Asked
  grant: Grant
  source: Source
  undoes: string | undefined
  parts: Parts
}>

/** Runs the steps in one transaction: rolled back for a preview, kept when what they came to is what was confirmed. */
export async function perform({ call, plan, mode, bound, grant, source, undoes, parts }: Performed): Promise<Outcome> {
  const { id, signal } = call
  if (plan.reads) return read(call, plan, grant, source)
  const outcome = new Outcome()
  const late = plan.transactional ? [] : plan.steps.filter((step) => step !== plan.look)
  const steps = plan.transactional ? plan.steps : plan.look ? [plan.look] : []
  const timeoutMs = Math.min(call.timeoutMs ?? grant.limits.ms, grant.limits.ms)
  const setting = {
    timeoutMs,
    transaction: mode.apply ? plan.inTransaction : true,
    ...(grant.identity ? { identity: grant.identity } : {}),
  }
  let begun = false
  signal.throwIfAborted()
  try {
    await source.connection.write!(
      setting,
      async (session) => {
        for (const step of steps) {
          signal.throwIfAborted()
          await step.run(session, outcome)
        }
        if (!mode.apply) {
          takeToken(mode, bound, outcome.digest, parts.confirmations)
          return { keep: false, value: undefined }
        }
        begun = true
        await parts.journal.begin(recordOf(call, plan, bound, outcome), outcome.images)
        takeToken(mode, bound, outcome.digest, parts.confirmations)
        for (const step of late) await step.run(session, outcome)
        return { keep: true, value: undefined }
      },
      signal,
    )
  } catch (error) {
    // A record that stays pending says that nobody knows.
    const uncertain = error instanceof SluiceError && error.code === 'change_uncertain'
    if (begun && !uncertain && plan.transactional) await parts.journal.end(id, 'dropped').catch(() => undefined)
    if (begun) forget(source, plan, parts)
    throw error
  }
  if (!mode.apply) return outcome
  forget(source, plan, parts)
  await parts.journal.end(id, outcome.undoReason === undefined ? 'applied' : 'not_undoable').catch((error) => told(error, call, parts))
  if (undoes !== undefined) await parts.journal.end(undoes, 'undone').catch((error) => told(error, call, parts))
  return outcome
}

/** What is applied stays applied, also when the journal cannot say so any more. */
const told = (error: unknown, { id, source }: Call, { log }: Parts): void =>
  log.failed(
    id,
    source,
    error instanceof SluiceError ? error : new SluiceError('internal', 'The journal of changes could not be written.', { cause: error }),
  )

/** Results that were kept may be others now, and after a change of structure so is the schema. */
function forget(source: Source, { kind }: Plan, parts: Parts): void {
  parts.cache.forget(source.name)
  parts.now().cache.forget(source.name)
  if (kind === 'ddl') source.schemaChanged()
}

const recordOf = ({ id }: Call, { what, steps }: Plan, { principal, source }: Asked, outcome: Outcome): ChangeRecord => ({
  id,
  principal,
  source,
  kind: what,
  tables: [...new Set(steps.flatMap(({ tables }) => tables))],
  changed: outcome.total,
  at: new Date().toISOString(),
  state: 'pending',
})

/** Statements that only read need no writing session: each runs in a reading one. */
async function read(
  { timeoutMs = Number.POSITIVE_INFINITY, signal }: Call,
  { steps }: Plan,
  { limits, identity }: Grant,
  { connection }: Source,
): Promise<Outcome> {
  const outcome = new Outcome()
  const bounds = { bytesMax: limits.bytes, timeoutMs: Math.min(timeoutMs, limits.ms), ...(identity ? { identity } : {}) }
  const reading: WriteSession = {
    run: () => Promise.reject(new Error('a statement that only reads has changed something')),
    rows: (sql, params, rowsMax, sink) => connection.query({ sql, params, rowsMax, ...bounds }, sink, signal),
  }
  for (const step of steps) await step.run(reading, outcome)
  outcome.cannotUndo('nothing was changed')
  return outcome
}
