import type { TableColumn } from '../schema.ts'
import type { Change } from './drift.ts'
import { nameLikeness, paired } from './likeness.ts'

/** What is different between the columns of a table then and now. */
export function columnChanges(table: string, before: readonly TableColumn[], after: readonly TableColumn[]): Change[] {
  const now = new Map(after.map((column) => [column.name, column]))
  const old = new Map(before.map((column) => [column.name, column]))
  const gone = before.filter(({ name }) => !now.has(name))
  const come = after.filter(({ name }) => !old.has(name))
  const place = (column: TableColumn, all: readonly TableColumn[]) => all.indexOf(column) / Math.max(1, all.length - 1)
  const renamed = paired(gone, come, (one, other) => {
    if (one.nativeType !== other.nativeType) return 0
    // The same type in the same place, with a name that is not wholly another: somebody has renamed it.
    const near = 1 - Math.min(1, Math.abs(place(one, before) - place(other, after)) * 4)
    return 0.45 + 0.35 * nameLikeness(one.name, other.name) + 0.2 * near - (gone.length > 1 || come.length > 1 ? 0.1 : 0)
  })
  const changes: Change[] = []
  for (const column of gone) {
    const match = renamed.get(column)
    if (!match) changes.push({ kind: 'column_removed', table, column: column.name, before: column.nativeType })
    else {
      changes.push({
        kind: 'column_renamed',
        table,
        column: column.name,
        before: column.name,
        after: match.other.name,
        likeness: match.likeness,
      })
      changes.push(...within(table, column, match.other))
    }
  }
  const taken = new Set([...renamed.values()].map(({ other }) => other))
  for (const column of come) {
    if (!taken.has(column)) changes.push({ kind: 'column_added', table, column: column.name, after: column.nativeType })
  }
  for (const column of before) {
    const next = now.get(column.name)
    if (next) changes.push(...within(table, column, next))
  }
  const kept = (columns: readonly TableColumn[], other: ReadonlyMap<string, TableColumn>) =>
    columns.flatMap(({ name }) => (other.has(name) ? [name] : [])).join(', ')
  const [was, is] = [kept(before, now), kept(after, old)]
  if (was !== is) changes.push({ kind: 'columns_reordered', table, before: was, after: is })
  return changes
}

function within(table: string, before: TableColumn, after: TableColumn): Change[] {
  const changes: Change[] = []
  const note = (kind: Change['kind'], was: string, is: string) => {
    if (was !== is) changes.push({ kind, table, column: before.name, before: was, after: is })
  }
  note('column_retyped', before.nativeType, after.nativeType)
  note('column_nullable', before.nullable ? 'nullable' : 'not null', after.nullable ? 'nullable' : 'not null')
  note('column_default', before.default ?? '', after.default ?? '')
  note('column_generated', before.generated ?? '', after.generated ?? '')
  note('comment_changed', before.comment ?? '', after.comment ?? '')
  return changes
}
