import * as z from 'zod'
import type { Value } from '../../call.ts'
import { change } from '../../change.ts'
import { limits } from '../../limits.ts'
import { changeAnswer, changeOutput } from '../change-answer.ts'
import { sourceOf, valuesOf } from '../sql-call.ts'
import { paramsField } from '../sql-fields.ts'
import { askingCall, type Tool } from '../tool.ts'

const statement = z.union([z.string(), z.strictObject({ sql: z.string(), params: paramsField.optional() })])

export const executeBatch: Tool = {
  kind: 'answer',
  group: 'query',
  name: 'execute_batch',
  title: 'Run statements in one transaction',
  description:
    'Run many SQL statements in one transaction, all or nothing: SELECT, INSERT, UPDATE, DELETE, upsert, TRUNCATE of one table each. With writes the first call answers a preview and a confirm_token; send both again to apply.',
  input: z.strictObject({
    source: z.string().optional(),
    statements: z.array(statement).min(1).max(limits.batchStatementsMax).describe('In order; each a text, or {sql, params}'),
    confirm_token: z.string().optional().describe('From the preview of the same batch'),
  }),
  also: { queries: 'statements' },
  output: changeOutput,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  needs: 'read',
  async answer(fields, caller, parts) {
    const statements = (fields.statements as readonly z.infer<typeof statement>[]).map((given) => {
      const { sql, params = [] } = typeof given === 'string' ? { sql: given } : given
      return { sql, params: valuesOf(params) as readonly Value[] }
    })
    const source = await sourceOf(fields, caller, parts)
    const token = fields.confirm_token as string | undefined
    const text = statements.map(({ sql }) => sql).join(';\n')
    const call = askingCall(caller, source, text, token === undefined ? 'preview' : 'apply')
    return changeAnswer(await change(call, { kind: 'sql', statements }, token, parts))
  },
}
