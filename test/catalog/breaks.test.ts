import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schemaDiff } from '../../src/catalog.ts'
import { type Database, folderFor, type Kind, openDatabase, openScene, type Scene } from './scene.ts'

/** What a change breaks: views, roles and stored questions, each with a mend. */

const narrow = `
    sources:
      shop: { tables: { allow: ['*'] }, columns: { people: { mask: { email: email } } }, rows: { orders: 'person_id < 3' }, actions: [read] }`

describe.each<Kind>(['sqlite', 'mysql'])('%s', (kind) => {
  const { folder, remove } = folderFor()
  let database: Database
  let scene: Scene
  const breaks = async (who: 'boss' | 'reader' | 'narrow') => {
    const { breaks } = await schemaDiff(scene.call(who, 'shop'), { limit: 100 }, scene.opened.parts)
    return breaks.map(({ use, certain, text, mend }) => [use.what, certain, `${text} ${mend}`.replaceAll(`${database.schema}.`, '')])
  }

  beforeAll(async () => {
    database = await openDatabase(kind, folder)
    scene = await openScene({ shop: database.yaml }, { file: `${folder}/registry.db` }, folder, narrow)
    await database.exec(
      'CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(20), email VARCHAR(40))',
      'CREATE TABLE orders (id INTEGER PRIMARY KEY, person_id INTEGER, note VARCHAR(20))',
      'CREATE VIEW known AS SELECT p.name FROM people p JOIN orders o ON o.person_id = p.id',
    )
    await scene.sync()
  })
  afterAll(async () => {
    await scene.close()
    await database.drop()
    remove()
  })

  test('a column that goes breaks the role that masks it, and only that', async () => {
    await database.exec('ALTER TABLE people RENAME COLUMN email TO mail_address_of_work')
    await scene.sync()
    await database.exec('ALTER TABLE people RENAME COLUMN mail_address_of_work TO email')
    await scene.sync()
    await database.exec('ALTER TABLE people DROP COLUMN email')
    await scene.sync()
    expect(await breaks('boss')).toEqual([
      ['policy', true, expect.stringMatching(/The role narrow names people.email, which is gone. .*protects nothing/)],
    ])
    expect(await breaks('reader')).toEqual([])
    expect(await breaks('narrow')).toEqual([])
  })

  test('a column of which nothing is said breaks nothing', async () => {
    await database.exec('ALTER TABLE orders DROP COLUMN note')
    await scene.sync()
    expect(await breaks('boss')).toEqual([])
  })

  test('a table with another name breaks the role that has rules for it', async () => {
    await database.exec('ALTER TABLE orders RENAME TO purchases')
    await scene.sync()
    const found = await breaks('boss')
    expect(found).toContainEqual([
      'policy',
      true,
      'The role narrow names the table orders, which is now purchases. Write purchases in the place of orders.',
    ])
    // MariaDB keeps the text of the view, which names what is not there any more.
    if (kind === 'mysql') expect(found.map(([what]) => what)).toContain('view')
    expect((await breaks('reader')).every(([what]) => what === 'view')).toBe(true)
  })
})
