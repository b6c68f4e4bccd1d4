import type { Call } from '../call.ts'
import { type Break, breaksOf, type Change } from '../drift/drift.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { VersionAbout } from '../store/store.ts'
import { type CutVersion, cut } from './cut.ts'
import { type CatalogLook, inCatalog, notSynchronised } from './looking.ts'
import { differences } from './synchronise.ts'
import { usesOf } from './uses.ts'
import { visibleVersions } from './versions.ts'

/** One end of a comparison; `version` is told to callers from whom nothing is hidden. */
export type End = Readonly<{ version?: number; at: string }>

/** What changed between two versions, and what that breaks, with what to do about it. */
export type SchemaDiff = Readonly<{
  source: string
  /** Absent where there is one version only. */
  from?: End
  to: End
  changes: readonly Change[]
  /** How many changes there are, of which the first are listed. */
  total: number
  breaks: readonly Break[]
}>

/** Which versions: a number or an ISO time. Without `to` the newest, without `from` the one before `to`. */
export type Between = Readonly<{ from?: string; to?: string; limit: number }>

/** The difference between any two versions as the caller may see it. Throws `not_synchronised`, and `field_invalid` for a version that there is not. */
export const schemaDiff = (call: Call, between: Between, parts: Parts): Promise<SchemaDiff> =>
  inCatalog(
    call,
    [],
    ({ changes }) => changes.length,
    parts,
    async (look) => {
      const found = look.grant.restricted ? await endsSeen(look, between) : await endsOf(look, between)
      const { from, to, before, after } = found
      const changes = before ? differences(before, after) : []
      const breaks = before ? breaksOf(changes, await usesOf(look, changes, before.schema, after.schema, parts)) : []
      const told = { changes: changes.slice(0, between.limit), total: changes.length, breaks: breaks.slice(0, between.limit) }
      return { source: look.source, ...(from ? { from } : {}), to, ...told }
    },
  )

type Ends = Readonly<{ from: End | undefined; to: End; before: CutVersion | undefined; after: CutVersion }>

async function endsOf(look: CatalogLook, { from, to }: Between): Promise<Ends> {
  const known = await look.store.versions.known(look.source)
  if (known.length === 0) throw notSynchronised(look.source)
  const last = to === undefined ? known[0]! : found(to, known, look.source)
  const first = from === undefined ? known.find(({ number }) => number < last.number) : found(from, known, look.source)
  return {
    from: first && { version: first.number, at: first.at },
    to: { version: last.number, at: last.at },
    before: first && (await cutAt(first, look)),
    after: await cutAt(last, look),
  }
}

/**
 * For callers from whom something is hidden a version is a time: that of the newest change that they may see, or one that they name. The times of other
 * changes are not told.
 */
async function endsSeen(look: CatalogLook, { from, to }: Between): Promise<Ends> {
  const known = await look.store.versions.known(look.source)
  if (known.length === 0) throw notSynchronised(look.source)
  for (const text of [from, to]) {
    if (text !== undefined && /^\d+$/.test(text.trim()))
      throw new SluiceError('field_invalid', 'A version is named by its time here, as get_schema_versions tells it.')
  }
  if (from === undefined && to === undefined) {
    for await (const { about, after, before } of visibleVersions(look.grant, look.source, look.store)) {
      return { from: undefined, to: { at: about.at }, before, after }
    }
    const newest = known[0]!
    return { from: undefined, to: { at: new Date().toISOString() }, before: undefined, after: await cutAt(newest, look) }
  }
  const last = to === undefined ? known[0]! : found(to, known, look.source)
  const first = from === undefined ? known.find(({ number }) => number < last.number) : found(from, known, look.source)
  return {
    from: from === undefined ? undefined : { at: from },
    to: { at: to ?? new Date().toISOString() },
    before: first && (await cutAt(first, look)),
    after: await cutAt(last, look),
  }
}

async function cutAt({ number }: VersionAbout, { source, grant, store }: CatalogLook): Promise<CutVersion> {
  const version = await store.versions.read(source, number)
  if (!version) throw new SluiceError('field_invalid', `There is no version ${number} of "${source}" any more.`)
  return cut(version, grant)
}

/** The version of a number, or the one that held at a time. */
function found(text: string, known: readonly VersionAbout[], source: string): VersionAbout {
  const wanted = text.trim()
  if (/^\d+$/.test(wanted)) {
    const one = known.find(({ number }) => number === Number(wanted))
    if (one) return one
    throw new SluiceError(
      'field_invalid',
      `There is no version ${wanted.slice(0, 20)} of "${source}"; there are ${known.at(-1)!.number} to ${known[0]!.number}.`,
    )
  }
  const time = Date.parse(wanted)
  if (Number.isNaN(time)) throw new SluiceError('field_invalid', 'A version is a number or an ISO time.')
  return known.find(({ at }) => Date.parse(at) <= time) ?? known.at(-1)!
}
