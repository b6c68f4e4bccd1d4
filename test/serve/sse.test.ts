import { request as httpRequest } from 'node:http'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { afterEach, expect, test } from 'vitest'
import { both, json, post, started, toolCall, until } from './running.ts'

/** The transport of revision 2024-11-05, judged by the client that has it and by bytes. */

const clients: Client[] = []
const streams: { destroy(): void }[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  for (const stream of streams.splice(0)) stream.destroy()
})

async function connected(url: string, path = '/sse'): Promise<Client> {
  const client = new Client({ name: 'old', version: '1' })
  clients.push(client)
  await client.connect(new SSEClientTransport(new URL(url + path)))
  return client
}

type Rows = { rows: unknown[]; receipt: { rows: number } }
type Stream = { status: number; text: () => string; endpoint: () => string; pause(): void; closed: () => boolean; destroy(): void }

/** A stream as bytes. */
function listen(url: string, headers: Record<string, string> = {}): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(`${url}/sse`, { headers }, (response) => {
      let text = ''
      let closed = false
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.once('close', () => (closed = true))
      response.once('error', () => undefined)
      const stream = {
        status: response.statusCode!,
        text: () => text,
        endpoint: () => /^event: endpoint\ndata: (\S+)\n\n/.exec(text)![1]!,
        pause: () => void response.pause(),
        closed: () => closed,
        destroy: () => void response.destroy(),
      }
      streams.push(stream)
      if (response.statusCode !== 200) response.once('end', () => resolve(stream))
      else void until(() => text.includes('\n\n')).then(() => resolve(stream))
    })
    asked.once('error', reject)
    asked.end()
  })
}

test('the client of the older SDK lists, calls, reads and is told of progress', async () => {
  const { url } = await started()
  const client = await connected(url)
  expect(client.getServerVersion()).toMatchObject({ name: 'sluice' })
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('execute_sql')
  const rows = await client.callTool({ name: 'execute_sql', arguments: { source: 'shop', sql: 'rows 3' } })
  expect((rows.structuredContent as Rows).rows).toHaveLength(3)
  const told: number[] = []
  const slow = await client.callTool({ name: 'execute_sql', arguments: { sql: 'slow 15' } }, undefined, {
    onprogress: ({ progress }) => void told.push(progress),
  })
  expect((slow.structuredContent as Rows).receipt.rows).toBe(15)
  expect(told.length).toBeGreaterThan(1)
  expect((await client.readResource({ uri: 'schema://database/tables' })).contents).toHaveLength(1)
  expect((await client.getPrompt({ name: 'explore_schema', arguments: { source: 'shop' } })).messages).toHaveLength(1)
  const done = await client.complete({ ref: { type: 'ref/prompt', name: 'write_query' }, argument: { name: 'source', value: 's' } })
  expect(done.completion.values).toEqual(['shop'])
})

test('large answers come whole, and those of several clients do not mix', async () => {
  const { url } = await started()
  const several = await Promise.all([connected(url), connected(url), connected(url)])
  const asked = several.flatMap((client, i) =>
    [1, 2, 3].map(async (n) => {
      const count = 10_000 * (i + 1) + n
      const { structuredContent } = await client.callTool({ name: 'execute_sql', arguments: { sql: `rows ${count} 5` } })
      expect((structuredContent as Rows).rows).toHaveLength(count)
    }),
  )
  await Promise.all(asked)
})

test('groups are chosen in the address, and the paths in the configuration', async () => {
  const { url } = await started({ ssePath: '/events', messagesPath: '/send/' })
  const client = await connected(url, '/events?groups=query')
  const { tools } = await client.listTools()
  expect(tools.every(({ name }) => name !== 'list_sources')).toBe(true)
  expect((await fetch(`${url}/sse`)).status).toBe(404)
  expect((await fetch(`${url}/events?groups=nonsense`)).status).toBe(400)
})

test('a cancelled call ends its query, and so does a client that leaves', async () => {
  const { url, seen } = await started()
  const client = await connected(url)
  const leaving = new AbortController()
  const waiting = client.callTool({ name: 'execute_sql', arguments: { sql: 'wait' } }, undefined, { signal: leaving.signal })
  waiting.catch(() => undefined)
  await until(() => seen.calls.length === 1)
  leaving.abort()
  await until(() => seen.aborted.length === 1)
  client.callTool({ name: 'execute_sql', arguments: { sql: 'wait' } }).catch(() => undefined)
  await until(() => seen.calls.length === 2)
  await client.close()
  await until(() => seen.aborted.length === 2)
})

