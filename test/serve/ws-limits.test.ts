import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SluiceError } from '../../src/error.ts'
import { until as holds, opened, raw, started } from './running.ts'
import { type Client, connected, turnedAway } from './ws-client.ts'

test('/ws without an upgrade says what it wants, and no other path becomes a socket', async () => {
  const server = await started()
  const answer = await fetch(`${server.url}/ws`)
  expect([answer.status, answer.headers.get('upgrade'), await answer.json()]).toMatchObject([
    426,
    'websocket',
    { error: { code: 'socket_refused' } },
  ])
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
  const ask = (path: string, lines: readonly string[]) =>
    raw(server.port, [`GET ${path} HTTP/1.1`, 'Host: localhost', ...lines, '', ''].join('\r\n'), (text) => text.includes('\r\n\r\n'))
  expect(await ask('/health', upgrade)).toMatch(/^HTTP\/1\.1 200 /)
  expect(await ask('/', ['Connection: Upgrade', 'Upgrade: h2c'])).toMatch(/^HTTP\/1\.1 200 /)
  expect(await ask('/ws', ['Connection: Upgrade', 'Upgrade: h2c'])).toMatch(/^HTTP\/1\.1 426 /)
  expect(await ask('/ws', upgrade)).toMatch(/^HTTP\/1\.1 101 /)
  expect(await ask('/ws', upgrade.with(2, 'Sec-WebSocket-Version: 12'))).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect(await ask('/ws', upgrade.with(3, 'Sec-WebSocket-Key: short'))).toMatch(/^HTTP\/1\.1 400 /)
})

test('what is too large is told and closes with 1009; nothing of it runs', async () => {
  const server = await started({ ws: { messageBytesMax: 10_000 } })
  const client = await connected(server)
  client.send({ type: 'sql', id: 1, sql: `rows 1 ${'x'.repeat(10_000)}` })
  expect(await client.last(undefined)).toMatchObject({ type: 'error', error: { code: 'socket_refused' } })
  expect(await client.gone()).toBe(1009)
  expect(server.seen.calls).toEqual([])
})

test('a frame that only says that it is huge is refused at once', async () => {
  const server = await started()
  const socket = opened(server.port)
  const head = ['GET /ws HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
  socket.write([...head, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''].join('\r\n'))
  let came = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    came = Buffer.concat([came, chunk])
  })
  await holds(() => came.includes('\r\n\r\n'))
  const claimed = Buffer.alloc(14)
  claimed.writeUInt8(0x81, 0)
  claimed.writeUInt8(0xff, 1)
  claimed.writeBigUInt64BE(1n << 40n, 2)
  socket.write(claimed)
  await holds(() => came.includes('socket_refused') && came.includes(Buffer.from([0x88, 0x02, 0x03, 0xf1])))
})

test.each([
  ['an unmasked frame', Buffer.from([0x81, 0x02, 0x7b, 0x7d]), 1002],
  ['a reserved bit', Buffer.from([0xf1, 0x80, 0, 0, 0, 0]), 1002],
  ['text that is not UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]), 1007],
])('%s closes the socket and nothing else', async (_name, frame, code) => {
  const server = await started()
  const client = await connected(server)
  const other = await connected(server)
  ;(client.ws as unknown as { _socket: { write(data: Buffer): void } })._socket.write(frame)
  expect(await client.gone()).toBe(code)
  expect(client.seen[0]).toMatchObject({ type: 'error', error: { code: 'socket_refused' } })
  other.send({ type: 'ping', id: 1 })
  await other.last(1)
})

test('a binary message is refused', async () => {
  const client = await connected(await started())
  client.ws.send(Buffer.from('{"type":"ping"}'), { binary: true })
  expect(await client.gone()).toBe(1003)
  expect(client.seen).toMatchObject([{ type: 'error', error: { code: 'socket_refused' } }])
})

test.each(['messages', 'pings'])('%s that come too fast are told and close with 1008', async (what) => {
  const server = await started({ ws: { messagesPerSecond: 1, burst: 10 } })
  const client = await connected(server)
  for (let i = 0; i < 12; i++) what === 'pings' ? client.ws.ping() : client.send({ type: 'ping', id: i })
  expect(await client.gone()).toBe(1008)
  expect(client.seen.at(-1)).toMatchObject({ type: 'error', error: { code: 'socket_refused' } })
})

test('only so many queries at once, on each socket', async () => {
  const server = await started({ ws: { queriesMax: 2 } })
  const client = await connected(server)
  for (const id of [1, 2]) client.send({ type: 'sql', id, sql: 'wait' })
  await Promise.all([1, 2].map((id) => client.last(id, 'columns')))
  client.send({ type: 'sql', id: 3, sql: 'rows 1' })
  expect(await client.last(3)).toMatchObject({ error: { code: 'concurrency_limited' } })
  client.send({ type: 'cancel', id: 1 })
  await client.last(1)
  client.send({ type: 'sql', id: 4, sql: 'rows 1' })
  expect(await client.last(4)).toMatchObject({ type: 'done' })
})

test('only so many sockets for each caller and in all; those that go make room', async () => {
  const server = await started({ ws: { socketsEachMax: 2, socketsMax: 3 }, hands: { keys: { a: 'Ana', b: 'Bo' } } })
  const by = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })
  const first = await connected(server, by('a'))
  await connected(server, by('a'))
  expect(await turnedAway(server, by('a'))).toMatchObject({
    status: 429,
    error: { code: 'concurrency_limited' },
    headers: { 'retry-after': '1' },
  })
  await connected(server, by('b'))
  expect(await turnedAway(server, by('b'))).toMatchObject({ status: 429 })
  first.ws.close()
  await first.gone()
  let again: Client | undefined
  await holds(() => {
    if (!again)
      void connected(server, by('a')).then(
        (client) => (again = client),
        () => undefined,
      )
    return again !== undefined
  })
})

