import * as z from 'zod'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import {
  checkJoins,
  decidePersonal,
  describeObject,
  exportNotes,
  findPath,
  importComments,
  importNotes,
  listNotes,
  listPersonal,
  listProfiles,
  profileTables,
  scanPersonal,
  suggestRelated,
} from '../knowledge.ts'
import { checkFields, newCallId } from '../tools/declared.ts'
import { wholeOf } from './asked.ts'
import { jsonBody } from './body.ts'
import { answered } from './catalog-routes.ts'
import type { Exchange } from './exchange.ts'
import type { RouteTable } from './routes.ts'

const name = z.string().min(1).max(500)
const words = z.array(z.string()).max(50)

/** The body of `POST /api/catalog/:source/notes`. */
export const noteBody = z.strictObject({
  table: name.optional().describe('Left out for the source itself'),
  column: name.optional(),
  description: z.string().nullable().optional().describe('null takes it away'),
  owner: z.string().nullable().optional(),
  tags: words.optional().describe('Replaces those that are there'),
  add_tags: words.optional(),
  remove_tags: words.optional(),
  terms: words.optional().describe('Business terms; replaces those that are there'),
})

/** The body of `POST /api/catalog/:source/profile`. */
export const profileBody = z.strictObject({
  role: name.describe('As which role the values are looked at: one of yours, or any where you administer the source'),
  tables: z.array(name).min(1).max(10_000).optional().describe('All that the role sees unless said'),
  rows: z.int().min(1).max(10_000_000).optional().describe('Rows of a table to look at; 50,000 unless said'),
})

/** The body of `POST /api/catalog/:source/pii`. */
export const scanBody = z.strictObject({ tables: z.array(name).min(1).max(10_000).optional().describe('All that you see unless said') })

/** The body of `POST /api/catalog/:source/pii/decide`. */
export const decideBody = z.strictObject({ table: name, column: name, decision: z.enum(['confirm', 'dismiss', 'mask']) })

/** The body of `POST /api/catalog/:source/joins`. */
export const joinsBody = z.strictObject({ sql: z.string() })

const POSTED_TABLES_MAX = 32
const RELATED_MAX = 200

/** What is known of the objects of a source, cut by the grant. Each request is one recorded call, and needs what the tool of its kind needs. */
export const knowledgeRoutes = (parts: Parts): RouteTable => ({
  '/api/catalog/:source/notes': {
    GET: (exchange) =>
      answered(exchange, parts, 'list_notes', ['table', 'tag', 'export'], (call, now, { table, tag, export: whole }) =>
        whole === undefined ? listNotes(call, { table, tag }, now) : exportNotes(call, now),
      ),
    POST: (exchange) =>
      answered(exchange, parts, 'describe_object', [], async (call, now) => {
        const { table, column, add_tags, remove_tags, ...said } = await bodyOf(exchange, noteBody)
        return describeObject(call, { table, column }, { ...said, addTags: add_tags, removeTags: remove_tags }, now)
      }),
  },
  '/api/catalog/:source/notes/import': {
    POST: (exchange) =>
      answered(exchange, parts, 'describe_object', ['from'], async (call, now, { from }) => {
        if (from !== undefined && from !== 'comments') throw new SluiceError('field_invalid', 'The field from can only be comments.')
        return from === 'comments' ? importComments(call, now) : importNotes(call, await jsonBody(exchange), now)
      }),
  },
  '/api/catalog/:source/profile': {
    GET: (exchange) => answered(exchange, parts, 'profile_table', ['table'], (call, now, { table }) => listProfiles(call, table, now)),
    POST: (exchange) =>
      answered(exchange, parts, 'profile_table', [], async (call, now) => {
        const { source, role, tables, failed } = await profileTables(call, await bodyOf(exchange, profileBody), newCallId, now)
        return { source, role, profiles: tables.map(({ table, profile }) => profile ?? { table, role }), failed }
      }),
  },
  '/api/catalog/:source/pii': {
    GET: (exchange) =>
      answered(exchange, parts, 'find_personal_data', ['table', 'all'], (call, now, { table, all }) =>
        listPersonal(call, { table, all: all === 'true' }, now),
      ),
    POST: (exchange) =>
      answered(exchange, parts, 'find_personal_data', [], async (call, now) => {
        const { tables } = await bodyOf(exchange, scanBody)
        return scanPersonal(call, tables, newCallId, now)
      }),
  },
  '/api/catalog/:source/pii/decide': {
    POST: (exchange) =>
      answered(exchange, parts, 'decide_personal_data', [], async (call, now) => {
        const { decision, ...object } = await bodyOf(exchange, decideBody)
        return decidePersonal(call, object, decision, now)
      }),
  },
  '/api/catalog/:source/paths': {
    GET: (exchange) =>
      answered(exchange, parts, 'find_join_paths', ['tables'], (call, now, { tables }) => findPath(call, tablesOf(tables), now)),
  },
  '/api/catalog/:source/related': {
    GET: (exchange) =>
      answered(exchange, parts, 'suggest_related_tables', ['tables', 'limit'], (call, now, { tables, limit }) =>
        suggestRelated(call, tablesOf(tables), limit === undefined ? undefined : wholeOf(limit, 'limit', 10, RELATED_MAX), now),
      ),
  },
  '/api/catalog/:source/joins': {
    POST: (exchange) =>
      answered(exchange, parts, 'check_joins', [], async (call, now) => {
        const { sql } = await bodyOf(exchange, joinsBody)
        return checkJoins(said(call, sql), sql, now)
      }),
  },
})

/** The audit keeps which statement was asked about. */
const said = (call: Call, sql: string): Call => ({ ...call, text: `check_joins ${sql}`.slice(0, 500) })

const bodyOf = async <T extends z.ZodObject>(exchange: Exchange, shape: T): Promise<z.infer<T>> =>
  checkFields(shape, await jsonBody(exchange)) as z.infer<T>

/** Names with commas between. */
function tablesOf(text: string | undefined): readonly string[] {
  const tables = (text ?? '')
    .split(',')
    .map((table) => table.trim())
    .filter((table) => table !== '')
  if (tables.length === 0) throw new SluiceError('field_missing', 'The field tables is missing: names with commas between.')
  if (tables.length > POSTED_TABLES_MAX) throw new SluiceError('field_invalid', `At most ${POSTED_TABLES_MAX} tables can be named.`)
  return tables
}
