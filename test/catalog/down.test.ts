import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { synchronise } from '../../src/catalog.ts'
import { onEachRegistry } from '../store/registries.ts'
import { type Database, folderFor, openDatabase, openScene, type Scene } from './scene.ts'

/** Sources that are down, that die on the way, and that never answer: each is its own trouble only. */

/** Stands between the gateway and a server; `bytes` is how much of what the server says comes through before all is cut. */
class Cutting {
  bytes = Number.POSITIVE_INFINITY
  passed = 0
  readonly #sockets = new Set<Socket>()
  readonly #server: Server

  constructor(target: URL) {
    this.#server = createServer((near) => {
      const far = connect(Number(target.port), target.hostname)
      for (const socket of [near, far]) {
        this.#sockets.add(socket)
        socket.on('error', () => undefined)
        socket.on('close', () => {
          near.destroy()
          far.destroy()
        })
      }
      near.pipe(far)
      far.on('data', (data) => {
        this.passed += data.length
        if (this.passed > this.bytes) this.cut()
        else near.write(data)
      })
    })
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  close(): void {
    this.cut()
    this.#server.close()
  }
}

onEachRegistry((place) => {
  describe.each(['postgres', 'mysql'] as const)('%s', (kind) => {
    const { folder, remove } = folderFor()
    let database: Database
    let proxy: Cutting
    let scene: Scene
    const store = () => scene.opened.parts.store()

    beforeAll(async () => {
      database = await openDatabase(kind, folder)
      await database.exec(...Array.from({ length: 60 }, (_, i) => `CREATE TABLE t${i} (id INTEGER PRIMARY KEY, name VARCHAR(20))`))
      const url = new URL(/url: '([^']+)'/.exec(database.yaml)![1]!)
      proxy = new Cutting(new URL(url))
      url.port = String(await proxy.listen())
      url.hostname = '127.0.0.1'
      scene = await openScene({ shop: `{ connector: ${kind}, url: '${url.href}' }` }, (await place()).setting, folder)
    })
    afterAll(async () => {
      await scene.close()
      proxy.close()
      await database.drop()
      remove()
    })

    test('cut off at any point nothing is stored, and the source is marked unhealthy', async () => {
      expect(await scene.sync()).toMatchObject([{ ok: true, tables: 60 }])
      const whole = proxy.passed
      await (await store()).versions.forget('shop')
      for (const share of [0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97]) {
        proxy.cut()
        proxy.passed = 0
        proxy.bytes = whole * share
        const [synced] = await scene.sync()
        expect([share, synced]).toMatchObject([share, { ok: false, code: 'source_unavailable', changed: false }])
        expect(await (await store()).versions.newest('shop')).toBeUndefined()
        expect((await (await store()).health.all()).get('shop')).toMatchObject({ ok: false, code: 'source_unavailable' })
      }
      proxy.bytes = Number.POSITIVE_INFINITY
      const [synced] = await scene.sync()
      expect(synced).toMatchObject({ ok: true, version: 1, tables: 60 })
      const health = (await (await store()).health.all()).get('shop')
      expect(health).toMatchObject({ ok: true })
      expect(health).not.toHaveProperty('code')
    }, 120_000)

    test('a version that is there stays while the source is gone', async () => {
      const [before] = await scene.sync()
      proxy.passed = 0
      proxy.bytes = 0
      proxy.cut()
      expect(await scene.sync()).toMatchObject([{ ok: false }])
      expect((await (await store()).versions.newest('shop'))?.number).toBe(before!.version)
      expect((await (await store()).versions.read('shop'))?.schema.tables).toHaveLength(60)
      proxy.bytes = Number.POSITIVE_INFINITY
    })
  })

  test('one that never answers and one that is not there hold nobody up', async () => {
    const { folder, remove } = folderFor()
    const silent = createServer(() => undefined)
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const port = (silent.address() as AddressInfo).port
    const database = await openDatabase('sqlite', folder)
    await database.exec('CREATE TABLE t (id INTEGER)')
    const sources = {
      silent: `{ connector: postgres, host: 127.0.0.1, port: ${port}, user: u, password: geheim, database: d }`,
      gone: '{ connector: mysql, host: 127.0.0.1, port: 1, user: u, password: geheim, database: d }',
      broken: `{ connector: sqlite, path: '${folder}/none/at/all.db' }`,
      good: database.yaml,
    }
    const scene = await openScene(sources, (await place()).setting, folder)
    try {
      const leaving = new AbortController()
      const { parts } = scene.opened
      const seen: string[] = []
      const left = synchronise(parts.sources.names, {
        parts,
        signal: leaving.signal,
        progress: ({ source, stage }) => {
          seen.push(`${source} ${stage}`)
          if (seen.filter((text) => / (done|failed)$/.test(text)).length === 3) leaving.abort(new Error('enough'))
        },
      })
      await expect(left).rejects.toThrow('enough')
      expect(seen).toEqual(expect.arrayContaining(['good done', 'gone failed', 'broken failed']))
      const store = await parts.store()
      const health = await store.health.all()
      expect([...health].map(([name, { ok }]) => `${name} ${ok}`).sort()).toEqual(['broken false', 'gone false', 'good true'])
      expect(JSON.stringify([...health])).not.toContain('geheim')
      expect([...(await store.versions.all()).keys()]).toEqual(['good'])
    } finally {
      await scene.close()
      silent.close()
      remove()
    }
  })

  test('a registry of a newer Sluice is left as it is', async () => {
    const { folder, remove } = folderFor()
    const here = await place()
    const database = await openDatabase('sqlite', folder)
    await database.exec('CREATE TABLE t (id INTEGER)')
    const older = await openScene({ shop: database.yaml }, here.setting, folder)
    await older.sync()
    await older.close()
    await here.raw("INSERT INTO sluice_migrations (name, timestamp) VALUES ('9999_later', '2030-01-01')")
    const scene = await openScene({ shop: database.yaml }, here.setting, folder)
    try {
      await expect(scene.sync()).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('9999_later') })
    } finally {
      await scene.close()
      remove()
    }
  })
})
