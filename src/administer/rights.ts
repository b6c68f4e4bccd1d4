import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { find, lookInto } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Action, Grant } from '../grant.ts'
import { didYouMean } from '../nearest.ts'
import { predefinedRoles } from '../policy/policy.ts'
import type { Attribute, Principal } from '../principal.ts'
import type { Standing } from '../quota/quota.ts'
import type { Schema } from '../schema.ts'
import { administered, administering, grantsOf, type Reach } from './administering.ts'

/** What a role comes to on one source. */
type RoleOnSource = Readonly<{
  source: string
  actions: readonly Action[]
  /** True when it hides, masks or filters something. */
  restricted: boolean
  confirm: Grant['confirm']
  limits: Limits
}>

/** Limits as the configuration names them. */
type Limits = Readonly<Partial<Record<'rows' | 'rows_default' | 'bytes' | 'seconds' | 'concurrent' | 'per_minute' | 'burst', number>>> &
  Readonly<{ rows_per_minute?: number; bytes_per_minute?: number }>

const limitsOf = (limits: Grant['limits']): Limits => {
  const { rows, rowsDefault, bytes, ms, concurrent, perMinute, burst, rowsPerMinute, bytesPerMinute } = limits
  return {
    ...{ rows, rows_default: rowsDefault, bytes, seconds: ms / 1000, concurrent, per_minute: perMinute },
    ...(burst === undefined ? {} : { burst }),
    ...(rowsPerMinute === undefined ? {} : { rows_per_minute: rowsPerMinute }),
    ...(bytesPerMinute === undefined ? {} : { bytes_per_minute: bytesPerMinute }),
  }
}
type RoleAbout = Readonly<{ role: string; predefined: boolean; yours: boolean; on: readonly RoleOnSource[] }>

/** The caller's own roles and what they come to; every role for who administers everything. */
export const roleList = (call: Call, parts: Parts): Promise<readonly RoleAbout[]> =>
  administering(
    call,
    'own',
    parts,
    async (reach) => {
      const names = reach.whole ? Object.keys(parts.policy.roles()) : reach.principal.roles
      return Promise.all(names.map((name) => roleAbout(name, reach, parts)))
    },
    (roles) => roles.length,
  )

/** One of the caller's own roles; any, and with its definition, for who administers everything. What a role hides is not told to who has it. */
export const roleDetails = (call: Call, role: string, parts: Parts): Promise<RoleAbout & Readonly<{ definition?: unknown }>> =>
  administering(call, 'own', parts, async (reach) => {
    const roles = parts.policy.roles()
    const known = reach.whole ? Object.keys(roles) : reach.principal.roles
    if (!known.includes(role)) {
      const whose = reach.whole ? 'There is no role' : 'You have no role'
      throw new SluiceError('field_invalid', `${whose} ${JSON.stringify(role.slice(0, 100))}.${didYouMean(role, known)}`)
    }
    const about = await roleAbout(role, reach, parts)
    return reach.whole ? { ...about, definition: roles[role] } : about
  })

async function roleAbout(role: string, { principal }: Reach, parts: Parts): Promise<RoleAbout> {
  const alone: Principal = { ...principal, roles: [role] }
  const grants = await grantsOf(alone, parts.policy.sources(alone), parts)
  return {
    role,
    predefined: predefinedRoles.includes(role),
    yours: principal.roles.includes(role),
    on: grants.map(({ source, actions, restricted, confirm, limits }) => ({
      source,
      actions: [...actions],
      restricted,
      confirm,
      limits: limitsOf(limits),
    })),
  }
}

type StandingTold = Omit<Standing, 'limits'> & Readonly<{ limits: Limits }>
const standingTold = (standing: Standing): StandingTold => ({ ...standing, limits: limitsOf(standing.limits) })

/** Where the caller stands with their limits on each source; `all` shows everybody on the sources that the caller administers. */
export const rateLimits = (call: Call, all: boolean, parts: Parts): Promise<readonly StandingTold[]> =>
  administering(
    call,
    all ? 'some' : 'own',
    parts,
    async ({ principal, granted, admin }) => {
      if (all)
        return parts.quota
          .standings()
          .filter(({ source }) => admin.includes(source))
          .map(standingTold)
      const grants = await grantsOf(principal, granted, parts)
      return grants.map((grant) => standingTold(parts.quota.standing(grant)))
    },
    (standings) => standings.length,
  )

/** `as` asks for somebody with these roles instead of the caller; that is an administrator's question. */
export type PermissionAsked = Readonly<{
  source: string
  table?: string | undefined
  columns?: readonly string[] | undefined
  action?: Action | undefined
  as?: Readonly<{ roles: readonly string[]; attributes: Readonly<Record<string, Attribute>> }> | undefined
}>

