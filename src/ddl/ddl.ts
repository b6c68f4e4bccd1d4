import type { Details } from '../details.ts'
import type { Grant } from '../grant.ts'
import type { Schema } from '../schema.ts'
import type { Dialect } from '../sql/sql.ts'
import { planOf } from './plan.ts'
import type { Ddl } from './wanted.ts'

export type { Alteration, Constraint, Ddl, Default, IndexColumn, NewColumn, Reference, ReferenceAction } from './wanted.ts'

/** What a plan is made by. `details` is undefined where the source does not tell them; `can` is what the connector is able to. */
export type DdlSetting = Readonly<{
  dialect: Dialect
  grant: Grant
  schema: Schema
  details: Details | undefined
  can: Readonly<{ transactionalDdl: boolean; databases: boolean; schemas: boolean }>
}>

/** The statements of a change of structure in the dialect of its source, and what a person should know before they run. */
export type DdlPlan = Readonly<{
  /** In order; none when there is nothing to do, which `warnings` then says. */
  statements: readonly string[]
  /** `schema.name` of the tables and views that it touches, as the schema has them; a new one as it will be called. */
  tables: readonly string[]
  /** True when something vanishes: rows, a column, a definition. */
  destructive: boolean
  /** One sentence each; what `dependents` and `transactional` say is not said again. */
  warnings: readonly string[]
  /** What depends on the object, e.g. `view public.totals`; it would break, or vanish with it. */
  dependents: readonly string[]
  /** False when the source cannot roll the statements back: a preview must then not run them. */
  transactional: boolean
  /** False for what the source does not run within a transaction at all, such as CREATE DATABASE of PostgreSQL. */
  inTransaction: boolean
  /** The table whose rows would vanish (`drop`) or be copied (`copy`), quoted for `SELECT COUNT(*) FROM …`. */
  counts?: Readonly<{ table: string; from: string; rows: 'drop' | 'copy' }>
}>

/**
 * What a change of structure comes to in this source, under this grant. Runs nothing. Throws `action_refused`, `change_refused`,
 * `change_invalid`, `change_conflict`, `not_supported`, `table_unknown`, `column_unknown`, and what `prepare` throws.
 */
export async function planDdl(ddl: Ddl, setting: DdlSetting): Promise<DdlPlan> {
  return planOf(ddl, setting)
}
