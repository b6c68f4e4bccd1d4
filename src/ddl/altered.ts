import type { TableColumn } from '../schema.ts'
import type { Made } from './column.ts'
import type { DdlSetting } from './ddl.ts'
import { type Known, mustHaveColumn } from './names.ts'
import type { Alteration } from './wanted.ts'

/** The table as the alterations so far leave it. */
export type Altered = Made & Readonly<{ known: Known; now: readonly TableColumn[] }>
export type Step = Readonly<{ statements: readonly string[]; warnings?: readonly string[] }>
/** One alteration in one dialect; `rest` are those that follow. */
export type Alter = (action: Alteration, table: Altered, rest: readonly Alteration[], setting: DdlSetting) => Step | Promise<Step>

export const altered = (known: Known, place: Pick<Made, 'schema' | 'name' | 'full' | 'sql'>, now: readonly TableColumn[]): Altered => ({
  schema: place.schema,
  name: place.name,
  full: place.full,
  sql: place.sql,
  known,
  now,
  columns: now.map(({ name, nativeType }) => ({ name, type: nativeType })),
})

/** The column as the table has it by now; throws `column_unknown`. */
export function columnOf(name: string, table: Altered, setting: DdlSetting): TableColumn {
  const now: Known = { ...table.known, table: { ...table.known.table, columns: table.now } }
  const spelling = mustHaveColumn(name, now, setting)
  return table.now.find((column) => column.name === spelling)!
}
