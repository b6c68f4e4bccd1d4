import type { Parts } from '../gateway.ts'
import { admit, type Caller, type DoingTool, toolNamed } from '../tools/tools.ts'

/**
 * Lets a caller use a route that does what a tool does, or throws `tool_refused` as the tool would, with its record: a credential that is
 * narrowed to other groups of tools gets no further by another way in.
 */
export async function asTool(name: 'execute_sql' | 'bulk_import', caller: Caller, parts: Parts): Promise<void> {
  if (caller.credential.kind !== 'bearer') return
  const tool = toolNamed(name) as DoingTool
  await admit({ tool, fields: {}, asked: [tool] }, caller, parts)
}
