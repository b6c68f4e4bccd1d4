import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Value } from '../../src/call.ts'
import { type Code, SluiceError } from '../../src/error.ts'
import type { Column, ColumnType } from '../../src/result.ts'
import type { Connection, Connector, WriteSession, WriteSetting, Written } from '../../src/source/source.ts'
import { ask, Collected, fails, rejection } from './ask.ts'

/**
 * What a connector's test tells the suite about writing to its source. The suite makes tables of its own, whose names begin with
 * `wc_`, in the place where an unqualified name lands, and drops them again.
 */
export type WriteGiven = Readonly<{
  connector: Connector
  /** Settings of a source that may be written to, with its defaults filled in. */
  config: () => Readonly<Record<string, unknown>>
  /** The placeholder of the i-th parameter, from 1: `$1`, or `?` for all. */
  placeholder: (i: number) => string
  /** The types of the columns `code` (a text that can be unique) and `note` (a text of any kind). */
  text: Readonly<{ short: string; long: string }>
  /** One column each: a value goes in as a parameter and comes out as `json`, of this type; both in a writing session and to a reader. */
  survive: readonly Readonly<{ column: string; value: Value; json: unknown; type: ColumnType }>[]
  /** What the source answers to a value that its column cannot hold, and with which code. */
  invalid: readonly Readonly<{ column: string; value: Value; code: Code }>[]
  /** An INSERT into `wc_items (id)` that works in the source for at least 30 s. */
  endless: string
  /** How many statements of writing sessions the source itself says are running now. */
  running: () => Promise<number>
  /** Ends every writing session of this process from outside: kills the engine's process, or terminates the session in the server. */
  kill: () => Promise<void>
  /** False where nothing can be read while a writing session is open. */
  readsWhileWriting: boolean
  /** Statements that a writing session must refuse, whoever sent them: another database, a file, a setting. */
  refused: readonly string[]
  /** Throws when one of the `refused` has left a trace. */
  untouched: () => Promise<void>
}>

/** The milliseconds within which an abandoned statement must be gone. */
const goneMsMax = 100
const tables = ['wc_parts', 'wc_items', 'wc_made', 'wc_one'] as const

type Open = Readonly<{ given: WriteGiven; use: () => Connection; open: () => Promise<Connection> }>

const setting: WriteSetting = { timeoutMs: 30_000, transaction: true }
const never = new AbortController().signal

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

const write = <T>(connection: Connection, work: (session: WriteSession) => Promise<Written<T>>, signal = never): Promise<T> =>
  connection.write!(setting, work, signal)

/** Runs statements and keeps what they did. */
const kept = (connection: Connection, ...statements: string[]): Promise<number> =>
  write(connection, async (session) => {
    let changed = 0
    for (const sql of statements) changed = (await session.run(sql, [])).changed
    return { keep: true, value: changed }
  })

/** Changes structure, in a transaction where the source has one for that. */
const build = ({ given, use }: Open, ...statements: string[]): Promise<void> =>
  use().write!(
    { ...setting, transaction: given.connector.can.transactionalDdl },
    async (session) => {
      for (const sql of statements) await session.run(sql, [])
      return { keep: true, value: undefined }
    },
    never,
  )

async function make(scene: Open): Promise<void> {
  const { short, long } = scene.given.text
  await build(
    scene,
    `CREATE TABLE wc_items (id BIGINT PRIMARY KEY, code ${short} UNIQUE, qty INTEGER NOT NULL DEFAULT 0, note ${long}, CONSTRAINT wc_qty CHECK (qty >= 0))`,
    'CREATE TABLE wc_parts (id BIGINT PRIMARY KEY, item_id BIGINT, FOREIGN KEY (item_id) REFERENCES wc_items (id))',
  )
}

async function drop(scene: Open): Promise<void> {
  await build(scene, ...tables.map((table) => `DROP TABLE IF EXISTS ${table}`))
}

/** One number that a reader sees, of a new answer. */
const count = async (connection: Connection, what = 'count(*)'): Promise<unknown> =>
  (await ask(connection, `SELECT ${what} FROM wc_items`)).values[0]![0]

