import { expect, it } from 'vitest'
import { SluiceError } from '../../src/error.ts'
import { ask, fails, rejection } from './ask.ts'
import { build, count, kept, type Open, rowsOf, write } from './write-scene.ts'

export function constraints({ given, use }: Open): void {
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

export function values(scene: Open): void {
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