export type Permission = Readonly<{
  allowed: boolean
  source: string
  principal: string
  roles: readonly string[]
  actions: readonly string[]
  /** One sentence each. */
  reasons: readonly string[]
  table?: string
  columns?: readonly Readonly<{ name: string; shown: 'plain' | 'masked' | 'no'; mask?: string }>[]
  /** Predicates that rows must meet to be seen. */
  rows?: readonly string[]
}>

/** Whether something is allowed, and why. A caller who is no administrator learns no more of what is hidden than by trying. */
export const checkPermission = (call: Call, asked: PermissionAsked, parts: Parts): Promise<Permission> =>
  administering(call, 'own', parts, async (reach) => {
    if (asked.as) await administered(asked.source, reach, parts)
    const principal: Principal = asked.as
      ? { name: asked.as.roles.join('+'), via: 'local', roles: knownRoles(asked.as.roles, parts), attributes: asked.as.attributes }
      : reach.principal
    const { source, action = 'read' } = asked
    const base = { source, principal: principal.name, roles: principal.roles }
    let grant: Grant
    try {
      grant = await parts.policy.grant(principal, source)
    } catch (error) {
      if (!(error instanceof SluiceError) || !asked.as) throw error
      return { ...base, allowed: false, actions: [], reasons: [`none of these roles grants anything of "${source}"`] }
    }
    const has = grant.actions.has(action)
    const byAction = has ? `roles give the action "${action}" on "${source}"` : `no role gives the action "${action}" on "${source}"`
    const known = { ...base, actions: [...grant.actions] }
    if (asked.table === undefined) return { ...known, allowed: has, reasons: [byAction] }
    const judged = await onTable(call, { ...asked, table: asked.table, action }, principal, reach, parts)
    return { ...known, ...judged, allowed: has && judged.allowed, reasons: [byAction, ...judged.reasons] }
  })

function knownRoles(roles: readonly string[], parts: Parts): readonly string[] {
  const known = Object.keys(parts.policy.roles())
  const wrong = roles.find((role) => !known.includes(role))
  if (wrong === undefined) return roles
  throw new SluiceError('field_invalid', `There is no role ${JSON.stringify(wrong.slice(0, 100))}.${didYouMean(wrong, known)}`)
}

type OnTable = Pick<Permission, 'allowed' | 'reasons' | 'table' | 'columns' | 'rows'>

async function onTable(
  call: Call,
  { source, table, columns, action }: PermissionAsked & Readonly<{ table: string; action: Action }>,
  principal: Principal,
  { admin }: Reach,
  parts: Parts,
): Promise<OnTable> {
  const { visible, schema } = await lookInto(source, call, principal, parts)
  const why = admin.includes(source) ? whyOf(table, principal, source, schema, parts) : undefined
  const one = find(table, visible)
  if (!one) return { allowed: false, table, reasons: why?.reasons ?? ['there is no such table, or nothing of it is granted'] }
  const shown = (columns ?? one.table.columns.map(({ name }) => name)).map((name) => {
    const column = one.table.columns.find((each) => each.name.toLowerCase() === name.toLowerCase())
    const mask = column && one.grant.masks.get(column.name)
    return {
      name,
      shown: column ? (mask ? ('masked' as const) : ('plain' as const)) : ('no' as const),
      ...(mask ? { mask: mask.kind } : {}),
    }
  })
  const missing = shown.filter((column) => column.shown === 'no').map(({ name }) => name)
  const { writable, alterable, restricted } = one.grant
  const writes = action === 'write' && !writable
  const alters = action === 'ddl' && !(writable && alterable && !restricted)
  return {
    allowed: missing.length === 0 && !writes && !alters,
    table: one.name,
    columns: shown,
    rows: one.grant.rows,
    reasons: [
      ...(missing.length > 0 ? [`there are no such columns, or they are not granted: ${missing.join(', ').slice(0, 500)}`] : []),
      ...(writes ? [`the rows of ${one.name} may not be changed`] : []),
      ...(alters ? [`the structure of ${one.name} may not be changed`] : []),
      ...one.grant.reasons,
      ...(why?.reasons ?? []),
    ],
  }
}

/** Role by role, for an administrator. */
function whyOf(
  table: string,
  principal: Principal,
  source: string,
  schema: Schema,
  parts: Parts,
): Readonly<{ reasons: readonly string[] }> {
  const { tables } = parts.policy.explain(principal, source, schema)
  const lower = table.replace(/["`[\]]/g, '').toLowerCase()
  const named = tables.find((one) => [one.table.toLowerCase(), one.table.split('.').at(-1)!.toLowerCase()].includes(lower))
  if (!named) return { reasons: ['there is no such table'] }
  const columns = named.columns.filter(({ shown }) => shown !== 'plain').map(({ name, shown, why }) => `column ${name} is ${shown}: ${why}`)
  return { reasons: [...named.why, ...columns] }
}
