import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schemaDiff } from '../../src/catalog.ts'
import type { Change } from '../../src/drift/drift.ts'
import { onEachRegistry } from '../store/registries.ts'
import { type Database, folderFor, type Kind, kinds, openDatabase, openScene, type Scene } from './scene.ts'

/** Every kind of source against every kind of registry: what is read, what is kept, and what is told of a change. */

const told = ({ kind, table, column }: Change) => `${kind} ${column === undefined ? table : `${table}.${column}`}`.trim()
/** As long as the source lets a name be. */
const longFor = (kind: Kind) => 'ä'.repeat(kind === 'sqlite' ? 300 : 30)

onEachRegistry((place) => {
  describe.each(kinds)('%s', (kind) => {
    const { folder, remove } = folderFor()
    let database: Database
    let scene: Scene

    beforeAll(async () => {
      database = await openDatabase(kind, folder)
      scene = await openScene({ shop: database.yaml }, (await place()).setting, folder)
      await database.exec(
        'CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, email VARCHAR(80))',
        'CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, total DECIMAL(10,2), FOREIGN KEY (customer_id) REFERENCES customers (id))',
        'CREATE VIEW big_orders AS SELECT id, total FROM orders WHERE total > 100',
      )
    })
    afterAll(async () => {
      await scene.close()
      await database.drop()
      remove()
    })

    const full = (name: string) => `${database.schema}.${name}`
    const newest = async () => (await (await scene.opened.parts.store()).versions.read('shop'))!
    /** What a synchronisation after these statements finds. */
    const found = async (...sql: string[]) => {
      await database.exec(...sql)
      const [synced] = await scene.sync()
      expect(synced).toMatchObject({ ok: true })
      return synced!.changes.map(told).map((text) => text.replaceAll(`${database.schema}.`, ''))
    }

    test('the first synchronisation reads all of it', async () => {
      const [synced] = await scene.sync()
      expect(synced).toMatchObject({ source: 'shop', ok: true, version: 1, changed: true, changes: [], tables: 3, columns: 8 })
      const { schema, details } = await newest()
      expect(schema.tables.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['big_orders view', 'customers table', 'orders table'])
      const orders = schema.tables.find(({ name }) => name === 'orders')!
      expect(orders.primaryKey).toEqual(['id'])
      expect(orders.foreignKeys).toEqual([{ columns: ['customer_id'], table: full('customers'), references: ['id'] }])
      expect(schema.tables[0]!.definition).toMatch(/total/)
      expect(details?.database.version).toBeTruthy()
      const stages = scene.progress.map(({ stage }) => stage)
      expect(stages.filter((stage, i) => stage !== stages[i - 1])).toEqual(['connecting', 'reading', 'comparing', 'done'])
      const read = scene.progress.filter(({ stage, total }) => stage === 'reading' && total !== undefined)
      if (kind !== 'sqlite') expect(read.map(({ tables, total }) => `${tables} of ${total}`)).toEqual(['0 of 3', '3 of 3'])
    })

    test('where nothing has changed no version is added, and the time is noted', async () => {
      const store = await scene.opened.parts.store()
      const before = (await store.health.all()).get('shop')!
      const [synced] = await scene.sync()
      expect(synced).toMatchObject({ ok: true, version: 1, changed: false, changes: [] })
      const now = (await store.health.all()).get('shop')!
      expect(now.ok).toBe(true)
      expect(Date.parse(now.syncedAt!)).toBeGreaterThan(Date.parse(before.syncedAt!))
    })

    test('rows that come and go are no change, and their number is kept', async () => {
      await database.exec("INSERT INTO customers VALUES (1, 'Ana', NULL), (2, 'Bo', NULL)", ...(kind === 'mysql' ? [] : ['ANALYZE']))
      expect(await found(...(kind === 'mysql' ? ['ANALYZE TABLE customers'] : []))).toEqual([])
      expect((await newest()).number).toBe(1)
      if (kind !== 'sqlite') expect((await newest()).schema.tables.find(({ name }) => name === 'customers')?.rowsEstimate).toBe(2)
    })

    test('each kind of change is found', async () => {
      expect(await found('CREATE TABLE pets (id INTEGER PRIMARY KEY, kind VARCHAR(20))')).toEqual(['table_added pets'])
      expect(await found('ALTER TABLE pets ADD COLUMN age INTEGER')).toEqual(['column_added pets.age'])
      expect(await found('ALTER TABLE pets RENAME COLUMN kind TO kinds')).toEqual(['column_renamed pets.kind'])
      expect(await found('CREATE INDEX pets_by_age ON pets (age)')).toEqual(['index_added pets'])
      const alone = kind === 'mysql' ? 'DROP INDEX pets_by_age ON pets' : 'DROP INDEX pets_by_age'
      expect(await found(alone, 'ALTER TABLE pets DROP COLUMN age')).toEqual(['column_removed pets.age', 'index_removed pets'])
      expect(await found('ALTER TABLE pets RENAME TO animals')).toContain('table_renamed pets')
      expect(await found('DROP TABLE animals')).toEqual(['table_removed animals'])
      expect(await found('DROP VIEW big_orders', 'CREATE VIEW big_orders AS SELECT id, total FROM orders WHERE total > 200')).toEqual([
        'definition_changed big_orders',
      ])
      if (kind === 'sqlite') return
      const retype =
        kind === 'postgres' ? 'ALTER TABLE customers ALTER COLUMN email TYPE text' : 'ALTER TABLE customers MODIFY email VARCHAR(90)'
      expect(await found(retype)).toEqual(['column_retyped customers.email'])
    })

    test('any two versions are compared, and all that stays is told at once', async () => {
      const { number } = await newest()
      const diff = await schemaDiff(scene.call('boss', 'shop'), { from: '1', to: String(number), limit: 100 }, scene.opened.parts)
      expect(diff.from?.version).toBe(1)
      const kindsFound = diff.changes.map(({ kind }) => kind)
      expect(kindsFound).toContain('definition_changed')
      expect(kindsFound).not.toContain('table_added')
      const back = await schemaDiff(scene.call('boss', 'shop'), { from: '2', to: '1', limit: 100 }, scene.opened.parts)
      expect(back.changes.map(told)).toEqual([`table_removed ${full('pets')}`])
    })

    test('odd names are kept as they are', async () => {
      const long = longFor(kind)
      const quote = (name: string) => (kind === 'mysql' ? `\`${name}\`` : `"${name}"`)
      await database.exec(
        `CREATE TABLE ${quote('select')} (${quote('from')} INTEGER, ${quote('a.b')} INTEGER)`,
        `CREATE TABLE ${quote(long)} (${quote('größe, 名前 💧'.replace(kind === 'mysql' ? ' 💧' : '', ''))} INTEGER)`,
      )
      expect((await found()).sort()).toEqual([`table_added ${long}`, 'table_added select'].sort())
      const { schema } = await newest()
      expect(schema.tables.find(({ name }) => name === 'select')?.columns.map(({ name }) => name)).toEqual(['from', 'a.b'])
      expect(schema.tables.find(({ name }) => name === long)?.columns[0]?.name).toMatch(/^größe, 名前/)
    })

    test('foreign keys in a circle are kept', async () => {
      const cyclic =
        kind === 'sqlite'
          ? [
              'CREATE TABLE hen (id INTEGER PRIMARY KEY, egg INTEGER REFERENCES egg (id))',
              'CREATE TABLE egg (id INTEGER PRIMARY KEY, hen INTEGER REFERENCES hen (id), egg INTEGER REFERENCES egg (id))',
            ]
          : [
              'CREATE TABLE hen (id INTEGER PRIMARY KEY, egg INTEGER)',
              'CREATE TABLE egg (id INTEGER PRIMARY KEY, hen INTEGER, egg INTEGER, FOREIGN KEY (hen) REFERENCES hen (id), FOREIGN KEY (egg) REFERENCES egg (id))',
              'ALTER TABLE hen ADD CONSTRAINT lays FOREIGN KEY (egg) REFERENCES egg (id)',
            ]
      expect((await found(...cyclic)).filter((text) => text.startsWith('table'))).toEqual(['table_added egg', 'table_added hen'])
      const egg = (await newest()).schema.tables.find(({ name }) => name === 'egg')
      expect(egg?.foreignKeys?.map(({ table }) => table).sort()).toEqual([full('egg'), full('hen')])
    })
  })
})
