import { createHmac } from 'node:crypto'
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { lock, lockForWriting } from './sqlite-lock.ts'

/** What the gateway sends with `open` and `begin`. */
export type SqliteOpen = Readonly<{ path: string; memoryBytesMax: number; busyMs: number }>

/** The largest value has this part of the memory that SQLite may use. */
const valueShare = 8

/** Opens the file for reading only, and locks it. */
export function openForReading(args: SqliteOpen): DatabaseSync {
  const db = opened(args, true)
  db.exec('PRAGMA query_only = 1')
  db.prepare('SELECT count(*) FROM sqlite_schema').get()
  lock(db)
  return db
}

/** Opens the file for one writing session; its transaction has not begun. A journal that a killed writer left is rolled back on the way. */
export function openForWriting(args: SqliteOpen): DatabaseSync {
  const db = opened(args, false)
  db.prepare('SELECT count(*) FROM sqlite_schema').get()
  lockForWriting(db)
  return db
}

function opened({ path, memoryBytesMax, busyMs }: SqliteOpen, readOnly: boolean): DatabaseSync {
  if (!statSync(path).isFile()) throw new Error('not a file')
  const db = new DatabaseSync(path, {
    readOnly,
    allowExtension: false,
    timeout: busyMs,
    enableForeignKeyConstraints: !readOnly,
    // One value is copied several times on its way out, and those copies SQLite does not count.
    limits: { length: Math.floor(memoryBytesMax / valueShare) },
  })
  db.enableDefensive(true)
  db.exec('PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1')
  db.exec(`PRAGMA hard_heap_limit = ${memoryBytesMax}`)
  db.function('sluice_hmac', { deterministic: true, directOnly: true }, hmac)
  return db
}

/** E.g. `SQLite 3.50.4`. */
export function versionOf(db: DatabaseSync): string {
  const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  return `SQLite ${version}`
}

/** HMAC-SHA256 in hexadecimal of a text under a key given in hexadecimal; NULL stays NULL. */
function hmac(text: unknown, key: unknown): string | null {
  if (text === null || typeof key !== 'string') return null
  const message = text instanceof Uint8Array ? text : String(text)
  return createHmac('sha256', Buffer.from(key, 'hex')).update(message).digest('hex')
}
