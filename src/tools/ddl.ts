import { alterTableTool } from './ddl/alter.ts'
import { createDatabaseTool, createSchemaTool, dropDatabaseTool, dropSchemaTool } from './ddl/databases.ts'
import { createIndexTool, dropIndexTool } from './ddl/indexes.ts'
import { backupTableTool, createTableTool, dropTableTool } from './ddl/tables.ts'
import { createViewTool, dropViewTool } from './ddl/views.ts'
import type { Tool } from './tool.ts'

/** Changes of structure: each is shown as SQL first and applied with the token of what was shown. */
export const ddlTools: readonly Tool[] = [
  createTableTool,
  alterTableTool,
  dropTableTool,
  backupTableTool,
  createIndexTool,
  dropIndexTool,
  createViewTool,
  dropViewTool,
  createSchemaTool,
  dropSchemaTool,
  createDatabaseTool,
  dropDatabaseTool,
]
