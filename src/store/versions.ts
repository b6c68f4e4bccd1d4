import type { Kysely } from 'kysely'
import type { Details } from '../details.ts'
import type { Change } from '../drift/drift.ts'
import type { Schema, SourceFunction } from '../schema.ts'
import { packed, unpacked } from './packed.ts'
import { isTaken, reaching } from './reaching.ts'
import type { Tables } from './tables.ts'

/** One version of what a source holds, without that itself. `at` is ISO time: when it was first seen. */
export type VersionAbout = Readonly<{ number: number; hash: string; tables: number; columns: number; at: string }>

/** What a source held; its schema has no tables of the engine itself and none of the engine's own functions. */
export type Version = VersionAbout & Readonly<{ schema: Schema; details: Details | undefined }>

export type VersionChanged = VersionAbout & Readonly<{ changes: readonly Change[] }>

/** What a synchronisation has read. `text` is the schema as JSON, `hash` is equal for two readings of the same. */
export type NewVersion = Readonly<{
  hash: string
  tables: number
  columns: number
  text: string
  details: Details | undefined
  changes: readonly Change[]
  at: string
}>

/** The versions of what sources hold. Each is there as a whole or not at all. Throws `registry_unavailable`. */
export interface Versions {
  newest(source: string): Promise<VersionAbout | undefined>
  /** Every one that is kept, newest first. */
  known(source: string): Promise<readonly VersionAbout[]>
  /** The newest of every source that was ever synchronised. */
  all(): Promise<ReadonlyMap<string, VersionAbout>>
  /** Newest first, with what was new in each. */
  list(source: string, limit: number): Promise<readonly VersionChanged[]>
  /** The newest where no number is given. */
  read(source: string, number?: number): Promise<Version | undefined>
  /**
   * Adds a version after `before`, the newest as the caller knows it (0 for none), and lets the oldest beyond `kept` go. Answers its number, or
   * undefined when another process was first: then look again.
   */
  add(source: string, before: number, version: NewVersion, kept: number): Promise<number | undefined>
  /** The versions, oldest first, whose changes nothing has followed yet, of the newest so many: whoever wrote them may have been killed before that. */
  unfollowed(source: string): Promise<readonly VersionChanged[]>
  followed(source: string, number: number): Promise<void>
  /** Keeps newer figures beside a version whose schema is the same. */
  refresh(source: string, number: number, details: Details): Promise<void>
  /** Forgets a source that is no more. */
  forget(source: string): Promise<void>
}

const about = ['number', 'hash', 'tables', 'columns', 'created_at'] as const

