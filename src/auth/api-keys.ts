import { timingSafeEqual } from 'node:crypto'
import type { Credential } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Attribute, Principal } from '../principal.ts'
import type { Auth } from './auth.ts'
import { hashOf, KEY_PREFIX } from './make-key.ts'

/** One API key of the configuration. `expires` is in milliseconds since 1970. */
export type ApiKey = Readonly<{
  name: string
  hash: string
  roles: readonly string[]
  attributes: Readonly<Record<string, Attribute>>
  expires?: number
}>

type Setting = Readonly<{
  keys: readonly ApiKey[]
  /** Who a caller on this machine is that shows no key; without a role such a caller must show one. */
  local: Readonly<{ roles: readonly string[]; attributes: Readonly<Record<string, Attribute>> }>
  /** Milliseconds since 1970. */
  now?: () => number
}>

/** Longer tokens are no keys of ours and are not worth hashing. */
const TOKEN_MAX = 256

/** Auth that never waits. */
export type OpenAuth = Omit<Auth, 'identify'> & { identify(credential: Credential): Principal }

/** Knows callers by API key. Principals are made once, so that the grants of a principal can be remembered by identity. */
export function openAuth({ keys, local, now = Date.now }: Setting): OpenAuth {
  const known = new Map(keys.map((key) => [key.hash, { key, digest: Buffer.from(key.hash), principal: principalOf(key) }]))
  const localPrincipal: Principal = Object.freeze({ name: 'local', via: 'local', roles: local.roles, attributes: local.attributes })

  const byToken = (token: string): Principal => {
    if (!token.startsWith(KEY_PREFIX) || token.length > TOKEN_MAX) throw unknown()
    const shown = hashOf(token)
    // Looking a hash up tells an attacker by timing at most about the hash, which they cannot steer; comparing whole buffers tells nothing.
    const found = known.get(shown)
    if (!found || !timingSafeEqual(found.digest, Buffer.from(shown))) throw unknown()
    if (found.key.expires !== undefined && found.key.expires <= now()) {
      throw new SluiceError('credential_expired', `The API key "${found.key.name}" has expired.`)
    }
    return found.principal
  }

  return {
    identify(credential) {
      switch (credential.kind) {
        case 'bearer':
          return byToken(credential.token)
        case 'local':
          if (localPrincipal.roles.length > 0) return localPrincipal
          throw missing()
        default:
          throw missing()
      }
    },
  }
}

const principalOf = ({ name, roles, attributes }: ApiKey): Principal => Object.freeze({ name, via: 'key', roles, attributes })

const unknown = () => new SluiceError('credential_unknown', 'The API key is not known.')
const missing = () => new SluiceError('credential_missing', 'This call needs an API key.')
