import * as z from 'zod'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { didYouMean } from '../nearest.ts'
import { checkFields } from '../tools/tools.ts'
import { jsonBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import type { RouteTable } from './routes.ts'
import type { Run } from './tool-call.ts'
import { called, plain } from './tool-routes.ts'

const source = z.string().optional().describe('May be left out when you may use exactly one')
const question = z.string().min(1).max(2_000)

/** The body of `POST /api/bank/pairs`. */
export const pairBody = z.strictObject({ source, question, sql: z.string().describe('One statement, with its values in it') })
/** The body of `POST /api/bank/similar`. */
export const similarBody = z.strictObject({
  source: z.string().optional().describe('Every source that you may use where none is named'),
  question,
  threshold: z.number().min(0).max(1).optional().describe('Least likeness; 0.8 unless said'),
  limit: z.int().min(1).max(50).optional(),
})
/** The body of `POST /api/bank/pairs/:id/review`. */
export const reviewBody = z.strictObject({
  verdict: z.enum(['up', 'down', 'verify', 'propose', 'reject', 'mend', 'remove']),
  reason: z.string().max(500).optional(),
})
/** The body of `POST /api/bank/templates/:id/run`. */
export const fillBody = z.strictObject({
  source,
  values: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .optional()
    .describe('By the names of the slots; parameters, never SQL'),
  limit: z.int().min(1).optional(),
  timeout_ms: z.int().min(1).optional(),
})
/** The body of `POST /api/bank/verify`. */
export const reverifyBody = z.strictObject({ source, all: z.boolean().optional().describe('Also those that use nothing that has changed') })

/** The query bank. Each route is a tool by another name, with its rights, its record and its answer. */
export function bankRoutes(parts: Parts, run: Run | undefined): RouteTable {
  const tool = (exchange: Exchange, name: string, fields: unknown) => called(exchange, name, fields, plain, parts.now(), run)
  const body = async (exchange: Exchange, schema: z.ZodObject) => checkFields(schema, await jsonBody(exchange))
  return {
    '/api/bank/pairs': {
      GET: (exchange) => tool(exchange, 'list_stored_queries', asked(exchange, ['source', 'state', 'mine', 'limit', 'offset'])),
      POST: async (exchange) => tool(exchange, 'store_query', await body(exchange, pairBody)),
    },
    '/api/bank/pairs/:id': {
      DELETE: (exchange) => tool(exchange, 'review_query', { id: exchange.params.id, verdict: 'remove' }),
    },
    '/api/bank/pairs/:id/review': {
      POST: async (exchange) => tool(exchange, 'review_query', { ...(await body(exchange, reviewBody)), id: exchange.params.id }),
    },
    '/api/bank/similar': { POST: async (exchange) => tool(exchange, 'find_similar_queries', await body(exchange, similarBody)) },
    '/api/bank/templates': { GET: (exchange) => tool(exchange, 'list_query_templates', asked(exchange, ['source', 'limit'])) },
    '/api/bank/templates/:id/run': {
      POST: async (exchange) => tool(exchange, 'run_query_template', { ...(await body(exchange, fillBody)), template: exchange.params.id }),
    },
    '/api/bank/verify': { POST: async (exchange) => tool(exchange, 'reverify_queries', await body(exchange, reverifyBody)) },
  }
}

/** What stands behind the question mark, as fields of a tool: whole numbers and flags are text there. */
function asked({ request }: Exchange, known: readonly string[]): Record<string, unknown> {
  const query = new URLSearchParams(request.url!.split('?')[1] ?? '')
  return Object.fromEntries(
    [...query].map(([name, text]) => {
      if (!known.includes(name))
        throw new SluiceError('field_unknown', `There is no parameter ${JSON.stringify(name.slice(0, 100))}.${didYouMean(name, known)}`)
      if (name === 'mine') return [name, text === 'true' ? true : text === 'false' ? false : text]
      return [name, (name === 'limit' || name === 'offset') && /^\d{1,9}$/.test(text) ? Number(text) : text]
    }),
  )
}
