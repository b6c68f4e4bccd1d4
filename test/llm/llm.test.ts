import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openEmbedder, openLedger, openLlm, type Said } from '../../src/llm/llm.ts'
import { type Doubles, KEY, openDoubles } from './providers.ts'

/** Models through the vendors' own packages, against a double of their APIs. */

let doubles: Doubles
const slept: number[] = []
beforeAll(async () => {
  doubles = await openDoubles(slept)
})
afterAll(() => doubles.stop())
beforeEach(() => {
  doubles.mock.reset()
  slept.length = 0
})

const never = new AbortController().signal
const ask = (text: string) => ({ principal: 'key ana', system: 'Be brief.', messages: [{ role: 'user' as const, text }], signal: never })
const tools = [{ name: 'run_sql', description: 'Runs SQL.', fields: { type: 'object', properties: { sql: { type: 'string' } } } }]
const failure = (asking: Promise<Said>) =>
  asking.then(
    () => 'fine',
    (error: { code?: string }) => error.code ?? String(error),
  )

describe.each(['claude', 'openai', 'zhipu', 'ollama'] as const)('%s', (provider) => {
  test('an answer comes in pieces and as a whole', async () => {
    doubles.mock.onMessage('hello', { content: 'A long enough answer to come in several pieces.' }, { chunkSize: 5 })
    const pieces: string[] = []
    const said = await doubles.open(provider).converse({ ...ask('hello'), onText: (piece) => pieces.push(piece) })
    expect(said).toMatchObject({ text: 'A long enough answer to come in several pieces.', stop: 'end', toolCalls: [] })
    expect(pieces.length).toBeGreaterThan(3)
    expect(pieces.join('')).toBe(said.text)
    expect(said.cost.tokens).toBeGreaterThan(0)
  })

  test('a tool is called, its result is sent back with the turn before, and the answer follows', async () => {
    doubles.mock.on({ hasToolResult: false }, { toolCalls: [{ name: 'run_sql', arguments: { sql: 'SELECT 1' } }] })
    doubles.mock.on({ hasToolResult: true, toolResultContains: 'forty-two' }, { content: 'It is 42.' })
    const llm = doubles.open(provider)
    const first = await llm.converse({ ...ask('how many'), tools })
    expect(first).toMatchObject({ stop: 'tools', toolCalls: [{ name: 'run_sql', fields: { sql: 'SELECT 1' } }] })
    const { text, toolCalls, echo } = first
    const second = await llm.converse({
      ...ask('how many'),
      tools,
      messages: [
        { role: 'user', text: 'how many' },
        { role: 'assistant', text, toolCalls, echo },
        { role: 'tool', results: [{ id: toolCalls[0]!.id, text: 'forty-two' }] },
      ],
    })
    expect(second.text).toBe('It is 42.')
  })

  test('fields of a tool that are no JSON object are none', async () => {
    doubles.mock.onMessage('broken', { toolCalls: [{ name: 'run_sql', arguments: '{"sql": "SELECT' }] })
    const asked = doubles.open(provider).converse({ ...ask('broken'), tools })
    const said = await asked.catch((error: { code: string }) => error.code)
    if (typeof said === 'string') expect(said).toBe('model_unreadable')
    else
      expect(said.toolCalls[0]).toMatchObject({
        name: 'run_sql',
        fields: expect.toSatisfy((fields: unknown) => fields === undefined || JSON.stringify(fields) === '{}'),
      })
  })

  test.each([
    [401, { type: 'authentication_error' }, 'model_key_refused'],
    [403, { type: 'permission_error' }, 'model_key_refused'],
    [404, { type: 'not_found_error', code: 'model_not_found' }, 'model_unknown'],
    [402, { type: 'billing_error' }, 'model_quota'],
    [429, { type: 'insufficient_quota', code: 'insufficient_quota' }, 'model_quota'],
    [413, { type: 'request_too_large' }, 'model_too_long'],
    [400, { type: 'invalid_request_error' }, 'model_refused'],
  ])('a failure that stays: %s %j is %s at once', async (status, error, code) => {
    doubles.mock.onMessage('x', { error: { message: `the prompt was: x ${KEY}`, ...error }, status })
    const asked = doubles.open(provider).converse(ask('x'))
    await expect(asked).rejects.toMatchObject({ code })
    const thrown = await asked.catch((caught: Error) => caught)
    expect(JSON.stringify([thrown, String(thrown), (thrown as Error).message])).not.toMatch(/very-secret|the prompt was/)
    expect(slept).toEqual([])
  })

  test.each([429, 529, 500, 503])('%s passes: it is tried again', async (status) => {
    doubles.mock.on({ userMessage: 'again', sequenceIndex: 0 }, { error: { message: 'busy' }, status, retryAfter: 2 })
    doubles.mock.on({ userMessage: 'again', sequenceIndex: 1 }, { error: { message: 'busy' }, status, retryAfter: 2 })
    doubles.mock.on({ userMessage: 'again' }, { content: 'Now.' })
    expect((await doubles.open(provider).converse(ask('again'))).text).toBe('Now.')
    expect(slept).toHaveLength(2)
    // As long as it says, else twice as long each time.
    if (status === 429) expect(slept.every((ms) => ms >= 2000 && ms <= 2250)).toBe(true)
    else expect(slept).toEqual([375, 750])
  })

  test('what stays busy is given up', async () => {
    doubles.mock.onMessage('busy', { error: { message: 'overloaded' }, status: 529 })
    await expect(doubles.open(provider).converse(ask('busy'))).rejects.toMatchObject({ code: 'model_busy' })
    expect(slept).toHaveLength(3)
  })

  test('who is to wait for long is told so', async () => {
    doubles.mock.onMessage('later', { error: { message: 'slow down' }, status: 429, retryAfter: 600 })
    await expect(doubles.open(provider).converse(ask('later'))).rejects.toMatchObject({ code: 'model_busy', retryAfterS: 600 })
    expect(slept).toEqual([])
  })

  test('a parameter that a model does not take is left out, then and later', async () => {
    doubles.mock.on(
      { predicate: (request) => request.temperature !== undefined },
      { error: { message: "Unsupported value: 'temperature' does not support 0", type: 'invalid_request_error' }, status: 400 },
    )
    doubles.mock.onMessage('warm', { content: 'Fine.' })
    const llm = doubles.open(provider, { model: 'some-model-1' })
    expect((await llm.converse(ask('warm'))).text).toBe('Fine.')
    const before = doubles.mock.getRequests().length
    expect((await llm.converse(ask('warm'))).text).toBe('Fine.')
    expect(doubles.mock.getRequests().length).toBe(before + 1)
  })

  test('a statement that is too long, as Claude words it', async () => {
    doubles.mock.onMessage('long', {
      error: { message: 'prompt is too long: 210000 tokens > 200000 maximum', type: 'invalid_request_error' },
      status: 400,
    })
    expect(await failure(doubles.open(provider).converse(ask('long')))).toBe('model_too_long')
  })

  test('an empty answer is none', async () => {
    doubles.mock.onMessage('nothing', { content: '' })
    expect(await failure(doubles.open(provider).converse(ask('nothing')))).toBe('model_unreadable')
  })

  test('a stream that breaks off in the middle is a failure, not half an answer', async () => {
    doubles.mock.onMessage(
      'cut',
      { content: 'This will never be said to its end, for the line goes dead.' },
      { chunkSize: 4, truncateAfterChunks: 3 },
    )
    expect(await failure(doubles.open(provider).converse(ask('cut')))).toMatch(/^model_(unavailable|unreadable)$/)
  })

  test('a budget of tokens is refused before the model is asked, and counted by caller and day', async () => {
    doubles.mock.onMessage('count', { content: 'words '.repeat(40) })
    let now = Date.UTC(2026, 10, 20, 23)
    const ledger = openLedger(() => now)
    const llm = doubles.open(provider, { budget: { tokens: 120 }, model: 'm' }, ledger)
    const asked = () => failure(llm.converse(ask('count')))
    const outcomes = [await asked(), await asked(), await asked(), await asked()]
    expect(outcomes[0]).toBe('fine')
    expect(outcomes.at(-1)).toBe('model_budget')
    const requests = doubles.mock.getRequests().length
    expect(await asked()).toBe('model_budget')
    expect(doubles.mock.getRequests().length).toBe(requests)
    expect(await failure(llm.converse({ ...ask('count'), principal: 'key bo' }))).toBe('fine')
    now += 3_600_000
    expect(await asked()).toBe('fine')
  })
})

