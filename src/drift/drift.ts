import type { Schema, Table } from '../schema.ts'
import { functionChanges } from './beside.ts'
import { columnChanges } from './columns.ts'
import { paired } from './likeness.ts'

export { indexChanges } from './beside.ts'
export { type Break, breaksOf, type Use } from './breaks.ts'

export type ChangeKind =
  | 'table_added'
  | 'table_removed'
  | 'table_renamed'
  | 'kind_changed'
  | 'column_added'
  | 'column_removed'
  | 'column_renamed'
  | 'column_retyped'
  | 'column_nullable'
  | 'column_default'
  | 'column_generated'
  | 'columns_reordered'
  | 'comment_changed'
  | 'primary_key_changed'
  | 'foreign_key_added'
  | 'foreign_key_removed'
  | 'definition_changed'
  | 'index_added'
  | 'index_removed'
  | 'index_changed'
  | 'function_added'
  | 'function_removed'
  | 'function_changed'

/**
 * One thing that is not as it was. `table` is the name before, except for what was added, and empty for a function. `before` and `after` are texts for people and
 * programs: types, names, lists of columns. `likeness`, from 0 to 1, says how sure a renaming is.
 */
export type Change = Readonly<{
  kind: ChangeKind
  table: string
  column?: string
  before?: string
  after?: string
  likeness?: number
}>

/** The name under which a table stands in changes, notes and the join graph. */
export const tableName = ({ schema, name }: Readonly<{ schema: string; name: string }>): string =>
  schema === '' ? name : `${schema}.${name}`

/** What is different between two readings of one source, tables in the order of their names. Estimates of rows are no difference. Pure. */
export function changesBetween(before: Schema, after: Schema): Change[] {
  const old = tablesOf(before)
  const now = tablesOf(after)
  const gone = [...old.values()].filter((table) => !now.has(tableName(table)))
  const come = [...now.values()].filter((table) => !old.has(tableName(table)))
  const renamed = paired(gone, come, tableLikeness)
  const changes: Change[] = []
  for (const table of gone) {
    const match = renamed.get(table)
    if (!match) changes.push({ kind: 'table_removed', table: tableName(table) })
    else {
      changes.push({
        kind: 'table_renamed',
        table: tableName(table),
        before: tableName(table),
        after: tableName(match.other),
        likeness: match.likeness,
      })
      changes.push(...within(table, match.other))
    }
  }
  const taken = new Set([...renamed.values()].map(({ other }) => other))
  for (const table of come) if (!taken.has(table)) changes.push({ kind: 'table_added', table: tableName(table) })
  for (const [name, table] of old) {
    const next = now.get(name)
    if (next) changes.push(...within(table, next))
  }
  changes.push(...functionChanges(before.functions, after.functions))
  return changes.sort((a, b) => (a.table < b.table ? -1 : a.table > b.table ? 1 : 0))
}

const tablesOf = ({ tables }: Schema): Map<string, Table> =>
  new Map(tables.filter(({ system }) => !system).map((table) => [tableName(table), table]))

/** Tables are alike by the columns that they share, by their kind, and a little by their names. */
function tableLikeness(one: Table, other: Table): number {
  if (one.kind !== other.kind) return 0
  const shared = one.columns.filter(({ name, nativeType }) =>
    other.columns.some((column) => column.name === name && column.nativeType === nativeType),
  ).length
  return shared / Math.max(one.columns.length, other.columns.length, 1)
}

function within(before: Table, after: Table): Change[] {
  const table = tableName(before)
  const changes: Change[] = []
  const note = (kind: ChangeKind, was: string, is: string) => {
    if (was !== is) changes.push({ kind, table, before: was, after: is })
  }
  note('kind_changed', before.kind, after.kind)
  changes.push(...columnChanges(table, before.columns, after.columns))
  note('comment_changed', before.comment ?? '', after.comment ?? '')
  note('primary_key_changed', (before.primaryKey ?? []).join(', '), (after.primaryKey ?? []).join(', '))
  note('definition_changed', before.definition ?? '', after.definition ?? '')
  const old = keysOf(before)
  const now = keysOf(after)
  for (const key of old) if (!now.includes(key)) changes.push({ kind: 'foreign_key_removed', table, before: key })
  for (const key of now) if (!old.includes(key)) changes.push({ kind: 'foreign_key_added', table, after: key })
  return changes
}

const keysOf = ({ foreignKeys = [] }: Table): string[] =>
  foreignKeys.map(({ columns, table, references }) => `(${columns.join(', ')}) -> ${table} (${references.join(', ')})`)
