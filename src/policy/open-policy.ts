import { hash } from 'node:crypto'
import { SluiceError } from '../error.ts'
import type { DialectName } from '../facts.ts'
import type { Action, Confirm, Grant, GrantLimits, TableName } from '../grant.ts'
import { didYouMean } from '../nearest.ts'
import type { Principal } from '../principal.ts'
import { type Detected, type Findings, maskedToo } from './detected.ts'
import { explainGrant } from './explain.ts'
import { type IdentityRule, identityOf, lowered } from './narrow.ts'
import type { Policy } from './policy.ts'
import { predefined, standardLimits } from './predefined.ts'
import { mostGenerous, resolveRole, strictest } from './resolve-role.ts'
import type { Role } from './role.ts'
import { type Judged, judge, type ReadyRole, readyRole } from './role-table.ts'
import { type United, unite } from './unite.ts'

type Setting = Readonly<{
  roles: Readonly<Record<string, Role>>
  sources: ReadonlyMap<string, DialectName>
  /** Limits that hold for everybody, whatever their roles say. */
  ceiling?: Readonly<Partial<GrantLimits>>
  /** Sources that see each caller as somebody of their own. */
  identities?: ReadonlyMap<string, IdentityRule>
  /** Columns that are masked for everybody but those who administer their source. */
  findings?: Findings | undefined
}>

/** A grant that can also tell, role by role, what was decided and why. */
export type OpenGrant = Grant &
  Readonly<{ judge(table: TableName): readonly Judged[]; ready: readonly ReadyRole[]; detected: Detected | undefined }>

/** Policy whose grants can be explained; asking it never waits. */
export type OpenPolicy = Omit<Policy, 'grant'> & { grant(principal: Principal, source: string): OpenGrant }

/** Policy from roles as data. A grant is made once for each principal and source and remembered as long as the principal lives. */
export function openPolicy(setting: Setting): OpenPolicy {
  const made = new WeakMap<Principal, Map<string, Readonly<{ grant: OpenGrant | undefined; detected: Detected | undefined }>>>()
  const acts = new WeakMap<Principal, ReadonlySet<Action>>()
  const grantOf = (principal: Principal, source: string): OpenGrant | undefined => {
    const dialect = setting.sources.get(source)
    if (dialect === undefined) return undefined
    const detected = setting.findings?.of(source)
    const grants = made.get(principal) ?? new Map<string, Readonly<{ grant: OpenGrant | undefined; detected: Detected | undefined }>>()
    made.set(principal, grants)
    const known = grants.get(source)
    if (known && known.detected === detected) return known.grant
    const grant = makeGrant(principal, source, dialect, setting, detected)
    grants.set(source, { grant, detected })
    return grant
  }
  const known = (principal: Principal) => [...setting.sources.keys()].filter((source) => grantOf(principal, source) !== undefined)
  const policy: OpenPolicy = {
    grant(principal, source) {
      const grant = grantOf(principal, source)
      if (!grant) throw unknown(source, known(principal), setting.sources.size)
      const rule = setting.identities?.get(source)
      const identity = grant.identity || !rule ? undefined : identityOf(rule, principal)
      if (identity && 'missing' in identity) throw nobody(source, identity.missing)
      return grant
    },
    sources: known,
    actions(principal) {
      const seen = acts.get(principal) ?? new Set(known(principal).flatMap((source) => [...grantOf(principal, source)!.actions]))
      acts.set(principal, seen)
      return seen
    },
    roles: () => ({ ...predefined, ...setting.roles }),
    explain: (principal, source, schema) => explainGrant(policy.grant(principal, source), schema),
  }
  return policy
}

