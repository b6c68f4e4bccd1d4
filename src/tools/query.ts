import { rowsOutput } from './execute-sql.ts'
import { executeBatch } from './query/execute-batch.ts'
import { savedTools } from './query/saved.ts'
import { sqlCall } from './sql-call.ts'
import { sqlFields } from './sql-fields.ts'
import { reads, type Tool } from './tool.ts'

const executeQuery: Tool = {
  kind: 'rows',
  group: 'query',
  name: 'execute_query',
  title: 'Run a query',
  description: 'Run one SELECT, with an optional limit. The same as execute_sql.',
  input: sqlFields,
  also: { query: 'sql', statement: 'sql', max_rows: 'limit', row_limit: 'limit', parameters: 'params' },
  output: rowsOutput,
  annotations: reads,
  needs: 'read',
  call: (fields, caller, parts) => sqlCall(fields, 'query', caller, parts),
}

export const queryTools: readonly Tool[] = [executeQuery, executeBatch, ...savedTools]
