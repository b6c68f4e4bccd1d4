import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changesBetween } from '../../src/drift/drift.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { onEachRegistry, type Place } from '../store/registries.ts'
import { type Database, folderFor, openDatabase, openScene } from './scene.ts'

/** A gateway that is killed at any point of its synchronisations leaves whole versions only, and the next one goes on. */

const ROUNDS = 8
const src = (file: string) => JSON.stringify(new URL(`../../src/${file}`, import.meta.url).href)

/** Changes its source and synchronises it, for ever; each end is a line. */
const gateway = (config: string, file: string) => `
  import { DatabaseSync } from 'node:sqlite'
  const { configFor, openParts } = await import(${src('main.ts')})
  const { synchronise } = await import(${src('catalog.ts')})
  const { parts } = openParts(await configFor({ file: ${JSON.stringify(config)} }))
  const db = new DatabaseSync(${JSON.stringify(file)}, { timeout: 10000 })
  for (let round = 0; ; round++) {
    const name = 't' + Date.now() + '_' + round
    db.exec('CREATE TABLE ' + name + ' (id INTEGER PRIMARY KEY, a TEXT, b TEXT)')
    if (round % 3 === 2) db.exec('DROP TABLE ' + name)
    const [synced] = await synchronise(['shop'], { parts, signal: new AbortController().signal, progress: () => undefined })
    console.log(synced.ok + ' ' + synced.version)
  }`

async function mustBeWhole({ versions }: Store): Promise<number> {
  const known = await versions.list('shop', 10_000)
  expect(known.map(({ number }) => number)).toEqual(known.map((_, i) => known[0]!.number - i))
  let after: Awaited<ReturnType<typeof versions.read>>
  for (const [i, about] of known.entries()) {
    const version = await versions.read('shop', about.number)
    expect(version?.schema.tables).toHaveLength(about.tables)
    expect(version?.details?.indexes).toBeDefined()
    if (after) expect(known[i - 1]!.changes).toEqual(changesBetween(version!.schema, after.schema))
    after = version
  }
  return known.length
}

onEachRegistry((place) => {
  const { folder, remove } = folderFor()
  let database: Database
  let registry: Place
  const config = join(folder, 'gateway.yaml')
  const place_ = () => ('file' in registry.setting ? registry.setting.file : registry.setting.url)

  beforeAll(async () => {
    database = await openDatabase('sqlite', folder)
    registry = await place()
    const filler = Array.from({ length: 300 }, (_, i) => `CREATE TABLE filler_${i} (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT)`)
    await database.exec(...filler)
    writeFileSync(config, `registry: '${place_()}'\nsources: { shop: ${database.yaml} }\n`)
  })
  afterAll(async () => {
    await database.drop()
    remove()
  })

  test('killed at any point, the registry is never half a version', async () => {
    const file = /path: '([^']+)'/.exec(database.yaml)![1]!
    let last = 0
    for (let round = 0; round < ROUNDS; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', gateway(config, file)], {
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
      })
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      // After some synchronisations, and then somewhere within the next one.
      for (let line = 0; line <= round % 3; line++) expect((await lines.next()).value).toMatch(/^true \d+$/)
      await sleep((round * 37) % 90)
      child.kill('SIGKILL')
      await once(child, 'exit')
      const store = await openStore(registry.setting)
      const versions = await mustBeWhole(store)
      await store.close()
      expect(versions).toBeGreaterThan(last)
      last = versions
    }
    const scene = await openScene({ shop: database.yaml }, registry.setting, folder)
    try {
      expect(await scene.sync()).toMatchObject([{ ok: true }])
      expect(await scene.sync()).toMatchObject([{ ok: true, changed: false }])
    } finally {
      await scene.close()
    }
  }, 120_000)
})
