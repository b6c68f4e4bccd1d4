import * as z from 'zod'
import { ask, mendWithModel } from '../../ask.ts'
import { SluiceError } from '../../error.ts'
import type { Parts } from '../../gateway.ts'
import { explainInWords, fix, optimize, type Suggestion, schemaKept } from '../../guide.ts'
import { answering, outputOf } from '../answering.ts'
import { askedOf } from '../asked.ts'
import { newCallId } from '../call-id.ts'
import type { Fields } from '../fields.ts'
import { sourceOf, sqlAlso, sqlCall } from '../sql-call.ts'
import { sqlFields } from '../sql-fields.ts'
import { type Annotations, askingCall, type Caller, reads, type Tool } from '../tool.ts'
import { adviceText, schemaParts, suggestParts, verdictParts } from './lightweight.ts'
import { naturalLanguageQuery } from './natural-language-query.ts'

const oneStatement = z.strictObject({
  source: z.string().optional(),
  sql: z.string().describe('One statement; it is not run'),
  params: sqlFields.shape.params,
})
const oneSource = z.strictObject({ source: z.string().optional() })
const group = 'chat2sql'

const explainSql = answering({
  group,
  name: 'explain_sql',
  title: 'Explain SQL in words',
  description: "What a statement does, in plain sentences, with what policy makes of it and the source's plan. It is not run.",
  input: oneStatement,
  also: sqlAlso,
  output: outputOf({ source: 'string', would_run: 'boolean', sentences: 'array', tables: 'array', plan: 'array' }),
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => ({ ...(await explainInWords(await sqlCall(fields, 'query', caller, parts), newCallId, parts)) }),
  text: ({ sentences, plan, plan_missing: missing }) => {
    const lines = plan as readonly string[]
    const told = lines.length > 0 ? ['', 'Plan of the source:', ...lines] : missing ? [`There is no plan: ${missing}`] : []
    return [...(sentences as readonly string[]), ...told].join('\n')
  },
})

const suggestQuery = answering({
  group,
  name: 'suggest_query',
  title: 'Suggest queries',
  description:
    'Statements that fit a question or a table, made from the schema; for a question also one that the model of the gateway writes, if there is one.',
  input: suggestParts.input,
  also: suggestParts.also,
  output: suggestParts.output,
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => {
    const suggested = await suggestParts.ask('suggest_query')(fields, caller, parts)
    const written = await writtenFor(fields, caller, parts)
    if (!written) return suggested
    return {
      ...suggested,
      suggestions: [written, ...suggested.suggestions],
      made_by: 'the model of the gateway, and templates over the schema',
    }
  },
  text: suggestParts.text,
})

/** What the model of the gateway would ask, where one answers questions here; a model that fails leaves the templates as they are. */
async function writtenFor({ question, source }: Fields, caller: Caller, parts: Parts): Promise<Suggestion | undefined> {
  if (typeof question !== 'string' || !parts.llm || parts.ask.mode !== 'standalone') return undefined
  const asked = askedOf({ question, source, execute: false, mode: 'standalone' }, { ...caller, id: newCallId() })
  const nowhere = { columns: () => undefined, batch: () => undefined }
  try {
    const { answer } = await ask(asked, { step: () => undefined, sink: nowhere }, newCallId, parts)
    return answer.sql === undefined ? undefined : { title: answer.words, sql: answer.sql, table: answer.used[0]?.table ?? '' }
  } catch (error) {
    caller.signal.throwIfAborted()
    if (!(error instanceof SluiceError)) throw error
    return undefined
  }
}

const validateSql = answering({
  group,
  name: 'validate_sql',
  title: 'Validate SQL',
  description: 'Whether a statement would run for you, and why not. The same as validate_sql_only.',
  input: verdictParts.input,
  also: verdictParts.also,
  output: verdictParts.output,
  annotations: reads,
  needs: 'read',
  ask: verdictParts.ask,
  text: verdictParts.text,
})

