import * as z from 'zod'
import {
  auditLog,
  auditStatistics,
  checkPermission,
  type PermissionAsked,
  rateLimits,
  roleDetails,
  roleList,
  securityStatus,
} from '../administer.ts'
import type { Attribute } from '../principal.ts'
import { answering, outputOf } from './answering.ts'
import { callsText } from './calls-text.ts'
import { sourceOf } from './sql-call.ts'
import { askingCall, reads, type Tool } from './tool.ts'

const LAST_DEFAULT = 50
const LAST_MAX = 1_000

const lastField = z.int().min(1).max(LAST_MAX).optional().describe(`How many, the newest first; default ${LAST_DEFAULT}`)
const sinceField = z.string().max(40).optional().describe('ISO time')
/** Of what a call came to, as the audit log has it. */
export const kindField = z
  .enum(['read', 'explain', 'show', 'schema', 'write', 'ddl', 'keys'])
  .optional()
  .describe('Only calls of this kind')

const getAuditLog = answering({
  group: 'security',
  name: 'get_audit_log',
  title: 'Audit log',
  description: 'The newest calls with who asked, what ran, what was refused and why.',
  input: z.strictObject({
    last: lastField,
    principal: z.string().optional().describe('Only calls of this caller'),
    source: z.string().optional(),
    since: sinceField,
    kind: kindField,
  }),
  also: { limit: 'last', user: 'principal', user_id: 'principal', start_time: 'since' },
  output: outputOf({ calls: 'array', complete: 'boolean' }),
  annotations: reads,
  needs: 'admin',
  text: callsText,
  ask: async (fields, caller, parts) => {
    const { last = LAST_DEFAULT, ...asked } = fields as Partial<{
      last: number
      principal: string
      source: string
      since: string
      kind: string
    }>
    return { ...(await auditLog(askingCall(caller, asked.source ?? '', 'get_audit_log'), { last, ...asked }, parts)) }
  },
})

const getAuditStatistics = answering({
  group: 'security',
  name: 'get_audit_statistics',
  title: 'Audit statistics',
  description: 'Counts of calls by caller, source, door, kind and outcome since a time, and the slowest ones.',
  input: z.strictObject({ since: sinceField.describe('ISO time; default a day ago') }),
  also: { start_time: 'since' },
  output: outputOf({ since: 'string', calls: 'integer', failed: 'integer', open: 'integer', rows: 'integer', slowest: 'array' }),
  annotations: reads,
  needs: 'admin',
  ask: async (fields, caller, parts) => ({
    ...(await auditStatistics(askingCall(caller, '', 'get_audit_statistics'), fields as { since?: string }, parts)),
  }),
})

const getRateLimitStats = answering({
  group: 'security',
  name: 'get_rate_limit_stats',
  title: 'Rate limits',
  description: 'Your limits on each source, what is used of them and when there is room again.',
  input: z.strictObject({ all: z.boolean().optional().describe("Everybody's, on the sources that you administer") }),
  output: outputOf({ limits: 'array' }),
  annotations: reads,
  needs: 'read',
  ask: async ({ all }, caller, parts) => ({
    limits: await rateLimits(askingCall(caller, '', 'get_rate_limit_stats'), all === true, parts),
  }),
})

const listRoles = answering({
  group: 'security',
  name: 'list_roles',
  title: 'List roles',
  description: 'Your roles and what they come to on each source; an administrator of everything sees every role.',
  input: z.strictObject({}),
  output: outputOf({ roles: 'array' }),
  annotations: reads,
  needs: 'read',
  ask: async (_fields, caller, parts) => ({ roles: await roleList(askingCall(caller, '', 'list_roles'), parts) }),
})

const getRoleDetails = answering({
  group: 'security',
  name: 'get_role_details',
  title: 'Details of a role',
  description: 'What one role comes to on each source; for an administrator of everything with its definition.',
  input: z.strictObject({ role: z.string() }),
  also: { role_name: 'role', name: 'role' },
  output: outputOf({ role: 'string', predefined: 'boolean', yours: 'boolean', on: 'array', definition: 'object' }),
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => ({
    ...(await roleDetails(askingCall(caller, '', 'get_role_details'), fields.role as string, parts)),
  }),
})

const attribute = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))])

const checkPermissionTool = answering({
  group: 'security',
  name: 'check_permission',
  title: 'Check a permission',
  description:
    'Whether you may do something with a source, a table or columns, with the reasons. An administrator may ask for other roles.',
  input: z.strictObject({
    source: z.string().optional(),
    table: z.string().optional(),
    columns: z.array(z.string()).max(1_000).optional(),
    action: z.enum(['read', 'explain', 'write', 'ddl', 'admin']).optional().describe('Default read'),
    roles: z.array(z.string()).min(1).max(50).optional().describe('Somebody with these roles instead of you'),
    attributes: z.record(z.string(), attribute).optional().describe('Of that somebody, for row rules'),
  }),
  also: { table_name: 'table' },
  output: outputOf({ allowed: 'boolean', source: 'string', principal: 'string', roles: 'array', reasons: 'array', columns: 'array' }),
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => {
    const source = await sourceOf(fields, caller, parts)
    const { roles, attributes = {}, ...asked } = fields as Omit<PermissionAsked, 'source'> & { roles?: string[]; attributes?: Attributes }
    const call = askingCall(caller, source, 'check_permission')
    return { ...(await checkPermission(call, { ...asked, source, ...(roles ? { as: { roles, attributes } } : {}) }, parts)) }
  },
})
type Attributes = Readonly<Record<string, Attribute>>

const getSecurityStatus = answering({
  group: 'security',
  name: 'get_security_status',
  title: 'Security status',
  description: 'What is exposed or switched off: address, keys, roles without a key, rights and TLS of each source, the audit log.',
  input: z.strictObject({ verify: z.boolean().optional().describe('Check the hash chain of the whole audit log; takes a while') }),
  output: outputOf({ exposure: 'object', audit: 'object', findings: 'array', warnings: 'integer' }),
  annotations: reads,
  needs: 'admin',
  ask: async ({ verify }, caller, parts) => ({
    ...(await securityStatus(askingCall(caller, '', 'get_security_status'), verify === true, parts)),
  }),
})

export const securityTools: readonly Tool[] = [
  getAuditLog,
  getAuditStatistics,
  getRateLimitStats,
  listRoles,
  getRoleDetails,
  checkPermissionTool,
  getSecurityStatus,
]
