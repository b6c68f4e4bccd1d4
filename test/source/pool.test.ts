import { expect, it, vi } from 'vitest'
import { Pool, type Pooled } from '../../src/source/pool.ts'
import postgres from '../../src/source/postgres.ts'
import { Slow } from '../../src/source/slow.ts'
import { postgresUrl } from '../servers/servers.ts'
import { ask, fails, rejection } from './ask.ts'

class Fake implements Pooled {
  alive = true
  destroy(): void {
    this.alive = false
  }
}

const bounds = { connectionsMax: 2, coreMax: 10, queueMax: 2, waitMsMax: 50, openMsMax: 1_000, idleMsMax: 60_000 }
const never = new AbortController().signal

/** By the timers of now, which a test may simulate. */
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

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

/** A pool on a simulated clock, whose calls hold their connection for as long as they are told. */
function simulated(more: Partial<typeof bounds> = {}) {
  const { pool, opened } = pooled({ connectionsMax: 40, coreMax: 4, queueMax: 10_000, waitMsMax: 60_000, ...more })
  const waits: Record<string, number[]> = {}
  const call = async (ms: number, owner: string, slow = false): Promise<void> => {
    const asked = performance.now()
    const connection = await pool.acquire(never, owner, slow)
    const own = waits[owner] ?? []
    waits[owner] = own
    own.push(performance.now() - asked)
    await sleep(ms)
    pool.release(connection)
  }
  return { pool, opened, call, waits }
}

async function onClock(work: () => Promise<void>): Promise<void> {
  vi.useFakeTimers()
  try {
    await work()
  } finally {
    vi.useRealTimers()
  }
}

const later = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)
const p95 = (all: readonly number[] = []): number => [...all].sort((a, b) => a - b)[Math.floor(all.length * 0.95)] ?? 0

it('quick work shares the core, however much there is of it', () =>
  onClock(async () => {
    const { call, opened } = simulated()
    const done = Promise.all(Array.from({ length: 500 }, () => call(2, 'ana')))
    await later(2_000)
    await done
    expect(opened).toHaveLength(4)
  }))

it('work that sleeps does not keep out work that is quick, also when nobody knew that it sleeps', () =>
  onClock(async () => {
    const { pool, call, opened, waits } = simulated()
    for (let i = 0; i < 20; i++) void call(2_000, 'sleeper')
    for (let i = 0; i < 200; i++) {
      void call(2, 'quick')
      await later(10)
    }
    expect(p95(waits.quick)).toBeLessThan(50)
    expect(opened.length).toBeGreaterThan(20)
    expect(opened.length).toBeLessThan(30)
    await later(20_000)
    // What was opened beside the sleeping is closed again.
    expect(pool.load.open).toBeLessThanOrEqual(4)
  }))

it('work that is known to be slow never has the last connections', () =>
  onClock(async () => {
    const { pool, call, waits } = simulated({ connectionsMax: 16 })
    for (let i = 0; i < 100; i++) void call(1_000, 'sleeper', true)
    await later(400)
    expect(pool.load).toMatchObject({ busy: 14, waiting: 86 })
    for (let i = 0; i < 50; i++) {
      void call(2, 'quick')
      await later(10)
    }
    expect(waits.quick).toHaveLength(50)
    expect(Math.max(...waits.quick!)).toBeLessThan(50)
    await later(10_000)
    expect(waits.sleeper).toHaveLength(100)
  }))

it('a pool that is too small for shares serves slow work all the same', () =>
  onClock(async () => {
    const { call, waits } = simulated({ connectionsMax: 1 })
    for (let i = 0; i < 3; i++) void call(300, 'sleeper', true)
    await later(2_000)
    expect(waits.sleeper).toHaveLength(3)
  }))

it('those who wait are served in turn by owner', async () => {
  const { pool } = pooled({ connectionsMax: 1, queueMax: 10, waitMsMax: 5_000 })
  const first = await Promise.resolve(pool.acquire(never, 'ana'))
  const order: string[] = []
  const ask = async (owner: string): Promise<void> => {
    const connection = await pool.acquire(never, owner)
    order.push(owner)
    pool.release(connection)
  }
  const all = ['ana', 'ana', 'ana', 'ana', 'bob', 'cleo', 'bob'].map(ask)
  pool.release(first)
  await Promise.all(all)
  expect(order).toEqual(['ana', 'bob', 'cleo', 'ana', 'bob', 'ana', 'ana'])
})

