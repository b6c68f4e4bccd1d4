import { rowsOutput } from './execute-sql.ts'
import { sqlAlso, sqlCall } from './sql-call.ts'
import { explainFields } from './sql-fields.ts'
import { reads, type Tool } from './tool.ts'

export const explainQuery: Tool = {
  kind: 'rows',
  group: 'core',
  name: 'explain_query',
  title: 'Explain a query',
  description: "Show the source's plan for a statement without running it.",
  input: explainFields,
  also: sqlAlso,
  output: rowsOutput,
  annotations: reads,
  needs: 'explain',
  call: (fields, caller, parts) => sqlCall(fields, 'explain', caller, parts),
}
