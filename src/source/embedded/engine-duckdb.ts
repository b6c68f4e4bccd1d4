import { type DuckDBConnection, type DuckDBInstance, type DuckDBPreparedStatement, StatementType } from '@duckdb/node-api'
import type { Details } from '../../details.ts'
import type { Schema } from '../../schema.ts'
import { readDuckdbDetails } from './duckdb-details.ts'
import { type DuckdbOpen, type DuckdbOpened, openDuckdb } from './duckdb-open.ts'
import { closeIdle, Refused, runQuery } from './duckdb-query.ts'
import { readDuckdbSchema } from './duckdb-schema.ts'
import { begin, commit, finish, rollback, rows, run } from './duckdb-write.ts'
import { MemoryGuard } from './memory-guard.ts'
import type { EngineBegin, EngineEnded, EngineQuery, EngineStatement, Failure } from './messages.ts'
import { serve, type Work } from './serve.ts'

let db: DuckDBInstance | undefined
let rowsOfFiles: ReadonlyMap<string, number> = new Map()

const opened = (): DuckDBInstance => {
  if (db === undefined) throw new Error('The engine was not opened.')
  return db
}

async function open(args: DuckdbOpen): Promise<DuckdbOpened> {
  const { db: instance, rows, version, broken } = await openDuckdb(args)
  db = instance
  memory.bound(args.memoryMb)
  rowsOfFiles = rows
  return { version, broken }
}

/** Gives the file back, so that another process may write to it; the next `open` makes this one useful again. */
function shut(): void {
  closeIdle()
  db?.closeSync()
  db = undefined
}

const memory = new MemoryGuard()
const query = (args: EngineQuery, work: Work): Promise<EngineEnded> => memory.during(work, () => runQuery(opened(), args, work))

type About = Readonly<{ mark: string; folder: boolean; database: string }>

const describe = ({ mark, folder }: About, work: Work): Promise<Schema> =>
  alone(work, (connection) => readDuckdbSchema(connection, mark, folder ? rowsOfFiles : undefined))

const details = ({ database, folder }: About, work: Work): Promise<Details> =>
  alone(work, (connection) => readDuckdbDetails(connection, database, folder ? rowsOfFiles : undefined))

/** On a connection of its own, which a stop interrupts. */
async function alone<T>(work: Work, act: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const connection = await opened().connect()
  work.onStop(() => connection.interrupt())
  try {
    return await act(connection)
  } finally {
    work.onStop(undefined)
    connection.closeSync()
  }
}

/** A reader's connection and its two prepared statements, made when first needed. */
type Reader = Readonly<{ connection: DuckDBConnection; serializer: DuckDBPreparedStatement; deserializer: DuckDBPreparedStatement }>
let reader: Promise<Reader> | undefined

async function makeReader(): Promise<Reader> {
  const connection = await opened().connect()
  return {
    connection,
    serializer: await connection.prepare('SELECT json_serialize_sql($1::VARCHAR)'),
    deserializer: await connection.prepare('SELECT json_deserialize_sql($1::JSON)'),
  }
}

let turn: Promise<unknown> = Promise.resolve()

/** One reading after the other: a statement has only one set of parameters. */
function read(which: 'serializer' | 'deserializer', text: string): Promise<string> {
  const answer = turn.then(async () => {
    reader ??= makeReader()
    const statement = (await reader)[which]
    statement.bindVarchar(1, text)
    const chunk = await (await statement.run()).fetchChunk()
    return chunk!.getColumnVector(0).getItem(0) as string
  })
  turn = answer.catch(() => {})
  return answer
}

const serialize = ({ text }: { text: string }): Promise<string> => read('serializer', text)
const deserialize = ({ tree }: { tree: string }): Promise<string> => read('deserializer', tree)

/** What kind each statement of a text is. A statement that names a table cannot be prepared here, and its kind is then unknown. */
async function kinds({ text }: { text: string }): Promise<string[]> {
  reader ??= makeReader()
  const { connection } = await reader
  const extracted = await connection.extractStatements(text)
  const found: string[] = []
  for (let i = 0; i < extracted.count; i++) {
    const type = await extracted.prepare(i).then(
      (statement) => statement.statementType,
      () => undefined,
    )
    found.push(type === undefined ? 'UNKNOWN' : StatementType[type])
  }
  return found
}

function failureOf(error: unknown): Failure {
  const { message = '' } = error as { message?: string }
  if (error instanceof Refused) return { message, code: 'Refused' }
  return { message, code: /^([A-Za-z][A-Za-z ]*?)(?: Error)?:/.exec(message)?.[1] ?? 'Unknown' }
}

function beginning(args: EngineBegin<DuckdbOpen>): Promise<{ version: string }> {
  memory.bound(args.memoryMb)
  return begin(args)
}
const writing = {
  begin: beginning,
  run: (args: EngineStatement, work: Work) => memory.during(work, () => run(args)),
  rows: (args: EngineQuery, work: Work) => memory.during(work, () => rows(args, work)),
  commit,
  rollback,
  finish,
}

serve({ open, query, describe, details, shut, serialize, deserialize, kinds, ...writing }, failureOf)
