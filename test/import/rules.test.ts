import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Applied, type Previewed, undo } from '../../src/change.ts'
import { SluiceError } from '../../src/error.ts'
import { csvRows } from '../../src/import.ts'
import { bytesOf, kinds, type Scene, scene } from './scene.ts'

/** One scene for each role of the local caller; the servers behind are made anew for each. */
const open: Scene[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})
const as = async (role: string): Promise<Scene> => {
  const one = await scene('', role)
  open.push(one)
  return one
}
const csv = (text: string) => csvRows(bytesOf(text), {}, 1_000_000)
const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (done) => JSON.stringify(done),
    (error) => {
      expect(error).toBeInstanceOf(SluiceError)
      return error.code
    },
  )

it('holds row rules, masks and hidden columns', async () => {
  const at = await as('tenant')
  const count = async (source: string, table: string) => Number((await at.rows(source, `SELECT COUNT(*) FROM ${table}`))[0]![0])
  for (const source of kinds) {
    const load = (table: string, text: string, mode: 'insert' | 'upsert' = 'insert') => at.load(source, { table, rows: csv(text), mode })
    // Rows of another tenant are not to be made, with a key of their own or one that the source counts.
    expect(await code(load('goods', 'id,name,tenant\n1,a,1\n2,b,2\n')), source).toBe('change_refused')
    expect(await code(load('made', 'name,tenant\na,1\nb,2\n')), source).toBe('change_refused')
    expect((await count(source, 'goods')) + (await count(source, 'made')), source).toBe(0)
    expect(await code(load('goods', 'id,name,tenant\n1,a,1\n2,b,1\n')), source).toContain('"applied"')
    if (source !== 'mysql') expect(await code(load('made', 'name,tenant\na,1\nb,1\n')), source).toContain('"applied"')

    // Nor is one to be overwritten, or given away.
    await at.write(source, "INSERT INTO goods (id, name, tenant) VALUES (50, 'theirs', 2)")
    expect(await code(load('goods', 'id,name,tenant\n1,mine,1\n50,mine,1\n', 'upsert')), source).toBe('constraint_violated')
    expect(await code(load('goods', 'id,name,tenant\n1,given,2\n', 'upsert')), source).toBe('change_refused')
    expect(await code(load('goods', 'id,name,tenant\n1,mine,1\n', 'upsert')), source).toContain('"applied"')
    expect(await at.rows(source, 'SELECT id, name, tenant FROM goods ORDER BY id'), source).toEqual([
      [1, 'mine', 1],
      [2, 'b', 1],
      [50, 'theirs', 2],
    ])
    expect(await code(load('goods', 'id,name,note\n9,a,b\n')), source).toBe('column_unknown')
    expect(await code(load('goods', 'id,name,price\n9,a,1\n')), source).toBe('change_refused')
  }
}, 120_000)

it('refuses who may not write, and lets a role write without asking', async () => {
  const reader = await as('reader')
  for (const source of kinds) expect(await code(reader.load(source, { rows: csv('id,name\n1,a\n') }))).toBe('action_refused')
}, 60_000)

it('asks twice where a role wants it', async () => {
  const at = await as('careful')
  const load = async (token?: string) => at.load('sqlite', { rows: csv('id,name\n1,a\n') }, token)
  const first = (await load()) as Previewed
  const second = (await load(first.confirm_token)) as Previewed
  expect(second.status).toBe('confirmation_required')
  expect(await at.rows('sqlite', 'SELECT COUNT(*) FROM goods')).toEqual([[0]])
  expect(await code(load(first.confirm_token))).toBe('confirmation_used')
  expect((await load(second.confirm_token)).status).toBe('applied')
  expect(await at.rows('sqlite', 'SELECT COUNT(*) FROM goods')).toEqual([[1]])
}, 60_000)

describe('undo', () => {
  let at: Scene
  beforeAll(async () => {
    at = await scene('', 'fast')
  }, 60_000)
  afterAll(() => at.close())
  beforeEach(() => at.clear())

  it.each(kinds)('takes the rows of an import away again in %s, while they are as it left them', async (source) => {
    await at.write(source, "INSERT INTO goods (id, name) VALUES (100, 'was here')")
    const load = async () => (await at.load(source, { rows: csv('id,name,price\n1,a,1.5\n2,b,\n') })) as Applied
    const done = await load()
    expect(done.undoable).toBe(true)
    expect(await code(undo(at.call(source), done.change_id, undefined, at.opened.parts))).toContain('"applied"')
    expect(await at.rows(source, 'SELECT id FROM goods')).toEqual([[100]])

    const again = await load()
    await at.write(source, "UPDATE goods SET name = 'changed' WHERE id = 2")
    expect(await code(undo(at.call(source), again.change_id, undefined, at.opened.parts))).toBe('change_conflict')
    expect(await at.rows(source, 'SELECT COUNT(*) FROM goods')).toEqual([[3]])
  })

  it('says when there are too many', async () => {
    const lines = Array.from({ length: 10_001 }, (_, i) => `${i},n`).join('\n')
    const done = (await at.load('sqlite', { rows: csvRows(bytesOf(`id,name\n${lines}`, 65_536), {}, 1e7) })) as Applied
    expect([done.undoable, done.undo_reason]).toEqual([false, expect.stringContaining('10,000')])
  })
})
