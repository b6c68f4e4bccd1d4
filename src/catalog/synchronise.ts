import { type Change, changesBetween, indexChanges, tableName } from '../drift/drift.ts'
import { type Code, publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Source } from '../source/sources.ts'
import type { Store, Version, VersionAbout } from '../store/store.ts'
import { type Reading, readSource } from './reading.ts'

/** What the synchronisation of one source came to. */
export type Synced = Readonly<{
  source: string
  ok: boolean
  /** The version that holds now; absent where there is none yet. */
  version?: number
  /** What is new since the version before; empty in a first version. */
  changes: readonly Change[]
  tables?: number
  columns?: number
  /** Whether a version was added. */
  changed: boolean
  ms: number
  code?: Code
  text?: string
}>

/** How far a synchronisation is. `tables` counts those that were read, of `total`. */
export type Progress = Readonly<{
  source: string
  stage: 'connecting' | 'reading' | 'comparing' | 'done' | 'failed'
  /** Sources that are done, of how many. */
  done: number
  sources: number
  tables?: number
  total?: number
}>

/** Sources that are read at the same time: each is held in memory as a whole for a moment. */
const AT_ONCE = 3
/** Other processes may be first with a version; more often than this in one go something else is wrong. */
const TRIES_MAX = 5
const PING_MS_MAX = 10_000

type Setting = Readonly<{ parts: Parts; signal: AbortSignal; progress: (told: Progress) => void }>

/**
 * Brings the registry up to date with what the sources hold. Each source goes its own way: one that fails is recorded as unhealthy and holds nobody
 * up. Throws `registry_unavailable`, and the signal's reason.
 */
export async function synchronise(sources: readonly string[], setting: Setting): Promise<readonly Synced[]> {
  const store = await setting.parts.store()
  const waiting = sources.entries()
  const outcomes: Synced[] = []
  let done = 0
  const work = async () => {
    for (const [place, source] of waiting) {
      const tell = (told: Pick<Progress, 'stage' | 'tables' | 'total'>) =>
        setting.progress({ source, done, sources: sources.length, ...told })
      const outcome = await synchroniseOne(source, store, setting, tell)
      outcomes[place] = outcome
      done++
      tell({
        stage: outcome.ok ? 'done' : 'failed',
        ...(outcome.tables === undefined ? {} : { tables: outcome.tables, total: outcome.tables }),
      })
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, sources.length) }, work))
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason
  return outcomes
}

type Tell = (told: Pick<Progress, 'stage' | 'tables' | 'total'>) => void

async function synchroniseOne(name: string, store: Store, { parts, signal }: Setting, tell: Tell): Promise<Synced> {
  const started = performance.now()
  let answeredMs: number | undefined
  try {
    signal.throwIfAborted()
    tell({ stage: 'connecting' })
    const source = await parts.sources.get(name)
    // Asks the source itself, whatever the breaker says: one that is back again is looked at at once.
    await source.connection.ping(AbortSignal.any([signal, AbortSignal.timeout(PING_MS_MAX)]))
    answeredMs = since(started)
    const { reading, version, changes, changed } = await readAndKeep(source, store, parts.catalog.versionsKept, signal, tell)
    forgetOutdated(source, reading.live, parts)
    const ms = since(started)
    const at = new Date().toISOString()
    await store.health.record(name, { ok: true, ms: answeredMs, at, syncedAt: at, syncMs: ms })
    if (await letFollow(name, changed ? version : undefined, store, parts, signal)) await verifyBank(name, parts, signal)
    return { source: name, ok: true, version, changes, changed, ...counts(reading), ms }
  } catch (caught) {
    signal.throwIfAborted()
    // A registry that fails is nothing that a source could be blamed for.
    if (caught instanceof SluiceError && (caught.code === 'registry_unavailable' || caught.code === 'stopping')) throw caught
    const { code, text } = failureOf(name, caught)
    const ms = since(started)
    await store.health.record(name, { ok: false, code, text, ms: answeredMs ?? ms, at: new Date().toISOString() })
    return { source: name, ok: false, changes: [], changed: false, ms, code, text }
  }
}

/** Whoever has written a version lets all follow it within this time; then they were killed, and somebody else does. */
const FOLLOWING_MS = 10 * 60_000

/**
 * What people have said of objects, and what was found in them, follows them to their new names, and what is new is looked at: of the version that
 * was just written, and of those whose writer did not come so far. Doing it twice does nothing. Answers whether there was any.
 */
