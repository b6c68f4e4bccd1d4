import type { Answer, AskMode, AskStep, Choice } from '../answer.ts'
import type { Call } from '../call.ts'
import type { Look } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Query } from '../nl2sql/nl2sql.ts'
import type { Principal } from '../principal.ts'
import type { Sink } from '../result.ts'

/**
 * One turn of a conversation that is behind us. `query` is what the built-in engine made of it; it counts places in the schema of `version` and
 * is worth nothing under another. `words` were the answer, and `grant` the version of the grant under which it was given.
 */
export type Turn = Readonly<{
  question: string
  source: string
  sql?: string
  words?: string
  query?: Query
  version?: string
  grant?: string
  choices?: readonly Choice[]
}>

/** A question as a door takes it. */
export type Asked = Pick<Call, 'id' | 'door' | 'credential' | 'signal' | 'rowsMax' | 'timeoutMs'> &
  Readonly<{
    question: string
    /** '' where the caller names none: the question then says which. */
    source: string
    /** Turns before, newest last. */
    before: readonly Turn[]
    /** A statement that the asker has chosen among readings; it is checked and run as any, and nothing is read. */
    chosen?: Choice
    /** As configured unless said. */
    mode?: AskMode
    /** `YYYY-MM-DD` where the asker is; worked out from `zone` unless said. */
    today?: string
    /** Name of a time zone of the IANA; that of the gateway unless said. */
    zone?: string
    /** True: the engine answers with its best guess, neither asks back nor refuses where it has one. For who measures. */
    always?: boolean
    /** False: the statement is only written. */
    execute?: boolean
    /** Asks the model of an MCP client, where there is one that can be lent. */
    lend?: Lend
  }>

/** What a client's own model is asked for, and what it said. */
export type Lend = (wanted: Readonly<{ system: string; text: string; tokensMax: number }>, signal: AbortSignal) => Promise<string>

/** Where an answer goes: each step as it happens, then the rows. Both are awaited, so that a slow client slows the database. */
export type AskOut = Readonly<{ step(step: AskStep): void | Promise<void>; sink: Sink }>

/** What a mode answers from. Whatever it wants of the source goes through the gateway, as the caller. */
export type Asking = Readonly<{
  asked: Asked
  /** Of the asking itself; its text is what the audit keeps. A statement runs as `{ ...call, id: newId(), text: sql }`. */
  call: Call
  look: Look
  principal: Principal
  today: string
  step(step: AskStep['step'], says: string, sql?: string): Promise<void>
  sink: Sink
  parts: Parts
  newId(): string
}>

/** An answer, with what the next question may refer to. */
export type Answered = Readonly<{ answer: Answer; query?: Query; version?: string; grant?: string }>

/** One way to come from a question to an answer. Throws SluiceError where nothing can be said at all. */
export type Mode = (asking: Asking) => Promise<Answered>
