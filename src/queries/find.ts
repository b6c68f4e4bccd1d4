import { setImmediate } from 'node:timers/promises'
import type { Call } from '../call.ts'
import { named, SluiceError } from '../error.ts'
import type { Look } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { SavedQuery } from '../store/store.ts'
import { granted, isShared, lookAt, type Scene, unknownQuery, withQueries } from './scene.ts'
import { type QueryTold, seenAs } from './told.ts'

/** `text` is looked for in name, description and tags. */
export type AskedQueries = Readonly<{
  text?: string
  tag?: string
  mine?: boolean
  state?: QueryTold['state']
  limit: number
  offset: number
}>
export type ListedQueries = Readonly<{ queries: readonly QueryTold[]; more: boolean }>

const AT_ONCE = 200

/** The saved queries that exist for the caller, newest first, of the call's source or of every granted one. */
export const listQueries = (call: Call, asked: AskedQueries, parts: Parts): Promise<ListedQueries> =>
  withQueries(
    call,
    parts,
    ({ queries }) => queries.length,
    async (scene) => {
      const lookOf = looks(scene)
      const queries: QueryTold[] = []
      let passed = 0
      for await (const query of candidates(scene, asked)) {
        const told = (await granted(scene, query.source)) ? await seenAs(query, await lookOf(query.source), scene) : undefined
        if (!told || (asked.state !== undefined && told.state !== asked.state)) continue
        if (passed++ < asked.offset) continue
        if (queries.length === asked.limit) return { queries, more: true }
        queries.push(told)
      }
      return { queries, more: false }
    },
  )

async function* candidates({ call, principal, store }: Scene, asked: AskedQueries): AsyncGenerator<SavedQuery> {
  const wanted = { owner: principal.name, ...(call.source === '' ? {} : { source: call.source }), limit: AT_ONCE }
  let after: string | undefined
  for (;;) {
    const some = await store.queries.some({ ...wanted, ...(after === undefined ? {} : { after }) })
    for (const query of some) {
      const own = query.owner === principal.name
      if ((own || (!asked.mine && isShared(query, principal))) && fits(query, asked)) yield query
    }
    if (some.length < AT_ONCE) return
    after = some.at(-1)!.id
    // Many at once must not hold up the calls of others.
    await setImmediate()
  }
}

function fits({ name, description, tags }: SavedQuery, { text, tag }: AskedQueries): boolean {
  if (tag !== undefined && !tags.includes(tag)) return false
  if (text === undefined) return true
  const wanted = text.toLowerCase()
  return [name, description, ...tags].some((one) => one.toLowerCase().includes(wanted))
}

/** Each source is looked at once a call; one that does not answer hides no query of the caller's own. */
function looks(scene: Scene): (source: string) => Promise<Look | undefined> {
  const known = new Map<string, Promise<Look | undefined>>()
  const look = async (source: string): Promise<Look | undefined> => {
    try {
      return await lookAt(scene, source)
    } catch (error) {
      scene.call.signal.throwIfAborted()
      if (!(error instanceof SluiceError) || !AWAY.has(error.code)) throw error
      return undefined
    }
  }
  return (source) => {
    const one = known.get(source) ?? look(source)
    known.set(source, one)
    return one
  }
}
const AWAY: ReadonlySet<string> = new Set(['source_unavailable', 'source_busy', 'source_denied', 'source_failed', 'source_unknown'])

/** One saved query. Throws `query_unknown` also for what exists for others only. */
export const queryOf = (call: Call, id: string, parts: Parts): Promise<QueryTold> =>
  withQueries(
    call,
    parts,
    () => 1,
    async (scene) => (await found(id, scene)).told,
  )

/** The query and how the caller sees it. */
export async function found(id: string, scene: Scene): Promise<Readonly<{ query: SavedQuery; told: QueryTold }>> {
  const query = await scene.store.queries.find(id)
  if (!query || (scene.call.source !== '' && query.source !== scene.call.source)) throw unknownQuery()
  if (!(await granted(scene, query.source))) throw unknownQuery()
  const told = await seenAs(query, await looks(scene)(query.source), scene)
  if (!told) throw unknownQuery()
  return { query, told }
}

/** The call that runs a saved query under the caller's own grant. Throws `query_unknown`; what fails leaves an audit record, what does not is recorded as it runs. */
export async function savedCall(call: Call, id: string, parts: Parts): Promise<Call> {
  try {
    const principal = await parts.auth.identify(call.credential)
    const { query } = await found(id, { call, parts, principal, store: await parts.store() })
    return { ...call, source: query.source, text: query.statement }
  } catch (caught) {
    const error = named(caught, call.signal)
    parts.audit.open(call).close(undefined, error)
    throw error
  }
}
