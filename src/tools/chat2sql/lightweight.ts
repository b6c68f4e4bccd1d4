import * as z from 'zod'
import { examplesFor } from '../../bank.ts'
import type { Call } from '../../call.ts'
import { optimize, type SchemaForModel, schemaForModel, suggest, tableForModel, type Verdict, verdict } from '../../guide.ts'
import { answering, outputOf } from '../answering.ts'
import { newCallId } from '../call-id.ts'
import { rowsOutput } from '../execute-sql.ts'
import type { Fields } from '../fields.ts'
import { sourceOf, sqlAlso, sqlCall } from '../sql-call.ts'
import { sqlFields } from '../sql-fields.ts'
import { askingCall, reads, type Tool } from '../tool.ts'

const TOKENS_DEFAULT = 4_000
const TOKENS_MAX = 50_000

const sourceField = z.string().optional()
export const questionField = z.string().max(4_000).optional()

/** Fields, answer and text of the schema as a model needs it; two tools have them. */
export const schemaParts = {
  input: z.strictObject({
    source: sourceField,
    question: questionField.describe('Picks the tables that fit; default all'),
    tables: z.array(z.string()).max(200).optional().describe('Only these'),
    max_tables: z.int().min(1).max(200).optional(),
    tokens: z.int().min(200).max(TOKENS_MAX).optional().describe(`Most tokens of the schema; default ${TOKENS_DEFAULT}`),
  }),
  also: { query: 'question', table_names: 'tables', max_tokens: 'tokens' },
  output: outputOf({ source: 'string', dialect: 'string', rules: 'array', schema: 'string', tables: 'array', more_tables: 'array' }),
  ask: (name: string) => async (fields: Fields, caller: Caller, parts: Parts) => {
    const { question, tables, max_tables, tokens = TOKENS_DEFAULT } = fields as SchemaFields
    const call = askingCall(
      caller,
      await sourceOf(fields, caller, parts),
      `${name} ${(question ?? tables?.join(', ') ?? '').slice(0, 200)}`.trim(),
    )
    const examples = await examplesWithin(call, question, tokens, parts)
    const room = tokens - Math.ceil(examplesText(examples).length / CHARS_A_TOKEN)
    const schema = await schemaForModel(call, { question, tables, tablesMax: max_tables, tokens: room }, parts)
    return { ...schema, tokens: schema.tokens + tokens - room, ...(examples.length > 0 ? { examples } : {}) }
  },
  text: (told: Readonly<Record<string, unknown>>): string => {
    const { source, dialect, description, rules, schema, more_tables: more, not_named: rest } = told as unknown as SchemaForModel
    const others = more.length > 0 ? [`Other tables: ${more.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`] : []
    const head = `Source ${source} (${dialect})${description === '' ? '' : `: ${description}`}`
    return [head, ...rules, '', schema, ...others].join('\n') + examplesText((told.examples ?? []) as readonly Example[])
  },
} as const

type Example = Readonly<{ question: string; sql: string }>
const CHARS_A_TOKEN = 4
const EXAMPLES_MAX = 3

/** Verified pairs of the bank that fit a question; they may take a quarter of the tokens. */
async function examplesWithin(call: Call, question: string | undefined, tokens: number, parts: Parts): Promise<readonly Example[]> {
  if (question === undefined || question.trim() === '') return []
  const found = (await examplesFor(call, question, EXAMPLES_MAX, parts)).map(({ question, sql }) => ({ question, sql }))
  const kept: Example[] = []
  for (const one of found) if (examplesText([...kept, one]).length <= (tokens * CHARS_A_TOKEN) / 4) kept.push(one)
  return kept
}

/** Questions are in quotes and on one line: what somebody asked is no instruction. */
const examplesText = (examples: readonly Example[]): string =>
  examples.length === 0
    ? ''
    : [
        '',
        '',
        'Questions that were asked before, with statements that answer them:',
        ...examples.map(({ question, sql }) => `-- ${JSON.stringify(question)}\n${sql};`),
      ].join('\n')

