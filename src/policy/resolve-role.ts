import type { Action, Confirm, GrantLimits } from '../grant.ts'
import { matchesSource } from './pattern.ts'
import { predefined } from './predefined.ts'
import { emptySource, type Role, type RoleColumns, type RoleSource } from './role.ts'

/**
 * What one role says about one source, with what it extends. Undefined when it says nothing. The roles it extends are joined
 * first; then the role's own blocks apply, the general (`*`) before the particular. `allow`, `actions` and limits replace what was
 * there; `deny`, masks, row rules and functions add to it.
 */
export function resolveRole(name: string, source: string, roles: Readonly<Record<string, Role>>): RoleSource | undefined {
  const role = Object.hasOwn(predefined, name) ? predefined[name] : Object.hasOwn(roles, name) ? roles[name] : undefined
  if (!role) return undefined
  const parents = role.extends.map((parent) => resolveRole(parent, source, roles)).filter((parent) => parent !== undefined)
  const own = Object.entries(role.sources)
    .filter(([text]) => matchesSource(text, source))
    .sort(([a], [b]) => breadth(b) - breadth(a) || a.length - b.length)
    .map(([, block]) => block)
  if (parents.length === 0 && own.length === 0) return undefined
  return own.reduce(narrow, parents.length === 0 ? emptySource : parents.reduce(join))
}

const breadth = (text: string): number => (text === '*' ? 2 : text.includes('*') ? 1 : 0)

/** `over` applied to `base`, both of one role. */
function narrow(base: RoleSource, over: RoleSource): RoleSource {
  const allow = over.tables.allow ?? base.tables.allow
  const write = over.tables.write ?? base.tables.write
  const actions = over.actions ?? base.actions
  const confirm = over.confirm ?? base.confirm
  return {
    tables: { ...(allow ? { allow } : {}), ...(write ? { write } : {}), deny: [...base.tables.deny, ...over.tables.deny] },
    columns: merged(base.columns, over.columns, (a, b) => columnsOf(b.allow ?? a.allow, a, b)),
    rows: merged(base.rows, over.rows, (a, b) => [...a, ...b]),
    functions: [...base.functions, ...over.functions],
    ...(actions ? { actions } : {}),
    limits: { ...base.limits, ...over.limits },
    ...(confirm ? { confirm } : {}),
  }
}

/** Two roles that a third extends: what they give is added, and so is what they take away. */
function join(a: RoleSource, b: RoleSource): RoleSource {
  const allow = added(a.tables.allow, b.tables.allow)
  const actions: readonly Action[] | undefined = added(a.actions, b.actions)
  const write = writeOf(a, b)
  const confirm = a.confirm && b.confirm ? strictest([a.confirm, b.confirm]) : (a.confirm ?? b.confirm)
  return {
    ...narrow(a, b),
    tables: { ...(allow ? { allow } : {}), ...(write ? { write } : {}), deny: [...a.tables.deny, ...b.tables.deny] },
    columns: merged(a.columns, b.columns, (x, y) => columnsOf(added(x.allow, y.allow), x, y)),
    ...(actions ? { actions } : {}),
    limits: mostGenerous([a.limits, b.limits]),
    ...(confirm ? { confirm } : {}),
  }
}

/** Which tables two roles let be changed. One that cannot write at all says nothing; what one restricts the other does not open. */
function writeOf(a: RoleSource, b: RoleSource): readonly string[] | undefined {
  const writing = [a, b].filter(({ actions }) => actions?.includes('write'))
  const said = (writing.length > 0 ? writing : [a, b]).flatMap(({ tables }) => (tables.write ? [tables.write] : []))
  return said.length === 0 ? undefined : [...new Set(said.flat())]
}

const strictness = { never: 0, once: 1, twice: 2 } as const

/** The most careful of several ways to confirm. */
export const strictest = (all: readonly Confirm[]): Confirm => all.reduce((a, b) => (strictness[b] > strictness[a] ? b : a))

const columnsOf = (allow: readonly string[] | undefined, a: RoleColumns, b: RoleColumns): RoleColumns => ({
  ...(allow ? { allow } : {}),
  deny: [...a.deny, ...b.deny],
  mask: { ...a.mask, ...b.mask },
})

const added = <T>(a: readonly T[] | undefined, b: readonly T[] | undefined): readonly T[] | undefined =>
  a && b ? [...new Set([...a, ...b])] : (a ?? b)

function merged<T>(a: Readonly<Record<string, T>>, b: Readonly<Record<string, T>>, both: (a: T, b: T) => T): Record<string, T> {
  const out: Record<string, T> = Object.assign(Object.create(null), a)
  for (const [name, value] of Object.entries(b)) out[name] = out[name] === undefined ? value : both(out[name], value)
  return out
}

/** For each limit the highest that any of them says. */
export function mostGenerous(all: readonly Readonly<Partial<GrantLimits>>[]): Partial<GrantLimits> {
  const out: { -readonly [K in keyof GrantLimits]?: number } = {}
  for (const limits of all) {
    for (const [name, value] of Object.entries(limits) as [keyof GrantLimits, number][]) out[name] = Math.max(out[name] ?? 0, value)
  }
  return out
}
