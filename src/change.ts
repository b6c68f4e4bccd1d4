import type { AuditEntry } from './audit/audit.ts'
import type { Call, Value } from './call.ts'
import { type Again, type Asked, checkToken, modeOf, newToken } from './change/confirming.ts'
import type { Outcome } from './change/outcome.ts'
import { perform } from './change/perform.ts'
import { type Plan, planOf } from './change/plan.ts'
import { undoPlan } from './change/put-back.ts'
import type { Scene } from './change/scene.ts'
import { wordsOf } from './change/words.ts'
import type { Issued } from './confirm/confirm.ts'
import type { Ddl } from './ddl/ddl.ts'
import type { Dml } from './dml/dml.ts'
import { named, SluiceError } from './error.ts'
import { beginning, type Parts } from './gateway.ts'
import type { Action, Grant } from './grant.ts'
import type { ChangeRecord, Image } from './journal/journal.ts'
import type { Principal } from './principal.ts'
import type { Cell } from './result.ts'
import type { Source } from './source/sources.ts'

/** What a caller wants changed. `sql` is one or more statements in the source's dialect, in one transaction: all or nothing. */
export type Wanted = Readonly<
  | { kind: 'rows'; changes: readonly Dml[] }
  | { kind: 'sql'; statements: readonly Readonly<{ sql: string; params: readonly Value[] }>[] }
  | { kind: 'ddl'; ddl: Ddl }
>

/** Some rows as they are and as they would be; masked and hidden columns are not among them. */
export type Sample = Readonly<{
  table: string
  columns: readonly string[]
  rows: readonly Readonly<{ before: readonly Cell[] | null; after: readonly Cell[] | null }>[]
}>

/** What a change would do, found out in a transaction that was rolled back. Nothing has changed yet. */
export type Previewed = Readonly<{
  status: 'confirmation_required'
  source: string
  /** As they will run; values stand as placeholders. */
  statements: readonly string[]
  /** Rows that would change, by table. */
  changed: Readonly<Record<string, number>>
  samples: readonly Sample[]
  /** One sentence each: no WHERE, cascades, triggers, what depends on the object, DDL that cannot be rolled back. */
  warnings: readonly string[]
  /** To be sent back as `confirm_token` with the same change by the same caller; good once, until `expires`. */
  confirm_token: string
  /** ISO time. */
  expires: string
  audit_id: string
}>

export type Applied = Readonly<{
  status: 'applied'
  source: string
  change_id: string
  changed: Readonly<Record<string, number>>
  /** Rows that statements of a batch answered, in order; null for those that answer none. */
  results: readonly (Readonly<{ columns: readonly string[]; rows: readonly (readonly Cell[])[] }> | null)[]
  warnings: readonly string[]
  undoable: boolean
  /** Why it cannot be undone, where it cannot. */
  undo_reason?: string
  ms: number
}>

/** What is to be done, once it is known who asks for it: where, by which action, and how it is planned. */
type Aim = Readonly<{
  source: string
  action: Action
  /** As the audit calls the applying of it. */
  as: Call['action']
  plan(scene: Scene, source: Source): Promise<Plan>
  /** The change that this one undoes. */
  undoes?: string
}>

/**
 * The way of one write: without a token a preview in a transaction that is rolled back, with the token of that preview the change itself.
 * `call.text` is what the audit keeps of it. Throws SluiceError; nothing is half done.
 */
export function change(call: Call, wanted: Wanted, token: string | undefined, parts: Parts): Promise<Previewed | Applied> {
  const aim: Aim = {
    source: call.source,
    // Statements of a batch may all be reading ones; what else they are their plan tells.
    action: wanted.kind === 'ddl' ? 'ddl' : wanted.kind === 'sql' ? 'read' : 'write',
    as: 'apply',
    plan: (scene, source) => planOf(wanted, scene, source.can),
  }
  return walk(call, () => aim, token, parts)
}

/** Puts the rows of an applied change back, when they are still as the change left them; throws `change_unknown`, `change_conflict`. */
export function undo(call: Call, changeId: string, token: string | undefined, parts: Parts): Promise<Previewed | Applied> {
  const aimOf = async (principal: Principal): Promise<Aim> => {
    const { record, images } = await findChange(changeId, principal, parts)
    const source = record.source
    return { source, action: 'write', as: 'undo', undoes: changeId, plan: async (scene) => undoPlan(record, images, scene) }
  }
  return walk(call, aimOf, token, parts)
}

