import * as z from 'zod'
import { fillBody, pairBody, reverifyBody, reviewBody, similarBody } from '../bank-routes.ts'
import { rowsAnswer } from './answers.ts'
import type { Operation } from './paths.ts'

const someObject = z.record(z.string(), z.unknown())
const tag = 'Bank'

/** The query bank as the OpenAPI document tells it. */
export const bankOperations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/api/bank/pairs': {
    get: {
      tag,
      summary: 'Questions with their SQL that you may run, newest first',
      query: {
        source: 'May be left out when you may use exactly one',
        state: '`proposed`, `verified`, `rejected` or `stale`',
        mine: '`true` for your own only',
        limit: '50 unless said',
        offset: 'How many are passed over',
      },
      answer: someObject,
    },
    post: { tag, summary: 'Keep a question with the SQL that answers it, as proposed', body: pairBody, answer: someObject },
  },
  '/api/bank/pairs/:id': { delete: { tag, summary: 'Forget a pair', answer: someObject } },
  '/api/bank/pairs/:id/review': {
    post: { tag, summary: 'Say whether a pair was good, or review it', body: reviewBody, answer: someObject },
  },
  '/api/bank/similar': {
    post: { tag, summary: 'Questions like this one, with SQL that you may run', body: similarBody, answer: someObject },
  },
  '/api/bank/templates': {
    get: { tag, summary: 'What questions have in common', query: { source: 'As above', limit: '50 unless said' }, answer: someObject },
  },
  '/api/bank/templates/:id/run': { post: { tag, summary: 'Fill a template with values and run it', body: fillBody, answer: rowsAnswer } },
  '/api/bank/verify': {
    post: {
      tag,
      summary: 'Run again what uses what has changed',
      description: 'Needs the action `admin` on the source.',
      body: reverifyBody,
      answer: someObject,
    },
  },
}
