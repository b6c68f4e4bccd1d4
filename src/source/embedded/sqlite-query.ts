import type { DatabaseSync, SQLInputValue, StatementColumnMetadata, StatementSync } from 'node:sqlite'
import type { Value } from '../../call.ts'
import { type EngineEnded, type EngineQuery, type Failure, type Packed, unpack } from './messages.ts'
import { RowWriter } from './rows.ts'
import type { Work } from './serve.ts'
import { CellKinds, rowJson, sqliteColumns } from './sqlite-rows.ts'

/** Errors that came while a statement was being prepared, where the same code of SQLite means something else than in its run. */
const whilePreparing = new WeakSet<object>()

/** One statement, ready to run. Throws when a second one follows it, or when there is not one value for each of its placeholders. */
export function prepared(db: DatabaseSync, sql: string, params: readonly Packed[]): StatementSync {
  try {
    const statement = db.prepare(sql)
    if (!/^[\s;]*$/.test(sql.slice(statement.sourceSQL.length))) throw new Error('more than one statement')
    const wanted = placeholdersOf(sql)
    if (wanted !== params.length) throw new Error(`The statement has ${wanted} parameters, and ${params.length} values were sent`)
    return statement
  } catch (error) {
    whilePreparing.add(error as object)
    throw error
  }
}

/** How many values a statement takes: node:sqlite does not tell, and would run it with NULL for those that are missing. */
function placeholdersOf(sql: string): number {
  const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\?(\d*)/g
  let most = 0
  for (const [text, number] of sql.matchAll(token)) if (text.startsWith('?')) most = number ? Math.max(most, Number(number)) : most + 1
  return most
}

/** Runs one statement and sends its rows. */
export async function runQuery(db: DatabaseSync, args: EngineQuery, work: Work): Promise<EngineEnded> {
  const statement = prepared(db, args.sql, args.params)
  statement.setReturnArrays(true)
  statement.setReadBigInts(true)
  const writer = new RowWriter(work, args)
  let about: Answer | undefined
  let told = false
  const tell = () => {
    about ??= answerOf(statement, args.sql)
    if (!told) work.columns(sqliteColumns(about.columns, about.kinds))
    told = true
  }
  let truncated = false
  for (const row of statement.iterate(...bound(args.params)) as Iterable<unknown>) {
    // Only now: SQLite notices with the first step that the tables have changed, and then prepares the statement again.
    about ??= answerOf(statement, args.sql)
    if (writer.enough) {
      truncated = true
      break
    }
    const values = row as Value[]
    // A plan's column that is called unused holds an estimate of the rows of the table, hidden ones included.
    if (about.estimate >= 0) values[about.estimate] = 0n
    if (!writer.add(rowJson(values, about.kinds))) continue
    tell()
    if (writer.full) break
    await writer.flush()
    if (work.stopped) break
  }
  tell()
  return writer.end(truncated)
}

type Answer = Readonly<{ columns: readonly StatementColumnMetadata[]; kinds: CellKinds; estimate: number }>

function answerOf(statement: StatementSync, sql: string): Answer {
  const columns = statement.columns()
  const estimate = /^\s*EXPLAIN\b/i.test(sql) ? columns.findIndex(({ name }) => name === 'notused') : -1
  return { columns, kinds: new CellKinds(columns.length), estimate }
}

/** node:sqlite binds every JavaScript number as REAL; a whole number must arrive as INTEGER, or `'a' || 5` becomes `a5.0`. */
export function bound(params: readonly Packed[]): SQLInputValue[] {
  return params.map((packed) => {
    const value = unpack(packed)
    if (typeof value === 'boolean') return value ? 1n : 0n
    return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
  })
}

/** The error as it crosses the pipe; its code is `<primary code> <phase> <extended code>`, or a word of Node's own. */
export function failureOf(error: unknown): Failure {
  const { message = '', code, errcode } = error as { message?: string; code?: string; errcode?: number }
  const phase = whilePreparing.has(error as object) ? 'prepare' : 'run'
  return { message, code: errcode === undefined ? (code ?? phase) : `${errcode & 0xff} ${phase} ${errcode}` }
}
