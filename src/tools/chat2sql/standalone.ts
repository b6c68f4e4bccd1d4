import * as z from 'zod'
import { explainInWords, fix, optimize, schemaKept } from '../../guide.ts'
import { answering, outputOf } from '../answering.ts'
import { newCallId } from '../call-id.ts'
import { sourceOf, sqlAlso, sqlCall } from '../sql-call.ts'
import { sqlFields } from '../sql-fields.ts'
import { type Annotations, askingCall, reads, type Tool } from '../tool.ts'
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
  description: 'Statements that fit a question or a table; without a model of the gateway they are made from the schema.',
  input: suggestParts.input,
  also: suggestParts.also,
  output: suggestParts.output,
  annotations: reads,
  needs: 'read',
  ask: suggestParts.ask('suggest_query'),
  text: suggestParts.text,
})

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
  description: 'What could make a statement faster or clearer, by rules over its text, the indexes and the plan. It is not run.',
  input: oneStatement,
  also: sqlAlso,
  output: outputOf({ source: 'string', would_run: 'boolean', reason: 'string', advice: 'array', plan: 'array' }),
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => ({ ...(await optimize(await sqlCall(fields, 'query', caller, parts), newCallId, parts)) }),
  text: adviceText,
})

const fixSql = answering({
  group,
  name: 'fix_sql',
  title: 'Mend SQL',
  description:
    'Mend common mistakes: open quotes and brackets, wrong words, names nearly right, functions of other dialects. Give the error that you got, if any. Nothing is run.',
  input: z.strictObject({ source: z.string().optional(), sql: z.string().max(20_000), error: z.string().max(4_000).optional() }),
  also: { query: 'sql', error_message: 'error' },
  output: outputOf({ source: 'string', fixed: 'boolean', sql: 'string', changes: 'array', verdict: 'object' }),
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => {
    const call = await sqlCall({ source: fields.source, sql: fields.sql }, 'query', caller, parts)
    return { ...(await fix(call, fields.error as string | undefined, newCallId, parts)) }
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
