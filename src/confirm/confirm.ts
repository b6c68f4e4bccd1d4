import { hash, randomBytes } from 'node:crypto'
import { SluiceError } from '../error.ts'

/** What a token confirms: who may send it back, for which source, and the digest of the change together with what its preview said. */
export type Bound = Readonly<{ principal: string; source: string; digest: string }>

export type Issued = Readonly<{ token: string /** ISO time. */; expires: string }>

export interface Confirmations {
  /** A new token, good once and for five minutes. */
  issue(bound: Bound): Issued
  /** Takes the token; throws `confirmation_invalid`, `confirmation_expired` or `confirmation_used`. A token that does not fit stays good for its owner. */
  redeem(token: string, bound: Bound): void
  /** Throws as `redeem` does, but leaves the token good: nothing is to be run for one that would be refused in the end. */
  check(token: string, bound: Bound): void
}

const GOOD_MS = 5 * 60_000
/** Tokens of changes that were applied are remembered as long, so that a second sending is told what happened. */
const KEPT_MS = 2 * GOOD_MS
const KEPT_MAX = 10_000
const PREFIX = 'cfm_'

type Kept = { bound: Bound; until: number; used: boolean }

/** Tokens in the memory of this process, kept as hashes. `now` is in milliseconds since 1970. */
export function openConfirmations(now: () => number = Date.now): Confirmations {
  const kept = new Map<string, Kept>()
  const forget = (at: number) => {
    for (const [key, { until }] of kept) {
      if (until + KEPT_MS > at && kept.size < KEPT_MAX) return
      kept.delete(key)
    }
  }
  const good = (token: string, bound: Bound): Kept => {
    const found = token.startsWith(PREFIX) && token.length < 100 ? kept.get(digestOf(token)) : undefined
    // Another caller's token is as unknown as an invented one.
    if (!found || found.bound.principal !== bound.principal) throw invalid('The confirmation token is not known.')
    if (found.used) throw new SluiceError('confirmation_used', 'This confirmation token was used already.')
    if (found.until <= now()) throw new SluiceError('confirmation_expired', 'This confirmation token has expired.')
    if (found.bound.source !== bound.source || found.bound.digest !== bound.digest) {
      throw invalid('The confirmation token was given for another change, or what the change would do is not what its preview showed.')
    }
    return found
  }
  return {
    issue(bound) {
      const at = now()
      forget(at)
      const token = PREFIX + randomBytes(24).toString('base64url')
      kept.set(digestOf(token), { bound, until: at + GOOD_MS, used: false })
      return { token, expires: new Date(at + GOOD_MS).toISOString() }
    },
    redeem(token, bound) {
      good(token, bound).used = true
    },
    check(token, bound) {
      good(token, bound)
    },
  }
}

const invalid = (message: string) => new SluiceError('confirmation_invalid', message)
const digestOf = (token: string) => hash('sha256', token, 'hex')
