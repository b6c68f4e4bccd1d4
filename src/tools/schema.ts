import { checkJoinsTool, findJoinPathsTool, suggestRelatedTablesTool } from './schema/joins.ts'
import { describeObjectTool, listNotesTool, tagObjectTool } from './schema/knowledge.ts'
import { listColumnsTool, listIndexesTool, listTablesTool, listViewsTool, searchTablesTool } from './schema/lists.ts'
import { decidePersonalDataTool, findPersonalDataTool, profileTableTool } from './schema/personal.ts'
import { getForeignKeysTool, getTableStatsTool } from './schema/tables.ts'
import { getSchemaDriftTool, getSchemaVersionsTool } from './schema/versions.ts'
import type { Tool } from './tool.ts'

/** What there is and how it hangs together; describe_table belongs to the core. */
export const schemaTools: readonly Tool[] = [
  listTablesTool,
  searchTablesTool,
  listColumnsTool,
  listIndexesTool,
  getForeignKeysTool,
  listViewsTool,
  getTableStatsTool,
  findJoinPathsTool,
  suggestRelatedTablesTool,
  checkJoinsTool,
  listNotesTool,
  describeObjectTool,
  tagObjectTool,
  profileTableTool,
  findPersonalDataTool,
  decidePersonalDataTool,
  getSchemaVersionsTool,
  getSchemaDriftTool,
]
