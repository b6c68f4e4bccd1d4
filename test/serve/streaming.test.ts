import { expect, test } from 'vitest'
import type { Batch } from '../../src/result.ts'
import type { Run } from '../../src/serve/tool-call.ts'
import { batchOf, receiptOf } from './doubles.ts'
import { both, json, opened, request, started, toolCall, until } from './running.ts'

const width = 2_000
const rowsEach = 30
const batches = 600
const bytesOfAll = batches * rowsEach * width

/** A gateway that counts how far it has come; each batch waits for the door. */
function counting(): { run: Run; sent: () => number; batch: Batch } {
  let sent = 0
  const batch = batchOf(1, rowsEach, width)
  const run: Run = async (call, sink) => {
    await sink.columns([{ name: 'id', type: 'int', nativeType: 'int8' }])
    for (let i = 0; i < batches; i++) {
      call.signal.throwIfAborted()
      await sink.batch(batch)
      sent++
    }
    return receiptOf(call, batches * rowsEach)
  }
  return { run, sent: () => sent, batch }
}

const asking: [string, string][] = [
  ['/mcp', JSON.stringify(toolCall('x', { _meta: { progressToken: 1 } }))],
  ['/mcp', JSON.stringify(toolCall('x'))],
  ['/sql/execute', '{"sql":"x"}'],
  ['/sql/stream', '{"sql":"x"}'],
]

test.each(asking)('%s: a reader that stops stops the source, and gets everything when it goes on', async (path, body) => {
  const gateway = counting()
  const { port } = await started({ run: gateway.run })
  const socket = opened(port)
  socket.write(request(path, body, ['Connection: close']))
  await until(() => gateway.sent() > 0)
  socket.pause()
  // Sockets hold some megabytes of their own; then nothing moves.
  let before = -1
  while (before !== gateway.sent()) {
    before = gateway.sent()
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  expect(before).toBeLessThan(batches / 2)
  let got = 0
  const done = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('data', (chunk) => {
    got += chunk.length
  })
  socket.resume()
  await done
  expect(gateway.sent()).toBe(batches)
  expect(got).toBeGreaterThan(bytesOfAll)
})

test.each(asking)('%s: a reader that leaves while the source waits for it ends the call', async (path, body) => {
  const gateway = counting()
  const { port, url } = await started({ run: gateway.run })
  const socket = opened(port)
  socket.pause()
  socket.write(request(path, body))
  let before = -1
  while (before !== gateway.sent() || before < 1) {
    before = gateway.sent()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  socket.destroy()
  // The waiting batch is let go; the next step of the source sees the abort.
  await until(() => gateway.sent() > before)
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(gateway.sent()).toBeLessThanOrEqual(before + 2)
  expect((await fetch(url)).status).toBe(200)
})

test('an answer of many small batches is one small reply', async () => {
  const run: Run = async (call, sink) => {
    await sink.columns([{ name: 'id', type: 'int', nativeType: 'int8' }])
    for (let i = 1; i <= 50; i++) await sink.batch(batchOf(i, 1))
    return receiptOf(call, 50)
  }
  const { url } = await started({ run })
  const response = await fetch(`${url}/sql/execute`, { method: 'POST', headers: json, body: '{"sql":"x"}' })
  expect(response.headers.get('content-length')).not.toBeNull()
  const { rows } = (await response.json()) as { rows: [number][] }
  expect(rows.map(([id]) => id)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
})

test('the bytes of a batch are never written, for they may be in a cache', async () => {
  const batch = batchOf(1, 500, 50)
  const before = Buffer.from(batch.json).toString('base64')
  const run: Run = async (call, sink) => {
    await sink.columns([{ name: 'id', type: 'int', nativeType: 'int8' }])
    await sink.batch(batch)
    return receiptOf(call, 500)
  }
  const { url } = await started({ run })
  await (await fetch(`${url}/mcp`, { method: 'POST', headers: both, body: JSON.stringify(toolCall('x')) })).text()
  const lines = { ...json, accept: 'application/x-ndjson' }
  await (await fetch(`${url}/sql/stream`, { method: 'POST', headers: lines, body: '{"sql":"x"}' })).text()
  expect(Buffer.from(batch.json).toString('base64')).toBe(before)
})
