import type { Code } from './error.ts'
import type { Receipt } from './receipt.ts'
import type { Column } from './result.ts'

/** Who writes the SQL: the client's own model, a model that the gateway calls, or the gateway's own engine, which needs neither key nor network. */
export type AskMode = 'client' | 'standalone' | 'built-in'

/** A table that an answer came from, and why it was taken. */
export type Used = Readonly<{ table: string; why: string }>

/** How rows may be drawn: `x` and `y` are names of their columns; `number` is one figure, `table` nothing else. */
export type Chart = Readonly<{
  kind: 'number' | 'bar' | 'line' | 'pie' | 'scatter' | 'table'
  x?: string
  y?: readonly string[]
  series?: string
}>

/** One reading of a question that has several: `question` is what to ask to mean it. */
export type Choice = Readonly<{ question: string; says: string; sql: string }>

/**
 * What was done with a question. `answered` has rows; `ask_back` has choices; `refused` says in `unlinked` which words it could not place; `yours`
 * leaves the statement to the caller's own model, with all that it needs in `context`.
 */
export type AskStatus = 'answered' | 'ask_back' | 'refused' | 'yours'

/** What a model needs to write the statement itself, and the tool to call with it. */
export type AskContext = Readonly<{
  dialect: string
  today: string
  rules: readonly string[]
  schema: string
  examples: readonly Readonly<{ question: string; sql: string }>[]
  next: Readonly<{ tool: string; fields: Readonly<Record<string, string>> }>
}>

/**
 * The answer to a question in plain language. Rows go beside it, to a sink, so that they are never kept whole. `words` is for people, `sql`
 * as the caller would write it themselves; `confidence` is the chance, from 0 to 1, that it answers what was meant.
 */
export type Answer = Readonly<{
  status: AskStatus
  /** Why it is refused, as the error of the same name is told. */
  code?: Code
  mode: AskMode
  source: string
  question: string
  /** What the question was taken to be after context was carried over; absent where nothing was. */
  understood?: string
  words: string
  sql?: string
  confidence: number
  used: readonly Used[]
  columns: readonly Column[]
  rows: number
  truncated: boolean
  warnings: readonly string[]
  chart?: Chart
  follow_ups: readonly string[]
  choices?: readonly Choice[]
  unlinked?: readonly string[]
  context?: AskContext
  receipt?: Receipt
  /** Tokens and money that a model cost, where one was asked. */
  cost?: Readonly<{ input_tokens: number; output_tokens: number; usd?: number }>
}>

/** One step on the way to an answer, as it happens. `says` is one line for people; `ms` since the question came in. */
export type AskStep = Readonly<{
  step: 'intent' | 'context' | 'candidates' | 'check' | 'plan' | 'run' | 'compare' | 'repair' | 'tool' | 'answer'
  says: string
  sql?: string
  ms: number
}>
