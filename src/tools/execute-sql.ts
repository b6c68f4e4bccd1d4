import { sqlAlso, sqlCall } from './sql-call.ts'
import { sqlFields } from './sql-fields.ts'
import { reads, type Tool } from './tool.ts'

export const rowsOutput = {
  type: 'object',
  properties: {
    columns: { type: 'array' },
    rows: { type: 'array' },
    truncated: { type: 'boolean' },
    receipt: { type: 'object' },
  },
} as const

export const executeSql: Tool = {
  kind: 'rows',
  group: 'core',
  name: 'execute_sql',
  title: 'Run SQL',
  description: 'Run one read-only SQL statement. Only granted rows and columns exist; masked values are marked in the receipt.',
  input: sqlFields,
  also: sqlAlso,
  output: rowsOutput,
  annotations: reads,
  needs: 'read',
  call: (fields, caller, parts) => sqlCall(fields, 'query', caller, parts),
}
