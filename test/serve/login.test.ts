import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client, ClientCredentialsProvider, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { ClientCredentialsProvider as OlderProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configOf } from '../../src/config/config.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { type RunningProvider, startProvider } from '../auth/provider.ts'

/** The protocol's own clients log in by themselves: they know the address of the gateway, a client id and a secret, and nothing else. */

let folder: string
let provider: RunningProvider
let opened: Opened
let server: HttpServer

const freePort = () =>
  new Promise<number>((resolve) => {
    const taken = createServer().listen(0, '127.0.0.1', () => {
      const { port } = taken.address() as AddressInfo
      taken.close(() => resolve(port))
    })
  })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-login-'))
  const db = new DatabaseSync(join(folder, 'shop.db'))
  db.exec('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)')
  db.close()
  provider = await startProvider()
  const port = await freePort()
  const text = `
sources: { shop: { connector: sqlite, path: shop.db } }
local: { roles: [] }
oidc:
  issuer: ${provider.issuer}
  audience: http://127.0.0.1:${port}/mcp
  required_scopes: [query]
  roles: { default: [read_only] }
`
  opened = openParts(await configOf(join(folder, 'sluice.yaml'), text, {}))
  server = await serveHttp(opened.parts, { host: '127.0.0.1', port })
})
afterAll(async () => {
  await server.close()
  await opened.close()
  await provider.close()
  rmSync(folder, { recursive: true, force: true })
})

const call = { name: 'execute_sql', arguments: { source: 'shop', sql: 'SELECT a FROM t' } }
const agent = { clientId: 'agent', clientSecret: 'secret' }

test.each(['legacy', 'auto'] as const)('the client, %s', async (mode) => {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  const authProvider = new ClientCredentialsProvider({ ...agent, expectedIssuer: provider.issuer })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { authProvider }))
  expect((await client.callTool(call)).structuredContent).toMatchObject({ rows: [[1]] })
  await client.close()
})

test('the client of the first generation', async () => {
  const client = new OlderClient({ name: 'test', version: '1' })
  // This one asks for the scopes that it was made with, whatever the server tells.
  const authProvider = new OlderProvider({ ...agent, scope: 'query' })
  await client.connect(new OlderTransport(new URL(`${server.url}/mcp`), { authProvider }) as never)
  expect((await client.callTool(call)).structuredContent).toMatchObject({ rows: [[1]] })
  await client.close()
})

test('one with a wrong secret stays outside', async () => {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'legacy' } })
  const authProvider = new ClientCredentialsProvider({ ...agent, clientSecret: 'guess', expectedIssuer: provider.issuer })
  await expect(client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { authProvider }))).rejects.toThrow()
})
