import { createHmac } from 'node:crypto'
import { statSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { Value } from '../../call.ts'
import type { Schema } from '../../schema.ts'
import { type EngineEnded, type EngineQuery, type Failure, unpack } from './messages.ts'
import { RowWriter } from './rows.ts'
import { serve, type Work } from './serve.ts'
import { lock } from './sqlite-lock.ts'
import { CellKinds, rowJson, sqliteColumns } from './sqlite-rows.ts'
import { readSchema } from './sqlite-schema.ts'

/** What the gateway sends with `open`. */
export type SqliteOpen = Readonly<{ path: string; memoryBytesMax: number; busyMs: number }>

/** The largest value has this part of the memory that SQLite may use. */
const valueShare = 8

let db: DatabaseSync | undefined
let preparing = false

const opened = (): DatabaseSync => {
  if (db === undefined) throw new Error('The engine was not opened.')
  return db
}

function open({ path, memoryBytesMax, busyMs }: SqliteOpen): { version: string } {
  if (!statSync(path).isFile()) throw new Error('not a file')
  // One value is copied several times on its way out, and those copies SQLite does not count.
  const bounds = { length: Math.floor(memoryBytesMax / valueShare) }
  const opening = new DatabaseSync(path, {
    readOnly: true,
    allowExtension: false,
    timeout: busyMs,
    enableForeignKeyConstraints: false,
    limits: bounds,
  })
  opening.enableDefensive(true)
  opening.exec('PRAGMA query_only = 1; PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1')
  opening.exec(`PRAGMA hard_heap_limit = ${memoryBytesMax}`)
  opening.function('sluice_hmac', { deterministic: true, directOnly: true }, hmac)
  const { version } = opening.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  opening.prepare('SELECT count(*) FROM sqlite_schema').get()
  lock(opening)
  db = opening
  return { version: `SQLite ${version}` }
}

/** HMAC-SHA256 in hexadecimal of a text under a key given in hexadecimal; NULL stays NULL. */
function hmac(text: unknown, key: unknown): string | null {
  if (text === null || typeof key !== 'string') return null
  const message = text instanceof Uint8Array ? text : String(text)
  return createHmac('sha256', Buffer.from(key, 'hex')).update(message).digest('hex')
}

async function query(args: EngineQuery, work: Work): Promise<EngineEnded> {
  preparing = true
  const statement = opened().prepare(args.sql)
  preparing = false
  if (!/^[\s;]*$/.test(args.sql.slice(statement.sourceSQL.length))) throw new Error('more than one statement')
  statement.setReturnArrays(true)
  statement.setReadBigInts(true)
  const about = statement.columns()
  const estimate = /^\s*EXPLAIN\b/i.test(args.sql) ? about.findIndex(({ name }) => name === 'notused') : -1
  const kinds = new CellKinds(about.length)
  const writer = new RowWriter(work, args)
  let told = false
  const tell = () => {
    if (!told) work.columns(sqliteColumns(about, kinds))
    told = true
  }
  let truncated = false
  for (const row of statement.iterate(...args.params.map((value) => bound(unpack(value)))) as Iterable<unknown>) {
    if (writer.enough) {
      truncated = true
      break
    }
    const values = row as Value[]
    // A plan's column that is called unused holds an estimate of the rows of the table, hidden ones included.
    if (estimate >= 0) values[estimate] = 0n
    if (!writer.add(rowJson(values, kinds))) continue
    tell()
    if (writer.full) break
    await writer.flush()
    if (work.stopped) break
  }
  tell()
  return writer.end(truncated)
}

/** node:sqlite binds every JavaScript number as REAL; a whole number must arrive as INTEGER, or `'a' || 5` becomes `a5.0`. */
function bound(value: Value): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
}

function describe(): Schema {
  const own = opened()
  own.setAuthorizer(null)
  try {
    return readSchema(own)
  } finally {
    lock(own)
  }
}

function failureOf(error: unknown): Failure {
  const { message = '', code, errcode } = error as { message?: string; code?: string; errcode?: number }
  const phase = preparing ? 'prepare' : 'run'
  preparing = false
  return { message, code: errcode === undefined ? (code ?? phase) : `${errcode & 0xff} ${phase}` }
}

serve({ open, query, describe }, failureOf)

/** While SQLite computes, this thread hears nothing; another one ends the process when the gateway is gone. */
const watch = `const parent = process.ppid; setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 500)`
setImmediate(() => new Worker(watch, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref())
