import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Previewed } from '../../src/change.ts'
import { arrayRows, importRows } from '../../src/import.ts'
import { openShop, type Shop } from './shops.ts'

/** Others who change the same rows at the same time, and what runs by itself. */

type Other = Readonly<{ run(sql: string): Promise<unknown>; end(): Promise<unknown> }>

describe.each(['postgres', 'mysql'] as const)('beside others on %s', (engine) => {
  let shop: Shop
  let other: Other
  beforeAll(async () => {
    shop = await openShop(engine)
    const [[name]] = (await shop.admin(engine === 'postgres' ? 'SELECT current_database()' : 'SELECT database()')) as [[string]]
    other = await connect(engine, name)
  }, 60_000)
  afterAll(async () => {
    await other?.end()
    await shop?.close()
  })
  beforeEach(() => shop.fill())

  test('a row that somebody changes meanwhile is changed as it was shown, or not at all', async () => {
    const dml = {
      kind: 'update',
      table: 'orders',
      set: { total: { expression: 'total + 1', params: [] } },
      where: { predicate: "note = 'x'", params: [] },
    } as const
    expect(await shop.change('editor', dml)).toMatchObject({ changed: { orders: 1 } })
    await other.run('BEGIN')
    await other.run("UPDATE orders SET note = 'mine' WHERE id = 2")
    const running = shop.change('bot', dml).then(
      (done) => done.changed.orders,
      (error) => (error as { code: string }).code,
    )
    await new Promise((later) => setTimeout(later, 300))
    await other.run('COMMIT')
    expect(['change_conflict', 0]).toContain(await running)
    expect((await shop.admin('SELECT total FROM orders WHERE id = 2')).map(String)).toEqual(['20.00'])
  })

  test('an import overwrites no row of another tenant that somebody inserts meanwhile', async () => {
    await other.run('BEGIN')
    await other.run("INSERT INTO orders (id, tenant, total, note) VALUES (50, 2, 1, 'theirs')")
    const rows = arrayRows(
      [
        { id: 50, tenant: 1, total: 5, note: 'mine' },
        { id: 51, tenant: 1, total: 5, note: 'mine' },
      ],
      {},
    )
    const call = shop.call('clerk', { action: 'preview' })
    const running = importRows(call, { table: 'orders', rows, mode: 'upsert', key: ['id'] }, undefined, shop.opened.parts).then(
      (done) => done.status,
      (error) => (error as { code: string }).code,
    )
    await new Promise((later) => setTimeout(later, 300))
    await other.run('COMMIT')
    expect(await running).toBe('constraint_violated')
    const mine = arrayRows(
      [
        { id: 1, tenant: 1, total: 5, note: 'mine' },
        { id: 51, tenant: 1, total: 6, note: 'new' },
      ],
      {},
    )
    const wanted = { table: 'orders', rows: mine, mode: 'upsert', key: ['id'] } as const
    const preview = await importRows(shop.call('clerk', { action: 'preview' }), wanted, undefined, shop.opened.parts)
    await importRows(shop.call('clerk'), wanted, (preview as Previewed).confirm_token, shop.opened.parts)
    expect((await shop.admin('SELECT id, tenant, note FROM orders WHERE id IN (1, 50, 51) ORDER BY id')).map((row) => row.join())).toEqual([
      '1,1,mine',
      '50,2,theirs',
      '51,1,new',
    ])
  })

  test('what a trigger does is told, kept for undoing where it is in the row, and never slips past a row rule', async () => {
    const moving =
      engine === 'postgres'
        ? [
            "CREATE FUNCTION moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.note = 'away' THEN NEW.tenant := 2; END IF; NEW.customer := 'by trigger'; RETURN NEW; END $$",
            'CREATE TRIGGER moves BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION moved()',
          ]
        : [
            "CREATE TRIGGER moves BEFORE UPDATE ON orders FOR EACH ROW SET NEW.tenant = IF(NEW.note = 'away', 2, NEW.tenant), NEW.customer = 'by trigger'",
          ]
    for (const sql of moving) await shop.admin(sql)
    shop.opened.parts.control.clearCaches()
    const dml = (note: string) =>
      ({ kind: 'update', table: 'orders', set: { note: { value: note } }, where: { equal: { id: 1 } } }) as const
    const preview = (await shop.change('clerk', dml('here'))) as Previewed
    expect(preview.warnings.join()).toContain('moves')
    expect(preview.samples[0]?.rows[0]?.after).toContain('by trigger')
    await expect(shop.change('clerk', dml('away'))).rejects.toMatchObject({ code: 'change_refused' })
    const applied = await shop.apply('clerk', dml('here'))
    await shop.admin(`DROP TRIGGER moves${engine === 'postgres' ? ' ON orders' : ''}`)
    const back = (await shop.undo('clerk', applied.change_id)) as Previewed
    await shop.undo('clerk', applied.change_id, back.confirm_token)
    expect((await shop.admin('SELECT customer, note FROM orders WHERE id = 1'))[0]).toEqual(['Ana', null])
  })

  test('numbers that the source hands out are followed', async () => {
    await shop.admin(
      `CREATE TABLE counted (id ${engine === 'postgres' ? 'integer GENERATED ALWAYS AS IDENTITY' : 'integer AUTO_INCREMENT'} PRIMARY KEY, word varchar(20) DEFAULT 'none', twice integer GENERATED ALWAYS AS (7 * 2) STORED)`,
    )
    shop.opened.parts.control.clearCaches()
    const applied = await shop.apply('editor', {
      kind: 'insert',
      table: 'counted',
      rows: [{ word: 'a' }, {}, { word: null }, { word: 'b' }],
    })
    expect(applied).toMatchObject({ changed: { counted: 4 }, undoable: true })
    expect((await shop.admin('SELECT word FROM counted')).map(([word]) => word).sort()).toEqual(['a', 'b', 'none', null].sort())
    const gone = await shop.apply('editor', { kind: 'delete', table: 'counted', where: { equal: { word: 'a' } } })
    const before = await shop.admin('SELECT * FROM counted ORDER BY id')
    const look = (await shop.undo('editor', gone.change_id)) as Previewed
    await shop.undo('editor', gone.change_id, look.confirm_token)
    expect(await shop.admin('SELECT * FROM counted ORDER BY id')).toHaveLength(before.length + 1)
    await expect(
      shop.change('editor', { kind: 'update', table: 'counted', set: { twice: { value: 1 } }, where: { equal: {} } }),
    ).rejects.toMatchObject({ code: 'change_refused' })
  })
})

async function connect(engine: 'postgres' | 'mysql', name: string): Promise<Other> {
  const { mysqlUrl, postgresUrl } = await import('../servers/servers.ts')
  const url = new URL(engine === 'postgres' ? postgresUrl() : mysqlUrl())
  url.pathname = `/${name}`
  if (engine === 'mysql') {
    const client = await createConnection({ uri: url.href })
    return { run: (sql) => client.query(sql), end: () => client.end() }
  }
  const client = new Client(url.href)
  await client.connect()
  return { run: (sql) => client.query(sql), end: () => client.end() }
}
