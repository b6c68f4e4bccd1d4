import { PassThrough } from 'node:stream'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askOnes } from '../../src/cli/ask-one.ts'
import type { Context } from '../../src/cli/command.ts'
import type { Started } from '../serve/running.ts'
import { connected } from '../serve/ws-client.ts'
import { type Door, openDoor } from './door.ts'

/** Questions through MCP, WebSocket and the command line. */

let door: Door
beforeAll(async () => {
  door = await openDoor()
})
afterAll(() => door.close())

async function client(who: 'ana' | 'narrow' | 'plain'): Promise<Client> {
  const made = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const headers = { authorization: `Bearer ${door.shop.key(who)}` }
  await made.connect(new StreamableHTTPClientTransport(new URL(`${door.server.url}/mcp/chat2sql`), { requestInit: { headers } }))
  return made
}

test('over MCP: the answer as data with its rows, the same as text, and steps as progress', async () => {
  const mcp = await client('ana')
  const told: unknown[] = []
  const args = { question: 'list customers', source: 'shop', mode: 'built-in' }
  const result = await mcp.callTool(
    { name: 'natural_language_query', arguments: args },
    { onprogress: (progress) => void told.push(progress) },
  )
  expect(result.structuredContent).toMatchObject({
    status: 'answered',
    words: 'There are 3 customers: Ana, Bo and Cy.',
    columns: [{ name: 'name', type: 'text' }],
    rows: [['Ana'], ['Bo'], ['Cy']],
    row_count: 3,
    truncated: false,
    receipt: { source: 'shop' },
  })
  const [{ text }] = result.content as unknown as [{ text: string }]
  expect(text).toContain('There are 3 customers: Ana, Bo and Cy.')
  expect(text).toContain('["Ana"]\n["Bo"]')
  expect(told.length).toBeGreaterThan(0)
  expect(told[0]).toMatchObject({ progress: 1, message: expect.stringContaining('shop') })
  await mcp.close()
})

test('over MCP: with nothing configured the client’s model is told what to write with', async () => {
  const mcp = await client('narrow')
  const result = await mcp.callTool({ name: 'natural_language_query', arguments: { question: 'list customers', source: 'shop' } })
  expect(result.structuredContent).toMatchObject({ status: 'yours', mode: 'client', context: { next: { tool: 'execute_validated_sql' } } })
  expect(JSON.stringify(result)).not.toMatch(/salaries|secret/)
  await mcp.close()
})

test('over MCP: a failure has its code, and a choice its questions', async () => {
  const mcp = await client('ana')
  const ask = (args: Record<string, unknown>) => mcp.callTool({ name: 'natural_language_query', arguments: { mode: 'built-in', ...args } })
  expect(await ask({ question: ' ', source: 'shop' })).toMatchObject({
    isError: true,
    structuredContent: { error: { code: 'question_empty' } },
  })
  expect((await ask({ question: 'best customers', source: 'shop' })).structuredContent).toMatchObject({
    status: 'ask_back',
    choices: [{}, {}],
    rows: [],
  })
  // Where the question says what it is about, no source need be named.
  expect((await ask({ question: 'in stock: how many parts' })).structuredContent).toMatchObject({
    source: 'stock',
    words: 'There are 2 parts.',
  })
  await mcp.close()
})

test('over WebSocket: steps, columns, rows and the answer; cancelling ends it', async () => {
  const server = { ...door.server, port: 0 } as unknown as Started
  const by = (who: 'ana' | 'plain') => ({ headers: { authorization: `Bearer ${door.shop.key(who)}` } })
  const ws = await connected(server, by('ana'))
  ws.send({ type: 'question', id: 1, question: 'list customers', source: 'shop' })
  const done = await ws.last(1)
  expect(done).toMatchObject({ type: 'done', truncated: false, answer: { status: 'answered', rows: 3 } })
  const types = ws.of(1).map(({ type }) => type)
  expect(types.filter((type) => type !== 'step')).toEqual(['columns', 'rows', 'done'])
  expect(ws.of(1).find(({ type }) => type === 'step')).toMatchObject({ step: { step: 'context', says: expect.any(String) } })
  for (let i = 0; i < 60; i++) await door.shop.sql(`INSERT INTO orders (id, note) VALUES (${1000 + i}, 'x')`)
  ws.send({ type: 'question', id: 2, question: 'slow orders', source: 'shop' })
  await ws.last(2, 'step')
  ws.send({ type: 'cancel', id: 2 })
  expect(await ws.last(2)).toMatchObject({ type: 'error', error: { code: 'query_cancelled' } })
  const other = await connected(server, by('plain'))
  other.send({ type: 'question', id: 1, question: 'list customers', source: 'shop' })
  expect(await other.last(1)).toMatchObject({ type: 'error', error: { code: 'tool_refused' } })
})

const asking = { source: 'shop', mode: undefined, limit: undefined, json: false, steps: true }

/** The command line over the shop. */
async function typed(lines: readonly string[], more: Partial<Parameters<typeof askOnes>[0]> = {}) {
  const [input, out, err] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const texts = { out: '', err: '' }
  out.on('data', (chunk) => (texts.out += String(chunk)))
  err.on('data', (chunk) => (texts.err += String(chunk)))
  const env = { SLUICE_API_KEY: door.shop.key('ana') }
  const terminal = { in: input, out, err, env, signal: new AbortController().signal }
  const context = { terminal, config: async () => ({}), withParts: (_: unknown, use: (parts: unknown) => unknown) => use(door.shop.parts) }
  input.end(lines.map((line) => `${line}\n`).join(''))
  const status = await askOnes({ ...asking, question: undefined, ...more }, context as unknown as Context)
  return { status, ...texts }
}

test('on the command line: one question, as a table and words, or as a document', async () => {
  const one = await typed([], { question: 'list customers' })
  expect(one.status).toBe(0)
  expect(one.out).toContain('Ana')
  expect(one.out).toContain('There are 3 customers: Ana, Bo and Cy.')
  expect(one.err).toContain('SELECT name FROM customers ORDER BY id')
  expect(one.err).toMatch(/^context: /)
  const json = await typed([], { question: 'list customers', json: true, steps: false })
  expect(JSON.parse(json.out)).toMatchObject({ status: 'answered', rows: [['Ana'], ['Bo'], ['Cy']], row_count: 3 })
  expect(json.err).toBe('')
  expect((await typed([], { question: 'how many unicorns' })).status).toBe(1)
})

test('on the command line: a conversation, with a choice by its number', async () => {
  const { status, out, err } = await typed(['best customers', '2', ' ', 'x'.repeat(5_000), 'how many customers'])
  expect(out).toContain('2 ways')
  expect(out).toContain('Cy')
  expect(out).toContain('There are 3 customers.')
  expect(err).toContain('at most 4000 characters')
  expect(status).toBe(1)
})
