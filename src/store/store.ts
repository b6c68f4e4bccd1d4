import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import { type ChatBook, chatsIn } from './chats.ts'
import { type FindingBook, findingsIn } from './findings.ts'
import { type HealthBook, healthIn } from './health.ts'
import { migrations, type StoreKind } from './migrations.ts'
import { type NoteBook, notesIn } from './notes.ts'
import { openingError } from './opening-error.ts'
import { type PairBook, pairsIn } from './pairs.ts'
import { type ProfileBook, profilesIn } from './profiles.ts'
import { type QueryBook, queriesIn } from './queries.ts'
import { reaching } from './reaching.ts'
import { type SourceBook, sourcesIn } from './sources.ts'
import type { Tables } from './tables.ts'
import { type VectorBook, vectorsIn } from './vectors.ts'
import { type Versions, versionsIn } from './versions.ts'

export type { ChatBook, ChatMessage, ChatSession, NewMessage } from './chats.ts'
export type { Decision, FindingBook, FindingKept } from './findings.ts'
export type { HealthBook, Healthy } from './health.ts'
export { type KeyPlace, type Keyring, keyringFrom, keyTextsIn, newKey, openKeyring, writeKeys } from './keyring.ts'
export type { Note, NoteBook, Origin, Place } from './notes.ts'
export type { NewPair, Pair, PairBook, PairPatch, PairState, Shape, UsedTable } from './pairs.ts'
export type { ProfileBook, ProfileKept } from './profiles.ts'
export type { QueryBook, QueryPatch, SavedQuery } from './queries.ts'
export type { SourceBook, SourcesChange } from './sources.ts'
export type * from './tables.ts'
export type { Nearest, VectorBook } from './vectors.ts'
export type { NewVersion, Version, VersionAbout, VersionChanged, Versions } from './versions.ts'

/** Where the registry is kept: a file of its own, or a PostgreSQL database. */
export type StoreSetting = Readonly<{ file: string } | { url: string }>

/** The registry database, opened and brought up to date. `db` builds every query, so that none is written for one engine only. */
export interface Store {
  readonly kind: StoreKind
  readonly db: Kysely<Tables>
  readonly sources: SourceBook
  readonly versions: Versions
  readonly health: HealthBook
  /** Does something with `db`; what the database says becomes `registry_unavailable`, its own words the cause. */
  reach<T>(work: () => Promise<T>): Promise<T>
  readonly notes: NoteBook
  readonly profiles: ProfileBook
  /** Values that columns of few values hold: what a question may name. */
  readonly held: ProfileBook
  readonly findings: FindingBook
  readonly pairs: PairBook
  readonly chats: ChatBook
  readonly queries: QueryBook
  readonly vectors: VectorBook
  close(): Promise<void>
}

/** Only while it is opened; later the driver waits without holding up the process. */
const OPENING_MS = 2_000
const POOL_MAX = 5

/**
 * Opens the registry and brings its shape up to date; several processes may do so at once. Throws `registry_unavailable` for one that does not
 * answer, and `config_invalid` for one that cannot be opened as it is said or was written by a newer Sluice: then nothing in it is touched.
 */
export async function openStore(setting: StoreSetting): Promise<Store> {
  const kind: StoreKind = 'file' in setting ? 'sqlite' : 'postgres'
  const db = 'file' in setting ? await overSqlite(setting.file) : await overPostgres(setting.url)
  try {
    await upToDate(db, kind)
  } catch (error) {
    await db.destroy().catch(() => undefined)
    throw openingError(setting, error)
  }
  return {
    kind,
    db,
    sources: sourcesIn(db, kind),
    versions: versionsIn(db),
    health: healthIn(db),
    reach: reaching,
    notes: notesIn(db, kind),
    profiles: profilesIn(db),
    held: profilesIn(db, 'held'),
    findings: findingsIn(db),
    pairs: pairsIn(db),
    chats: chatsIn(db),
    queries: queriesIn(db),
    vectors: vectorsIn(db, kind),
    close: () => db.destroy(),
  }
}

async function overSqlite(file: string): Promise<Kysely<Tables>> {
  const { DatabaseSync } = await import('node:sqlite')
  const { nodeSqliteDialect } = await import('./sqlite/dialect.ts')
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const open = () => {
    const db = new DatabaseSync(file, { timeout: OPENING_MS })
    // A commit is on disk before it is told; readers and a writer do not wait for each other.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 0')
    return db
  }
  return new Kysely<Tables>({ dialect: nodeSqliteDialect(open) })
}

async function overPostgres(url: string): Promise<Kysely<Tables>> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_MAX,
    connectionTimeoutMillis: limits.connectMsMax,
    application_name: 'sluice registry',
  })
  // An idle connection that the server ends is opened anew by the next query.
  pool.on('error', () => undefined)
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}

async function upToDate(db: Kysely<Tables>, kind: StoreKind): Promise<void> {
  const known = migrations(kind)
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...known }) },
    migrationTableName: 'sluice_migrations',
    migrationLockTableName: 'sluice_migrations_lock',
  })
  await mustNotBeNewer(db, new Set(Object.keys(known)))
  for (let tries = 0; ; tries++) {
    const { error } = await migrator.migrateToLatest()
    if (error === undefined) return
    // Another process that starts at the same moment may have been first.
    if (tries === TRIES_MAX) throw error
    await new Promise((resolve) => setTimeout(resolve, 50 * (tries + 1)))
  }
}
const TRIES_MAX = 5

async function mustNotBeNewer(db: Kysely<Tables>, known: ReadonlySet<string>): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'sluice_migrations')) return
  const done = await (db as unknown as Kysely<{ sluice_migrations: { name: string } }>)
    .selectFrom('sluice_migrations')
    .select('name')
    .execute()
  const newer = done.map(({ name }) => name).filter((name) => !known.has(name))
  if (newer.length === 0) return
  throw new SluiceError(
    'config_invalid',
    `The registry was written by a newer Sluice (it has ${newer.join(', ')}); nothing in it was changed.`,
    {
      hint: 'Start the newer Sluice, or name another registry.',
    },
  )
}
