import { PassThrough } from 'node:stream'
import { Client as ClientV2, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { afterEach, expect, test } from 'vitest'
import type { Parts } from '../../src/gateway.ts'
import { Sessions } from '../../src/serve/mcp-sessions.ts'
import { serveHttp, serveStdio } from '../../src/serve/serve.ts'
import { hands, schema } from './doubles.ts'
import { both, post, until } from './running.ts'

/** Clients are told when the configuration or a schema changes, by whatever their revision has for it. */

const open: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

/** Hands that can change: `reload` puts others in their place, `migrate` gives a source another schema. */
function changing() {
  const versions = new Map<string, number>()
  const sources = ['shop', 'stock']
  const make = (): Parts => {
    const own = hands({ sources })
    const get = async (name: string) => ({
      ...(await own.sources.get(name)),
      schema: async () => ({ ...schema, version: String(versions.get(name) ?? 1) }),
    })
    return { ...own, sources: { ...own.sources, get } as unknown as Parts['sources'], now: () => current }
  }
  let current: Parts = make()
  return {
    parts: current,
    reload() {
      current = make()
    },
    migrate: (name: string) => void versions.set(name, (versions.get(name) ?? 1) + 1),
  }
}

const told: string[] = []
afterEach(() => void told.splice(0))

const uri = 'schema://shop/tables'
type Client = { subscribe(uri: string): Promise<unknown>; unsubscribe?(uri: string): Promise<unknown> }

function hearV1(client: ClientV1): void {
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => void told.push('tools'))
  client.setNotificationHandler(PromptListChangedNotificationSchema, () => void told.push('prompts'))
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () => void told.push('resources'))
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void told.push(params.uri))
}

function hearV2(client: ClientV2): void {
  client.setNotificationHandler('notifications/tools/list_changed', () => void told.push('tools'))
  client.setNotificationHandler('notifications/prompts/list_changed', () => void told.push('prompts'))
  client.setNotificationHandler('notifications/resources/list_changed', () => void told.push('resources'))
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => void told.push(params.uri))
}

async function served(parts: Parts): Promise<string> {
  const server = await serveHttp(parts, { host: '127.0.0.1', port: 0, lookMs: 5 })
  open.push(() => server.close())
  return server.url
}

async function v1(parts: Parts, transport: (url: string) => unknown): Promise<Client> {
  const client = new ClientV1({ name: 'v1', version: '1' })
  hearV1(client)
  await client.connect(transport(await served(parts)) as Parameters<ClientV1['connect']>[0])
  open.push(() => client.close())
  await client.listTools()
  return { subscribe: (uri) => client.subscribeResource({ uri }), unsubscribe: (uri) => client.unsubscribeResource({ uri }) }
}

