import { type ChildProcess, spawn } from 'node:child_process'
import { PassThrough } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { type PartsSoon, serveStdio } from '../../src/serve/serve.ts'
import { hands, nothingSeen, runDouble } from './doubles.ts'
import { toolCall, until } from './running.ts'

type Message = { id?: unknown; method?: string; params?: Record<string, unknown>; result?: Record<string, never>; error?: { code: number } }

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** A connection in this process. `output` is read only while `reading` is true. */
function connection(parts?: PartsSoon) {
  const seen = nothingSeen()
  const input = new PassThrough()
  const output = new PassThrough({ highWaterMark: 64 * 1024 })
  const done = serveStdio(parts ?? hands({ seen }), { input, output, run: runDouble(seen) })
  const messages: Message[] = []
  let text = ''
  const read = (chunk: Buffer) => {
    text += chunk.toString('utf8')
    const lines = text.split('\n')
    text = lines.pop()!
    for (const line of lines) messages.push(JSON.parse(line) as Message)
  }
  output.on('data', read)
  const send = (...sent: (object | string)[]) => {
    for (const one of sent) input.write(`${typeof one === 'string' ? one : JSON.stringify(one)}\n`)
  }
  const answer = async (id: unknown) => {
    await until(() => messages.some((message) => message.id === id && message.method === undefined))
    return messages.find((message) => message.id === id && message.method === undefined)!
  }
  return { seen, input, output, done, messages, send, answer }
}

const initialize = (protocolVersion = '2025-06-18') => ({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'c', version: '1' } },
})
const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' }

test('the handshake, the tools and a call are answered', async () => {
  const { send, answer, done, input } = connection()
  send(initialize(), initialized, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, toolCall('rows 2', {}, 2))
  expect(await answer(0)).toMatchObject({ result: { protocolVersion: '2025-06-18', serverInfo: { name: 'sluice' } } })
  expect(((await answer(1)).result as unknown as { tools: unknown[] }).tools).toHaveLength(7)
  expect(await answer(2)).toMatchObject({ result: { structuredContent: { receipt: { rows: 2 } } } })
  input.end()
  await done
})

const long = 'x'.repeat(5 * 1024 * 1024)
test.each([
  ['before its params', `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"a":"${long}","id":1}}`, 7],
  ['after them, as the SDK writes it', `{"method":"tools/call","params":{"id":1,"a":"${long}"},"jsonrpc":"2.0","id":7}`, 7],
  ['before the version', `{"method":"tools/call","params":{"a":"${long}"}, "id": "seven", "jsonrpc": "2.0"}`, 'seven'],
  ['nowhere', `{"jsonrpc":"2.0","method":"tools/call","params":{"a":"${long}","id":1}}`, null],
  ['in a text only', `{"jsonrpc":"2.0","method":"tools/call","params":{"a":"${long},\\"id\\":1}"}}`, null],
])('a message that is too long is refused under its id: %s', async (_, line, id) => {
  const { send, answer } = connection()
  send(line, { jsonrpc: '2.0', id: 'next', method: 'ping' })
  await answer('next')
  expect(await answer(id)).toMatchObject({ error: { code: -32600, data: { code: 'body_too_large' } } })
})

test('hands are shaken before the parts are opened, and these once', async () => {
  let opened = 0
  const { send, answer } = connection(async () => {
    opened++
    return hands()
  })
  send(initialize(), initialized, { jsonrpc: '2.0', id: 1, method: 'ping' })
  await answer(1)
  expect(opened).toBe(0)
  send({ jsonrpc: '2.0', id: 4, method: 'tools/list' }, toolCall('rows 1', {}, 2), toolCall('rows 1', {}, 3))
  await answer(2)
  await answer(3)
  expect(opened).toBe(1)
})

test('a message may come in pieces and many in one', async () => {
  const { input, answer } = connection()
  const text = `${JSON.stringify(toolCall('rows 1', {}, 'ä1'))}\n${JSON.stringify(toolCall('rows 2', {}, 2))}\r\n\n`
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += 7) {
    input.write(bytes.subarray(at, at + 7))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await answer('ä1')).toMatchObject({ result: { structuredContent: { receipt: { rows: 1 } } } })
  expect(await answer(2)).toMatchObject({ result: { structuredContent: { receipt: { rows: 2 } } } })
})

test('what is no message is told so, and the connection lives', async () => {
  const { send, answer, messages } = connection()
  send('nonsense', '[1]', '7', '{"jsonrpc":"1.0","id":5,"method":"ping"}', `"${'x'.repeat(5_000_000)}"`)
  await until(() => messages.length === 5)
  expect(messages.map((message) => message.error!.code)).toEqual([-32700, -32600, -32600, -32600, -32600])
  expect(messages.map((message) => message.id)).toEqual([null, null, null, 5, null])
  send({ jsonrpc: '2.0', id: 6, method: 'ping' })
  expect(await answer(6)).toEqual({ jsonrpc: '2.0', id: 6, result: {} })
})

test('what is seldom asked goes to the SDK, which is told the handshake and says nothing twice', async () => {
  const { send, answer, messages } = connection()
  send(initialize(), initialized)
  await answer(0)
  send({ jsonrpc: '2.0', id: 1, method: 'other/method', params: {} }, { jsonrpc: '2.0', id: 2, method: 'no/such' })
  expect(await answer(1)).toMatchObject({ error: { code: -32601 } })
  expect(await answer(2)).toMatchObject({ error: { code: -32601 } })
  send({ jsonrpc: '2.0', id: 3, method: 'resources/read', params: { uri: 'a://b' } }, { jsonrpc: '2.0', id: 4, method: 'ping' })
  expect(await answer(3)).toMatchObject({ error: { code: -32602 } })
  await answer(4)
  expect(messages.filter((message) => message.id === 0)).toHaveLength(1)
})

