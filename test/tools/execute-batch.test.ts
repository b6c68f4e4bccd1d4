import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../src/gateway.ts'
import { type Caller, checkFields, newCallId, toolNamed } from '../../src/tools/tools.ts'
import { kinds, type Scene, scene } from '../import/scene.ts'

const mark = (source: string, i: number) => (source === 'postgres' || source === 'duckdb' ? `$${i}` : '?')
const upsert = (source: string) =>
  source === 'mysql' ? 'ON DUPLICATE KEY UPDATE name = VALUES(name)' : 'ON CONFLICT (id) DO UPDATE SET name = excluded.name'

async function batch(at: Scene, fields: Record<string, unknown>) {
  const tool = toolNamed('execute_batch')
  if (tool.kind !== 'answer') return expect.fail('answers rows')
  const caller: Caller = { id: newCallId(), door: 'mcp', credential: { kind: 'local' }, signal: new AbortController().signal }
  return tool.answer(checkFields(tool.input, fields, tool.also), caller, at.opened.parts)
}
const code = (at: Scene, fields: Record<string, unknown>): Promise<string> =>
  batch(at, fields).then(
    () => 'done',
    (error) => error.code,
  )

describe('execute_batch', () => {
  let at: Scene
  beforeAll(async () => {
    at = await scene('', 'clerk')
  }, 60_000)
  afterAll(() => at.close())
  beforeEach(() => at.clear())
  const rows = (source: string) => at.rows(source, 'SELECT id, name, tenant FROM goods ORDER BY id')

  it.each(kinds)('shows and applies every kind of statement in %s', async (source) => {
    const statements = [
      "INSERT INTO goods (id, name) VALUES (1, 'a''; --'), (2, 'b');",
      {
        sql: `INSERT INTO goods (id, name, tenant) VALUES (${mark(source, 1)}, ${mark(source, 2)}, ${mark(source, 3)})`,
        params: [3, 'c', 7],
      },
      { sql: `INSERT INTO goods (id, name) VALUES (4, concat('x', lower('Y')))` },
      { sql: `INSERT INTO goods (id, name) SELECT id + 10, name FROM goods WHERE tenant = ${mark(source, 1)}`, params: [7] },
      `INSERT INTO goods (id, name) VALUES (2, 'B'), (5, 'e') ${upsert(source)}`,
      {
        sql: `UPDATE goods AS g SET name = concat(g.name, CAST(${mark(source, 1)} AS CHAR(1))), tenant = 9 WHERE g.id = ${mark(source, 2)}`,
        params: ['!', 2],
      },
      'DELETE FROM goods WHERE id = 5 /* gone */ -- again',
      'SELECT COUNT(*) AS n FROM goods',
    ]
    const shown = await batch(at, { source, statements })
    expect(shown.structured).toMatchObject({ status: 'confirmation_required', changed: { goods: 9 } })
    expect(await rows(source)).toEqual([])
    const applied = await batch(at, { source, statements, confirm_token: shown.confirm!.token })
    expect(applied.structured).toMatchObject({ status: 'applied', changed: { goods: 9 } })
    expect((applied.structured.results as unknown[]).at(-1)).toEqual({ columns: ['n'], rows: [[5]] })
    expect(await rows(source)).toEqual([
      [1, "a'; --", 1],
      [2, 'B!', 9],
      [3, 'c', 7],
      [4, 'xy', 1],
      [13, 'c', 1],
    ])
  })

  it.each(kinds)('is all or nothing in %s', async (source) => {
    const statements = ["INSERT INTO goods (id, name) VALUES (1, 'a')", 'INSERT INTO goods (id, name) VALUES (2, NULL)']
    expect(await code(at, { source, statements })).toBe('constraint_violated')
    const hostile = ["INSERT INTO goods (id, name) VALUES (1, 'a')", "INSERT INTO goods (id, name) VALUES (2, 'b'); DROP TABLE goods"]
    expect(await code(at, { source, statements: hostile })).toBe('statement_many')
    expect(await code(at, { source, statements: ['DELETE FROM goods WHERE 1 = 1) OR (1 = 1'] })).toMatch(/^(sql_syntax|feature_refused)$/)
    expect(await rows(source)).toEqual([])
  })

  it('refuses a token for another batch, and more statements than it takes', async () => {
    const statements = ["INSERT INTO goods (id, name) VALUES (1, 'a')"]
    const { confirm } = await batch(at, { source: 'sqlite', statements })
    const other = ["INSERT INTO goods (id, name) VALUES (2, 'a')"]
    expect(await code(at, { source: 'sqlite', statements: other, confirm_token: confirm!.token })).toBe('confirmation_invalid')
    expect(await code(at, { source: 'sqlite', statements: Array.from({ length: 101 }, () => 'SELECT 1') })).toBe('field_invalid')
    expect(await code(at, { source: 'sqlite', statements: [] })).toBe('field_invalid')
    expect(await code(at, { source: 'sqlite', statements: [{ sql: 'SELECT ?', params: [2 ** 53 + 2] }] })).toBe('parameter_invalid')
    expect(await rows('sqlite')).toEqual([])
  })

  it('is what the refusal of a write points at', async () => {
    const sink = { columns: () => undefined, batch: () => undefined }
    for (const source of kinds) {
      const call = at.call(source, { action: 'query', text: 'DELETE FROM goods' })
      await expect(run(call, sink, at.opened.parts)).rejects.toMatchObject({
        code: 'statement_refused',
        hint: expect.stringContaining('execute_batch'),
      })
    }
  })
})

it('reads without a confirmation, and writes nothing for one who may only read', async () => {
  const at = await scene('', 'reader')
  try {
    for (const source of kinds) {
      const done = await batch(at, { source, statements: ['SELECT 1 AS a', 'SELECT COUNT(*) AS n FROM goods'] })
      expect(done.structured.results).toEqual([
        { columns: ['a'], rows: [[1]] },
        { columns: ['n'], rows: [[0]] },
      ])
      expect(await code(at, { source, statements: ['SELECT 1', "INSERT INTO goods (id, name) VALUES (1, 'a')"] })).toMatch(/refused$/)
      const call = at.call(source, { action: 'query', text: 'DELETE FROM goods' })
      const refused = run(call, { columns: () => undefined, batch: () => undefined }, at.opened.parts)
      await expect(refused).rejects.toMatchObject({ code: 'statement_refused', hint: expect.not.stringContaining('execute_batch') })
    }
  } finally {
    await at.close()
  }
}, 60_000)