/** Streams and bytes, as a client over stdio sees them. */
async function stdio(parts: Parts): Promise<Client> {
  const input = new PassThrough()
  const output = new PassThrough()
  const done = serveStdio(parts, { input, output, lookMs: 5 })
  open.push(async () => {
    input.end()
    await done
  })
  let answers = 0
  let text = ''
  output.on('data', (chunk) => {
    const lines = (text + String(chunk)).split('\n')
    text = lines.pop()!
    for (const line of lines) {
      const { method, params } = JSON.parse(line) as { method?: string; params?: { uri: string } }
      const list = /^notifications\/(tools|prompts|resources)\/list_changed$/.exec(method ?? '')?.[1]
      if (method === undefined) answers++
      else told.push(list ?? params!.uri)
    }
  })
  let id = 0
  const ask = async (method: string, params: object) => {
    const before = answers
    input.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })}\n`)
    await until(() => answers > before)
  }
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } })
  input.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
  await ask('tools/list', {})
  return { subscribe: (uri) => ask('resources/subscribe', { uri }), unsubscribe: (uri) => ask('resources/unsubscribe', { uri }) }
}

const sessions: [string, (parts: Parts) => Promise<Client>][] = [
  ['v1, streamable HTTP', (parts) => v1(parts, (url) => new TransportV1(new URL(`${url}/mcp`)))],
  ['v1, older SSE', (parts) => v1(parts, (url) => new SSEClientTransport(new URL(`${url}/sse`)))],
  [
    'v2, revision 2025-11-25',
    async (parts) => {
      const client = new ClientV2({ name: 'v2', version: '1' }, { versionNegotiation: { mode: 'legacy' } })
      hearV2(client)
      await client.connect(new StreamableHTTPClientTransport(new URL(`${await served(parts)}/mcp`)))
      open.push(() => client.close())
      return { subscribe: (uri) => client.subscribeResource({ uri }), unsubscribe: (uri) => client.unsubscribeResource({ uri }) }
    },
  ],
  [
    'v2, revision 2026-07-28',
    async (parts) => {
      const client = new ClientV2({ name: 'v2', version: '1' }, { versionNegotiation: { mode: 'auto' } })
      hearV2(client)
      await client.connect(new StreamableHTTPClientTransport(new URL(`${await served(parts)}/mcp`)))
      open.push(() => client.close())
      const lists = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true }
      return { subscribe: (uri) => client.listen({ ...lists, resourceSubscriptions: [uri] }) }
    },
  ],
  ['stdio', stdio],
]

/** Changes again and again until it is told: a stream opens a moment after its client. */
async function untilTold(what: string, change: () => void): Promise<void> {
  while (!told.includes(what)) {
    change()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test.each(sessions)('%s: a changed schema is told to who watches it, and no other', async (_, connect) => {
  const house = changing()
  const client = await connect(house.parts)
  await client.subscribe(uri)
  house.migrate('stock')
  await untilTold(uri, () => house.migrate('shop'))
  expect(told.filter((one) => one !== uri)).toEqual([])
  if (!client.unsubscribe) return
  await client.unsubscribe(uri)
  told.splice(0)
  house.migrate('shop')
  await untilTold('tools', house.reload)
  expect(told).not.toContain(uri)
})

test.each(sessions)('%s: a reloaded configuration is told by its lists', async (_, connect) => {
  const house = changing()
  const client = await connect(house.parts)
  if (!client.unsubscribe) await client.subscribe(uri)
  await untilTold('resources', house.reload)
  await until(() => ['tools', 'prompts', 'resources'].every((list) => told.includes(list)))
})

test('only what a caller may read is watched, and rows are not', async () => {
  const house = changing()
  for (const [, connect] of sessions.slice(0, 4)) {
    const client = await connect(house.parts)
    await expect(client.subscribe('schema://hidden/tables')).rejects.toThrow()
    await expect(client.subscribe('table://shop/orders')).rejects.toThrow()
  }
})

test('without a session there is nobody to tell', async () => {
  const url = await served(changing().parts)
  const message = { jsonrpc: '2.0', id: 1, method: 'resources/subscribe', params: { uri } }
  const refused = (await (await post(`${url}/mcp`, message, both)).text()) as string
  expect(refused).toContain('Mcp-Session-Id')
  expect((await fetch(`${url}/mcp`, { headers: { accept: 'text/event-stream' } })).status).toBe(405)
  const unknown = { accept: 'text/event-stream', 'mcp-session-id': '0' }
  expect((await fetch(`${url}/mcp`, { headers: unknown })).status).toBe(404)
})

test('a session ends when its client says so', async () => {
  const url = await served(changing().parts)
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'c', version: '1' } }
  const shaken = await post(`${url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'initialize', params }, both)
  const headers = { 'mcp-session-id': shaken.headers.get('mcp-session-id')! }
  const stream = await fetch(`${url}/mcp`, { headers: { ...headers, accept: 'text/event-stream' } })
  expect(stream.headers.get('content-type')).toBe('text/event-stream')
  expect((await fetch(`${url}/mcp`, { method: 'DELETE', headers })).status).toBe(200)
  expect(await stream.text()).toBe('')
  expect((await fetch(`${url}/mcp`, { method: 'DELETE', headers })).status).toBe(404)
  // Without its session the client is answered all the same.
  const ping = await post(`${url}/mcp`, { jsonrpc: '2.0', id: 2, method: 'ping' }, { ...both, ...headers })
  expect(await ping.json()).toEqual({ jsonrpc: '2.0', id: 2, result: {} })
})

test('sessions are bounded in number and time, and those that are forgotten are none', async () => {
  const few = new Sessions({ sessionsMax: 2 })
  const [first, second] = [few.open('a', {}), few.open('a', {})]
  expect(few.find(first.id, 'a')).toBe(first)
  few.open('a', {})
  expect(few.find(second.id, 'a')).toBeUndefined()
  expect(few.find(first.id, 'a')).toBe(first)
  expect(few.find(first.id, 'b')).toBeUndefined()
  expect(few.find(undefined, 'a')).toBeUndefined()

  const short = new Sessions({ idleMs: 1 })
  const idle = short.open('a', {})
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(short.find(idle.id, 'a')).toBeUndefined()
})
