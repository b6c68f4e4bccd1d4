import { type CheckedSelect, type Key, statements, type Target } from '../dml/dml.ts'
import { SluiceError } from '../error.ts'
import type { ForeignKey, Table } from '../schema.ts'
import type { WriteSession } from '../source/source.ts'
import type { Outcome } from './outcome.ts'
import { counted, numbers, type Scene } from './scene.ts'

type Pointing = Readonly<{ table: Table; key: ForeignKey; references: readonly string[] }>

/** The foreign keys that point at a table, of those columns where some are named. */
export function pointingAt(target: Readonly<{ table: Table }>, { schema }: Scene, columns?: readonly string[]): readonly Pointing[] {
  const { table } = target
  const name = `${table.schema}.${table.name}`
  return schema.tables.flatMap((other) =>
    (other.foreignKeys ?? []).flatMap((key) => {
      if (key.table.toLowerCase() !== name.toLowerCase()) return []
      const references = key.references.length === key.columns.length ? key.references : (table.primaryKey ?? [])
      if (references.length !== key.columns.length || (columns && !columns.some((column) => references.includes(column)))) return []
      return [{ table: other, key, references }]
    }),
  )
}

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
    if (!mayChangeBehind(table, scene)) {
      throw new SluiceError('change_refused', `Rows of other tables point at rows of ${target.label}, and you may not change those.`, {
        hint: 'Choose rows that nothing points at, or ask for a role that may change the tables that point at them.',
      })
    }
    const label = scene.schema.searchPath.includes(table.schema) ? table.name : `${table.schema}.${table.name}`
    const known = grantOf(table, scene) !== undefined
    out.warnings.add(
      `${counted(count, 'row')} of ${known ? label : 'another table'} ${count === 1 ? 'points' : 'point'} at them; the source deletes or changes ${count === 1 ? 'it' : 'those'} as its foreign keys say.`,
    )
    out.cannotUndo('rows of other tables that point at the changed ones may have been changed with them')
  }
}

const grantOf = ({ schema, name, columns }: Table, { grant }: Scene) =>
  grant.table({ schema, name, names: columns.map((column) => column.name) })

/** Whether the caller may change a table and all that points at it, rows and columns as they are. */
function mayChangeBehind(first: Table, scene: Scene): boolean {
  const waiting = [first]
  const looked = new Set<Table>()
  for (let table = waiting.pop(); table !== undefined; table = waiting.pop()) {
    if (looked.has(table)) continue
    looked.add(table)
    const granted = grantOf(table, scene)
    if (!granted?.writable || granted.rows.length > 0) return false
    waiting.push(...pointingAt({ table }, scene).map((one) => one.table))
  }
  return true
}
