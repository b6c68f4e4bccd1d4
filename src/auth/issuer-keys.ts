import type { JWTVerifyGetKey } from 'jose'
import { SluiceError } from '../error.ts'
import type { OidcSetting } from './oidc.ts'

const ANSWER_BYTES_MAX = 512 * 1024
/** Keys are read again after this long even when each token finds its key: one that its issuer took back must go. */
const KEYS_MS_MAX = 10 * 60_000

/**
 * The public keys of an issuer, read when the first token comes, then at most once a cooldown. An issuer that did not answer is not asked
 * again before the cooldown is over, so that a flood of tokens is no flood of questions.
 */
export function issuerKeys(setting: OidcSetting): () => Promise<JWTVerifyGetKey> {
  let ready: Promise<JWTVerifyGetKey> | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  return () => {
    if (ready && performance.now() - failedAt > setting.cooldownMs && failedAt > 0) ready = undefined
    ready ??= open(setting).then(
      (keys) => {
        failedAt = Number.NEGATIVE_INFINITY
        return keys
      },
      (error: unknown) => {
        failedAt = performance.now()
        throw error
      },
    )
    return ready
  }
}

async function open({ issuer, jwksUri, timeoutMs, cooldownMs }: OidcSetting): Promise<JWTVerifyGetKey> {
  const { createRemoteJWKSet, customFetch } = await import('jose')
  const url = jwksUri ?? (await discovered(issuer, timeoutMs))
  return createRemoteJWKSet(new URL(url), {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: KEYS_MS_MAX,
    [customFetch]: async (address: string, init: RequestInit) => new Response(await bounded(await fetch(address, init)), { status: 200 }),
  })
}

async function discovered(issuer: string, timeoutMs: number): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const signal = AbortSignal.timeout(timeoutMs)
  let told: Readonly<{ issuer?: unknown; jwks_uri?: unknown }>
  try {
    told = JSON.parse(await bounded(await fetch(address, { signal, redirect: 'error', headers: { accept: 'application/json' } })))
  } catch (cause) {
    throw new SluiceError('issuer_unavailable', 'The OpenID provider does not answer at its discovery address.', { cause })
  }
  if (told.issuer !== issuer || typeof told.jwks_uri !== 'string' || !isSafe(told.jwks_uri))
    throw new SluiceError('issuer_unavailable', 'The discovery document of the OpenID provider is not that of `oidc.issuer`.')
  return told.jwks_uri
}

/** Keys that come over an open network could be anybody's. */
export function isSafe(address: string): boolean {
  const url = URL.parse(address)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
}

async function bounded(response: Response): Promise<string> {
  if (!response.ok || !response.body) throw new Error(`status ${response.status}`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > ANSWER_BYTES_MAX) throw new Error('the answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
