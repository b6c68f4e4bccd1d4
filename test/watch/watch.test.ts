import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { Histogram } from '../../src/watch/histogram.ts'
import { type EndedCall, openWatch } from '../../src/watch/watch.ts'

const ended = (over: Partial<EndedCall> = {}): EndedCall => ({
  id: 'c',
  source: 'shop',
  principal: 'ana',
  sql: 'SELECT 1',
  ms: 2,
  rows: 3,
  code: undefined,
  ...over,
})

function watching(slowMs = 100) {
  let at = 0
  const watch = openWatch({ slowMs, folder: tmpdir() }, () => at)
  const call = (over: Partial<EndedCall> = {}) => {
    watch.started()
    watch.ended(ended(over))
  }
  return {
    watch,
    call,
    pass: (ms: number) => {
      at += ms
    },
  }
}

test('percentiles are at most five percent off', () => {
  const histogram = new Histogram()
  for (let ms = 1; ms <= 1000; ms++) histogram.add(ms)
  for (const p of [0.5, 0.95, 0.99]) expect(Math.abs(histogram.percentile(p) / (1000 * p) - 1)).toBeLessThan(0.05)
  expect(new Histogram().percentile(0.5)).toBe(0)
  histogram.clear()
  histogram.add(0)
  histogram.add(1e12)
  expect(histogram.percentile(1)).toBeGreaterThan(1e6)
})

test('counts add up, in all and by source', async () => {
  const { watch, call, pass } = watching()
  for (let i = 0; i < 8; i++) call()
  call({ source: 'files', code: 'query_timeout', rows: 0 })
  watch.started()
  pass(9_000)
  const { calls, by_source: bySource, uptime_s: uptime } = await watch.figures()
  expect(calls).toMatchObject({ total: 9, failed: 1, running: 1, rows: 24, per_second: 0.9 })
  expect(calls.p50_ms).toBeCloseTo(2, 0)
  expect(bySource).toMatchObject({ shop: { total: 8, failed: 0, rows: 24 }, files: { total: 1, failed: 1, rows: 0 } })
  expect(uptime).toBe(9)
})

test('what a stranger calls a source is no source', async () => {
  const { watch, call } = watching()
  call({ source: 'made-up', principal: '', code: 'credential_missing' })
  call({ source: 'guessed', code: 'source_unknown' })
  const { calls, by_source: bySource } = await watch.figures()
  expect(calls).toMatchObject({ total: 2, failed: 2 })
  expect(bySource).toEqual({})
})

test('percentiles and pace forget, counts do not', async () => {
  const { watch, call, pass } = watching()
  call({ ms: 5_000 })
  pass(61_000)
  expect((await watch.figures()).calls).toMatchObject({ total: 1, per_second: 0 })
  pass(11 * 60_000)
  call({ ms: 1 })
  const { calls } = await watch.figures()
  expect(calls.total).toBe(2)
  expect(calls.p99_ms).toBeLessThan(2)
})

test('slow calls are kept, the newest first, and no more than there is room for', () => {
  const { watch, call } = watching(100)
  call({ id: 'fast', ms: 99 })
  call({ id: 'refused', ms: 500, sql: '' })
  for (let i = 0; i < 300; i++) call({ id: `slow-${i}`, ms: 100 + i })
  expect(watch.slow(2).map((one) => one.audit_id)).toEqual(['slow-299', 'slow-298'])
  expect(watch.slow(1_000)).toHaveLength(200)
  expect(watch.slow(1_000).map((one) => one.audit_id)).not.toContain('fast')
  expect(watch.slow(1_000).map((one) => one.audit_id)).not.toContain('refused')
  expect(watch.slow(0)).toEqual([])
  call({ id: 'long', ms: 1_000, sql: 'x'.repeat(10_000) })
  expect(watch.slow(1)[0]!.sql.length).toBeLessThan(2_100)
})

test('the figures of the machine are within what a machine can be', async () => {
  const { watch } = watching()
  const until = performance.now() + 30
  while (performance.now() < until) Math.sqrt(until)
  const { cpu, memory, disk, event_loop: loop } = await watch.figures()
  expect(cpu.cores).toBeGreaterThan(0)
  for (const share of [cpu.process_share, loop.utilization]) {
    expect(share).toBeGreaterThanOrEqual(0)
    expect(share).toBeLessThanOrEqual(1)
  }
  expect(cpu.process_share).toBeGreaterThan(0)
  expect(memory.process_mb).toBeGreaterThan(memory.heap_mb / 2)
  expect(memory.total_mb).toBeGreaterThanOrEqual(memory.free_mb)
  expect(disk!.total_mb).toBeGreaterThan(disk!.free_mb)
  expect(loop.delay_p99_ms).toBeGreaterThanOrEqual(loop.delay_p50_ms)
})

test('a folder that is not there yet has the disk of the one we are in', async () => {
  const watch = openWatch({ slowMs: 1, folder: '/nowhere/at/all' })
  expect((await watch.figures()).disk?.total_mb).toBeGreaterThan(0)
})