test('revision 2026-07-28 needs no handshake', async () => {
  const { send, answer } = connection()
  const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} }
  send({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta } }, toolCall('rows 1', { _meta }, 2))
  expect(await answer(1)).toMatchObject({ result: { supportedVersions: ['2026-07-28'], resultType: 'complete' } })
  expect(await answer(2)).toMatchObject({ result: { resultType: 'complete', structuredContent: { receipt: { rows: 1 } } } })
  send({ jsonrpc: '2.0', id: 3, method: 'no/such', params: { _meta } })
  expect(await answer(3)).toMatchObject({ error: { code: -32601 } })
})

test('a cancelled call is aborted within milliseconds and not answered', async () => {
  const { send, answer, seen, messages } = connection()
  send(toolCall('wait', {}, 'w'))
  await until(() => seen.calls.length === 1)
  const sent = performance.now()
  send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'w', reason: 'enough' } })
  await until(() => seen.aborted.length === 1)
  expect(seen.aborted[0]!.at - sent).toBeLessThan(100)
  expect(seen.aborted[0]!.reason).toMatchObject({ code: 'query_cancelled' })
  send(toolCall('rows 1', {}, 2))
  await answer(2)
  expect(messages.some((message) => message.id === 'w')).toBe(false)
})

test('a cancellation of something else changes nothing', async () => {
  const { send, answer, seen } = connection()
  send(toolCall('slow 5', {}, 1))
  send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 99 } })
  send({ jsonrpc: '2.0', method: 'notifications/cancelled' })
  expect(await answer(1)).toMatchObject({ result: { structuredContent: { receipt: { rows: 5 } } } })
  expect(seen.aborted).toEqual([])
})

test('closed input aborts every call and ends the connection', async () => {
  const { send, seen, input, done } = connection()
  send(toolCall('wait', {}, 1), toolCall('wait after 3', {}, 2))
  await until(() => seen.calls.length === 2)
  const closed = performance.now()
  input.end()
  await done
  expect(seen.aborted).toHaveLength(2)
  for (const one of seen.aborted) expect(one.at - closed).toBeLessThan(100)
})

test('a reader that is gone ends the connection as well', async () => {
  const { send, seen, output, done } = connection()
  send(toolCall('wait', {}, 1))
  await until(() => seen.calls.length === 1)
  output.destroy(new Error('EPIPE'))
  await done
  expect(seen.aborted).toHaveLength(1)
})

test('one id is not used by two running calls', async () => {
  const { send, messages, seen } = connection()
  send(toolCall('wait', {}, 1), toolCall('rows 1', {}, 1))
  await until(() => messages.length === 1)
  expect(messages[0]).toMatchObject({ id: 1, error: { code: -32600 } })
  expect(seen.calls).toHaveLength(1)
})

test('progress is told before the result', async () => {
  const { send, answer, messages } = connection()
  send(toolCall('slow 15', { _meta: { progressToken: 'p' } }, 1))
  await answer(1)
  const told = messages.filter((message) => message.method === 'notifications/progress')
  expect(told.length).toBeGreaterThan(1)
  expect(told[0]).toMatchObject({ params: { progressToken: 'p' } })
  expect(messages.at(-1)).toHaveProperty('id', 1)
})

test('large answers share the line one after the other, and a reader that stops stops them', async () => {
  const { send, answer, output, seen } = connection()
  output.pause()
  for (const id of [1, 2, 3]) send(toolCall(`rows ${id}0000 20`, {}, id))
  send({ jsonrpc: '2.0', id: 'p', method: 'ping' }, toolCall('rows 1', {}, 4))
  await until(() => seen.calls.length === 4)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(output.readableLength).toBeLessThan(400_000)
  output.resume()
  for (const id of [1, 2, 3]) {
    const { structuredContent } = (await answer(id)).result as unknown as { structuredContent: { rows: unknown[] } }
    expect(structuredContent.rows).toHaveLength(id * 10_000)
  }
  await answer('p')
  await answer(4)
})

test('a call that is cancelled while it writes, or waits to write, ends its line', async () => {
  const { send, answer, output, seen } = connection()
  output.pause()
  send(toolCall('rows 90000 20', {}, 1))
  await until(() => seen.calls.length === 1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  send(toolCall('rows 90000 20', {}, 2))
  await until(() => seen.calls.length === 2)
  await new Promise((resolve) => setTimeout(resolve, 20))
  for (const requestId of [2, 1]) send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } })
  output.resume()
  send(toolCall('rows 1', {}, 3))
  expect(await answer(3)).toMatchObject({ result: { structuredContent: { receipt: { rows: 1 } } } })
  for (const id of [1, 2]) expect(await answer(id)).toMatchObject({ result: { isError: true } })
})

test('parts that cannot be opened fail the call and not the connection', async () => {
  const { send, answer } = connection(async () => {
    throw new Error('no configuration at a secret place')
  })
  send(toolCall('x', {}, 1), { jsonrpc: '2.0', id: 2, method: 'ping' })
  await answer(2)
  const failed = await answer(1)
  expect(failed).toMatchObject({ result: { isError: true, structuredContent: { error: { code: 'internal' } } } })
  expect(JSON.stringify(failed)).not.toContain('secret place')
})

test('the process ends when its input closes, calls running or not', async () => {
  const child = spawn(process.execPath, ['test/serve/stdio-child.ts'], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += String(chunk)
  })
  child.stdin.write(`${JSON.stringify(initialize())}\n${JSON.stringify(toolCall('wait', {}, 1))}\n`)
  await until(() => text.includes('serverInfo'))
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.stdin.end()
  expect(await exited).toBe(0)
})