/** The newest changes that the caller has applied, and those of every source that they administer; of one source where the call names it. */
export async function changes(call: Call, last: number, parts: Parts): Promise<readonly ChangeRecord[]> {
  const started = performance.now()
  const entry = parts.audit.open(call)
  try {
    const principal = await parts.auth.identify(call.credential)
    entry.identified(principal)
    const sources = call.source === '' ? parts.policy.sources(principal) : [call.source]
    const found = new Map<string, ChangeRecord>()
    for (const source of sources) {
      const { actions } = await parts.policy.grant(principal, source)
      const filter = actions.has('admin') ? { source, last } : { source, last, principal: nameOf(principal) }
      for (const record of await parts.journal.list(filter)) found.set(record.id, record)
    }
    // Ids begin with the time.
    const newest = [...found.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, last)
    entry.close({ rows: newest.length, truncated: false, from: 'live', ms: performance.now() - started }, undefined)
    return newest
  } catch (caught) {
    const error = named(caught, call.signal)
    entry.close(undefined, error)
    throw error
  }
}

/** The walk, top to bottom, for a change as for an undo. A straight line on purpose, as `run` is. */
async function walk(
  asked: Call,
  aimOf: (principal: Principal) => Aim | Promise<Aim>,
  token: string | undefined,
  parts: Parts,
): Promise<Previewed | Applied> {
  const started = performance.now()
  // The entry is told what the call turns out to be, before it writes its first record.
  const told: { -readonly [K in keyof Call]: Call[K] } = { ...asked, action: token === undefined ? 'preview' : 'apply' }
  const entry = parts.audit.open(told)
  parts.watch.started()
  let done: (() => void) | undefined
  let leave: ReturnType<Parts['quota']['enter']> | undefined
  let inOurWords = (error: SluiceError): SluiceError => error
  const seen = { who: '', sql: '', rows: 0, code: undefined as string | undefined }
  let used: ReturnType<typeof usedBy> | undefined
  try {
    const principal = await parts.auth.identify(asked.credential)
    entry.identified(principal)
    seen.who = principal.name
    const running = beginning(asked, principal, parts)
    done = running.done
    const aim = await aimOf(principal)
    told.source = aim.source
    const grant = await parts.policy.grant(principal, aim.source)
    leave = parts.quota.enter(grant)
    const source = await parts.sources.get(aim.source)
    mayDo(aim.action, grant, source)
    const mode = modeOf(token, grant.confirm)
    told.action = mode.apply ? aim.as : 'preview'
    const { plan, scene } = await planned(running.call, aim, grant, source, principal, entry, parts)
    if (plan.reads) told.action = 'query'
    else mayDo(plan.kind, grant, source)
    const call: Call = { ...told, signal: running.call.signal }
    inOurWords = (error) => wordsOf(error, plan.steps, scene)
    const statements = plan.steps.flatMap(({ shown }) => shown)
    const bound: Asked = { principal: nameOf(principal), source: source.name, asked: plan.asked, statements }
    checkToken(mode, bound, parts.confirmations)

    seen.sql = statements.join(';\n')
    running.as(seen.sql)
    await entry.intend(principal, { sql: seen.sql, kind: plan.kind, ...touchedBy(plan), params: call.params.length })
    used = usedBy(plan)
    const outcome = await perform({ call, plan, mode, bound, grant, source, undoes: aim.undoes, parts })
    const ms = Math.round((performance.now() - started) * 1000) / 1000
    seen.rows = outcome.total
    used = usedBy(plan, outcome)
    entry.close({ rows: outcome.total, truncated: false, from: 'live', ms }, undefined)
    const warnings = distinct([...plan.steps.flatMap((step) => step.warnings), ...outcome.warnings])
    if (mode.apply || plan.reads) return appliedOf(call, outcome, warnings, ms)
    const again: Again = (next, id, signal) => walk({ ...asked, id, signal }, aimOf, next, parts.now())
    return previewOf(call, statements, outcome, warnings, newToken(mode, bound, outcome, { kind: plan.kind, warnings, again }, call, parts))
  } catch (caught) {
    const error = inOurWords(named(caught, asked.signal))
    seen.code = error.code
    entry.close(undefined, error)
    parts.log.failed(asked.id, told.source, error)
    throw error
  } finally {
    done?.()
    leave?.(used)
    const { who: principal, ...rest } = seen
    parts.watch.ended({ id: asked.id, source: told.source, principal, ms: performance.now() - started, ...rest })
  }
}

