import { afterAll, expect, test } from 'vitest'
import { openStore, type Store } from '../../src/store/store.ts'
import { onEachRegistry } from './registries.ts'

/** What pgvector offers, as far as the registry uses it, made of SQL functions: for servers that do not have the extension. */
const standIn = `
  CREATE DOMAIN vector AS text CHECK (VALUE ~ '^\\[[-0-9.,e]+\\]$');
  CREATE FUNCTION cosine_distance(one text, other text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT 1 - sum(a * b) / sqrt(sum(a * a) * sum(b * b))
    FROM unnest(string_to_array(btrim(one, '[]'), ',')::float8[], string_to_array(btrim(other, '[]'), ',')::float8[]) AS v (a, b) $$;
  CREATE OPERATOR <=> (LEFTARG = text, RIGHTARG = text, FUNCTION = cosine_distance);`

const opened: Store[] = []
afterAll(async () => {
  for (const store of opened) await store.close()
})

async function works(store: Store, place: string): Promise<void> {
  opened.push(store)
  const { vectors } = store
  expect(await vectors.place()).toBe(place)
  const many = Array.from({ length: 900 }, (_, i) => ({
    hash: `h${i}`,
    vector: Float32Array.of(Math.cos(i / 900), Math.sin(i / 900), 0.25),
  }))
  expect(
    await vectors.missing(
      'm 3',
      many.map(({ hash }) => hash),
    ),
  ).toHaveLength(900)
  await vectors.put('m 3', many)
  // The same once more, by another process.
  await vectors.put('m 3', many.slice(0, 5))
  await vectors.put('other 2', [{ hash: 'h0', vector: Float32Array.of(1, 0) }])
  expect(await vectors.missing('m 3', ['h0', 'h899', 'new'])).toEqual(['new'])
  expect(await vectors.missing('other 2', ['h0', 'h1'])).toEqual(['h1'])
  const { best, mean } = await vectors.nearest('m 3', Float32Array.of(1, 0, 0.25), ['h899', 'h10', 'h0', 'nobody'])
  expect([...best.keys()]).toEqual(['h0', 'h10', 'h899'])
  expect(best.get('h0')).toBeCloseTo(1, 2)
  expect(best.get('h899')).toBeCloseTo((Math.cos(899 / 900) + 0.0625) / 1.0625, 2)
  expect(mean).toBeCloseTo([...best.values()].reduce((sum, one) => sum + one, 0) / 3, 5)
  expect((await vectors.nearest('m 3', Float32Array.of(1, 0, 0), [])).best.size).toBe(0)
  expect(
    (
      await vectors.nearest(
        'm 3',
        Float32Array.of(1, 0, 0),
        many.map(({ hash }) => hash),
      )
    ).best.size,
  ).toBe(400)
}

onEachRegistry((place, kind) => {
  test('vectors are kept by model and text, and compared', async () => {
    const { setting } = await place()
    await works(await openStore(setting), 'process')
  })
  test('what was kept is there after a restart', async () => {
    const { setting } = await place()
    const first = await openStore(setting)
    await first.vectors.put('m 2', [{ hash: 'a', vector: Float32Array.of(0.6, -0.8) }])
    await first.close()
    const again = await openStore(setting)
    opened.push(again)
    expect((await again.vectors.nearest('m 2', Float32Array.of(0.6, -0.8), ['a'])).best.get('a')).toBeCloseTo(1, 2)
  })
  if (kind === 'postgres') {
    test('a PostgreSQL that has the type and the operator compares by itself', async () => {
      const { setting, raw } = await place()
      await raw(standIn)
      await works(await openStore(setting), 'pgvector')
    })
  }
})
