import { type Kysely, sql, type Transaction } from 'kysely'
import type { StoreKind } from './migrations.ts'
import { reaching } from './reaching.ts'
import type { SourcesTable, Tables } from './tables.ts'

/** What is to become of the registered sources. `tags` are for the source itself and only where nobody has said anything of it yet. */
export type SourcesChange<T> = Readonly<{
  write?: readonly SourcesTable[]
  remove?: readonly string[]
  tags?: readonly Readonly<{ source: string; tags: readonly string[]; by: string; at: string }>[]
  value: T
}>

/** The registered sources, by name; secrets stay encrypted here. Throws `registry_unavailable`. */
export interface SourceBook {
  all(): Promise<readonly SourcesTable[]>
  /** What people have tagged whole sources with, by the name of the source. */
  tags(): Promise<ReadonlyMap<string, readonly string[]>>
  /** Reads them and writes what `change` answers, in one transaction and one process after the other. What `change` throws changes nothing. */
  change<T>(change: (known: readonly SourcesTable[]) => SourcesChange<T>): Promise<T>
}

/**
 * What was seen in a source goes with it: another of its name may be another database, whose columns nobody has decided about. What people have
 * written stays, for it may be the same one again.
 */
const seenIn = ['versions', 'health', 'profiles', 'held', 'findings'] as const

/** Rows of one statement at most; an engine bounds the values of one. */
const ROWS_AT_ONCE = 500

export function sourcesIn(db: Kysely<Tables>, kind: StoreKind): SourceBook {
  return {
    all: () => reaching(() => read(db)),
    tags: () =>
      reaching(async () => {
        const notes = db.selectFrom('notes').select(['source', 'tags']).where('table_name', '=', '').where('column_name', '=', '')
        const rows = await notes.where('tags', '<>', '[]').execute()
        return new Map(rows.map(({ source, tags }) => [source, JSON.parse(tags) as string[]]))
      }),
    change: (change) =>
      reaching(() =>
        db.transaction().execute(async (within) => {
          // Others may read meanwhile. A secret that is encrypted in here is seen by whoever gives all of them another key, or sees the new key itself.
          if (kind === 'postgres') await sql`LOCK TABLE sources IN EXCLUSIVE MODE`.execute(within)
          const { write = [], remove = [], tags = [], value } = change(await read(within))
          for (const names of chunks(remove)) {
            await within.deleteFrom('sources').where('name', 'in', names).execute()
            for (const table of seenIn) await within.deleteFrom(table).where('source', 'in', names).execute()
          }
          for (const rows of chunks(write)) await put(within, rows)
          for (const some of chunks(tags)) await tag(within, some)
          return value
        }),
      ),
  }
}

const read = (db: Kysely<Tables>) => db.selectFrom('sources').selectAll().orderBy('name').execute()

const chunks = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / ROWS_AT_ONCE) }, (_, i) => all.slice(i * ROWS_AT_ONCE, (i + 1) * ROWS_AT_ONCE))

const said = ['connector', 'description', 'settings', 'secrets', 'enabled', 'updated_at'] as const

const put = (db: Transaction<Tables>, rows: readonly SourcesTable[]) =>
  db
    .insertInto('sources')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((row) => Object.fromEntries(said.map((name) => [name, row.ref(`excluded.${name}`)]))),
    )
    .execute()

const tag = (db: Transaction<Tables>, some: NonNullable<SourcesChange<unknown>['tags']>) =>
  db
    .insertInto('notes')
    .values(
      some.map(({ source, tags, by, at }) => ({
        ...{ source, table_name: '', column_name: '', description: null, origin: null, owner: null, terms: '[]' },
        ...{ tags: JSON.stringify(tags), updated_by: by, updated_at: at },
      })),
    )
    .onConflict((conflict) => conflict.columns(['source', 'table_name', 'column_name']).doNothing())
    .execute()
