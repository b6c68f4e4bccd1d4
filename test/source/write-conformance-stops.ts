import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { SluiceError } from '../../src/error.ts'
import { ask, fails, rejection } from './ask.ts'
import { build, count, kept, never, type Open, setting, write } from './write-scene.ts'

/** The milliseconds within which an abandoned statement must be gone. */
const goneMsMax = 100

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await holds()) return
    await sleep(10)
  }
  throw new Error(`waited in vain until ${what}`)
}

export function stops({ given, use, open }: Open): void {
  const stopped = async (): Promise<number> => {
    const stop = new AbortController()
    const reason = new Error('no longer wanted')
    const seen = rejection(
      write(
        use(),
        async (session) => {
          await session.run('INSERT INTO wc_items (id) VALUES (-1)', [])
          await session.run(given.endless, [])
          return { keep: true, value: undefined }
        },
        stop.signal,
      ),
    )
    await until('the source shows the statement', async () => (await given.running()) > 0)
    const start = performance.now()
    stop.abort(reason)
    expect(await seen).toBe(reason)
    const took = performance.now() - start
    expect(await given.running()).toBe(0)
    expect(await count(use())).toBe(0)
    return took
  }
  it('aborted while a statement runs: gone within 100 ms, and nothing is left', async () => {
    const took = [await stopped(), await stopped(), await stopped()]
    expect(Math.min(...took), `took ${took.map(Math.round)} ms`).toBeLessThan(goneMsMax)
    expect(await kept(use(), 'INSERT INTO wc_items (id) VALUES (1)')).toBe(1)
  })
  it('aborted while the work waits for something else: nothing is left', async () => {
    const stop = new AbortController()
    const reason = new Error('no longer wanted')
    const seen = rejection(
      write(
        use(),
        async (session) => {
          await session.run('INSERT INTO wc_items (id) VALUES (1)', [])
          stop.abort(reason)
          return new Promise(() => {})
        },
        stop.signal,
      ),
    )
    expect(await seen).toBe(reason)
    expect(await count(use())).toBe(0)
    expect(await kept(use(), 'INSERT INTO wc_items (id) VALUES (1)')).toBe(1)
  })
  it('aborted before it begins: the work never runs', async () => {
    const reason = new Error('never wanted')
    let ran = false
    const never = write(
      use(),
      async () => {
        ran = true
        return { keep: true, value: undefined }
      },
      AbortSignal.abort(reason),
    )
    expect([await rejection(never), ran]).toEqual([reason, false])
  })
  it('aborted while the work believes to be done: nothing is left', async () => {
    const stop = new AbortController()
    const reason = new Error('at the last moment')
    const seen = rejection(
      write(
        use(),
        async (session) => {
          await session.run('INSERT INTO wc_items (id) VALUES (1)', [])
          stop.abort(reason)
          return { keep: true, value: undefined }
        },
        stop.signal,
      ),
    )
    expect(await seen).toBe(reason)
    expect(await count(use())).toBe(0)
  })
  it('stops with query_timeout, and nothing is left', async () => {
    const late = use().write!(
      { ...setting, timeoutMs: 1_500 },
      async (session) => {
        await session.run('INSERT INTO wc_items (id) VALUES (-1)', [])
        await session.run(given.endless, [])
        return { keep: true, value: undefined }
      },
      never,
    )
    await fails(late, 'query_timeout')
    expect(await given.running()).toBe(0)
    expect(await count(use())).toBe(0)
  })
  it('killed in the middle of a transaction: nothing is left, and the next one works', async () => {
    const killed = write(use(), async (session) => {
      await session.run('INSERT INTO wc_items (id) VALUES (1)', [])
      await given.kill()
      await session.run('INSERT INTO wc_items (id) VALUES (2)', [])
      return { keep: true, value: undefined }
    })
    await fails(killed, 'source_unavailable')
    expect(await count(use())).toBe(0)
    expect(await kept(use(), 'INSERT INTO wc_items (id) VALUES (3)')).toBe(1)
    expect(await count(use())).toBe(1)
  })
  it('killed between its last statement and its commit: all or nothing, and it says which it cannot know', async () => {
    const killed = write(use(), async (session) => {
      await session.run('INSERT INTO wc_items (id) VALUES (1), (2)', [])
      await given.kill()
      return { keep: true, value: undefined }
    })
    const error = (await rejection(killed)) as SluiceError
    expect(['source_unavailable', 'change_uncertain']).toContain(error.code)
    expect(await count(use())).toBe(0)
  })
  it('close ends a session that is open, and nothing is left', async () => {
    const own = await open()
    const { promise: began, resolve } = Promise.withResolvers<void>()
    const open_ = rejection(
      write(own, async (session) => {
        await session.run('INSERT INTO wc_items (id) VALUES (1)', [])
        resolve()
        return new Promise(() => {})
      }),
    )
    await began
    await own.close()
    expect(await open_).toMatchObject({ code: 'stopping' })
    expect(await count(use())).toBe(0)
    await fails(kept(own, 'INSERT INTO wc_items (id) VALUES (1)'), 'stopping')
  })
}

