import * as z from 'zod'
import { publicError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import {
  datasources,
  listConnectors,
  listSources,
  patchSource,
  registerSource,
  type Tried,
  testDatasource,
  testSource,
  tryNewSource,
  unregisterSource,
} from '../registry.ts'
import type { Step } from '../source/source.ts'
import { askingCall, checkFields, declared, mayUse, newCallId } from '../tools/declared.ts'
import { jsonBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import type { Handler, RouteTable } from './routes.ts'

const setting = z.union([z.string().max(10_000), z.number(), z.boolean()])
const description = z.string().max(2_000)

/** The body of `POST /api/sources`. */
export const sourceBody = z.strictObject({
  name: z.string().min(1).max(64).describe('As callers will say it'),
  connector: z.string().min(1).max(64).describe('Kind of the source, e.g. `postgres`'),
  description: description.optional().describe('What it holds; models read it'),
  settings: z.record(z.string(), setting).optional().describe('Those of the connector; what is secret is encrypted and never shown'),
  enabled: z.boolean().optional().describe('True unless said'),
  tags: z.array(z.string().min(1).max(200)).max(50).optional(),
})

/** The body of `PATCH /api/sources/:name`. */
export const sourcePatchBody = z.strictObject({
  description: description.optional(),
  enabled: z.boolean().optional(),
  settings: z.record(z.string(), setting.nullable()).optional().describe('Those that change; null takes one away'),
})

const noStore = ['Cache-Control', 'no-store']

/** Registered sources, for who administers every source, and what everybody may know of their own. Every call is audited. */
export const sourcesRoutes = (parts: Parts): RouteTable => ({
  '/api/sources': {
    GET: answered(parts, 'list sources', async (call, now) => ({ status: 200, body: { sources: await listSources(call, now) } })),
    POST: async (exchange) => {
      const fields = checkFields(sourceBody, await jsonBody(exchange)) as z.infer<typeof sourceBody>
      const wanted = wantedOf(fields)
      const { name, connector } = wanted
      await answered(parts, `register the source ${name}, ${connector}`, async (call, now) => ({
        status: 201,
        body: await registerSource(call, wanted, now),
      }))(exchange)
    },
  },
  '/api/sources/:name': {
    PATCH: async (exchange) => {
      const patch = checkFields(sourcePatchBody, await jsonBody(exchange)) as z.infer<typeof sourcePatchBody>
      const name = exchange.params.name!
      const what = [...Object.keys(patch).filter((key) => key !== 'settings'), ...Object.keys(patch.settings ?? {})]
      await answered(parts, `change the source ${name}: ${what.join(', ')}`, async (call, now) => ({
        status: 200,
        body: await patchSource(call, name, patch, now),
      }))(exchange)
    },
    DELETE: (exchange) =>
      answered(parts, `remove the source ${exchange.params.name}`, async (call, now) => ({
        status: 200,
        body: { removed: exchange.params.name, ...(await unregisterSource(call, exchange.params.name!, now)) },
      }))(exchange),
  },
  '/api/sources/connectors': {
    GET: answered(parts, 'list connectors', async (call, now) => ({ status: 200, body: { connectors: await listConnectors(call, now) } })),
  },
  '/api/sources/test': {
    POST: async (exchange) => {
      const wanted = wantedOf(checkFields(sourceBody, await jsonBody(exchange)) as z.infer<typeof sourceBody>)
      await tested(exchange, parts, wanted.name, (call, told, now) => tryNewSource(call, wanted, told, now))
    },
  },
  '/api/sources/:name/test': {
    POST: async (exchange) => {
      exchange.request.resume()
      const name = exchange.params.name!
      await tested(exchange, parts, name, (call, told, now) => testSource(call, name, told, now))
    },
  },
  '/api/datasources': {
    GET: answered(parts, 'list datasources', async (call, now) => ({ status: 200, body: await datasources(call, now) })),
  },
  '/api/datasources/:id/test': {
    GET: (exchange) =>
      answered(
        parts,
        'test the source',
        async (call, now) => {
          const count = (principal: Parameters<typeof mayUse>[1] & Parameters<Parts['policy']['actions']>[0]) =>
            declared.filter((tool) => mayUse(tool, principal, now.policy.actions(principal))).length
          return { status: 200, body: await testDatasource(call, now, count) }
        },
        exchange.params.id,
      )(exchange),
  },
})

type Work = (call: ReturnType<typeof askingCall>, now: Parts) => Promise<Readonly<{ status: number; body: unknown }>>

const answered =
  (parts: Parts, text: string, work: Work, source = ''): Handler =>
  async (exchange) => {
    const call = callOf(exchange, text, source)
    try {
      const { status, body } = await work(call, parts.now())
      exchange.json(status, body, noStore)
    } catch (caught) {
      exchange.fail(caught, call.id)
    }
  }

const callOf = (exchange: Exchange, text: string, source: string) =>
  askingCall(
    { id: newCallId(), door: 'http', credential: exchange.credential, signal: exchange.signal },
    source.slice(0, 100),
    text.slice(0, 500),
  )

function wantedOf({ name, connector, description = '', settings = {}, enabled = true, tags = [] }: z.infer<typeof sourceBody>) {
  return { name, connector, description, settings, enabled, tags }
}

type Test = (call: ReturnType<typeof askingCall>, told: (step: Step) => void, now: Parts) => Promise<Tried>

/** The steps as one answer, or as events while they are done where the caller takes those. */
async function tested(exchange: Exchange, parts: Parts, name: string, test: Test): Promise<void> {
  const streams = exchange.request.headers.accept?.includes('text/event-stream') ?? false
  const call = callOf(exchange, `test the source ${name}`, '')
  const event = (kind: string, value: unknown) => `event: ${kind}\ndata: ${JSON.stringify(value)}\n\n`
  const step = (one: Step) => {
    if (!exchange.response.headersSent) {
      exchange.contentType = 'text/event-stream'
      exchange.begin(200, ['Cache-Control', 'no-cache, no-transform', 'X-Accel-Buffering', 'no'])
    }
    void exchange.write([event('step', one)])
  }
  try {
    const done = await test(call, streams ? step : () => undefined, parts.now())
    if (exchange.response.headersSent) exchange.end([event('done', done)])
    else exchange.json(200, done, noStore)
  } catch (caught) {
    if (exchange.response.headersSent) exchange.end([event('error', publicError(caught, call.id))])
    else exchange.fail(caught, call.id)
  }
}
