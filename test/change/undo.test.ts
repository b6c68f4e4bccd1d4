import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Applied, changes, type Previewed, undo } from '../../src/change.ts'
import type { Dml } from '../../src/dml/dml.ts'
import { type Engine, engines, openShop, type Shop } from './shops.ts'

/** Columns whose values JSON alone would not carry, with a value and another, as literals of the engine. */
const kinds: Readonly<Record<Engine, readonly (readonly [type: string, value: string, other: string])[]>> = {
  postgres: [
    ['bigint', '9223372036854775807', '-9223372036854775808'],
    ['numeric(38,10)', '1234567890123456789012345678.0000000001', '0'],
    ['real', '3.4028235e38', '0.1'],
    ['double precision', '0.1', "'NaN'"],
    ['bytea', "'\\x00ff10'", "''"],
    ['int[]', "'{1,NULL,3}'", "'{}'"],
    ['text[]', `'{"a,b","\\"q\\"",NULL}'`, 'NULL'],
    ['jsonb', `'{"a": 9007199254740993, "b": [1.50]}'`, "'null'"],
    ['timestamptz', "'2024-01-02 03:04:05.123456+02'", 'NULL'],
    ['interval', "'1 mon 2 days 03:04:05'", "'1 day'"],
    ['uuid', "'123e4567-e89b-12d3-a456-426614174000'", 'NULL'],
    ['boolean', 'true', 'false'],
    ['text', `E'tab\\t\\'quote\\' \\\\ back Grüße 😀'`, "''"],
    ['char(5)', "'ab'", "'cd'"],
    ['int4range', "'[1,5)'", "'empty'"],
  ],
  mysql: [
    ['bigint unsigned', '18446744073709551615', '0'],
    ['decimal(30,10)', '12345678901234567890.0000000001', '0'],
    ['float', '0.1', '16777216.5'],
    ['double', '0.1', '1e300'],
    ['blob', "x'00ff10'", "''"],
    ['bit(10)', "b'1010101010'", "b'0'"],
    ['json', `'{"a": 9007199254740993}'`, 'NULL'],
    ['datetime(6)', "'2024-01-02 03:04:05.123456'", 'NULL'],
    ['time(3)', "'-100:00:00.500'", "'00:00:00'"],
    ["enum('a','b')", "'b'", "'a'"],
    ["set('x','y')", "'x,y'", "''"],
    ['varchar(190)', `'it''s \\\\ Grüße 😀'`, "''"],
    ['year', '2024', 'NULL'],
  ],
  sqlite: [
    ['integer', '9223372036854775807', '-9223372036854775808'],
    ['real', '0.1', '1e300'],
    ['blob', "x'00ff10'", "'a text in a column of blobs'"],
    ['text', "'it''s Grüße 😀'", "x'00'"],
    ['', '1.5', "'1.5'"],
    ['', "x'c3'", 'NULL'],
    ['numeric', '12345678901234567890', "'x'"],
  ],
  duckdb: [
    ['bigint', '9223372036854775807', '-9223372036854775808'],
    ['hugeint', '170141183460469231731687303715884105727', '0'],
    ['decimal(38,10)', '1234567890123456789012345678.0000000001', '0'],
    ['float', '0.1', '3.4e38'],
    ['double', '0.1', "'NaN'"],
    ['blob', "'\\x00\\xFF'::blob", "''::blob"],
    ['integer[]', '[1, NULL, 3]', '[]'],
    ['varchar[]', `['a,b', 'it''s', NULL]`, 'NULL'],
    ['struct(a integer, b varchar)', "{'a': 1, 'b': 'x, y'}", 'NULL'],
    ['timestamptz', "'2024-01-02 03:04:05.123456+02'", 'NULL'],
    ['interval', "'1 month 2 days'", "'1 day'"],
    ['uuid', "'123e4567-e89b-12d3-a456-426614174000'", 'NULL'],
    ['boolean', 'true', 'false'],
    ['varchar', "'it''s Grüße 😀'", "''"],
  ],
}

