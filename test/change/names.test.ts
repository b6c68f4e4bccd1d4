import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Previewed } from '../../src/change.ts'
import { engines, openShop, type Shop } from './shops.ts'

/** Names that would be SQL if they were not quoted, and values that would be if they were not parameters. */

const table = `od"d'; DROP TABLE vault; --`
const columns = [`a"b`, 'c`d', `e'f`, 'g.h', 'Order', 'select', 'x y', 'größe', '$1', '?']
const values = [`'; DROP TABLE vault; --`, `" OR 1=1`, '\\', "\\'", '$1', '?', '`', '😀', '%s', 'NULL']

describe.each(engines)('odd names and values on %s', (engine) => {
  let shop: Shop
  const quote = (name: string) => (engine === 'mysql' ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`)
  const text = engine === 'mysql' ? 'varchar(60)' : 'varchar'
  const state = async () => shop.admin(`SELECT ${columns.map(quote).join(', ')} FROM ${quote(table)} ORDER BY id`)
  beforeAll(async () => {
    shop = await openShop(engine)
    await shop.fill()
    await shop.admin(`CREATE TABLE ${quote(table)} (id integer PRIMARY KEY, ${columns.map((name) => `${quote(name)} ${text}`).join(', ')})`)
  }, 60_000)
  afterAll(() => shop?.close())

  test('are written, found, changed, undone and deleted like any others', async () => {
    const row = Object.fromEntries(columns.map((name, i) => [name, values[i]!]))
    await shop.apply('editor', { kind: 'insert', table, rows: [{ id: 1, ...row }, { id: 2 }] })
    expect(await state()).toEqual([values, columns.map(() => null)])
    for (const [i, name] of columns.entries()) {
      const where = { equal: { [name]: values[i]! } }
      expect(await shop.change('editor', { kind: 'delete', table, where })).toMatchObject({ changed: { [table]: 1 } })
      expect(
        await shop.change('editor', { kind: 'update', table, set: { [name]: { expression: `${quote(name)}`, params: [] } }, where }),
      ).toMatchObject({ changed: { [table]: 1 } })
    }
    const turned = Object.fromEntries(columns.map((name, i) => [name, { value: values[values.length - 1 - i]! }]))
    const applied = await shop.apply('editor', { kind: 'update', table, set: turned, where: { equal: { id: 1 } } })
    expect((await state())[0]).toEqual(values.toReversed())
    await shop.apply('editor', { kind: 'upsert', table, rows: [{ id: 2, ...row }], key: ['id'] })
    const look = (await shop.undo('editor', applied.change_id)) as Previewed
    await shop.undo('editor', applied.change_id, look.confirm_token)
    expect(await state()).toEqual([values, values])
    await shop.apply('editor', {
      kind: 'delete',
      table: `${quote(table).replaceAll('`', '"')}`.replace(/^"(.*)"$/, engine === 'mysql' ? table : '"$1"'),
      where: { equal: {} },
    })
    expect(await state()).toEqual([])
    expect(await shop.admin('SELECT pin FROM vault')).toHaveLength(1)
  })

  test('a statement of a batch finds its columns by the names that it quotes', async () => {
    await shop.apply('editor', { kind: 'insert', table, rows: [{ id: 5 }] })
    const name = quote(columns[0]!)
    const sql = `UPDATE ${quote(table)} SET ${name} = 'x', ${quote('Order')} = 'y' WHERE id = 5 AND ${name} IS NULL`
    const preview = (await shop.wanted('editor', { kind: 'sql', statements: [{ sql, params: [] }] })) as Previewed
    expect(preview.changed).toEqual({ [table]: 1 })
  })
})
