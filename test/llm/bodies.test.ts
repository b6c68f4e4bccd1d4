import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anthropicWire } from '../../src/llm/anthropic.ts'
import type { Message, Request } from '../../src/llm/conversation.ts'
import { openaiWire } from '../../src/llm/openai.ts'

/** What is sent, word for word, and what becomes of an answer that thinks. */

type Sent = Readonly<{ url: string; headers: IncomingHttpHeaders; body: Record<string, unknown> }>
let server: Server
let url = ''
let sent: Sent
let events: readonly object[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      sent = { url: request.url!, headers: request.headers, body: JSON.parse(Buffer.concat(pieces).toString()) as Sent['body'] }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const event of events) {
        const { type } = event as { type?: string }
        response.write(`${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(event)}\n\n`)
      }
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const request = (model: string, more: Partial<Request> = {}): Request => ({
  model,
  system: 'Be brief.',
  messages: [{ role: 'user', text: 'hello' }],
  tools: [{ name: 'look', description: 'Looks.', fields: { type: 'object', properties: {} } }],
  maxTokens: 100,
  temperature: 0,
  without: new Set(),
  signal: new AbortController().signal,
  timeoutMs: 5000,
  ...more,
})
const deaf = { text: () => undefined, usage: () => undefined }

const claudeSays = [
  {
    type: 'message_start',
    message: {
      id: 'm',
      type: 'message',
      role: 'assistant',
      content: [],
      model: 'm',
      stop_reason: null,
      usage: { input_tokens: 5, output_tokens: 1, cache_read_input_tokens: 50, cache_creation_input_tokens: 20 },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hmm.' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'signed' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 'call-1', name: 'look', input: {} } },
  { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"at":' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '"sky"}' } },
  { type: 'content_block_stop', index: 1 },
  { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 42 } },
  { type: 'message_stop' },
]

test('Claude: thinking comes back as it was, and what was cached is counted apart', async () => {
  events = claudeSays
  const wire = await anthropicWire({ apiKey: 'k', baseUrl: url })
  const usages: unknown[] = []
  const pieces: string[] = []
  const reply = await wire.ask(request('claude-sonnet-5-5'), { text: (piece) => pieces.push(piece), usage: (usage) => usages.push(usage) })
  expect(reply).toMatchObject({ text: '', stop: 'tools', toolCalls: [{ id: 'call-1', name: 'look', fields: { at: 'sky' } }] })
  expect(usages.at(-1)).toEqual({ input: 5, output: 42, cacheRead: 50, cacheWritten: 20 })
  // What it thinks is no part of the answer.
  expect(pieces.join('')).not.toContain('Hmm')
  expect(sent.url).toBe('/v1/messages')
  expect(sent.headers.authorization).toBe('Bearer k')
  expect(sent.body).toMatchObject({
    model: 'claude-sonnet-5-5',
    max_tokens: 100,
    stream: true,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    tools: [{ name: 'look', input_schema: { type: 'object', properties: {} } }],
    output_config: { effort: 'medium' },
  })
  expect(sent.body).not.toHaveProperty('temperature')
  expect(sent.body).not.toHaveProperty('tool_choice')

  const messages: Message[] = [
    { role: 'user', text: 'hello' },
    { role: 'assistant', text: reply.text, toolCalls: reply.toolCalls, echo: reply.echo },
    { role: 'tool', results: [{ id: 'call-1', text: 'blue', failed: true }] },
  ]
  await wire.ask(request('claude-sonnet-5-5', { messages }), deaf)
  expect(sent.body.messages).toMatchObject([
    { role: 'user', content: 'hello' },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hmm.', signature: 'signed' },
        { type: 'tool_use', id: 'call-1', input: { at: 'sky' } },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call-1', content: 'blue', is_error: true }] },
  ])
})

test('Claude: an older model gets a temperature and no effort; what it refuses is left out', async () => {
  events = claudeSays
  const wire = await anthropicWire({ apiKey: 'k', baseUrl: url })
  await wire.ask(request('claude-sonnet-4-6'), deaf)
  expect(sent.body).toMatchObject({ temperature: 0 })
  expect(sent.body).not.toHaveProperty('output_config')
  await wire.ask(request('claude-sonnet-5-5', { without: new Set(['output_config', 'cache_control']) }), deaf)
  expect(sent.body).not.toHaveProperty('output_config')
  expect(sent.body.system).toEqual([{ type: 'text', text: 'Be brief.' }])
})

const openaiSays = [
  { choices: [{ index: 0, delta: { role: 'assistant', content: 'Let me ' } }] },
  { choices: [{ index: 0, delta: { content: 'look.' } }] },
  {
    choices: [
      { index: 0, delta: { tool_calls: [{ index: 0, id: 'call-1', type: 'function', function: { name: 'look', arguments: '{"at":' } }] } },
    ],
  },
  {
    choices: [
      { index: 0, delta: { tool_calls: [{ index: 1, id: 'call-2', type: 'function', function: { name: 'look', arguments: '[1]' } }] } },
    ],
  },
  { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: '"sky"}' } }] }, finish_reason: 'tool_calls' }] },
  { choices: [], usage: { prompt_tokens: 60, completion_tokens: 7, total_tokens: 67, prompt_tokens_details: { cached_tokens: 50 } } },
]