export function structure(scene: Open): void {
  const { given, use } = scene
  const tablesNow = async () => (await use().describe(AbortSignal.timeout(30_000))).tables.map(({ name }) => name)
  it('a new table is there for the next reader and in the schema', async () => {
    await build(scene, 'CREATE TABLE wc_made (id BIGINT PRIMARY KEY)')
    expect((await ask(use(), 'SELECT count(*) FROM wc_made')).values).toEqual([[0]])
    expect(await tablesNow()).toContain('wc_made')
    await build(scene, 'DROP TABLE wc_made')
    await fails(ask(use(), 'SELECT count(*) FROM wc_made'), 'table_unknown')
    expect(await tablesNow()).not.toContain('wc_made')
  })
  if (given.connector.can.transactionalDdl)
    it('rolls back structure with the rest', async () => {
      await write(use(), async (session) => {
        await session.run('CREATE TABLE wc_made (id BIGINT PRIMARY KEY)', [])
        await session.run('INSERT INTO wc_made (id) VALUES (1)', [])
        await session.run('ALTER TABLE wc_items ADD COLUMN more INTEGER', [])
        await session.run('DROP TABLE wc_parts', [])
        return { keep: false, value: undefined }
      })
      expect(await tablesNow()).toEqual(expect.arrayContaining(['wc_items', 'wc_parts']))
      expect(await tablesNow()).not.toContain('wc_made')
      await fails(ask(use(), 'SELECT more FROM wc_items'), 'column_unknown')
    })
  it('runs without a transaction where it is asked to', async () => {
    const own = new Error('too late')
    const failing = use().write!(
      { ...setting, transaction: false },
      async (session) => {
        await session.run('INSERT INTO wc_items (id) VALUES (1)', [])
        throw own
      },
      never,
    )
    expect(await rejection(failing)).toBe(own)
    expect(await count(use())).toBe(1)
  })
  it('an index is in the details, with its columns', async () => {
    await build(scene, 'CREATE UNIQUE INDEX wc_by_note ON wc_items (qty, code)')
    const { indexes, dependents, database } = await use().details!(AbortSignal.timeout(30_000))
    expect(indexes.find(({ name }) => name === 'wc_by_note')).toMatchObject({
      table: 'wc_items',
      columns: ['qty', 'code'],
      unique: true,
      primary: false,
    })
    expect(indexes.filter(({ table, primary }) => table === 'wc_items' && primary).map(({ columns }) => columns)).toEqual([['id']])
    const names = dependents.filter(({ kind, on }) => kind === 'foreign_key' && /(^|\.)wc_items$/.test(on)).map(({ name }) => name)
    expect(
      names.some((name) => /wc_parts/.test(name)),
      names.join(),
    ).toBe(true)
    expect(database.version).toMatch(/\d/)
  })
}
