import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Applied, Previewed } from '../../src/change.ts'
import { engines, openShop, type Shop } from './shops.ts'

describe.each(engines)('changes of rows on %s', (engine) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(engine)
  }, 60_000)
  afterAll(() => shop?.close())
  beforeEach(() => shop.fill())

  const notes = async () =>
    (await shop.admin('SELECT id, note FROM orders ORDER BY id')).map((row) => row.map((cell) => (cell === null ? null : String(cell))))

  test('an update is previewed without changing anything, then applied, then undone', async () => {
    const before = await shop.admin('SELECT * FROM orders ORDER BY id')
    const dml = {
      kind: 'update',
      table: 'orders',
      set: { note: { value: 'seen' }, total: { expression: 'total + 1', params: [] } },
      where: { predicate: "customer IN ('Ana', 'Cem')", params: [] },
    } as const
    const preview = (await shop.change('editor', dml)) as Previewed
    expect(preview).toMatchObject({ status: 'confirmation_required', changed: { orders: 2 } })
    expect(preview.samples[0]?.rows).toHaveLength(2)
    expect(await shop.admin('SELECT * FROM orders ORDER BY id')).toEqual(before)
    const applied = (await shop.change('editor', dml, preview.confirm_token)) as Applied
    expect(applied).toMatchObject({ status: 'applied', changed: { orders: 2 }, undoable: true })
    expect(await notes()).toEqual([
      ['1', 'seen'],
      ['2', 'x'],
      ['3', 'seen'],
      ['4', "it's"],
    ])
    const look = (await shop.undo('editor', applied.change_id)) as Previewed
    expect(look).toMatchObject({ status: 'confirmation_required', changed: { orders: 2 } })
    const undone = await shop.undo('editor', applied.change_id, look.confirm_token)
    expect(undone).toMatchObject({ status: 'applied' })
    expect(await shop.admin('SELECT * FROM orders ORDER BY id')).toEqual(before)
  })

  test('a delete', async () => {
    const before = await shop.admin('SELECT * FROM orders ORDER BY id')
    const applied = await shop.apply('editor', { kind: 'delete', table: 'orders', where: { equal: { tenant: 1 } } })
    expect(applied).toMatchObject({ changed: { orders: 2 }, undoable: true })
    expect(await notes()).toEqual([
      ['3', 'y'],
      ['4', "it's"],
    ])
    const look = (await shop.undo('editor', applied.change_id)) as Previewed
    await shop.undo('editor', applied.change_id, look.confirm_token)
    expect(await shop.admin('SELECT * FROM orders ORDER BY id')).toEqual(before)
  })

  test('an insert', async () => {
    const rows = [
      { id: 10, tenant: 1, total: '99.99', note: 'new' },
      { id: 11, tenant: 2, total: 5 },
    ]
    const preview = (await shop.change('editor', { kind: 'insert', table: 'orders', rows })) as Previewed
    expect(preview.changed).toEqual({ orders: 2 })
    expect(preview.samples[0]?.rows[0]?.before).toBeNull()
    const applied = await shop.apply('editor', { kind: 'insert', table: 'orders', rows })
    expect(applied).toMatchObject({ changed: { orders: 2 }, undoable: true })
    expect(await shop.admin('SELECT count(*) FROM orders')).toHaveLength(1)
    const look = (await shop.undo('editor', applied.change_id)) as Previewed
    await shop.undo('editor', applied.change_id, look.confirm_token)
    expect((await notes()).map(([id]) => id)).toEqual(['1', '2', '3', '4'])
  })

  test('an upsert', async () => {
    const rows = [
      { id: 1, tenant: 1, total: '1.00', note: 'over' },
      { id: 9, tenant: 1, total: '9.00', note: 'new' },
    ]
    const applied = await shop.apply('editor', { kind: 'upsert', table: 'orders', rows, key: ['id'] })
    expect(applied).toMatchObject({ changed: { orders: 2 }, undoable: true })
    expect(await notes()).toEqual([
      ['1', 'over'],
      ['2', 'x'],
      ['3', 'y'],
      ['4', "it's"],
      ['9', 'new'],
    ])
    const look = (await shop.undo('editor', applied.change_id)) as Previewed
    await shop.undo('editor', applied.change_id, look.confirm_token)
    expect(await notes()).toEqual([
      ['1', null],
      ['2', 'x'],
      ['3', 'y'],
      ['4', "it's"],
    ])
  })

  test('a table is emptied', async () => {
    const applied = await shop.apply('editor', { kind: 'truncate', table: 'customers' })
    expect(applied).toMatchObject({ changed: { customers: 3 }, undoable: true })
    expect(await shop.admin('SELECT id FROM customers')).toEqual([])
  })

  test('a table without a key', async () => {
    const dml = { kind: 'delete', table: 'log', where: { equal: { a: 1 } } } as const
    if (engine === 'mysql') return await expect(shop.change('editor', dml)).rejects.toMatchObject({ code: 'change_refused' })
    const applied = await shop.apply('editor', dml)
    expect(applied).toMatchObject({ changed: { log: 2 }, undoable: false })
    expect((await shop.admin('SELECT b FROM log')).map(String)).toEqual(['two'])
  })

  test('rows that a SELECT answers', async () => {
    const applied = await shop.apply('editor', {
      kind: 'insert_select',
      table: 'archive',
      columns: ['id', 'total', 'note'],
      select: 'SELECT id, total, note FROM orders WHERE tenant = 2',
      params: [],
    })
    expect(applied).toMatchObject({ changed: { archive: 2 }, undoable: true })
    expect(await shop.admin('SELECT id FROM archive')).toHaveLength(2)
  })
})
