import type { z } from 'zod'
import { SluiceError } from '../error.ts'
import { didYouMean } from '../nearest.ts'

export type Fields = Readonly<Record<string, unknown>>

/**
 * The fields as they were sent, known to be what the schema says; `also` maps other accepted names to the declared ones. Throws
 * `field_unknown` with the nearest name, `field_missing` or `field_invalid`. A value never gets into a message.
 */
export function checkFields(schema: z.ZodObject, sent: unknown, also: Readonly<Record<string, string>> = {}): Fields {
  if (sent === undefined || sent === null) sent = {}
  if (typeof sent !== 'object' || Array.isArray(sent)) throw new SluiceError('field_invalid', 'The fields must be one JSON object.')
  const fields: Record<string, unknown> = {}
  for (const [given, value] of Object.entries(sent as Fields)) {
    if (value === undefined) continue
    const name = Object.hasOwn(also, given) ? also[given]! : given
    if (!Object.hasOwn(schema.shape, name)) throw unknown(given, schema, also)
    if (Object.hasOwn(fields, name)) throw new SluiceError('field_invalid', `The field ${name} is given twice, as ${given} too.`)
    // null is how many clients say that they leave a field out, where the field has no meaning for it.
    if (value === null && isOptional(schema, name) && !takesNull(schema, name)) continue
    fields[name] = value
  }
  const checked = schema.safeParse(fields)
  if (checked.success) return checked.data
  throw named(checked.error.issues[0]!, fields, schema)
}

const isOptional = (schema: z.ZodObject, name: string): boolean => (schema.shape[name] as z.ZodType).safeParse(undefined).success

const takesNull = (schema: z.ZodObject, name: string): boolean => (schema.shape[name] as z.ZodType).safeParse(null).success

function unknown(given: string, schema: z.ZodObject, also: Readonly<Record<string, string>>): SluiceError {
  const names = Object.keys(schema.shape)
  const near = didYouMean(given, [...names, ...Object.keys(also)])
  const known = names.length > 0 ? `The fields are ${names.join(', ')}.` : 'There are no fields.'
  return new SluiceError('field_unknown', `There is no field ${JSON.stringify(given.slice(0, 100))}.${near} ${known}`)
}

/** The first thing that is wrong, as our error. What zod says may quote a value, so only its kind is used. */
function named(issue: z.core.$ZodIssue, fields: Fields, schema: z.ZodObject): SluiceError {
  const place = issue.path.map(String)
  const name = place.length > 1 ? `${place[0]} (at ${place.slice(1).join('.')})` : (place[0] ?? '')
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], fields)
  if (value === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_union'))
    return new SluiceError('field_missing', `The field ${name} is missing.`, hintFor(schema, place))
  return new SluiceError('field_invalid', `The field ${name} ${wrong(issue, value)}.`)
}

/** What the field is for, as its declaration says it: a model then knows what to send. */
function hintFor(schema: z.ZodObject, place: readonly string[]): { hint?: string } {
  const said = place.length === 1 ? (schema.shape[place[0]!] as z.ZodType | undefined)?.description : undefined
  return said === undefined ? {} : { hint: `Add the field: ${said}.` }
}

function wrong(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${article(issue.expected === 'int' ? 'integer' : issue.expected)}, not ${article(kindOf(value))}`
    case 'too_small':
      if (issue.minimum === 1 && counted(issue.origin) !== '') return 'must not be empty'
      return `must be at least ${issue.minimum}${counted(issue.origin)}`
    case 'too_big':
      return `must be at most ${issue.maximum}${counted(issue.origin)}`
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`
    case 'unrecognized_keys':
      return `holds a key that is not known: ${issue.keys.map((key) => JSON.stringify(key.slice(0, 100))).join(', ')}`
    case 'invalid_union':
      return `must not be ${article(kindOf(value))} of this form`
    default:
      return 'is not valid'
  }
}

const counted = (origin: string): string => (origin === 'string' ? ' characters long' : origin === 'array' ? ' entries long' : '')
const kindOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)
const article = (kind: string) => (kind === 'null' ? 'null' : `${/^[aeio]/.test(kind) ? 'an' : 'a'} ${kind}`)
