import type { Credential } from '../call.ts'
import type { GrantLimits } from '../grant.ts'
import type { Attribute, Principal } from '../principal.ts'

export { type ApiKey, type OpenAuth, openAuth } from './api-keys.ts'
export { isSafe } from './issuer-keys.ts'
export { type KeyStore, openKeyStore } from './key-store.ts'
export { hashOf, makeKey } from './make-key.ts'
export { type OidcSetting, openOidc, type Tokens } from './oidc.ts'
export { whileGood } from './while-good.ts'

export interface Auth {
  /**
   * Throws `credential_missing`, `credential_unknown`, `credential_expired`, `credential_revoked`, `credential_audience`,
   * `credential_scope` or `issuer_unavailable`. Synchronous where it can be.
   */
  identify(credential: Credential): Principal | Promise<Principal>
  /** Aborted with `credential_revoked` or `credential_expired` when the credential ends; undefined for one that does not while this process lives. */
  until(principal: Principal): AbortSignal | undefined
  readonly keys: Keys
  /** The OpenID provider whose tokens are accepted, where there is one: clients are sent to it. */
  readonly provider: Readonly<{ issuer: string; audiences: readonly string[]; scopes: readonly string[] }> | undefined
}

/** What a key is to be. `expires` in milliseconds since 1970; `sources` and `groups` narrow what the roles give, `limits` lower what they allow. */
export type WantedKey = Readonly<{
  name: string
  roles: readonly string[]
  attributes: Readonly<Record<string, Attribute>>
  sources?: readonly string[]
  groups?: readonly string[]
  limits?: Readonly<Partial<GrantLimits>>
  expires?: number
}>

/** A key as it may be shown. `id` is empty for a key of the configuration, which only the configuration can change. ISO times. */
export type KnownKey = Readonly<{
  id: string
  name: string
  from: 'store' | 'configuration' | 'environment'
  state: 'valid' | 'expired' | 'revoked'
  roles: readonly string[]
  attributes: Readonly<Record<string, Attribute>>
  sources?: readonly string[]
  groups?: readonly string[]
  limits?: Readonly<Partial<GrantLimits>>
  created?: string
  created_by?: string
  expires?: string
  rotated?: string
  revoked?: string
}>

/** `key` is the secret, told this once. */
export type MadeKey = Readonly<{ key: string; known: KnownKey }>

/**
 * API keys made while the gateway runs. `by` is who asks, and `operator` somebody who may write the state folder anyway: only they and a
 * holder of the role `admin` without a narrower scope may lend any role. Everybody else lends at most what they have themselves and reaches
 * only such keys. Throws `action_refused`, `field_invalid`, `key_unknown`.
 */
export interface Keys {
  list(by: Principal | 'operator'): readonly KnownKey[]
  create(wanted: WantedKey, by: Principal | 'operator'): Promise<MadeKey>
  /** A new secret for the key with this id, or this name; the old one stays good for `graceS` seconds. */
  rotate(id: string, graceS: number, by: Principal | 'operator'): Promise<MadeKey>
  revoke(id: string, by: Principal | 'operator'): Promise<KnownKey>
}
