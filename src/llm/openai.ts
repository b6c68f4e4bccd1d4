import type OpenAI from 'openai'
import { fieldsOf, type Heard, type Message, type Reply, type Request, type Stop, type ToolCall, type Wire } from './conversation.ts'
import { thinks } from './providers.ts'
import { troubleOf } from './trouble.ts'

type Setting = Readonly<{ apiKey: string; baseUrl: string; official: boolean }>
type Body = OpenAI.Chat.ChatCompletionCreateParamsStreaming

/** OpenAI's package, made for one address; keys and addresses that the environment holds for other programs are not looked at. */
export async function openaiClient({ apiKey, baseUrl }: Pick<Setting, 'apiKey' | 'baseUrl'>) {
  const sdk = await import('openai')
  const client = new sdk.default({ apiKey, baseURL: baseUrl, organization: null, project: null, maxRetries: 0, logLevel: 'off' })
  return { client, troubleOf: (error: unknown) => troubleOf(error, sdk) }
}

/** Chat completions as OpenAI and those who took over its API know them. */
export async function openaiWire(setting: Setting): Promise<Wire> {
  const { client, troubleOf } = await openaiClient(setting)
  return { ask: (request, heard) => ask(client, request, heard, setting.official), troubleOf }
}

type Draft = { id: string; name: string; json: string }

async function ask(client: OpenAI, request: Request, heard: Heard, official: boolean): Promise<Reply> {
  const { signal, timeoutMs: timeout } = request
  const stream = await client.chat.completions.create(bodyOf(request, official), { signal, timeout })
  let text = ''
  let reason: string | undefined
  const drafts = new Map<number, Draft>()
  for await (const { choices, usage } of stream) {
    if (usage) {
      const cacheRead = usage.prompt_tokens_details?.cached_tokens ?? 0
      heard.usage({ input: usage.prompt_tokens - cacheRead, output: usage.completion_tokens, cacheRead, cacheWritten: 0 })
    }
    const choice = choices?.[0]
    if (!choice) continue
    reason = choice.finish_reason ?? reason
    if (typeof choice.delta?.content === 'string' && choice.delta.content !== '') {
      text += choice.delta.content
      heard.text(choice.delta.content)
    }
    for (const { index, id, function: part } of choice.delta?.tool_calls ?? []) {
      const draft = drafts.get(index) ?? { id: '', name: '', json: '' }
      drafts.set(index, { id: id ?? draft.id, name: draft.name + (part?.name ?? ''), json: draft.json + (part?.arguments ?? '') })
    }
  }
  // The package ends quietly when a stream is broken off by our signal.
  signal.throwIfAborted()
  // An end that nobody announced is a line that went dead.
  if (reason === undefined) throw new Error('the stream ended early')
  const toolCalls = [...drafts.values()].map(({ id, name, json }, i): ToolCall => ({ id: id || `call_${i}`, name, fields: fieldsOf(json) }))
  return { text, toolCalls, stop: stopOf(reason, toolCalls) }
}

function bodyOf({ model, system, messages, tools, maxTokens, temperature, without }: Request, official: boolean): Body {
  // Newer models of OpenAI only know the one name, older servers of others only the other.
  const named = official !== without.has(official ? 'max_completion_tokens' : 'max_tokens')
  return {
    model,
    messages: [{ role: 'system', content: system }, ...messages.flatMap(messagesOf)],
    ...(tools.length === 0 || without.has('tools')
      ? {}
      : {
          tools: tools.map(({ name, description, fields }) => ({
            type: 'function' as const,
            function: { name, description, parameters: fields },
          })),
        }),
    ...(named ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    ...(thinks(model) || without.has('temperature') ? {} : { temperature }),
    ...(without.has('stream_options') ? {} : { stream_options: { include_usage: true } }),
    stream: true,
  }
}

function messagesOf(message: Message): OpenAI.Chat.ChatCompletionMessageParam[] {
  if (message.role === 'user') return [{ role: 'user', content: message.text }]
  if (message.role === 'tool') return message.results.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text }))
  const calls = message.toolCalls.map(({ id, name, fields }) => ({
    id,
    type: 'function' as const,
    function: { name, arguments: JSON.stringify(fields ?? {}) },
  }))
  return [{ role: 'assistant', content: message.text, ...(calls.length > 0 ? { tool_calls: calls } : {}) }]
}

const stopOf = (reason: string | undefined, toolCalls: readonly ToolCall[]): Stop =>
  reason === 'content_filter' ? 'refused' : reason === 'length' ? 'length' : toolCalls.length > 0 ? 'tools' : 'end'
