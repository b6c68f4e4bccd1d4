import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import { admit, type Caller, declared } from '../tools/declared.ts'

/**
 * Lets a caller use a route that does what a tool does, or throws `tool_refused` as the tool would, with its record: a credential that is
 * narrowed to other groups of tools gets no further by another way in. Whatever else may be wrong the walk behind the route finds out.
 */
export async function asTool(name: 'execute_sql' | 'bulk_import', caller: Caller, parts: Parts): Promise<void> {
  if (caller.credential.kind !== 'bearer') return
  let principal: Principal
  try {
    principal = await parts.auth.identify(caller.credential)
  } catch {
    return
  }
  if (!principal.scope?.groups) return
  await admit({ asked: declared.filter((tool) => tool.name === name) }, caller, parts)
}
