import { hash, randomBytes } from 'node:crypto'
import { SluiceError } from '../error.ts'

/** What a token confirms: who may send it back, for which source, and the digest of the change together with what its preview said. */
export type Bound = Readonly<{ principal: string; source: string; digest: string }>

export type Issued = Readonly<{ token: string /** ISO time. */; expires: string }>

/** What a preview found and would do, told to who may confirm it in the caller's place. Values are no part of it. */
export type Foreseen = Readonly<{
  /** The audit id of the preview. */
  id: string
  kind: string
  statements: readonly string[]
  /** Rows by table. */
  changed: Readonly<Record<string, number>>
  warnings: readonly string[]
}>

/** Does what was foreseen, as the caller of the preview; `id` is for the audit. */
export type Again = (id: string, signal: AbortSignal) => Promise<unknown>

/** A preview whose token was not used yet. `again` is absent where it cannot be done from here, as for a file that was streamed. */
export type Waiting = Foreseen & Readonly<{ principal: string; source: string; expires: string; again?: Again }>

export interface Confirmations {
  /** A new token, good once and for five minutes. */
  issue(bound: Bound, foreseen?: Foreseen & Readonly<{ again?: Again }>): Issued
  /** What waits for its confirmation, the newest first. */
  waiting(): readonly Waiting[]
  /** Makes the token of a preview worthless; false where there is none that waits. */
  refuse(id: string): boolean
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

/** Previews that can be confirmed by somebody else: each keeps its change with its values in memory. */
const WAITING_MAX = 100

type Kept = { bound: Bound; until: number; used: boolean; foreseen?: Foreseen & Readonly<{ again?: Again }> }

/** Tokens in the memory of this process, kept as hashes. `now` is in milliseconds since 1970. */
export function openConfirmations(now: () => number = Date.now): Confirmations {
  const kept = new Map<string, Kept>()
  const forget = (at: number) => {
    for (const [key, { until }] of kept) {
      if (until + KEPT_MS > at && kept.size < KEPT_MAX) return
      kept.delete(key)
    }
  }
  const waiting: Kept[] = []
  const stillWaiting = () => {
    const at = now()
    for (const one of waiting) if (one.used || one.until <= at) delete one.foreseen
    return waiting.filter(({ foreseen }) => foreseen).toReversed()
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
    issue(bound, foreseen) {
      const at = now()
      forget(at)
      const token = PREFIX + randomBytes(24).toString('base64url')
      const one: Kept = { bound, until: at + GOOD_MS, used: false, ...(foreseen ? { foreseen } : {}) }
      kept.set(digestOf(token), one)
      if (foreseen) {
        waiting.push(one)
        if (waiting.length > WAITING_MAX) delete waiting.shift()?.foreseen
      }
      return { token, expires: new Date(at + GOOD_MS).toISOString() }
    },
    redeem(token, bound) {
      const found = good(token, bound)
      found.used = true
      delete found.foreseen
    },
    waiting: () =>
      stillWaiting().map(({ bound: { principal, source }, until, foreseen }) => ({
        ...foreseen!,
        principal,
        source,
        expires: new Date(until).toISOString(),
      })),
    refuse(id) {
      const found = stillWaiting().find(({ foreseen }) => foreseen!.id === id)
      if (!found) return false
      found.until = now()
      delete found.foreseen
      return true
    },
    check(token, bound) {
      good(token, bound)
    },
  }
}

const invalid = (message: string) => new SluiceError('confirmation_invalid', message)
const digestOf = (token: string) => hash('sha256', token, 'hex')
