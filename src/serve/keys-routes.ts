import * as z from 'zod'
import type { KnownKey, MadeKey, WantedKey } from '../auth/auth.ts'
import type { Call } from '../call.ts'
import { fromLimits, toLimits } from '../config/config.ts'
import { named, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import { checkFields, groups, newCallId } from '../tools/declared.ts'
import { jsonBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import type { RouteTable } from './routes.ts'

const whole = z.int().min(1)
const names = z.array(z.string().min(1).max(200)).min(1).max(100)
const scalar = z.union([z.string().max(1_000), z.number()])

/** The body of `POST /api/keys`. */
export const keyBody = z.strictObject({
  name: z.string().min(1).max(100).describe('Who the key belongs to; the audit log shows it'),
  roles: names.describe('At most those that you have, unless you have the role admin'),
  attributes: z
    .record(z.string(), z.union([scalar, z.boolean(), z.array(scalar).max(1_000)]))
    .optional()
    .describe('Values that row rules use'),
  sources: names.optional().describe('The only sources that it is good for'),
  groups: z.array(z.enum(groups)).min(1).optional().describe('The only groups of tools that it is good for'),
  limits: z
    .strictObject({
      rows: whole.optional(),
      rows_default: whole.optional(),
      bytes: whole.optional(),
      seconds: z.number().min(0.001).optional(),
      concurrent: whole.optional(),
      per_minute: whole.optional(),
      burst: whole.optional(),
      rows_per_minute: whole.optional(),
      bytes_per_minute: whole.optional(),
    })
    .optional()
    .describe('They lower what the roles allow'),
  expires: z.string().optional().describe('ISO date or time after which it is refused'),
})

/** The body of `POST /api/keys/:id/rotate`. */
export const rotateBody = z.strictObject({
  grace_s: z.number().min(0).max(604_800).optional().describe('Seconds for which the old secret stays good; 0 unless said'),
})

/** Keys that are made, listed, rotated and revoked by whoever has the action `admin` on some source. Every call is audited; a secret is told once. */
export const keysRoutes = (parts: Parts): RouteTable => ({
  '/api/keys': {
    GET: (exchange) =>
      asked(exchange, parts.now(), 'list keys', async (by, { auth }) => ({ status: 200, body: { keys: auth.keys.list(by).map(shown) } })),
    POST: async (exchange) => {
      const fields = checkFields(keyBody, await jsonBody(exchange)) as z.infer<typeof keyBody>
      const text = `create key ${fields.name}, roles ${fields.roles.join(', ')}`
      await asked(exchange, parts.now(), text, async (by, { auth }) => ({
        status: 201,
        body: made(await auth.keys.create(wantedOf(fields), by)),
      }))
    },
  },
  '/api/keys/:id/rotate': {
    POST: async (exchange) => {
      const { length } = exchange.request.headers['content-length'] ?? ''
      const empty = length === 0 && exchange.request.headers['transfer-encoding'] === undefined
      const { grace_s = 0 } = checkFields(rotateBody, empty ? {} : await jsonBody(exchange)) as z.infer<typeof rotateBody>
      const id = exchange.params.id!
      await asked(exchange, parts.now(), `rotate key ${id}, grace ${grace_s} s`, async (by, { auth }) => ({
        status: 200,
        body: made(await auth.keys.rotate(id, grace_s, by)),
      }))
    },
  },
  '/api/keys/:id': {
    DELETE: (exchange) =>
      asked(exchange, parts.now(), `revoke key ${exchange.params.id}`, async (by, { auth }) => ({
        status: 200,
        body: { known: shown(await auth.keys.revoke(exchange.params.id!, by)) },
      })),
  },
})

type Answer = Readonly<{ status: number; body: unknown }>

/** Lets an administrator do it, and has it in the audit log before it is done. */
async function asked(
  exchange: Exchange,
  parts: Parts,
  text: string,
  work: (by: Principal, parts: Parts) => Promise<Answer>,
): Promise<void> {
  const { credential, signal } = exchange
  const call: Call = {
    id: newCallId(),
    door: 'http',
    credential,
    source: '',
    action: 'apply',
    text: text.slice(0, 500),
    params: [],
    signal,
  }
  const started = performance.now()
  const entry = parts.audit.open(call)
  try {
    const principal = await parts.auth.identify(credential)
    entry.identified(principal)
    if (principal.scope?.groups && !principal.scope.groups.includes('admin'))
      throw new SluiceError('tool_refused', 'Your credential is narrowed to other groups of tools than "admin".')
    if (!parts.policy.actions(principal).has('admin'))
      throw new SluiceError('action_refused', 'Keys are the business of those whose roles allow the action "admin" on some source.')
    await entry.intend(principal, { sql: '', kind: 'keys', tables: [], policies: [], params: 0 })
    const { status, body } = await work(principal, parts)
    entry.close({ rows: 0, truncated: false, from: 'live', ms: performance.now() - started }, undefined)
    exchange.json(status, body, ['Cache-Control', 'no-store'])
  } catch (caught) {
    const error = named(caught, signal)
    entry.close(undefined, error)
    parts.log.failed(call.id, undefined, error)
    exchange.fail(error, call.id)
  }
}

function wantedOf({ attributes = {}, limits, expires, sources, groups, ...rest }: z.infer<typeof keyBody>): WantedKey {
  const until = expires === undefined ? undefined : Date.parse(expires)
  if (until !== undefined && (Number.isNaN(until) || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d))?$/.test(expires!)))
    throw new SluiceError(
      'field_invalid',
      'The field expires must be a date like 2027-01-01 or a time with zone like 2027-01-01T12:00:00Z.',
    )
  return {
    ...rest,
    attributes,
    ...(sources ? { sources } : {}),
    ...(groups ? { groups } : {}),
    ...(limits ? { limits: toLimits(defined(limits)) } : {}),
    ...(until === undefined ? {} : { expires: until }),
  }
}

const defined = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> }

const shown = ({ limits, ...rest }: KnownKey) => ({ ...rest, ...(limits ? { limits: fromLimits(limits) } : {}) })
const made = ({ key, known }: MadeKey) => ({ key, known: shown(known) })
