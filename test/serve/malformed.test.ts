import { expect, test } from 'vitest'
import { both, json, opened, post, raw, request, started, until } from './running.ts'

const alive = async (url: string) => expect((await post(`${url}/sql/execute`, { sql: 'rows 1' })).status).toBe(200)

test.each([
  ['not JSON', '{"sql":'],
  ['nothing', ''],
  ['two documents', '{} {}'],
  ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['a byte order mark', '\ufeff{}'],
  ['deep nesting', '['.repeat(100_000)],
])('%s is refused, and the server lives', async (_what, body) => {
  const { url } = await started()
  for (const path of ['/sql/execute', '/sql/stream']) {
    const response = await fetch(url + path, { method: 'POST', headers: json, body })
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'body_unreadable' } }])
  }
  const response = await fetch(`${url}/mcp`, { method: 'POST', headers: both, body })
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { id: null, error: { code: -32700, data: { code: 'body_unreadable' } } },
  ])
  await alive(url)
})

test.each([
  ['null', 'null'],
  ['a number', '7'],
  ['no JSON-RPC', '{"id":1,"method":"tools/list"}'],
  ['an empty batch', '[]'],
  ['a batch with nonsense', '[{"jsonrpc":"2.0","id":1,"method":"ping"},1]'],
  ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
  ['an unknown member', '{"jsonrpc":"2.0","id":1,"method":"ping","also":1}'],
])('JSON that is no message, %s, is refused', async (_what, body) => {
  const { url } = await started()
  const response = await fetch(`${url}/mcp`, { method: 'POST', headers: both, body })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { code: expect.any(Number) } })
  await alive(url)
})

test('a form is no JSON', async () => {
  const { url } = await started()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await fetch(`${url}/sql/execute`, { method: 'POST', headers, body: 'sql=x' })
  expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'body_unreadable' } }])
  expect((await fetch(`${url}/mcp`, { method: 'POST', headers, body: 'sql=x' })).status).toBe(415)
})

test('ten megabytes are refused by their announced length, before they are read', async () => {
  const { port, url } = await started()
  const head = request('/sql/execute', '').replace('Content-Length: 0', 'Content-Length: 10000000')
  const answer = await raw(port, head, (text) => text.includes('}}'))
  expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*body_too_large/)
  await alive(url)
})

test('ten megabytes are refused while they are read, when no length was announced', async () => {
  const { port, url, seen } = await started()
  const socket = opened(port)
  let answer = ''
  socket.on('data', (chunk) => {
    answer += String(chunk)
  })
  socket.on('error', () => undefined)
  socket.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n')
  const chunk = `${(100_000).toString(16)}\r\n${' '.repeat(100_000)}\r\n`
  let sent = 0
  while (answer === '' && sent < 100) {
    await new Promise<void>((resolve) => socket.write(chunk, () => resolve()))
    await new Promise((resolve) => setTimeout(resolve, 1))
    sent++
  }
  await until(() => answer.includes('}}'))
  expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*body_too_large/)
  // The answer came long before the hundredth chunk.
  expect(sent).toBeLessThan(80)
  expect(seen.calls).toEqual([])
  await alive(url)
})

test('a bound of the configuration holds', async () => {
  const { url } = await started({ bodyBytesMax: 1000 })
  const ask = (length: number) => post(`${url}/sql/execute`, { sql: 'x'.repeat(length) })
  expect((await ask(900)).status).toBe(200)
  expect((await ask(1100)).status).toBe(413)
})

test('a body that takes too long is not waited for', async () => {
  const { port, url, seen } = await started({ bodyMsMax: 300 })
  const slow = request('/sql/execute', '{"sql":"rows 1"}').slice(0, -3)
  expect(await raw(port, slow)).toMatch(/^HTTP\/1.1 408 [\s\S]*did not arrive in time/)
  expect(seen.calls).toEqual([])
  await alive(url)
})

test('a body that breaks off reaches nobody', async () => {
  const { port, url, seen } = await started()
  const socket = opened(port)
  socket.write(request('/sql/execute', '{"sql":"rows 1"}').slice(0, -3))
  await new Promise((resolve) => setTimeout(resolve, 50))
  socket.destroy()
  await alive(url)
  expect(seen.calls).toHaveLength(1)
})

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', '400'],
  ['a broken header', 'GET / HTTP/1.1\r\nHost localhost\r\n\r\n', '400'],
  ['endless headers', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, '431'],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', '400'],
  ['two lengths', 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc', '400'],
  [
    'a length and chunks',
    'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    '400',
  ],
])('%s is refused and the connection closed', async (_what, bytes, status) => {
  const { port, url } = await started()
  expect(await raw(port, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  await alive(url)
})

test('requests on one connection are answered one after the other', async () => {
  const { port } = await started()
  const two = request('/sql/execute', '{"sql":"rows 1"}') + request('/sql/execute', '{"sql":"rows 2"}', ['Connection: close'])
  const answers = await raw(port, two)
  expect(answers.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2)
  expect(answers.match(/"receipt"/g)).toHaveLength(2)
})

test.each(['/sql/execute', '/sql/stream'])('%s: nonsense after a request does not get into its answer', async (path) => {
  const { port, url, seen } = await started()
  const socket = opened(port)
  let answer = ''
  socket.on('data', (chunk) => (answer += String(chunk)))
  socket.write(request(path, '{"sql":"slow 200"}'))
  await until(() => seen.calls.length === 1 && (path === '/sql/execute' || answer.includes('event: columns')))
  const gone = new Promise((resolve) => socket.once('close', resolve))
  socket.write('nonsense\r\n\r\n')
  await gone
  expect(answer.match(/HTTP\/1.1 \d\d\d /g)).toHaveLength(1)
  await alive(url)
})

test('a request line that names another host in full is judged by its Host header', async () => {
  const { port } = await started()
  expect(await raw(port, 'GET http://evil.example.com/ HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n')).toMatch(
    /^HTTP\/1.1 403 /,
  )
  expect(await raw(port, 'GET //x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 404 /)
})

test('a message never repeats what a request held', async () => {
  const { url } = await started()
  const secret = 'hunter2-hunter2'
  const bodies = [`{"sql":"x","${'a'.repeat(200)}${secret}":1}`, `{"sql":["${secret}"]}`, `{"sql":"x" ${secret}}`]
  for (const body of bodies)
    expect(await (await fetch(`${url}/sql/execute`, { method: 'POST', headers: json, body })).text()).not.toContain(secret)
})
