import type { AuditEntry } from './audit/audit.ts'
import type { Call } from './call.ts'
import type { Applied, Previewed } from './change.ts'
import { keyOf, type Target, targetOf, uniqueKeys, writtenColumn } from './dml/dml.ts'
import { named, SluiceError } from './error.ts'
import type { Parts } from './gateway.ts'
import type { Grant } from './grant.ts'
import { blamed } from './import/blame.ts'
import { Load, type LoadSetting } from './import/load.ts'
import type { Content, RowsIn } from './import/rows-in.ts'
import { limits } from './limits.ts'
import type { Principal } from './principal.ts'
import type { Cell } from './result.ts'
import type { Source } from './source/sources.ts'

export { type CsvSetting, csvRows } from './import/csv.ts'
export { arrayRows, jsonRows, ndjsonRows } from './import/objects.ts'
export { parquetRows } from './import/parquet.ts'
export type { Bytes, RowsIn } from './import/rows-in.ts'

/** Rows that are to become rows of one table. */
export type WantedImport = Readonly<{
  /** As the caller wrote it, with or without a schema. */
  table: string
  rows: RowsIn
  mode: 'insert' | 'upsert'
  /** The columns by which an upsert finds the row to overwrite; the primary key where none are named. */
  key: readonly string[]
  /** Rows that go to the source at once, at most; its own limits hold besides. */
  batchRows?: number
  /** Told after each batch. */
  progress?: (rows: number) => void
}>

/** What stays the same between the preview of an import and the import itself. */
type Loaded = Readonly<{ content: Content; load: Load }>

/**
 * The way of many rows into one table, top to bottom: all of them in one transaction or none. Without a token they are written and rolled
 * back, and the answer is a preview whose token is bound to the SHA-256 of the content; with it the same content is written for good. Where
 * the caller's roles ask for no confirmation it is written at once. Throws `import_invalid` or `constraint_violated` with the number of the row.
 */
export async function importRows(call: Call, wanted: WantedImport, token: string | undefined, parts: Parts): Promise<Previewed | Applied> {
  const started = performance.now()
  const entry = parts.audit.open(call)
  let leave: (() => void) | undefined
  let rows = 0
  try {
    const principal = await parts.auth.identify(call.credential)
    entry.identified(principal)
    const grant = await parts.policy.grant(principal, call.source)
    if (!grant.actions.has('write')) {
      throw new SluiceError('action_refused', `Your roles do not allow the action "write" on "${call.source}".`)
    }
    leave = parts.quota.enter(grant)
    const source = await parts.sources.get(call.source)
    if (!source.can.write || !source.connection.write) {
      throw new SluiceError('not_supported', `Sources like "${call.source}" cannot be written to.`)
    }
    const { setting, warnings } = await settingOf(call, wanted, source, grant, principal, entry, parts)
    const shown = `${wanted.mode} ${wanted.rows.format} into ${setting.target.label}`
    const policies = setting.target.granted.reasons
    await entry.intend(principal, { sql: shown, kind: 'write', tables: [setting.target.label], policies, params: 0 })

    const at = { call, wanted, source, setting, principal, grant, parts, shown, warnings }
    const applied = token === undefined && grant.confirm !== 'never' ? undefined : await apply(at, token, started)
    const answer = applied ?? (await preview(at))
    rows = answer.changed[setting.target.label] ?? 0
    const ms = Math.round((performance.now() - started) * 1000) / 1000
    entry.close({ rows, truncated: false, from: 'live', ms }, undefined)
    return answer
  } catch (caught) {
    const error = named(caught, call.signal)
    entry.close(undefined, error)
    parts.log.failed(call.id, call.source, error)
    throw error
  } finally {
    leave?.()
  }
}

type At = Readonly<{
  call: Call
  wanted: WantedImport
  source: Source
  setting: LoadSetting
  principal: Principal
  grant: Grant
  parts: Parts
  shown: string
  warnings: readonly string[]
}>

async function settingOf(
  call: Call,
  wanted: WantedImport,
  source: Source,
  grant: Grant,
  principal: Principal,
  entry: AuditEntry,
  parts: Parts,
) {
  const schema = source.schemaKept() ?? (await readSchema(call, source, principal, entry))
  const building = { dialect: await parts.dialects(source.dialect), grant, schema, maskKey: parts.maskKey }
  const target = targetOf(wanted.table, building)
  const details = await source.details(call.signal)
  const found = keyOf(target, details, building)
  const own = found && 'columns' in found ? found.columns : []
  const upserts = wanted.mode === 'upsert'
  const key = upserts ? (wanted.key.length > 0 ? wanted.key.map((name) => writtenColumn(name, target, building)) : own) : []
  if (upserts)
    mustBeKey(
      key.map(({ name }) => name),
      target,
      uniqueKeys(target, details),
      source.dialect,
    )
  const hidden = grant.restricted && target.granted.rows.length > 0
  const proof = hidden ? (upserts ? key : own) : []
  if (hidden && proof.length === 0) {
    throw new SluiceError('change_refused', `${target.label} has no key by which your row rules could be held against new rows.`)
  }
  const triggers = details?.dependents.filter(({ on, kind }) => kind === 'trigger' && on.split('.').pop() === target.table.name) ?? []
  const setting: LoadSetting = {
    ...building,
    target,
    key,
    proof,
    returning: source.dialect !== 'mysql',
    batchRows: Math.max(1, wanted.batchRows ?? Number.MAX_SAFE_INTEGER),
    progress: wanted.progress ?? (() => undefined),
  }
  return { setting, warnings: triggers.map(({ name }) => `The trigger ${name} runs for each row.`) }
}

