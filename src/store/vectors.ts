import { type Kysely, sql } from 'kysely'
import type { StoreKind } from './migrations.ts'
import { reaching } from './reaching.ts'
import type { Tables } from './tables.ts'

/** How near a vector is to those of some texts: cosines of the nearest ones by the hash of their text, and the mean of all that are known. */
export type Nearest = Readonly<{ best: ReadonlyMap<string, number>; mean: number }>

/**
 * Vectors of texts by the hash of the text, so that each is made once. `model` tells those of one model and length from others. Throws
 * `registry_unavailable`.
 */
export interface VectorBook {
  /** Where they are compared: in PostgreSQL by its extension `vector` where that can be had, else in this process. */
  place(): Promise<'pgvector' | 'process'>
  /** Those of the hashes for which there is no vector yet. */
  missing(model: string, hashes: readonly string[]): Promise<readonly string[]>
  put(model: string, made: readonly Readonly<{ hash: string; vector: Float32Array }>[]): Promise<void>
  nearest(model: string, vector: Float32Array, hashes: readonly string[]): Promise<Nearest>
}

/** The nearest ones that are told. */
const BEST_MAX = 400
/** Bound parameters of one statement; some SQLite takes no more than 999. */
const CHUNK = 400
/** What this process holds of vectors; beyond it, it begins anew. */
const HELD_BYTES_MAX = 96 * 1024 * 1024

export function vectorsIn(db: Kysely<Tables>, kind: StoreKind): VectorBook {
  const plain = inProcess(db)
  let opening: Promise<VectorBook> | undefined
  const book = (): Promise<VectorBook> => {
    opening ??= (kind === 'postgres' ? hasExtension(db) : Promise.resolve(false)).then((has) => (has ? inPostgres(db) : plain))
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }
  return {
    place: async () => (await book()).place(),
    missing: async (model, hashes) => (await book()).missing(model, hashes),
    put: async (model, made) => (await book()).put(model, made),
    nearest: async (model, vector, hashes) => (await book()).nearest(model, vector, hashes),
  }
}

/** Makes the extension and the table where the user may; where not, everything else works without them. */
async function hasExtension(db: Kysely<Tables>): Promise<boolean> {
  const there = async () => {
    const { rows } = await sql<{ type: string | null }>`SELECT to_regtype('vector')::text AS type`.execute(db)
    return rows[0]?.type != null
  }
  return reaching(async () => {
    if (!(await there())) {
      await sql`CREATE EXTENSION IF NOT EXISTS vector`.execute(db).catch(() => undefined)
      if (!(await there())) return false
    }
    const made = sql`CREATE TABLE IF NOT EXISTS sluice_vectors (model text NOT NULL, hash text NOT NULL, embedding vector NOT NULL, PRIMARY KEY (model, hash))`
    // Another process may make it at this moment; then it is there.
    await made.execute(db).catch(() => made.execute(db))
    return true
  })
}

const chunked = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))

function inPostgres(db: Kysely<Tables>): VectorBook {
  const text = (vector: Float32Array) => `[${vector.join(',')}]`
  return {
    place: async () => 'pgvector',
    missing: (model, hashes) =>
      reaching(async () => {
        const { rows } = await sql<{ hash: string }>`
          SELECT hash FROM sluice_vectors WHERE model = ${model} AND hash = ANY (${hashes})`.execute(db)
        const known = new Set(rows.map(({ hash }) => hash))
        return hashes.filter((hash) => !known.has(hash))
      }),
    put: (model, made) =>
      reaching(async () => {
        for (const some of chunked(made, CHUNK / 4)) {
          const rows = some.map(({ hash, vector }) => sql`(${model}, ${hash}, ${text(vector)}::vector)`)
          await sql`INSERT INTO sluice_vectors (model, hash, embedding) VALUES ${sql.join(rows)} ON CONFLICT DO NOTHING`.execute(db)
        }
      }),
    nearest: (model, vector, hashes) =>
      reaching(async () => {
        const { rows } = await sql<{ hash: string; cosine: number; mean: number }>`
          SELECT hash, cosine, AVG(cosine) OVER () AS mean FROM (
            SELECT hash, 1 - (embedding <=> ${text(vector)}::vector) AS cosine FROM sluice_vectors
            WHERE model = ${model} AND hash = ANY (${hashes})
          ) AS compared ORDER BY cosine DESC LIMIT ${BEST_MAX}`.execute(db)
        return { best: new Map(rows.map(({ hash, cosine }) => [hash, Number(cosine)])), mean: Number(rows[0]?.mean ?? 0) }
      }),
  }
}

