import { type Kysely, sql, type Transaction } from 'kysely'
import type { StoreKind } from './migrations.ts'
import { reaching } from './reaching.ts'
import type { NotesTable, Tables } from './tables.ts'

/** Where a description is from. What a person wrote no import overwrites, and what dbt says no comment of the database does. */
export type Origin = 'person' | 'dbt' | 'comment'

/** What an object is in a source: the source itself where both are empty, a table, or one of its columns. */
export type Place = Readonly<{ table: string; column: string }>

/** What people, and what they import, say of an object. `at` is an ISO time. */
export type Note = Place &
  Readonly<{
    description?: string
    origin?: Origin
    tags: readonly string[]
    owner?: string
    terms: readonly string[]
    by: string
    at: string
  }>

/** Notes by source. Throws `registry_unavailable`. */
export interface NoteBook {
  of(source: string): Promise<readonly Note[]>
  /** Another text whenever a note of the source is another. */
  mark(source: string): Promise<string>
  /** Reads the notes of a source and writes those that `change` answers, in one transaction; a note that says nothing any more goes away. */
  change(source: string, change: (known: readonly Note[]) => Readonly<{ write: readonly Note[]; remove?: readonly Place[] }>): Promise<void>
}

export function notesIn(db: Kysely<Tables>, kind: StoreKind): NoteBook {
  return {
    of: (source) => reaching(() => read(db, source)),
    mark: (source) =>
      reaching(async () => {
        const row = await db
          .selectFrom('notes')
          .select(({ fn }) => [fn.countAll().as('count'), fn.max('updated_at').as('newest')])
          .where('source', '=', source)
          .executeTakeFirst()
        return `${row?.count} ${row?.newest}`
      }),
    change: (source, change) =>
      reaching(() =>
        db.transaction().execute(async (within) => {
          // Two that change the same note one after the other both count; a file has one writer at a time anyway.
          if (kind === 'postgres') await sql`SELECT pg_advisory_xact_lock(hashtext(${`sluice notes ${source}`}))`.execute(within)
          const { write, remove = [] } = change(await read(within, source))
          for (const place of [...remove, ...write.filter(isEmpty)]) await drop(within, source, place)
          const filled = write.filter((note) => !isEmpty(note))
          for (let at = 0; at < filled.length; at += AT_ONCE) await put(within, source, filled.slice(at, at + AT_ONCE))
        }),
      ),
  }
}

const isEmpty = ({ description, tags, owner, terms }: Note): boolean =>
  description === undefined && owner === undefined && tags.length === 0 && terms.length === 0

async function read(db: Kysely<Tables>, source: string): Promise<readonly Note[]> {
  const rows = await db.selectFrom('notes').selectAll().where('source', '=', source).orderBy('table_name').orderBy('column_name').execute()
  return rows.map(noteOf)
}

const noteOf = ({ table_name, column_name, description, origin, tags, owner, terms, updated_by, updated_at }: NotesTable): Note => ({
  table: table_name,
  column: column_name,
  ...(description === null ? {} : { description, origin: (origin ?? 'person') as Origin }),
  tags: JSON.parse(tags) as string[],
  ...(owner === null ? {} : { owner }),
  terms: JSON.parse(terms) as string[],
  by: updated_by,
  at: updated_at,
})

/** Rows of one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535. */
const AT_ONCE = 500

async function put(db: Transaction<Tables>, source: string, notes: readonly Note[]): Promise<void> {
  await db
    .insertInto('notes')
    .values(notes.map((note) => rowOf(source, note)))
    .onConflict((conflict) =>
      conflict.columns(['source', 'table_name', 'column_name']).doUpdateSet(({ ref }) => ({
        description: ref('excluded.description'),
        origin: ref('excluded.origin'),
        tags: ref('excluded.tags'),
        owner: ref('excluded.owner'),
        terms: ref('excluded.terms'),
        updated_by: ref('excluded.updated_by'),
        updated_at: ref('excluded.updated_at'),
      })),
    )
    .execute()
}

const rowOf = (source: string, note: Note): NotesTable => ({
  source,
  table_name: note.table,
  column_name: note.column,
  description: note.description ?? null,
  origin: note.description === undefined ? null : (note.origin ?? 'person'),
  tags: JSON.stringify(note.tags),
  owner: note.owner ?? null,
  terms: JSON.stringify(note.terms),
  updated_by: note.by,
  updated_at: note.at,
})

const drop = (db: Transaction<Tables>, source: string, { table, column }: Place) =>
  db.deleteFrom('notes').where('source', '=', source).where('table_name', '=', table).where('column_name', '=', column).execute()
