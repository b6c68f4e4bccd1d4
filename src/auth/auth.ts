import type { Credential } from '../call.ts'
import type { Principal } from '../principal.ts'

export interface Auth {
  /** Throws `credential_missing`, `credential_unknown` or `credential_expired`. Synchronous where it can be. */
  identify(credential: Credential): Principal | Promise<Principal>
}
