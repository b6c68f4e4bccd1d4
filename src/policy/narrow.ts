import type { GrantLimits, Identity } from '../grant.ts'
import type { Principal } from '../principal.ts'

/** As whom a source is to see its callers. Texts may hold `{{principal.NAME}}`, the name or an attribute of the caller. */
export type IdentityRule = Readonly<{
  role?: string
  settings?: Readonly<Record<string, string>>
  login?: Readonly<{ user: string; password: string }>
}>

const PLACE = /\{\{\s*principal\.([A-Za-z_][A-Za-z0-9_-]*)\s*\}\}/g

/** The identity of one caller, or the attribute that it needs and the caller has not: they are then nobody there, and never the shared user. */
export function identityOf(rule: IdentityRule, principal: Principal): Identity | Readonly<{ missing: string }> {
  const missing: string[] = []
  const filled = (text: string): string =>
    text.replaceAll(PLACE, (_, name: string) => {
      const value = placed(principal, name)
      if (value === undefined) missing.push(name)
      return value ?? ''
    })
  const { role, settings, login } = rule
  const identity: Identity = {
    ...(role === undefined ? {} : { role: filled(role) }),
    ...(settings === undefined
      ? {}
      : { settings: Object.fromEntries(Object.entries(settings).map(([name, text]) => [name, filled(text)])) }),
    ...(login === undefined ? {} : { login: { user: filled(login.user), password: filled(login.password) } }),
  }
  return missing.length > 0 ? { missing: missing[0]! } : identity
}

/** A list is nobody's name, and an empty name could mean the user that Sluice itself is. */
function placed({ name, attributes }: Principal, wanted: string): string | undefined {
  const value = wanted === 'name' ? name : Object.hasOwn(attributes, wanted) ? attributes[wanted] : undefined
  if (value === undefined || typeof value === 'object' || value === '') return undefined
  const text = String(value)
  return text.includes('\0') || !text.isWellFormed() ? undefined : text
}

/** For each limit the lowest that anybody says. */
export function lowered(limits: GrantLimits, ...others: readonly (Readonly<Partial<GrantLimits>> | undefined)[]): GrantLimits {
  const out: { -readonly [K in keyof GrantLimits]: GrantLimits[K] } = { ...limits }
  for (const other of others) {
    for (const [name, value] of Object.entries(other ?? {}) as [keyof GrantLimits, number][]) {
      out[name] = Math.min(out[name] ?? Number.POSITIVE_INFINITY, value)
    }
  }
  out.rowsDefault = Math.min(out.rowsDefault, out.rows)
  return out
}
