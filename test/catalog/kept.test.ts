import { expect, test } from 'vitest'
import { schemaDiff, schemaVersions } from '../../src/catalog.ts'
import { onEachRegistry } from '../store/registries.ts'
import { folderFor, openDatabase, openScene } from './scene.ts'

/** How many versions are kept, and several gateways that write them. */

const narrow = "{ sources: { shop: { tables: { allow: ['*'], deny: [salaries] }, actions: [read] } } }"

onEachRegistry((place) => {
  test('the oldest versions go, and what is asked of them is told', async () => {
    const { folder, remove } = folderFor()
    const database = await openDatabase('sqlite', folder)
    await database.exec('CREATE TABLE people (id INTEGER)', 'CREATE TABLE salaries (id INTEGER)')
    const scene = await openScene({ shop: database.yaml }, (await place()).setting, folder, narrow, 'catalog: { versions_kept: 2 }')
    try {
      for (const column of ['a', 'b', 'c', 'd']) {
        await scene.sync()
        await database.exec(`ALTER TABLE ${column < 'c' ? 'people' : 'salaries'} ADD COLUMN ${column} TEXT`)
      }
      await scene.sync()
      const { parts } = scene.opened
      const { versions } = await schemaVersions(scene.call('boss', 'shop'), 10, parts)
      expect(versions.map(({ version }) => version)).toEqual([5, 4])
      await expect(schemaDiff(scene.call('boss', 'shop'), { from: '3', limit: 1 }, parts)).rejects.toMatchObject({ code: 'field_invalid' })
      expect((await schemaDiff(scene.call('boss', 'shop'), { from: '2020-01-01', limit: 9 }, parts)).from?.version).toBe(4)
      // Nothing that they see has changed in what is kept.
      const seen = await schemaDiff(scene.call('narrow', 'shop'), { limit: 9 }, parts)
      expect([seen.changes, seen.from]).toEqual([[], undefined])
    } finally {
      await scene.close()
      remove()
    }
  })

  test('gateways that look at once keep each change once', async () => {
    const { folder, remove } = folderFor()
    const database = await openDatabase('sqlite', folder)
    await database.exec('CREATE TABLE people (id INTEGER)')
    const { setting } = await place()
    const scenes = await Promise.all([1, 2, 3].map(() => openScene({ shop: database.yaml }, setting, folder)))
    try {
      for (let round = 0; round < 6; round++) {
        await database.exec(`ALTER TABLE people ADD COLUMN c${round} TEXT`)
        const synced = (await Promise.all(scenes.map((scene) => scene.sync()))).flat()
        expect(synced.map(({ ok, version }) => [ok, version])).toEqual(Array(3).fill([true, round + 1]))
        expect(synced.filter(({ changed }) => changed)).toHaveLength(1)
      }
      const { versions } = await await scenes[0]!.opened.parts.store()
      expect((await versions.list('shop', 100)).map(({ number, changes }) => [number, changes.length])).toEqual([
        [6, 1],
        [5, 1],
        [4, 1],
        [3, 1],
        [2, 1],
        [1, 0],
      ])
    } finally {
      for (const scene of scenes) await scene.close()
      remove()
    }
  })
})
