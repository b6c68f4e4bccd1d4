import type { Value } from '../call.ts'

export { addImage, bytesOf, imageOf, valueIn } from './build-image.ts'
export { type CheckedSelect, type Computed, countSeen, everyRow, selectOf, selectRows } from './build-select.ts'
export type { Given } from './build-statements.ts'
export * as statements from './build-statements.ts'
export { type BuildSetting, columnOf, type Key, keyOf, type Target, targetOf, uniqueKeys, writtenColumn } from './build-target.ts'
export { SqlText, type Statement } from './build-text.ts'
export { mayChangeBehind, type Pointing, pointingAt } from './pointing.ts'
export { readStatement } from './read.ts'

/** Which rows of a table: by values of columns that must all be equal (null means IS NULL), or by a predicate in the source's dialect. */
export type Where = Readonly<{ equal: Readonly<Record<string, Value>> } | { predicate: string; params: readonly Value[] }>

/** Rows to be written, each by column name; a column that is left out gets its default. */
export type NewRow = Readonly<Record<string, Value>>

/** One change of rows, as a tool or a statement asks for it. `table` is as the caller wrote it, with or without a schema. */
export type Dml = Readonly<
  | { kind: 'insert'; table: string; rows: readonly NewRow[] }
  | { kind: 'insert_select'; table: string; columns: readonly string[]; select: string; params: readonly Value[] }
  | { kind: 'upsert'; table: string; rows: readonly NewRow[]; key: readonly string[] }
  | { kind: 'update'; table: string; set: Readonly<Record<string, Assigned>>; where: Where }
  | { kind: 'delete'; table: string; where: Where }
  | { kind: 'truncate'; table: string }
>

/** What a column becomes: a value, or an expression in the source's dialect over the row as it was. */
export type Assigned = Readonly<{ value: Value } | { expression: string; params: readonly Value[] }>