async function letFollow(name: string, own: number | undefined, store: Store, parts: Parts, signal: AbortSignal): Promise<boolean> {
  const open = await store.versions.unfollowed(name)
  const mine = open.filter(({ number, at }) => number === own || Date.parse(at) < Date.now() - FOLLOWING_MS)
  for (const { number, changes } of mine) {
    try {
      const first = number === 1
      const { carry, lookAfterSync } = await import('../knowledge.ts')
      if (!first) await carry(name, changes, parts)
      await lookAfterSync(name, first ? undefined : changes, signal, parts)
    } catch (error) {
      signal.throwIfAborted()
      parts.log.failed(undefined, name, error)
    }
    await store.versions.followed(name, number)
  }
  return mine.length > 0
}

/** Slow statements must not hold up the next source; what is left `sluice bank verify` looks at. */
const BANK_MS_MAX = 60_000

/** Questions of the bank that use what has changed are looked at again; a bank that cannot be is no fault of the synchronisation. */
async function verifyBank(name: string, parts: Parts, signal: AbortSignal): Promise<void> {
  try {
    const { reverify } = await import('../bank.ts')
    await reverify(name, parts, signal, { msMax: BANK_MS_MAX })
  } catch (error) {
    signal.throwIfAborted()
    parts.log.failed(undefined, name, error)
  }
}

/** As callers are told it: never the words of a driver that nobody has looked at. */
function failureOf(name: string, caught: unknown): Readonly<{ code: Code; text: string }> {
  if (caught instanceof Error && caught.name === 'TimeoutError')
    return { code: 'source_unavailable', text: `The source "${name}" did not answer within ${PING_MS_MAX / 1000} s.` }
  const { code, message } = publicError(caught)
  return { code, text: message }
}

type Kept = Readonly<{ version: number; changes: readonly Change[]; changed: boolean }>

/** Where another process has written a version meanwhile, what was read may be older than that: it is read again. */
async function readAndKeep(
  source: Source,
  store: Store,
  kept: number,
  signal: AbortSignal,
  tell: Tell,
): Promise<Kept & Readonly<{ reading: Reading }>> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const newest = await store.versions.newest(source.name)
    tell({ stage: 'reading', ...(newest ? { tables: 0, total: newest.tables } : {}) })
    const reading = await readSource(source, newest?.hash, signal, inSteps(tell))
    tell({ stage: 'comparing', tables: reading.schema.tables.length, total: reading.schema.tables.length })
    const outcome = await keep(source.name, newest, reading, store, kept)
    if (outcome) return { ...outcome, reading }
  }
  throw new SluiceError('registry_unavailable', `Other gateways write versions of "${source.name}" faster than they can be compared.`)
}

/** Rows come in small batches; nobody wants to hear of each. */
function inSteps(tell: Tell): (tables: number, total: number) => void {
  let next = 0
  return (tables, total) => {
    if (tables < next) return
    next = tables + Math.max(1, total / STEPS)
    tell({ stage: 'reading', tables, total })
  }
}
const STEPS = 50

/** Adds a version where something is new since the newest; undefined when that is not the newest any more. */
async function keep(
  name: string,
  newest: VersionAbout | undefined,
  reading: Reading,
  store: Store,
  kept: number,
): Promise<Kept | undefined> {
  const { hash, text, details } = reading
  if (newest?.hash === hash) {
    if (details) await store.versions.refresh(name, newest.number, details)
    return { version: newest.number, changes: [], changed: false }
  }
  const before = newest && (await store.versions.read(name, newest.number))
  const changes = before ? differences(before, reading) : []
  const added = { hash, text, details, changes, at: new Date().toISOString(), ...counts(reading) }
  const version = await store.versions.add(name, newest?.number ?? 0, added, kept)
  return version === undefined ? undefined : { version, changes, changed: true }
}

/** What is new between two readings of one source, indexes too. */
export function differences(before: Pick<Version, 'schema' | 'details'>, after: Pick<Version, 'schema' | 'details'>): readonly Change[] {
  const changes = changesBetween(before.schema, after.schema)
  if (!before.details || !after.details) return changes
  const old = new Set(before.schema.tables.map(tableName))
  const both = new Set(after.schema.tables.map(tableName).filter((name) => old.has(name)))
  return [...changes, ...indexChanges(before.details.indexes, after.details.indexes, both)]
}

/** What the running gateway remembers of the source from before it changed goes, whoever found the change first. */
function forgetOutdated({ name, schemaKept, schemaChanged }: Source, live: string, parts: Parts): void {
  const known = schemaKept()
  if (known === undefined || known.version === live) return
  schemaChanged()
  parts.now().cache.forget(name)
}

const counts = ({ schema }: Reading): Readonly<{ tables: number; columns: number }> => ({
  tables: schema.tables.length,
  columns: schema.tables.reduce((sum, { columns }) => sum + columns.length, 0),
})

const since = (started: number): number => Math.round((performance.now() - started) * 10) / 10
