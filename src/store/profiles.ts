import type { Kysely } from 'kysely'
import { reaching } from './reaching.ts'
import type { Tables } from './tables.ts'

/** The profile of one table as one role sees it. `profile` is JSON; `at` is an ISO time. */
export type ProfileKept = Readonly<{ table: string; role: string; profile: string; at: string }>

/** Profiles by source. Throws `registry_unavailable`. */
export interface ProfileBook {
  of(source: string): Promise<readonly ProfileKept[]>
  put(source: string, profile: ProfileKept): Promise<void>
  /** Of one table, whatever the role. */
  forget(source: string, table: string): Promise<void>
  /** When any profile of the source was last made; undefined where there is none. */
  newest(source: string): Promise<string | undefined>
}

export const profilesIn = (db: Kysely<Tables>): ProfileBook => ({
  of: (source) =>
    reaching(async () => {
      const rows = await db.selectFrom('profiles').selectAll().where('source', '=', source).orderBy('table_name').orderBy('role').execute()
      return rows.map(({ table_name, role, profile, created_at }) => ({ table: table_name, role, profile, at: created_at }))
    }),
  put: (source, { table, role, profile, at }) =>
    reaching(async () => {
      const said = { profile, created_at: at }
      await db
        .insertInto('profiles')
        .values({ source, table_name: table, role, ...said })
        .onConflict((conflict) => conflict.columns(['source', 'table_name', 'role']).doUpdateSet(said))
        .execute()
    }),
  forget: (source, table) =>
    reaching(async () => {
      await db.deleteFrom('profiles').where('source', '=', source).where('table_name', '=', table).execute()
    }),
  newest: (source) =>
    reaching(async () => {
      const row = await db
        .selectFrom('profiles')
        .select(({ fn }) => fn.max('created_at').as('newest'))
        .where('source', '=', source)
        .executeTakeFirst()
      return row?.newest ?? undefined
    }),
})
