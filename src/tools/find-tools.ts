import * as z from 'zod'
import { recorded } from '../explore.ts'
import { type Declaration, declared, mayUse } from './declared.ts'
import { rankTools } from './rank-tools.ts'
import { askingCall, groups, reads, type Tool } from './tool.ts'

const LIMIT_DEFAULT = 8
const LIMIT_MAX = 100

export const findToolsTool: Tool = {
  kind: 'answer',
  group: 'core',
  name: 'find_tools',
  title: 'Find tools',
  description: `Find more tools that you may use, by words or group (${groups.slice(1).join(', ')}). Run one with call_tool.`,
  input: z.strictObject({
    query: z.string().optional(),
    group: z.enum(groups).optional(),
    limit: z.int().min(1).optional().describe(`Default ${LIMIT_DEFAULT}`),
  }),
  output: { type: 'object', properties: { tools: { type: 'array' } } },
  annotations: reads,
  async answer(fields, caller, parts) {
    const { query = '', group } = fields as { query?: string; group?: string }
    const limit = Math.min((fields.limit as number | undefined) ?? (group === undefined ? LIMIT_DEFAULT : LIMIT_MAX), LIMIT_MAX)
    const call = askingCall(caller, '', `find_tools ${query.slice(0, 200)}`)
    const told = (done: Found) => done.found.length
    const { found, more } = await recorded(call, parts, told, async (entry, principal): Promise<Found> => {
      await entry.intend(principal, { sql: call.text, kind: 'show', tables: [], policies: [], params: 0 })
      const actions = parts.policy.actions(principal)
      const usable = declared.filter((tool) => (group === undefined || tool.group === group) && mayUse(tool, principal, actions))
      const ranked = rankTools(query, usable)
      return { found: ranked.slice(0, limit), more: Math.max(0, ranked.length - limit) }
    })
    const tools = found.map(({ name, group, description, inputSchema }) => ({ name, group, description, input_schema: inputSchema }))
    const rest = more > 0 ? [`${more} more fit; name a group or raise limit.`] : []
    const text =
      tools.length > 0 ? [...found.map(lineOf), ...rest].join('\n') : 'No tool that you may use fits. Leave query out to see them all.'
    return { structured: { tools, more }, text }
  },
}

type Found = Readonly<{ found: readonly Declaration[]; more: number }>
type Field = Readonly<{ type?: string; enum?: readonly unknown[]; description?: string }>

/** One tool in a line, its fields as a function would have them. */
function lineOf({ name, group, description, inputSchema }: Declaration): string {
  const { properties = {}, required = [] } = inputSchema as { properties?: Readonly<Record<string, Field>>; required?: readonly string[] }
  const fields = Object.entries(properties).map(([field, { type, enum: values, description: told }]) => {
    const kind = values ? values.join('|') : (type ?? 'any')
    return `${field}${required.includes(field) ? '' : '?'}: ${kind}${told ? ` (${told})` : ''}`
  })
  return `${name} [${group}]: ${description}\n  arguments: {${fields.join(', ')}}`
}
