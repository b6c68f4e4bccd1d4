import type { Action, Confirm, GrantLimits, Mask } from '../grant.ts'

/** What a role says about the columns of the tables that a pattern names. `allow` undefined leaves every column. */
export type RoleColumns = Readonly<{ allow?: readonly string[]; deny: readonly string[]; mask: Readonly<Record<string, Mask>> }>

/**
 * What a role says about one source. An undefined `allow`, `actions` or limit says nothing, so what the role extends holds.
 * Keys of `columns` and `rows` are table patterns: `table`, `schema.table`, with `*` for any characters.
 */
export type RoleSource = Readonly<{
  /** `write` undefined: the rows of every table that is allowed may be changed, as far as `actions` hold `write`. */
  tables: Readonly<{ allow?: readonly string[]; deny: readonly string[]; write?: readonly string[] }>
  columns: Readonly<Record<string, RoleColumns>>
  rows: Readonly<Record<string, readonly string[]>>
  functions: readonly string[]
  actions?: readonly Action[]
  limits: Readonly<Partial<GrantLimits>>
  /** How often a change must be confirmed. */
  confirm?: Confirm
}>

/** A role as data. Keys of `sources` are source names or patterns with `*`. */
export type Role = Readonly<{ extends: readonly string[]; sources: Readonly<Record<string, RoleSource>> }>

export const emptySource: RoleSource = { tables: { deny: [] }, columns: {}, rows: {}, functions: [], limits: {} }
