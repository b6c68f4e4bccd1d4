import type { Reach } from '../administer.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { didYouMean } from '../nearest.ts'
import type { Attribute, Principal } from '../principal.ts'

/** Somebody who may call: the holder of a key, or whoever is on this machine. */
export type Somebody = Readonly<{
  name: string
  via: 'key' | 'local'
  roles: readonly string[]
  attributes: Readonly<Record<string, Attribute>>
}>

/** Those whom the gateway knows by itself and whom this caller may reach; people of an OpenID provider are known by their roles only. */
export function known({ principal }: Reach, parts: Parts): readonly Somebody[] {
  const keys = parts.auth.keys.list(principal).filter(({ state }) => state === 'valid')
  const local = parts.control.exposure.local_roles
  return [
    ...(local.length > 0 ? [{ name: 'local', via: 'local', roles: local, attributes: {} } as const] : []),
    ...keys.map(({ name, roles, attributes }): Somebody => ({ name, via: 'key', roles, attributes })),
  ]
}

/** The principal that a name stands for, narrowed as its key is. Throws `field_invalid`. */
export function principalOf(name: string, reach: Reach, parts: Parts): Principal {
  const key = parts.auth.keys.list(reach.principal).find((one) => one.name === name && one.state === 'valid')
  if (key) {
    const { roles, attributes, sources, groups, limits } = key
    const scope = { ...(sources ? { sources } : {}), ...(groups ? { groups } : {}) }
    return { name, via: 'key', roles, attributes, ...(sources || groups ? { scope } : {}), ...(limits ? { limits } : {}) } as Principal
  }
  const somebody = known(reach, parts).find((one) => one.name === name)
  if (somebody) return somebody
  const names = known(reach, parts).map((one) => one.name)
  throw new SluiceError('field_invalid', `There is no key named ${JSON.stringify(name.slice(0, 100))}.${didYouMean(name, names)}`)
}
