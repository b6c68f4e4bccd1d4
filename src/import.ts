import { whileGood } from './auth/auth.ts'
import type { Call } from './call.ts'
import type { Applied, Previewed } from './change.ts'
import { named, SluiceError } from './error.ts'
import type { Parts } from './gateway.ts'
import { nextToken } from './import/agreed.ts'
import { tableOf } from './import/load.ts'
import { type Imported, type Importing, perform } from './import/perform.ts'
import { settingOf } from './import/setting.ts'
import type { WantedImport } from './import/wanted.ts'
import { inOurWords } from './import/words.ts'
import type { Principal } from './principal.ts'

export { type CsvSetting, csvRows } from './import/csv.ts'
export { arrayRows, jsonRows, ndjsonRows } from './import/objects.ts'
export { parquetRows } from './import/parquet.ts'
export type { Bytes, RowsIn } from './import/rows-in.ts'
export type { WantedImport } from './import/wanted.ts'

/**
 * The way of many rows into one table, top to bottom: all of them in one transaction or none. Without a token they are written and rolled
 * back, and the answer is a preview whose token is bound to the SHA-256 of the content; with it the same content is written for good. Where
 * the caller's roles ask for no confirmation it is written at once. Throws `import_invalid` or `constraint_violated` with the number of the row.
 */
export async function importRows(asked: Call, wanted: WantedImport, token: string | undefined, parts: Parts): Promise<Previewed | Applied> {
  const started = performance.now()
  // The entry is told what the call turns out to be, before it writes its first record.
  const told: { -readonly [K in keyof Call]: Call[K] } = { ...asked, action: token === undefined ? 'preview' : 'apply' }
  const entry = parts.audit.open(told)
  parts.watch.started()
  let done: (() => void) | undefined
  let leave: ReturnType<Parts['quota']['enter']> | undefined
  let words = (error: SluiceError): SluiceError => error
  const seen = { who: '', sql: '', rows: 0, code: undefined as string | undefined }
  try {
    const principal = await parts.auth.identify(asked.credential)
    entry.identified(principal)
    seen.who = principal.name
    const good = whileGood(asked, principal, parts.auth)
    done = good.done
    const grant = await parts.policy.grant(principal, asked.source)
    leave = parts.quota.enter(grant)
    const source = await parts.sources.get(asked.source)
    if (!grant.actions.has('write'))
      throw new SluiceError('action_refused', `Your roles do not allow the action "write" on "${source.name}".`)
    if (!source.can.write || !source.connection.write)
      throw new SluiceError('not_supported', `The source "${source.name}" can only be read.`)
    if (token === undefined && grant.confirm === 'never') told.action = 'apply'

    // What the source holds is read now. That touches the source, so an intent is written before; the import's own follows.
    await entry.intend(principal, { sql: '', kind: 'schema', tables: [], policies: [], params: 0 })
    const { setting, warnings } = await settingOf(good.call, wanted, source, grant, parts)
    words = (error) => inOurWords(error, setting)
    seen.sql = `${wanted.mode === 'upsert' ? 'UPSERT' : 'INSERT'} INTO ${setting.target.from} /* ${wanted.rows.format} */`
    await entry.intend(principal, {
      sql: seen.sql,
      kind: 'write',
      tables: [tableOf(setting)],
      policies: setting.target.granted.reasons,
      params: 0,
    })
    const call = { ...told, signal: good.call.signal }
    const at = { call, wanted, token, source, setting, principal: nameOf(principal), grant, parts }
    const imported = await perform(at)

    const ms = Math.round((performance.now() - started) * 1000) / 1000
    seen.rows = imported.rows
    entry.close({ rows: imported.rows, truncated: false, from: 'live', ms }, undefined)
    return imported.stage === undefined
      ? appliedOf(at, imported, warnings, ms)
      : previewOf(at, imported, imported.stage, seen.sql, warnings)
  } catch (caught) {
    const error = words(named(caught, asked.signal))
    seen.code = error.code
    entry.close(undefined, error)
    parts.log.failed(asked.id, asked.source, error)
    throw error
  } finally {
    done?.()
    leave?.()
    const { who: principal, ...rest } = seen
    parts.watch.ended({ id: asked.id, source: asked.source, principal, ms: performance.now() - started, ...rest })
  }
}

/** A caller as confirmations and the journal know them: a key and a signed-in user may bear the same name. */
const nameOf = ({ via, name }: Principal): string => `${via}:${name}`

const CANNOT_UNDO = 'only an import that inserts at most 10,000 rows, whose keys can be known, can be undone'

function previewOf(at: Importing, { rows, content, shown }: Imported, stage: 1 | 2, sql: string, warnings: readonly string[]): Previewed {
  const { token, expires } = nextToken(at, content, stage)
  const { label } = at.setting.target
  return {
    status: 'confirmation_required',
    source: at.source.name,
    statements: [sql],
    changed: { [label]: rows },
    samples: [{ table: label, columns: shown.names, rows: shown.rows.map((after) => ({ before: null, after })) }],
    warnings,
    confirm_token: token,
    expires,
    audit_id: at.call.id,
  }
}

const appliedOf = (
  { call, source, setting }: Importing,
  { rows, undoable }: Imported,
  warnings: readonly string[],
  ms: number,
): Applied => ({
  status: 'applied',
  source: source.name,
  change_id: call.id,
  changed: { [setting.target.label]: rows },
  results: [],
  warnings,
  undoable,
  ...(undoable ? {} : { undo_reason: CANNOT_UNDO }),
  ms,
})