/** What the source holds, read now. That touches the source, so an intent is written before; the import's own follows. */
async function readSchema(call: Call, source: Source, principal: Principal, entry: AuditEntry) {
  await entry.intend(principal, { sql: '', kind: 'schema', tables: [], policies: [], params: 0 })
  return source.schema(call.signal, true)
}

/** An upsert needs a key that is unique; MySQL takes any unique key that a row runs into, so there it must be the only one. */
function mustBeKey(key: readonly string[], target: Target, unique: readonly (readonly string[])[], dialect: Source['dialect']): void {
  if (key.length === 0) throw new SluiceError('change_invalid', `${target.label} has no primary key; name the columns of a unique key.`)
  const same = (columns: readonly string[]) => columns.length === key.length && columns.every((name) => key.includes(name))
  if (!unique.some(same)) {
    throw new SluiceError('change_invalid', `The columns ${key.join(', ')} are no unique key of ${target.label}.`)
  }
  if (dialect === 'mysql' && !unique.every(same)) {
    const hint = 'Use the tool upsert_rows, which looks at each row.'
    throw new SluiceError('change_refused', `${target.label} has other unique keys too, by which MySQL could overwrite another row.`, {
      hint,
    })
  }
}

/** Writes all rows in one transaction, which is kept when `keep` says so. A failure that lies in a row tells which. */
async function write<T>(
  { call, wanted, source, setting, grant }: At,
  settle: (loaded: Loaded) => Promise<Readonly<{ keep: boolean; value: T }>>,
): Promise<T> {
  const { connection } = source
  const writing = { timeoutMs: limits.importMsMax, transaction: true, ...(grant.identity ? { identity: grant.identity } : {}) }
  let load: Load | undefined
  try {
    return await connection.write!(
      writing,
      async (session) => {
        load = new Load(setting, session)
        const content = await wanted.rows.read(load, call.signal)
        await load.flush()
        return settle({ content, load })
      },
      call.signal,
    )
  } catch (caught) {
    const error = named(caught, call.signal)
    if (!load?.failing) throw error
    throw await blamed(error, load.failing, setting, connection, writing, call.signal)
  }
}

/** What a token is bound to: the content to the last byte, and what is done with it. */
const digestOf = ({ wanted, setting }: At, { digest }: Content): string =>
  JSON.stringify(['import', setting.target.from, wanted.mode, setting.key.map(({ name }) => name), digest])

const bound = (at: At, content: Content) => ({ principal: at.principal.name, source: at.call.source, digest: digestOf(at, content) })

async function preview(at: At): Promise<Previewed> {
  const { content, load } = await write(at, async (loaded) => ({ keep: false, value: loaded }))
  const { token, expires } = at.parts.confirmations.issue(bound(at, content))
  const { label } = at.setting.target
  const samples = [
    { table: label, columns: load.shown.names, rows: load.shown.rows.map((row) => ({ before: null, after: row as readonly Cell[] })) },
  ]
  return {
    status: 'confirmation_required',
    source: at.call.source,
    statements: [at.shown],
    changed: { [label]: load.rows },
    samples,
    warnings: [...at.warnings, ...(at.wanted.mode === 'upsert' ? ['Rows that are there already are overwritten.'] : []), CANNOT_UNDO],
    confirm_token: token,
    expires,
    audit_id: at.call.id,
  }
}

const CANNOT_UNDO = 'An import cannot be undone.'

/** Writes for good; the token is taken when all is written and nothing is left to do but to commit. */
async function apply(at: At, token: string | undefined, started: number): Promise<Applied> {
  const { call, parts, principal, setting } = at
  const { label } = setting.target
  let begun = false
  const record = (changed: number) => ({
    id: call.id,
    principal: principal.name,
    source: call.source,
    kind: 'import',
    tables: [label],
    changed,
    at: new Date().toISOString(),
    state: 'pending' as const,
  })
  try {
    const rows = await write(at, async ({ content, load }) => {
      if (token !== undefined) parts.confirmations.redeem(token, bound(at, content))
      await parts.journal.begin(record(load.rows), [])
      begun = true
      return { keep: true, value: load.rows }
    })
    await parts.journal.end(call.id, 'not_undoable')
    const ms = Math.round((performance.now() - started) * 1000) / 1000
    return {
      status: 'applied',
      source: call.source,
      change_id: call.id,
      changed: { [label]: rows },
      results: [],
      warnings: at.warnings,
      undoable: false,
      undo_reason: CANNOT_UNDO,
      ms,
    }
  } catch (error) {
    // A commit whose answer was lost may have happened: then the record stays as it is.
    if (begun && !(error instanceof SluiceError && error.code === 'change_uncertain')) await parts.journal.end(call.id, 'dropped')
    throw error
  }
}