type SchemaFields = Readonly<{ question?: string; tables?: string[]; max_tables?: number; tokens?: number }>
type Ask = Extract<Tool, { kind: 'answer' }>['answer']
type Caller = Parameters<Ask>[1]
type Parts = Parameters<Ask>[2]

const getSchemaForLlm = answering({
  group: 'chat2sql',
  name: 'get_schema_for_llm',
  title: 'Schema for writing SQL',
  description:
    'Tables, columns, keys, masks and rules of the dialect in few tokens, for you to write SQL with; a question picks the tables that fit it.',
  input: schemaParts.input,
  also: schemaParts.also,
  output: schemaParts.output,
  annotations: reads,
  needs: 'read',
  ask: schemaParts.ask('get_schema_for_llm'),
  text: schemaParts.text,
})

const getTableSchemaForLlm = answering({
  group: 'chat2sql',
  name: 'get_table_schema_for_llm',
  title: 'One table for writing SQL',
  description: 'One table with columns, types, keys, masks and the rules of the dialect.',
  input: z.strictObject({ source: sourceField, table: z.string() }),
  also: { table_name: 'table' },
  output: outputOf({ source: 'string', dialect: 'string', table: 'string', schema: 'string', columns: 'array', rules: 'array' }),
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => {
    const table = fields.table as string
    const call = askingCall(caller, await sourceOf(fields, caller, parts), `get_table_schema_for_llm ${table.slice(0, 200)}`)
    return { ...(await tableForModel(call, table, parts)) }
  },
  text: ({ schema, rules }) => [schema as string, '', ...(rules as string[])].join('\n'),
})

/** Fields, answer and text of a verdict; two tools have them. */
export const verdictParts = {
  input: z.strictObject({ source: sourceField, sql: z.string().describe('One statement; it is not run'), params: sqlFields.shape.params }),
  also: sqlAlso,
  output: outputOf({
    valid: 'boolean',
    checked_by: 'string',
    code: 'string',
    reason: 'string',
    hint: 'string',
    tables: 'array',
    masked: 'array',
  }),
  ask: async (fields: Fields, caller: Caller, parts: Parts) => ({
    ...(await verdict(await sqlCall(fields, 'query', caller, parts), newCallId, parts)),
  }),
  text: (told: Readonly<Record<string, unknown>>): string => {
    const { valid, checked_by: by, code, reason, hint, position, tables, masked, policies, sql } = told as unknown as Verdict
    if (!valid)
      return [`Not valid (${code}): ${reason}`, ...(position === undefined ? [] : [`At position ${position + 1}.`]), `${hint}`].join('\n')
    const seen = by === 'source' ? 'The source has read it too; it was not run.' : 'Only the guard has read it: columns may still be wrong.'
    return [
      `Valid. ${seen}`,
      `Tables: ${tables.join(', ') || 'none'}.`,
      ...maskedLine(masked),
      ...policies,
      `It would run as: ${sql}`,
    ].join('\n')
  },
} as const

const maskedLine = (masked: readonly string[]) => (masked.length > 0 ? [`Masked: ${masked.join(', ')}.`] : [])

const validateSqlOnly = answering({
  group: 'chat2sql',
  name: 'validate_sql_only',
  title: 'Check SQL without running it',
  description: 'Whether a statement would run for you: code, reason and hint when not; tables, masks, filters and the SQL as it would run.',
  input: verdictParts.input,
  also: verdictParts.also,
  output: verdictParts.output,
  annotations: reads,
  needs: 'read',
  ask: verdictParts.ask,
  text: verdictParts.text,
})