test.each([
  ['claude', 'claude-3-5-sonnet-20241022', 'claude-sonnet-5-5'],
  ['claude', 'claude-3-haiku-20240307', 'claude-haiku-5-5'],
  ['claude', 'claude-3-opus-20240229', 'claude-opus-5-5'],
  ['openai', 'gpt-3.5-turbo', 'gpt-6-luna'],
  ['openai', 'gpt-4-turbo', 'gpt-6-sol'],
  ['zai', 'glm-4-flash', 'glm-4.7'],
] as const)('%s: where %s is retired, %s answers from then on', async (provider, old, now) => {
  doubles.mock.on({ model: old }, { error: { message: `model: ${old}`, type: 'not_found_error' }, status: 404 })
  doubles.mock.onMessage('still there', { content: 'Yes.' })
  const llm = doubles.open(provider, { model: old })
  expect(llm.model).toBe(old)
  expect(await llm.converse(ask('still there'))).toMatchObject({ text: 'Yes.', model: now })
  expect(llm.model).toBe(now)
  const before = doubles.mock.getRequests().length
  await llm.converse(ask('still there'))
  expect(doubles.mock.getRequests().length).toBe(before + 1)
})

test('a model that never was is not replaced by a guess', async () => {
  doubles.mock.onMessage('x', { error: { message: 'model: llama9', type: 'not_found_error' }, status: 404 })
  await expect(doubles.open('ollama', { model: 'llama9' }).converse(ask('x'))).rejects.toMatchObject({
    code: 'model_unknown',
    hint: expect.stringContaining('ollama pull llama9'),
  })
})

