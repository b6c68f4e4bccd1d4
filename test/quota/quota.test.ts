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
