import { expect, it } from 'vitest'
import { cacheKey, type Kept, keep, openCache, replay } from '../../src/cache/cache.ts'
import type { Value } from '../../src/call.ts'
import { limits } from '../../src/limits.ts'
import type { Batch, Column, Sink } from '../../src/result.ts'

const columns: Column[] = [{ name: 'id', type: 'int', nativeType: 'int8' }]
const batchOf = (text: string, rows = 1): Batch => ({ rows, json: Buffer.from(text), ends: [text.length] })
const ended = { rows: 1, truncated: false }
const cacheOf = (bytesMax = 10_000_000) => openCache({ bytesMax, ttlMs: new Map([['shop', 1_000]]) })

function collecting(): Sink & { seen: string[] } {
  const seen: string[] = []
  return {
    seen,
    columns: (given) => void seen.push(`columns ${given.length}`),
    batch: (batch) => void seen.push(Buffer.from(batch.json).toString()),
  }
}

it('keeps a complete result and gives it back byte for byte', async () => {
  const cache = cacheOf()
  const door = collecting()
  const keeping = keep(door, cache, 'k', 1_000, 100)
  await keeping.sink.columns(columns)
  await keeping.sink.batch(batchOf('[1]'))
  await keeping.sink.batch(batchOf('[2]'))
  expect(cache.get('k')).toBeUndefined()
  keeping.done({ rows: 2, truncated: true })
  const again = collecting()
  expect(await replay(cache.get('k')!, again)).toEqual({ rows: 2, truncated: true })
  expect(again.seen).toEqual(['columns 1', '[1]', '[2]'])
  expect(again.seen).toEqual(door.seen)
})

it('keeps an empty result too, but none without columns', () => {
  const cache = cacheOf()
  const keeping = keep(collecting(), cache, 'k', 1_000, 100)
  keeping.done(ended)
  expect(cache.get('k')).toBeUndefined()
  keeping.sink.columns(columns)
  keeping.done(ended)
  expect(cache.get('k')).toMatchObject({ batches: [], columns })
})

it('passes everything on and keeps nothing when the result is larger than an entry may be', () => {
  const cache = cacheOf()
  const door = collecting()
  const keeping = keep(door, cache, 'k', 1_000, 5)
  keeping.sink.columns(columns)
  keeping.sink.batch(batchOf('[1]'))
  keeping.sink.batch(batchOf('[2]'))
  keeping.sink.batch(batchOf('[3]'))
  keeping.done(ended)
  expect(door.seen).toHaveLength(4)
  expect(cache.get('k')).toBeUndefined()
})

it('hands back what the door answers, so that a slow client slows the source', async () => {
  const { promise, resolve: free } = Promise.withResolvers<void>()
  const slow: Sink = { columns: () => {}, batch: () => promise }
  const keeping = keep(slow, cacheOf(), 'k', 1_000, 100)
  let passed = false
  const writing = Promise.resolve(keeping.sink.batch(batchOf('[1]'))).then(() => {
    passed = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(passed).toBe(false)
  free()
  await writing
})

it('does not keep a large buffer alive for a small batch in it', () => {
  const cache = cacheOf()
  const keeping = keep(collecting(), cache, 'k', 1_000, 100)
  const large = Buffer.alloc(1_000_000, '[1]')
  keeping.sink.columns(columns)
  keeping.sink.batch({ rows: 1, json: large.subarray(0, 3), ends: new Uint32Array(5_000).fill(3) })
  keeping.done(ended)
  const [batch] = cache.get('k')!.batches
  expect(batch!.json.buffer.byteLength).toBe(3)
  expect([...(batch!.ends as Uint32Array)]).toEqual([3])
})

it('forgets after the time to live', () => {
  let nowMs = 5
  const cache = openCache({ bytesMax: 10_000, ttlMs: new Map([['shop', 1_000]]), nowMs: () => nowMs })
  const kept: Kept = { columns, batches: [], ended }
  cache.set('k', kept, 1_000)
  nowMs += 999
  expect(cache.get('k')).toBe(kept)
  nowMs += 2
  expect(cache.get('k')).toBeUndefined()
})

it('keeps nothing where no time to live is set', () => {
  const cache = cacheOf()
  expect([cache.ttlMs('shop'), cache.ttlMs('web'), cacheOf(0).ttlMs('shop')]).toEqual([1_000, 0, 0])
  cache.set('k', { columns, batches: [], ended }, 0)
  expect(cache.get('k')).toBeUndefined()
})

it('stays within its bytes and lets the least recently used go first', () => {
  const cache = cacheOf(30_000)
  const kept: Kept = { columns, batches: [batchOf('x'.repeat(8_000))], ended }
  for (const key of ['a', 'b', 'c']) cache.set(key, kept, 1_000)
  cache.get('a')
  cache.set('d', kept, 1_000)
  expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key))).toEqual(['a', 'c', 'd'])
  cache.set('huge', { columns, batches: [batchOf('x'.repeat(limits.cacheEntryBytesMax + 1))], ended }, 1_000)
  expect(cache.get('huge')).toBeUndefined()
})

it('gives different keys to whatever could answer differently', () => {
  const base = { source: 'shop', sql: 'SELECT $1', params: [] as Value[], schemaVersion: '1', rowsMax: 10, bytesMax: 100, generation: 0 }
  const params: Value[][] = [
    [],
    [null],
    ['null'],
    [1],
    ['1'],
    [1n],
    [true],
    ['true'],
    [0],
    [-0],
    [new Uint8Array([49])],
    ['MQ=='],
    ['a', 'b'],
    ['a,b'],
    ['a","b'],
    [['int', '1'] as unknown as Value],
  ]
  const keys = [
    ...params.map((each) => cacheKey({ ...base, params: each })),
    cacheKey({ ...base, source: 'web' }),
    cacheKey({ ...base, sql: 'SELECT $2' }),
    cacheKey({ ...base, schemaVersion: '2' }),
    cacheKey({ ...base, rowsMax: 11 }),
    cacheKey({ ...base, bytesMax: 101 }),
  ]
  // The last of the parameter lists is no possible value; it would be the only one to look like a bigint.
  expect(new Set(keys).size).toBe(keys.length - 1)
  expect(cacheKey({ ...base, params: ['secret-value'] })).not.toMatch(/secret/)
})
