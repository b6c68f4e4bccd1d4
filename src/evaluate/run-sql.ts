import { constants, DatabaseSync } from 'node:sqlite'
import type { Rows } from './same-rows.ts'

/** Rows with what the statement reads as `table` and `table.column`, or the reason why there are none. */
export type Ran = (Rows & Readonly<{ truncated: boolean }>) | Readonly<{ failed: string }>

/** A database file that is only read, for statements of which none may hold up the others. */
export type Runner = Readonly<{
  run(sql: string, rowsMax?: number): Ran
  /** About how many steps a statement takes, by its plan; 0 for one that the engine does not take. */
  steps(sql: string): number
  /** Tables and columns that a statement reads, as the engine says; undefined when it does not take it. */
  reads(sql: string): ReadonlySet<string> | undefined
  close(): void
}>

const ROWS_MAX = 20_000
/** Steps that nested scans may come to: SQLite does some ten million a second. */
const STEPS_MAX = 40_000_000

export function openRunner(file: string): Runner {
  const db = new DatabaseSync(file, { readOnly: true, enableDoubleQuotedStringLiterals: true })
  const sizes = new Map<string, number>()
  const sizeOf = (table: string): number => {
    const known = sizes.get(table)
    if (known !== undefined) return known
    let size = 1
    try {
      size = Number((db.prepare(`SELECT count(*) AS n FROM "${table.replaceAll('"', '""')}"`).get() as { n: number }).n)
    } catch {
      // An alias or a view of its own: it counts as one row.
    }
    sizes.set(table, size)
    return size
  }
  return {
    run(sql, rowsMax = ROWS_MAX) {
      try {
        if (stepsOf(db, sql, sizeOf) > STEPS_MAX) return { failed: 'query_too_expensive' }
        const statement = db.prepare(sql)
        statement.setReturnArrays(true)
        statement.setReadBigInts(true)
        const rows: unknown[][] = []
        for (const row of statement.iterate() as Iterable<unknown>) {
          if (rows.length === rowsMax) return { columns: statement.columns().length, rows, truncated: true }
          rows.push((row as unknown[]).map((cell) => (typeof cell === 'bigint' ? Number(cell) : cell)))
        }
        return { columns: statement.columns().length, rows, truncated: false }
      } catch (error) {
        return { failed: (error as Error).message }
      }
    },
    steps(sql) {
      try {
        return stepsOf(db, sql, sizeOf)
      } catch {
        return 0
      }
    },
    reads: (sql) => readsOf(db, sql),
    close: () => db.close(),
  }
}

/** How many rows the nested scans of a plan visit at most; what is looked up by an index counts as few. */
function stepsOf(db: DatabaseSync, sql: string, sizeOf: (table: string) => number): number {
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { id: number; parent: number; detail: string }[]
  const aliases = new Map(
    [...sql.matchAll(/(?:FROM|JOIN|,)\s+"?([\w ]+?)"?\s+(?:AS\s+)?"?(\w+)"?/gi)].map((match) => [match[2]!.toLowerCase(), match[1]!]),
  )
  const byParent = Map.groupBy(plan, ({ parent }) => parent)
  let most = 0
  for (const steps of byParent.values()) {
    let product = 1
    for (const { detail } of steps) {
      const scan = /^SCAN (\S+)/.exec(detail)
      if (scan) product *= Math.max(1, sizeOf(aliases.get(scan[1]!.toLowerCase()) ?? scan[1]!))
      else if (detail.startsWith('SEARCH')) product *= 4
    }
    most = Math.max(most, product)
  }
  return most
}

function readsOf(db: DatabaseSync, sql: string): ReadonlySet<string> | undefined {
  const seen = new Set<string>()
  db.setAuthorizer((action, table, column) => {
    if (action === constants.SQLITE_READ && table) {
      seen.add(table.toLowerCase())
      if (column) seen.add(`${table}.${column}`.toLowerCase())
    }
    return constants.SQLITE_OK
  })
  try {
    db.prepare(sql)
    return seen
  } catch {
    return undefined
  } finally {
    db.setAuthorizer(null)
  }
}
