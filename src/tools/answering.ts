import type { Parts } from '../gateway.ts'
import type { Fields } from './fields.ts'
import { plainText } from './plain-text.ts'
import type { Caller, Tool } from './tool.ts'

type Structured = Readonly<Record<string, unknown>>
type Answering = Omit<Extract<Tool, { kind: 'answer' }>, 'kind' | 'answer'> &
  Readonly<{ ask(fields: Fields, caller: Caller, parts: Parts): Promise<Structured>; text?: (told: Structured) => string }>

/** A tool whose text for a model is its data as lines, unless `text` says it better. */
export const answering = ({ ask, text = plainText, ...declared }: Answering): Tool => ({
  ...declared,
  kind: 'answer',
  async answer(fields, caller, parts) {
    const structured = await ask(fields, caller, parts)
    return { structured, text: text(structured) }
  },
})

/** JSON Schema of an answer with these fields, by their types. */
export const outputOf = (
  fields: Readonly<Record<string, 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object'>>,
): Structured => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, { type }])),
})
