import { mayFind, planned, renamingsOf, rewritten } from '../bank.ts'
import type { Code } from '../error.ts'
import { SluiceError } from '../error.ts'
import type { Look } from '../explore.ts'
import { changedTables, type Difference } from '../pairs/pairs.ts'
import type { SavedQuery } from '../store/store.ts'
import { isShared, type Scene, seenSchema } from './scene.ts'

/** A saved query as a caller is told of it. Times are ISO texts. */
export type QueryTold = Readonly<{
  id: string
  source: string
  name: string
  description: string
  sql: string
  dialect: string
  tags: readonly string[]
  roles: readonly string[]
  own: boolean
  owner: string
  /** How many placeholders it has. */
  params: number
  tables: readonly string[]
  /** `changed` where a column that it uses has another type now, `broken` where it does not run any more, `unknown` while the source is away. */
  state: 'ok' | 'changed' | 'broken' | 'unknown'
  problem?: Readonly<{ code: Code; message: string }>
  /** A statement that would run in the place of a broken one. */
  mend?: string
  revision: number
  created_at: string
  updated_at: string
}>

type State = Pick<QueryTold, 'state' | 'problem' | 'mend'>
type Problem = NonNullable<QueryTold['problem']>

/** The query as it exists for the caller: their own whatever has become of it, a shared one when they may run it as it stands. */
export async function seenAs(query: SavedQuery, look: Look | undefined, scene: Scene): Promise<QueryTold | undefined> {
  const own = query.owner === scene.principal.name
  if (own) return toldOf(query, own, look ? await stateOf(query, look, scene) : { state: 'unknown' })
  if (!look || !isShared(query, scene.principal)) return undefined
  const now = changedTables(query.tables, look.schema)
  if (goneOf(now) || !(await mayFind(asPair(query), look, scene.principal, scene.parts))) return undefined
  return toldOf(query, own, { state: isRetyped(now) ? 'changed' : 'ok' })
}

/** Its owner has read its words and lets those see them who may run it, so it stands as a pair that somebody has reviewed. */
const asPair = ({ id, revision, name, description, tags, statement, owner, grantVersion, tables, params }: SavedQuery) => ({
  id: `query ${id}`,
  revision,
  question: [name, description, ...tags].join(' '),
  statement,
  createdBy: owner,
  grantVersion,
  state: 'verified' as const,
  review: 'admin' as const,
  tables,
  params,
})

/** By what the query used when it was saved: whether a column exists the source alone knows, and it is not asked. */
async function stateOf(query: SavedQuery, look: Look, scene: Scene): Promise<State> {
  const now = changedTables(query.tables, seenSchema(look))
  const problem = (await refusalOf(query, look, scene)) ?? goneOf(now)
  if (!problem) return { state: isRetyped(now) ? 'changed' : 'ok' }
  const mend = await mendOf(query, now, look, scene)
  return { state: 'broken', problem, ...(mend === undefined ? {} : { mend }) }
}

async function refusalOf(query: SavedQuery, look: Look, { parts }: Scene): Promise<Problem | undefined> {
  try {
    const { kind, params } = await planned(look, query.statement, parts)
    if (kind === 'read' && params === query.params) return undefined
    return { code: 'statement_refused', message: 'It is read in another way now; save it again.' }
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return { code: error.code, message: error.message }
  }
}

function goneOf(now: readonly Difference[]): Problem | undefined {
  const gone = now.find(({ what }) => what === 'table_gone' || what === 'column_gone')
  if (!gone) return undefined
  if (gone.column === undefined) return { code: 'table_unknown', message: `The table ${gone.table} is gone.` }
  return { code: 'column_unknown', message: `The column ${gone.table}.${gone.column} is gone.` }
}

const isRetyped = (now: readonly Difference[]): boolean => now.some(({ what }) => what === 'retyped')

const VERSIONS_READ = 50

/** The statement with the new names of what was renamed, when the caller may run that. */
async function mendOf(
  query: SavedQuery,
  differences: readonly Difference[],
  look: Look,
  { store, parts }: Scene,
): Promise<string | undefined> {
  if (differences.length === 0) return undefined
  const versions = await store.versions.list(query.source, VERSIONS_READ)
  const since = versions.filter(({ number }) => number > query.version).sort((a, b) => a.number - b.number)
  const changes = since.flatMap((version) => version.changes)
  const renamings = renamingsOf(query, differences, seenSchema(look), changes)
  if (renamings.length === 0) return undefined
  const statement = await rewritten(query, renamings, { parts, source: look.source })
  if (statement === undefined || statement === query.statement) return undefined
  try {
    const { kind, params } = await planned(look, statement, parts)
    if (kind !== 'read' || params !== query.params) return undefined
    // The new name may be one that is hidden from this caller.
    const seen = new Set(seenSchema(look).tables.flatMap(({ columns }) => columns.map(({ name }) => name)))
    return renamings.every(({ column, to }) => column === undefined || seen.has(to)) ? statement : undefined
  } catch (error) {
    if (error instanceof SluiceError) return undefined
    throw error
  }
}

const toldOf = (query: SavedQuery, own: boolean, state: State): QueryTold => ({
  id: query.id,
  source: query.source,
  name: query.name,
  description: query.description,
  sql: query.statement,
  dialect: query.dialect,
  tags: query.tags,
  roles: query.roles,
  own,
  owner: query.owner,
  params: query.params,
  tables: query.tables.flatMap(({ table, behind }) => (behind ? [] : [table])),
  ...state,
  revision: query.revision,
  created_at: query.createdAt,
  updated_at: query.updatedAt,
})