export function versionsIn(db: Kysely<Tables>): Versions {
  return {
    newest: (source) =>
      reaching(async () => {
        const row = await db
          .selectFrom('versions')
          .select(about)
          .where('source', '=', source)
          .orderBy('number', 'desc')
          .limit(1)
          .executeTakeFirst()
        return row && aboutOf(row)
      }),
    known: (source) =>
      reaching(async () => {
        const rows = await db.selectFrom('versions').select(about).where('source', '=', source).orderBy('number', 'desc').execute()
        return rows.map(aboutOf)
      }),
    all: () =>
      reaching(async () => {
        const rows = await db
          .selectFrom('versions')
          .select([...about, 'source'])
          .where((is) =>
            is(
              'number',
              '=',
              is
                .selectFrom('versions as other')
                .select((of) => of.fn.max('other.number').as('newest'))
                .whereRef('other.source', '=', 'versions.source'),
            ),
          )
          .execute()
        return new Map(rows.map((row) => [row.source, aboutOf(row)]))
      }),
    list: (source, limit) =>
      reaching(async () => {
        const rows = await db
          .selectFrom('versions')
          .select([...about, 'changes'])
          .where('source', '=', source)
          .orderBy('number', 'desc')
          .limit(limit)
          .execute()
        return rows.map((row) => ({ ...aboutOf(row), changes: JSON.parse(row.changes) as Change[] }))
      }),
    read: (source, number) =>
      reaching(async () => {
        const rows = db
          .selectFrom('versions')
          .select([...about, 'schema', 'details'])
          .where('source', '=', source)
        const wanted = number === undefined ? rows.orderBy('number', 'desc') : rows.where('number', '=', number)
        const row = await wanted.limit(1).executeTakeFirst()
        if (!row) return undefined
        const details = row.details ? (JSON.parse(await unpacked(row.details)) as Details) : undefined
        return { ...aboutOf(row), schema: schemaOf(await unpacked(row.schema), row.hash, details), details }
      }),
    add: (source, before, version, kept) => reaching(() => added(db, source, before, version, kept)),
    unfollowed: (source) =>
      reaching(async () => {
        const rows = await db
          .selectFrom('versions')
          .select([...about, 'changes'])
          .where('source', '=', source)
          .where('followed', '=', 0)
          .orderBy('number', 'desc')
          .limit(UNFOLLOWED_MAX)
          .execute()
        return rows.reverse().map((row) => ({ ...aboutOf(row), changes: JSON.parse(row.changes) as Change[] }))
      }),
    followed: (source, number) =>
      reaching(async () => {
        await db.updateTable('versions').set({ followed: 1 }).where('source', '=', source).where('number', '=', number).execute()
      }),
    refresh: (source, number, details) =>
      reaching(async () => {
        const bytes = await packed(JSON.stringify(details))
        await db.updateTable('versions').set({ details: bytes }).where('source', '=', source).where('number', '=', number).execute()
      }),
    forget: (source) =>
      reaching(async () => {
        await db.deleteFrom('versions').where('source', '=', source).execute()
      }),
  }
}

const UNFOLLOWED_MAX = 20

type AboutRow = Readonly<{ number: number; hash: string; tables: number; columns: number; created_at: string }>

const aboutOf = ({ number, hash, tables, columns, created_at }: AboutRow): VersionAbout => ({
  number,
  hash,
  tables,
  columns,
  at: created_at,
})

/** All that is slow is done before the transaction: in a file it holds everybody else up. */
async function added(
  db: Kysely<Tables>,
  source: string,
  before: number,
  { hash, tables, columns, text, details, changes, at }: NewVersion,
  kept: number,
): Promise<number | undefined> {
  const number = before + 1
  const schema = await packed(text)
  const told = details ? await packed(JSON.stringify(details)) : null
  const row = { source, number, hash, tables, columns, schema, details: told, changes: JSON.stringify(changes), created_at: at }
  try {
    return await db.transaction().execute(async (db) => {
      const last = await db
        .selectFrom('versions')
        .select('number')
        .where('source', '=', source)
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst()
      if ((last?.number ?? 0) !== before) return undefined
      await db.insertInto('versions').values(row).execute()
      await db
        .deleteFrom('versions')
        .where('source', '=', source)
        .where('number', '<=', number - kept)
        .execute()
      return number
    })
  } catch (error) {
    if (isTaken(error)) return undefined
    throw error
  }
}

type Stored = Readonly<{ searchPath: string[]; tables: Schema['tables']; functions: readonly SourceFunction[] }>

/** JSON knows no Infinity: a function that takes any number of arguments has null in its place. Estimates are kept with the details. */
function schemaOf(text: string, hash: string, details: Details | undefined): Schema {
  const { searchPath, tables, functions } = JSON.parse(text) as Stored
  const rows = new Map(details?.sizes.map(({ schema, table, rowsEstimate }) => [`${schema}\0${table}`, rowsEstimate]))
  return {
    version: hash,
    searchPath,
    tables: tables.map((table) => {
      const rowsEstimate = rows.get(`${table.schema}\0${table.name}`)
      return rowsEstimate === undefined ? table : { ...table, rowsEstimate }
    }),
    functions: functions.map((one) =>
      one.args ? { ...one, args: [one.args[0] ?? 0, one.args[1] ?? Number.POSITIVE_INFINITY] as const } : one,
    ),
  }
}
