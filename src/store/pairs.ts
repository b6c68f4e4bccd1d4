import { type Kysely, sql, type Transaction } from 'kysely'
import { SluiceError } from '../error.ts'
import type { DialectName } from '../facts.ts'
import type { ColumnType } from '../result.ts'
import { reaching } from './reaching.ts'
import type { PairsTable, Tables } from './tables.ts'

/** `proposed` by a caller, `verified` by a review, `rejected` by one, `stale` when the source has changed so that it no longer runs as it did. */
export type PairState = 'proposed' | 'verified' | 'rejected' | 'stale'

/**
 * What a statement uses of one table, with the types that it had when it was last verified: the columns that it names, and in `all` a mark
 * of every column of the table where it reads them without naming them. `behind` says that only a view reads it.
 */
export type UsedTable = Readonly<{ table: string; columns: Readonly<Record<string, string>>; all?: string; behind?: true }>

/** The columns of an answer. `sure` is false where no row came, for some engines take the types of columns from their values. */
export type Shape = Readonly<{ columns: readonly Readonly<{ name: string; type: ColumnType }>[]; sure: boolean }>

/** A question with the statement that answers it, who stored it, and what came of it. Times are ISO texts. */
export type Pair = Readonly<{
  id: string
  source: string
  revision: number
  digest: string
  question: string
  statement: string
  dialect: DialectName
  state: PairState
  /** Why it is stale or rejected. */
  reason?: string
  /** A statement that would run in the place of a stale one. */
  mend?: string
  roles: readonly string[]
  /** Attributes of who stored it, encrypted; absent where there are none. */
  attributes?: string
  /** Of the grant under which it was stored. */
  grantVersion: string
  tables: readonly UsedTable[]
  shape?: Shape
  uses: number
  failures: number
  failuresInRow: number
  up: number
  down: number
  createdBy: string
  createdAt: string
  reviewedBy?: string
  /** As whom it was reviewed. */
  review?: 'admin' | 'owner'
  verifiedAt?: string
  /** Number of the catalog's version of the source under which it was last verified; 0 where there was none. */
  verifiedVersion: number
}>

export type NewPair = Omit<Pair, 'revision' | 'uses' | 'failures' | 'failuresInRow' | 'up' | 'down'>
/** What changes of a pair; null takes a value away. */
export type PairPatch = Readonly<{ [K in keyof Omit<Pair, 'id' | 'source' | 'revision'>]?: Pair[K] | null }>
export type Bounds = Readonly<{ pairsMax: number; ownMax: number }>

/** The pairs of sources. Each write is one transaction and takes its turn with those of other processes. Throws `registry_unavailable`. */
export interface PairBook {
  /** Changes when a pair of the source does; `removals` when one has gone. */
  mark(source: string): Promise<Readonly<{ revision: number; removals: number }>>
  /** Those that were changed after a revision, in the order of their changes; all for 0. */
  since(source: string, revision: number): Promise<readonly Pair[]>
  find(id: string): Promise<Pair | undefined>
  /** Adds a pair, or answers the one that its owner has already. Where there is no room the weakest gives way; throws `bank_full` when all are verified. */
  add(pair: NewPair, bounds: Bounds): Promise<Readonly<{ pair: Pair; known: boolean }>>
  /** Answers undefined when the pair is no more, or `change` wants nothing. */
  change(source: string, id: string, change: (pair: Pair) => PairPatch | undefined): Promise<Pair | undefined>
  remove(source: string, id: string): Promise<boolean>
  /** Puts what is encrypted in all pairs into another form, each pair by itself; undefined leaves it as it is. */
  reseal(change: (attributes: string, id: string) => string | undefined): Promise<void>
  /** A caller's opinion, in the place of an earlier one of theirs. */
  vote(source: string, id: string, principal: string, vote: 1 | -1): Promise<Pair | undefined>
}

