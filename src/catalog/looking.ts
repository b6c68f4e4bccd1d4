import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { intend, recorded } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Grant } from '../grant.ts'
import type { Store } from '../store/store.ts'

/** One source of the registry as somebody asks about it. */
export type CatalogLook = Readonly<{ source: string; grant: Grant; store: Store }>

/** Grant, quota and registry for the call's source, as one recorded call. The source itself is not touched. */
export const inCatalog = <T>(
  call: Call,
  tables: readonly string[],
  told: (done: T) => number,
  parts: Parts,
  doing: (look: CatalogLook) => Promise<T>,
): Promise<T> =>
  recorded(call, parts, told, async (entry, principal) => {
    await intend(entry, principal, call, tables)
    const grant = await parts.policy.grant(principal, call.source)
    const leave = parts.quota.enter(grant)
    try {
      return await doing({ source: call.source, grant, store: await parts.store() })
    } finally {
      leave()
    }
  })

/** A source that nobody has looked at yet. */
export const notSynchronised = (source: string): SluiceError =>
  new SluiceError('not_synchronised', `The registry knows nothing of "${source}" yet: it was never synchronised.`)