test('a model that takes no tools is asked without', async () => {
  doubles.mock.on(
    { predicate: (request) => request.tools !== undefined },
    { error: { message: 'registry.ollama.ai/library/llama3.2 does not support tools', type: 'api_error' }, status: 400 },
  )
  doubles.mock.onMessage('plain', { content: '```sql\nSELECT 1\n```' })
  expect((await doubles.open('ollama').converse({ ...ask('plain'), tools })).text).toContain('SELECT 1')
})

test('money: the list price, one of our own, and none', async () => {
  doubles.mock.onMessage('pay', { content: 'Dear words.' })
  const cheap = await doubles.open('claude').converse(ask('pay'))
  expect(cheap.cost.usd).toBeCloseTo((cheap.usage.input * 2 + cheap.usage.output * 10) / 1e6, 9)
  const own = await doubles.open('openai', { model: 'ours', price: { input: 1000, output: 1000 } }).converse(ask('pay'))
  expect(own.cost.usd).toBeCloseTo(own.cost.tokens / 1000, 6)
  expect((await doubles.open('openai', { model: 'ours' }).converse(ask('pay'))).cost.usd).toBeUndefined()
  expect((await doubles.open('ollama').converse(ask('pay'))).cost.usd).toBe(0)
  const bounded = doubles.open('openai', { model: 'ours', price: { input: 1000, output: 1000 }, budget: { usd: 0.001 } })
  expect(await failure(bounded.converse(ask('pay')))).toBe('model_budget')
  // What it costs is not known, so nobody can say that it is within the budget.
  expect(await failure(doubles.open('openai', { model: 'ours', budget: { usd: 5 } }).converse(ask('pay')))).toBe('config_invalid')
})

test('the answer may not be longer than what is left of the budget', async () => {
  doubles.mock.onMessage('rest', { content: 'ok' })
  await doubles.open('openai', { model: 'gpt-4o-mini', budget: { tokens: 400 } }).converse(ask('rest'))
  const body = doubles.mock.getLastRequest()?.body as unknown as Record<string, number>
  expect(body.max_tokens ?? body.max_completion_tokens).toBeLessThan(400)
})

test('calls that run at once do not see the same budget twice', () => {
  const ledger = openLedger(() => 0)
  const first = ledger.enter('ana', { tokens: 60, usd: 0 }, { tokens: 100 })
  expect(() => ledger.enter('ana', { tokens: 60, usd: 0 }, { tokens: 100 })).toThrowError(/used up/)
  first.settle({ tokens: 10, usd: 0 })
  first.settle({ tokens: 0, usd: 0 })
  expect(ledger.today('ana')).toEqual({ tokens: 10, usd: 0 })
  expect(() => ledger.enter('ana', { tokens: 60, usd: 0 }, { tokens: 100 })).not.toThrow()
})

