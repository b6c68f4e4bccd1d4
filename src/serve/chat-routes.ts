import * as z from 'zod'
import { kept } from '../ask.ts'
import type { Call } from '../call.ts'
import * as chat from '../chat.ts'
import { type PublicError, publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { tellUnnamed } from '../log/log.ts'
import { didYouMean } from '../nearest.ts'
import { askedOf, askingCall, type Caller, checkFields, newCallId } from '../tools/declared.ts'
import { askingFields } from '../tools/sql-fields.ts'
import { asTool } from './as-tool.ts'
import { beginEvents, TypedEvents, withRows } from './ask-out.ts'
import { jsonBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import type { Handler, RouteTable } from './routes.ts'

const { source: _, ...asking } = askingFields
const datasource = z.string().optional().describe('A source; where none is named the question or the conversation says which')
const name = z.string().max(1_000)

/** The body of `POST /api/chat/message`, and of its stream. */
export const messageBody = z.strictObject({
  message: z.string().describe('A question in plain language'),
  datasource,
  session_id: z.string().max(100).optional().describe('The conversation that it belongs to; a new one unless said'),
  ...asking,
  events: z.enum(['all']).optional().describe('The stream then tells steps, columns, rows and the whole answer as well'),
})
/** The body of `POST /api/chat/sessions`. */
export const sessionBody = z.strictObject({ datasource, name: name.optional() })
/** The body of `PATCH /api/chat/sessions/:id`. */
export const renameBody = z.strictObject({ name })
/** The body of `POST /api/ask/feedback`. */
export const feedbackBody = z.strictObject({
  session: z.string().max(100).describe('The conversation'),
  message: z.int().min(1).describe('Number of the answer in it'),
  good: z.boolean(),
})

const noStore = ['Cache-Control', 'no-store'] as const
const LIST_DEFAULT = 100
const LIST_MAX = 500
const ROWS_SHOWN = 10
const BYTES_SHOWN = 64 * 1024

/** Conversations: a chat client's routes, and what a page needs beside them. */
export const chatRoutes = (parts: Parts): RouteTable => ({
  '/api/chat/message': { POST: (exchange) => message(exchange, parts.now()) },
  '/api/chat/message/stream': { POST: (exchange) => messageStream(exchange, parts.now()) },
  '/api/chat/sessions': {
    GET: answered(parts, 'list conversations', async (call, now, exchange) => {
      const found = await chat.listSessions(call, listingOf(exchange), now)
      // Who looks at their conversations is about to ask: the engine is read while they think.
      if (now.ask.mode === undefined || now.ask.mode === 'built-in') now.finder.engine().catch(() => undefined)
      return found
    }),
    POST: async (exchange) => {
      const { datasource: source = '', name } = checkFields(sessionBody, await jsonBody(exchange)) as z.infer<typeof sessionBody>
      const wanted = { id: newCallId(), ...(name === undefined ? {} : { name }) }
      await answered(parts, 'begin a conversation', (call, now) => chat.beginSession({ ...call, source }, wanted, now), 201)(exchange)
    },
  },
  '/api/chat/sessions/:id': {
    GET: answered(parts, 'read a conversation', (call, now, { params }) => chat.readSession(call, params.id!, now)),
    PATCH: async (exchange) => {
      const { name } = checkFields(renameBody, await jsonBody(exchange)) as z.infer<typeof renameBody>
      await answered(parts, 'rename a conversation', (call, now, { params }) => chat.renameSession(call, params.id!, name, now))(exchange)
    },
    DELETE: answered(parts, 'forget a conversation', (call, now, { params }) => chat.removeSession(call, params.id!, now)),
  },
  '/api/chat/sessions/:id/share': {
    POST: answered(parts, 'share a conversation', (call, now, { params }) => chat.shareSession(call, params.id!, now)),
    DELETE: answered(parts, 'share a conversation no more', (call, now, { params }) => chat.unshareSession(call, params.id!, now)),
  },
  '/api/chat/shared/:share': {
    GET: answered(parts, 'read a shared conversation', (call, now, { params }) => chat.readShared(call, params.share!, now)),
  },
  '/api/ask/feedback': {
    POST: async (exchange) => {
      const fields = checkFields(feedbackBody, await jsonBody(exchange)) as z.infer<typeof feedbackBody>
      await answered(parts, 'judge an answer', (call, now) => chat.feedBack(call, fields, newCallId, now))(exchange)
    },
  },
})

type Work = (call: Call, now: Parts, exchange: Exchange) => Promise<unknown>

/** Does something with conversations, with the rights of the tool that answers questions, and answers what came of it. */
const answered =
  (parts: Parts, text: string, work: Work, status = 200): Handler =>
  async (exchange) => {
    const caller = callerOf(exchange)
    try {
      const now = parts.now()
      await asTool('natural_language_query', caller, now)
      exchange.json(status, await work(askingCall(caller, '', text), now, exchange), noStore)
    } catch (caught) {
      tellUnnamed(parts.log, caller.id, caught)
      exchange.fail(caught, caller.id)
    }
  }

/** `POST /api/chat/message`: the answer in one document, with the first rows in its text. */
async function message(exchange: Exchange, parts: Parts): Promise<void> {
  const caller = callerOf(exchange)
  try {
    const { said } = await saidIn(exchange, caller, parts)
    const rows = kept(ROWS_SHOWN, BYTES_SHOWN)
    const out: chat.ChatOut = { session: () => undefined, step: () => undefined, sink: rows }
    const { session, answer } = await chat.say(said, out, newCallId, parts)
    const { source, sql, status } = answer
    const calls = sql === undefined || status !== 'answered' ? [] : [{ name: 'execute_sql', arguments: { source, query: sql } }]
    exchange.json(200, { message: withRows(answer, rows), session_id: session, datasource: source, tool_calls: calls }, noStore)
  } catch (caught) {
    tellUnnamed(parts.log, caller.id, caught)
    exchange.fail(caught, caller.id)
  }
}

/** `POST /api/chat/message/stream`: the same as it comes. */
async function messageStream(exchange: Exchange, parts: Parts): Promise<void> {
  const caller = callerOf(exchange)
  const { said, all } = await saidIn(exchange, caller, parts)
  const events = new TypedEvents(exchange, all)
  try {
    const out: chat.ChatOut = { session: events.session, step: events.step, sink: events }
    const { number, answer } = await chat.say(said, out, newCallId, parts)
    if (all) await events.send({ type: 'answer', answer, message: number })
    await events.send({ type: 'content', content: events.content(answer) })
    exchange.end([`data: {"type":"done"}\n\n`])
  } catch (caught) {
    tellUnnamed(parts.log, caller.id, caught)
    const error = publicError(caught, caller.id)
    beginEvents(exchange, error.status)
    exchange.end([`data: ${JSON.stringify(failure(error, all))}\n\n`])
  }
}

const failure = (error: PublicError, all: boolean) => ({
  type: 'error',
  error: `${error.message} ${error.hint}`,
  ...(all ? { details: error } : {}),
})

/** The message of a body, checked. Throws what is wrong with it. */
async function saidIn(exchange: Exchange, caller: Caller, parts: Parts): Promise<Readonly<{ said: chat.Said; all: boolean }>> {
  const { message, datasource, session_id, events, ...fields } = checkFields(messageBody, await jsonBody(exchange)) as z.infer<
    typeof messageBody
  >
  await asTool('natural_language_query', caller, parts)
  const { question: _, before: __, ...asked } = askedOf({ ...fields, question: message, source: datasource }, caller)
  return { said: { ...asked, message, ...(session_id === undefined ? {} : { session: session_id }) }, all: events === 'all' }
}

const LISTING = ['q', 'limit', 'offset'] as const

/** What stands behind the question mark of a list. */
function listingOf({ request }: Exchange): Readonly<{ text?: string; limit: number; offset: number }> {
  const query = new URLSearchParams(request.url!.split('?')[1] ?? '')
  for (const name of query.keys()) {
    if (!(LISTING as readonly string[]).includes(name))
      throw new SluiceError('field_unknown', `There is no parameter ${JSON.stringify(name.slice(0, 100))}.${didYouMean(name, LISTING)}`)
  }
  const text = query.get('q')?.trim()
  return {
    ...(text ? { text: text.slice(0, 200) } : {}),
    limit: Math.max(1, Math.min(LIST_MAX, numberIn(query, 'limit', LIST_DEFAULT))),
    offset: numberIn(query, 'offset', 0),
  }
}

function numberIn(query: URLSearchParams, name: string, unsaid: number): number {
  const text = query.get(name)
  if (text === null) return unsaid
  if (!/^\d{1,9}$/.test(text)) throw new SluiceError('field_invalid', `The parameter ${name} must be a whole number.`)
  return Number(text)
}

const callerOf = ({ credential, signal }: Exchange): Caller => ({ id: newCallId(), door: 'http', credential, signal })
