import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import type { Cache, Kept } from './cache.ts'

/** `ttlMs` is by source; a source that is not named is not cached. `bytesMax` bounds the whole cache. `nowMs` is a monotonic clock. */
export type CacheOptions = Readonly<{ bytesMax: number; ttlMs: ReadonlyMap<string, number>; nowMs?: () => number }>

/** A cache that can be emptied; it answers how many results it held. */
export type OpenCache = Cache & { clear(): number }

/** Results in this process's memory: the least recently used go first, none outlives its time. */
export function openCache(options: CacheOptions): OpenCache {
  const off = options.bytesMax <= 0
  const results = off
    ? undefined
    : new LRUCache<string, Kept>({
        maxSize: options.bytesMax,
        maxEntrySize: Math.min(options.bytesMax, limits.cacheEntryBytesMax),
        sizeCalculation: bytesOf,
        ttlResolution: 0,
        perf: { now: options.nowMs ?? (() => performance.now()) },
      })
  // By number, not by looking through all entries: those of an earlier number are asked for no more and are the next to go.
  const generations = new Map<string, number>()
  return {
    ttlMs: (source) => (off ? 0 : (options.ttlMs.get(source) ?? 0)),
    get: (key) => results?.get(key),
    set(key, kept, ttlMs) {
      if (ttlMs > 0) results?.set(key, kept, { ttl: ttlMs })
    },
    generation: (source) => generations.get(source) ?? 0,
    forget(source) {
      generations.set(source, (generations.get(source) ?? 0) + 1)
    },
    clear() {
      const held = results?.size ?? 0
      results?.clear()
      return held
    },
  }
}

/** About what an entry holds in memory: its bytes, its row ends and what the objects around them take. */
function bytesOf({ columns, batches }: Kept): number {
  let bytes = 512 + columns.length * 200
  for (const { json, rows } of batches) bytes += json.byteLength + rows * 4 + 200
  return bytes
}
