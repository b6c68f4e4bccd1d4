import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuditLog, listCalls, openAudit, openTrail, type Trail, verify } from '../../src/audit/audit.ts'
import { SluiceError } from '../../src/error.ts'
import { ana, call, reading, some } from './calls.ts'

let folder: string
let log: AuditLog
let trail: Trail
beforeEach(() => {
  folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-trail-')), 'audit')
  log = openAudit({ folder })
  trail = openTrail(folder)
})
afterEach(async () => {
  await log.close().catch(() => {})
  fs.rmSync(path.dirname(folder), { recursive: true, force: true })
})

/** Writes an outcome and waits until it is on its way: the next intent goes after it. */
async function refused(id: string, source: string, code: 'table_unknown' | 'rate_limited'): Promise<void> {
  const entry = log.open(call(id, { source }))
  entry.identified({ ...ana, name: 'bob' })
  entry.close(undefined, new SluiceError(code, 'refused'))
  const next = log.open(call(`${id}-next`, { source: 'after' }))
  await next.intend(ana, reading)
}

test('lists what the command line lists, also while the log is open', async () => {
  await some(log, 'a', 40)
  await refused('r', 'files', 'table_unknown')
  const { calls, complete } = await trail.list({ last: 10 })
  expect(calls).toEqual(listCalls(folder, { last: 10 }))
  expect(calls).toHaveLength(10)
  expect(complete).toBe(true)
  expect((await trail.list({ last: 5, principal: 'bob' })).calls).toMatchObject([{ call: 'r', code: 'table_unknown', source: 'files' }])
})

test('tells callers of one name apart, and keeps to the sources that are asked for', async () => {
  await some(log, 'a', 3)
  const token = log.open(call('t'))
  await token.intend({ ...ana, via: 'token' }, reading)
  const files = log.open(call('f', { source: 'files' }))
  await files.intend(ana, reading)
  expect((await trail.list({ last: 9, principal: 'ana', via: 'token' })).calls.map((one) => one.call)).toEqual(['t'])
  expect((await trail.list({ last: 9, sources: ['files'] })).calls.map((one) => one.call)).toEqual(['f'])
  expect((await trail.list({ last: 9, sources: [] })).calls).toEqual([])
})

test('never shows a parameter or a credential', async () => {
  await some(log, 'a', 3)
  const told = JSON.stringify([await trail.list({ last: 9 }), await trail.statistics('')])
  expect(told).not.toContain('the-secret')
})

test('statistics add up', async () => {
  await some(log, 'a', 40)
  await refused('r', 'files', 'table_unknown')
  await refused('q', 'shop', 'rate_limited')
  const all = await trail.statistics('')
  // Each refusal is followed by a call that has no end.
  expect(all).toMatchObject({ calls: 44, failed: 2, open: 2, rows: (39 * 40) / 2 })
  expect(all.by_source).toEqual({ shop: 41, files: 1, after: 2 })
  expect(all.by_principal).toEqual({ ana: 42, bob: 2 })
  expect(all.by_code).toEqual({ ok: 40, table_unknown: 1, rate_limited: 1 })
  expect(all.by_kind).toEqual({ read: 42, refused: 2 })
  for (const counts of [all.by_source, all.by_principal, all.by_door, all.by_kind]) {
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(all.calls)
  }
  expect(all.slowest).toHaveLength(10)
  expect(all.slowest.every((one, i) => i === 0 || (one.ms ?? 0) <= (all.slowest[i - 1]!.ms ?? 0))).toBe(true)
  expect(await trail.statistics('', ['files'])).toMatchObject({ calls: 1, failed: 1, by_source: { files: 1 } })
})

test('statistics since a time count exactly the calls since then, wherever it lies in a long log', async () => {
  await some(log, 'a', 600)
  await log.close()
  const every = listCalls(folder, { last: 10_000 })
  expect(fs.statSync(path.join(folder, 'audit-0001.jsonl')).size).toBeGreaterThan(2 * 64 * 1024)
  for (const i of [0, 1, 299, 300, 598, 599]) {
    const since = every[i]!.time
    expect((await trail.statistics(since)).calls).toBe(every.filter(({ time }) => time >= since).length)
  }
  expect((await trail.statistics('9999')).calls).toBe(0)
})

test('names that strangers make up do not fill the memory', async () => {
  for (let i = 0; i < 300; i++)
    log.open(call(`x-${i}`, { source: `made-up-${i}` })).close(undefined, new SluiceError('source_unknown', 'no'))
  await some(log, 'a', 1)
  const { by_source: bySource } = await trail.statistics('')
  expect(Object.keys(bySource).length).toBeLessThanOrEqual(201)
  expect(bySource['…']).toBeGreaterThan(90)
})

test('verifies as the command line does, and finds what was changed', async () => {
  await some(log, 'a', 5)
  expect(await trail.verify()).toMatchObject({ broken: [] })
  await log.close()
  expect(await trail.verify()).toEqual(verify(folder))
  const file = path.join(folder, 'audit-0001.jsonl')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"principal":"ana"', '"principal":"bob"'))
  const verdict = await trail.verify()
  expect(verdict.broken).not.toEqual([])
  expect(verdict).toEqual(verify(folder))
})

test('others are served while a long log is read', async () => {
  await some(log, 'a', 2_000)
  let turns = 0
  let reading = true
  const count = () => {
    turns += 1
    if (reading) setImmediate(count)
  }
  setImmediate(count)
  await trail.statistics('')
  reading = false
  const pieces = fs.statSync(fs.globSync(path.join(folder, '*.jsonl'))[0]!).size / (64 * 1024)
  expect(pieces).toBeGreaterThan(5)
  expect(turns).toBeGreaterThanOrEqual(Math.floor(pieces))
})

test('those who ask at once are answered one after the other, and only so many wait', async () => {
  await some(log, 'a', 5)
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => trail.list({ last: 3 })))
  const good = asked.filter(({ status }) => status === 'fulfilled')
  expect(good).toHaveLength(16)
  expect(asked.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'concurrency_limited' } })
  expect((await trail.list({ last: 3 })).calls).toHaveLength(3)
})

test('an audit that nobody has written yet is empty', async () => {
  expect(await trail.list({ last: 5 })).toEqual({ calls: [], complete: true })
  expect(await trail.statistics('')).toMatchObject({ calls: 0, open: 0 })
  expect(await trail.verify()).toMatchObject({ records: 0, broken: [] })
})