test('a stream belongs to its principal, and each of its messages needs a credential', async () => {
  const { url, seen } = await started({ hands: { keys: { mine: 'me', theirs: 'them' } } })
  const wrong = await listen(url, { authorization: 'Bearer nobody' })
  expect(wrong.status).toBe(401)
  const stream = await listen(url, { authorization: 'Bearer mine' })
  const to = url + stream.endpoint()
  const send = (authorization: string) => post(to, toolCall('rows 1'), { ...json, authorization })
  expect((await send('Bearer theirs')).status).toBe(404)
  expect((await send('Bearer nobody')).status).toBe(401)
  expect((await post(to, toolCall('rows 1'))).status).toBe(404)
  expect((await post(`${url}/messages/?session_id=${'0'.repeat(32)}`, toolCall('rows 1'))).status).toBe(404)
  expect((await post(`${url}/messages/`, toolCall('rows 1'))).status).toBe(404)
  expect(seen.calls).toEqual([])
  const taken = await send('Bearer mine')
  expect([taken.status, await taken.text()]).toEqual([202, 'Accepted'])
  await until(() => stream.text().includes('"id":1'))
  expect(stream.text()).toMatch(/\n\nevent: message\ndata: \{"jsonrpc":"2\.0","id":1,.*\}\n\n$/)
})

test('what is no message is refused, and the stream lives', async () => {
  const { url } = await started()
  const stream = await listen(url)
  const to = url + stream.endpoint()
  expect((await post(to, 'nonsense')).status).toBe(400)
  expect((await fetch(to, { method: 'POST', body: '{}' })).status).toBe(400)
  await post(to, [1])
  await until(() => stream.text().includes('-32600'))
  await post(to, { jsonrpc: '2.0', id: 2, method: 'ping' })
  await until(() => stream.text().includes('{"jsonrpc":"2.0","id":2,"result":{}}'))
})

test('a silent stream is kept open by comments, and there are not more streams than allowed', async () => {
  const { url } = await started({ beatMs: 5, sessionsMax: 4, hands: { keys: { mine: 'me', theirs: 'them' } } })
  const [first] = [await listen(url), await listen(url)]
  await until(() => first.text().includes('\n\n: \n\n: \n\n'))
  const third = await listen(url)
  expect(third.status).toBe(429)
  // Nobody takes the streams of others.
  const mine = { authorization: 'Bearer mine' }
  expect([(await listen(url, mine)).status, (await listen(url, mine)).status]).toEqual([200, 200])
  expect((await listen(url, { authorization: 'Bearer theirs' })).status).toBe(429)
  first.destroy()
  let again = third
  while (again.status !== 200) again = await listen(url)
})

test('who does not read is not read for: the source waits, and other clients do not', async () => {
  const { url, seen } = await started()
  const stream = await listen(url)
  stream.pause()
  const to = url + stream.endpoint()
  await post(to, toolCall('rows 5000000 50'))
  await until(() => seen.calls.length === 1)
  const other = await connected(url)
  const { structuredContent } = await other.callTool({ name: 'execute_sql', arguments: { sql: 'rows 2' } })
  expect((structuredContent as Rows).rows).toHaveLength(2)
  stream.destroy()
  await until(() => seen.aborted.length === 1)
})

test.each(['/sse', '/messages/', '/mcp', '/mcp/resources'])('a credential in the address of %s is refused', async (path) => {
  const { url, seen } = await started({ hands: { key: 'secret-key' } })
  for (const name of ['access_token', 'token', 'api_key']) {
    const method = path === '/sse' || path.endsWith('resources') ? 'GET' : 'POST'
    const body = method === 'POST' ? JSON.stringify(toolCall('rows 1')) : null
    const answer = await fetch(`${url}${path}?${name}=secret-key`, {
      method,
      body,
      headers: { ...json, accept: 'application/json, text/event-stream' },
    })
    expect([400, 401]).toContain(answer.status)
    expect(await answer.text()).not.toContain('secret-key')
  }
  expect(seen.calls).toEqual([])
})

test('a stream ends with the credential that opened it', async () => {
  const ending = new AbortController()
  const { url } = await started({ hands: { until: ending.signal } })
  const stream = await listen(url)
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'c', version: '1' } }
  const shaken = await post(`${url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'initialize', params }, both)
  const headers = { accept: 'text/event-stream', 'mcp-session-id': shaken.headers.get('mcp-session-id')! }
  const session = await fetch(`${url}/mcp`, { headers })
  expect([stream.closed(), session.status]).toEqual([false, 200])
  ending.abort()
  await until(stream.closed)
  await expect(session.text()).rejects.toThrow()
})
