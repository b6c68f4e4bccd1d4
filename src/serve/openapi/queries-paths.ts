import * as z from 'zod'
import { queryBody, queryChangeBody, queryRunBody } from '../queries-routes.ts'
import { rowsAnswer } from './answers.ts'
import type { Operation } from './paths.ts'

const tag = 'Saved queries'

const query = z.object({
  id: z.string(),
  source: z.string(),
  name: z.string(),
  description: z.string(),
  sql: z.string(),
  dialect: z.string(),
  tags: z.array(z.string()),
  roles: z.array(z.string()),
  own: z.boolean(),
  owner: z.string(),
  params: z.int().describe('How many placeholders it has'),
  tables: z.array(z.string()),
  state: z.enum(['ok', 'changed', 'broken', 'unknown']),
  problem: z.object({ code: z.string(), message: z.string() }).optional(),
  mend: z.string().optional().describe('A statement that would run in its place'),
  revision: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
})
const one = z.object({ query })

/** Saved queries as the OpenAPI document tells them. */
export const queriesOperations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/api/queries': {
    get: {
      tag,
      summary: 'Your saved queries and those shared with you, newest first',
      query: {
        source: 'Every source that you may use unless said',
        q: 'Looked for in name, description and tags',
        tag: 'Only those with this tag',
        mine: '`true` for your own only',
        state: '`ok`, `changed`, `broken` or `unknown`',
        limit: '100 unless said',
        offset: 'How many are passed over',
      },
      answer: z.object({ queries: z.array(query), more: z.boolean() }),
    },
    post: { tag, summary: 'Save a query', body: queryBody, answer: one },
  },
  '/api/queries/:id': {
    get: { tag, summary: 'One saved query', answer: one },
    patch: { tag, summary: 'Change a saved query of your own', body: queryChangeBody, answer: one },
    delete: { tag, summary: 'Remove a saved query', answer: z.object({ removed: z.boolean() }) },
  },
  '/api/queries/:id/run': { post: { tag, summary: 'Run a saved query under your own rights', body: queryRunBody, answer: rowsAnswer } },
}
