import type Anthropic from '@anthropic-ai/sdk'
import {
  fieldsOf,
  type Heard,
  type Message,
  type Reply,
  type Request,
  type Stop,
  type ToolCall,
  type Usage,
  type Wire,
} from './conversation.ts'
import { thinks } from './providers.ts'
import { troubleOf } from './trouble.ts'

type Setting = Readonly<{ apiKey: string; baseUrl: string }>
type Block = Anthropic.Messages.ContentBlockParam

/** Anthropic's Messages API through its own package. */
export async function anthropicWire({ apiKey, baseUrl }: Setting): Promise<Wire> {
  const sdk = await import('@anthropic-ai/sdk')
  // Everything is said outright: what the package would read from the environment may belong to another program, and its log holds prompts.
  const client = new sdk.default({ apiKey, authToken: null, baseURL: baseUrl, maxRetries: 0, logLevel: 'off' })
  return {
    ask: (request, heard) => ask(client, request, heard),
    troubleOf: (error) => troubleOf(error, sdk),
  }
}

async function ask(client: Anthropic, request: Request, heard: Heard): Promise<Reply> {
  const stream = client.messages.stream(bodyOf(request), { signal: request.signal, timeout: request.timeoutMs })
  for await (const event of stream) {
    if (event.type === 'message_start') heard.usage(usageOf(event.message.usage))
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') heard.text(event.delta.text)
  }
  const { content, stop_reason: reason, usage } = await stream.finalMessage()
  heard.usage(usageOf(usage))
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('')
  const toolCalls = content.flatMap((block): ToolCall[] =>
    block.type === 'tool_use' ? [{ id: block.id, name: block.name, fields: fieldsOf(JSON.stringify(block.input)) }] : [],
  )
  return { text, toolCalls, stop: stopOf(reason, toolCalls), echo: content }
}

function bodyOf({ model, system, messages, tools, maxTokens, temperature, without }: Request): Anthropic.Messages.MessageStreamParams {
  // The instructions and tools are the same in every step of a conversation, so the provider may keep them.
  const cached = without.has('cache_control') ? {} : { cache_control: { type: 'ephemeral' as const } }
  const thinking = thinks(model)
  return {
    model,
    max_tokens: maxTokens,
    system: [{ type: 'text', text: system, ...cached }],
    messages: messages.map(messageOf),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, fields }) => ({
            name,
            description,
            input_schema: fields as Anthropic.Messages.Tool.InputSchema,
          })),
        }),
    ...(thinking || without.has('temperature') ? {} : { temperature }),
    ...(thinking && !without.has('output_config') && !without.has('effort') ? { output_config: { effort: 'medium' as const } } : {}),
  }
}

function messageOf(message: Message): Anthropic.Messages.MessageParam {
  if (message.role === 'user') return { role: 'user', content: message.text }
  if (message.role === 'tool')
    return {
      role: 'user',
      content: message.results.map(({ id, text, failed }) => ({
        type: 'tool_result' as const,
        tool_use_id: id,
        content: text,
        ...(failed ? { is_error: true } : {}),
      })),
    }
  // Thinking is signed and must come back as it was.
  if (Array.isArray(message.echo)) return { role: 'assistant', content: message.echo as Block[] }
  const calls = message.toolCalls.map(({ id, name, fields }): Block => ({ type: 'tool_use', id, name, input: fields ?? {} }))
  return { role: 'assistant', content: [...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]), ...calls] }
}

const usageOf = (usage: Anthropic.Messages.Usage): Usage => ({
  input: usage.input_tokens ?? 0,
  output: usage.output_tokens ?? 0,
  cacheRead: usage.cache_read_input_tokens ?? 0,
  cacheWritten: usage.cache_creation_input_tokens ?? 0,
})

const stopOf = (reason: string | null, toolCalls: readonly ToolCall[]): Stop =>
  reason === 'refusal'
    ? 'refused'
    : reason === 'max_tokens' || reason === 'model_context_window_exceeded'
      ? 'length'
      : toolCalls.length > 0
        ? 'tools'
        : 'end'
