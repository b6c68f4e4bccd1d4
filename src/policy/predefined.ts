import type { Action, GrantLimits } from '../grant.ts'
import { emptySource, type Role } from './role.ts'

const everything = (actions: readonly Action[], limits: GrantLimits): Role => ({
  extends: [],
  sources: { '*': { ...emptySource, tables: { allow: ['*'], deny: [] }, actions, limits } },
})

/**
 * What holds where no role of the principal says a limit. A call that does not ask for a number of rows gets few, because a model reads
 * them all; one that asks gets many, because they are streamed. Many queries at once are no harm: the pool of the source bounds them.
 */
export const standardLimits: GrantLimits = {
  rows: 10_000_000,
  rowsDefault: 1_000,
  bytes: 4_000_000_000,
  ms: 60_000,
  concurrent: 2_048,
  perMinute: 1_000_000,
}

/**
 * The roles that always exist. Each sees every table of every source as it is; they differ in what they may do and how long.
 * They cannot be changed, only extended, so that their names mean the same everywhere.
 */
export const predefined: Readonly<Record<string, Role>> = {
  read_only: everything(['read', 'explain'], standardLimits),
  data_analyst: everything(['read', 'explain'], { ...standardLimits, ms: 300_000 }),
  data_editor: everything(['read', 'explain', 'write'], { ...standardLimits, ms: 300_000 }),
  developer: everything(['read', 'explain', 'write', 'ddl'], { ...standardLimits, ms: 600_000 }),
  admin: everything(['read', 'explain', 'write', 'ddl', 'admin'], { ...standardLimits, ms: 3_600_000 }),
}