function makeGrant(
  principal: Principal,
  source: string,
  dialect: DialectName,
  { roles, ceiling, identities }: Setting,
  found: Detected | undefined,
): OpenGrant | undefined {
  if (principal.scope?.sources && !principal.scope.sources.includes(source)) return undefined
  const ready = principal.roles.flatMap((name) => {
    const said = resolveRole(name, source, roles)
    return said ? [readyRole(name, said, principal, dialect)] : []
  })
  const acting = ready.filter(({ source: said, allow }) => (said.actions?.length ?? 0) > 0 && allow.length > 0)
  if (acting.length === 0) return undefined
  const actions = new Set<Action>(acting.flatMap(({ source: said }) => said.actions ?? []))
  // Whoever administers the source decides about what was found in it, and has to see it for that.
  const detected = actions.has('admin') ? undefined : found
  // A role that may not read must not lend its tables to one that may.
  const reading = acting.filter(({ source: said }) => said.actions?.includes('read'))
  const giving = reading.length > 0 ? reading : acting
  const changing = acting.filter(({ source: said }) => said.actions?.some((action) => action === 'write' || action === 'ddl'))
  // A role that says nothing wants one confirmation: another role must not waive it.
  const confirm: Confirm = changing.length === 0 ? 'once' : strictest(changing.map(({ source: said }) => said.confirm ?? 'once'))
  const said: GrantLimits = { ...standardLimits, ...mostGenerous(acting.map(({ source }) => source.limits)) }
  const limits = lowered(said, ceiling, principal.limits)
  const rule = identities?.get(source)
  const identity = rule && identityOf(rule, principal)
  const functions = acting.flatMap(({ source: said }) => said.functions)
  return {
    // What a statement becomes does not depend on the identity by which it runs, so the version does not either.
    version: versionOf(dialect, [giving, changing], actions, limits, functions, detected),
    source,
    principal: principal.name,
    roles: acting.map(({ name }) => name),
    actions,
    limits,
    restricted: detected !== undefined || !giving.some(isOpen),
    confirm,
    ...(identity && !('missing' in identity) ? { identity } : {}),
    functions: new Set(dialect === 'postgres' ? functions : functions.map((name) => name.toLowerCase())),
    table: remembering(giving, changing, detected),
    refusal(table) {
      for (const role of giving) {
        const judged = judge(role, table)
        if ('missing' in judged) return judged.refused
      }
      return undefined
    },
    judge: (table) => giving.map((role) => judge(role, table)),
    ready: giving,
    detected,
  }
}

/** True for a role to which nothing is hidden, masked or filtered. */
function isOpen({ source: { tables, columns, rows } }: ReadyRole): boolean {
  const free = Object.values(columns).every(
    ({ allow, deny, mask }) => allow === undefined && deny.length === 0 && Object.keys(mask).length === 0,
  )
  return (tables.allow ?? []).includes('*') && tables.deny.length === 0 && free && Object.values(rows).every((rules) => rules.length === 0)
}

/** Equal for two grants that answer alike: it covers what the roles say and what the principal's attributes became. */
function versionOf(
  dialect: string,
  all: readonly (readonly ReadyRole[])[],
  actions: ReadonlySet<string>,
  limits: GrantLimits,
  functions: readonly string[],
  detected: Detected | undefined,
): string {
  const roles = all.map((some) => some.map(({ name, source, rows }) => [name, source, rows.map(({ table, rules }) => [table.text, rules])]))
  return hash('sha256', JSON.stringify([dialect, roles, [...actions], limits, functions, detected?.version]), 'hex').slice(0, 32)
}

const TABLES_KEPT = 50_000

function remembering(giving: readonly ReadyRole[], changing: readonly ReadyRole[], detected: Detected | undefined): Grant['table'] {
  const kept = new Map<string, { names: readonly string[]; united: United | undefined }>()
  return (table) => {
    const key = `${table.schema}\0${table.name}`
    const known = kept.get(key)
    if (known && sameNames(known.names, table.names)) return known.united
    if (kept.size >= TABLES_KEPT) kept.clear()
    const judged = giving.map((role) => judge(role, table))
    const writing = changing.map((role) => judge(role, table))
    const united = maskedToo(unite(table.names, judged, table.name, writing), table, detected)
    kept.set(key, { names: table.names, united })
    return united
  }
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((name, i) => name === b[i]))

/** Whom the source cannot know as themselves it does not serve: the shared user may see more than they. */
const nobody = (source: string, attribute: string) =>
  new SluiceError(
    'action_refused',
    `The source "${source}" sees each caller as themselves and needs the attribute ${attribute}, which you do not have.`,
    {
      hint: 'Ask an administrator to give your key or your token this attribute.',
    },
  )

/** Names only sources that the caller may use: what you may not use, you may not find. */
function unknown(source: string, known: readonly string[], configured: number): SluiceError {
  const none = configured === 0 ? 'No sources are configured. `sluice init` writes a configuration.' : 'None of your roles grants a source.'
  const hint = known.length === 0 ? none : `You may use: ${known.slice(0, 20).join(', ')}.`
  return new SluiceError('source_unknown', `There is no source named "${source.slice(0, 100)}".${didYouMean(source, known)}`, { hint })
}
