import * as z from 'zod'
import { completeQuestion, exploreQuestions } from '../ask.ts'
import type { Call } from '../call.ts'
import type { Parts } from '../gateway.ts'
import { newCallId, sourceOf } from '../tools/declared.ts'
import { wholeOf } from './asked.ts'
import { answered } from './catalog-routes.ts'
import type { RouteTable } from './routes.ts'

/** The answer of `GET /api/ask/complete`. */
export const completeAnswer = z.object({
  source: z.string(),
  completions: z.array(z.object({ text: z.string(), kind: z.enum(['question', 'asked', 'name', 'value']) })),
})
/** The answer of `GET /api/ask/explore`. */
export const exploreAnswer = z.object({ source: z.string(), questions: z.array(z.string()) })

const COMPLETIONS = 8
const COMPLETIONS_MAX = 10
const STARTS = 8
const STARTS_MAX = 20

/** What may be asked: what a half-typed question may become, and questions to begin with. Who may ask questions may ask for these. */
export const askSuggestRoutes = (parts: Parts): RouteTable => ({
  '/api/ask/complete': {
    GET: (exchange) =>
      answered(exchange, parts, 'natural_language_query', ['q', 'source', 'limit'], async (call, now, { q = '', source, limit }) => {
        const within = await placed(call, source, now)
        const most = wholeOf(limit, 'limit', COMPLETIONS, COMPLETIONS_MAX)
        return { source: within.source, completions: await completeQuestion(within, q, most, newCallId, now) }
      }),
  },
  '/api/ask/explore': {
    GET: (exchange) =>
      answered(exchange, parts, 'natural_language_query', ['source', 'limit'], async (call, now, { source, limit }) => {
        const within = await placed(call, source, now)
        return { source: within.source, questions: await exploreQuestions(within, wholeOf(limit, 'limit', STARTS, STARTS_MAX), now) }
      }),
  },
})

/** The call with its source: the one that is named, else the only one that its caller may use. */
async function placed(call: Call, source: string | undefined, parts: Parts): Promise<Call> {
  const { id, credential, signal } = call
  return { ...call, source: await sourceOf(source === undefined ? {} : { source }, { id, door: 'http', credential, signal }, parts) }
}
