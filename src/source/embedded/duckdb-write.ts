import { type DuckDBConnection, type DuckDBInstance, type DuckDBPreparedStatement, StatementType } from '@duckdb/node-api'
import { type DuckdbOpen, openDuckdb } from './duckdb-open.ts'
import { bindAll, Refused, sent } from './duckdb-query.ts'
import type { EngineBegin, EngineEnded, EngineQuery, EngineStatement, Packed } from './messages.ts'
import type { Work } from './serve.ts'

type Session = Readonly<{ db: DuckDBInstance; connection: DuckDBConnection; transaction: boolean }>

/** The one writing session of this process: an instance of its own, because the file is free for others only when that is closed. */
let session: Session | undefined

export async function begin({ transaction, ...args }: EngineBegin<DuckdbOpen>): Promise<{ version: string }> {
  finish()
  const { db, version } = await openDuckdb(args, true)
  const connection = await db.connect()
  session = { db, connection, transaction }
  if (transaction) await connection.run('BEGIN TRANSACTION')
  return { version }
}

export async function run({ sql, params }: EngineStatement): Promise<{ changed: number }> {
  const statement = await prepared(sql, params)
  const { rowsChanged } = await statement.run()
  statement.destroySync()
  return { changed: rowsChanged }
}

/** Only a SELECT is streamed: a change must be done as a whole, however few of its rows are wanted. */
export async function rows(query: EngineQuery, work: Work): Promise<EngineEnded> {
  const statement = await prepared(query.sql, query.params)
  const reading = statement.statementType === StatementType.SELECT
  const ended = await sent(reading ? await statement.stream() : await statement.run(), query, work)
  statement.destroySync()
  return ended
}

/** Never busy: nobody else has the file open. */
export async function commit(): Promise<{ busy: boolean }> {
  const { connection, transaction } = begun()
  if (transaction) await connection.run('COMMIT')
  return { busy: false }
}

export async function rollback(): Promise<void> {
  if (session?.transaction) await session.connection.run('ROLLBACK').catch(() => {})
  finish()
}

/** Gives the file back. On the way DuckDB moves what was committed from its log into the file, which takes a while after much. */
export function finish(): void {
  session?.connection.closeSync()
  session?.db.closeSync()
  session = undefined
}

function begun(): Session {
  if (session === undefined) throw new Error('no writing session has begun')
  return session
}

const kinds: ReadonlySet<StatementType> = new Set([
  StatementType.SELECT,
  StatementType.INSERT,
  StatementType.UPDATE,
  StatementType.DELETE,
  StatementType.MERGE_INTO,
])
/** What structure may be changed: nothing that lives outside the file, runs code, holds a secret or is the database itself. */
const structure =
  /^\s*((CREATE\s+(OR\s+REPLACE\s+)?(UNIQUE\s+)?|DROP\s+|ALTER\s+)(TABLE|VIEW|INDEX|SCHEMA|SEQUENCE|TYPE)|COMMENT\s+ON\s+(TABLE|COLUMN|VIEW|INDEX|SEQUENCE|TYPE))\b/i
const structural: ReadonlySet<StatementType> = new Set([StatementType.CREATE, StatementType.DROP, StatementType.ALTER])

/** The second lock of writing: only rows and structure of this file change, and nothing ends the transaction but the gateway. */
async function prepared(sql: string, params: readonly Packed[]): Promise<DuckDBPreparedStatement> {
  const statement = await begun().connection.prepare(sql)
  const kind = statement.statementType
  if (!kinds.has(kind) && !(structural.has(kind) && structure.test(sql))) {
    throw new Refused('Only statements that change rows, tables, views, indexes, schemas, sequences and types run here.')
  }
  bindAll(statement, params)
  return statement
}
