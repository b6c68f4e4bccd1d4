import { randomBytes } from 'node:crypto'
import { SluiceError } from '../error.ts'
import type { GrantLimits } from '../grant.ts'
import type { Principal } from '../principal.ts'
import type { KnownKey, MadeKey, WantedKey } from './auth.ts'
import { type Ending, ending } from './ending.ts'
import { keyFile, type StoredKey } from './key-file.ts'
import { holderOf, keyExpired } from './key-holder.ts'
import { makeKey } from './make-key.ts'

/** Looked at least this often while somebody calls, or runs something, by a key of the store. */
const LOOK_MS = 200
/** Keys that are kept at most; those that ended longest ago are forgotten first. */
const KEYS_MAX = 10_000

/** One secret that the store knows: the principal it stands for, and when it ends. */
type Secret = Readonly<{ principal: Principal; ending: Ending; stored: StoredKey; state: string }>

export interface KeyStore {
  /** Undefined for a hash that the store does not know; throws `credential_expired` or `credential_revoked`. */
  find(hash: string): Principal | undefined
  until(principal: Principal): AbortSignal | undefined
  /** When the principal's key ends by the clock, in milliseconds since 1970. */
  endOf(principal: Principal): number | undefined
  list(): readonly StoredKey[]
  create(wanted: WantedKey, by: string): Promise<MadeKey>
  /** `mayReach` throws for a key that the caller may not touch. */
  rotate(id: string, graceS: number, mayReach: (key: StoredKey) => void): Promise<MadeKey>
  revoke(id: string, mayReach: (key: StoredKey) => void): Promise<KnownKey>
  close(): void
}

/** Keys that are made at run time, in one file of the state folder. What another process does to it is seen within a fraction of a second. */
export function openKeyStore(path: string, now: () => number = Date.now): KeyStore {
  const file = keyFile(path)
  let version: string | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  let keys: readonly StoredKey[] = []
  let secrets = new Map<string, Secret>()
  let timer: NodeJS.Timeout | undefined
  let broken: SluiceError | undefined
  const endings = new WeakMap<Principal, Ending>()

  const take = (read: readonly StoredKey[]) => {
    keys = read
    const next = new Map<string, Secret>()
    for (const stored of read) {
      for (const [hash, until] of secretsOf(stored)) {
        const state = stateOf(stored)
        const known = secrets.get(hash)
        if (known?.state === state) known.ending.move(until)
        next.set(hash, known?.state === state ? known : secretOf(stored, state, until, endings, now))
      }
    }
    for (const [hash, old] of secrets) if (next.get(hash) !== old) old.ending.end(revoked(old.stored.name))
    secrets = next
  }
  /** Reads the file when it is another one than last time. A disk that does not answer changes nothing; a file that is broken lets nobody in. */
  const look = () => {
    lookedAt = performance.now()
    try {
      const current = file.version()
      if (current === version) return
      take(file.read())
      version = current
      broken = undefined
    } catch (error) {
      if (!(error instanceof SluiceError)) return
      version = undefined
      broken = error
      take([])
    }
  }
  const fresh = () => {
    if (performance.now() - lookedAt >= LOOK_MS) look()
  }
  /** While a call runs by a key nobody else looks whether the key still stands. */
  const watch = () => {
    timer ??= setInterval(look, LOOK_MS).unref()
  }
  const changed = async <T>(work: (stored: readonly StoredKey[]) => Readonly<{ keys: readonly StoredKey[]; value: T }>): Promise<T> => {
    const value = await file.change(work)
    look()
    return value
  }

  return {
    find(hash) {
      fresh()
      const secret = secrets.get(hash)
      if (!secret && broken) throw broken
      if (!secret) return undefined
      if (secret.stored.revoked !== undefined) throw revoked(secret.stored.name)
      const { ended } = secret.ending
      if (ended) throw ended
      return secret.principal
    },
    until(principal) {
      const ending = endings.get(principal)
      if (ending) watch()
      return ending?.signal
    },
    endOf: (principal) => endings.get(principal)?.until,
    list() {
      look()
      if (broken) throw broken
      return keys
    },
    create(wanted, by) {
      const { key, hash } = makeKey()
      const made = recordOf(wanted, by, hash, now())
      return changed((stored) => {
        if (stored.some(({ name, revoked }) => name === made.name && revoked === undefined)) throw taken(made.name)
        return { keys: [...bounded(stored, now()), made], value: { key, known: knownOf(made, now()) } }
      })
    },
    rotate(id, graceS, mayReach) {
      const { key, hash } = makeKey()
      return changed((stored) => {
        const old = named(stored, id)
        mayReach(old)
        if (old.revoked !== undefined) throw new SluiceError('key_unknown', `The API key "${old.name}" is revoked; make a new one.`)
        const at = now()
        const { previous: _, ...rest } = old
        const next = { ...rest, hash, rotated: at, ...(graceS > 0 ? { previous: { hash: old.hash, until: at + graceS * 1000 } } : {}) }
        return { keys: stored.map((one) => (one === old ? next : one)), value: { key, known: knownOf(next, at) } }
      })
    },
    revoke(id, mayReach) {
      return changed((stored) => {
        const old = named(stored, id)
        mayReach(old)
        const { previous: _, ...rest } = old
        const next = { ...rest, revoked: old.revoked ?? now() }
        return { keys: stored.map((one) => (one === old ? next : one)), value: knownOf(next, now()) }
      })
    },
    close() {
      clearInterval(timer)
    },
  }
}

