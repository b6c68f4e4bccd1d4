import type { Mask } from '../grant.ts'
import { emptySource, type Role, type RoleColumns, type RoleSource } from '../policy/policy.ts'
import type { Problems } from './problems.ts'
import { check, isRecord } from './value.ts'

/** Name of the one role that a policy file in the short form makes. */
export const shortRole = 'policy'

const known = ['read_only', 'mask', 'row_filter', 'deny_tables', 'limits']

/** True for `{ mask, row_filter, deny_tables, limits }` without `roles`. */
export function isShort(data: unknown): data is Record<string, unknown> {
  return isRecord(data) && !Object.hasOwn(data, 'roles') && known.some((name) => Object.hasOwn(data, name))
}

/**
 * The short form of a policy as one role for every source: `mask` maps `table.column` to a mask, `row_filter` a table to a
 * predicate, `deny_tables` lists tables, `limits` holds `max_rows`, `timeout_ms`, `max_bytes`. It only reads, whatever it says.
 */
export function shortPolicy(data: Readonly<Record<string, unknown>>, problems: Problems): Role {
  for (const name of Object.keys(data)) {
    if (!known.includes(name)) problems.add(undefined, `${name}: unknown key; the short form knows ${known.join(', ')}`)
  }
  if (data.read_only !== undefined && data.read_only !== true) problems.add(undefined, 'read_only: must be true in the short form')
  const source: RoleSource = {
    ...emptySource,
    tables: { allow: ['*'], deny: checked('deny_tables', 'strings', data.deny_tables ?? [], problems) as readonly string[] },
    columns: columns(record('mask', data.mask, problems), problems),
    rows: Object.fromEntries(
      Object.entries(record('row_filter', data.row_filter, problems)).map(([table, rule]) => [
        table,
        checked(`row_filter.${table}`, 'rules', rule, problems) as readonly string[],
      ]),
    ),
    actions: ['read', 'explain'],
    limits: limitsOf(record('limits', data.limits, problems), problems),
  }
  return { extends: [], sources: { '*': source } }
}

function columns(masks: Readonly<Record<string, unknown>>, problems: Problems): RoleSource['columns'] {
  const found: Record<string, RoleColumns> = Object.create(null)
  for (const [path, value] of Object.entries(masks)) {
    const dot = path.lastIndexOf('.')
    if (dot < 1) problems.add(undefined, `mask.${path}: must name a column as table.column`)
    const table = path.slice(0, Math.max(dot, 0))
    const mask = checked(`mask.${path}`, 'mask', value, problems) as Mask
    found[table] = { deny: [], mask: { ...found[table]?.mask, [path.slice(dot + 1)]: mask } }
  }
  return found
}

function limitsOf(limits: Readonly<Record<string, unknown>>, problems: Problems): RoleSource['limits'] {
  const names = { max_rows: 'rows', timeout_ms: 'ms', max_bytes: 'bytes' } as const
  const found: { rows?: number; ms?: number; bytes?: number } = {}
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(names, name))
      problems.add(undefined, `limits.${name}: unknown key; the short form knows ${Object.keys(names).join(', ')}`)
    else found[names[name as keyof typeof names]] = checked(`limits.${name}`, 'int', value, problems) as number
  }
  return found
}

function checked(path: string, type: 'strings' | 'rules' | 'mask' | 'int', value: unknown, problems: Problems): unknown {
  const outcome = check({ type, doc: '', min: 1 }, value, { folder: '', fromEnv: false })
  if ('value' in outcome) return outcome.value
  problems.add(undefined, `${path}: ${outcome.wrong}`)
  return undefined
}

function record(path: string, value: unknown, problems: Problems): Record<string, unknown> {
  if (value === undefined) return {}
  if (isRecord(value)) return value
  problems.add(undefined, `${path}: must hold \`name: value\` lines`)
  return {}
}