export function pairsIn(db: Kysely<Tables>): PairBook {
  const writing = <T>(source: string, work: (within: Transaction<Tables>, revision: number) => Promise<T>): Promise<T> =>
    reaching(() => db.transaction().execute(async (within) => work(within, await nextRevision(within, source))))
  return {
    mark: (source) =>
      reaching(async () => {
        const row = await db.selectFrom('banks').select(['revision', 'removals']).where('source', '=', source).executeTakeFirst()
        return row ?? { revision: 0, removals: 0 }
      }),
    since: (source, revision) =>
      reaching(async () => {
        const rows = await db
          .selectFrom('pairs')
          .selectAll()
          .where('source', '=', source)
          .where('revision', '>', revision)
          .orderBy('revision')
          .execute()
        return rows.map(pairOf)
      }),
    find: (id) =>
      reaching(async () => {
        const row = await db.selectFrom('pairs').selectAll().where('id', '=', id).executeTakeFirst()
        return row && pairOf(row)
      }),
    add: (pair, bounds) =>
      writing(pair.source, async (within, revision) => {
        const same = await within
          .selectFrom('pairs')
          .selectAll()
          .where('source', '=', pair.source)
          .where('created_by', '=', pair.createdBy)
          .where('digest', '=', pair.digest)
          .executeTakeFirst()
        if (same) return { pair: pairOf(same), known: true }
        await makeRoom(within, pair, bounds)
        const row = { ...rowOf(pair), revision }
        await within.insertInto('pairs').values(row).execute()
        return { pair: pairOf({ ...counted, ...row } as PairsTable), known: false }
      }),
    change: (source, id, change) =>
      writing(source, async (within, revision) => {
        const known = await within.selectFrom('pairs').selectAll().where('id', '=', id).where('source', '=', source).executeTakeFirst()
        const patch = known && change(pairOf(known))
        if (!patch) return undefined
        const row = { ...columnsOf(patch), revision }
        await within.updateTable('pairs').set(row).where('id', '=', id).execute()
        return pairOf({ ...known, ...row } as PairsTable)
      }),
    remove: (source, id) =>
      writing(source, async (within) => {
        const { numDeletedRows } = await within.deleteFrom('pairs').where('id', '=', id).where('source', '=', source).executeTakeFirst()
        if (numDeletedRows > 0n) await removed(within, source)
        return numDeletedRows > 0n
      }),
    reseal: (change) =>
      reaching(async () => {
        const rows = await db.selectFrom('pairs').select(['id', 'attributes']).where('attributes', 'is not', null).execute()
        for (const { id, attributes } of rows) {
          const next = change(attributes!, id)
          // Nothing that anybody finds changes by it, so the revision stays.
          if (next !== undefined)
            await db.updateTable('pairs').set({ attributes: next }).where('id', '=', id).where('attributes', '=', attributes).execute()
        }
      }),
    vote: (source, id, principal, vote) =>
      writing(source, async (within, revision) => {
        const known = await within.selectFrom('pairs').select('id').where('id', '=', id).where('source', '=', source).executeTakeFirst()
        if (!known) return undefined
        await within
          .insertInto('votes')
          .values({ pair: id, principal, vote })
          .onConflict((conflict) => conflict.columns(['pair', 'principal']).doUpdateSet({ vote }))
          .execute()
        const votes = await within.selectFrom('votes').select('vote').where('pair', '=', id).execute()
        const up = votes.filter((one) => one.vote > 0).length
        await within
          .updateTable('pairs')
          .set({ up, down: votes.length - up, revision })
          .where('id', '=', id)
          .execute()
        return pairOf(await within.selectFrom('pairs').selectAll().where('id', '=', id).executeTakeFirstOrThrow())
      }),
  }
}

/** Also the lock that lets writers of one source take turns. */
async function nextRevision(within: Transaction<Tables>, source: string): Promise<number> {
  const { revision } = await within
    .insertInto('banks')
    .values({ source, revision: 1, removals: 0 })
    .onConflict((conflict) => conflict.column('source').doUpdateSet({ revision: sql<number>`banks.revision + 1` }))
    .returning('revision')
    .executeTakeFirstOrThrow()
  return revision
}

