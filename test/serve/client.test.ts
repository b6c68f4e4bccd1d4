import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterEach, expect, test } from 'vitest'
import { started, until } from './running.ts'

/** The protocol's own client judges our doors, with both ways of finding a revision. */

const clients: Client[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

const modes = [
  ['legacy', '2025-11-25'],
  ['auto', '2026-07-28'],
] as const

function client(mode: 'legacy' | 'auto'): Client {
  const made = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  clients.push(made)
  return made
}

type Rows = { rows: [number, string][]; receipt: { rows: number } }

async function useAll(using: Client): Promise<void> {
  const { tools } = await using.listTools()
  expect(tools.map((tool) => tool.name)).toContain('execute_sql')
  const sources = await using.callTool({ name: 'list_sources', arguments: {} })
  expect(sources.structuredContent).toMatchObject({ sources: [{ name: 'shop' }] })
  const found = await using.callTool({ name: 'search_schema', arguments: { query: 'orders' } })
  expect(found.structuredContent).toMatchObject({ tables: [{ table: 'orders' }, { table: 'sales.OrderItems' }] })
  const table = await using.callTool({ name: 'describe_table', arguments: { source: 'shop', table: 'orders' } })
  expect(table.structuredContent).toMatchObject({ table: 'orders' })
  const rows = await using.callTool({ name: 'execute_sql', arguments: { source: 'shop', sql: 'rows 3' } })
  expect((rows.structuredContent as Rows).rows).toHaveLength(3)
  const plan = await using.callTool({ name: 'explain_query', arguments: { source: 'shop', sql: 'x' } })
  expect(plan.isError).toBeUndefined()
  const failed = await using.callTool({ name: 'execute_sql', arguments: { source: 'shop', sql: 'fail table_unknown' } })
  expect(failed).toMatchObject({ isError: true, structuredContent: { error: { code: 'table_unknown' } } })
  await expect(using.callTool({ name: 'no_such', arguments: {} })).rejects.toMatchObject({ code: -32602 })
  const { resources } = await using.listResources()
  expect(resources.map(({ uri }) => uri)).toContain('table://shop/orders')
  const { contents } = await using.readResource({ uri: 'schema://database/table/orders' })
  expect(JSON.parse((contents[0] as { text: string }).text)).toMatchObject({ source: 'shop', table: 'orders' })
  const { prompts } = await using.listPrompts()
  expect(prompts.map(({ name }) => name)).toEqual(['explore_schema', 'write_query', 'review_query', 'explain_result'])
}

test.each(modes)('over HTTP, %s: every tool answers', async (mode) => {
  const { url } = await started()
  const using = client(mode)
  await using.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)))
  expect(using.getServerVersion()).toMatchObject({ name: 'sluice' })
  await useAll(using)
})

test.each(modes)('over stdio, %s: every tool answers', async (mode) => {
  const using = client(mode)
  await using.connect(new StdioClientTransport({ command: process.execPath, args: ['test/serve/stdio-child.ts'], stderr: 'inherit' }))
  expect(using.getServerVersion()).toMatchObject({ name: 'sluice' })
  await useAll(using)
})

test('over stdio, the client of the older SDK: every tool answers', async () => {
  const using = new ClientV1({ name: 'v1', version: '1' })
  await using.connect(new StdioV1({ command: process.execPath, args: ['test/serve/stdio-child.ts'], stderr: 'inherit' }))
  try {
    expect(using.getServerVersion()).toMatchObject({ name: 'sluice' })
    await useAll(using as unknown as Client)
  } finally {
    await using.close()
  }
})

test.each(modes)('over HTTP, %s: progress is told and cancelling ends the call', async (mode) => {
  const { url, seen } = await started()
  const using = client(mode)
  await using.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)))
  const told: number[] = []
  const slow = await using.callTool(
    { name: 'execute_sql', arguments: { sql: 'slow 15' } },
    { onprogress: ({ progress }) => void told.push(progress) },
  )
  expect((slow.structuredContent as Rows).receipt.rows).toBe(15)
  expect(told.length).toBeGreaterThan(1)

  const leaving = new AbortController()
  const waiting = using.callTool({ name: 'execute_sql', arguments: { sql: 'wait' } }, { signal: leaving.signal })
  waiting.catch(() => undefined)
  await until(() => seen.calls.length === 2)
  leaving.abort()
  await expect(waiting).rejects.toThrow()
  await until(() => seen.aborted.length === 1)
})

test.each(modes)('over stdio, %s: a cancelled call does not hold the next', async (mode) => {
  const using = client(mode)
  await using.connect(new StdioClientTransport({ command: process.execPath, args: ['test/serve/stdio-child.ts'], stderr: 'inherit' }))
  const leaving = new AbortController()
  const waiting = using.callTool({ name: 'execute_sql', arguments: { sql: 'wait' } }, { signal: leaving.signal })
  setTimeout(() => leaving.abort(), 20)
  await expect(waiting).rejects.toThrow()
  const rows = await using.callTool({ name: 'execute_sql', arguments: { sql: 'rows 2' } })
  expect((rows.structuredContent as Rows).rows).toHaveLength(2)
})

test('a million small cells reach the client whole', async () => {
  const { url } = await started()
  const using = client('auto')
  await using.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)))
  const { structuredContent } = await using.callTool({ name: 'execute_sql', arguments: { sql: 'rows 100000 5' } })
  const { rows } = structuredContent as Rows
  expect(rows).toHaveLength(100_000)
  expect(rows.every(([id], i) => id === i + 1)).toBe(true)
})
