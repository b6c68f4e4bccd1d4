import type { Action, GrantLimits } from '../grant.ts'
import { emptySource, type Role } from './role.ts'

const everything = (actions: readonly Action[], limits: GrantLimits): Role => ({
  extends: [],
  sources: { '*': { ...emptySource, tables: { allow: ['*'], deny: [] }, actions, limits } },
})

const MB = 1_000_000

/**
 * The roles that always exist. Each sees every table of every source as it is; they differ in what they may do and how much.
 * They cannot be changed, only extended, so that their names mean the same everywhere.
 */
export const predefined: Readonly<Record<string, Role>> = {
  read_only: everything(['read', 'explain'], { rows: 10_000, bytes: 50 * MB, ms: 30_000, concurrent: 8, perMinute: 600 }),
  data_analyst: everything(['read', 'explain'], { rows: 100_000, bytes: 500 * MB, ms: 120_000, concurrent: 8, perMinute: 600 }),
  data_editor: everything(['read', 'explain', 'write'], { rows: 100_000, bytes: 500 * MB, ms: 120_000, concurrent: 8, perMinute: 600 }),
  developer: everything(['read', 'explain', 'write', 'ddl'], {
    rows: 1_000_000,
    bytes: 2_000 * MB,
    ms: 300_000,
    concurrent: 16,
    perMinute: 1_200,
  }),
  admin: everything(['read', 'explain', 'write', 'ddl', 'admin'], {
    rows: 10_000_000,
    bytes: 20_000 * MB,
    ms: 3_600_000,
    concurrent: 32,
    perMinute: 6_000,
  }),
}

/** What holds where no role of the principal says a limit: an own role that extends nothing is held to what `read_only` is. */
export const standardLimits: GrantLimits = { rows: 10_000, bytes: 50 * MB, ms: 30_000, concurrent: 8, perMinute: 600 }
