import * as z from 'zod'
import { feedbackBody, messageBody, renameBody, sessionBody } from '../chat-routes.ts'
import type { Operation } from './paths.ts'

const tag = 'Chat'
const someObject = z.record(z.string(), z.unknown())
const events = ['text/event-stream']

const column = z.object({ name: z.string(), type: z.string() })

/** An answer beside its rows. */
export const answerAnswer = z.object({
  status: z.enum(['answered', 'ask_back', 'refused', 'yours']),
  code: z.string().optional(),
  mode: z.enum(['client', 'standalone', 'built-in']),
  source: z.string(),
  question: z.string(),
  understood: z.string().optional(),
  words: z.string(),
  sql: z.string().optional(),
  confidence: z.number(),
  used: z.array(z.object({ table: z.string(), why: z.string() })),
  columns: z.array(column),
  rows: z.number(),
  truncated: z.boolean(),
  warnings: z.array(z.string()),
  chart: z
    .object({
      kind: z.enum(['number', 'bar', 'line', 'pie', 'scatter', 'table']),
      x: z.string().optional(),
      y: z.array(z.string()).optional(),
      series: z.string().optional(),
    })
    .optional(),
  follow_ups: z.array(z.string()),
  choices: z.array(z.object({ question: z.string(), says: z.string(), sql: z.string() })).optional(),
  unlinked: z.array(z.string()).optional(),
  receipt: someObject.optional(),
  cost: someObject.optional(),
})

const session = {
  id: z.string(),
  session_id: z.string(),
  name: z.string(),
  datasource: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  shared: z.boolean(),
}
const told = z.object({ ...session, messages: z.number() })
const message = z.object({
  number: z.number(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  created_at: z.string(),
  answer: answerAnswer.optional(),
  good: z.boolean().optional(),
})
const removed = z.object({ deleted: z.boolean(), session_id: z.string() })

/** Conversations as the OpenAPI document tells them. */
export const chatOperations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/api/chat/message': {
    post: {
      tag,
      summary: 'Ask within a conversation',
      body: messageBody,
      answer: z.object({ message: z.string(), session_id: z.string(), datasource: z.string(), tool_calls: z.array(someObject) }),
    },
  },
  '/api/chat/message/stream': {
    post: {
      tag,
      summary: 'Ask within a conversation and get the answer as it comes',
      description:
        'Each `data` is a JSON object with a `type`: `session`, `content`, `done`, `error`; with `"events": "all"` also `step`, `columns`, `rows`, `answer`.',
      body: messageBody,
      answerTypes: events,
    },
  },
  '/api/chat/sessions': {
    get: {
      tag,
      summary: 'Your conversations, newest first',
      query: { q: 'Only those that hold this text', limit: '100 unless said', offset: 'How many are passed over' },
      answer: z.array(told),
    },
    post: { tag, summary: 'Begin a conversation', body: sessionBody, answer: told, status: 201 },
  },
  '/api/chat/sessions/:id': {
    get: { tag, summary: 'A conversation with its messages', answer: z.object({ ...session, messages: z.array(message) }) },
    patch: { tag, summary: 'Rename a conversation', body: renameBody, answer: told },
    delete: { tag, summary: 'Forget a conversation', answer: removed },
  },
  '/api/chat/sessions/:id/share': {
    post: {
      tag,
      summary: 'Let others read along who may see the same',
      answer: z.object({ share: z.string(), session_id: z.string() }),
    },
    delete: { tag, summary: 'Share a conversation no more', answer: removed },
  },
  '/api/chat/shared/:share': {
    get: {
      tag,
      summary: 'A conversation that somebody shared, as far as you may see it',
      answer: z.object({ name: z.string(), datasource: z.string(), turns: z.array(someObject) }),
    },
  },
  '/api/ask/feedback': {
    post: {
      tag,
      summary: 'Say whether an answer was good',
      body: feedbackBody,
      answer: z.object({ kept: z.boolean(), pair: z.string().optional() }),
    },
  },
}
