import { SluiceError } from '../error.ts'
import { didYouMean } from '../nearest.ts'

type Scalar = 'string' | 'integer' | 'number' | 'boolean' | 'null'

/** The part of JSON Schema that tools and routes declare their fields with. */
export type FieldSchema = Readonly<{
  type: Scalar | 'array'
  description?: string
  minimum?: number
  items?: Readonly<{ type: readonly Scalar[] }>
}>

export type FieldsSchema = Readonly<{
  type: 'object'
  properties: Readonly<Record<string, FieldSchema>>
  required?: readonly string[]
  additionalProperties: false
}>

export type Fields = Readonly<Record<string, unknown>>

/**
 * The fields as they were sent, known to be what the schema says; `also` maps other accepted names to the declared ones. Throws
 * `field_unknown` with the nearest name, `field_missing` or `field_invalid`. A value never gets into a message.
 */
export function checkFields(schema: FieldsSchema, sent: unknown, also: Readonly<Record<string, string>> = {}): Fields {
  if (sent === undefined || sent === null) sent = {}
  if (typeof sent !== 'object' || Array.isArray(sent)) throw new SluiceError('field_invalid', 'The fields must be one JSON object.')
  const fields: Record<string, unknown> = {}
  for (const [given, value] of Object.entries(sent as Fields)) {
    if (value === undefined) continue
    const name = Object.hasOwn(also, given) ? also[given]! : given
    if (!Object.hasOwn(schema.properties, name)) throw unknown(given, schema, also)
    if (Object.hasOwn(fields, name)) throw new SluiceError('field_invalid', `The field ${name} is given twice, as ${given} too.`)
    // null is how many clients say that they leave a field out.
    if (value === null && !schema.required?.includes(name)) continue
    checkValue(name, schema.properties[name]!, value)
    fields[name] = value
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(fields, name)) throw new SluiceError('field_missing', `The field ${name} is missing.`)
  }
  return fields
}

function unknown(given: string, schema: FieldsSchema, also: Readonly<Record<string, string>>): SluiceError {
  const names = Object.keys(schema.properties)
  const near = didYouMean(given, [...names, ...Object.keys(also)])
  const known = names.length > 0 ? `The fields are ${names.join(', ')}.` : 'There are no fields.'
  return new SluiceError('field_unknown', `There is no field ${JSON.stringify(given.slice(0, 100))}.${near} ${known}`)
}

function checkValue(name: string, schema: FieldSchema, value: unknown): void {
  if (!isOf(schema.type, value)) {
    throw new SluiceError('field_invalid', `The field ${name} must be ${article(schema.type)}, not ${article(kindOf(value))}.`)
  }
  if (schema.minimum !== undefined && (value as number) < schema.minimum) {
    throw new SluiceError('field_invalid', `The field ${name} must be at least ${schema.minimum}.`)
  }
  if (!schema.items) return
  const types = schema.items.type
  const wrong = (value as unknown[]).findIndex((item) => !types.some((type) => isOf(type, item)))
  if (wrong < 0) return
  const found = kindOf((value as unknown[])[wrong])
  throw new SluiceError('field_invalid', `Item ${wrong} of the field ${name} must be one of ${types.join(', ')}, not ${article(found)}.`)
}

function isOf(type: FieldSchema['type'], value: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value)
    case 'null':
      return value === null
    case 'integer':
      return Number.isSafeInteger(value)
    default:
      return typeof value === type
  }
}

const kindOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)
const article = (kind: string) => (kind === 'null' ? 'null' : `${/^[aeio]/.test(kind) ? 'an' : 'a'} ${kind}`)