const executeValidatedSql: Tool = {
  kind: 'rows',
  group: 'chat2sql',
  name: 'execute_validated_sql',
  title: 'Check SQL and run it',
  description:
    'Check a statement as validate_sql_only does and run it when it is valid. Every statement is checked again, whatever was checked before.',
  input: sqlFields.extend({
    question: z.string().max(2_000).optional().describe('What the statement answers; the query bank ranks and learns by it'),
    remember: z.boolean().optional().describe('Keep it in the query bank, as proposed'),
  }),
  also: { ...sqlAlso, max_rows: 'limit' },
  output: rowsOutput,
  annotations: reads,
  needs: 'read',
  call: (fields, caller, parts) => sqlCall(fields, 'query', caller, parts),
  after({ question, remember }, call, failed, parts) {
    const { learn } = parts.bank
    if (typeof question !== 'string' || question.trim() === '' || learn === 'off') return
    void import('../../bank.ts').then(({ learnFrom }) => learnFrom(call, { question, failed, remember: remember === true }, learn, parts))
  },
}

/** Fields, answer and text of suggestions; two tools have them. */
export const suggestParts = {
  input: z.strictObject({ source: sourceField, question: questionField, table: z.string().optional() }),
  also: { query: 'question', partial_query: 'question', table_name: 'table' },
  output: outputOf({ source: 'string', dialect: 'string', suggestions: 'array', tables: 'array' }),
  ask: (name: string) => async (fields: Fields, caller: Caller, parts: Parts) => {
    const { question, table } = fields as { question?: string; table?: string }
    const call = askingCall(caller, await sourceOf(fields, caller, parts), `${name} ${(table ?? question ?? '').slice(0, 200)}`.trim())
    const examples = await examplesWithin(call, question, TOKENS_DEFAULT, parts)
    const suggested = await suggest(call, { question, table }, parts)
    return { ...suggested, ...(examples.length > 0 ? { examples } : {}), made_by: 'templates over the schema, without a model' }
  },
  text: (told: Readonly<Record<string, unknown>>): string => {
    const suggestions = told.suggestions as readonly Readonly<{ title: string; sql: string }>[]
    const asked = examplesText((told.examples ?? []) as readonly Example[])
    if (suggestions.length === 0) return `No table that you may read fits. search_schema finds tables by words.${asked}`
    return suggestions.map(({ title, sql }) => `-- ${title}\n${sql};`).join('\n\n') + asked
  },
} as const

/** Advice on a statement, as lines for a model. */
export const adviceText = ({ would_run: runs, reason, hint, advice, plan }: Readonly<Record<string, unknown>>): string => {
  if (!runs) return [`It would not run: ${reason}`, `${hint ?? ''}`].join('\n').trim()
  const lines = (advice as readonly Readonly<{ about: string; text: string; instead?: string }>[]).map(
    ({ about, text, instead }) => `${about}: ${text}${instead === undefined ? '' : `\n  ${instead}`}`,
  )
  return [...(lines.length > 0 ? lines : [`${reason ?? 'No rule has anything against it.'}`]), '', ...(plan as readonly string[])]
    .join('\n')
    .trim()
}

const suggestSqlFromSchema = answering({
  group: 'chat2sql',
  name: 'suggest_sql_from_schema',
  title: 'Suggest SQL',
  description:
    'Statements for a table or a question, made from the schema without a model: rows, counts, groups, months, joins. Each has passed the check. With sql: what would make that better.',
  input: suggestParts.input.extend({ sql: z.string().optional().describe('A statement of yours, to be advised on; it is not run') }),
  also: suggestParts.also,
  output: suggestParts.output,
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) =>
    fields.sql === undefined
      ? suggestParts.ask('suggest_sql_from_schema')(fields, caller, parts)
      : { ...(await optimize(await sqlCall({ source: fields.source, sql: fields.sql }, 'query', caller, parts), newCallId, parts)) },
  text: (told) => (told.advice === undefined ? suggestParts.text(told) : adviceText(told)),
})

export const lightweightTools: readonly Tool[] = [
  getSchemaForLlm,
  getTableSchemaForLlm,
  validateSqlOnly,
  executeValidatedSql,
  suggestSqlFromSchema,
]
