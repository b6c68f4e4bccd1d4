import type { JWTPayload } from 'jose'
import type { Attribute } from '../principal.ts'

/** How the claims of a token become a principal. A claim is named as it stands, or by a path with dots, e.g. `realm_access.roles`. */
export type ClaimRules = Readonly<{
  nameClaim: string
  rolesClaim?: string
  /** Value of the claim to roles; what is not named here gives nothing. */
  rolesMap: Readonly<Record<string, readonly string[]>>
  /** Roles of everybody with a good token. */
  rolesDefault: readonly string[]
  /** Attribute to claim. */
  attributes: Readonly<Record<string, string>>
}>

const NAME_MAX = 200
const VALUES_MAX = 1_000

/** `oidc:` and the claim: no key can have such a name, so nobody is taken for somebody else in quotas, confirmations and the audit log. */
export function nameOf(payload: JWTPayload, { nameClaim }: ClaimRules): string | undefined {
  const value = claim(payload, nameClaim)
  return typeof value === 'string' && value !== '' && value.length <= NAME_MAX && !/\p{Cc}/u.test(value) ? `oidc:${value}` : undefined
}

export function rolesOf(payload: JWTPayload, { rolesClaim, rolesMap, rolesDefault }: ClaimRules): readonly string[] {
  const value = rolesClaim === undefined ? undefined : claim(payload, rolesClaim)
  const values = (Array.isArray(value) ? value : [value]).slice(0, VALUES_MAX).filter((one) => typeof one === 'string')
  const mapped = values.flatMap((one) => (Object.hasOwn(rolesMap, one) ? rolesMap[one]! : []))
  return [...new Set([...rolesDefault, ...mapped])]
}

/** What no attribute can hold is left out, and a rule that needs it then gives nothing. */
export function attributesOf(payload: JWTPayload, { attributes }: ClaimRules): Readonly<Record<string, Attribute>> {
  const found: Record<string, Attribute> = Object.create(null)
  for (const [name, path] of Object.entries(attributes)) {
    const value = claim(payload, path)
    if (typeof value === 'boolean' || isScalar(value)) found[name] = value
    else if (Array.isArray(value) && value.length <= VALUES_MAX && value.every(isScalar)) found[name] = value
  }
  return found
}

/** A whole number that JavaScript has rounded would be another tenant's. */
const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' ||
  (typeof value === 'number' && Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)))

/** `scope` as RFC 9068 has it, `scp` as others do. */
export function scopesOf({ scope, scp }: JWTPayload): ReadonlySet<string> {
  const texts = [scope, ...(Array.isArray(scp) ? scp : [scp])].filter((text) => typeof text === 'string')
  return new Set(texts.flatMap((text) => text.split(' ')))
}

function claim(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path]
  let at: unknown = payload
  for (const part of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[part]
  }
  return at
}
