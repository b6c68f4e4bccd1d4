import * as z from 'zod'
import { SluiceError } from '../../error.ts'
import { checkFields, type Fields } from '../../tools/declared.ts'
import { statementFields } from '../sql-routes.ts'
import { questionBody } from '../tool-routes.ts'

/** What a client calls one of its queries: its answers carry the same. */
export type MessageId = string | number

/** What a client sends. Fields have been checked. */
export type Message = Readonly<
  | { type: 'sql'; id: MessageId; fields: Fields }
  | { type: 'question'; id: MessageId; fields: Fields }
  | { type: 'cancel'; id: MessageId }
  | { type: 'ping'; id: MessageId | undefined }
>

const idSchema = z.union([z.string().min(1).max(128), z.int()])
const cancelBody = z.strictObject({})

/** A message that could not be read; `id` is told where it could. */
export class Unreadable extends Error {
  readonly id: MessageId | undefined
  constructor(id: MessageId | undefined, cause: unknown) {
    super('unreadable message', { cause })
    this.id = id
  }
}

/** Throws `Unreadable` with a `SluiceError` as its cause. */
export function read(text: string): Message {
  let id: MessageId | undefined
  try {
    const { type, id: sent, ...fields } = objectOf(text)
    const known = idSchema.safeParse(sent)
    if (known.success) id = known.data
    if (type === 'ping') return { type, id }
    if (type !== 'sql' && type !== 'question' && type !== 'cancel') {
      throw new SluiceError('socket_refused', 'The type of a message is sql, question, cancel or ping.')
    }
    if (sent === undefined) throw new SluiceError('field_missing', 'The field id is missing.')
    if (id === undefined) throw new SluiceError('field_invalid', 'The field id must be an integer or a string of 1 to 128 characters.')
    if (type === 'sql') return { type, id, fields: statementFields(fields) }
    if (type === 'question') return { type, id, fields: questionFields(fields) }
    checkFields(cancelBody, fields)
    return { type, id }
  } catch (cause) {
    throw new Unreadable(id, cause)
  }
}

/** What a client says of its user tells nothing about who is asking. */
function questionFields(sent: Record<string, unknown>): Fields {
  const { user_context: _never, ...fields } = checkFields(questionBody, sent)
  return fields
}

function objectOf(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new SluiceError('socket_refused', 'The message is not JSON.', { cause })
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new SluiceError('socket_refused', 'A message is one JSON object.')
  }
  return value as Record<string, unknown>
}