const removed = (within: Transaction<Tables>, source: string) =>
  within.updateTable('banks').set({ removals: sql<number>`removals + 1` }).where('source', '=', source).execute()

/** One caller cannot push out what others have stored: whoever has stored too much loses their own weakest. */
async function makeRoom(within: Transaction<Tables>, { source, createdBy }: NewPair, { pairsMax, ownMax }: Bounds): Promise<void> {
  const held = within.selectFrom('pairs').where('source', '=', source)
  const { own, all } = await held
    .select(({ fn }) => fn.countAll<number>().as('all'))
    .select(({ fn }) => fn.count<number>('id').filterWhere('created_by', '=', createdBy).as('own'))
    .executeTakeFirstOrThrow()
  const [tooMany, tooManyOwn] = [Number(all) >= pairsMax, Number(own) >= ownMax]
  if (!tooMany && !tooManyOwn) return
  const weakest = await held
    .select('id')
    .where('state', '!=', 'verified')
    .$if(tooManyOwn, (query) => query.where('created_by', '=', createdBy))
    .orderBy(sql`CASE state WHEN 'rejected' THEN 0 WHEN 'stale' THEN 1 ELSE 2 END`)
    .orderBy(sql`up - down - failures + uses`)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
  if (!weakest) {
    const whose = tooManyOwn ? `You have ${ownMax} verified pairs` : `There are ${pairsMax} verified pairs`
    throw new SluiceError('bank_full', `${whose} for the source "${source}"; remove one first.`)
  }
  await within.deleteFrom('pairs').where('id', '=', weakest.id).execute()
  await removed(within, source)
}

const counted = { uses: 0, failures: 0, failures_in_row: 0, up: 0, down: 0 }

/** Names of the table by those of the value. */
const names = {
  digest: 'digest',
  question: 'question',
  statement: 'statement',
  dialect: 'dialect',
  state: 'state',
  reason: 'reason',
  mend: 'mend',
  roles: 'roles',
  attributes: 'attributes',
  grantVersion: 'grant_version',
  tables: 'tables',
  shape: 'shape',
  uses: 'uses',
  failures: 'failures',
  failuresInRow: 'failures_in_row',
  up: 'up',
  down: 'down',
  createdBy: 'created_by',
  createdAt: 'created_at',
  reviewedBy: 'reviewed_by',
  review: 'review',
  verifiedAt: 'verified_at',
  verifiedVersion: 'verified_version',
} as const satisfies Record<keyof PairPatch, keyof PairsTable>

function columnsOf(patch: PairPatch): Partial<PairsTable> {
  const said = Object.entries(patch).map(([name, value]) => [
    names[name as keyof PairPatch],
    typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
  ])
  return Object.fromEntries(said) as Partial<PairsTable>
}

const rowOf = ({ id, source, ...rest }: NewPair): Omit<PairsTable, 'revision'> =>
  ({ ...counted, ...columnsOf(rest), id, source }) as Omit<PairsTable, 'revision'>

function pairOf(row: PairsTable): Pair {
  const { id, source, revision, roles, tables, shape, ...rest } = row
  const plain = Object.entries(names).flatMap(([name, column]) => {
    const value = (rest as Record<string, unknown>)[column]
    return value === null || value === undefined ? [] : [[name, value]]
  })
  return {
    ...(Object.fromEntries(plain) as Omit<Pair, 'id' | 'source' | 'revision' | 'roles' | 'tables' | 'shape'>),
    id,
    source,
    revision,
    roles: JSON.parse(roles) as string[],
    tables: JSON.parse(tables) as UsedTable[],
    ...(shape === null || shape === undefined ? {} : { shape: JSON.parse(shape) as Shape }),
  }
}
