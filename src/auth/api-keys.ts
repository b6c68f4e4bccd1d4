import { timingSafeEqual } from 'node:crypto'
import type { Credential } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { GrantLimits } from '../grant.ts'
import type { Attribute, Principal } from '../principal.ts'
import type { Auth, KnownKey } from './auth.ts'
import { type Ending, ending } from './ending.ts'
import { holderOf, keyExpired } from './key-holder.ts'
import type { KeyStore } from './key-store.ts'
import { keysOf } from './keys.ts'
import type { RolesBelow } from './lend.ts'
import { hashOf, KEY_PREFIX } from './make-key.ts'
import type { Tokens } from './oidc.ts'

/** One API key of the configuration. `expires` is in milliseconds since 1970. */
export type ApiKey = Readonly<{
  name: string
  hash: string
  roles: readonly string[]
  attributes: Readonly<Record<string, Attribute>>
  sources?: readonly string[]
  groups?: readonly string[]
  limits?: Readonly<Partial<GrantLimits>>
  expires?: number
  /** Set for a token of the environment, which need not look like a key of ours. */
  from?: 'environment'
}>

export type AuthSetting = Readonly<{
  keys: readonly ApiKey[]
  /** Who a caller on this machine is that shows no key; without a role such a caller must show one. */
  local: Readonly<{ roles: readonly string[]; attributes: Readonly<Record<string, Attribute>> }>
  /** Keys made at run time; none without it. */
  store?: KeyStore
  /** Bearer tokens of an OpenID provider; none without it. */
  tokens?: Tokens
  /** Names that a new key may have. */
  known?: Readonly<{ roles: readonly string[]; sources: readonly string[] }>
  below?: RolesBelow
  /** Milliseconds since 1970. */
  now?: () => number
}>

/** Longer tokens are no keys and are not worth hashing. */
const KEY_MAX = 256

/** Auth that waits only for a token that it has not seen. */
export type OpenAuth = Auth

/** Knows callers by API key and by token. Principals are made once, so that the grants of a principal can be remembered by identity. */
export function openAuth(setting: AuthSetting): OpenAuth {
  const { keys, local, store, tokens, now = Date.now } = setting
  const known = new Map(keys.map((key) => [key.hash, configured(key, now)]))
  const endings = new WeakMap<Principal, Ending>()
  for (const { principal, ending } of known.values()) if (ending) endings.set(principal, ending)
  const foreign = keys.some(({ from }) => from === 'environment')
  const localPrincipal: Principal = Object.freeze({ name: 'local', via: 'local', roles: local.roles, attributes: local.attributes })

  /** A door and the gateway ask one after the other who made a call, with one and the same credential; hashing it is most of the answer. */
  let last: Bearer | undefined
  let lastHash = ''
  const hashFor = (credential: Bearer): string => {
    if (credential !== last) {
      lastHash = hashOf(credential.token)
      last = credential
    }
    return lastHash
  }

  const byKey = (credential: Bearer): Principal | undefined => {
    const { token } = credential
    if (token.length > KEY_MAX || !(foreign || token.startsWith(KEY_PREFIX))) return undefined
    const shown = hashFor(credential)
    // Looking a hash up tells an attacker by timing at most about the hash, which they cannot steer; comparing whole buffers tells nothing.
    const found = known.get(shown)
    if (!found || !timingSafeEqual(found.digest, Buffer.from(shown))) return store?.find(shown)
    if (found.ending?.ended) throw found.ending.ended
    return found.principal
  }

  return {
    identify(credential: Credential) {
      switch (credential.kind) {
        case 'bearer': {
          const principal = byKey(credential)
          if (principal) return principal
          if (tokens?.looksLike(credential.token)) return tokens.identify(credential.token)
          throw unknown()
        }
        case 'local':
          if (localPrincipal.roles.length > 0) return localPrincipal
          throw missing()
        default:
          throw missing()
      }
    },
    until: (principal) =>
      principal.via === 'local' ? undefined : (endings.get(principal)?.signal ?? store?.until(principal) ?? tokens?.until(principal)),
    provider: tokens?.provider,
    keys: keysOf(
      setting,
      () => keys.map((key) => knownOf(key, now())),
      (principal) => endings.get(principal)?.until ?? store?.endOf(principal),
    ),
  }
}

type Bearer = Extract<Credential, { kind: 'bearer' }>

type Configured = Readonly<{ principal: Principal; digest: Buffer; ending: Ending | undefined }>

function configured(key: ApiKey, now: () => number): Configured {
  const { hash, expires } = key
  return {
    principal: holderOf(key),
    digest: Buffer.from(hash),
    ending: expires === undefined ? undefined : ending(expires, () => keyExpired(key), now),
  }
}

const knownOf = ({ hash: _, from, expires, ...rest }: ApiKey, at: number): KnownKey => ({
  ...rest,
  id: '',
  from: from ?? 'configuration',
  state: expires !== undefined && expires <= at ? 'expired' : 'valid',
  ...(expires === undefined ? {} : { expires: new Date(expires).toISOString() }),
})

const unknown = () => new SluiceError('credential_unknown', 'The credential is not known.')
const missing = () => new SluiceError('credential_missing', 'This call needs an API key.')
