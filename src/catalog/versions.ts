import type { Call } from '../call.ts'
import type { Change, ChangeKind } from '../drift/drift.ts'
import type { Parts } from '../gateway.ts'
import type { Grant } from '../grant.ts'
import type { Store, Version, VersionAbout, VersionChanged } from '../store/store.ts'
import { type CutVersion, cut } from './cut.ts'
import { inCatalog, notSynchronised } from './looking.ts'
import { differences } from './synchronise.ts'

/**
 * A version as a caller is told of it. `version` is its number; it is absent for callers from whom something is hidden, because gaps in the numbers
 * would tell when something hidden has changed: they name a version by its time.
 */
export type VersionTold = Readonly<{
  version?: number
  /** ISO time since when it holds. */
  at: string
  tables: number
  columns: number
  /** How many changes of each kind since the version before. */
  changes: Readonly<Partial<Record<ChangeKind, number>>>
}>

/** `synced_at` is when the source was last found to be as the newest version says. */
export type VersionsTold = Readonly<{ source: string; synced_at?: string; versions: readonly VersionTold[] }>

/** Versions of what a source holds, newest first; those in which nothing has changed that the caller may see do not exist for them. Throws `not_synchronised`. */
export const schemaVersions = (call: Call, limit: number, parts: Parts): Promise<VersionsTold> =>
  inCatalog(
    call,
    [],
    ({ versions }) => versions.length,
    parts,
    async ({ source, grant, store }) => {
      const versions = grant.restricted ? await seenBy(grant, source, store, limit) : await allOf(source, store, limit)
      if (versions.length === 0) throw notSynchronised(source)
      const syncedAt = (await store.health.all()).get(source)?.syncedAt
      return { source, ...(syncedAt === undefined ? {} : { synced_at: syncedAt }), versions }
    },
  )

async function allOf(source: string, store: Store, limit: number): Promise<VersionTold[]> {
  const listed = await store.versions.list(source, limit)
  return listed.map(({ number, at, tables, columns, changes }) => ({ version: number, at, tables, columns, changes: byKind(changes) }))
}

async function seenBy(grant: Grant, source: string, store: Store, limit: number): Promise<VersionTold[]> {
  const told: VersionTold[] = []
  for await (const { about, after, changes } of visibleVersions(grant, source, store)) {
    const columns = after.schema.tables.reduce((sum, table) => sum + table.columns.length, 0)
    told.push({ at: about.at, tables: after.schema.tables.length, columns, changes: byKind(changes) })
    if (told.length === limit) break
  }
  return told
}

/** A version with what is new in it for one caller. */
export type VersionSeen = Readonly<{ about: VersionAbout; after: CutVersion; before: CutVersion | undefined; changes: readonly Change[] }>

/** Newest first. Only versions in which a table has changed that the caller may see are read as a whole. */
export async function* visibleVersions(grant: Grant, source: string, store: Store): AsyncGenerator<VersionSeen> {
  const listed = await store.versions.list(source, Number.MAX_SAFE_INTEGER)
  let last: Readonly<{ number: number; version: Version }> | undefined
  const read = async (number: number) => (last?.number === number ? last.version : await store.versions.read(source, number))
  for (const [place, about] of listed.entries()) {
    const earlier = listed[place + 1]
    if (earlier && !mayConcern(about, grant)) continue
    const after = await read(about.number)
    const before = earlier && (await read(earlier.number))
    // Let go by another gateway meanwhile.
    if (!after || (earlier && !before)) continue
    if (earlier && before) last = { number: earlier.number, version: before }
    const cutAfter = cut(after, grant)
    const cutBefore = before && cut(before, grant)
    const changes = cutBefore ? differences(cutBefore, cutAfter) : []
    // The first version of all is known to everybody who may see something of it.
    if (changes.length > 0 || about.number === 1) yield { about, after: cutAfter, before: cutBefore, changes }
  }
}

/** Whether a table of these changes may be one that the caller sees; with dots in names it is tried each way. */
function mayConcern({ changes }: VersionChanged, grant: Grant): boolean {
  const seen = (name: string, column: readonly string[]) =>
    name.split('.').some((_, dots, parts) => {
      const [schema, table] = [parts.slice(0, dots).join('.'), parts.slice(dots).join('.')]
      return grant.table({ schema, name: table, names: column }) !== undefined
    })
  return changes.some(({ kind, table, after }) => table !== '' && (seen(table, []) || (kind === 'table_renamed' && seen(after ?? '', []))))
}

export function byKind(changes: readonly Change[]): Partial<Record<ChangeKind, number>> {
  const counts: Partial<Record<ChangeKind, number>> = {}
  for (const { kind } of changes) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}
