import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Value } from '../../src/call.ts'
import { SluiceError } from '../../src/error.ts'
import type { Connection, WriteSession } from '../../src/source/source.ts'
import { ask, fails, rejection } from './ask.ts'
import { stops, structure } from './write-conformance-stops.ts'
import { constraints, values } from './write-conformance-values.ts'
import { count, drop, kept, make, type Open, rowsOf, type WriteGiven, write } from './write-scene.ts'

/** The one suite of writing for all connectors: call it at the top level of a connector's test. */
export function conformsWriting(given: WriteGiven): void {
  describe(`${given.connector.name} conforms in writing`, () => {
    let connection: Connection
    const open = (): Promise<Connection> => given.connector.open('written', given.config())
    const scene: Open = { given, open, use: () => connection }
    beforeAll(async () => {
      connection = await open()
      await drop(scene)
    })
    beforeEach(() => make(scene))
    afterEach(() => drop(scene))
    afterAll(() => connection.close())
    transactions(scene)
    statements(scene)
    constraints(scene)
    values(scene)
    stops(scene)
    structure(scene)
    reading(scene)
    together(scene)
  })
}

function transactions(scene: Open): void {
  const { use } = scene
  it('keeps what is to be kept, all of it at once', async () => {
    const value = await write(use(), async (session) => {
      await session.run("INSERT INTO wc_items (id, code) VALUES (1, 'a')", [])
      await session.run('UPDATE wc_items SET qty = 5 WHERE id = 1', [])
      expect((await rowsOf(session, 'SELECT id, qty FROM wc_items')).values, 'it sees its own').toEqual([[1, 5]])
      return { keep: true, value: 'done' }
    })
    expect(value).toBe('done')
    expect((await ask(use(), 'SELECT id, code, qty FROM wc_items')).values).toEqual([[1, 'a', 5]])
  })
  it('leaves nothing when nothing is to be kept', async () => {
    const value = await write(use(), async (session) => {
      await session.run("INSERT INTO wc_items (id, code) VALUES (1, 'a')", [])
      return { keep: false, value: (await rowsOf(session, 'SELECT count(*) FROM wc_items')).values[0]![0] }
    })
    expect(value).toBe(1)
    expect(await count(use())).toBe(0)
  })
  it('rolls back when the work throws, and rejects with its error', async () => {
    const own = new Error('the work failed')
    const failing = write(use(), async (session) => {
      await session.run("INSERT INTO wc_items (id, code) VALUES (1, 'a')", [])
      throw own
    })
    expect(await rejection(failing)).toBe(own)
    expect(await count(use())).toBe(0)
    expect(await kept(use(), 'INSERT INTO wc_items (id) VALUES (2)')).toBe(1)
  })
  it('rolls back when a statement fails and the work lets it', async () => {
    const failing = write(use(), async (session) => {
      await session.run('INSERT INTO wc_items (id) VALUES (1)', [])
      await session.run('INSERT INTO wc_missing (id) VALUES (1)', [])
      return { keep: true, value: undefined }
    })
    await fails(failing, 'table_unknown')
    expect(await count(use())).toBe(0)
  })
  it('serves no statement after its end', async () => {
    let late: WriteSession | undefined
    await write(use(), async (session) => {
      late = session
      return { keep: true, value: undefined }
    })
    expect(await rejection(late!.run('INSERT INTO wc_items (id) VALUES (1)', []))).toBeInstanceOf(SluiceError)
    expect(await count(use())).toBe(0)
  })
}

