import { expect, test } from 'vitest'
import type { Grant } from '../../src/grant.ts'
import { openQuota } from '../../src/quota/quota.ts'

const grant = (principal: string, concurrent: number, perMinute: number): Grant =>
  ({ principal, source: 'shop', limits: { rows: 1, bytes: 1, ms: 1, concurrent, perMinute } }) as Grant

test('at most so many at once, and leaving twice frees one place only', () => {
  const quota = openQuota(() => 0)
  const ana = grant('ana', 2, 1_000)
  const leave = quota.enter(ana)
  quota.enter(ana)
  expect(() => quota.enter(ana)).toThrow(expect.objectContaining({ code: 'concurrency_limited' }))
  quota.enter(grant('bob', 2, 1_000))
  leave()
  leave()
  quota.enter(ana)
  expect(() => quota.enter(ana)).toThrow(expect.objectContaining({ code: 'concurrency_limited' }))
})

test('at most so many a minute, in a window that slides, and the wait that is told is enough', () => {
  let now = 59_000
  const quota = openQuota(() => now)
  const ana = grant('ana', 100, 60)
  for (let i = 0; i < 60; i++) quota.enter(ana)()
  const refused = (): string => {
    try {
      quota.enter(ana)()
      return 'entered'
    } catch (error) {
      expect(error).toMatchObject({ code: 'rate_limited' })
      return (error as { hint: string }).hint
    }
  }
  const seconds = Number(/Wait (\d+) s/.exec(refused())?.[1])
  now += 1_000
  expect(refused()).toMatch(/^Wait/)
  now = 59_000 + seconds * 1_000
  expect(refused()).toBe('entered')
  now += 180_000
  for (let i = 0; i < 60; i++) quota.enter(ana)()
  expect(refused()).toMatch(/^Wait/)
})

test('callers are forgotten, but never one whose query runs', () => {
  let now = 0
  const quota = openQuota(() => now)
  quota.enter(grant('ana', 1, 10))
  for (let i = 0; i < 25_000; i++) {
    now += 100
    quota.enter(grant(`p${i}`, 1, 10))()
  }
  expect(() => quota.enter(grant('ana', 1, 10))).toThrow(expect.objectContaining({ code: 'concurrency_limited' }))
})

const withLimits = (limits: Partial<Grant['limits']>, principal = 'ana'): Grant =>
  ({ principal, source: 'shop', limits: { rows: 1, rowsDefault: 1, bytes: 1, ms: 1, concurrent: 100, perMinute: 60, ...limits } }) as Grant

const refusal = (work: () => unknown): { code?: string; message?: string; retryAfterS?: number } => {
  try {
    work()
    return {}
  } catch (error) {
    return error as { code: string; message: string; retryAfterS: number }
  }
}

test('a burst may come at once, then calls keep to the pace, and waiting as told is enough', () => {
  let now = 0
  const quota = openQuota(() => now)
  const ana = withLimits({ burst: 5, perMinute: 60 })
  for (let i = 0; i < 5; i++) quota.enter(ana)()
  const refused = refusal(() => quota.enter(ana))
  expect(refused).toMatchObject({ code: 'rate_limited', retryAfterS: 1 })
  now += refused.retryAfterS! * 1_000
  quota.enter(ana)()
  expect(refusal(() => quota.enter(ana)).code).toBe('rate_limited')
  now += 3_000
  for (let i = 0; i < 3; i++) quota.enter(ana)()
  expect(refusal(() => quota.enter(ana)).code).toBe('rate_limited')
})

test('a bucket that fills never lets more through in a minute than the window', () => {
  let now = 0
  const quota = openQuota(() => now)
  const ana = withLimits({ burst: 60, perMinute: 60 })
  let entered = 0
  for (; now < 60_000; now += 100) if (refusal(() => quota.enter(ana)()).code === undefined) entered++
  expect(entered).toBe(60)
})

test.each([
  ['rows', { rowsPerMinute: 100 }, { rows: 100, bytes: 1 }, { rows: 99, bytes: 1 }],
  ['bytes', { bytesPerMinute: 100 }, { rows: 1, bytes: 100 }, { rows: 1, bytes: 99 }],
] as const)('%s are counted when a call ends, and refuse once they are spent', (what, limits, all, nearly) => {
  let now = 0
  const quota = openQuota(() => now)
  const ana = withLimits(limits)
  quota.enter(ana)(nearly)
  const running = quota.enter(ana)
  expect(refusal(() => quota.enter(ana)()).code).toBeUndefined()
  running(all)
  const refused = refusal(() => quota.enter(ana))
  expect(refused).toMatchObject({ code: 'rate_limited', message: expect.stringContaining(`100 ${what}`) })
  // Told twice, counted once.
  running(all)
  expect(quota.standing(ana).used[what]).toBe(nearly[what] + all[what])
  now += refused.retryAfterS! * 1_000
  expect(refusal(() => quota.enter(ana)()).code).toBeUndefined()
  quota.enter(withLimits(limits, 'bob'))(all)
})

test('statements that a call has run beside its own count as calls, and what they answered as rows', () => {
  let now = 0
  const quota = openQuota(() => now)
  const ana = { ...grant('ana', 10, 10) }
  quota.enter(ana)({ rows: 0, bytes: 0, more: 4 })
  expect(quota.standing(ana)).toMatchObject({ used: { running: 0, requests: 5 }, remaining: 5 })
  quota.enter(ana)({ rows: 3, bytes: 100, more: 20 })
  expect(quota.standing(ana)).toMatchObject({ used: { requests: 26, rows: 3, bytes: 100 }, remaining: 0 })
  expect(() => quota.enter(ana)).toThrow(expect.objectContaining({ code: 'rate_limited' }))
  now = 180_000
  quota.enter(ana)()
})

test('where a caller stands is told without counting', () => {
  const quota = openQuota(() => 1_000)
  const ana = withLimits({ perMinute: 3 })
  const leave = quota.enter(ana)
  for (let i = 0; i < 5; i++) expect(quota.standing(ana)).toMatchObject({ used: { running: 1, requests: 1 }, remaining: 2, reset_s: 0 })
  leave({ rows: 7, bytes: 70 })
  quota.enter(ana)()
  quota.enter(ana)()
  expect(quota.standing(ana)).toMatchObject({ used: { running: 0, requests: 3, rows: 7, bytes: 70 }, remaining: 0 })
  expect(quota.standing(ana).reset_s).toBeGreaterThan(0)
  expect(quota.standings().map(({ principal, source }) => [principal, source])).toEqual([['ana', 'shop']])
})

test('other limits, as after a reload, hold at once, and what was used stays used', () => {
  const quota = openQuota(() => 0)
  for (let i = 0; i < 5; i++) quota.enter(withLimits({}))()
  expect(refusal(() => quota.enter(withLimits({ perMinute: 5 }))).code).toBe('rate_limited')
  quota.enter(withLimits({ perMinute: 6 }))()
})
