import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Applied, Previewed, Wanted } from '../../src/change.ts'
import { engines, openShop, type Shop } from './shops.ts'

const sql = (...statements: readonly (string | readonly [string, ...(string | number)[]])[]): Wanted => ({
  kind: 'sql',
  statements: statements.map((one) => (typeof one === 'string' ? { sql: one, params: [] } : { sql: one[0], params: one.slice(1) })),
})

describe.each(engines)('statements in one transaction on %s', (engine) => {
  let shop: Shop
  const mark = (i: number) => (engine === 'postgres' || engine === 'duckdb' ? `$${i}` : '?')
  beforeAll(async () => {
    shop = await openShop(engine)
  }, 60_000)
  afterAll(() => shop?.close())
  beforeEach(() => shop.fill())
  const count = async (table: string) => Number((await shop.admin(`SELECT count(*) FROM ${table}`))[0]![0])

  test('each sees what those before it have done, and reading ones answer', async () => {
    const batch = sql(
      [`INSERT INTO orders (id, tenant, total, note) VALUES (${mark(1)}, 1, 5.5, ${mark(2)})`, 20, 'from a batch'],
      'SELECT count(*) AS n FROM orders',
      [`UPDATE orders SET total = total + ${mark(1)} WHERE id = ${mark(2)}`, 1, 20],
      'SELECT id, note FROM orders WHERE id = 20',
      'DELETE FROM orders WHERE id = 2',
    )
    const preview = (await shop.wanted('editor', batch)) as Previewed
    expect(preview).toMatchObject({ status: 'confirmation_required', changed: { orders: 3 } })
    expect(preview.statements.join('\n')).not.toContain('from a batch')
    expect(await count('orders')).toBe(4)
    const applied = (await shop.wanted('editor', batch, preview.confirm_token)) as Applied
    expect(applied.results).toEqual([
      null,
      { columns: ['n'], rows: [[5]] },
      null,
      { columns: ['id', 'note'], rows: [[20, 'from a batch']] },
      null,
    ])
    expect((await shop.admin('SELECT total FROM orders WHERE id = 20')).map(String)).toEqual([engine === 'sqlite' ? '6.5' : '6.50'])
    expect(await count('orders')).toBe(4)
  })

  test('what a batch reads counts against the limits of its caller, statement by statement, and is bounded as a whole', async () => {
    const { quota, policy, auth } = shop.opened.parts
    const { credential } = shop.call('reader')
    const grant = await policy.grant(await auth.identify(credential), 'shop')
    const used = () => quota.standing(grant).used
    const before = used()
    await shop.wanted('reader', sql('SELECT id FROM orders', 'SELECT id FROM customers', 'SELECT 1'))
    expect(used().requests - before.requests).toBe(3)
    expect(used().rows - before.rows).toBe(8)
    expect(used().bytes).toBeGreaterThan(before.bytes)
    const wide = `SELECT ${{ sqlite: 'hex(zeroblob(400000))', postgres: "repeat('00', 400000)", mysql: "REPEAT('00', 400000)", duckdb: "repeat('00', 400000)" }[engine]} AS a`
    expect(await shop.wanted('reader', sql(wide, wide))).toMatchObject({ status: 'applied' })
    await expect(shop.wanted('reader', sql(...Array<string>(8).fill(wide)))).rejects.toMatchObject({
      code: 'result_too_large',
      message: expect.stringContaining('4194304'),
    })
  })

  test('all or nothing', async () => {
    const batch = sql(
      'DELETE FROM archive',
      'DELETE FROM order_lines',
      "INSERT INTO customers (id, email, tenant) VALUES (1, 'again@example.com', 1)",
    )
    await expect(shop.wanted('bot', batch)).rejects.toMatchObject({ code: 'constraint_violated' })
    expect(await count('order_lines')).toBe(2)
  })

  test('rights hold for every statement, wherever it stands', async () => {
    for (const bad of [
      'SELECT * FROM vault',
      'DELETE FROM vault',
      'SELECT secret FROM orders',
      "UPDATE orders SET secret = 'x'",
      'CREATE TABLE x (a int)',
      'COMMIT',
      'SELECT 1; SELECT 2',
    ]) {
      const outcome = shop.wanted('clerk', sql('DELETE FROM orders WHERE id = 1', bad))
      await expect(outcome, bad).rejects.toMatchObject({ message: expect.stringMatching(/^(Statement 2: |.*column)/) })
    }
    expect(await count('orders')).toBe(4)
    await expect(shop.wanted('reader', sql('SELECT 1 AS one', 'DELETE FROM log'))).rejects.toMatchObject({ code: 'change_refused' })
  })

  test('statements that only read need neither the right to write nor a confirmation', async () => {
    expect(
      await shop.wanted(
        'reader',
        sql('SELECT count(*) AS n FROM orders', [`SELECT id FROM log AS l JOIN orders AS o ON l.a = o.id WHERE o.id = ${mark(1)}`, 2]),
      ),
    ).toMatchObject({
      status: 'applied',
      undoable: false,
      results: [{ columns: ['n'], rows: [[4]] }, { rows: [[2]] }],
    })
    expect(await shop.wanted('clerk', sql('SELECT count(*) AS n FROM orders'))).toMatchObject({ results: [{ rows: [[2]] }] })
  })

  test('values are compared as their columns are', async () => {
    for (const [column, value] of [
      ['total', '20.00'],
      ['total', 20],
      ['id', 2],
      ['customer', 'Ben'],
    ] as const) {
      const dml = { kind: 'delete', table: 'orders', where: { equal: { [column]: value } } } as const
      expect(await shop.change('editor', dml)).toMatchObject({ changed: { orders: engine === 'sqlite' && value === '20.00' ? 1 : 1 } })
      expect(await shop.change('clerk', dml)).toMatchObject({ changed: { orders: 1 } })
    }
    expect(await shop.change('editor', { kind: 'delete', table: 'orders', where: { equal: { note: null } } })).toMatchObject({
      changed: { orders: 1 },
    })
  })

  test('tables are made, changed and dropped, each once it was confirmed', async () => {
    const apply = async (ddl: Extract<Wanted, { kind: 'ddl' }>['ddl']) => {
      const preview = (await shop.wanted('chief', { kind: 'ddl', ddl })) as Previewed
      expect(preview.status).toBe('confirmation_required')
      return (await shop.wanted('chief', { kind: 'ddl', ddl }, preview.confirm_token)) as Applied
    }
    const columns = [
      { name: 'id', type: 'integer', primaryKey: true },
      { name: 'word', type: engine === 'mysql' ? 'varchar(50)' : 'varchar' },
    ]
    const made = await apply({ kind: 'create_table', table: 'made', columns })
    expect(made).toMatchObject({ status: 'applied', undoable: false })
    expect(await shop.apply('chief', { kind: 'insert', table: 'made', rows: [{ id: 1, word: 'x' }] })).toMatchObject({ undoable: true })
    await apply({ kind: 'drop_table', table: 'made' })
    await expect(shop.admin('SELECT * FROM made')).rejects.toThrow()
    await expect(shop.wanted('editor', { kind: 'ddl', ddl: { kind: 'drop_table', table: 'log' } })).rejects.toMatchObject({
      code: 'action_refused',
    })
  })

  test('a caller to whom only a part is shown may not delete what hangs on rows', async () => {
    await shop
      .admin('CREATE TABLE secrets_of_orders (id integer PRIMARY KEY, order_id integer, FOREIGN KEY (order_id) REFERENCES orders (id))')
      .catch(() => undefined)
    await shop.admin('INSERT INTO secrets_of_orders VALUES (1, 2)')
    shop.opened.parts.control.clearCaches()
    const dml = { kind: 'delete', table: 'orders', where: { equal: { id: 2 } } } as const
    const error = await shop.change('clerk', dml).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'change_refused' })
    expect(String(error)).not.toContain('secrets_of_orders')
    await shop.admin('DROP TABLE secrets_of_orders')
  })
})
