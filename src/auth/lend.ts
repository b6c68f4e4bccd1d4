import type { GrantLimits } from '../grant.ts'
import type { Principal } from '../principal.ts'
import type { WantedKey } from './auth.ts'

/** Roles that a holder of `role` has besides, since each gives less than it in every way; made by the room of policy. */
export type RolesBelow = (role: string) => readonly string[]

/** True for who may lend whatever there is: the holder of the predefined role `admin` without any narrowing of their own. */
export const isOperator = ({ roles, scope, limits }: Principal): boolean => roles.includes('admin') && !scope && !limits

/**
 * What a key would have that its maker has not, as the end of a sentence; undefined when nothing. A role that another one extends is not
 * below it: the extending role may mask what the extended one shows.
 */
export function beyond(maker: Principal, wanted: WantedKey, below: RolesBelow): string | undefined {
  if (isOperator(maker)) return undefined
  const held = new Set(maker.roles.flatMap((role) => [role, ...below(role)]))
  const role = wanted.roles.find((name) => !held.has(name))
  if (role !== undefined) return `the role ${role}`
  // Row rules compare with attributes, so another value shows other rows.
  const names = new Set([...Object.keys(maker.attributes), ...Object.keys(wanted.attributes)])
  const attribute = [...names].find((name) => JSON.stringify(maker.attributes[name]) !== JSON.stringify(wanted.attributes[name]))
  if (attribute !== undefined) return `another value of the attribute ${attribute}`
  for (const what of ['sources', 'groups'] as const) {
    const own = maker.scope?.[what]
    if (own && !(wanted[what] ?? [undefined]).every((name) => name !== undefined && own.includes(name))) return `other ${what}`
  }
  const limits = Object.entries(maker.limits ?? {}) as [keyof GrantLimits, number][]
  const wider = limits.find(([name, most]) => (wanted.limits?.[name] ?? Number.POSITIVE_INFINITY) > most)
  return wider && `a wider limit of ${wider[0]}`
}
