import { SluiceError } from '../error.ts'
import { didYouMean } from '../nearest.ts'
import { describeTableTool } from './describe-table.ts'
import { executeSql } from './execute-sql.ts'
import { explainQuery } from './explain-query.ts'
import { listSourcesTool } from './list-sources.ts'
import { searchSchemaTool } from './search-schema.ts'
import type { Tool } from './tool.ts'

export { newCallId } from './call-id.ts'
export { checkFields, type Fields, type FieldsSchema } from './fields.ts'
export { sqlAlso, sqlCall, sqlFields } from './sql-call.ts'
export type { Answer, Caller, Tool } from './tool.ts'

/** Every tool, in the order in which a model needs them. */
export const tools: readonly Tool[] = [listSourcesTool, searchSchemaTool, describeTableTool, executeSql, explainQuery]

const byName = new Map(tools.map((tool) => [tool.name, tool]))

/** Throws `tool_unknown` with the nearest name. */
export function toolNamed(name: string): Tool {
  const tool = byName.get(name)
  if (tool) return tool
  throw new SluiceError('tool_unknown', `There is no tool ${JSON.stringify(name.slice(0, 100))}.${didYouMean(name, byName.keys())}`)
}

/** A tool as MCP's `tools/list` declares it. Every tool of this part only reads. */
export const declarationOf = (tool: Tool) => ({
  name: tool.name,
  title: tool.title,
  description: tool.description,
  inputSchema: tool.input,
  outputSchema: tool.output,
  annotations: { readOnlyHint: true, openWorldHint: false },
})
