import type { Kysely } from 'kysely'
import { reaching } from './reaching.ts'
import type { Tables } from './tables.ts'

/** The profile of one table as one role sees it. `profile` is JSON; `at` is an ISO time. */
export type ProfileKept = Readonly<{ table: string; role: string; profile: string; at: string }>

/** Profiles by source, or values that columns hold, which are kept in the same way. Throws `registry_unavailable`. */
export interface ProfileBook {
  /** Of every table, or of one. */
  of(source: string, table?: string): Promise<readonly ProfileKept[]>
  /** Another text whenever a profile of the source is another. */
  mark(source: string): Promise<string>
  put(source: string, profile: ProfileKept): Promise<void>
  /** Of one table, whatever the role. */
  forget(source: string, table: string): Promise<void>
}

export const profilesIn = (db: Kysely<Tables>, kind: 'profiles' | 'held' = 'profiles'): ProfileBook => ({
  of: (source, table) =>
    reaching(async () => {
      const all = db.selectFrom(kind).selectAll().where('source', '=', source).orderBy('table_name').orderBy('role')
      const rows = await (table === undefined ? all : all.where('table_name', '=', table)).execute()
      return rows.map(({ table_name, role, profile, created_at }) => ({ table: table_name, role, profile, at: created_at }))
    }),
  put: (source, { table, role, profile, at }) =>
    reaching(async () => {
      const said = { profile, created_at: at }
      await db
        .insertInto(kind)
        .values({ source, table_name: table, role, ...said })
        .onConflict((conflict) => conflict.columns(['source', 'table_name', 'role']).doUpdateSet(said))
        .execute()
    }),
  forget: (source, table) =>
    reaching(async () => {
      await db.deleteFrom(kind).where('source', '=', source).where('table_name', '=', table).execute()
    }),
  mark: (source) =>
    reaching(async () => {
      const row = await db
        .selectFrom(kind)
        .select(({ fn }) => [fn.countAll().as('count'), fn.max('created_at').as('newest')])
        .where('source', '=', source)
        .executeTakeFirst()
      return `${row?.count} ${row?.newest}`
    }),
})