const revoked = (name: string) => new SluiceError('credential_revoked', `The API key "${name}" was revoked or replaced.`)
const taken = (name: string) =>
  new SluiceError('field_invalid', `There is a key named "${name}" already; names tell keys apart in the audit log.`)

/** Hashes of a key that are good, each with the moment at which it ends. */
const secretsOf = ({ hash, previous, expires }: StoredKey): [string, number | undefined][] => [
  [hash, expires],
  ...(previous ? [[previous.hash, Math.min(previous.until, expires ?? previous.until)] as [string, number]] : []),
]

/** What makes a secret another one: who it stands for, and whether it stands. */
const stateOf = ({ name, roles, attributes, sources, groups, limits, revoked }: StoredKey) =>
  JSON.stringify([name, roles, attributes, sources, groups, limits, revoked])

function secretOf(
  stored: StoredKey,
  state: string,
  until: number | undefined,
  endings: WeakMap<Principal, Ending>,
  now: () => number,
): Secret {
  const principal = holderOf(stored)
  const made = ending(until, () => keyExpired(stored), now)
  endings.set(principal, made)
  return { principal, ending: made, stored, state }
}

/** By id, else by name where just one key that stands has it. */
function named(stored: readonly StoredKey[], wanted: string): StoredKey {
  const found = stored.find(({ id }) => id === wanted) ?? stored.find(({ name, revoked }) => name === wanted && revoked === undefined)
  if (found) return found
  throw new SluiceError('key_unknown', 'There is no API key with this id or name in the store.')
}

function recordOf(wanted: WantedKey, by: string, hash: string, at: number): StoredKey {
  const { name, roles, attributes, sources, groups, limits, expires } = wanted
  return {
    id: `key_${randomBytes(9).toString('base64url')}`,
    name,
    hash,
    roles,
    attributes,
    ...(sources ? { sources } : {}),
    ...(groups ? { groups } : {}),
    ...(limits ? { limits: limits as Readonly<Record<string, number>> } : {}),
    created: at,
    created_by: by,
    ...(expires === undefined ? {} : { expires }),
  }
}

function bounded(stored: readonly StoredKey[], at: number): readonly StoredKey[] {
  if (stored.length < KEYS_MAX) return stored
  const endedAt = ({ revoked, expires }: StoredKey) => Math.min(revoked ?? Number.POSITIVE_INFINITY, expires ?? Number.POSITIVE_INFINITY)
  const oldest = stored.reduce((a, b) => (endedAt(b) < endedAt(a) ? b : a))
  if (endedAt(oldest) > at) throw new SluiceError('field_invalid', `There are ${KEYS_MAX} keys that stand; revoke some first.`)
  return stored.filter((one) => one !== oldest)
}

const iso = (ms: number | undefined, name: string) => (ms === undefined ? {} : { [name]: new Date(ms).toISOString() })

/** A key of the store as it may be shown. */
export function knownOf(stored: StoredKey, at: number): KnownKey {
  const { id, name, roles, attributes, sources, groups, limits, created, created_by, expires, rotated } = stored
  return {
    id,
    name,
    from: 'store',
    state: stored.revoked !== undefined ? 'revoked' : expires !== undefined && expires <= at ? 'expired' : 'valid',
    roles,
    attributes,
    ...(sources ? { sources } : {}),
    ...(groups ? { groups } : {}),
    ...(limits ? { limits: limits as Partial<GrantLimits> } : {}),
    created_by,
    ...iso(created, 'created'),
    ...iso(expires, 'expires'),
    ...iso(rotated, 'rotated'),
    ...iso(stored.revoked, 'revoked'),
  }
}
