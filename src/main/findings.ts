import { setTimeout } from 'node:timers/promises'
import type { Log } from '../log/log.ts'
import { type Detected, type DetectedColumn, detectedOf, type Findings, type OpenPolicy, type Policy } from '../policy/policy.ts'
import type { Store } from '../store/store.ts'

/** What was found in the sources, as policy asks for it, kept up to date with the registry. */
export type OpenFindings = Findings &
  Readonly<{
    /** Nothing where what is known is new enough; else when it has been read. Rejects as long as it was never read. */
    ready(): void | Promise<void>
    /** Asks for the registry to be read before the next grant: this process has written to it. */
    changed(): void
  }>

/** What another process has found or decided holds here after this long at the latest. */
const KNOWN_MS = 5_000
const WAIT_MS = 2_000

/** Findings of the registry. It is not opened before a grant is asked for. */
export function openFindings(store: () => Promise<Store>, log: Log): OpenFindings {
  let known: ReadonlyMap<string, Detected> | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  let waiting: Promise<void> | undefined
  let changes = 0
  const read = async (): Promise<void> => {
    const started = performance.now()
    const before = changes
    try {
      const rows = await hidden(await store())
      // One that began before the last change may have missed it.
      if (changes !== before) return await read()
      known = renewed(rows, known)
    } catch (error) {
      // What was known keeps on being hidden; where nothing was ever known, nobody gets a grant that might show too much.
      if (known === undefined) throw error
      log.failed(undefined, undefined, error)
    }
    if (changes === before) readAt = started
  }
  /** A registry that hangs must not hold up every call: what was known holds until it answers. */
  const soon = async () => {
    const [mine, before] = [reading, changes]
    await setTimeout(WAIT_MS, undefined, { ref: false })
    if (reading === mine && changes === before) readAt = performance.now()
  }
  return {
    of: (source) => known?.get(source),
    ready() {
      if (performance.now() - readAt < KNOWN_MS) return undefined
      reading ??= read().finally(() => {
        reading = undefined
      })
      if (known === undefined) return reading
      waiting ??= Promise.race([reading, soon()]).finally(() => {
        waiting = undefined
      })
      return waiting
    },
    changed() {
      changes++
      readAt = Number.NEGATIVE_INFINITY
    },
  }
}

async function hidden({ findings }: Store): Promise<ReadonlyMap<string, readonly DetectedColumn[]>> {
  const bySource = Map.groupBy(await findings.hidden(), ({ source }) => source)
  return new Map(
    [...bySource].map(([source, some]) => [
      source,
      some.map(
        ({ source: _, decided: __, mask, ...one }): DetectedColumn => ({ ...one, mask: JSON.parse(mask) as DetectedColumn['mask'] }),
      ),
    ]),
  )
}

/** A source of which nothing is new keeps its value, and so its grants. */
function renewed(
  columns: ReadonlyMap<string, readonly DetectedColumn[]>,
  before: ReadonlyMap<string, Detected> | undefined,
): ReadonlyMap<string, Detected> {
  return new Map(
    [...columns].flatMap(([source, some]) => {
      const now = detectedOf(some)
      const old = before?.get(source)
      return now ? [[source, old?.version === now.version ? old : now] as const] : []
    }),
  )
}

/** Policy that answers only when it knows what was found. */
export const knowing = (policy: OpenPolicy, findings: OpenFindings): Policy => ({
  ...policy,
  grant(principal, source) {
    const wait = findings.ready()
    return wait ? wait.then(() => policy.grant(principal, source)) : policy.grant(principal, source)
  },
})