test('OpenAI: tools in pieces, the words before them, and what was cached', async () => {
  events = openaiSays
  const wire = await openaiWire({ apiKey: 'k', baseUrl: `${url}/v1`, official: true })
  const usages: unknown[] = []
  const reply = await wire.ask(request('gpt-6-sol'), { text: () => undefined, usage: (usage) => usages.push(usage) })
  expect(reply).toMatchObject({
    text: 'Let me look.',
    stop: 'tools',
    toolCalls: [
      { id: 'call-1', fields: { at: 'sky' } },
      { id: 'call-2', fields: undefined },
    ],
  })
  expect(usages).toEqual([{ input: 10, output: 7, cacheRead: 50, cacheWritten: 0 }])
  expect(sent.url).toBe('/v1/chat/completions')
  expect(sent.headers.authorization).toBe('Bearer k')
  expect(sent.headers).not.toHaveProperty('openai-organization')
  expect(sent.body).toMatchObject({ max_completion_tokens: 100, stream: true, stream_options: { include_usage: true } })
  for (const absent of ['max_tokens', 'temperature', 'tool_choice', 'store']) expect(sent.body).not.toHaveProperty(absent)
  const messages: Message[] = [
    { role: 'user', text: 'hello' },
    { role: 'assistant', text: reply.text, toolCalls: reply.toolCalls },
    {
      role: 'tool',
      results: [
        { id: 'call-1', text: 'blue' },
        { id: 'call-2', text: 'what?', failed: true },
      ],
    },
  ]
  await wire.ask(request('gpt-6-sol', { messages }), deaf)
  expect(sent.body.messages).toMatchObject([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'hello' },
    {
      role: 'assistant',
      content: 'Let me look.',
      tool_calls: [
        { id: 'call-1', function: { name: 'look', arguments: '{"at":"sky"}' } },
        { id: 'call-2', function: { arguments: '{}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call-1', content: 'blue' },
    { role: 'tool', tool_call_id: 'call-2', content: 'what?' },
  ])
})

test('servers that took over the API of OpenAI get its older names', async () => {
  events = openaiSays
  const wire = await openaiWire({ apiKey: 'none', baseUrl: `${url}/v1/`, official: false })
  await wire.ask(request('llama3.2'), deaf)
  expect(sent.url).toBe('/v1/chat/completions')
  expect(sent.body).toMatchObject({ max_tokens: 100, temperature: 0 })
  expect(sent.body).not.toHaveProperty('max_completion_tokens')
  await wire.ask(request('llama3.2', { without: new Set(['max_tokens', 'temperature', 'stream_options', 'tools']) }), deaf)
  expect(sent.body).toMatchObject({ max_completion_tokens: 100 })
  for (const absent of ['max_tokens', 'temperature', 'stream_options', 'tools']) expect(sent.body).not.toHaveProperty(absent)
})
