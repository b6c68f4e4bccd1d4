import * as z from 'zod'
import { type FoundTable, searchSchema } from '../explore.ts'
import { askingCall, reads, type Tool } from './tool.ts'

const LIMIT_DEFAULT = 10
const LIMIT_MAX = 100

export const searchSchemaTool: Tool = {
  kind: 'answer',
  group: 'core',
  name: 'search_schema',
  title: 'Search the schema',
  description: 'Find tables and columns by words of the question; an empty query lists all. Use before writing SQL.',
  input: z.strictObject({
    query: z.string(),
    source: z.string().optional().describe('Default: all'),
    limit: z.int().min(1).optional().describe(`Default ${LIMIT_DEFAULT}`),
  }),
  output: { type: 'object', properties: { tables: { type: 'array' } } },
  annotations: reads,
  async answer(fields, caller, parts) {
    const query = fields.query as string
    const limit = Math.min((fields.limit as number | undefined) ?? LIMIT_DEFAULT, LIMIT_MAX)
    const call = askingCall(caller, (fields.source as string | undefined) ?? '', `search_schema ${query.slice(0, 200)}`)
    const { tables, silent } = await searchSchema(call, query, limit, parts)
    const lines = tables.length > 0 ? tables.map(lineOf) : [nothing]
    if (silent.length === 0) return { structured: { tables }, text: lines.join('\n') }
    const missing = `These sources do not answer now, so what they hold is not among these: ${silent.join(', ')}.`
    return { structured: { tables, unavailable: silent }, text: [...lines, missing].join('\n') }
  },
}

const nothing = 'No table that you may read fits. Search with an empty query to list them all.'

function lineOf(one: FoundTable): string {
  const columns = one.columns.map((column) => `${column.name} ${column.type}${column.masked ? ` masked:${column.masked}` : ''}`)
  const more = one.more_columns > 0 ? `, … ${one.more_columns} more` : ''
  return `${one.source}: ${one.table} (${columns.join(', ')}${more}) [${one.why}]${one.comment ? ` ${one.comment}` : ''}`
}
