import type { Kysely } from 'kysely'
import { SluiceError } from '../error.ts'
import type { DialectName } from '../facts.ts'
import type { UsedTable } from './pairs.ts'
import { reaching } from './reaching.ts'
import type { QueriesTable, Tables } from './tables.ts'

/** A statement that somebody has saved under a name. Times are ISO texts. */
export type SavedQuery = Readonly<{
  id: string
  owner: string
  source: string
  name: string
  description: string
  statement: string
  dialect: DialectName
  tags: readonly string[]
  /** Roles that it is shared with; `*` is everybody. Empty where it is private. */
  roles: readonly string[]
  /** What the statement used when it was saved. */
  tables: readonly UsedTable[]
  /** How many placeholders it has. */
  params: number
  /** Of the grant under which it was saved. */
  grantVersion: string
  /** Number of the catalog's version of the source at that time; 0 where there was none. */
  version: number
  /** Counts up with each change. */
  revision: number
  createdAt: string
  updatedAt: string
}>

export type QueryPatch = Partial<Omit<SavedQuery, 'id' | 'owner' | 'source' | 'revision' | 'createdAt'>>

/** Saved queries. Throws `registry_unavailable`. */
export interface QueryBook {
  /** Those of an owner and those that are shared, newest first, after the one of this id; of every source where none is named. */
  some(wanted: Readonly<{ owner: string; source?: string; after?: string; limit: number }>): Promise<readonly SavedQuery[]>
  /** All of a source, whoever owns them. */
  of(source: string): Promise<readonly SavedQuery[]>
  find(id: string): Promise<SavedQuery | undefined>
  /** Throws `queries_full` where the owner has as many in the source. */
  add(query: SavedQuery, ownMax: number): Promise<void>
  /** Changes the query when it is still of this revision; undefined otherwise. */
  change(id: string, revision: number, patch: QueryPatch): Promise<SavedQuery | undefined>
  remove(id: string): Promise<boolean>
}

export function queriesIn(db: Kysely<Tables>): QueryBook {
  const find = async (id: string) => {
    const row = await db.selectFrom('queries').selectAll().where('id', '=', id).executeTakeFirst()
    return row && queryOf(row)
  }
  return {
    some: ({ owner, source, after, limit }) =>
      reaching(async () => {
        const rows = await db
          .selectFrom('queries')
          .selectAll()
          .where((row) => row.or([row('owner', '=', owner), row('shared', '=', 1)]))
          .$if(source !== undefined, (query) => query.where('source', '=', source!))
          .$if(after !== undefined, (query) => query.where('id', '<', after!))
          .orderBy('id', 'desc')
          .limit(limit)
          .execute()
        return rows.map(queryOf)
      }),
    of: (source) =>
      reaching(async () => {
        const rows = await db.selectFrom('queries').selectAll().where('source', '=', source).orderBy('id').execute()
        return rows.map(queryOf)
      }),
    find: (id) => reaching(() => find(id)),
    add: (query, ownMax) =>
      reaching(() =>
        db.transaction().execute(async (within) => {
          await within.insertInto('queries').values(rowOf(query)).execute()
          const { own } = await within
            .selectFrom('queries')
            .select(({ fn }) => fn.countAll<number>().as('own'))
            .where('source', '=', query.source)
            .where('owner', '=', query.owner)
            .executeTakeFirstOrThrow()
          if (Number(own) > ownMax)
            throw new SluiceError('queries_full', `You have ${ownMax} saved queries for the source "${query.source}"; remove one first.`)
        }),
      ),
    change: (id, revision, patch) =>
      reaching(async () => {
        const { numUpdatedRows } = await db
          .updateTable('queries')
          .set({ ...columnsOf(patch), revision: revision + 1 })
          .where('id', '=', id)
          .where('revision', '=', revision)
          .executeTakeFirst()
        return numUpdatedRows > 0n ? find(id) : undefined
      }),
    remove: (id) =>
      reaching(async () => {
        const { numDeletedRows } = await db.deleteFrom('queries').where('id', '=', id).executeTakeFirst()
        return numDeletedRows > 0n
      }),
  }
}

function columnsOf({ tags, roles, tables, grantVersion, updatedAt, ...plain }: QueryPatch): Partial<QueriesTable> {
  return {
    ...plain,
    ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }),
    ...(roles === undefined ? {} : { roles: JSON.stringify(roles), shared: roles.length > 0 ? 1 : 0 }),
    ...(tables === undefined ? {} : { tables: JSON.stringify(tables) }),
    ...(grantVersion === undefined ? {} : { grant_version: grantVersion }),
    ...(updatedAt === undefined ? {} : { updated_at: updatedAt }),
  }
}

const rowOf = ({ id, owner, source, revision, createdAt, ...rest }: SavedQuery): QueriesTable =>
  ({ id, owner, source, revision, created_at: createdAt, ...columnsOf(rest) }) as QueriesTable

const queryOf = ({
  tags,
  roles,
  tables,
  grant_version,
  created_at,
  updated_at,
  shared: _,
  dialect,
  ...plain
}: QueriesTable): SavedQuery => ({
  ...plain,
  dialect: dialect as DialectName,
  tags: JSON.parse(tags) as string[],
  roles: JSON.parse(roles) as string[],
  tables: JSON.parse(tables) as UsedTable[],
  grantVersion: grant_version,
  createdAt: created_at,
  updatedAt: updated_at,
})
