import type { DatabaseSync } from 'node:sqlite'
import type { EngineBegin, EngineEnded, EngineQuery, EngineStatement } from './messages.ts'
import type { Work } from './serve.ts'
import { lockForWriting } from './sqlite-lock.ts'
import { openForWriting, type SqliteOpen } from './sqlite-open.ts'
import { bound, failureOf, prepared, runQuery } from './sqlite-query.ts'

/** How long SQLite itself waits in a COMMIT for readers to leave; the gateway asks again, and can give up in between. */
const commitBusyMs = 10
const busyCode = 5

/** The one writing session of this process: a handle of its own, so that nothing of it is left for the next. */
let session: Readonly<{ db: DatabaseSync; transaction: boolean }> | undefined

export function begin({ transaction, ...args }: EngineBegin<SqliteOpen>): void {
  finish()
  const db = openForWriting(args)
  try {
    if (transaction) {
      unlocked(db, 'BEGIN IMMEDIATE')
      unlocked(db, `PRAGMA busy_timeout = ${commitBusyMs}`)
    }
    session = { db, transaction }
  } finally {
    if (!session) db.close()
  }
}

export function run({ sql, params }: EngineStatement): { changed: number } {
  const { changes } = prepared(going(), sql, params).run(...bound(params))
  // After a statement of another kind SQLite still tells what the one before has changed.
  return { changed: /^\s*(INSERT|UPDATE|DELETE|REPLACE|WITH)\b/i.test(sql) ? Number(changes) : 0 }
}

export function rows(args: EngineQuery, work: Work): Promise<EngineEnded> {
  return runQuery(going(), args, work)
}

/** `busy` while others read: nothing is committed then, and it may be tried again. */
export function commit(): { busy: boolean } {
  const { db, transaction } = begun()
  if (transaction) {
    going()
    try {
      unlocked(db, 'COMMIT')
    } catch (error) {
      if (db.isTransaction && Number.parseInt(String(failureOf(error).code), 10) === busyCode) return { busy: true }
      throw error
    }
  }
  return { busy: false }
}

/** Closing rolls back what was not committed. */
export function rollback(): void {
  if (session?.db.isTransaction) unlocked(session.db, 'ROLLBACK')
  finish()
}

export function finish(): void {
  session?.db.close()
  session = undefined
}

function begun(): Readonly<{ db: DatabaseSync; transaction: boolean }> {
  if (session === undefined) throw new Error('no writing session has begun')
  return session
}

/** The handle, as long as its transaction stands: after an error that ended it a statement would be committed by itself. */
function going(): DatabaseSync {
  const { db, transaction } = begun()
  if (transaction && !db.isTransaction) throw new Error('the transaction was ended by an error')
  return db
}

/** Runs a statement of our own, which the lock would refuse. */
function unlocked(db: DatabaseSync, sql: string): void {
  db.setAuthorizer(null)
  try {
    db.exec(sql)
  } finally {
    lockForWriting(db)
  }
}
