import { SluiceError } from '../error.ts'
import type { Fields } from './fields.ts'

/**
 * What clients of the predecessor systems send, as the fields of today, by tool. Names alone are in `also` of each tool; here is what has
 * another shape. Nothing is checked here: what comes out goes through the tool's own fields.
 */
const translations: Readonly<Record<string, (sent: Fields) => Fields>> = {
  list_tables: ({ include_system: system, ...rest }) => {
    if (system === true) throw new SluiceError('field_invalid', 'Tables of the system are not listed; leave include_system out.')
    return rest
  },
  explain_query: ({ analyze, ...rest }) => {
    if (analyze === true) throw new SluiceError('field_invalid', 'A plan is shown without running the statement; leave analyze out.')
    return rest
  },
  bulk_import: (sent) => (Array.isArray(sent.data) ? renamed(sent, 'data', 'rows') : sent),
  // A database goes with all that it holds, and the preview says so.
  drop_database: ({ cascade: _cascade, ...rest }) => rest,
  // A view that is there already is refused, and nothing is changed.
  create_view: ({ if_not_exists: _missing, ...rest }) => rest,
  create_table: ({ primary_key: key, ...rest }) => {
    if (key === null || key === undefined) return rest
    const others = Array.isArray(rest.constraints) ? (rest.constraints as readonly unknown[]) : []
    return { ...rest, constraints: [{ type: 'primary_key', columns: Array.isArray(key) ? key : [key] }, ...others] }
  },
  alter_table: (sent) => {
    const { action, alterations, ...rest } = sent
    if (typeof alterations !== 'object' || alterations === null) return sent
    const each = (Array.isArray(alterations) ? alterations : [alterations]) as readonly unknown[]
    return { ...rest, actions: each.map((one) => alteration(one, action)) }
  },
  check_permission: ({ role_name: role, ...rest }) => ({
    ...actionOf(rest),
    ...(typeof role === 'string' && rest.roles === undefined ? { roles: [role] } : role === undefined ? {} : { role_name: role }),
  }),
  get_audit_statistics: ({ hours, ...rest }) => {
    if (typeof hours !== 'number' || !(hours > 0 && hours <= HOURS_MAX)) return hours === undefined ? rest : { ...rest, hours }
    return { ...rest, since: new Date(Date.now() - hours * 3_600_000).toISOString() }
  },
  get_audit_log: kindOf,
  get_query_history: kindOf,
  health_check: ({ detailed: _detailed, ...rest }) => rest,
  diagnose_connection: ({ detailed: _detailed, ...rest }) => rest,
}
const HOURS_MAX = 24 * 366 * 10

/** The fields of today for what was sent to a tool. */
export function fromOlder(tool: string, sent: unknown): unknown {
  const translate = Object.hasOwn(translations, tool) ? translations[tool] : undefined
  if (translate === undefined || typeof sent !== 'object' || sent === null || Array.isArray(sent)) return sent
  return translate(sent as Fields)
}

function renamed(sent: Fields, from: string, to: string): Fields {
  const { [from]: value, ...rest } = sent
  return Object.hasOwn(rest, to) ? sent : { ...rest, [to]: value }
}

/** Other names of the fields of one alteration. */
export const alterationAlso = {
  column_name: 'column',
  column_type: 'type',
  data_type: 'type',
  new_type: 'type',
  new_column_name: 'new_name',
  new_table_name: 'new_name',
  default_value: 'default',
} as const
const inAlteration: Readonly<Record<string, string>> = { name: 'column', ...alterationAlso }

/** One alteration with the action that was said for all of them, where it says none itself. */
function alteration(one: unknown, action: unknown): unknown {
  if (typeof one !== 'object' || one === null || Array.isArray(one)) return one
  const plain = Object.entries(one).map(([name, value]) => [Object.hasOwn(inAlteration, name) ? inAlteration[name] : name, value])
  return { ...(action === undefined || action === null ? {} : { action }), ...Object.fromEntries(plain) }
}

/** Words of SQL, by what they come to here. */
const actions: Readonly<Record<string, string>> = {
  select: 'read',
  insert: 'write',
  update: 'write',
  delete: 'write',
  upsert: 'write',
  truncate: 'write',
  create: 'ddl',
  alter: 'ddl',
  drop: 'ddl',
}

const actionFor = (word: string): string => {
  const first = /^\s*([a-z]*)/i.exec(word)![1]!.toLowerCase()
  return Object.hasOwn(actions, first) ? actions[first]! : word.trim().toLowerCase()
}

const actionOf = ({ operation, ...rest }: Fields): Fields =>
  typeof operation === 'string' && rest.action === undefined
    ? { ...rest, action: actionFor(operation) }
    : operation === undefined
      ? rest
      : { ...rest, operation }

function kindOf({ operation_type: operation, ...rest }: Fields): Fields {
  if (operation === null || operation === undefined) return rest
  return typeof operation === 'string' && rest.kind === undefined
    ? { ...rest, kind: actionFor(operation) }
    : { ...rest, operation_type: operation }
}
