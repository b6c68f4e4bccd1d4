import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Call, Credential } from '../../src/call.ts'
import { SluiceError } from '../../src/error.ts'
import { openFinder } from '../../src/finder/finder.ts'
import type { Parts } from '../../src/gateway.ts'
import type { Grant, TableName } from '../../src/grant.ts'
import { limits } from '../../src/limits.ts'
import type { Principal } from '../../src/principal.ts'
import type { Receipt } from '../../src/receipt.ts'
import type { Batch, Column, Sink } from '../../src/result.ts'
import type { Schema } from '../../src/schema.ts'
import type { Run } from '../../src/serve/tool-call.ts'

/** Doubles at our own contracts: a gateway that answers what the text says, and hands for the walks that ask the schema. */

export type Seen = { calls: Call[]; aborted: { id: string; reason: unknown; at: number }[]; opened: string[]; closed: unknown[] }

export const nothingSeen = (): Seen => ({ calls: [], aborted: [], opened: [], closed: [] })

const columns: readonly Column[] = [
  { name: 'id', type: 'int', nativeType: 'int8' },
  { name: 'name', type: 'text', nativeType: 'text' },
]

/** `rows` rows like `[1,"näme 1"]`, as one batch. */
export function batchOf(from: number, rows: number, width = 0): Batch {
  const texts = Array.from({ length: rows }, (_, i) => JSON.stringify([from + i, `näme ${from + i}${'x'.repeat(width)}`]))
  const json = Buffer.from(texts.join(','))
  const ends: number[] = []
  let at = 0
  for (const text of texts) {
    at += Buffer.byteLength(text)
    ends.push(at)
    at += 1
  }
  return { rows, json, ends }
}

export const receiptOf = (call: Call, rows: number): Receipt => ({
  audit_id: call.id,
  source: call.source,
  sql: call.text,
  policies: [],
  masked: [],
  rows,
  truncated: false,
  rows_max: 1000,
  from: 'live',
  ms: 1,
})

/**
 * A gateway whose statements are orders: `rows N [width]`, `wait`, `wait after N`, `fail CODE`, `fail CODE after N`, `slow N` (a row every
 * 20 ms). Anything else is one row.
 */
export const runDouble =
  (seen: Seen, auth?: Parts['auth']): Run =>
  async (call, sink, _parts) => {
    seen.calls.push(call)
    await auth?.identify(call.credential)
    const [order, ...rest] = call.text.split(' ')
    const count = Number(rest.find((word) => /^\d+$/.test(word)) ?? (order === 'rows' ? 0 : 0))
    const width = Number(rest[1] ?? 0)
    if (order === 'fail' && count === 0) throw new SluiceError(rest[0] as 'table_unknown', 'It failed as ordered.')
    await sink.columns(columns)
    const sent = order === 'rows' || order === 'fail' || order === 'wait' || order === 'slow' ? count : 1
    await push(sink, sent, order === 'rows' ? width : 0, order === 'slow' ? 20 : 0, call, seen)
    if (order === 'fail') throw new SluiceError(rest[0] as 'table_unknown', 'It failed as ordered.')
    if (order === 'wait') await aborted(call, seen)
    return receiptOf(call, sent)
  }

async function push(sink: Sink, rows: number, width: number, pauseMs: number, call: Call, seen: Seen): Promise<void> {
  const each = pauseMs > 0 ? 1 : Math.max(1, Math.floor(limits.batchBytes / (20 + width)))
  for (let from = 1; from <= rows; from += each) {
    if (call.signal.aborted) return await aborted(call, seen)
    await sink.batch(batchOf(from, Math.min(each, rows - from + 1), width))
    await new Promise((resolve) => (pauseMs > 0 ? setTimeout(resolve, pauseMs) : setImmediate(resolve)))
  }
}

function aborted(call: Call, seen: Seen): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => {
      seen.aborted.push({ id: call.id, reason: call.signal.reason, at: performance.now() })
      reject(call.signal.reason)
    }
    if (call.signal.aborted) abort()
    else call.signal.addEventListener('abort', abort, { once: true })
  })
}

const column = (name: string, type: 'int' | 'text' | 'decimal' = 'text', comment?: string) => ({
  name,
  type,
  nativeType: type,
  nullable: name !== 'id',
  ...(comment === undefined ? {} : { comment }),
})

export const schema: Schema = {
  version: '1',
  searchPath: ['public'],
  functions: [],
  tables: [
    {
      schema: 'public',
      name: 'customers',
      kind: 'table',
      columns: [column('id', 'int'), column('email', 'text', 'where we write to'), column('password_hash')],
      primaryKey: ['id'],
      rowsEstimate: 500,
      comment: 'People who buy',
    },
    {
      schema: 'public',
      name: 'orders',
      kind: 'table',
      columns: [column('id', 'int'), column('customer_id', 'int'), column('total', 'decimal')],
      primaryKey: ['id'],
      foreignKeys: [
        { columns: ['customer_id'], table: 'public.customers', references: ['id'] },
        { columns: ['id'], table: 'hr.salaries', references: ['id'] },
      ],
      rowsEstimate: 9000,
    },
    { schema: 'hr', name: 'salaries', kind: 'table', columns: [column('id', 'int'), column('amount', 'decimal')] },
    { schema: 'sales', name: 'OrderItems', kind: 'view', columns: [column('orderId', 'int'), column('quantity', 'int')] },
    { schema: 'pg_catalog', name: 'pg_class', kind: 'table', columns: [column('relname')], system: true },
  ],
}

