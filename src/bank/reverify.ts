import type { Call } from '../call.ts'
import type { Change } from '../drift/drift.ts'
import type { Parts } from '../gateway.ts'
import { changedTables, type Difference, difference } from '../pairs/pairs.ts'
import type { Schema } from '../schema.ts'
import type { Source } from '../source/sources.ts'
import type { Pair, PairPatch, Store } from '../store/store.ts'
import { administered } from './administered.ts'
import { tryAsStored } from './as-stored.ts'
import { renamingsOf, rewritten } from './renamed.ts'
import { banking, readIn } from './scene.ts'

/** What a re-verification came to. `undecided` could not be run now, for a reason that is not the statement's. */
export type Reverified = Readonly<{
  source: string
  checked: number
  unchanged: number
  good: number
  stale: number
  healed: number
  undecided: number
}>

/** Only what uses something that has changed is run, unless all is wanted. What is not reached within `msMax` stays undecided. */
export type ReverifySetting = Readonly<{ all?: boolean; msMax?: number }>

/**
 * Verifies again the pairs of a source that use what has changed: each runs for a few rows, read-only and through the gateway, with the roles
 * of who stored it, and its columns are compared with those it had. What fails becomes stale, with the reason and, where it is a renaming,
 * the statement that would run. For the gateway itself, after a synchronisation. Throws the signal's reason.
 */
export async function reverify(
  source: string,
  parts: Parts,
  signal: AbortSignal,
  { all = false, msMax = Number.POSITIVE_INFINITY }: ReverifySetting = {},
): Promise<Reverified> {
  const until = performance.now() + msMax
  const store = await parts.store()
  const { revision } = await store.pairs.mark(source)
  const count = { checked: 0, unchanged: 0, good: 0, stale: 0, healed: 0, undecided: 0 }
  if (revision === 0) return { source, ...count }
  const opened = await parts.sources.get(source)
  // What was read a moment ago counts as fresh, and may be older than the change.
  opened.schemaChanged()
  const schema = await opened.schema(signal, true)
  const version = (await store.versions.newest(source))?.number ?? 0
  const changes = await changesSince(store, source)
  for (const pair of await store.pairs.since(source, 0)) {
    signal.throwIfAborted()
    if (pair.state === 'rejected') continue
    count.checked++
    const differences = changedTables(pair.tables, schema)
    if (differences.length === 0 && pair.state !== 'stale' && !all) {
      count.unchanged++
      continue
    }
    if (performance.now() >= until) {
      count.undecided++
      continue
    }
    const scene = { parts, signal, source: opened, schema, version, changes: changes.filter(({ number }) => number > pair.verifiedVersion) }
    const found = await verifyOne(pair, differences, scene)
    count[found.outcome]++
    if (found.patch)
      await store.pairs.change(source, pair.id, (now) =>
        now.state === 'rejected' || now.statement !== pair.statement ? undefined : found.patch,
      )
  }
  return { source, ...count }
}

/** The same for a caller who administers the source. */
export const reverifyAsked = (call: Call, setting: ReverifySetting, parts: Parts): Promise<Reverified> =>
  banking(
    call,
    parts,
    ({ checked }) => checked,
    async (scene) => {
      await administered(scene)
      return reverify(call.source, parts, call.signal, setting)
    },
  )

type Numbered = Readonly<{ number: number; changes: readonly Change[] }>
type Scene = Readonly<{ parts: Parts; signal: AbortSignal; source: Source; schema: Schema; version: number; changes: readonly Numbered[] }>
type Found = Readonly<{ outcome: 'good' | 'stale' | 'healed' | 'undecided'; patch?: PairPatch }>

const VERSIONS_READ = 50

const changesSince = async (store: Store, source: string): Promise<readonly Numbered[]> =>
  (await store.versions.list(source, VERSIONS_READ)).toSorted((a, b) => a.number - b.number)

/** Failures that say that the statement does not fit the source any more. Others may be gone in a minute. */
const SAYS_STALE: ReadonlySet<string> = new Set([
  'table_unknown',
  'column_unknown',
  'function_unknown',
  'function_refused',
  'feature_refused',
  'statement_refused',
  'sql_syntax',
  'value_invalid',
  'parameter_invalid',
  'source_failed',
])

async function verifyOne(pair: Pair, differences: readonly Difference[], scene: Scene): Promise<Found> {
  const tried = await tryAsStored(pair, pair.statement, scene)
  if (tried.error) {
    if (!SAYS_STALE.has(tried.error.code)) return { outcome: 'undecided' }
    return stale(pair, differences, whyGone(differences) ?? 'It does not run any more.', scene)
  }
  const changed = pair.shape && difference(pair.shape, tried.shape, pair.dialect)
  if (changed !== undefined) return stale(pair, differences, changed, scene)
  const { uses } = await readIn(scene, pair.statement, scene.parts)
  const kept = { tables: uses, shape: tried.shape, verifiedVersion: scene.version, verifiedAt: new Date().toISOString() }
  if (pair.state !== 'stale') return { outcome: 'good', patch: kept }
  const state = pair.review === undefined ? 'proposed' : 'verified'
  return { outcome: 'healed', patch: { ...kept, state, reason: null, mend: null, failuresInRow: 0 } }
}

/** Names only what the statement itself names: what there is in its place is told by the mended statement, to who may run it. */
function whyGone(differences: readonly Difference[]): string | undefined {
  const gone = differences.find(({ what }) => what === 'table_gone' || what === 'column_gone')
  if (!gone) return undefined
  return gone.column === undefined ? `The table ${gone.table} is gone.` : `The column ${gone.table}.${gone.column} is gone.`
}

async function stale(pair: Pair, differences: readonly Difference[], reason: string, scene: Scene): Promise<Found> {
  const mend = await mendOf(pair, differences, scene)
  return { outcome: 'stale', patch: { state: 'stale', reason, mend: mend ?? null } }
}

/** The statement with the new names, when it runs and answers the same columns. It is offered, never put in the place of the old one. */
async function mendOf(pair: Pair, differences: readonly Difference[], scene: Scene): Promise<string | undefined> {
  const renamings = renamingsOf(
    pair,
    differences,
    scene.schema,
    scene.changes.flatMap(({ changes }) => changes),
  )
  if (renamings.length === 0) return undefined
  const statement = await rewritten(pair, renamings, scene)
  if (statement === undefined || statement === pair.statement) return undefined
  const { shape, error } = await tryAsStored(pair, statement, scene)
  if (error) return undefined
  // A column of the answer that is named after the renamed one has its new name; types and their number must be the same.
  const names = pair.shape && {
    ...shape,
    columns: shape.columns.map((column, i) => ({ ...column, name: pair.shape!.columns[i]?.name ?? column.name })),
  }
  return pair.shape && names && difference(pair.shape, names, pair.dialect) !== undefined ? undefined : statement
}
