import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { type Look, lookInto, recorded } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import type { Schema } from '../schema.ts'
import type { SavedQuery, Store } from '../store/store.ts'

/** Who deals with saved queries, and what with. */
export type Scene = Readonly<{ call: Call; parts: Parts; principal: Principal; store: Store }>

/** One recorded call that deals with saved queries; `told` counts what the caller learns of. */
export const withQueries = <T>(call: Call, parts: Parts, told: (done: T) => number, doing: (scene: Scene) => Promise<T>): Promise<T> =>
  recorded(call, parts, told, async (entry, principal) => {
    entry.identified(principal)
    // What may not be used is not found, whatever was saved for it.
    if (call.source !== '') await parts.policy.grant(principal, call.source)
    await entry.intend(principal, { sql: call.text, kind: 'queries', tables: [], policies: [], params: 0 })
    return doing({ call, parts, principal, store: await parts.store() })
  })

/** The source as this caller sees it; `fresh` reads its schema again. */
export const lookAt = ({ call, principal, parts }: Scene, source: string, fresh = false): Promise<Look> =>
  lookInto(source, call, principal, parts, () => !fresh)

/** What of the schema the caller sees: nothing else is known of what a query uses, so that nothing tells what is hidden. */
export const seenSchema = ({ schema, visible }: Look): Schema => ({ ...schema, tables: visible.map(({ table }) => table) })

/** Undefined where nothing of the source is granted. */
export async function granted({ principal, parts }: Scene, source: string): Promise<boolean> {
  try {
    await parts.policy.grant(principal, source)
    return true
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'source_unknown') return false
    throw error
  }
}

/** Whether the caller holds a role that the query is shared with. */
export const isShared = ({ roles }: SavedQuery, principal: Principal): boolean =>
  roles.some((role) => role === '*' || principal.roles.includes(role))

export const unknownQuery = (): SluiceError => new SluiceError('query_unknown', 'There is no such saved query that you may run.')

/** The bounds of what is saved. */
export const bounds = {
  /** Of one owner in one source. */
  ownMax: 500,
  statementCharsMax: 64_000,
  nameCharsMax: 200,
  descriptionCharsMax: 2_000,
  tagsMax: 20,
  tagCharsMax: 50,
  rolesMax: 20,
  roleCharsMax: 100,
} as const
