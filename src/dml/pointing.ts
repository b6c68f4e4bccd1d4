import type { ForeignKey, Table } from '../schema.ts'
import type { BuildSetting } from './build-target.ts'

/** A foreign key of another table, and the columns that it references. */
export type Pointing = Readonly<{ table: Table; key: ForeignKey; references: readonly string[] }>

type Setting = Pick<BuildSetting, 'schema' | 'grant'>

/** The foreign keys that point at a table, of those columns where some are named. */
export function pointingAt(
  { table }: Readonly<{ table: Table }>,
  { schema }: Pick<Setting, 'schema'>,
  columns?: readonly string[],
): readonly Pointing[] {
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

/** Whether the caller may change a table and all that points at it, rows and columns as they are. */
export function mayChangeBehind(first: Table, setting: Setting): boolean {
  const waiting = [first]
  const looked = new Set<Table>()
  for (let table = waiting.pop(); table !== undefined; table = waiting.pop()) {
    if (looked.has(table)) continue
    looked.add(table)
    const { schema, name, columns } = table
    const granted = setting.grant.table({ schema, name, names: columns.map((column) => column.name) })
    if (!granted?.writable || granted.rows.length > 0) return false
    waiting.push(...pointingAt({ table }, setting).map((one) => one.table))
  }
  return true
}