describe('a server of our own', () => {
  let server: Server
  let answer: (write: (text: string) => void, end: (text?: string) => void) => void
  let closed: Promise<void>
  let url = ''
  beforeAll(async () => {
    server = createServer((request, response) => {
      const gone = Promise.withResolvers<void>()
      closed = gone.promise
      response.on('close', () => gone.resolve())
      request.resume().on('end', () => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        answer(
          (text) => response.write(text),
          (text) => response.end(text),
        )
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  const open = (provider: 'claude' | 'openai', timeoutMs = 20_000, ledger = openLedger()) =>
    openLlm({ provider, model: 'gpt-4o', apiKey: KEY, baseUrl: url, temperature: 0, maxTokens: 10, timeoutMs }, ledger)
  const starts = {
    claude: `event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message: { id: 'm', type: 'message', role: 'assistant', content: [], model: 'm', stop_reason: null, usage: { input_tokens: 77, output_tokens: 1 } } })}\n\nevent: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\nevent: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Once upon"}}\n\n`,
    openai: `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'Once upon' } }] })}\n\n`,
  }

  test.each(['claude', 'openai'] as const)('%s: who leaves closes the connection, and what was used is counted', async (provider) => {
    answer = (write) => write(starts[provider])
    const leaving = new AbortController()
    const ledger = openLedger()
    const asked = open(provider, 20_000, ledger).converse({
      ...ask('tell me a story'),
      signal: leaving.signal,
      onText: () => leaving.abort(new Error('gone')),
    })
    await expect(asked).rejects.toThrow('gone')
    await closed
    expect(ledger.today('key ana').tokens).toBeGreaterThan(5)
  })

  test.each(['claude', 'openai'] as const)('%s: an answer that does not come in time', async (provider) => {
    answer = () => {}
    await expect(open(provider, 200).converse(ask('slow'))).rejects.toMatchObject({ code: 'model_timeout' })
    await closed
  })

  test.each(['claude', 'openai'] as const)('%s: an answer that stops half way', async (provider) => {
    answer = (write) => write(starts[provider])
    await expect(open(provider, 300).converse(ask('slow'))).rejects.toMatchObject({ code: 'model_timeout' })
    await closed
  })

  test.each([
    ['claude', '<html>It works!</html>'],
    ['openai', '<html>It works!</html>'],
    ['openai', 'data: {"choices":[{"index":0,"delta":{"content":"half an ans"}}]}\n\n'],
    ['openai', 'data: {"choices": "what"}\n\ndata: nonsense\n\n'],
    ['claude', 'event: message_start\ndata: {{{\n\n'],
  ] as const)('%s: nonsense %j', async (provider, text) => {
    answer = (_write, end) => end(text)
    expect(await failure(open(provider).converse(ask('x')))).toBe('model_unreadable')
  })

  test('nobody there', async () => {
    const llm = openLlm(
      { provider: 'ollama', baseUrl: 'http://127.0.0.1:9/v1', temperature: 0, maxTokens: 10, timeoutMs: 5000 },
      openLedger(),
      { sleep: async () => {} },
    )
    await expect(llm.converse(ask('x'))).rejects.toMatchObject({ code: 'model_unavailable', message: 'Ollama cannot be reached.' })
    expect(llm.spent('key ana').tokens).toBe(0)
  })
})

test('no key is said before anything is sent; what the environment holds for other programs is not used', async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-of-another')
  vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:9')
  vi.stubEnv('OPENAI_API_KEY', 'sk-of-another')
  vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9')
  try {
    for (const provider of ['claude', 'openai', 'zhipu'] as const)
      await expect(doubles.open(provider, { apiKey: '' }).converse(ask('x'))).rejects.toMatchObject({ code: 'model_missing' })
    expect(doubles.mock.getRequests()).toHaveLength(0)
    doubles.mock.onMessage('mine', { content: 'yes' })
    for (const provider of ['claude', 'openai'] as const) {
      expect((await doubles.open(provider).converse(ask('mine'))).text).toBe('yes')
      expect(JSON.stringify(doubles.mock.getLastRequest())).not.toContain('of-another')
    }
  } finally {
    vi.unstubAllEnvs()
  }
})

test('a provider is loaded by the first question', async () => {
  const loaded = openLlm({ provider: 'claude', temperature: 0, maxTokens: 1, timeoutMs: 1000 })
  expect(loaded).toMatchObject({ provider: 'claude', model: 'claude-sonnet-5-5' })
})

test('vectors come in order, all of one length', async () => {
  doubles.mock.onEmbedding(/./, { embedding: [0.5, 0.25, 1] })
  const embedder = openEmbedder({ provider: 'openai', apiKey: KEY, baseUrl: `${doubles.mock.url}/v1`, timeoutMs: 5000 })
  const made = await embedder.embed(
    Array.from({ length: 70 }, (_, i) => `text ${i}`),
    never,
  )
  expect(made).toHaveLength(70)
  expect([...made[69]!]).toEqual([0.5, 0.25, 1])
  expect(embedder.model).toBe('OpenAI text-embedding-3-small')
  expect(() => openEmbedder({ provider: 'claude', timeoutMs: 1 })).toThrowError(/no vectors/)
})
