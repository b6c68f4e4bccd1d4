import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import { admit, type Caller, declared } from '../tools/declared.ts'

/** The tools whose work a route does. */
type AsTool =
  | 'execute_sql'
  | 'natural_language_query'
  | 'bulk_import'
  | 'list_sources'
  | 'list_tables'
  | 'describe_table'
  | 'get_schema_versions'
  | 'get_schema_drift'
  | 'sync_catalog'
  | 'list_notes'
  | 'describe_object'
  | 'profile_table'
  | 'find_personal_data'
  | 'decide_personal_data'
  | 'find_join_paths'
  | 'suggest_related_tables'
  | 'check_joins'
  | 'list_saved_queries'
  | 'save_query'
  | 'remove_saved_query'

/**
 * Lets a caller use a route that does what a tool does, or throws `tool_refused` as the tool would, with its record: a credential that is
 * narrowed to other groups of tools gets no further by another way in. Whatever else may be wrong the walk behind the route finds out.
 */
export async function asTool(name: AsTool, caller: Caller, parts: Parts): Promise<void> {
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
