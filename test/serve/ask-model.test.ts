import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Whole, whole } from './whole.ts'

/** A question over HTTP that a model answers, and a provider that does not. */

const mock = new LLMock({ port: 0, host: '127.0.0.1' })
let house: Whole
let silent: Server
let silentHouse: Whole
let gone: Promise<void>
let reached: Promise<void>

const llm = (url: string, more = '') =>
  `llm: { mode: standalone, provider: openai, api_key: sk-secret, base_url: '${url}/v1', timeout_s: 30${more} }\n`

beforeAll(async () => {
  await mock.start()
  const [came, went] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  gone = went.promise
  reached = came.promise
  silent = createServer((_request, response) => {
    came.resolve()
    response.on('close', () => went.resolve())
  })
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  house = await whole({ reader: 'read_only', support: 'support' }, {}, llm(mock.url, ', budget: { tokens_per_day: 60000 }'))
  silentHouse = await whole({ reader: 'read_only' }, {}, llm(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`))
})
afterAll(async () => {
  await house?.close()
  await silentHouse?.close()
  await mock.stop()
  silent?.closeAllConnections()
  await new Promise((resolve) => silent?.close(resolve))
})

const post = (path: string, body: object, signal?: AbortSignal, of = house) =>
  fetch(`${of.server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${of.keys.reader!}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })

const play = (...turns: readonly object[]) => {
  mock.reset()
  const left = [...turns]
  mock.on({ predicate: () => true }, () => (left.shift() ?? { error: { message: 'over' }, status: 400 }) as never)
}
const answers = (sql: string) => ({ toolCalls: [{ name: 'answer', arguments: JSON.stringify({ sql, says: 'counts them' }) }] })

test('one document: the words of the model, the rows, what it cost', async () => {
  play(answers('SELECT COUNT(*) AS n FROM customers'), { content: 'There are 3 customers.' })
  const response = await post('/database/question', { source: 'shop', question: 'How many customers are there?' })
  expect(response.status).toBe(200)
  const told = (await response.json()) as Record<string, unknown>
  expect(told).toMatchObject({
    status: 'answered',
    mode: 'standalone',
    words: 'There are 3 customers.',
    cost: { input_tokens: expect.any(Number) },
  })
  expect(JSON.stringify(told)).toContain('[[3]]')
})

test('a caller may have the built-in engine or the model answer one question', async () => {
  play(answers('SELECT COUNT(*) AS n FROM orders'), { content: '3 orders.' })
  const told = (await (
    await post('/database/question', { source: 'shop', question: 'How many orders?', mode: 'standalone' })
  ).json()) as object
  expect(told).toMatchObject({ mode: 'standalone', words: '3 orders.' })
})

test.each([
  [401, { type: 'authentication_error' }, 502, 'model_key_refused'],
  [404, { code: 'model_not_found' }, 502, 'model_unknown'],
  [429, { code: 'insufficient_quota' }, 503, 'model_quota'],
])('a provider that answers %s %j', async (status, error, told, code) => {
  mock.reset()
  mock.onMessage(/./, { error: { message: 'sk-secret', ...error }, status })
  const response = await post('/database/question', { source: 'shop', question: 'How many customers are there?' })
  const text = await response.text()
  expect([response.status, text]).toEqual([told, expect.stringContaining(code)])
  expect(text).not.toContain('sk-secret')
})

test('who leaves ends the question to the model', async () => {
  const leaving = new AbortController()
  const asked = post('/database/question', { source: 'shop', question: 'How many customers are there?' }, leaving.signal, silentHouse)
  await reached
  leaving.abort()
  await expect(asked).rejects.toThrow()
  await gone
})

test('a budget that is used up is said, and the model is not asked', async () => {
  const long = 'x'.repeat(3_900)
  let last = ''
  for (let i = 0; i < 60 && !last.includes('model_budget'); i++) {
    play({ toolCalls: [{ name: 'cannot_answer', arguments: JSON.stringify({ kind: 'no_data', reason: 'No.' }) }] })
    last = await (await post('/database/question', { source: 'shop', question: `${long} ${i}?` })).text()
  }
  expect(last).toContain('model_budget')
  play({ content: 'never' })
  const refused = await post('/database/question', { source: 'shop', question: `${long}?` })
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(mock.getRequests()).toHaveLength(0)
})
