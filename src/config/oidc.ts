import { isSafe, type OidcSetting } from '../auth/auth.ts'
import type { Reading } from './reader.ts'
import { checkRoleNames } from './roles.ts'

/** The block `oidc` with the names of the file. */
export type RawOidc = Readonly<{
  issuer?: string
  audience?: readonly string[]
  jwks_uri?: string
  algorithms?: readonly string[]
  required_scopes: readonly string[]
  name_claim: string
  roles: Readonly<{ claim?: string; map: Readonly<Record<string, readonly string[]>>; default: readonly string[] }>
  attributes: Readonly<Record<string, string>>
  clock_skew_s: number
  cooldown_s: number
}>

const TIMEOUT_MS = 5_000

export function checkOidc(raw: RawOidc, roles: Readonly<Record<string, unknown>>, { places, problems }: Reading): void {
  const line = places.get('oidc')
  const { issuer, audience, jwks_uri: keys } = raw
  if (line !== undefined && !places.has('oidc.issuer')) problems.add(line, 'oidc.issuer: is missing')
  // Without an audience a token that somebody got for any other service would open this one.
  if (issuer !== undefined && (audience ?? []).length === 0) problems.add(line, 'oidc.audience: is missing')
  for (const [name, address] of [
    ['issuer', issuer],
    ['jwks_uri', keys],
  ] as const) {
    if (address !== undefined && !isSafe(address))
      problems.add(places.get(`oidc.${name}`), `oidc.${name}: must be an https address; http is for this machine only`)
  }
  // A value that is wrong is not there at all.
  if (raw.algorithms?.length === 0) problems.add(places.get('oidc.algorithms'), 'oidc.algorithms: must name at least one')
  checkRoleNames(raw.roles.default, 'oidc.roles.default', roles, places, problems)
  for (const [value, names] of Object.entries(raw.roles.map)) checkRoleNames(names, `oidc.roles.map.${value}`, roles, places, problems)
}

/** The provider as auth wants it; undefined where none is configured. */
export function toOidc(raw: RawOidc): OidcSetting | undefined {
  if (raw.issuer === undefined) return undefined
  return {
    issuer: raw.issuer,
    audiences: raw.audience ?? [],
    ...(raw.jwks_uri === undefined ? {} : { jwksUri: raw.jwks_uri }),
    algorithms: raw.algorithms ?? [],
    scopes: raw.required_scopes,
    nameClaim: raw.name_claim,
    ...(raw.roles.claim === undefined ? {} : { rolesClaim: raw.roles.claim }),
    rolesMap: raw.roles.map,
    rolesDefault: raw.roles.default,
    attributes: raw.attributes,
    skewMs: raw.clock_skew_s * 1000,
    cooldownMs: raw.cooldown_s * 1000,
    timeoutMs: TIMEOUT_MS,
  }
}
