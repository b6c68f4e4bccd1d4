import * as z from 'zod'
import type { Answer } from '../../answer.ts'
import { ask, kept } from '../../ask.ts'
import type { Parts } from '../../gateway.ts'
import { limits } from '../../limits.ts'
import { answering, outputOf } from '../answering.ts'
import { askedOf } from '../asked.ts'
import { newCallId } from '../call-id.ts'
import type { Fields } from '../fields.ts'
import { askingFields } from '../sql-fields.ts'
import { type Caller, reads } from '../tool.ts'

/** Rows of one document; who wants more takes a stream. */
const ROWS_MAX = 10_000
const BYTES_MAX = 4 * 1024 * 1024

/** An answer and its rows as one document. */
async function answered(fields: Fields, caller: Caller, parts: Parts): Promise<Readonly<Record<string, unknown>>> {
  const rows = kept(ROWS_MAX, BYTES_MAX)
  let steps = 0
  const step = ({ says }: Readonly<{ says: string }>) => caller.progress?.(++steps, undefined, says)
  const { answer } = await ask(askedOf(fields, caller), { step, sink: rows }, newCallId, parts)
  const lines = rows.lines()
  const { columns, rows: count, truncated, ...rest } = answer
  return {
    ...rest,
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: lines.map((line) => JSON.parse(line) as unknown),
    row_count: count,
    truncated: truncated || lines.length < count,
  }
}

/** For a model: the words, how sure they are, the statement, and as many rows as a text may hold. */
function textOf(told: Readonly<Record<string, unknown>>): string {
  const { status, words, sql, confidence, columns, rows, warnings, choices, context } = told as unknown as Omit<Answer, 'rows'> &
    Readonly<{ rows: readonly unknown[] }>
  const lines: string[] = [words]
  if (context) lines.push(...context.rules, '', context.schema, '', `Then: ${context.next.tool} ${JSON.stringify(context.next.fields)}`)
  for (const { question, sql: one } of choices ?? []) lines.push(`- ${question}\n  ${one}`)
  if (sql !== undefined) lines.push('', sql)
  if (status === 'answered' && columns.length > 0) {
    lines.push('', columns.map(({ name }) => name).join(', '))
    let room = limits.textBytesMax
    for (const row of rows) {
      const line = JSON.stringify(row)
      room -= Buffer.byteLength(line) + 1
      if (room < 0) {
        lines.push(`… ${rows.length} rows in all; structuredContent holds them.`)
        break
      }
      lines.push(line)
    }
  }
  lines.push(...warnings.map((warning) => `Note: ${warning}`))
  if (status === 'answered') lines.push(`confidence: ${confidence}`)
  return lines.join('\n')
}

export const naturalLanguageQuery = answering({
  group: 'chat2sql',
  name: 'natural_language_query',
  title: 'Answer a question',
  description:
    'Answer a question in plain language: SQL is written, checked, run and explained. Asks back where it has two meanings, and says what it cannot place.',
  input: z.strictObject({
    ...askingFields,
    question: z.string(),
    execute: z.boolean().optional().describe('false: only write the SQL'),
  }),
  also: { query: 'question', max_rows: 'limit' },
  output: outputOf({
    status: 'string',
    words: 'string',
    sql: 'string',
    confidence: 'number',
    columns: 'array',
    rows: 'array',
    used: 'array',
    warnings: 'array',
    choices: 'array',
    receipt: 'object',
  }),
  annotations: reads,
  needs: 'read',
  borrows: true,
  ask: answered,
  text: textOf,
})
