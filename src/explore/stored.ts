import type { Details } from '../details.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Schema } from '../schema.ts'

/** What the registry knows of a source; `asOf` is when it was last found to be so. */
export type Stored = Readonly<{ schema: Schema; details: Details | undefined; asOf: string }>

const DOWN: ReadonlySet<string> = new Set(['source_unavailable', 'source_busy'])

/** The newest version in the registry, for a source that failed because it does not answer; undefined for other failures and where nothing is known. */
export async function storedInstead(source: string, failure: unknown, parts: Parts): Promise<Stored | undefined> {
  if (!(failure instanceof SluiceError) || !DOWN.has(failure.code)) return undefined
  try {
    const store = await parts.store()
    const newest = await store.versions.newest(source)
    if (!newest) return undefined
    const known = kept.get(source)
    const version = known?.hash === newest.hash ? known : await store.versions.read(source, newest.number)
    if (!version) return undefined
    if (kept.size >= KEPT_MAX) kept.clear()
    kept.set(source, version)
    const asOf = (await store.health.all()).get(source)?.syncedAt ?? newest.at
    return { schema: version.schema, details: version.details, asOf }
  } catch {
    // Whoever asked wants to hear of the source; that the registry fails too is told to those who ask for it.
    return undefined
  }
}

/** Those that are down are asked for again and again. */
const KEPT_MAX = 8
const kept = new Map<string, Readonly<{ hash: string; schema: Schema; details: Details | undefined }>>()
