import type { Call } from '../call.ts'
import type { Principal } from '../principal.ts'
import type { Auth } from './auth.ts'

/**
 * The call as it is good for as long as its credential: a key that is revoked ends what runs by it. Costs nothing for credentials that do not
 * end. `done` must be called when the call has ended, or the credential's signal would hold on to it.
 */
export function whileGood(call: Call, principal: Principal, auth: Auth): Readonly<{ call: Call; done(): void }> {
  const ends = auth.until(principal)
  if (!ends) return { call, done: nothing }
  const controller = new AbortController()
  const byCaller = () => controller.abort(call.signal.reason)
  const byCredential = () => controller.abort(ends.reason)
  if (call.signal.aborted) byCaller()
  if (ends.aborted) byCredential()
  call.signal.addEventListener('abort', byCaller, { once: true })
  ends.addEventListener('abort', byCredential, { once: true })
  return {
    call: { ...call, signal: controller.signal },
    done() {
      call.signal.removeEventListener('abort', byCaller)
      ends.removeEventListener('abort', byCredential)
    },
  }
}

const nothing = () => undefined
