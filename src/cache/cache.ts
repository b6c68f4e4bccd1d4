import { hash } from 'node:crypto'
import type { Value } from '../call.ts'
import type { Identity } from '../grant.ts'
import type { Batch, Column, Ended, Sink } from '../result.ts'

export { type OpenCache, openCache } from './memory.ts'

/** A whole result, kept as the bytes that went to the door. */
export type Kept = Readonly<{ columns: readonly Column[]; batches: readonly Batch[]; ended: Ended }>

export interface Cache {
  /** Milliseconds that results of this source are kept; 0 = never. */
  ttlMs(source: string): number
  get(key: string): Kept | undefined
  set(key: string, kept: Kept, ttlMs: number): void
  /** Changes whenever results of this source are forgotten; a part of every key, so that what is on its way is not kept either. */
  generation(source: string): number
  /** Forgets all results of a source, because its data has changed. */
  forget(source: string): void
}

/** What the answer depends on. `sql` is the rewritten text, in which the grant is, so two grants never share rows. */
export type CacheKeyParts = Readonly<{
  source: string
  sql: string
  params: readonly Value[]
  schemaVersion: string
  rowsMax: number
  bytesMax: number
  /** As whom the source answers: its own rules may show each of them other rows. */
  identity?: Identity | undefined
  /** As the cache says it when the query begins. */
  generation: number
}>

/** A key in which no part can run into the next and no two kinds of value look alike. Hashed, so that parameter values are not kept. */
export function cacheKey({ source, sql, params, schemaVersion, rowsMax, bytesMax, identity, generation }: CacheKeyParts): string {
  const values = params.map((value) => {
    if (typeof value === 'bigint') return ['int', value.toString()]
    if (value instanceof Uint8Array) return ['bytes', Buffer.from(value).toString('base64')]
    if (typeof value === 'number') return ['number', Object.is(value, -0) ? '-0' : String(value)]
    return value
  })
  const parts = [source, generation, sql, schemaVersion, rowsMax, bytesMax, values, identity ?? null]
  return hash('sha256', JSON.stringify(parts), 'base64url')
}

export type Keeping = Readonly<{
  /** Hand this to the source instead of the door's own sink. */
  sink: Sink
  /** Call it when the result is complete; a result that failed, was cut off or grew too large is never kept. */
  done(ended: Ended): void
}>

/** A sink that passes everything on to `sink` and collects it on the way, until it is more than one entry of the cache may hold. */
export function keep(sink: Sink, cache: Cache, key: string, ttlMs: number, bytesMax: number): Keeping {
  let columns: readonly Column[] | undefined
  let batches: Batch[] | undefined = []
  let bytes = 0
  return {
    sink: {
      columns(given) {
        columns = given
        return sink.columns(given)
      },
      batch(batch) {
        bytes += batch.json.byteLength
        if (bytes > bytesMax) batches = undefined
        batches?.push(batch)
        return sink.batch(batch)
      },
    },
    done(ended) {
      if (columns && batches) cache.set(key, { columns, batches: batches.map(compact), ended }, ttlMs)
    },
  }
}

/** A batch may be a view on a much larger buffer, which it would keep alive. */
function compact(batch: Batch): Batch {
  if (batch.json.byteLength === batch.json.buffer.byteLength) return batch
  return { rows: batch.rows, json: new Uint8Array(batch.json), ends: Uint32Array.from({ length: batch.rows }, (_, i) => batch.ends[i]!) }
}

/** Sends a kept result to a sink as if it came from the source, each write awaited. */
export async function replay(kept: Kept, sink: Sink): Promise<Ended> {
  await sink.columns(kept.columns)
  for (const batch of kept.batches) await sink.batch(batch)
  return kept.ended
}
