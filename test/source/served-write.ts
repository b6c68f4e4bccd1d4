import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Value } from '../../src/call.ts'
import type { Ended } from '../../src/result.ts'
import type { Connection, Connector, WriteSession, WriteSetting } from '../../src/source/source.ts'
import { ask, Collected, fails, rejection } from './ask.ts'

/**
 * What a database server's test tells about it, so that writing can be judged. Its database has the tables
 * `things (id int primary key, name varchar(20) not null, n int check (n < 1000), owner int references owners (id))` and
 * `owners (id int primary key, name varchar(20) unique)`, both empty, and may be changed at will.
 */
export type Writing = Readonly<{
  connector: Connector
  url: () => string
  /** The n-th placeholder, from 1 on. */
  mark: (n: number) => string
  /** Runs a statement as an administrator, apart from Sluice. */
  admin: (sql: string) => Promise<readonly (readonly unknown[])[]>
  /** A statement that sleeps 60 s, and how many of them the server runs now. */
  sleeps: string
  running: () => Promise<number>
  /** How many sessions of Sluice are open. */
  sessions: () => Promise<number>
  kick: () => Promise<void>
  /** A user who may only read. */
  reader: Readonly<{ user: string; password: string }>
}>

export const never = new AbortController().signal
export const setting: WriteSetting = { timeoutMs: 20_000, transaction: true }

/** Statements in one write that is kept. */
export const keep = (connection: Connection, ...statements: readonly (readonly [string, ...Value[]])[]): Promise<number[]> =>
  connection.write!(
    setting,
    async (session) => {
      const changed: number[] = []
      for (const [sql, ...params] of statements) changed.push((await session.run(sql, params)).changed)
      return { keep: true, value: changed }
    },
    never,
  )

export function writesToServer(given: Writing): void {
  describe(`${given.connector.name} writes`, () => {
    let connection: Connection
    const open = (more: Readonly<Record<string, unknown>> = {}): Promise<Connection> =>
      given.connector.open('tested', { url: given.url(), ...more })
    beforeAll(async () => {
      connection = await open()
    })
    afterAll(async () => connection.close())
    const scene: Scene = { given, open, use: () => connection }
    keeps(scene)
    refuses(scene)
    ends(scene)
  })
}

type Scene = Readonly<{ given: Writing; open: (more?: Readonly<Record<string, unknown>>) => Promise<Connection>; use: () => Connection }>

const count = async ({ given }: Scene, where = 'TRUE'): Promise<number> =>
  Number((await given.admin(`SELECT count(*) FROM things WHERE ${where}`))[0]![0])

function keeps(scene: Scene): void {
  const { given, use } = scene
  const insert = `INSERT INTO things (id, name) VALUES (${given.mark(1)}, ${given.mark(2)})`
  it('commits what is to be kept and tells how many rows it changed, also those that were so already', async () => {
    const update = `UPDATE things SET name = ${given.mark(1)} WHERE id IN (1, 2)`
    expect(await keep(use(), [insert, 1, 'one'], [insert, 2, 'two'], [update, 'same'], [update, 'same'])).toEqual([1, 1, 2, 2])
    expect(await count(scene, "name = 'same'")).toBe(2)
    expect(await keep(use(), ['DELETE FROM things WHERE id < 100'])).toEqual([2])
  })
  it('rolls back what is not to be kept, having shown it to its own session only', async () => {
    const seen = await use().write!(
      setting,
      async (session) => {
        await session.run(insert, [10, 'gone'])
        const sink = new Collected()
        const ended = await session.rows(`SELECT id, name FROM things WHERE id = ${given.mark(1)}`, [10], 10, sink)
        const outside = (await ask(use(), 'SELECT count(*) FROM things')).values
        return { keep: false, value: [ended, sink.rows, outside] }
      },
      never,
    )
    expect(seen).toEqual([{ rows: 1, truncated: false }, [[10, 'gone']], [[0]]])
    expect(await count(scene)).toBe(0)
  })
  it('cuts rows at their limit without harm to the transaction', async () => {
    const values = Array.from({ length: 3_000 }, (_, i) => `(${20_000 + i}, 'row ${i}')`).join(', ')
    const ended = await use().write!(
      setting,
      async (session): Promise<{ keep: boolean; value: Ended }> => {
        await session.run(`INSERT INTO things (id, name) VALUES ${values}`, [])
        const sink = new Collected()
        const value = await session.rows('SELECT id FROM things ORDER BY id FOR UPDATE', [], 7, sink)
        expect(sink.rows).toHaveLength(7)
        await session.run('DELETE FROM things WHERE id > 20000', [])
        return { keep: true, value }
      },
      never,
    )
    expect(ended).toEqual({ rows: 7, truncated: true })
    expect(await count(scene)).toBe(1)
    await keep(use(), ['DELETE FROM things'])
  })
  it('runs statements that were not waited for one after the other', async () => {
    const total = await use().write!(
      setting,
      async (session) => {
        const all = await Promise.all(Array.from({ length: 50 }, (_, i) => session.run(insert, [i, `n${i}`])))
        return { keep: false, value: all.reduce((sum, { changed }) => sum + changed, 0) }
      },
      never,
    )
    expect(total).toBe(50)
  })
  it('runs outside of a transaction where asked to', async () => {
    const outside = { ...setting, transaction: false }
    const work = (sql: string) => async (session: WriteSession) => {
      await session.run(sql, [])
      return { keep: true, value: undefined }
    }
    await use().write!(outside, work('CREATE DATABASE made_outside'), never)
    await use().write!(outside, work('DROP DATABASE made_outside'), never)
  })
  it('leaves reading sessions read-only for ever', async () => {
    const own = await scene.open({ pool_max: 1, write_pool_max: 1 })
    for (let round = 0; round < 3; round++) {
      await keep(own, [insert, round, 'x'])
      await rejection(ask(own, 'DELETE FROM things'))
    }
    expect(await keep(own, ['DELETE FROM things'])).toEqual([3])
    await own.close()
  })
}

