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
