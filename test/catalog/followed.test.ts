import { expect, test } from 'vitest'
import { onEachRegistry } from '../store/registries.ts'
import { folderFor, openDatabase, openScene } from './scene.ts'

/** A gateway that was killed after it had written a version, and before what is known of its objects had followed them. */

onEachRegistry((place) => {
  test('what is known follows when the next one looks, also where nothing is new', async () => {
    const { folder, remove } = folderFor()
    const database = await openDatabase('sqlite', folder)
    await database.exec('CREATE TABLE people (id INTEGER PRIMARY KEY, mail TEXT, town TEXT)')
    const scene = await openScene({ shop: database.yaml }, (await place()).setting, folder)
    const store = await scene.opened.parts.store()
    const said = async () => (await store.notes.of('shop')).map(({ column }) => column)
    try {
      await scene.sync()
      expect(await store.versions.unfollowed('shop')).toEqual([])
      const note = {
        table: 'main.people',
        column: 'mail',
        description: 'Where to write to',
        tags: [],
        terms: [],
        by: 'ana',
        at: 't',
      }
      await store.notes.change('shop', () => ({ write: [note], remove: [] }))
      await database.exec('ALTER TABLE people RENAME COLUMN mail TO e_mail')
      // As if it had been killed right after its transaction.
      const before = await store.versions.read('shop')
      const renamed = {
        kind: 'column_renamed',
        table: 'main.people',
        column: 'mail',
        before: 'mail',
        after: 'e_mail',
        likeness: 1,
      } as const
      const { searchPath, tables, functions } = before!.schema
      const now = tables.map((table) => ({
        ...table,
        columns: table.columns.map((one) => (one.name === 'mail' ? { ...one, name: 'e_mail' } : one)),
      }))
      const text = JSON.stringify({ searchPath, tables: now, functions })
      const at = new Date().toISOString()
      await store.versions.add('shop', 1, { hash: 'h', tables: 1, columns: 3, text, details: before!.details, changes: [renamed], at }, 100)
      expect(await said()).toEqual(['mail'])
      // Its writer may be at it still.
      await scene.sync()
      expect(await said()).toEqual(['mail'])
      await store.db.updateTable('versions').set({ created_at: '2020-01-01T00:00:00.000Z' }).where('followed', '=', 0).execute()
      await scene.sync()
      expect(await said()).toEqual(['e_mail'])
      expect(await store.versions.unfollowed('shop')).toEqual([])
    } finally {
      await scene.close()
      remove()
    }
  })
})
