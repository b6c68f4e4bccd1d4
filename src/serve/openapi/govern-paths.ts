import * as z from 'zod'
import { policyTextBody, policyWriteBody, simulateBody } from '../govern-routes.ts'
import type { Operation } from './paths.ts'

const someObject = z.record(z.string(), z.unknown())
const tag = 'Govern'
const strings = z.array(z.string())
const problems = z.array(z.object({ line: z.int(), column: z.int(), text: z.string() }))

const policyAnswer = z.object({
  text: z.string(),
  digest: z.string(),
  line: z.int().describe('Where the text begins in its file'),
  file: z.string().optional(),
  writable: z.boolean(),
  reason: z.string().optional().describe('Why it is not'),
  roles: z.array(z.object({ name: z.string(), predefined: z.boolean(), definition: someObject })),
  principals: z.array(z.object({ name: z.string(), via: z.enum(['key', 'local']), roles: strings, attributes: someObject })),
  sources: strings,
})

const simulated = z.object({
  source: z.string(),
  principal: z.string(),
  roles: strings,
  granted: z.boolean(),
  reason: z.string().optional(),
  actions: strings,
  restricted: z.boolean(),
  confirm: z.string().optional(),
  tables: z.array(
    z.object({
      table: z.string(),
      visible: z.boolean(),
      why: strings,
      columns: z.array(
        z.object({ name: z.string(), shown: z.enum(['plain', 'masked', 'hidden']), mask: someObject.optional(), why: z.string() }),
      ),
      rows: strings,
      writable: z.boolean(),
      write_why: z.string(),
    }),
  ),
  tables_total: z.int(),
  unmatched: strings,
  statement: z.object({ kind: z.string(), sql: z.string(), tables: strings, policies: strings, masked: strings }).optional(),
  refused: z.object({ code: z.string(), message: z.string(), hint: z.string(), position: z.int().optional() }).optional(),
})

/** A call as the audit log tells it. */
export const loggedAnswer = z.object({
  audit_id: z.string(),
  time: z.string(),
  door: z.string(),
  source: z.string(),
  action: z.string(),
  code: z.string().describe('`ok`, `open`, or the code of an error'),
  principal: z.string().optional(),
  via: z.string().optional(),
  kind: z.string().optional(),
  sql: z.string().optional(),
  text: z.string().optional(),
  tables: strings.optional(),
  policies: strings.optional(),
  params: z.int().optional(),
  reason: z.string().optional(),
  rows: z.int().optional(),
  truncated: z.boolean().optional(),
  from: z.string().optional(),
  ms: z.number().optional(),
})

const filters = {
  since: 'ISO time',
  until: 'ISO time, itself left out',
  principal: 'Only calls of this caller',
  source: 'Only calls for this source',
  kind: 'read, show, schema, write, ddl, keys, admin, …; `data` is all but looking and operating',
  door: 'http, mcp, ws, cli, …',
  outcome: '`ok`, `failed`, `open`, or the code of an error',
  text: 'Stands in the statement, the reason, a table, the caller or the id',
  mine: '`true`: your own calls, which needs no action `admin`',
}

const approval = z.object({
  id: z.string(),
  kind: z.string(),
  statements: strings,
  changed: z.record(z.string(), z.int()),
  warnings: strings,
  principal: z.string(),
  source: z.string(),
  expires: z.string(),
  yours: z.boolean(),
  can_confirm: z.boolean(),
})

/** What those decide about and look into who govern, as the OpenAPI document tells it. */
export const governOperations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/api/policy': {
    get: {
      tag,
      summary: 'The roles, as text and as data',
      description: 'Needs the action `admin` on every source.',
      answer: policyAnswer,
    },
    put: {
      tag,
      summary: 'Write the roles and use them',
      description:
        'Needs the action `admin` on every source. `policy_conflict` when somebody else wrote them since they were read; the old text is kept.',
      body: policyWriteBody,
      answer: policyAnswer,
    },
  },
  '/api/policy/validate': {
    post: {
      tag,
      summary: 'What is wrong with a text of roles',
      body: policyTextBody,
      answer: z.object({ problems, roles: strings, unmatched: strings.describe('Rules that name what no source has') }),
    },
  },
  '/api/policy/simulate': {
    post: {
      tag,
      summary: 'What somebody would see of a source, and why',
      description: 'Nothing is run. Needs the action `admin` on the source; with `policy` on every source.',
      body: simulateBody,
      answer: simulated,
    },
  },
  '/api/audit': {
    get: {
      tag,
      summary: 'Calls in the audit log, the newest first',
      query: { ...filters, limit: '50 unless said', after: 'The `next` of the page before' },
      answer: z.object({ calls: z.array(loggedAnswer), next: z.string().nullable(), complete: z.boolean() }),
    },
  },
  '/api/audit/chain': {
    get: {
      tag,
      summary: 'Whether the hash chain of the whole log is as it was written',
      description: 'Needs the action `admin` on every source.',
      answer: z.object({
        whole: z.boolean(),
        writable: z.boolean(),
        checked: z.string(),
        records: z.int(),
        chains: z.array(z.object({ chain: z.string(), seq: z.int(), hash: z.string() })),
        broken: z.array(someObject),
        more: z.boolean(),
      }),
    },
  },
  '/api/audit/export': {
    get: {
      tag,
      summary: 'All calls that fit, as they are read',
      query: { ...filters, format: '`ndjson`, `csv`, or `records`: the hash-chained records themselves' },
      answerTypes: ['application/x-ndjson', 'text/csv'],
    },
  },
  '/api/approvals': { get: { tag, summary: 'Changes that wait for a confirmation', answer: z.object({ approvals: z.array(approval) }) } },
  '/api/approvals/:id/confirm': {
    post: { tag, summary: 'Confirm a change in the place of its caller, with the rights of that caller', answer: someObject },
  },
  '/api/approvals/:id/refuse': {
    post: { tag, summary: 'Refuse a change: its token is good no more', answer: z.object({ refused: z.string() }) },
  },
}
