import type { Mask } from '../grant.ts'
import type { Role, RoleSource } from '../policy/policy.ts'
import { fromLimits } from './roles.ts'

/** Roles as the text of a configuration file, where there is no file that could be shown. */
export async function policyTextOf(roles: Readonly<Record<string, Role>>): Promise<string> {
  if (Object.keys(roles).length === 0) return ''
  const { stringify } = await import('yaml')
  return stringify({ roles: Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, roleWritten(role)])) })
}

const roleWritten = ({ extends: of, sources }: Role) => ({
  ...(of.length > 0 ? { extends: of } : {}),
  sources: Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, sourceWritten(source)])),
})

function sourceWritten({ tables, columns, rows, functions, actions, limits, confirm }: RoleSource) {
  const { allow, deny, write } = tables
  const said = { ...(allow ? { allow } : {}), ...(deny.length > 0 ? { deny } : {}), ...(write ? { write } : {}) }
  return {
    ...(Object.keys(said).length > 0 ? { tables: said } : {}),
    ...(Object.keys(columns).length > 0
      ? { columns: Object.fromEntries(Object.entries(columns).map(([table, one]) => [table, columnsWritten(one)])) }
      : {}),
    ...(Object.keys(rows).length > 0 ? { rows } : {}),
    ...(functions.length > 0 ? { functions } : {}),
    ...(actions ? { actions } : {}),
    ...(confirm ? { confirm } : {}),
    ...(Object.keys(limits).length > 0 ? { limits: fromLimits(limits) } : {}),
  }
}

const columnsWritten = ({ allow, deny, mask }: RoleSource['columns'][string]) => ({
  ...(allow ? { allow } : {}),
  ...(deny.length > 0 ? { deny } : {}),
  ...(Object.keys(mask).length > 0
    ? { mask: Object.fromEntries(Object.entries(mask).map(([name, one]) => [name, maskWritten(one)])) }
    : {}),
})

function maskWritten(mask: Mask): unknown {
  switch (mask.kind) {
    case 'constant':
      return { constant: mask.value }
    case 'partial':
      return { partial: { first: mask.first, last: mask.last } }
    case 'round':
      return { round: mask.to }
    default:
      return mask.kind
  }
}