const granted: Readonly<Record<string, { columns: string[]; masks: [string, { kind: 'email' }][]; rows: string[] }>> = {
  customers: { columns: ['id', 'email'], masks: [['email', { kind: 'email' }]], rows: [] },
  orders: { columns: ['id', 'customer_id', 'total'], masks: [], rows: ['tenant = 1'] },
  OrderItems: { columns: ['orderId', 'quantity'], masks: [], rows: [] },
}

export const grantOf = (source: string): Grant => ({
  version: 'g1',
  source,
  principal: 'tester',
  roles: ['reader'],
  actions: new Set(['read', 'explain']),
  limits: { rows: 1000, rowsDefault: 1000, bytes: 1e6, ms: 1000, concurrent: 4, perMinute: 60 },
  restricted: true,
  functions: new Set(),
  confirm: 'once',
  table({ name }: TableName) {
    const one = granted[name]
    if (!one) return undefined
    const reasons = one.rows.map((rule) => `row rule on ${name}: ${rule}`)
    return {
      columns: one.columns,
      masks: new Map(one.masks),
      rows: one.rows,
      restricted: true,
      guarded: false,
      writable: false,
      alterable: false,
      reasons,
      explicit: true,
    }
  },
})

const unused = { used: { running: 0, requests: 0, rows: 0, bytes: 0 }, remaining: 60, reset_s: 0 }

export type HandsOptions = Readonly<{
  sources?: readonly string[]
  broken?: readonly string[]
  key?: string
  /** Names of principals by their keys, where there are several. */
  keys?: Readonly<Record<string, string>>
  seen?: Seen
  /** The audit log cannot be written. */
  unwritten?: boolean
  /** Ends every credential when it is aborted. */
  until?: AbortSignal
  failed?: Parts['log']['failed']
}>

/** Indexes of so few columns are never written. */
const finder = openFinder({ folder: join(tmpdir(), 'sluice-no-index') })

/** Hands whose audit is remembered in `seen`; `key` is the API key that is asked of everyone who is not local. */
export function hands({
  sources = ['shop'],
  broken = [],
  key,
  keys = {},
  seen = nothingSeen(),
  unwritten = false,
  until,
  failed = () => undefined,
}: HandsOptions = {}): Parts {
  const principal: Principal = { name: 'tester', via: 'local', roles: ['reader'], attributes: {} }
  const sourceOf = (name: string) => ({
    name,
    dialect: 'postgres' as const,
    description: `the ${name}`,
    connection: { ping: async () => (broken.includes(name) ? Promise.reject(new Error('down')) : undefined) },
    schema: async () => {
      if (broken.includes(name)) throw new SluiceError('source_unavailable', `${name} does not answer.`)
      seen.opened.push(`schema ${name}`)
      return schema
    },
  })
  const parts = {
    audit: {
      failing: unwritten,
      open: (call: Call) => ({
        identified: () => undefined,
        intend: async () => void seen.opened.push(`intend ${call.text}`),
        close: (outcome: unknown, failure: unknown) => void seen.closed.push(failure ?? outcome),
      }),
    },
    auth: {
      until: () => until,
      identify(credential: Credential): Principal {
        if (credential.kind === 'local') return principal
        if (credential.kind === 'none') throw new SluiceError('credential_missing', 'No credential was sent.')
        if (key !== undefined && credential.token === key) return principal
        const name = keys[credential.token]
        if (name !== undefined) return { ...principal, name }
        throw new SluiceError('credential_unknown', 'This API key is not known.')
      },
    },
    policy: {
      sources: () => sources,
      actions: () => new Set(['read', 'explain']),
      grant(_principal: Principal, source: string) {
        if (!sources.includes(source)) throw new SluiceError('source_unknown', `There is no source ${source}.`)
        return grantOf(source)
      },
    },
    log: { failed },
    finder,
    storeIfAny: async () => undefined,
    watch: { started: () => undefined, ended: () => undefined },
    quota: {
      enter: () => () => undefined,
      standing: ({ source, limits }: Grant) => ({ ...unused, principal: principal.name, source, limits }),
      standings: () => [],
    },
    sources: {
      names: sources,
      get: async (name: string) => sourceOf(name),
      about: (name: string) => ({ name, connector: 'postgres', dialect: 'postgres', description: `the ${name}` }),
      close: async () => undefined,
    },
  }
  return Object.assign(parts, { now: () => parts }) as unknown as Parts
}
