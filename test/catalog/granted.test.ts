import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogSources, catalogTable, catalogTables, schemaDiff, schemaVersions, syncCatalog } from '../../src/catalog.ts'
import { onEachRegistry } from '../store/registries.ts'
import { type Database, folderFor, openDatabase, openScene, type Scene } from './scene.ts'

/** A caller learns only of tables and columns that they may see: what is hidden is not told, not counted, not dated. */

const narrow = `
    sources:
      shop:
        tables: { allow: ['*'], deny: [salaries, 'secret*'] }
        columns: { customers: { deny: ['password*'], mask: { email: email } } }
        rows: { orders: 'customer_id < 3' }
        actions: [read, explain]`
const hidden = /salar|secret|password|bonus|sesame/i
const all = { limit: 1_000, offset: 0 }

onEachRegistry((place) => {
  const { folder, remove } = folderFor()
  let database: Database
  let scene: Scene
  const versions = (who: 'boss' | 'narrow' | 'reader') => schemaVersions(scene.call(who, 'shop'), 100, scene.opened.parts)
  const diff = (who: 'boss' | 'narrow' | 'reader', from?: string, to?: string) =>
    schemaDiff(scene.call(who, 'shop'), { ...(from ? { from } : {}), ...(to ? { to } : {}), limit: 100 }, scene.opened.parts)
  const changing = async (...sql: string[]) => {
    await database.exec(...sql)
    expect(await scene.sync('shop')).toMatchObject([{ ok: true, changed: true }])
  }

  beforeAll(async () => {
    database = await openDatabase('sqlite', folder)
    const sources = { shop: database.yaml, other: `{ connector: sqlite, path: '${folder}/other.db' }` }
    scene = await openScene(sources, (await place()).setting, folder, narrow)
    await database.exec(
      "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT, password TEXT DEFAULT 'sesame', boss INTEGER REFERENCES salaries (id))",
      'CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id))',
      'CREATE TABLE salaries (id INTEGER PRIMARY KEY, amount INTEGER)',
      'CREATE VIEW rich AS SELECT c.name FROM customers c JOIN salaries s ON s.id = c.boss',
      'INSERT INTO orders VALUES (1, NULL), (2, NULL)',
      'ANALYZE',
    )
    await scene.sync('shop')
  })
  afterAll(async () => {
    await scene.close()
    await database.drop()
    remove()
  })

  test('what is shown of the newest version is cut', async () => {
    const { parts } = scene.opened
    const tables = await catalogTables(scene.call('narrow', 'shop'), all, parts)
    expect(tables.items.map(({ table }) => table)).toEqual(['customers', 'orders', 'rich'])
    expect(tables.total).toBe(3)
    const customers = await catalogTable(scene.call('narrow', 'shop'), 'customers', parts)
    expect(customers.about.map(({ name, masked }) => [name, masked])).toEqual([
      ['id', undefined],
      ['name', undefined],
      ['email', 'email'],
      ['boss', undefined],
    ])
    expect(customers.foreign_keys).toEqual([])
    await expect(catalogTable(scene.call('narrow', 'shop'), 'salaries', parts)).rejects.toMatchObject({ code: 'table_unknown' })
    const orders = await catalogTable(scene.call('narrow', 'shop'), 'orders', parts)
    expect(orders.rows_estimate).toBeUndefined()
    expect(orders.foreign_keys).toEqual([{ columns: ['customer_id'], table: 'customers', references: ['id'] }])
    expect(JSON.stringify([tables, customers, orders])).not.toMatch(hidden)
    const boss = await catalogTable(scene.call('boss', 'shop'), 'customers', parts)
    expect(boss.about.find(({ name }) => name === 'password')?.default).toBe("'sesame'")
    expect(boss.foreign_keys).toHaveLength(1)
  })

  test('sources are those that are granted, with what may be counted of them', async () => {
    const { parts } = scene.opened
    const [mine, none] = await catalogSources(scene.call('narrow', ''), parts)
    expect(none).toBeUndefined()
    expect(mine).toMatchObject({ source: 'shop', tables: 3, columns: 7, health: { ok: true } })
    expect(mine).not.toHaveProperty('version')
    const [whole, other] = await catalogSources(scene.call('boss', ''), parts)
    expect(whole).toMatchObject({ source: 'shop', version: 1, tables: 4, columns: 10 })
    expect(other).toEqual({ source: 'other', connector: 'sqlite', dialect: 'sqlite', description: '' })
  })

  describe('after changes', () => {
    beforeAll(async () => {
      await changing('ALTER TABLE salaries ADD COLUMN bonus INTEGER')
      await changing('ALTER TABLE customers ADD COLUMN password_hint TEXT', 'CREATE INDEX by_password ON customers (password)')
      await changing('CREATE TABLE secret_plans (id INTEGER)', 'ALTER TABLE orders ADD COLUMN note TEXT')
      await changing(
        'ALTER TABLE orders RENAME COLUMN note TO remark',
        'DROP VIEW rich',
        'CREATE VIEW rich AS SELECT c.name FROM customers c',
      )
      await changing('DROP TABLE secret_plans')
      await changing('ALTER TABLE salaries RENAME TO wages')
    })

    test('versions in which only what is hidden has changed do not exist', async () => {
      const whole = await versions('boss')
      expect(whole.versions.map(({ version }) => version)).toEqual([7, 6, 5, 4, 3, 2, 1])
      const seen = (await versions('narrow')).versions
      // A table that was hidden by its name comes to be seen by another.
      expect(seen.map(({ changes }) => changes)).toEqual([
        { table_added: 1, foreign_key_added: 1 },
        { column_renamed: 1 },
        { column_added: 1 },
        {},
      ])
      expect(seen.map(({ tables }) => tables)).toEqual([4, 3, 3, 3])
      expect(seen.every((one) => !('version' in one))).toBe(true)
      const { versions: reader } = await versions('reader')
      expect(reader).toHaveLength(7)
    })

    test('a difference tells what the caller sees of it', async () => {
      const told = await diff('narrow')
      expect(told.changes).toEqual([
        { kind: 'foreign_key_added', table: 'main.customers', after: '(boss) -> wages (id)' },
        { kind: 'table_added', table: 'main.wages' },
      ])
      const seen = (await versions('narrow')).versions
      const between = await diff('narrow', seen[3]!.at, seen[1]!.at)
      expect(between.changes).toEqual([{ kind: 'column_added', table: 'main.orders', column: 'remark', after: 'TEXT' }])
      expect(between.total).toBe(1)
      expect(between.breaks).toEqual([])
      expect(JSON.stringify([between, await versions('narrow')])).not.toMatch(hidden)
      await expect(diff('narrow', '3')).rejects.toMatchObject({ code: 'field_invalid', message: expect.not.stringMatching(/\d/) })
    })

    test('who sees all is told all', async () => {
      const { changes } = await diff('boss', '1')
      expect(changes.map(({ kind, table }) => `${kind} ${table}`)).toEqual([
        'column_added main.customers',
        'foreign_key_removed main.customers',
        'foreign_key_added main.customers',
        'column_added main.orders',
        'definition_changed main.rich',
        'table_renamed main.salaries',
        'column_added main.salaries',
        'index_added main.customers',
      ])
    })

    test('roles that name what is gone are told to who administers the source, with a mend', async () => {
      const { breaks } = await diff('boss')
      expect(breaks.filter(({ use }) => use.what === 'policy')).toMatchObject([
        { use: { name: 'narrow' }, certain: true, mend: expect.stringContaining('main.wages') },
      ])
      expect((await diff('reader')).breaks.filter(({ use }) => use.what === 'policy')).toEqual([])
    })
  })

  test('only who administers a source synchronises it', async () => {
    const { parts } = scene.opened
    const sync = (who: 'boss' | 'narrow', ...names: string[]) => syncCatalog(scene.call(who, ''), names, () => undefined, parts)
    await expect(sync('narrow', 'shop')).rejects.toMatchObject({ code: 'action_refused' })
    await expect(sync('narrow')).rejects.toMatchObject({ code: 'action_refused' })
    await expect(sync('narrow', 'other')).rejects.toMatchObject({ code: 'source_unknown' })
    await expect(sync('boss', 'nowhere')).rejects.toMatchObject({ code: 'source_unknown' })
    expect(await sync('boss', 'shop', 'shop')).toMatchObject([{ source: 'shop', ok: true, changed: false, total: 0 }])
  })

  test('a source that nobody has looked at says so', async () => {
    const { parts } = scene.opened
    await expect(schemaVersions(scene.call('boss', 'other'), 1, parts)).rejects.toMatchObject({ code: 'not_synchronised' })
    await expect(catalogTables(scene.call('boss', 'other'), all, parts)).rejects.toMatchObject({ code: 'not_synchronised' })
    await expect(catalogTables(scene.call('narrow', 'other'), all, parts)).rejects.toMatchObject({ code: 'source_unknown' })
    await expect(diff('boss', '99')).rejects.toMatchObject({ code: 'field_invalid' })
    await expect(diff('boss', 'yesterday')).rejects.toMatchObject({ code: 'field_invalid' })
  })
})