const touchedBy = ({ steps }: Plan) => ({
  tables: distinct(steps.flatMap((step) => step.tables)),
  policies: distinct(steps.flatMap((step) => step.policies)),
})

/** Every statement counts against the limits of the caller, and what it has answered. */
const usedBy = ({ kind, steps }: Plan, { answered }: Pick<Outcome, 'answered'> = { answered: { rows: 0, bytes: 0 } }) => ({
  ...answered,
  more: kind === 'ddl' ? 0 : steps.length - 1,
})

function mayDo(action: Action, grant: Grant, source: Source): void {
  if (!grant.actions.has(action)) {
    throw new SluiceError('action_refused', `Your roles do not allow the action "${action}" on "${source.name}".`)
  }
  if (action !== 'read' && (!source.can.write || !source.connection.write)) {
    const hint = 'Use another source; list_sources shows them.'
    throw new SluiceError('not_supported', `The source "${source.name}" can only be read.`, { hint })
  }
}

const STALE: ReadonlySet<string> = new Set(['table_unknown', 'column_unknown', 'function_unknown'])

/** The plan of the change. What the source holds is read for it, so an intent for that is written before. */
async function planned(
  call: Call,
  aim: Aim,
  grant: Grant,
  source: Source,
  principal: Principal,
  entry: AuditEntry,
  parts: Parts,
): Promise<Readonly<{ plan: Plan; scene: Scene }>> {
  const dialect = await parts.dialects(source.dialect)
  await entry.intend(principal, { sql: '', kind: 'schema', tables: [], policies: [], params: call.params.length })
  const look = async (fresh: boolean) => {
    const schema = await source.schema(call.signal, fresh)
    const details = await source.details(call.signal, fresh)
    const returning = dialect.name !== 'mysql' || /mariadb/i.test(source.connection.version ?? '')
    const scene: Scene = { source: source.name, dialect, grant, schema, details, maskKey: parts.maskKey, returning }
    return { plan: await aim.plan(scene, source), scene }
  }
  try {
    // What is there already and what depends on it decides about a change of structure, so nothing that was kept will do.
    return await look(aim.action === 'ddl')
  } catch (error) {
    // A name that is not known may be newer than the schema.
    if (!(error instanceof SluiceError) || !STALE.has(error.code)) throw error
    return look(true)
  }
}

function appliedOf({ id, source }: Call, { changed, results, undoReason }: Outcome, warnings: readonly string[], ms: number): Applied {
  const undoable = undoReason === undefined
  return {
    status: 'applied',
    source,
    change_id: id,
    changed: { ...changed },
    results,
    warnings,
    undoable,
    ...(undoable ? {} : { undo_reason: undoReason }),
    ms,
  }
}

function previewOf(
  { id, source }: Call,
  statements: readonly string[],
  outcome: Outcome,
  warnings: readonly string[],
  { token, expires }: Issued,
): Previewed {
  const { changed, samples, undoReason } = outcome
  const lasting = undoReason === undefined ? [] : [`This cannot be undone: ${undoReason}.`]
  return {
    status: 'confirmation_required',
    source,
    statements,
    changed: { ...changed },
    samples,
    warnings: [...warnings, ...lasting],
    confirm_token: token,
    expires,
    audit_id: id,
  }
}

/** A caller as confirmations and the journal know them: a key and a signed-in user may bear the same name. */
const nameOf = ({ via, name }: Principal): string => `${via}:${name}`

async function mayKnow({ principal: owner, source }: ChangeRecord, principal: Principal, parts: Parts): Promise<boolean> {
  try {
    const { actions } = await parts.policy.grant(principal, source)
    return owner === nameOf(principal) || actions.has('admin')
  } catch {
    return false
  }
}

async function findChange(
  id: string,
  principal: Principal,
  parts: Parts,
): Promise<Readonly<{ record: ChangeRecord; images: readonly Image[] }>> {
  const found = await parts.journal.find(id)
  // Another's change is as unknown as one that never was.
  if (!found || !(await mayKnow(found.record, principal, parts)))
    throw new SluiceError('change_unknown', 'There is no change with this id that you may undo.')
  const { state } = found.record
  if (state === 'undone')
    throw new SluiceError('change_conflict', 'This change was undone already.', { hint: 'list_changes shows which changes can be undone.' })
  if (state === 'not_undoable' || found.images.length === 0) {
    throw new SluiceError('change_conflict', 'This change cannot be undone: its rows were not kept.', {
      hint: 'Write the rows back with update_rows or insert_rows.',
    })
  }
  return found
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)]