describe.each(engines)('undoing on %s', (engine) => {
  let shop: Shop
  const columns = kinds[engine]
  beforeAll(async () => {
    shop = await openShop(engine)
    await shop.admin(`CREATE TABLE kinds (id integer PRIMARY KEY, n integer${columns.map(([type], i) => `, c${i} ${type}`).join('')})`)
  }, 60_000)
  afterAll(() => shop?.close())
  beforeEach(async () => {
    await shop.fill()
    await shop.admin('DELETE FROM kinds')
    await shop.admin(
      `INSERT INTO kinds VALUES (1, 0, ${columns.map(([, value]) => value).join(', ')}), (2, 0, ${columns.map(([, , other]) => other).join(', ')})`,
    )
  })

  const state = async (table: string) =>
    JSON.stringify(await shop.admin(`SELECT * FROM ${table} ORDER BY 1`), (_key, value) =>
      typeof value === 'bigint' ? `${value}n` : value,
    )
  const undone = async (id: string) =>
    (await shop.undo('editor', id, ((await shop.undo('editor', id)) as Previewed).confirm_token)) as Applied

  test('a column that its caller may not write any more is not written by an undo either', async () => {
    const update = { kind: 'update', table: 'customers', set: { phone: { value: '030' } }, where: { equal: { id: 1 } } } as const
    const upsert = {
      kind: 'upsert',
      table: 'customers',
      key: ['id'],
      rows: [{ id: 2, email: 'b@example.com', phone: '040', tenant: 1 }],
    } as const
    const other = { kind: 'update', table: 'customers', set: { email: { value: 'x@example.com' } }, where: { equal: { id: 1 } } } as const
    const made: Applied[] = []
    for (const dml of [update, upsert, other]) made.push(await shop.apply('editor', dml))
    // The same caller with the roles of a clerk, who sees phones masked.
    const parts = shop.opened.parts
    const principal = await parts.auth.identify(shop.call('editor').credential)
    const less = { ...principal, roles: ['clerk'] }
    const lowered = { ...parts, policy: { ...parts.policy, grant: (_: unknown, source: string) => parts.policy.grant(less, source) } }
    const codes = []
    for (const { change_id } of made.toReversed())
      codes.push(
        await undo(shop.call('editor'), change_id, undefined, lowered).then(
          (done) => done.status,
          ({ code }) => code,
        ),
      )
    expect(codes).toEqual(['confirmation_required', 'change_refused', 'change_refused'])
  })

  test('what an undo puts back unseen is not named', async () => {
    const gone = await shop.apply('clerk', { kind: 'delete', table: 'orders', where: { equal: { id: 1 } } })
    const look = (await shop.undo('clerk', gone.change_id)) as Previewed
    expect(look.statements.join()).toContain('INSERT INTO')
    expect(JSON.stringify(look)).not.toMatch(/secret|sesame/)
    await shop.undo('clerk', gone.change_id, look.confirm_token)
    expect(await shop.admin('SELECT secret FROM orders WHERE id = 1')).toEqual([['sesame']])
  })

  test('values come back exactly as they were, after a delete and after an update', async () => {
    const before = await state('kinds')
    const gone = await shop.apply('editor', { kind: 'delete', table: 'kinds', where: { equal: {} } })
    expect(gone).toMatchObject({ changed: { kinds: 2 }, undoable: true })
    expect(await state('kinds')).toBe('[]')
    await undone(gone.change_id)
    expect(await state('kinds')).toBe(before)

    const set = Object.fromEntries(columns.map((_, i) => [`c${i}`, { value: null }]))
    const emptied = await shop.apply('editor', { kind: 'update', table: 'kinds', set, where: { equal: {} } })
    expect(await state('kinds')).not.toBe(before)
    await undone(emptied.change_id)
    expect(await state('kinds')).toBe(before)
  })

  test('an undo can itself be undone', async () => {
    const applied = await shop.apply('editor', {
      kind: 'update',
      table: 'orders',
      set: { note: { value: 'changed' } },
      where: { equal: { tenant: 1 } },
    })
    const after = await state('orders')
    const back = await undone(applied.change_id)
    expect(await state('orders')).not.toBe(after)
    await undone(back.change_id)
    expect(await state('orders')).toBe(after)
  })

  test.each([
    ['changed', "UPDATE orders SET note = 'mine' WHERE id = 1"],
    ['deleted', 'DELETE FROM orders WHERE id = 1'],
  ])('a row that was %s since stays, and so do all the others', async (_what, meanwhile) => {
    const applied = await shop.apply('editor', {
      kind: 'update',
      table: 'orders',
      set: { note: { value: 'changed' } },
      where: { equal: { tenant: 1 } },
    })
    await shop.admin(meanwhile)
    const now = await state('orders')
    await expect(shop.undo('editor', applied.change_id)).rejects.toMatchObject({
      code: 'change_conflict',
      message: expect.stringContaining('1 row of orders'),
    })
    expect(await state('orders')).toBe(now)
  })

  test('a deleted row is not put back over another with its key, nor an inserted one taken away that was changed', async () => {
    const gone = await shop.apply('editor', { kind: 'delete', table: 'customers', where: { equal: { id: 1 } } })
    await shop.admin("INSERT INTO customers VALUES (1, 'other@example.com', NULL, 1)")
    await expect(shop.undo('editor', gone.change_id)).rejects.toMatchObject({ code: 'change_conflict' })
    const made = await shop.apply('editor', {
      kind: 'insert',
      table: 'customers',
      rows: [{ id: 7, email: 'seven@example.com', tenant: 1 }],
    })
    await shop.admin("UPDATE customers SET phone = '7' WHERE id = 7")
    await expect(shop.undo('editor', made.change_id)).rejects.toMatchObject({ code: 'change_conflict' })
    expect(await shop.admin('SELECT id FROM customers WHERE id IN (1, 7)')).toHaveLength(2)
  })

  test('several changes are undone together, the last one first', async () => {
    const before = [await state('orders'), await state('customers')]
    const all: readonly Dml[] = [
      { kind: 'insert', table: 'orders', rows: [{ id: 20, tenant: 1, total: 1 }] },
      {
        kind: 'update',
        table: 'orders',
        set: { total: { expression: 'total * 2', params: [] } },
        where: { predicate: 'id IN (1, 20)', params: [] },
      },
      { kind: 'delete', table: 'orders', where: { equal: { id: 1 } } },
      {
        kind: 'upsert',
        table: 'customers',
        rows: [
          { id: 1, email: 'over@example.com', tenant: 1 },
          { id: 30, email: 'new@example.com', tenant: 1 },
        ],
        key: ['id'],
      },
    ]
    const applied = await shop.apply('editor', all)
    expect(applied).toMatchObject({ changed: { orders: 4, customers: 2 }, undoable: true })
    await undone(applied.change_id)
    expect([await state('orders'), await state('customers')]).toEqual(before)
  })

  test('what hangs on deleted rows is told, and refused where the caller may not change it', async () => {
    const dml: Dml = { kind: 'delete', table: 'orders', where: { equal: { id: 4 } } }
    if (engine === 'duckdb') return await expect(shop.change('editor', dml)).rejects.toMatchObject({ code: 'constraint_violated' })
    const preview = (await shop.change('editor', dml)) as Previewed
    expect(preview.warnings.join()).toMatch(/2 rows of order_lines point at them.*cannot be undone/i)
    const applied = (await shop.change('editor', dml, preview.confirm_token)) as Applied
    expect(applied.undoable).toBe(false)
    expect(await shop.admin('SELECT id FROM order_lines')).toEqual([])
    await expect(shop.undo('editor', applied.change_id)).rejects.toMatchObject({ code: 'change_conflict' })
  })

  test('more rows than are kept are changed, and cannot be undone', async () => {
    const rows = Array.from({ length: 10_001 }, (_, i) => ({ id: 1_000 + i, note: `row ${i}` }))
    const preview = (await shop.change('editor', { kind: 'insert', table: 'archive', rows })) as Previewed
    expect(preview.warnings.join()).toContain('cannot be undone')
    const applied = (await shop.change('bot', { kind: 'insert', table: 'archive', rows })) as Applied
    expect(applied).toMatchObject({ changed: { archive: 10_001 }, undoable: false })
    expect(
      await shop.change('bot', { kind: 'update', table: 'archive', set: { note: { value: 'x' } }, where: { equal: {} } }),
    ).toMatchObject({ changed: { archive: 10_001 }, undoable: false })
    // Without images row rules could not be held against the rows.
    await shop.admin('UPDATE archive SET id = id + 0')
    expect(await shop.change('bot', { kind: 'truncate', table: 'archive' })).toMatchObject({
      changed: { archive: 10_001 },
      undoable: false,
    })
  }, 60_000)

  test('changes are listed for who made them', async () => {
    const applied = await shop.apply('editor', { kind: 'delete', table: 'customers', where: { equal: { id: 2 } } })
    const call = (who: Parameters<Shop['call']>[0]) => shop.call(who, { source: '' })
    const [newest] = await changes(call('editor'), 1, shop.opened.parts)
    expect(newest).toMatchObject({
      id: applied.change_id,
      kind: 'delete',
      changed: 1,
      state: 'applied',
      source: 'shop',
      principal: 'key:editor',
    })
    expect(await changes(call('reader'), 10, shop.opened.parts)).toEqual([])
    expect((await changes(call('chief'), 1, shop.opened.parts))[0]?.id).toBe(applied.change_id)
  })
})
