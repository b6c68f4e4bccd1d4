import { hash } from 'node:crypto'
import type { JWTPayload, JWTVerifyResult } from 'jose'
import { LRUCache } from 'lru-cache'
import { SluiceError } from '../error.ts'
import type { Principal } from '../principal.ts'
import type { Auth } from './auth.ts'
import { attributesOf, type ClaimRules, nameOf, rolesOf, scopesOf } from './claims.ts'
import { type Ending, ending } from './ending.ts'
import { issuerKeys } from './issuer-keys.ts'

/** An OpenID provider whose access tokens are believed. Times in milliseconds. */
export type OidcSetting = ClaimRules &
  Readonly<{
    issuer: string
    /** A token must be meant for one of these. */
    audiences: readonly string[]
    /** Asked of the issuer's discovery document where it is not given. */
    jwksUri?: string
    algorithms: readonly string[]
    skewMs: number
    scopes: readonly string[]
    timeoutMs: number
    /** Least time between two readings of the issuer's keys. */
    cooldownMs: number
  }>

/** Bearer tokens of one provider. */
export interface Tokens {
  /** Whether it can be a token at all; nothing is believed yet. */
  looksLike(token: string): boolean
  /** At once for a token that was seen before. Throws `credential_unknown`, `_expired`, `_audience`, `_scope`, `issuer_unavailable`. */
  identify(token: string): Principal | Promise<Principal>
  until(principal: Principal): AbortSignal | undefined
  readonly provider: Auth['provider']
}

/** Tokens remembered at most; those that were used longest ago are checked again. */
const TOKENS_KEPT = 10_000
const TOKEN_MAX = 12 * 1024

type Kept = Readonly<{ principal: Principal; ending: Ending }>

/** Checks JWT access tokens (RFC 9068) by the keys of their issuer. `now` in milliseconds since 1970. */
export function openOidc(setting: OidcSetting, now: () => number = Date.now): Tokens {
  const kept = new LRUCache<string, Kept>({ max: TOKENS_KEPT })
  const endings = new WeakMap<Principal, Ending>()
  const checking = new Map<string, Promise<Kept>>()
  const keys = issuerKeys(setting)

  const check = async (token: string): Promise<Kept> => {
    const { payload } = await verified(token, setting, keys, now)
    const principal = principalOf(payload, setting)
    const made = ending((payload.exp as number) * 1000 + setting.skewMs, expired, now)
    endings.set(principal, made)
    return { principal, ending: made }
  }

  return {
    looksLike: (token) => token.length <= TOKEN_MAX && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token),
    identify(token) {
      const key = hash('sha256', token, 'base64url')
      const known = kept.get(key)
      if (known) {
        if (known.ending.ended) throw known.ending.ended
        return known.principal
      }
      const running =
        checking.get(key) ??
        check(token)
          .then((fresh) => {
            kept.set(key, fresh)
            return fresh
          })
          .finally(() => checking.delete(key))
      checking.set(key, running)
      return running.then(({ principal }) => principal)
    },
    until: (principal) => endings.get(principal)?.signal,
    provider: { issuer: setting.issuer, audiences: setting.audiences, scopes: setting.scopes },
  }
}

const expired = () =>
  new SluiceError('credential_expired', 'The access token has expired.', { hint: 'Ask the authorisation server for a new token.' })
const unknown = (why: string, cause?: unknown) =>
  new SluiceError('credential_unknown', `The access token is not accepted: ${why}.`, {
    cause,
    hint: 'Ask the authorisation server for a new access token.',
  })

/** What RFC 9068 and the providers that came before it call an access token. An ID token, a logout token or a proof of possession is none. */
const TYPES: ReadonlySet<string | undefined> = new Set([undefined, 'at+jwt', 'application/at+jwt', 'jwt'])

async function verified(
  token: string,
  { issuer, audiences, algorithms, skewMs }: OidcSetting,
  keys: ReturnType<typeof issuerKeys>,
  now: () => number,
): Promise<JWTVerifyResult> {
  const { errors, jwtVerify } = await import('jose')
  const options = {
    issuer,
    audience: [...audiences],
    algorithms: [...algorithms],
    clockTolerance: skewMs / 1000,
    requiredClaims: ['exp'],
    currentDate: new Date(now()),
  }
  try {
    const checked = await jwtVerify(token, await keys(), options).catch(async (error: unknown) => {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
      // A token that does not name its key may be of any of them.
      for await (const key of error) {
        const tried = await jwtVerify(token, key, options).catch((reason: unknown) => reason)
        if (!(tried instanceof errors.JWSSignatureVerificationFailed))
          return tried instanceof Error ? Promise.reject(tried) : (tried as JWTVerifyResult)
      }
      throw new errors.JWSSignatureVerificationFailed()
    })
    const { typ } = checked.protectedHeader
    if (!TYPES.has(typ?.toLowerCase())) throw unknown('it is no access token')
    // A token that is bound to a key or a certificate is stolen when it comes alone (RFC 9449, RFC 8705).
    if (checked.payload.cnf !== undefined) throw unknown('it is bound to a key whose proof this gateway does not check')
    return checked
  } catch (error) {
    if (error instanceof SluiceError) throw error
    if (error instanceof errors.JWTExpired) throw expired()
    if (error instanceof errors.JWTClaimValidationFailed) {
      if (error.claim === 'aud')
        throw new SluiceError('credential_audience', 'The access token is meant for another service.', { cause: error })
      if (error.claim === 'iss') throw unknown('another issuer made it', error)
      throw unknown(error.claim === 'nbf' ? 'it is not valid yet' : 'a claim is missing or wrong', error)
    }
    if (error instanceof errors.JWKSTimeout) throw unavailable(error)
    if (error instanceof errors.JWKSNoMatchingKey) throw unknown('no key of the issuer made it', error)
    if (error instanceof errors.JWSSignatureVerificationFailed) throw unknown('its signature is wrong', error)
    if (error instanceof errors.JOSEAlgNotAllowed) throw unknown('it is signed in a way that is not allowed', error)
    if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSInvalid) && error.code !== 'ERR_JOSE_GENERIC')
      throw unknown('it is not a signed token', error)
    throw unavailable(error)
  }
}

const unavailable = (cause: unknown) =>
  new SluiceError('issuer_unavailable', 'The OpenID provider does not tell its keys, so the access token cannot be checked.', { cause })

function principalOf(payload: JWTPayload, setting: OidcSetting): Principal {
  const name = nameOf(payload, setting)
  if (name === undefined) throw unknown(`its claim ${setting.nameClaim} does not name the caller`)
  const scopes = scopesOf(payload)
  const missing = setting.scopes.filter((scope) => !scopes.has(scope))
  if (missing.length > 0) throw new SluiceError('credential_scope', `The access token lacks the scope ${missing.join(' ')}.`)
  return Object.freeze({ name, via: 'token', roles: rolesOf(payload, setting), attributes: attributesOf(payload, setting) })
}
