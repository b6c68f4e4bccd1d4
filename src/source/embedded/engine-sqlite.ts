import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { Details } from '../../details.ts'
import type { Schema } from '../../schema.ts'
import type { EngineEnded, EngineQuery } from './messages.ts'
import { serve, type Work } from './serve.ts'
import { readDetails } from './sqlite-details.ts'
import { lock } from './sqlite-lock.ts'
import { openForReading, openForWriting, type SqliteOpen, versionOf } from './sqlite-open.ts'
import { failureOf, runQuery } from './sqlite-query.ts'
import { readSchema } from './sqlite-schema.ts'
import { begin, commit, finish, rollback, rows, run } from './sqlite-write.ts'

let db: DatabaseSync | undefined

const opened = (): DatabaseSync => {
  if (db === undefined) throw new Error('The engine was not opened.')
  return db
}

function open(args: SqliteOpen): { version: string } {
  db = openForReading(args)
  return { version: versionOf(db) }
}

const query = (args: EngineQuery, work: Work): Promise<EngineEnded> => runQuery(opened(), args, work)

function describe(): Schema {
  const own = opened()
  own.setAuthorizer(null)
  try {
    return readSchema(own)
  } finally {
    lock(own)
  }
}

const details = ({ database }: { database: string }): Details => readDetails(opened(), database)

/** Rolls back what a killed writer has left: a reader may not. */
function recover(args: SqliteOpen): void {
  openForWriting(args).close()
}

serve({ open, query, describe, details, recover, begin, run, rows, commit, rollback, finish }, failureOf)

/** While SQLite computes, this thread hears nothing; another one ends the process when the gateway is gone. */
const watch = `const parent = process.ppid; setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 500)`
setImmediate(() => new Worker(watch, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref())
