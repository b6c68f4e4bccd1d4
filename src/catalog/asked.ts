import type { Call } from '../call.ts'
import type { Change } from '../drift/drift.ts'
import { SluiceError } from '../error.ts'
import { recorded } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import { type Progress, type Synced, synchronise } from './synchronise.ts'

/** What a synchronisation came to, for whoever administers the source. `changes` are the first of `total`. */
export type SyncTold = Omit<Synced, 'changes'> & Readonly<{ changes: readonly Change[]; total: number }>

/** Changes that are told of each source; the difference between versions tells all. */
const CHANGES_TOLD = 100

/**
 * Brings sources up to date for a caller who holds the action `admin` on each of them; without names all that they administer. Throws
 * `source_unknown`, `action_refused`.
 */
export const syncCatalog = (
  call: Call,
  wanted: readonly string[],
  progress: (told: Progress) => void,
  parts: Parts,
): Promise<readonly SyncTold[]> =>
  recorded(
    call,
    parts,
    (synced) => synced.length,
    async (entry, principal) => {
      const sources = await administered([...new Set(wanted)], principal, parts)
      await entry.intend(principal, { sql: call.text, kind: 'catalog', tables: [], policies: [], params: 0 })
      const outcomes = await synchronise(sources, { parts, signal: call.signal, progress })
      return outcomes.map(({ changes, ...rest }) => ({ ...rest, changes: changes.slice(0, CHANGES_TOLD), total: changes.length }))
    },
  )

async function administered(wanted: readonly string[], principal: Principal, parts: Parts): Promise<readonly string[]> {
  for (const source of wanted) {
    const { actions } = await parts.policy.grant(principal, source)
    if (!actions.has('admin')) throw new SluiceError('action_refused', `Your roles do not allow the action "admin" on "${source}".`)
  }
  if (wanted.length > 0) return wanted
  const own: string[] = []
  for (const source of parts.policy.sources(principal)) if (await mayAdminister(source, principal, parts)) own.push(source)
  if (own.length === 0) throw new SluiceError('action_refused', 'This needs the action "admin" on some source.')
  return own
}

async function mayAdminister(source: string, principal: Principal, parts: Parts): Promise<boolean> {
  try {
    return (await parts.policy.grant(principal, source)).actions.has('admin')
  } catch (error) {
    if (error instanceof SluiceError) return false
    throw error
  }
}
