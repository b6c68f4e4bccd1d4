import * as z from 'zod'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { type AskedQueries, changeQuery, listQueries, queryOf, removeQuery, saveQuery } from '../queries.ts'
import { checkFields, newCallId } from '../tools/declared.ts'
import { paramsField } from '../tools/sql-fields.ts'
import { sourceOf } from '../tools/tools.ts'
import { jsonBody } from './body.ts'
import { answered, whole } from './catalog-routes.ts'
import type { RouteTable } from './routes.ts'
import type { Run } from './tool-call.ts'
import { called, plain } from './tool-routes.ts'

const said = {
  name: z.string().min(1).max(200),
  sql: z.string().min(1).describe('One reading statement; it may have placeholders'),
  description: z.string().max(2_000).optional(),
  tags: z.array(z.string().max(50)).max(20).optional(),
  roles: z.array(z.string().max(100)).max(20).optional().describe('Roles it is shared with; `["*"]` everybody, none unless said'),
}

/** The body of `POST /api/queries`. */
export const queryBody = z.strictObject({ source: z.string().optional().describe('May be left out when you may use exactly one'), ...said })
/** The body of `PATCH /api/queries/:id`. */
export const queryChangeBody = z.strictObject({
  ...said,
  name: said.name.optional(),
  sql: said.sql.optional(),
  revision: z.int().min(1).optional().describe('As it was read; what was changed since is then not overwritten'),
})
/** The body of `POST /api/queries/:id/run`. */
export const queryRunBody = z.strictObject({
  params: paramsField.optional(),
  limit: z.int().min(1).optional(),
  timeout_ms: z.int().min(1).optional(),
})

/** Saved queries. Each request is one recorded call, and needs what the tool of its kind needs. */
export const queriesRoutes = (parts: Parts, run: Run | undefined): RouteTable => ({
  '/api/queries': {
    GET: (exchange) =>
      answered(
        exchange,
        parts,
        'list_saved_queries',
        ['source', 'q', 'tag', 'mine', 'state', 'limit', 'offset'],
        (call, now, { source = '', ...asked }) => listQueries({ ...call, source }, askedOf(asked), now),
      ),
    POST: (exchange) =>
      answered(exchange, parts, 'save_query', [], async (call, now) => {
        const { source, sql, ...rest } = checkFields(queryBody, await jsonBody(exchange)) as z.infer<typeof queryBody>
        const named = await sourceOf(source === undefined ? {} : { source }, callerOf(call), now)
        return { query: await saveQuery({ ...call, source: named }, { ...rest, statement: sql }, now) }
      }),
  },
  '/api/queries/:id': {
    GET: (exchange) =>
      answered(exchange, parts, 'list_saved_queries', [], async (call, now) => ({ query: await queryOf(call, exchange.params.id!, now) })),
    PATCH: (exchange) =>
      answered(exchange, parts, 'save_query', [], async (call, now) => {
        const { sql, ...rest } = checkFields(queryChangeBody, await jsonBody(exchange)) as z.infer<typeof queryChangeBody>
        return { query: await changeQuery(call, exchange.params.id!, { ...rest, statement: sql }, now) }
      }),
    DELETE: (exchange) =>
      answered(exchange, parts, 'remove_saved_query', [], async (call, now) => ({
        removed: await removeQuery(call, exchange.params.id!, now),
      })),
  },
  '/api/queries/:id/run': {
    POST: async (exchange) => {
      const fields = checkFields(queryRunBody, await jsonBody(exchange))
      await called(exchange, 'run_saved_query', { ...fields, id: exchange.params.id }, plain, parts.now(), run)
    },
  },
})

const callerOf = ({ credential, signal }: Call) => ({ id: newCallId(), door: 'http' as const, credential, signal })

const STATES = ['ok', 'changed', 'broken', 'unknown'] as const
const LIMIT_DEFAULT = 100
const LIMIT_MAX = 1_000

function askedOf(asked: Readonly<Record<string, string | undefined>>): AskedQueries {
  const { q, tag, mine, state } = asked
  const known = STATES.find((one) => one === state)
  if (state !== undefined && known === undefined)
    throw new SluiceError('field_invalid', `The field state must be one of ${STATES.join(', ')}.`)
  if (mine !== undefined && mine !== 'true' && mine !== 'false')
    throw new SluiceError('field_invalid', 'The field mine must be true or false.')
  return {
    ...(q ? { text: q } : {}),
    ...(tag ? { tag } : {}),
    ...(mine === 'true' ? { mine: true } : {}),
    ...(known ? { state: known } : {}),
    limit: whole(asked, 'limit', LIMIT_DEFAULT, 1, LIMIT_MAX),
    offset: whole(asked, 'offset', 0, 0, 1_000_000),
  }
}
