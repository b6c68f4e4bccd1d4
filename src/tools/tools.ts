import { SluiceError } from '../error.ts'
import { didYouMean } from '../nearest.ts'
import { adminTools } from './admin.ts'
import { chat2sqlTools } from './chat2sql.ts'
import { coreTools } from './core.ts'
import { ddlTools } from './ddl.ts'
import { dmlTools } from './dml.ts'
import { queryTools } from './query.ts'
import { schemaTools } from './schema.ts'
import { securityTools } from './security.ts'
import type { Tool } from './tool.ts'

export { admit, type Resolved, resolve } from './admit.ts'
export { newCallId } from './call-id.ts'
export { changeAnswer, questionOf } from './change-answer.ts'
export { declarationOf } from './declaration.ts'
export { checkFields, type Fields } from './fields.ts'
export { sourceOf, sqlAlso, sqlCall } from './sql-call.ts'
export { paramsField, sqlFields } from './sql-fields.ts'
export { type Answer, type Caller, type Confirmation, type DoingTool, type Group, groups, type Tool } from './tool.ts'

/** Every tool, in the order in which a model needs them. */
export const tools: readonly Tool[] = [
  ...coreTools,
  ...queryTools,
  ...schemaTools,
  ...dmlTools,
  ...ddlTools,
  ...chat2sqlTools,
  ...securityTools,
  ...adminTools,
]

const byName = new Map(tools.map((tool) => [tool.name, tool]))

/** Throws `tool_unknown` with the nearest name. */
export function toolNamed(name: string): Tool {
  const tool = byName.get(name)
  if (tool) return tool
  throw new SluiceError('tool_unknown', `There is no tool ${JSON.stringify(name.slice(0, 100))}.${didYouMean(name, byName.keys())}`)
}
