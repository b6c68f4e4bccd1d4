import type { Call, Credential, Door } from '../call.ts'
import type { Parts } from '../gateway.ts'
import type { Fields, FieldsSchema } from './fields.ts'

/** Who asks, through which door, and how they take it back. `id` becomes the call's and so the audit's. */
export type Caller = Readonly<{ id: string; door: Door; credential: Credential; signal: AbortSignal }>

/** What a tool that reads no rows answers: the same as data and as text for a model. */
export type Answer = Readonly<{ structured: Readonly<Record<string, unknown>>; text: string }>

type Declared = Readonly<{
  name: string
  title: string
  /** For the model that chooses: what it does and when to use it. */
  description: string
  input: FieldsSchema
  /** Other names that the input accepts, by what they stand for. */
  also?: Readonly<Record<string, string>>
  output: Readonly<Record<string, unknown>>
}>

/**
 * One tool. `rows` makes the call whose rows the door streams; `answer` is a small value. The fields have been checked by `input`.
 * Both throw SluiceError.
 */
export type Tool = Declared &
  (
    | Readonly<{ kind: 'rows'; call(fields: Fields, caller: Caller, parts: Parts): Promise<Call> }>
    | Readonly<{ kind: 'answer'; answer(fields: Fields, caller: Caller, parts: Parts): Promise<Answer> }>
  )

/** The call of a walk that asks for no rows; `text` is what the audit keeps of it. */
export const askingCall = (caller: Caller, source: string, text: string): Call => ({
  id: caller.id,
  door: caller.door,
  credential: caller.credential,
  source,
  action: 'query',
  text,
  params: [],
  signal: caller.signal,
})
