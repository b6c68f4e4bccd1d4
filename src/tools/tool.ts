import type { z } from 'zod'
import type { Lend } from '../ask.ts'
import type { Call, Credential, Door } from '../call.ts'
import type { Parts } from '../gateway.ts'
import type { Action } from '../grant.ts'
import type { Fields } from './fields.ts'

/** Who asks, through which door, and how they take it back. `id` becomes the call's and so the audit's. */
export type Caller = Readonly<{
  id: string
  door: Door
  credential: Credential
  signal: AbortSignal
  /** Tells a waiting client how far a long call has come. Called as often as the tool likes; the door lets through what it can. */
  progress?: (done: number, total: number | undefined, message: string) => void
  /** Asks the model behind a client that lends it. */
  lend?: Lend
}>

/** What stands between a preview and its change. A door whose client can ask a person does so and calls again with the token. */
export type Confirmation = Readonly<{ token: string; question: string; expires: string }>

/** What a tool that streams no rows answers: the same as data and as text for a model. */
export type Answer = Readonly<{ structured: Readonly<Record<string, unknown>>; text: string; confirm?: Confirmation }>

export const groups = ['core', 'query', 'schema', 'dml', 'ddl', 'chat2sql', 'security', 'admin'] as const
export type Group = (typeof groups)[number]

/** As MCP names them; `readOnlyHint` false means that the tool changes something. */
export type Annotations = Readonly<{ readOnlyHint: boolean; destructiveHint?: boolean; idempotentHint?: boolean; openWorldHint: boolean }>

export const reads: Annotations = { readOnlyHint: true, openWorldHint: false }

type Declared = Readonly<{
  name: string
  group: Group
  title: string
  /** For the model that chooses: what it does and when to use it. */
  description: string
  /** Strict; its JSON Schema is what clients are told, and the docs and OpenAPI are made of the same. */
  input: z.ZodObject
  /** Other names that the input accepts, by what they stand for. */
  also?: Readonly<Record<string, string>>
  /** JSON Schema of `structured`. Nothing in it is required: a failed call carries an error instead. */
  output: Readonly<Record<string, unknown>>
  annotations: Annotations
  /** True where the tool asks the client's own model, if that is lent. */
  borrows?: true
  /** The action that the caller's roles must hold on some source for the tool to exist for them; undefined for what everybody may. */
  needs?: Action
}>

/** A tool that does something itself. `rows` makes the call whose rows the door streams; `answer` is a small value. Both throw SluiceError. */
export type DoingTool = Declared &
  (
    | Readonly<{
        kind: 'rows'
        call(fields: Fields, caller: Caller, parts: Parts): Promise<Call>
        /** Told when the rows are there, or why they are not. Nobody waits for what it does. */
        after?(fields: Fields, call: Call, failed: unknown, parts: Parts): void
      }>
    | Readonly<{ kind: 'answer'; answer(fields: Fields, caller: Caller, parts: Parts): Promise<Answer> }>
  )

/** A tool that stands for another one, which `through` names; `resolve` puts that in its place, so no door ever runs this kind. */
export type ThroughTool = Declared & Readonly<{ kind: 'through'; through(fields: Fields): Readonly<{ name: string; fields: unknown }> }>

/** One tool. The fields that its function gets have been checked by `input`. */
export type Tool = DoingTool | ThroughTool

/** The call of a walk that asks for no rows; `text` is what the audit keeps of it. */
export const askingCall = (caller: Caller, source: string, text: string, action: Call['action'] = 'query'): Call => ({
  id: caller.id,
  door: caller.door,
  credential: caller.credential,
  source,
  action,
  text,
  params: [],
  signal: caller.signal,
})
