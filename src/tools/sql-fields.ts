import * as z from 'zod'

/** Values of placeholders; whole numbers beyond 2^53 are strings of digits. */
export const paramsField = z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).describe('Values of the placeholders')

/** Fields of a statement to be run. */
export const sqlFields = z.strictObject({
  source: z.string().optional(),
  sql: z.string().describe('One statement in the dialect of the source'),
  params: paramsField.optional(),
  limit: z.int().min(1).optional().describe('Most rows'),
  timeout_ms: z.int().min(1).optional(),
})

/** Fields of a statement to be explained. */
export const explainFields = z.strictObject({ source: z.string().optional(), sql: z.string(), params: paramsField.optional() })

/** What every door takes beside a question. */
export const askingFields = {
  source: z.string().optional(),
  mode: z.enum(['client', 'standalone', 'built-in']).optional().describe('Who writes the SQL, where it shall be another than configured'),
  limit: z.int().min(1).optional().describe('Most rows'),
  today: z.string().optional().describe('YYYY-MM-DD where the asker is'),
  zone: z.string().optional().describe('Time zone, e.g. Europe/Berlin'),
} as const
