import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Applied, Previewed } from '../../src/change.ts'
import { arrayRows, importRows } from '../../src/import.ts'
import { openShop, type Shop, type Who } from './shops.ts'

/** What a source changes by itself in other tables, because a foreign key says so, is changed only by who may change it. */

describe.each(['sqlite', 'postgres', 'mysql'] as const)('behind a foreign key on %s', (engine) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(engine)
    const text = engine === 'mysql' ? 'varchar(20)' : 'varchar'
    await shop.admin(`CREATE TABLE goods (id integer PRIMARY KEY, code ${text} NOT NULL UNIQUE, note ${text})`)
    await shop.admin(
      'CREATE TABLE stock (id integer PRIMARY KEY, good integer, FOREIGN KEY (good) REFERENCES goods (id) ON UPDATE CASCADE ON DELETE CASCADE)',
    )
  }, 60_000)
  afterAll(() => shop?.close())
  beforeEach(async () => {
    for (const sql of ['DELETE FROM stock', 'DELETE FROM goods']) await shop.admin(sql)
    await shop.admin("INSERT INTO goods VALUES (1, 'a', NULL), (2, 'b', NULL)")
    await shop.admin('INSERT INTO stock VALUES (10, 1), (20, 2)')
  })
  const stock = async () => (await shop.admin('SELECT good FROM stock ORDER BY id')).map(([good]) => Number(good))
  const refused = { code: 'change_refused', message: expect.not.stringContaining('stock') }

  test('an upsert by another key sets no column that others reference', async () => {
    const upsert = (id: number) => ({ kind: 'upsert', table: 'goods', key: ['code'], rows: [{ code: 'a', id, note: 'x' }] }) as const
    await expect(shop.change('desk', upsert(7))).rejects.toMatchObject(refused)
    expect(await shop.apply('desk', upsert(1))).toMatchObject({ undoable: true, changed: { goods: 1 } })
    expect(await stock()).toEqual([1, 2])
    const applied = await shop.apply('editor', upsert(7))
    expect(applied).toMatchObject({
      undoable: false,
      warnings: expect.arrayContaining([expect.stringContaining('Other tables reference')]),
    })
    expect(await stock()).toEqual([7, 2])
  })

  test('nor does an import that overwrites rows', async () => {
    const put = (who: Who, row: object) =>
      importRows(
        shop.call(who, { action: 'preview' }),
        { table: 'goods', rows: arrayRows([row], {}), mode: 'upsert', key: ['code'] },
        undefined,
        shop.opened.parts,
      )
    await expect(put('desk', { code: 'a', id: 7 })).rejects.toMatchObject({ code: 'change_refused' })
    // MySQL takes a row by any of its keys, so there no import overwrites a table that has two.
    if (engine !== 'mysql') {
      expect(await put('desk', { code: 'a', note: 'y' }).catch(({ code }) => code)).not.toBe('change_refused')
      expect(await put('editor', { code: 'a', id: 7 })).toMatchObject({ status: 'confirmation_required' })
    }
    expect(await stock()).toEqual([1, 2])
  })

  test('an undo takes no rows with it that came after the change', async () => {
    const insert = { kind: 'insert', table: 'goods', rows: [{ id: 5, code: 'e' }] } as const
    const made: Applied = await shop.apply('desk', insert)
    await shop.admin('INSERT INTO stock VALUES (50, 5)')
    await expect(shop.undo('desk', made.change_id)).rejects.toMatchObject(refused)
    expect(await stock()).toEqual([1, 2, 5])
    await shop.admin('DELETE FROM stock WHERE id = 50')
    const look = (await shop.undo('desk', made.change_id)) as Previewed
    expect(await shop.undo('desk', made.change_id, look.confirm_token)).toMatchObject({ status: 'applied', undoable: true })

    const own: Applied = await shop.apply('editor', insert)
    await shop.admin('INSERT INTO stock VALUES (50, 5)')
    const seen = (await shop.undo('editor', own.change_id)) as Previewed
    expect(seen.warnings.join()).toContain('1 row of stock points at them')
  })
})