const optimizeQuery = answering({
  group,
  name: 'optimize_query',
  title: 'Advice on a query',
  description:
    'What could make a statement faster or clearer, by rules over its text, the indexes and the plan: missing indexes, unused joins, SELECT *, functions on indexed columns. It is not run, unless rows are to be counted.',
  input: oneStatement.extend({
    count: z.boolean().optional().describe('true: run it to count its rows, and hold them against what the source expects'),
  }),
  also: sqlAlso,
  output: outputOf({ source: 'string', would_run: 'boolean', reason: 'string', advice: 'array', plan: 'array', counted: 'array' }),
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => ({
    ...(await optimize(await sqlCall(fields, 'query', caller, parts), newCallId, parts, fields.count === true)),
  }),
  text: adviceText,
})

const fixSql = answering({
  group,
  name: 'fix_sql',
  title: 'Mend SQL',
  description:
    'Mend common mistakes by rules: open quotes and brackets, wrong words, names nearly right, functions of other dialects; the rest by the model of the gateway, if there is one. Give the error that you got, if any. Nothing is run.',
  input: z.strictObject({ source: z.string().optional(), sql: z.string().max(20_000), error: z.string().max(4_000).optional() }),
  also: { query: 'sql', error_message: 'error' },
  output: outputOf({ source: 'string', fixed: 'boolean', sql: 'string', changes: 'array', verdict: 'object', made_by: 'string' }),
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => {
    const call = await sqlCall({ source: fields.source, sql: fields.sql }, 'query', caller, parts)
    const said = fields.error as string | undefined
    const fixed = await fix(call, said, newCallId, parts)
    if (fixed.fixed || (fixed.verdict.valid && said === undefined)) return { ...fixed, made_by: 'rules' }
    const mended = await mendWithModel({ ...call, text: fixed.sql }, said ?? fixed.verdict.reason ?? '', newCallId, parts)
    if (!mended) return { ...fixed, made_by: 'rules' }
    const { sql, verdict, cost } = mended
    return { ...fixed, fixed: true, sql, verdict, changes: [...fixed.changes, 'written anew by the model'], made_by: 'model', cost }
  },
  text: ({ fixed, sql, changes, verdict }) => {
    const { valid, reason, hint } = verdict as Readonly<{ valid: boolean; reason?: string; hint?: string }>
    const done = (changes as readonly string[]).map((change) => `- ${change}`)
    if (fixed) return [`${sql}`, '', 'Mended:', ...done].join('\n')
    if (valid) return 'It would run as it is.'
    return [`Not mended: ${reason}`, `${hint}`, ...(done.length > 0 ? ['So far:', ...done, `${sql}`] : [])].join('\n')
  },
})

const getSchemaContext = answering({
  group,
  name: 'get_schema_context',
  title: 'Schema for a question',
  description: 'The tables, columns and keys that a question needs. The same as get_schema_for_llm.',
  input: schemaParts.input,
  also: schemaParts.also,
  output: schemaParts.output,
  annotations: reads,
  needs: 'read',
  ask: schemaParts.ask('get_schema_context'),
  text: schemaParts.text,
})

const stateOutput = outputOf({ source: 'string', tables: 'integer', columns: 'integer', version: 'string', changed: 'boolean' })
const refreshes: Annotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false }

const clearSchemaCache = answering({
  group,
  name: 'clear_schema_cache',
  title: 'Read the schema again',
  description: 'Forget what is kept of the schema of a source and read it again now.',
  input: oneSource,
  output: stateOutput,
  annotations: refreshes,
  needs: 'read',
  ask: async (fields, caller, parts) => ({
    ...(await schemaKept(askingCall(caller, await sourceOf(fields, caller, parts), 'clear_schema_cache'), true, parts)),
  }),
})

const getSchemaInfo = answering({
  group,
  name: 'get_schema_info',
  title: 'Schema that is kept',
  description: 'How many tables and columns of a source you may see, and the version of its schema.',
  input: oneSource,
  output: stateOutput,
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => ({
    ...(await schemaKept(askingCall(caller, await sourceOf(fields, caller, parts), 'get_schema_info'), false, parts)),
  }),
})

export const standaloneTools: readonly Tool[] = [
  naturalLanguageQuery,
  explainSql,
  suggestQuery,
  validateSql,
  optimizeQuery,
  fixSql,
  getSchemaContext,
  clearSchemaCache,
  getSchemaInfo,
]
