import { callToolTool } from './call-tool.ts'
import { describeTableTool } from './describe-table.ts'
import { executeSql } from './execute-sql.ts'
import { explainQuery } from './explain-query.ts'
import { findToolsTool } from './find-tools.ts'
import { listSourcesTool } from './list-sources.ts'
import { searchSchemaTool } from './search-schema.ts'
import type { Tool } from './tool.ts'

/** What a client sees at once: enough to ask, and to find the rest. */
export const coreTools: readonly Tool[] = [
  listSourcesTool,
  searchSchemaTool,
  describeTableTool,
  executeSql,
  explainQuery,
  findToolsTool,
  callToolTool,
]
