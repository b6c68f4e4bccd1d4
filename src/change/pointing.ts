import { type CheckedSelect, type Key, mayChangeBehind, pointingAt, statements, type Target } from '../dml/dml.ts'
import { SluiceError } from '../error.ts'
import type { WriteSession } from '../source/source.ts'
import type { Outcome } from './outcome.ts'
import { counted, numbers, type Scene } from './scene.ts'

/**
 * Looks for rows of other tables that point at the chosen ones before these go: where the source lets them go nevertheless, it deletes or
 * changes those rows with its own rights. Refuses that where the caller may not change them.
 */
export async function lookAtPointing(
  session: WriteSession,
  out: Outcome,
  target: Target,
  key: Key,
  chosen: CheckedSelect,
  scene: Scene,
  columns?: readonly string[],
): Promise<void> {
  for (const { table, key: foreign, references } of pointingAt(target, scene, columns)) {
    const quote = (name: string) => scene.dialect.quoteName(name)
    const from = table.schema === '' ? quote(table.name) : `${quote(table.schema)}.${quote(table.name)}`
    const [count = 0] = await numbers(
      session,
      statements.countPointing(target, key, chosen, { from, columns: foreign.columns, references }, scene),
    )
    if (count === 0) continue
    if (!mayChangeBehind(table, scene)) throw notBehind(target)
    const label = scene.schema.searchPath.includes(table.schema) ? table.name : `${table.schema}.${table.name}`
    const names = table.columns.map((column) => column.name)
    const known = scene.grant.table({ schema: table.schema, name: table.name, names }) !== undefined
    out.warnings.add(
      `${counted(count, 'row')} of ${known ? label : 'another table'} ${count === 1 ? 'points' : 'point'} at them; the source deletes or changes ${count === 1 ? 'it' : 'those'} as its foreign keys say.`,
    )
    out.cannotUndo('rows of other tables that point at the changed ones may have been changed with them')
  }
}

/**
 * After columns of rows were set that other tables may reference: the source may have changed rows there with its own rights. Refuses that where
 * the caller may not change them.
 */
export function lookBehind(out: Outcome, target: Target, columns: readonly string[], scene: Scene): void {
  const behind = columns.length === 0 ? [] : pointingAt(target, scene, columns)
  if (behind.length === 0) return
  if (!behind.every(({ table }) => mayChangeBehind(table, scene))) throw notBehind(target)
  out.warnings.add(`Other tables reference ${target.label} by columns that are set; the source changes their rows as its foreign keys say.`)
  out.cannotUndo('rows of other tables that point at the changed ones may have been changed with them')
}

const notBehind = ({ label }: Target): SluiceError =>
  new SluiceError('change_refused', `Rows of other tables point at rows of ${label}, and you may not change those.`, {
    hint: 'Choose rows that nothing points at, or ask for a role that may change the tables that point at them.',
  })