test('a client that reads slowly slows its source, and gets everything', async () => {
  const server = await started({ ws: { bufferedBytesMax: 100_000 } })
  const client = await connected(server)
  let sent = 0
  const total = 40_000
  client.ws.pause()
  client.send({ type: 'sql', id: 1, sql: `rows ${total} 1000` })
  const before = process.memoryUsage().arrayBuffers
  await holds(() => server.seen.calls.length === 1)
  // The kernel takes a few megabytes; of forty the rest must stay in the source.
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
  expect(client.of(1).some(({ type }) => type === 'done')).toBe(false)
  client.ws.resume()
  expect(await client.last(1)).toMatchObject({ type: 'done', receipt: { rows: total } })
  for (const { type, rows } of client.of(1)) if (type === 'rows') sent += (rows as unknown[]).length
  expect(sent).toBe(total)
})

test('a client that gives no sign of life is gone, and its queries with it', async () => {
  const server = await started({ ws: { beatMs: 30 } })
  const dead = await connected(server, { options: { autoPong: false } })
  const alive = await connected(server)
  dead.send({ type: 'sql', id: 1, sql: 'wait' })
  alive.send({ type: 'sql', id: 1, sql: 'wait' })
  expect(await dead.gone()).toBe(1006)
  await holds(() => server.seen.aborted.length === 1)
  alive.send({ type: 'ping', id: 2 })
  await alive.last(2)
  expect(server.seen.aborted).toHaveLength(1)
})

test('a server that stops lets running queries end, takes no new ones and says good-bye', async () => {
  const server = await started()
  const idle = await connected(server)
  const busy = await connected(server)
  busy.send({ type: 'sql', id: 1, sql: 'slow 10' })
  await busy.last(1, 'rows')
  const closing = server.close()
  expect(await idle.gone()).toBe(1001)
  busy.send({ type: 'sql', id: 2, sql: 'rows 1' })
  expect(await busy.last(2)).toMatchObject({ error: { code: 'stopping' } })
  expect(await busy.last(1)).toMatchObject({ type: 'done', receipt: { rows: 10 } })
  expect(await busy.gone()).toBe(1001)
  await closing
})

test('a key that is revoked ends its sockets', async () => {
  const ends = new AbortController()
  const server = await started({ hands: { until: ends.signal } })
  const client = await connected(server)
  client.send({ type: 'sql', id: 1, sql: 'wait' })
  await client.last(1, 'columns')
  ends.abort(new SluiceError('credential_revoked', 'This key was revoked.'))
  expect(await client.gone()).toBe(1008)
  expect(client.seen.at(-1)).toMatchObject({ type: 'error', error: { code: 'credential_revoked' } })
  await holds(() => server.seen.aborted.length === 1)
})

test('a client that only sends and never reads is cut off', async () => {
  const server = await started({ ws: { messagesPerSecond: 1e6, burst: 1e6 } })
  const client = await connected(server)
  const socket = (client.ws as unknown as { _socket: { pause(): void } })._socket
  socket.pause()
  const id = 'x'.repeat(128)
  let sent = 0
  await holds(() => {
    for (let i = 0; i < 5_000 && client.ws.readyState === client.ws.OPEN; i++, sent++) client.send({ type: 'ping', id })
    return client.ws.readyState !== client.ws.OPEN || sent > 2_000_000
  })
  expect(sent).toBeLessThan(2_000_000)
})

test('whatever bytes and messages come, the server answers the next client, and nothing is `internal`', async () => {
  const server = await started()
  const head = ['GET /ws HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
  const hello = Buffer.from([...head, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''].join('\r\n'))
  const masked = (text: string) => {
    const body = Buffer.from(text)
    const length = body.length < 126 ? [0x80 | body.length] : [0xfe, body.length >> 8, body.length & 0xff]
    return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), body])
  }
  const message = fc.record(
    {
      type: fc.constantFrom('sql', 'question', 'cancel', 'ping', 'x', 1),
      id: fc.oneof(fc.constantFrom(1, 'a', ''), fc.jsonValue({ maxDepth: 1 })),
      sql: fc.oneof(fc.constantFrom('rows 2', 'fail table_unknown'), fc.jsonValue({ maxDepth: 1 })),
      params: fc.jsonValue({ maxDepth: 2 }),
      source: fc.constantFrom('shop', 'none', 3),
    },
    { requiredKeys: [] },
  )
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    message.map((one) => masked(JSON.stringify(one))),
    fc.json().map(masked),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 6 }), async (pieces) => {
      const socket = opened(server.port)
      let came = ''
      socket.on('data', (chunk) => {
        came += String(chunk)
      })
      socket.on('error', () => undefined)
      socket.write(hello)
      await holds(() => came.includes('\r\n\r\n'))
      for (const piece of pieces) socket.write(piece)
      // A close frame, so that whatever was understood has been answered.
      socket.write(Buffer.from([0x88, 0x80, 0, 0, 0, 0]))
      setTimeout(() => socket.destroy(), 100)
      await new Promise((resolve) => socket.once('close', resolve))
      expect(came).not.toContain('"internal"')
    }),
    { numRuns: 150 },
  )
  const client = await connected(server)
  client.send({ type: 'sql', id: 1, sql: 'rows 1' })
  expect(await client.last(1)).toMatchObject({ type: 'done' })
})
