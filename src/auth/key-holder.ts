import { SluiceError } from '../error.ts'
import type { GrantLimits } from '../grant.ts'
import type { Principal } from '../principal.ts'

type Key = Pick<Principal, 'name' | 'roles' | 'attributes'> &
  Readonly<{ sources?: readonly string[]; groups?: readonly string[]; limits?: Readonly<Partial<GrantLimits>> }>

/** Who holds a key, of the configuration or of the store; what narrows the key goes with them. */
export const holderOf = ({ name, roles, attributes, sources, groups, limits }: Key): Principal =>
  Object.freeze({
    name,
    via: 'key',
    roles,
    attributes,
    ...(sources || groups ? { scope: { ...(sources ? { sources } : {}), ...(groups ? { groups } : {}) } } : {}),
    ...(limits ? { limits } : {}),
  })

export const keyExpired = ({ name }: Pick<Key, 'name'>) => new SluiceError('credential_expired', `The API key "${name}" has expired.`)