it('whoever crowds a full queue gives way to others, not the other way round', async () => {
  const { pool } = pooled({ connectionsMax: 1, queueMax: 3, waitMsMax: 5_000 })
  const one = await pool.acquire(never, 'crowd')
  const crowd = [0, 1, 2].map(() => Promise.resolve(pool.acquire(never, 'crowd')))
  const last = fails(crowd[2]!, 'source_busy')
  const other = Promise.resolve(pool.acquire(never, 'other'))
  await last
  await fails((async () => pool.acquire(never, 'crowd'))(), 'source_busy')
  pool.release(one)
  pool.release(await crowd[0]!)
  expect(await other).toBe(one)
  pool.release(one)
  expect(await crowd[1]).toBe(one)
})

it('slow work may fill half of the queue, so that quick work still finds room', async () => {
  const { pool } = pooled({ connectionsMax: 1, queueMax: 4, waitMsMax: 5_000 })
  const one = await pool.acquire(never)
  const slow = [0, 1].map(() => Promise.resolve(pool.acquire(never, 'ana', true)))
  await fails((async () => pool.acquire(never, 'ana', true))(), 'source_busy')
  const given = fails(slow[1]!, 'source_busy')
  const other = Promise.resolve(pool.acquire(never, 'bob', true))
  await given
  const quick = [0, 1].map(() => Promise.resolve(pool.acquire(never, 'ana')))
  await fails((async () => pool.acquire(never, 'ana'))(), 'source_busy')
  for (const next of [slow[0]!, other, ...quick]) {
    pool.release(one)
    await next
  }
})

it('a server that takes no more connections is not asked again at once, and nobody is refused for it', async () => {
  let opens = 0
  const full = new Error('too many')
  const pool = new Pool(
    async () => {
      if (++opens > 2) throw full
      return new Fake()
    },
    { ...bounds, connectionsMax: 10, queueMax: 10, waitMsMax: 5_000 },
    (error) => error === full,
  )
  const one = await pool.acquire(never)
  await pool.acquire(never)
  const waiting = Promise.resolve(pool.acquire(never))
  const more = Promise.resolve(pool.acquire(never))
  await sleep(60)
  expect(opens).toBe(4)
  pool.release(one)
  expect(await waiting).toBe(one)
  pool.release(one)
  expect(await more).toBe(one)
})

it('the limit of the server holds', async () => {
  const { pool, opened } = pooled({ connectionsMax: 10, queueMax: 10 })
  pool.limitTo(2)
  const all = [1, 2, 3].map(() => Promise.resolve(pool.acquire(never)))
  await fails(all[2]!, 'source_busy')
  expect(opened).toHaveLength(2)
  expect(pool.load.max).toBe(2)
})

it('statements are known to be slow by what they were, whatever their literals', () => {
  const slow = new Slow()
  expect(slow.has("SELECT pg_sleep(2) AS x, 'a' FROM t1")).toBe(false)
  slow.took("SELECT pg_sleep(2) AS x, 'a' FROM t1", 2_000)
  slow.took('SELECT 1', 1)
  expect(slow.has("SELECT pg_sleep(3.5) AS x, 'it''s' FROM t1")).toBe(true)
  expect(slow.has("SELECT pg_sleep(2) AS x, 'a' FROM t2")).toBe(false)
  expect(slow.has('SELECT 2')).toBe(false)
  slow.took("SELECT pg_sleep(0) AS x, 'a' FROM t1", 2)
  expect(slow.has("SELECT pg_sleep(2) AS x, 'a' FROM t1")).toBe(false)
  for (let i = 0; i < 3_000; i++) slow.took(`SELECT c${'x'.repeat(i)}`, 1_000)
  expect(slow.has('SELECT c')).toBe(false)
})

it('two hundred quick queries pass twenty that sleep in PostgreSQL, whether or not they are known to', async () => {
  const connection = await postgres.open('crowded', { url: postgresUrl(), pool_max: 40 })
  await ask(connection, 'SELECT 1')
  for (let round = 0; round < 2; round++) {
    let awake = 0
    const sleepers = Array.from({ length: 20 }, () => ask(connection, 'SELECT pg_sleep(4)', { owner: 'sleeper' }).then(() => awake++))
    for (let i = 0; i < 200; i++) await ask(connection, `SELECT ${i}`, { owner: 'quick' })
    expect(awake).toBe(0)
    await Promise.all(sleepers)
  }
  await connection.close()
})
