import type { Grant } from '../grant.ts'
import type { Pair } from '../store/store.ts'

/** A pair as a caller is told of it. Times are ISO texts. */
export type PairTold = Readonly<{
  id: string
  source: string
  question: string
  sql: string
  dialect: string
  state: Pair['state']
  own: boolean
  tables: readonly string[]
  columns: readonly Readonly<{ name: string; type: string }>[]
  uses: number
  failures: number
  up: number
  down: number
  verified_at?: string
  reason?: string
  /** A statement that would run in the place of this one. */
  mend?: string
  /** For its owner and for administrators. */
  stored_by?: string
  roles?: readonly string[]
}>

/** `closely` adds who stored it. */
export function toldOf(pair: Pair, grant: Grant, principal: string, closely: boolean, mend: string | undefined): PairTold {
  const own = pair.createdBy === principal
  return {
    id: pair.id,
    source: pair.source,
    question: pair.question,
    sql: pair.statement,
    dialect: pair.dialect,
    state: pair.state,
    own,
    tables: pair.tables.flatMap(({ table, behind }) => (behind ? [] : [table])),
    columns: own || seesColumns(pair, grant) ? (pair.shape?.columns ?? []) : [],
    uses: pair.uses,
    failures: pair.failures,
    up: pair.up,
    down: pair.down,
    ...(pair.verifiedAt === undefined ? {} : { verified_at: pair.verifiedAt }),
    ...(pair.reason === undefined ? {} : { reason: pair.reason }),
    ...(mend === undefined ? {} : { mend }),
    ...(closely || own ? { stored_by: pair.createdBy, roles: pair.roles } : {}),
  }
}

/** The columns of `SELECT *` are those that its owner sees: their names may be hidden from others, also those of columns that are gone. */
const seesColumns = ({ tables, grantVersion }: Pair, grant: Grant): boolean =>
  !grant.restricted || grantVersion === grant.version || tables.every(({ all, behind }) => all === undefined || behind === true)

/** How good a pair has proven, from 0 to 1; 0.5 for one of which nothing is known. What somebody says counts more than that it ran. */
export function qualityOf({ up, down, uses, failures }: Pick<Pair, 'up' | 'down' | 'uses' | 'failures'>): number {
  const ran = Math.min(uses, 20) / 4
  return (1 + 2 * up + ran) / (2 + 2 * (up + down) + ran + failures)
}
