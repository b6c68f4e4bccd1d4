import * as z from 'zod'
import { type AuditAsked, auditChain, auditExport, auditPage, type LoggedCall } from '../administer.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { approvals, checkPolicyText, confirmApproval, policyTold, refuseApproval, simulate, writePolicyText } from '../govern.ts'
import { newCallId } from '../tools/declared.ts'
import { answering, bodyAs, callFor, queryOf, wholeOf } from './asked.ts'
import type { Exchange } from './exchange.ts'
import type { RouteTable } from './routes.ts'

const TEXT_MAX = 1_000_000
const text = z.string().max(TEXT_MAX).describe('YAML that holds `roles:` and nothing else')
const name = z.string().min(1).max(200)
const scalar = z.union([z.string().max(1_000), z.number(), z.boolean()])

/** The body of `POST /api/policy/validate`. */
export const policyTextBody = z.strictObject({ text })

/** The body of `PUT /api/policy`. */
export const policyWriteBody = z.strictObject({ text, digest: z.string().max(100).describe('Of the text that was read') })

/** The body of `POST /api/policy/simulate`. */
export const simulateBody = z.strictObject({
  source: name,
  principal: name.optional().describe('The name of a key, or `local`; or else `roles`'),
  roles: z.array(name).min(1).max(50).optional(),
  attributes: z.record(z.string(), z.union([scalar, z.array(z.union([z.string().max(1_000), z.number()])).max(1_000)])).optional(),
  table: z.string().max(500).optional().describe('Only this table'),
  sql: z.string().max(262_144).optional().describe('What would become of this statement; it is never run'),
  policy: text.optional().describe('Proposed roles instead of those in use'),
})

const PAGE_DEFAULT = 50
const PAGE_MAX = 500
const FILTERS = ['since', 'until', 'principal', 'source', 'kind', 'door', 'outcome', 'text', 'mine'] as const

/** Roles, what somebody would see by them, what was done, and what waits for a confirmation. Each request is one recorded call. */
export const governRoutes = (parts: Parts): RouteTable => ({
  '/api/policy': {
    GET: answering(
      parts,
      () => 'read the roles',
      (call, now) => policyTold(call, now),
    ),
    PUT: answering(
      parts,
      () => 'write the roles',
      async (call, now, exchange) => {
        const { text, digest } = await bodyAs(exchange, policyWriteBody)
        return writePolicyText(call, text, digest, now)
      },
    ),
  },
  '/api/policy/validate': {
    POST: answering(
      parts,
      () => 'check roles',
      async (call, now, exchange) => checkPolicyText(call, (await bodyAs(exchange, policyTextBody)).text, now),
    ),
  },
  '/api/policy/simulate': {
    POST: answering(
      parts,
      () => 'what would somebody see',
      async (call, now, exchange) => {
        const asked = await bodyAs(exchange, simulateBody)
        const whose = asked.principal ?? asked.roles?.join('+') ?? ''
        return simulate({ ...call, source: asked.source, text: `what would ${whose} see of ${asked.source}`.slice(0, 500) }, asked, now)
      },
    ),
  },
  '/api/audit': {
    GET: answering(
      parts,
      ({ request }) => `GET ${request.url}`,
      async (call, now, exchange) => {
        const { limit, after, ...asked } = queryOf(exchange, [...FILTERS, 'limit', 'after'])
        return auditPage(call, { ...askedOf(asked), last: wholeOf(limit, 'limit', PAGE_DEFAULT, PAGE_MAX), after }, now)
      },
    ),
  },
  '/api/audit/chain': {
    GET: answering(
      parts,
      () => 'verify the audit log',
      (call, now) => auditChain(call, now),
    ),
  },
  '/api/audit/export': { GET: (exchange) => exported(exchange, parts.now()) },
  '/api/approvals': {
    GET: answering(
      parts,
      () => 'list what waits for a confirmation',
      async (call, now) => ({ approvals: await approvals(call, now) }),
    ),
  },
  '/api/approvals/:id/confirm': {
    POST: answering(
      parts,
      ({ params }) => `confirm the change ${params.id}`,
      async (call, now, { params, request }) => {
        request.resume()
        return confirmApproval(call, params.id!, newCallId(), now)
      },
    ),
  },
  '/api/approvals/:id/refuse': {
    POST: answering(
      parts,
      ({ params }) => `refuse the change ${params.id}`,
      async (call, now, { params, request }) => {
        request.resume()
        return refuseApproval(call, params.id!, now)
      },
    ),
  },
})

function askedOf({ mine, ...asked }: Readonly<Record<string, string | undefined>>): AuditAsked {
  if (mine !== undefined && mine !== 'true' && mine !== 'false') throw new SluiceError('field_invalid', 'The field mine is true or false.')
  return { ...asked, mine: mine === 'true' }
}

const FORMATS = {
  ndjson: { type: 'application/x-ndjson' },
  records: { type: 'application/x-ndjson' },
  csv: { type: 'text/csv; charset=utf-8' },
} as const

const columns = [
  ...(['time', 'audit_id', 'principal', 'via', 'door', 'source', 'action', 'kind', 'code', 'reason'] as const),
  ...(['rows', 'truncated', 'from', 'ms', 'tables', 'policies', 'sql', 'text'] as const),
]

/** A spreadsheet must not take what somebody has written for a formula. */
function csvCell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = Array.isArray(value) ? value.join('; ') : String(value)
  const safe = typeof value !== 'number' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Streams what fits: calls as lines of JSON or CSV, or the records themselves. */
async function exported(exchange: Exchange, parts: Parts): Promise<void> {
  const call = callFor(exchange, `GET ${exchange.request.url}`)
  try {
    const { format = 'ndjson', ...asked } = queryOf(exchange, [...FILTERS, 'format'])
    if (!Object.hasOwn(FORMATS, format)) throw new SluiceError('field_invalid', 'The field format is ndjson, csv or records.')
    const { type } = FORMATS[format as keyof typeof FORMATS]
    const begin = () => {
      if (exchange.response.headersSent) return
      exchange.contentType = type
      const file = `audit-${new Date().toISOString().slice(0, 10)}.${format === 'csv' ? 'csv' : 'ndjson'}`
      exchange.begin(200, ['Cache-Control', 'no-store', 'Content-Disposition', `attachment; filename="${file}"`])
      if (format === 'csv') void exchange.write([`${columns.join(',')}\r\n`])
    }
    const line = (piece: LoggedCall | string): string => {
      if (typeof piece === 'string') return piece
      return format === 'csv' ? `${columns.map((name) => csvCell(piece[name])).join(',')}\r\n` : `${JSON.stringify(piece)}\n`
    }
    await auditExport(
      call,
      askedOf(asked),
      format === 'records',
      (piece) => {
        begin()
        return exchange.write([line(piece)])
      },
      parts,
    )
    begin()
    exchange.end([])
  } catch (caught) {
    // What was cut off in the middle must not look whole.
    if (exchange.response.headersSent) exchange.response.destroy()
    else exchange.fail(caught, call.id)
  }
}