/** Each number in a byte, by the largest of its vector: a cosine keeps two digits, and twenty thousand vectors fit into 30 MB. */
type Held = Readonly<{ bytes: Int8Array; length: number }>

function heldOf(vector: Float32Array): Held {
  let most = 0
  for (const one of vector) most = Math.max(most, Math.abs(one))
  const bytes = Int8Array.from(vector, (one) => (most === 0 ? 0 : Math.round((one / most) * 127)))
  let square = 0
  for (const one of bytes) square += one * one
  return { bytes, length: Math.sqrt(square) || 1 }
}

function cosineOf(one: Held, other: Held): number {
  if (one.bytes.length !== other.bytes.length) return 0
  let sum = 0
  for (let i = 0; i < one.bytes.length; i++) sum += one.bytes[i]! * other.bytes[i]!
  return sum / (one.length * other.length)
}

function inProcess(db: Kysely<Tables>): VectorBook {
  const held = new Map<string, Held>()
  let bytes = 0
  const rowsOf = async (model: string, hashes: readonly string[]) => {
    const rows = []
    for (const some of chunked(hashes, CHUNK)) {
      rows.push(
        ...(await db.selectFrom('vectors').select(['hash', 'vector']).where('model', '=', model).where('hash', 'in', some).execute()),
      )
    }
    return rows
  }
  const load = async (model: string, hashes: readonly string[]) => {
    const wanted = hashes.filter((hash) => !held.has(`${model}\0${hash}`))
    for (const { hash, vector } of await rowsOf(model, wanted)) {
      // A copy: the driver's bytes need not begin where four of them make a number.
      const numbers = new Float32Array(Uint8Array.from(vector).buffer)
      if (bytes > HELD_BYTES_MAX) {
        held.clear()
        bytes = 0
      }
      bytes += numbers.length + 100
      held.set(`${model}\0${hash}`, heldOf(numbers))
    }
  }
  return {
    place: async () => 'process',
    missing: (model, hashes) =>
      reaching(async () => {
        const known = new Set<string>()
        for (const some of chunked(hashes, CHUNK)) {
          const rows = await db.selectFrom('vectors').select('hash').where('model', '=', model).where('hash', 'in', some).execute()
          for (const { hash } of rows) known.add(hash)
        }
        return hashes.filter((hash) => !known.has(hash))
      }),
    put: (model, made) =>
      reaching(async () => {
        for (const some of chunked(made, CHUNK / 8)) {
          const rows = some.map(({ hash, vector }) => ({ model, hash, vector: new Uint8Array(Float32Array.from(vector).buffer) }))
          await db
            .insertInto('vectors')
            .values(rows)
            .onConflict((conflict) => conflict.columns(['model', 'hash']).doNothing())
            .execute()
        }
      }),
    nearest: (model, vector, hashes) =>
      reaching(async () => {
        await load(model, hashes)
        const asked = heldOf(vector)
        const found = hashes.flatMap((hash) => {
          const one = held.get(`${model}\0${hash}`)
          return one ? [[hash, cosineOf(asked, one)] as const] : []
        })
        const mean = found.reduce((sum, [, cosine]) => sum + cosine, 0) / (found.length || 1)
        return { best: new Map(found.toSorted((a, b) => b[1] - a[1]).slice(0, BEST_MAX)), mean }
      }),
  }
}
