import { SluiceError } from '../error.ts'
import { didYouMean } from '../nearest.ts'
import type { Principal } from '../principal.ts'
import type { AuthSetting } from './api-keys.ts'
import type { Keys, KnownKey, WantedKey } from './auth.ts'
import { knownOf } from './key-store.ts'
import { beyond } from './lend.ts'

type By = Principal | 'operator'

/** A name of a key: without a colon, which marks the callers whom an OpenID provider vouches for. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,99}$/u

/** The keys of the store, as far as `by` may reach them, and those of the configuration, which can only be listed. */
export function keysOf(
  { keys, store, known, below = () => [], now = Date.now }: AuthSetting,
  configured: () => readonly KnownKey[],
  endOf: (principal: Principal) => number | undefined,
): Keys {
  const stored = () => {
    if (store) return store
    throw new SluiceError('not_supported', 'There is no folder for keys here; put keys into the configuration.')
  }
  const more = (by: By, wanted: WantedKey) => (by === 'operator' ? undefined : beyond(by, wanted, below))
  const reach = (by: By) => (key: WantedKey) => {
    const what = more(by, key)
    if (what !== undefined) throw new SluiceError('action_refused', `The key "${key.name}" has ${what}, which you have not.`)
  }
  const check = (wanted: WantedKey) => {
    if (!NAME.test(wanted.name))
      throw new SluiceError('field_invalid', 'The name of a key has 1 to 100 letters, digits, spaces and . _ @ + -.')
    if (wanted.name === 'local' || keys.some(({ name }) => name === wanted.name)) throw taken(wanted.name)
    if (wanted.roles.length === 0) throw new SluiceError('field_invalid', 'A key needs a role.')
    if (wanted.expires !== undefined && wanted.expires <= now())
      throw new SluiceError('field_invalid', 'The key would have expired already.')
    for (const what of ['roles', 'sources'] as const) {
      const missing = wanted[what]?.find((name) => known && !known[what].includes(name))
      if (missing === undefined || !known) continue
      const kind = what === 'roles' ? 'role' : 'source'
      throw new SluiceError('field_invalid', `There is no ${kind} "${missing.slice(0, 100)}".${didYouMean(missing, known[what])}`)
    }
  }
  return {
    list: (by) =>
      [...(store ? store.list().map((key) => knownOf(key, now())) : []), ...configured()].filter((key) => !more(by, wantedOf(key))),
    async create(wanted, by) {
      check(wanted)
      const what = more(by, wanted)
      if (what !== undefined) throw new SluiceError('action_refused', `You cannot make a key with ${what}, for you have it not yourself.`)
      // Conversations and saved queries go by the name: those of somebody who could do more must not come to the next of that name.
      if (store?.list().some((old) => old.name === wanted.name && more(by, wantedOf(old)))) throw taken(wanted.name)
      // A key that ends must not leave one that does not.
      const end = by === 'operator' || by.via !== 'key' ? undefined : endOf(by)
      if (end !== undefined && (wanted.expires ?? Number.POSITIVE_INFINITY) > end)
        throw new SluiceError('action_refused', 'Your own key expires, so one that you make must expire no later.')
      return stored().create(wanted, by === 'operator' ? by : by.name)
    },
    rotate: async (id, graceS, by) => stored().rotate(id, graceS, (key) => reach(by)(wantedOf(key))),
    revoke: async (id, by) => stored().revoke(id, (key) => reach(by)(wantedOf(key))),
  }
}

const taken = (name: string) =>
  new SluiceError('field_invalid', `There is a key named "${name}" already; names tell keys apart in the audit log.`)

type Loose = Readonly<{
  name: string
  roles: readonly string[]
  attributes: WantedKey['attributes']
  sources?: readonly string[] | undefined
  groups?: readonly string[] | undefined
  limits?: WantedKey['limits'] | Readonly<Record<string, number>> | undefined
}>

/** The part of a key by which rights are compared. */
const wantedOf = ({ name, roles, attributes, sources, groups, limits }: Loose): WantedKey => ({
  name,
  roles,
  attributes,
  ...(sources ? { sources } : {}),
  ...(groups ? { groups } : {}),
  ...(limits ? { limits } : {}),
})
