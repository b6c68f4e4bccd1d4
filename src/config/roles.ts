import type { Action, Confirm, GrantLimits, Mask } from '../grant.ts'
import { nearest } from '../nearest.ts'
import { predefinedRoles, type Role, type RoleSource } from '../policy/policy.ts'
import type { Problems } from './problems.ts'

/** Limits with the names of the file. */
export type RawLimits = Readonly<
  Partial<
    Record<
      'rows' | 'rows_default' | 'bytes' | 'seconds' | 'concurrent' | 'per_minute' | 'burst' | 'rows_per_minute' | 'bytes_per_minute',
      number
    >
  >
>

/** A role as `reader.ts` leaves it: names as in the file, every optional list filled in. */
export type RawRole = Readonly<{
  extends: readonly string[]
  sources: Readonly<
    Record<
      string,
      Readonly<{
        tables: Readonly<{ allow?: readonly string[]; deny: readonly string[]; write?: readonly string[] }>
        columns: Readonly<
          Record<string, Readonly<{ allow?: readonly string[]; deny: readonly string[]; mask: Readonly<Record<string, Mask>> }>>
        >
        rows: Readonly<Record<string, readonly string[]>>
        functions: readonly string[]
        actions?: readonly Action[]
        confirm?: Confirm
        limits: RawLimits
      }>
    >
  >
}>

/** Limits with the names of `GrantLimits`, times in milliseconds. */
export function toLimits(raw: RawLimits): Partial<GrantLimits> {
  const { seconds, rows, rows_default = rows } = raw
  const named: Record<keyof GrantLimits, number | undefined> = {
    rows,
    rowsDefault: rows_default,
    bytes: raw.bytes,
    ms: seconds === undefined ? undefined : Math.round(seconds * 1000),
    concurrent: raw.concurrent,
    perMinute: raw.per_minute,
    burst: raw.burst,
    rowsPerMinute: raw.rows_per_minute,
    bytesPerMinute: raw.bytes_per_minute,
  }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
}

/** The same with the names of the file again. */
export function fromLimits(limits: Readonly<Partial<GrantLimits>>): RawLimits {
  const { rows, rowsDefault, bytes, ms, concurrent, perMinute, burst, rowsPerMinute, bytesPerMinute } = limits
  const named = {
    rows,
    rows_default: rowsDefault,
    bytes,
    seconds: ms === undefined ? undefined : ms / 1000,
    concurrent,
    per_minute: perMinute,
    burst,
    rows_per_minute: rowsPerMinute,
    bytes_per_minute: bytesPerMinute,
  }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
}

/** The role as policy wants it: milliseconds and the names of `GrantLimits`. */
export function toRole(raw: RawRole): Role {
  const sources = Object.entries(raw.sources).map(([name, source]): [string, RoleSource] => {
    const limits = toLimits(source.limits)
    return [name, { ...source, limits }]
  })
  return { extends: raw.extends, sources: Object.fromEntries(sources) }
}

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/

/** Checks what one key alone cannot show: names, roles that exist, circles, sources that exist. `sources` undefined: not known here. */
export function checkRoles(
  roles: Readonly<Record<string, RawRole>>,
  sources: readonly string[] | undefined,
  places: ReadonlyMap<string, number>,
  problems: Problems,
): void {
  for (const [name, role] of Object.entries(roles)) {
    const at = `roles.${name}`
    const line = places.get(at)
    if (predefinedRoles.includes(name))
      problems.add(line, `${at}: this role is predefined; give your own another name and let it extend ${name}`)
    else if (!NAME.test(name)) problems.add(line, `${at}: a name starts with a letter and holds letters, digits, - and _`)
    checkRoleNames(role.extends, `${at}.extends`, roles, places, problems)
    if (circular(name, roles)) problems.add(line, `${at}.extends: the role extends itself`)
    for (const source of Object.keys(role.sources)) checkSource(source, `${at}.sources.${source}`, sources, places, problems)
  }
}

/** A rule for a source that does not exist would silently protect nothing. */
function checkSource(
  source: string,
  at: string,
  sources: readonly string[] | undefined,
  places: ReadonlyMap<string, number>,
  problems: Problems,
): void {
  if (sources === undefined || source.includes('*') || sources.includes(source)) return
  const near = nearest(source, sources)[0]
  problems.add(places.get(at), `${at}: there is no such source${near === undefined ? '' : `; did you mean "${near}"?`}`)
}

/** Every name must be a predefined role or one of the file. */
export function checkRoleNames(
  names: readonly string[] | undefined,
  at: string,
  roles: Readonly<Record<string, unknown>>,
  places: ReadonlyMap<string, number>,
  problems: Problems,
): void {
  const known = [...predefinedRoles, ...Object.keys(roles)]
  for (const name of names ?? []) {
    if (known.includes(name)) continue
    const near = nearest(name, known)[0]
    problems.add(places.get(at), `${at}: there is no role "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`)
  }
}

function circular(name: string, roles: Readonly<Record<string, RawRole>>): boolean {
  const seen = new Set<string>()
  const waiting = [...(roles[name]?.extends ?? [])]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === name) return true
    if (seen.has(next)) continue
    seen.add(next)
    waiting.push(...((Object.hasOwn(roles, next) ? roles[next]?.extends : undefined) ?? []))
  }
  return false
}
