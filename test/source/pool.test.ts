import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { Pool, type Pooled } from '../../src/source/pool.ts'
import { fails, rejection } from './conformance.ts'

class Fake implements Pooled {
  alive = true
  destroy(): void {
    this.alive = false
  }
}

const bounds = { connectionsMax: 2, queueMax: 2, waitMsMax: 50, openMsMax: 1_000, idleMsMax: 60_000 }
const never = new AbortController().signal

function pooled(more: Partial<typeof bounds> = {}, openMs = 0) {
  const opened: Fake[] = []
  const pool = new Pool(
    async () => {
      await sleep(openMs)
      const fake = new Fake()
      opened.push(fake)
      return fake
    },
    { ...bounds, ...more },
  )
  return { pool, opened }
}

it('opens what is needed and uses the last one again', async () => {
  const { pool, opened } = pooled()
  const one = await pool.acquire(never)
  const two = await pool.acquire(never)
  expect(opened).toEqual([one, two])
  pool.release(one)
  pool.release(two)
  expect(pool.acquire(never)).toBe(two)
  expect(pool.acquire(never)).toBe(one)
})

it('an idle connection that has died is not handed out', async () => {
  const { pool, opened } = pooled()
  const one = await pool.acquire(never)
  pool.release(one)
  one.alive = false
  expect(await pool.acquire(never)).not.toBe(one)
  expect(opened).toHaveLength(2)
})

it('waits in order, in a bounded queue, for a bounded time', async () => {
  const { pool } = pooled()
  const one = await pool.acquire(never)
  const two = await pool.acquire(never)
  const third = pool.acquire(never)
  const fourth = fails(Promise.resolve(pool.acquire(never)), 'source_busy')
  await fails((async () => pool.acquire(never))(), 'source_busy')
  pool.release(two)
  expect(await third).toBe(two)
  await fourth
  pool.release(one)
  expect(pool.acquire(never)).toBe(one)
})

it('opening a connection slowly is not waiting for others', async () => {
  const { pool } = pooled({ waitMsMax: 1 }, 100)
  expect(await pool.acquire(never)).toBeInstanceOf(Fake)
})

it('an abort leaves the queue, and the connection that was being opened serves the next', async () => {
  const { pool, opened } = pooled({}, 20)
  const stop = new AbortController()
  const waiting = rejection(Promise.resolve(pool.acquire(stop.signal)))
  stop.abort('enough')
  expect(await waiting).toBe('enough')
  await sleep(60)
  expect(pool.acquire(never)).toBe(opened[0])
  expect(() => pool.acquire(AbortSignal.abort('before'))).toThrow('before')
})

it('a failed opening is told to one who waits, and the next is tried anew', async () => {
  let broken = true
  const pool = new Pool(async () => {
    if (broken) throw new Error('no route')
    return new Fake()
  }, bounds)
  for (let i = 0; i < 5; i++) expect(await rejection(Promise.resolve(pool.acquire(never)))).toMatchObject({ message: 'no route' })
  broken = false
  expect(await pool.acquire(never)).toBeInstanceOf(Fake)
})

it('one who waits gets a new connection when one in use has died', async () => {
  const { pool, opened } = pooled({ connectionsMax: 1 })
  const one = await pool.acquire(never)
  const waiting = pool.acquire(never)
  one.alive = false
  pool.release(one)
  expect(await waiting).toBe(opened[1])
})

it('closes what was idle for long', async () => {
  vi.useFakeTimers()
  try {
    const { pool } = pooled({ idleMsMax: 15_000 })
    const acquiring = pool.acquire(never)
    await vi.advanceTimersByTimeAsync(1)
    const one = await acquiring
    pool.release(one)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(one.alive).toBe(true)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(one.alive).toBe(false)
  } finally {
    vi.useRealTimers()
  }
})

it('closing ends the idle, refuses the waiting, and takes back the busy', async () => {
  const { pool } = pooled()
  const one = await pool.acquire(never)
  const two = await pool.acquire(never)
  const waiting = fails(Promise.resolve(pool.acquire(never)), 'stopping')
  pool.close()
  await waiting
  expect([one.alive, two.alive]).toEqual([true, true])
  pool.release(one)
  pool.release(two)
  expect([one.alive, two.alive]).toEqual([false, false])
  await fails((async () => pool.acquire(never))(), 'stopping')
})
