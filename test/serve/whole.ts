import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PassThrough } from 'node:stream'
import { Client as ClientV2, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { makeKey } from '../../src/auth/auth.ts'
import { configOf } from '../../src/config/config.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { type HttpOptions, type HttpServer, serveHttp, serveStdio } from '../../src/serve/serve.ts'
import { groupsNamed } from '../../src/tools/declared.ts'

/** The whole house over two SQLite files, with several callers, through every MCP door. */

export type Whole = Readonly<{
  opened: Opened
  server: HttpServer
  folder: string
  keys: Readonly<Record<string, string>>
  close(): Promise<void>
}>

const roles = `
roles:
  support:
    sources:
      shop:
        tables: { allow: [customers, orders], deny: [salaries] }
        columns: { customers: { deny: [password], mask: { email: email } } }
        rows: { orders: 'customer_id < 3' }
        actions: [read, explain]
        limits: { rows: 50000, seconds: 20, concurrent: 100, per_minute: 100000 }
  nothing: { sources: {} }
local: { roles: [admin] }
`

export async function whole(callers: Readonly<Record<string, string>>, options: Partial<HttpOptions> = {}, more = ''): Promise<Whole> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-mcp-'))
  for (const name of ['shop', 'stock']) {
    const file = new DatabaseSync(join(folder, `${name}.db`))
    file.exec(`
      CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT, password TEXT);
      CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), note TEXT);
      CREATE TABLE salaries (id INTEGER PRIMARY KEY, amount INTEGER);
      CREATE TABLE "odd ""name/of.it" (id INTEGER PRIMARY KEY);
      CREATE INDEX orders_by_customer ON orders (customer_id);
      INSERT INTO customers VALUES (1, 'Ana', 'ana@example.com', 'secret'), (2, 'Bo', 'bo@example.com', 'secret'), (3, 'Cy', NULL, 'secret');
      INSERT INTO orders VALUES (1, 1, 'a "quoted", note'), (2, 2, ''), (3, 3, NULL);
      INSERT INTO salaries VALUES (1, 987654);`)
    file.close()
  }
  const made = Object.fromEntries(Object.keys(callers).map((name) => [name, makeKey()]))
  const keys = Object.entries(callers).map(([name, role]) => `  - { name: ${name}, hash: '${made[name]!.hash}', roles: [${role}] }`)
  const text = `sources:\n  shop: { connector: sqlite, path: ./shop.db }\n  stock: { connector: sqlite, path: ./stock.db }\n${roles}keys:\n${keys.join('\n')}\n${more}`
  writeFileSync(join(folder, 'sluice.yaml'), text)
  const config = await configOf(join(folder, 'sluice.yaml'), text, {})
  const opened = openParts(config)
  const { groups, ssePath, messagesPath } = config.server
  const configured = { ssePath, messagesPath, groups: groups && groupsNamed(groups.join()) }
  const server = await serveHttp(opened.parts, { host: '127.0.0.1', port: 0, ...configured, ...options })
  return {
    opened,
    server,
    folder,
    keys: Object.fromEntries(Object.entries(made).map(([name, { key }]) => [name, key])),
    async close() {
      await server.close()
      await opened.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What every client of either generation can do, as far as the tests of doors need it. */
export type AnyClient = Pick<ClientV1, 'close'> & {
  listTools(params?: { cursor?: string }): Promise<{ tools: { name: string }[]; nextCursor?: string | undefined }>
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<{
    isError?: unknown
    structuredContent?: unknown
  }>
  listResources(): Promise<{ resources: { uri: string }[] }>
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>
  readResource(params: { uri: string }): Promise<{ contents: unknown[] }>
  listPrompts(): Promise<{ prompts: { name: string }[] }>
  getPrompt(params: { name: string; arguments?: Record<string, string> }): Promise<{ messages: { content: unknown }[] }>
  complete(params: object): Promise<{ completion: { values: string[] } }>
}

type Connect = (whole: Whole, key: string | undefined, groups: string | undefined) => Promise<AnyClient>

const init = (key: string | undefined) => ({ requestInit: { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } } })
const version = { name: 'test', version: '1' }

const http2 =
  (mode: 'legacy' | 'auto'): Connect =>
  async ({ server }, key, groups) => {
    const client = new ClientV2(version, { versionNegotiation: { mode } })
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${server.url}/mcp${groups === undefined ? '' : `/${groups}`}`), init(key)),
    )
    return client as unknown as AnyClient
  }

async function v1(transport: Parameters<ClientV1['connect']>[0]): Promise<AnyClient> {
  const client = new ClientV1(version)
  await client.connect(transport)
  return client as unknown as AnyClient
}

/** A v1 client on a pair of streams in this process. */
const stdio: Connect = async ({ opened }, key, groups) => {
  const input = new PassThrough()
  const output = new PassThrough()
  const chosen = groups === undefined ? undefined : groupsNamed(groups)
  const credential = key === undefined ? ({ kind: 'local' } as const) : ({ kind: 'bearer', token: key } as const)
  const done = serveStdio(opened.parts, { input, output, credential, groups: () => chosen })
  type Transport = Parameters<ClientV1['connect']>[0]
  const transport: Transport = {
    async start() {
      let text = ''
      output.on('data', (chunk) => {
        const lines = (text + String(chunk)).split('\n')
        text = lines.pop()!
        for (const line of lines) transport.onmessage?.(JSON.parse(line))
      })
    },
    async send(message) {
      input.write(`${JSON.stringify(message)}\n`)
    },
    async close() {
      input.end()
      await done
    },
  }
  return await v1(transport)
}

/** Every MCP door, with every generation of clients and both ways of finding a revision. */
export const doors: readonly (readonly [string, Connect])[] = [
  ['HTTP, revision 2026-07-28', http2('auto')],
  ['HTTP, revision 2025-11-25', http2('legacy')],
  [
    'HTTP, v1 client',
    ({ server }, key, groups) =>
      v1(
        new TransportV1(new URL(`${server.url}/mcp${groups === undefined ? '' : `?groups=${groups}`}`), init(key)) as Parameters<
          ClientV1['connect']
        >[0],
      ),
  ],
  [
    'older SSE',
    ({ server }, key, groups) =>
      v1(new SSEClientTransport(new URL(`${server.url}/sse${groups === undefined ? '' : `?groups=${groups}`}`), init(key))),
  ],
  ['stdio', stdio],
]