function refuses(scene: Scene): void {
  const { given, use } = scene
  const secret = "se'cr\"et for key 'x'"
  const insert = `INSERT INTO things (id, name, n, owner) VALUES (${[1, 2, 3, 4].map(given.mark).join(', ')})`
  it.each<readonly [string, readonly Value[], RegExp]>([
    ['a key twice', [1, secret.slice(0, 20), 1, null], /unique.*(things_pkey|PRIMARY)/],
    ['NULL where it must not be', [2, null, 1, null], /NULL.*name/],
    ['a check', [2, 'x', 4_242, null], /check.*n/],
    ['a foreign key', [2, 'x', 1, 4_242], /foreign key.*(owner|ibfk)/],
  ])('%s is constraint_violated: the place is named, the value is not', async (_what, params, says) => {
    const error = await fails(keep(use(), [insert, 1, 'first', 1, null], [insert, ...params]), 'constraint_violated')
    expect(error.message).toMatch(says)
    expect(error.message).not.toMatch(/4242|secr|se'cr/)
    expect(await count(scene)).toBe(0)
  })
  it('a unique value twice is not told', async () => {
    const owner = `INSERT INTO owners (id, name) VALUES (${given.mark(1)}, ${given.mark(2)})`
    const error = await fails(keep(use(), [owner, 1, secret], [owner, 2, secret]), 'constraint_violated')
    expect(error.message).not.toMatch(/se'cr|et for/)
  })
  it.each<readonly [string, readonly Value[]]>([
    ['a text that is too long', [1, 'y'.repeat(21), 1, null]],
    ['a number that is none', [1, 'x', 'not-a-number', null]],
    ['a number that is too large', [1, 'x', 99_999_999_999n, null]],
  ])('%s is value_invalid and is not cut to fit', async (_what, params) => {
    const error = await fails(keep(use(), [insert, ...params]), 'value_invalid')
    expect(error.message).not.toMatch(/yyy|not-a-number|99999/)
    expect(await count(scene)).toBe(0)
  })
  it('two statements in one text run neither', async () => {
    await rejection(keep(use(), ["INSERT INTO owners (id, name) VALUES (7, 'x'); INSERT INTO owners (id, name) VALUES (8, 'y')"]))
    expect(Number((await given.admin('SELECT count(*) FROM owners'))[0]![0])).toBe(0)
  })
  it.each(['COMMIT', ' rollback', 'BEGIN', 'START TRANSACTION'])('%s of a caller is refused', async (sql) => {
    await fails(keep(use(), ["INSERT INTO owners (id, name) VALUES (9, 'x')"], [sql]), 'not_supported')
    expect(Number((await given.admin('SELECT count(*) FROM owners'))[0]![0])).toBe(0)
  })
  it('work that looks away from an error cannot be kept', async () => {
    const looksAway = use().write!(
      setting,
      async (session) => {
        await session.run(insert, [1, 'x', 1, null])
        await session.run(insert, [1, 'x', 1, null]).catch(() => undefined)
        return { keep: true, value: undefined }
      },
      never,
    )
    await fails(looksAway, 'constraint_violated')
    expect(await count(scene)).toBe(0)
  })
  it('a user who may only read is source_denied', async () => {
    const own = await scene.open(given.reader)
    await fails(keep(own, [insert, 1, 'x', 1, null]), 'source_denied')
    await own.close()
  })
  it('somebody else who holds the row is a conflict', async () => {
    await keep(use(), [insert, 1, 'x', 1, null])
    const holding = Promise.withResolvers<void>()
    const letGo = Promise.withResolvers<void>()
    const holder = use().write!(
      setting,
      async (session) => {
        await session.run("UPDATE things SET name = 'held' WHERE id = 1", [])
        holding.resolve()
        await letGo.promise
        return { keep: false, value: undefined }
      },
      never,
    )
    await holding.promise
    const other = use().write!(
      { ...setting, timeoutMs: 2_500 },
      async (session) => ({ keep: true, value: await session.run("UPDATE things SET name = 'mine' WHERE id = 1", []) }),
      never,
    )
    await fails(other, 'change_conflict')
    letGo.resolve()
    await holder
    await keep(use(), ['DELETE FROM things'])
  })
}

function ends(scene: Scene): void {
  const { given, use } = scene
  const one = "INSERT INTO owners (id, name) VALUES (50, 'half')"
  const owners = async (): Promise<number> => Number((await given.admin('SELECT count(*) FROM owners WHERE id = 50'))[0]![0])
  const slow = (more: Partial<WriteSetting>, signal = never): Promise<unknown> =>
    use().write!(
      { ...setting, ...more },
      async (session) => {
        await session.run(one, [])
        await session.rows(given.sleeps, [], 1, new Collected())
        return { keep: true, value: undefined }
      },
      signal,
    )
  it('an abort ends the running statement and leaves nothing', async () => {
    const stop = new AbortController()
    const ended = rejection(slow({}, stop.signal))
    while ((await given.running()) === 0) await sleep(10)
    stop.abort('enough')
    expect(await ended).toBe('enough')
    expect(await given.running()).toBe(0)
    expect(await owners()).toBe(0)
  })
  it('the time limit ends it likewise', async () => {
    await fails(slow({ timeoutMs: 300 }), 'query_timeout')
    expect(await given.running()).toBe(0)
    expect(await owners()).toBe(0)
  })
  it('an abort while the work waits for something else settles at once, and the session is of no use any more', async () => {
    const stop = new AbortController()
    const begun = Promise.withResolvers<WriteSession>()
    const ended = rejection(
      use().write!(
        setting,
        async (session) => {
          await session.run(one, [])
          begun.resolve(session)
          return new Promise<never>(() => undefined)
        },
        stop.signal,
      ),
    )
    const session = await begun.promise
    stop.abort('left')
    expect(await ended).toBe('left')
    expect(await owners()).toBe(0)
    expect(await rejection(session.run(one, []))).toBe('left')
    // Nothing holds the row any more.
    expect(await keep(use(), [one], ['DELETE FROM owners'])).toEqual([1, 1])
  })
  it('a session that outlives its work is of no use', async () => {
    let kept: WriteSession | undefined
    await use().write!(
      setting,
      async (session) => {
        kept = session
        return { keep: true, value: undefined }
      },
      never,
    )
    await fails(kept!.run(one, []), 'internal')
  })
  it('work that throws is rolled back, and its own error comes through', async () => {
    const thrown = new Error('mine')
    const working = use().write!(
      setting,
      async (session) => {
        await session.run(one, [])
        throw thrown
      },
      never,
    )
    expect(await rejection(working)).toBe(thrown)
    expect(await owners()).toBe(0)
  })
  it('a session that the server ends: source_unavailable, nothing is kept', async () => {
    const ended = rejection(slow({}))
    while ((await given.running()) === 0) await sleep(10)
    await given.kick()
    expect(await ended).toMatchObject({ code: 'source_unavailable' })
    expect(await owners()).toBe(0)
  })
  it('waits in a bounded queue for a bounded time, and an abort leaves it', async () => {
    const own = await scene.open({ write_pool_max: 1, queue_max: 1, queue_wait_ms: 100 })
    const letGo = Promise.withResolvers<void>()
    const holder = own.write!(setting, async () => ({ keep: false, value: await letGo.promise }), never)
    await sleep(50)
    const waiting = fails(keep(own, [one]), 'source_busy')
    await fails(keep(own, [one]), 'source_busy')
    await waiting
    letGo.resolve()
    await holder
    expect(own.load).toMatchObject({ busy: 0, waiting: 0 })
    await own.close()
  })
  it('a process that is killed in the middle leaves nothing and holds nothing', async () => {
    const from = new URL(`../../src/source/${given.connector.name}.ts`, import.meta.url).href
    const program = `
      const { default: connector } = await import(${JSON.stringify(from)})
      const connection = await connector.open('dies', { url: ${JSON.stringify(given.url())} })
      await connection.write({ timeoutMs: 60000, transaction: true }, async (session) => {
        await session.run(${JSON.stringify(one)}, [])
        console.log('begun')
        return new Promise(() => setInterval(() => {}, 1000))
      }, new AbortController().signal)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'close')
    // Waits for the lock of the one who is gone, should it still be held.
    expect(await keep(use(), [one], ['DELETE FROM owners'])).toEqual([1, 1])
  })
  it('closing rolls back what runs and leaves no session', async () => {
    await sleep(100)
    const before = await given.sessions()
    const own = await scene.open()
    const begun = Promise.withResolvers<void>()
    const working = fails(
      own.write!(
        setting,
        async (session) => {
          await session.run(one, [])
          begun.resolve()
          return new Promise<never>(() => undefined)
        },
        never,
      ),
      'stopping',
    )
    await begun.promise
    await own.close()
    await working
    expect(await owners()).toBe(0)
    for (let i = 0; i < 100 && (await given.sessions()) > before; i++) await sleep(20)
    expect(await given.sessions()).toBeLessThanOrEqual(before)
  })
}
