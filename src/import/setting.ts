import type { Call } from '../call.ts'
import { keyOf, type Target, targetOf, uniqueKeys, writtenColumn } from '../dml/dml.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Grant } from '../grant.ts'
import type { Source } from '../source/sources.ts'
import type { LoadSetting } from './load.ts'
import type { WantedImport } from './wanted.ts'

/** How the rows get into their table, and what a person should know before. Throws `table_unknown`, `change_refused`, `change_invalid`. */
export async function settingOf(
  { signal }: Call,
  wanted: WantedImport,
  source: Source,
  grant: Grant,
  parts: Parts,
): Promise<Readonly<{ setting: LoadSetting; warnings: readonly string[] }>> {
  const schema = await source.schema(signal, true)
  const details = await source.details(signal)
  const building = { dialect: await parts.dialects(source.dialect), grant, schema, maskKey: parts.maskKey }
  const target = targetOf(wanted.table, building)
  const found = keyOf(target, details, building)
  const own = found && 'columns' in found ? found.columns : []
  const upserts = wanted.mode === 'upsert'
  const key = !upserts ? [] : wanted.key.length > 0 ? wanted.key.map((name) => writtenColumn(name, target, building)) : own
  if (upserts) {
    const names = key.map(({ name }) => name)
    mustBeKey(names, target, uniqueKeys(target, details), source.dialect)
  }
  const hidden = target.granted.rows.length > 0
  if (hidden && !upserts && own.length === 0) {
    throw new SluiceError('change_refused', `${target.label} has no key by which your row rules could be held against new rows.`)
  }
  const places = [`${target.table.schema}.${target.table.name}`, target.table.name]
  const triggers = (details?.dependents ?? []).filter(({ on, kind }) => kind === 'trigger' && places.includes(on))
  const warnings = [
    ...(upserts ? ['Rows that are there already are overwritten.'] : []),
    ...triggers.map(({ name }) => `The trigger ${name} runs for each row; what it changes elsewhere is not undone.`),
  ]
  const setting: LoadSetting = {
    ...building,
    target,
    key,
    proof: upserts ? key : own,
    hidden,
    returning: source.dialect !== 'mysql' || /mariadb/i.test(source.connection.version ?? ''),
    batchRows: Math.max(1, wanted.batchRows ?? Number.MAX_SAFE_INTEGER),
    progress: wanted.progress ?? (() => undefined),
  }
  return { setting, warnings }
}

/** An upsert needs a key that is unique; MySQL takes any unique key that a row runs into, so there it must be the only one. */
function mustBeKey(key: readonly string[], target: Target, unique: readonly (readonly string[])[], dialect: Source['dialect']): void {
  if (key.length === 0) throw new SluiceError('change_invalid', `${target.label} has no primary key; name the columns of a unique key.`)
  const same = (columns: readonly string[]) => columns.length === key.length && columns.every((name) => key.includes(name))
  if (!unique.some(same)) throw new SluiceError('change_invalid', `The columns ${key.join(', ')} are no unique key of ${target.label}.`)
  if (dialect !== 'mysql' || unique.every(same)) return
  const hint = 'Use the tool upsert_rows, which looks at each row.'
  throw new SluiceError('change_refused', `${target.label} has other unique keys too, by which MySQL could overwrite another row.`, {
    hint,
  })
}