function statements({ given, use }: Open): void {
  const p = given.placeholder
  it('tells how many rows a statement changed', async () => {
    const seen = await write(use(), async (session) => {
      const changed: number[] = []
      const run = async (sql: string, params: readonly Value[] = []) => changed.push((await session.run(sql, params)).changed)
      await run('INSERT INTO wc_items (id) VALUES (1), (2), (3)')
      await run(`UPDATE wc_items SET qty = ${p(1)} WHERE id >= ${p(2)}`, [7, 2])
      await run('UPDATE wc_items SET qty = 9 WHERE id = 99')
      if (given.connector.can.transactionalDdl) await run('CREATE TABLE wc_made (id BIGINT PRIMARY KEY)')
      else changed.push(0)
      await run(`DELETE FROM wc_items WHERE id < ${p(1)}`, [3n])
      return { keep: true, value: changed }
    })
    expect(seen).toEqual([3, 2, 0, 0, 2])
  })
  it('answers the rows of a statement, no more than wanted, and tells whether there were more', async () => {
    const answers = await write(use(), async (session) => {
      await session.run("INSERT INTO wc_items (id, note) VALUES (1, ''), (2, NULL), (3, 'x')", [])
      const some = await rowsOf(session, `SELECT id, note FROM wc_items WHERE id > ${p(1)} ORDER BY id`, [0], 2)
      const all = await rowsOf(session, 'SELECT id FROM wc_items ORDER BY id', [], 3)
      const none = await rowsOf(session, 'SELECT id FROM wc_items WHERE id > 100')
      return { keep: false, value: { some, all, none } }
    })
    expect(answers.some).toMatchObject({
      rows: 2,
      truncated: true,
      values: [
        [1, ''],
        [2, null],
      ],
    })
    expect(answers.some.columns.map(({ name }) => name)).toEqual(['id', 'note'])
    expect(answers.all).toMatchObject({ rows: 3, truncated: false, values: [[1], [2], [3]] })
    expect(answers.none).toMatchObject({ rows: 0, truncated: false, values: [] })
    expect(answers.none.columns.map(({ name }) => name)).toEqual(['id'])
  })
  it.each([
    'INSERT INTO wc_items (id) VALUES (1); INSERT INTO wc_items (id) VALUES (2)',
    'SELECT 1; DELETE FROM wc_items',
    'DELETE FROM wc_items; COMMIT',
  ])('runs one statement: %s', async (sql) => {
    const refused = write(use(), async (session) => {
      await session.run('INSERT INTO wc_items (id) VALUES (10)', [])
      await (sql.startsWith('SELECT') ? rowsOf(session, sql) : session.run(sql, []))
      return { keep: true, value: undefined }
    })
    expect(await rejection(refused)).toBeInstanceOf(SluiceError)
    expect(await count(use())).toBe(0)
  })
  it('a wrong number of values is refused', async () => {
    for (const params of [[], [1, 2]]) {
      const wrong = write(use(), async (session) => ({
        keep: true,
        value: await session.run(`INSERT INTO wc_items (id) VALUES (${p(1)})`, params),
      }))
      expect(await rejection(wrong)).toBeInstanceOf(SluiceError)
    }
    expect(await count(use())).toBe(0)
  })
  it('keeps the order of statements that nobody waited for', async () => {
    await write(use(), async (session) => {
      const first = session.run('INSERT INTO wc_items (id, qty) VALUES (1, 1)', [])
      const second = session.run('UPDATE wc_items SET qty = qty + 10', [])
      const third = rowsOf(session, 'SELECT qty FROM wc_items')
      expect([(await first).changed, (await second).changed, (await third).values]).toEqual([1, 1, [[11]]])
      return { keep: true, value: undefined }
    })
    expect(await count(use(), 'max(qty)')).toBe(11)
  })
  it.each(given.refused.map((sql) => [sql.slice(0, 80), sql] as const))('a writing session refuses: %s', async (_name, sql) => {
    const refused = write(use(), async (session) => ({ keep: true, value: await session.run(sql, []) }))
    expect(await rejection(refused)).toBeInstanceOf(SluiceError)
    await given.untouched()
    expect(await kept(use(), 'INSERT INTO wc_items (id) VALUES (1)')).toBe(1)
  })
}

function reading({ given, use }: Open): void {
  const refused = async () => {
    expect(await rejection(ask(use(), 'INSERT INTO wc_items (id) VALUES (99)'))).toBeInstanceOf(SluiceError)
    expect(await rejection(ask(use(), 'DELETE FROM wc_items'))).toBeInstanceOf(SluiceError)
  }
  it('reading sessions stay read-only before and after a write', async () => {
    await refused()
    await kept(use(), 'INSERT INTO wc_items (id) VALUES (1)')
    for (let i = 0; i < 5; i++) await refused()
    expect(await count(use())).toBe(1)
  })
  if (given.readsWhileWriting)
    it('reading sessions stay read-only during a write, and do not see it', async () => {
      await kept(use(), 'INSERT INTO wc_items (id) VALUES (1)')
      await write(use(), async (session) => {
        await session.run('INSERT INTO wc_items (id) VALUES (2)', [])
        await refused()
        expect(await count(use())).toBe(1)
        return { keep: true, value: undefined }
      })
      expect(await count(use())).toBe(2)
    })
  else
    it('readers wait for a write, and then see it', async () => {
      let reader: Promise<unknown> | undefined
      await write(use(), async (session) => {
        await session.run('INSERT INTO wc_items (id) VALUES (2)', [])
        reader = count(use())
        return { keep: true, value: undefined }
      })
      expect(await reader).toBe(1)
    })
  it('readers that come all the time see whole changes only', async () => {
    await kept(use(), 'INSERT INTO wc_items (id, qty) VALUES (1, 0), (2, 0)')
    let going = true
    const seen = (async () => {
      while (going) expect((await ask(use(), 'SELECT max(qty) - min(qty) FROM wc_items')).values).toEqual([[0]])
    })()
    for (let i = 1; i <= 5; i++)
      await kept(use(), `UPDATE wc_items SET qty = ${i} WHERE id = 1`, `UPDATE wc_items SET qty = ${i} WHERE id = 2`)
    going = false
    await seen
    expect(await count(use(), 'max(qty)')).toBe(5)
  })
}

function together({ use, open }: Open): void {
  it('writers of one process do not lose each other’s work', async () => {
    await kept(use(), 'INSERT INTO wc_items (id, qty) VALUES (1, 0)')
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => kept(use(), 'UPDATE wc_items SET qty = qty + 1 WHERE id = 1')),
    )
    const worked = outcomes.filter(({ status }) => status === 'fulfilled').length
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(['source_busy', 'change_conflict']).toContain(outcome.reason.code)
    expect(worked).toBeGreaterThan(0)
    expect(await count(use(), 'max(qty)')).toBe(worked)
  })
  it('writers of two processes do not lose each other’s work', async () => {
    await kept(use(), 'INSERT INTO wc_items (id, qty) VALUES (1, 0)')
    const other = await open()
    const add = 'UPDATE wc_items SET qty = qty + 1 WHERE id = 1'
    const outcomes = await Promise.allSettled([kept(use(), add), kept(other, add), kept(use(), add), kept(other, add)])
    await other.close()
    const worked = outcomes.filter(({ status }) => status === 'fulfilled').length
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(['source_busy', 'change_conflict']).toContain(outcome.reason.code)
    expect(worked).toBeGreaterThan(0)
    expect(await count(use(), 'max(qty)')).toBe(worked)
  })
}
