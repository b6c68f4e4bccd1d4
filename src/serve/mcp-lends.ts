import type { Lend } from '../ask.ts'
import { SluiceError } from '../error.ts'
import type { Ask } from './mcp-asks.ts'
import { isObject, type Json } from './mcp-message.ts'

type Wanted = Parameters<Lend>[0]

/** True when a client says that it lets servers ask its model. */
export const canLend = (capabilities: Json | undefined): boolean => isObject(capabilities?.sampling)

/** What a client's model is asked, as MCP has it. Nothing of the client's own context is wanted. */
export const samplingOf = ({ system, text, tokensMax }: Wanted) => ({
  method: 'sampling/createMessage',
  params: {
    messages: [{ role: 'user', content: { type: 'text', text } }],
    systemPrompt: system,
    maxTokens: tokensMax,
    temperature: 0,
  },
})

/** What the client's model wrote. Throws `model_declined` where the client, or its person, did not want to ask it. */
export function writtenIn(result: unknown): string {
  const content = isObject(result) ? result.content : undefined
  const parts = (Array.isArray(content) ? content : [content]) as readonly unknown[]
  const text = parts
    .flatMap((part) => (isObject(part) && part.type === 'text' && typeof part.text === 'string' ? [part.text] : []))
    .join('')
  if (text.trim() === '') throw new SluiceError('model_declined', 'The client did not let its model answer.')
  return text
}

/** Asks at once, over a connection on which the server may send requests. */
export const lendOver =
  (ask: Ask): Lend =>
  async (wanted) =>
    writtenIn(await ask(samplingOf(wanted)))

/** Ends a call that cannot go on before the client's model has answered; the client then sends it again, with the answer. */
export class ModelAwaited extends SluiceError {
  readonly wanted: Wanted
  constructor(wanted: Wanted) {
    super('model_awaited', "The client's model is asked; the call goes on with what it answers.")
    this.wanted = wanted
  }
}

/** A client is not asked more often for one call. */
const ANSWERS_MAX = 4

/** Answers from what the client has brought along, in order; beyond that it is asked. `brought` throws for an answer that is none. */
export function lendLater(brought: readonly (() => string)[]): Lend {
  let next = 0
  return async (wanted) => {
    const known = brought[next++]
    if (known) return known()
    if (brought.length >= ANSWERS_MAX) throw new SluiceError('model_unreadable', "The client's model found no answer.")
    throw new ModelAwaited(wanted)
  }
}