async function rowsOf(session: WriteSession, sql: string, params: readonly Value[] = [], rowsMax = 1_000) {
  const sink = new Collected()
  const ended = await session.rows(sql, params, rowsMax, sink)
  return { ...ended, columns: sink.columnsSeen as readonly Column[], values: sink.rows }
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

function constraints({ given, use }: Open): void {
  const p = given.placeholder
  const kinds = [
    ['primary key', `INSERT INTO wc_items (id) VALUES (${p(1)})`, [4711]],
    ['unique', `INSERT INTO wc_items (id, code) VALUES (1, ${p(1)})`, ['confidential']],
    ['NOT NULL', `INSERT INTO wc_items (id, qty) VALUES (${p(1)}, NULL)`, [4712]],
    ['check', `INSERT INTO wc_items (id, qty) VALUES (1, ${p(1)})`, [-4713]],
    ['reference to nothing', `INSERT INTO wc_parts (id, item_id) VALUES (1, ${p(1)})`, [4714]],
    ['reference from elsewhere', `DELETE FROM wc_items WHERE id = ${p(1)}`, [4711]],
  ] as const
  it.each(kinds)('names a constraint that is violated and no value: %s', async (_name, sql, params) => {
    await kept(
      use(),
      "INSERT INTO wc_items (id, code) VALUES (4711, 'confidential')",
      'INSERT INTO wc_parts (id, item_id) VALUES (1000, 4711)',
    )
    const error = await fails(
      write(use(), async (session) => ({ keep: true, value: await session.run(sql, params) })),
      'constraint_violated',
    )
    expect(error.message).not.toMatch(/471\d|confidential/)
    expect(error.cause, 'the cause is kept').toBeDefined()
    expect(await count(use())).toBe(1)
  })
  it('names a violation that comes from rows that are there', async () => {
    await kept(use(), "INSERT INTO wc_items (id, note) VALUES (1, 'confidential'), (2, 'confidential')")
    const error = await fails(kept(use(), "UPDATE wc_items SET code = 'confidential'"), 'constraint_violated')
    expect(error.message).not.toContain('confidential')
    expect(await count(use(), 'count(code)')).toBe(0)
  })
  it('keeps nothing after a violation, even if the work has caught it', async () => {
    const broken = write(use(), async (session) => {
      await session.run('INSERT INTO wc_items (id) VALUES (1)', [])
      await rejection(session.run('INSERT INTO wc_items (id) VALUES (1)', []))
      return { keep: true, value: undefined }
    })
    expect(await rejection(broken)).toBeInstanceOf(SluiceError)
    expect(await count(use())).toBe(0)
  })
}

function values(scene: Open): void {
  const { given, use } = scene
  const p = given.placeholder
  it.each(given.survive.map((one) => [`${one.column} ${String(one.value)}`, one] as const))('a value survives: %s', async (_name, one) => {
    await build(scene, `CREATE TABLE wc_one (id BIGINT PRIMARY KEY, v ${one.column})`)
    const inside = await write(use(), async (session) => {
      await session.run(`INSERT INTO wc_one (id, v) VALUES (1, ${p(1)})`, [one.value])
      return { keep: true, value: await rowsOf(session, 'SELECT v FROM wc_one') }
    })
    const outside = await ask(use(), 'SELECT v FROM wc_one')
    for (const { values, columns } of [inside, outside]) {
      expect(values).toEqual([[one.json]])
      expect(columns[0]!.type).toBe(one.type)
    }
  })
  it('keeps NULL and the empty string apart, and every character', async () => {
    const text = 'é漢😀 "q" \'s\' \\ ; -- \u0001\t\n\u2028'
    await write(use(), async (session) => {
      await session.run(`INSERT INTO wc_items (id, note) VALUES (1, ${p(1)}), (2, ${p(2)}), (3, ${p(3)})`, ['', null, text])
      return { keep: true, value: undefined }
    })
    expect((await ask(use(), 'SELECT id, note FROM wc_items ORDER BY id')).values).toEqual([
      [1, ''],
      [2, null],
      [3, text],
    ])
  })
  it.each(given.invalid.map((one) => [one.column, one] as const))('refuses a value that does not fit: %s', async (_name, one) => {
    await build(scene, `CREATE TABLE wc_one (id BIGINT PRIMARY KEY, v ${one.column})`)
    const error = await fails(
      write(use(), async (session) => ({
        keep: true,
        value: await session.run(`INSERT INTO wc_one (id, v) VALUES (1, ${p(1)})`, [one.value]),
      })),
      one.code,
    )
    if (one.value !== null) expect(error.message).not.toContain(String(one.value))
    expect((await ask(use(), 'SELECT count(*) FROM wc_one')).values).toEqual([[0]])
  })
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await holds()) return
    await sleep(10)
  }
  throw new Error(`waited in vain until ${what}`)
}

function stops({ given, use, open }: Open): void {
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

function structure(scene: Open): void {
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
