import * as z from 'zod'
import type { Listing } from './declared.ts'
import type { Tool } from './tool.ts'

/** A tool as MCP's `tools/list` declares it. */
export const declarationOf = ({ name, title, description, input, output, annotations }: Tool): Listing => ({
  name,
  title,
  description,
  inputSchema: schemaOf(input),
  outputSchema: output,
  annotations,
})

/** Tells nothing that a strict check of zod does not: the bounds of what JSON numbers can be. */
const SAFE = Number.MAX_SAFE_INTEGER

/** JSON Schema 2020-12 of the input, without what clients of MCP assume and what would cost tokens: the line that names the draft, and the bounds of exact integers. */
function schemaOf(input: z.ZodObject): Listing['inputSchema'] {
  const { $schema: _, ...schema } = z.toJSONSchema(input, {
    io: 'input',
    override({ jsonSchema }) {
      if (jsonSchema.maximum === SAFE) delete jsonSchema.maximum
      if (jsonSchema.minimum === -SAFE) delete jsonSchema.minimum
    },
  })
  return { ...schema, type: 'object' }
}
