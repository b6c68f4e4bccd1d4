import {
  type DuckDBConnection,
  type DuckDBInstance,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  StatementType,
} from '@duckdb/node-api'
import type { Value } from '../../call.ts'
import { duckdbColumn, writerOf } from './duckdb-cells.ts'
import { type EngineEnded, type EngineQuery, type Packed, unpack } from './messages.ts'
import { RowWriter } from './rows.ts'
import type { Work } from './serve.ts'

/** What `codeOf` is to see as an error of ours, in the place where DuckDB's messages name their kind. */
export class Refused extends Error {}

/** Connections that have ended their last query and can take the next. */
const idle: DuckDBConnection[] = []

/** Runs one statement on a connection of its own. One that was left before its end is closed with whatever still ran in it. */
export async function runQuery(db: DuckDBInstance, query: EngineQuery, work: Work): Promise<EngineEnded> {
  const connection = idle.pop() ?? (await db.connect())
  let finished = false
  work.onStop(() => connection.interrupt())
  try {
    const statement = await prepared(connection, query)
    const ended = await sent(await statement.stream(), query, work)
    finished = !ended.truncated && !ended.full && !work.stopped
    statement.destroySync()
    return ended
  } finally {
    work.onStop(undefined)
    if (finished) idle.push(connection)
    else connection.closeSync()
  }
}

/** Closes what would keep the database open. */
export function closeIdle(): void {
  for (const connection of idle.splice(0)) connection.closeSync()
}

/**
 * The second lock: whatever the text says, only what DuckDB itself calls a SELECT or the EXPLAIN of one is run. Files are locked away
 * by the settings of the instance; this keeps COPY from the few that must stay open.
 */
async function prepared(connection: DuckDBConnection, query: EngineQuery): Promise<DuckDBPreparedStatement> {
  const statement = await connection.prepare(query.sql)
  if (statement.statementType === StatementType.EXPLAIN) {
    const explained = await connection.prepare(query.sql.replace(/^\s*EXPLAIN\s+(?:ANALYZE\s+)?(?:\([^()]*\)\s*)?/i, ''))
    if (explained.statementType !== StatementType.SELECT) throw new Refused('Only a reading statement is explained.')
    explained.destroySync()
  } else if (statement.statementType !== StatementType.SELECT) {
    throw new Refused('Only reading statements run here.')
  }
  bindAll(statement, query.params)
  return statement
}

/** Gives a statement its values, exactly as many as it takes. */
export function bindAll(statement: DuckDBPreparedStatement, params: readonly Packed[]): void {
  if (statement.parameterCount !== params.length) {
    throw new Refused(`The statement has ${statement.parameterCount} parameters, and ${params.length} values were sent.`)
  }
  params.forEach((value, i) => {
    bind(statement, i + 1, unpack(value))
  })
}

const int32 = { from: -2_147_483_648, to: 2_147_483_647 }
const int64 = { from: -(2n ** 63n), to: 2n ** 63n - 1n }

function bind(statement: DuckDBPreparedStatement, at: number, value: Value): void {
  if (value === null) statement.bindNull(at)
  else if (typeof value === 'boolean') statement.bindBoolean(at, value)
  else if (typeof value === 'string') statement.bindVarchar(at, value)
  else if (value instanceof Uint8Array) statement.bindBlob(at, value)
  else if (typeof value === 'number' && !Number.isSafeInteger(value)) statement.bindDouble(at, value)
  else if (value >= int32.from && value <= int32.to) statement.bindInteger(at, Number(value))
  else if (BigInt(value) >= int64.from && BigInt(value) <= int64.to) statement.bindBigInt(at, BigInt(value))
  else statement.bindHugeInt(at, BigInt(value))
}

/** Sends the rows of an answer, as many as are wanted. */
export async function sent(result: DuckDBResult, query: EngineQuery, work: Work): Promise<EngineEnded> {
  const types = result.columnTypes()
  const names = result.columnNames()
  work.columns(types.map((type, i) => duckdbColumn(names[i]!, type)))
  const writers = types.map(writerOf)
  const writer = new RowWriter(work, query)
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const vectors = writers.map((_, i) => chunk!.getColumnVector(i))
    for (let row = 0; row < chunk.rowCount; row++) {
      if (writer.enough) return writer.end(true)
      let text = '['
      for (let i = 0; i < writers.length; i++) {
        const value = vectors[i]!.getItem(row)
        text += value === null ? (i > 0 ? ',null' : 'null') : (i > 0 ? ',' : '') + writers[i]!(value)
      }
      if (!writer.add(`${text}]`)) continue
      if (writer.full) return writer.end(false)
      const taken = writer.flush()
      if (taken) await taken
      if (work.stopped) return writer.end(false)
    }
  }
  return writer.end(false)
}
