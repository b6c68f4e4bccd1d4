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
  /** Reads the notes of a source and writes those that `change` answers, in one transaction; a note that says nothing any more goes away. */
  change(source: string, change: (known: readonly Note[]) => Readonly<{ write: readonly Note[]; remove?: readonly Place[] }>): Promise<void>
}

export function notesIn(db: Kysely<Tables>, kind: StoreKind): NoteBook {
  return {
    of: (source) => reaching(() => read(db, source)),
    change: (source, change) =>
      reaching(() =>
        db.transaction().execute(async (within) => {
          // Two that change the same note one after the other both count; a file has one writer at a time anyway.
          if (kind === 'postgres') await sql`SELECT pg_advisory_xact_lock(hashtext(${`sluice notes ${source}`}))`.execute(within)
          const { write, remove = [] } = change(await read(within, source))
          for (const place of [...remove, ...write.filter(isEmpty)]) await drop(within, source, place)
          for (const note of write) if (!isEmpty(note)) await put(within, source, note)
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

async function put(db: Transaction<Tables>, source: string, note: Note): Promise<void> {
  const said = {
    description: note.description ?? null,
    origin: note.description === undefined ? null : (note.origin ?? 'person'),
    tags: JSON.stringify(note.tags),
    owner: note.owner ?? null,
    terms: JSON.stringify(note.terms),
    updated_by: note.by,
    updated_at: note.at,
  }
  await db
    .insertInto('notes')
    .values({ source, table_name: note.table, column_name: note.column, ...said })
    .onConflict((conflict) => conflict.columns(['source', 'table_name', 'column_name']).doUpdateSet(said))
    .execute()
}

const drop = (db: Transaction<Tables>, source: string, { table, column }: Place) =>
  db.deleteFrom('notes').where('source', '=', source).where('table_name', '=', table).where('column_name', '=', column).execute()
