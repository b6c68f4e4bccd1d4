/** What a tool is to a model: its fields as JSON Schema. */
export type ModelTool = Readonly<{ name: string; description: string; fields: Readonly<Record<string, unknown>> }>

/** A tool that the model wants to be called. `fields` is undefined where what it wrote is no JSON object. */
export type ToolCall = Readonly<{ id: string; name: string; fields: Readonly<Record<string, unknown>> | undefined }>

/** One turn. `echo` is what the provider wants back word for word with the turn that it belongs to; nobody else looks into it. */
export type Message =
  | Readonly<{ role: 'user'; text: string }>
  | Readonly<{ role: 'assistant'; text: string; toolCalls: readonly ToolCall[]; echo?: unknown }>
  | Readonly<{ role: 'tool'; results: readonly Readonly<{ id: string; text: string; failed?: boolean }>[] }>

/** Tokens of one answer. `cacheRead` and `cacheWritten` are parts of the input that the provider charges otherwise; `input` does not hold them. */
export type Usage = Readonly<{ input: number; output: number; cacheRead: number; cacheWritten: number }>

/** Why the model stopped: it was done, it wants tools, it ran out of `maxTokens`, or the provider let nothing more through. */
export type Stop = 'end' | 'tools' | 'length' | 'refused'

/** What one request to a provider is made of. */
export type Request = Readonly<{
  model: string
  system: string
  messages: readonly Message[]
  tools: readonly ModelTool[]
  maxTokens: number
  temperature: number
  /** Parameters that this model was found not to take. */
  without: ReadonlySet<string>
  signal: AbortSignal
  timeoutMs: number
}>

/** What comes while a model answers. `usage` may come several times; the last word counts. */
export type Heard = Readonly<{ text(piece: string): void; usage(usage: Usage): void }>

/** A whole answer. */
export type Reply = Readonly<{ text: string; toolCalls: readonly ToolCall[]; stop: Stop; echo?: unknown }>

/** What a failed request tells, without a word of what was sent. */
export type Trouble = Readonly<{
  kind: 'status' | 'connection' | 'timeout' | 'unreadable'
  status?: number
  /** The provider's own short names for it, such as `insufficient_quota`. */
  names: readonly string[]
  /** Parameters that the provider complained of. */
  parameters: readonly string[]
  retryAfterMs?: number
}>

/** One provider's API: throws whatever its package throws, which `troubleOf` explains. */
export interface Wire {
  ask(request: Request, heard: Heard): Promise<Reply>
  troubleOf(error: unknown): Trouble
}

/** A tool's fields as a model wrote them; undefined unless they are an object. */
export function fieldsOf(json: string): ToolCall['fields'] {
  if (json.trim() === '') return {}
  try {
    const fields: unknown = JSON.parse(json)
    return typeof fields === 'object' && fields !== null && !Array.isArray(fields) ? (fields as ToolCall['fields']) : undefined
  } catch {
    return undefined
  }
}
