import * as z from 'zod'
import type { ListFilter, Page } from '../../explore.ts'
import type { Parts } from '../../gateway.ts'
import type { Fields } from '../fields.ts'
import { sourceOf } from '../sql-call.ts'
import { askingCall, type Caller } from '../tool.ts'

const LIMIT_DEFAULT = 100
const LIMIT_MAX = 1_000

/** Optional where only one source is granted. */
export const sourceField = z.string().optional()
export const tableField = z.string().describe('With or without its schema')
export const pageFields = {
  limit: z.int().min(1).optional().describe(`Default ${LIMIT_DEFAULT}, at most ${LIMIT_MAX}`),
  offset: z.int().min(0).optional(),
}

/** What clients of the predecessor systems call the fields. */
export const tableAlso = { table_name: 'table', name: 'table', schema_name: 'schema' } as const
export const listAlso = { table_name: 'table', schema_name: 'schema', name_pattern: 'pattern', filter: 'pattern' } as const

export const filterOf = (fields: Fields): ListFilter => {
  const table = fields.table === undefined ? undefined : tableOf(fields)
  return {
    ...(fields.schema === undefined || table !== undefined ? {} : { schema: fields.schema as string }),
    ...(fields.pattern === undefined ? {} : { pattern: fields.pattern as string }),
    ...(table === undefined ? {} : { table }),
    limit: Math.min((fields.limit as number | undefined) ?? LIMIT_DEFAULT, LIMIT_MAX),
    offset: (fields.offset as number | undefined) ?? 0,
  }
}

/** The name of a table with the schema that was given beside it. */
export function tableOf({ table, schema }: Fields): string {
  const name = table as string
  return typeof schema === 'string' && schema !== '' ? `${schema}.${name}` : name
}

/** The call of a tool about the schema of one source; `about` says in the audit what was asked for. */
export const schemaCall = async (tool: string, about: string, fields: Fields, caller: Caller, parts: Parts) =>
  askingCall(caller, await sourceOf(fields, caller, parts), `${tool} ${about.slice(0, 200)}`.trim())

/** A page under the name of what it lists. */
export const listed = <T>(name: string, { source, items, total, more, as_of }: Page<T>) => ({
  source,
  [name]: items,
  total,
  more,
  ...(as_of === undefined ? {} : { as_of }),
})

/** Lines of a page as text for a model, with what is missing. */
export function pageText<T>(
  { source, items, more, total, as_of }: Page<T>,
  line: (one: T) => string,
  { offset }: ListFilter,
  nothing: string,
): string {
  const old = as_of === undefined ? [] : [`${source} does not answer now; this is as it was at ${as_of}.`]
  if (items.length === 0) return total === 0 ? nothing : `There are ${total}, all before offset ${offset}.`
  const rest = more > 0 ? [`${more} more: send offset ${offset + items.length}.`] : []
  return [...old, ...items.map(line), ...rest].join('\n')
}

export const listOutput = (name: string) => ({
  type: 'object',
  properties: {
    source: { type: 'string' },
    [name]: { type: 'array' },
    total: { type: 'integer' },
    more: { type: 'integer' },
    as_of: { type: 'string' },
  },
})
