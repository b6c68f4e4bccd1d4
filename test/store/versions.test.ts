import { expect, test } from 'vitest'
import type { Details } from '../../src/details.ts'
import { type NewVersion, openStore, type Store } from '../../src/store/store.ts'
import { onEachRegistry, type Place } from './registries.ts'

const details: Details = {
  database: { product: 'P', version: '1', database: 'd', settings: {} },
  indexes: [],
  sizes: [{ schema: 'public', table: 'people', rowsEstimate: 7 }],
  dependents: [],
}
const people = { schema: 'public', name: 'people', kind: 'table', columns: [] }
const f = { schema: 'public', name: 'f', kind: 'function', volatility: 'stable', builtin: false, args: [0, Number.POSITIVE_INFINITY] }
const text = JSON.stringify({ searchPath: ['public'], tables: [people], functions: [f] })
const version = (hash: string, more: Partial<NewVersion> = {}): NewVersion => ({
  hash,
  tables: 1,
  columns: 0,
  text,
  details,
  changes: [],
  at: '2026-01-01T00:00:00.000Z',
  ...more,
})

onEachRegistry((place) => {
  const using = async (work: (store: Store, place: Place) => Promise<void>) => {
    const here = await place()
    const store = await openStore(here.setting)
    try {
      await work(store, here)
    } finally {
      await store.close()
    }
  }

  test('a version comes back as it was, with the figures that are kept beside it', () =>
    using(async ({ versions }) => {
      expect(await versions.newest('shop')).toBeUndefined()
      expect(await versions.read('shop')).toBeUndefined()
      expect(await versions.add('shop', 0, version('a'), 10)).toBe(1)
      expect(await versions.newest('shop')).toEqual({ number: 1, hash: 'a', tables: 1, columns: 0, at: '2026-01-01T00:00:00.000Z' })
      const read = await versions.read('shop')
      expect(read?.schema).toEqual({ version: 'a', searchPath: ['public'], tables: [{ ...people, rowsEstimate: 7 }], functions: [f] })
      expect(read?.details).toEqual(details)
      await versions.refresh('shop', 1, { ...details, sizes: [{ schema: 'public', table: 'people', rowsEstimate: 8 }] })
      expect((await versions.read('shop', 1))?.schema.tables[0]?.rowsEstimate).toBe(8)
    }))

  test('only the one who knows the newest adds the next, and the oldest go', () =>
    using(async ({ versions }) => {
      await versions.add('shop', 0, version('a'), 2)
      expect(await versions.add('shop', 0, version('other'), 2)).toBeUndefined()
      expect(await versions.add('shop', 2, version('other'), 2)).toBeUndefined()
      expect(await versions.add('shop', 1, version('b', { changes: [{ kind: 'table_added', table: 'x' }] }), 2)).toBe(2)
      expect(await versions.add('shop', 2, version('c'), 2)).toBe(3)
      await versions.add('stock', 0, version('s'), 2)
      expect((await versions.list('shop', 10)).map(({ number, hash, changes }) => [number, hash, changes.length])).toEqual([
        [3, 'c', 0],
        [2, 'b', 1],
      ])
      expect(await versions.read('shop', 1)).toBeUndefined()
      expect([...(await versions.all())].map(([name, { number }]) => `${name} ${number}`).sort()).toEqual(['shop 3', 'stock 1'])
      await versions.forget('shop')
      expect([...(await versions.all()).keys()]).toEqual(['stock'])
    }))

  test('of many who add at once exactly one is first', () =>
    using(async ({ versions }, { setting }) => {
      const other = await openStore(setting)
      try {
        const added = await Promise.all(
          Array.from({ length: 8 }, (_, i) => (i % 2 ? versions : other.versions).add('shop', 0, version(`v${i}`), 10)),
        )
        expect(added.filter((number) => number === 1)).toHaveLength(1)
        expect(added.filter((number) => number === undefined)).toHaveLength(7)
        expect(await versions.list('shop', 10)).toHaveLength(1)
      } finally {
        await other.close()
      }
    }))

  test('health keeps the last synchronisation while a source is down', () =>
    using(async ({ health }) => {
      const good = { ok: true, ms: 1.5, at: '2026-01-01T00:00:00.000Z', syncedAt: '2026-01-01T00:00:00.000Z', syncMs: 20 }
      await health.record('shop', good)
      expect(await health.all()).toEqual(new Map([['shop', good]]))
      await health.record('shop', { ok: false, code: 'source_unavailable', text: 'gone', ms: 3, at: '2026-01-02T00:00:00.000Z' })
      expect((await health.all()).get('shop')).toEqual({
        ok: false,
        code: 'source_unavailable',
        text: 'gone',
        ms: 3,
        at: '2026-01-02T00:00:00.000Z',
        syncedAt: '2026-01-01T00:00:00.000Z',
        syncMs: 20,
      })
      await health.record('shop', good)
      expect((await health.all()).get('shop')).toEqual(good)
      await health.forget('shop')
      expect(await health.all()).toEqual(new Map())
    }))

  test('a registry that fails says so, and its own words stay inside', () =>
    using(async ({ versions, health }, { raw }) => {
      await raw('DROP TABLE versions')
      await raw('DROP TABLE health')
      const asking = [
        () => versions.newest('s'),
        () => versions.all(),
        () => versions.list('s', 1),
        () => versions.read('s'),
        () => versions.add('s', 0, version('a'), 1),
        () => health.all(),
      ]
      for (const ask of asking) {
        await expect(ask()).rejects.toMatchObject({ code: 'registry_unavailable', message: expect.not.stringContaining('versions') })
      }
    }))
})
