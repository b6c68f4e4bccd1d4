import * as z from 'zod'
import { codes } from '../../error.ts'

/** Shapes of what the HTTP door answers, for the OpenAPI document. */

const cell = z.unknown().describe('As JSON; 64-bit integers beyond 2^53 and decimals as text')

export const columnAnswer = z.object({ name: z.string(), type: z.string().describe('int, decimal, text, timestamptz, …') })

export const receiptAnswer = z.object({
  audit_id: z.string(),
  source: z.string(),
  sql: z.string().describe('As it ran'),
  policies: z.array(z.string()).describe('Rules that were applied, one sentence each'),
  masked: z.array(z.string()).describe('`table.column` of every masked column'),
  rows: z.int(),
  truncated: z.boolean().describe('Exact: whether there were more rows'),
  rows_max: z.int(),
  from: z.enum(['live', 'cache']),
  ms: z.number(),
})

export const errorAnswer = z.object({
  code: z.enum(codes as [string, ...string[]]),
  status: z.int(),
  message: z.string(),
  mend: z.enum(['agent', 'user', 'operator']).describe('Who can mend it'),
  hint: z.string().describe('The next thing to do'),
  position: z.int().optional().describe('In the statement, UTF-16 units from 0'),
  audit_id: z.string().optional(),
})

export const rowsAnswer = z.object({
  columns: z.array(columnAnswer),
  rows: z.array(z.array(cell)),
  truncated: z.boolean().nullable().describe('null when the answer ended with an error'),
  receipt: receiptAnswer.optional(),
  error: errorAnswer.optional().describe('In the place of the receipt when it failed after rows were sent'),
})

export const failedAnswer = z.object({ error: errorAnswer })

export const toolAnswer = z.object({
  content: z.array(z.object({ type: z.literal('text'), text: z.string() })),
  structuredContent: z.record(z.string(), z.unknown()),
  isError: z.boolean().optional(),
})
