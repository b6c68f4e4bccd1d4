import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checkFields, newCallId, toolNamed } from '../../src/tools/tools.ts'
import { type Engine, engines, openShop, type Shop, type Who } from '../change/shops.ts'

/** The tools for rows, as a door calls them: by the names and shapes that clients of the predecessor systems use. */

type Told = Readonly<Record<string, unknown>> & {
  status: string
  confirm_token: string
  change_id: string
  changed: Readonly<Record<string, number>>
}

describe.each(engines)('tools for rows on %s', (engine: Engine) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(engine)
  }, 60_000)
  afterAll(() => shop?.close())
  beforeEach(() => shop.fill())

  const answer = async (who: Who, name: string, sent: Readonly<Record<string, unknown>>) => {
    const tool = toolNamed(name)
    if (tool.kind !== 'answer') throw new Error(`${name} answers rows`)
    const { credential, signal } = shop.call(who)
    return tool.answer(checkFields(tool.input, sent, tool.also), { id: newCallId(), door: 'mcp', credential, signal }, shop.opened.parts)
  }
  /** What was previewed, confirmed as a client would. */
  const done = async (name: string, sent: Readonly<Record<string, unknown>>, who: Who = 'editor') => {
    const preview = await answer(who, name, sent)
    expect(preview.confirm).toMatchObject({ question: expect.stringContaining('shop'), token: expect.stringMatching(/^cfm_/) })
    expect(preview.text).toContain('Nothing has changed yet')
    const { confirm_token } = preview.structured as Told
    return (await answer(who, name, { ...sent, confirm_token })).structured as Told
  }
  const ids = async (table: string) => (await shop.admin(`SELECT id FROM ${table} ORDER BY id`)).map(([id]) => Number(id))

  test('insert_rows takes one row or many', async () => {
    expect(await done('insert_rows', { table: 'archive', rows: { id: 1, note: 'one' } })).toMatchObject({ changed: { archive: 1 } })
    expect(
      await done('insert_rows', {
        source: 'shop',
        table_name: 'archive',
        data: [{ id: 2 }, { id: 3, total: 1.5 }, { id: 4, total: '2.25', note: null }],
      }),
    ).toMatchObject({
      changed: { archive: 3 },
      undoable: true,
    })
    expect(await ids('archive')).toEqual([1, 2, 3, 4])
  })

  test('a value that is nested too deeply is told, and no failure of ours', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)
    for (const [name, sent] of [
      ['insert_rows', { table: 'archive', rows: [{ id: 9, note: deep }] }],
      ['insert_rows', { table: 'archive', rows: deep }],
      ['update_rows', { table: 'archive', set: { note: deep }, where: {} }],
      ['upsert_rows', { table: 'archive', rows: [{ id: 9, note: [deep] }], key: ['id'] }],
    ] as const) {
      await expect(answer('editor', name, sent)).rejects.toMatchObject({ code: 'field_invalid' })
    }
  })

  test('a preview says how many of how many rows it shows', async () => {
    const rows = Array.from({ length: 12 }, (_, id) => ({ id: id + 1 }))
    const many = await answer('editor', 'insert_rows', { table: 'archive', rows })
    expect(many.text).toMatch(/\nRows of archive \([^)]*\), \d+ of 12:\n/)
    const few = await answer('editor', 'insert_rows', { table: 'archive', rows: rows.slice(0, 2) })
    expect(few.text).toMatch(/\nRows of archive \([^)]*\):\n/)
  })

  test('update_rows takes values, expressions and both forms of a condition', async () => {
    const mark = engine === 'postgres' || engine === 'duckdb' ? '$1' : '?'
    expect(await done('update_rows', { table: 'orders', set: { note: 'a' }, where: { tenant: 1 } })).toMatchObject({
      changed: { orders: 2 },
    })
    expect(
      await done('update_rows', {
        table: 'orders',
        values: { note: 'b' },
        expressions: { total: 'total * 2' },
        where: `id = ${mark}`,
        params: [3],
      }),
    ).toMatchObject({ changed: { orders: 1 } })
    const rows = await shop.admin('SELECT note, total FROM orders WHERE id IN (1, 3) ORDER BY id')
    expect(rows.map(([note, total]) => [note, Number(total)])).toEqual([
      ['a', 10.5],
      ['b', 60.5],
    ])
  })

  test('delete_rows, upsert_rows and truncate_table', async () => {
    expect(await done('delete_rows', { table: 'orders', where: "customer LIKE 'B%'" })).toMatchObject({ changed: { orders: 1 } })
    expect(
      await done('upsert_rows', {
        table: 'customers',
        rows: [{ id: 40, email: 'ana@example.com', tenant: 5 }].map(({ email, tenant }) => ({ id: 1, email, tenant })),
        conflict_columns: ['id'],
      }),
    ).toMatchObject({
      changed: { customers: 1 },
    })
    expect(
      await done('upsert_rows', { table: 'customers', rows: { id: 50, email: 'new@example.com', tenant: 5 }, key_columns: 'id' }),
    ).toMatchObject({ changed: { customers: 1 } })
    expect(await ids('customers')).toEqual([1, 2, 3, 50])
    expect(await done('truncate_table', { table: 'customers' })).toMatchObject({ changed: { customers: 4 } })
    expect(await ids('customers')).toEqual([])
  })

  test('a change is listed and undone', async () => {
    const { change_id } = await done('delete_rows', { table: 'orders', where: { id: 1 } })
    const { structured } = await answer('editor', 'list_changes', { limit: 1 })
    expect(structured).toMatchObject({ changes: [{ id: change_id, state: 'applied' }] })
    expect(await done('undo_change', { change_id })).toMatchObject({ status: 'applied' })
    expect(await ids('orders')).toEqual([1, 2, 3, 4])
  })

  test('a unique key besides the primary one can be the key of an upsert, and hits no row by another', async () => {
    const rows = [{ id: 99, email: 'ben@example.com', tenant: 7 }]
    if (engine === 'duckdb') return
    const told = await done('upsert_rows', { table: 'customers', rows, key_columns: ['email'] })
    expect(told).toMatchObject({ changed: { customers: 1 } })
    expect(await ids('customers')).toEqual([1, 3, 99])
    // The key that was named is new, but another one is taken: no row may be overwritten by that.
    const other = { table: 'customers', rows: [{ id: 1, email: 'fresh@example.com', tenant: 7 }], key_columns: ['email'] }
    await expect(answer('editor', 'upsert_rows', other)).rejects.toMatchObject({ code: 'constraint_violated' })
  })

  test.each([
    ['insert_rows', { table: 'orders' }, 'field_missing'],
    ['insert_rows', { table: 'orders', rows: [] }, 'field_invalid'],
    ['insert_rows', { table: 'orders', rows: 'id' }, 'field_invalid'],
    ['insert_rows', { table: 'orders', rows: [[1, 2]] }, 'field_invalid'],
    ['insert_rows', { table: 5, rows: {} }, 'field_invalid'],
    ['insert_rows', { table: 'orders', rows: { id: 2 ** 60 } }, 'parameter_invalid'],
    ['insert_rows', { table: 'orders', rows: { id: 1 }, where: {} }, 'field_unknown'],
    ['update_rows', { table: 'orders', where: { id: 1 } }, 'change_invalid'],
    ['update_rows', { table: 'orders', values: { note: 'x' } }, 'field_missing'],
    ['update_rows', { table: 'orders', values: { note: 'x' }, expressions: { note: 'id' }, where: {} }, 'change_invalid'],
    ['delete_rows', { table: 'orders' }, 'field_missing'],
    ['delete_rows', { table: 'orders', where: '' }, 'field_invalid'],
    ['delete_rows', { table: 'orders', where: { id: { $gt: 1 } } }, 'field_invalid'],
    ['delete_rows', { table: 'orders', where: { id: 1 }, params: [1] }, 'parameter_count'],
    ['upsert_rows', { table: 'orders', rows: { id: 1 } }, 'field_missing'],
    ['upsert_rows', { table: 'orders', rows: { id: 1 }, key_columns: [] }, 'field_invalid'],
    ['truncate_table', { table: 'orders', cascade: true }, 'field_unknown'],
    ['undo_change', { change_id: 'x' }, 'change_unknown'],
    ['undo_change', {}, 'field_missing'],
    ['delete_rows', { table: 'orders', where: { id: 1 }, confirm_token: 'yes' }, 'confirmation_invalid'],
  ])('%s %j is %s', async (name, sent, code) => {
    await expect((async () => answer('editor', name, sent))()).rejects.toMatchObject({ code })
    expect(await ids('orders')).toEqual([1, 2, 3, 4])
  })
})
