import type { Credential } from '../call.ts'
import type { Principal } from '../principal.ts'

export { type ApiKey, type OpenAuth, openAuth } from './api-keys.ts'
export { makeKey } from './make-key.ts'

export interface Auth {
  /** Throws `credential_missing`, `credential_unknown` or `credential_expired`. Synchronous where it can be. */
  identify(credential: Credential): Principal | Promise<Principal>
}
