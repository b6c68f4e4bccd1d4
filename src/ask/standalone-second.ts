import { SluiceError } from '../error.ts'
import { outcomeOf, type Query } from '../nl2sql/nl2sql.ts'
import type { Delivered } from './deliver.ts'
import type { Asking } from './mode.ts'
import type { Seen } from './scene.ts'
import { thingsSeen } from './suggest.ts'
import { followUps } from './suggest-follow.ts'
import { tryAll } from './tries.ts'

/** A reading of the built-in engine that comes to the same rows, and what may be asked next because it is known what was asked. */
export type Second = Readonly<{ query: Query; followUps: readonly string[] }>

const TRIED_MAX = 3

/**
 * Whether the built-in engine, which knows nothing of the model's statement, comes to the same rows by one of its best readings: two ways that
 * have nothing in common seldom err alike. Undefined where it does not, cannot say, or the rows were too many to compare.
 */
export async function secondOpinion({ kept, receipt }: Delivered, seen: Seen, asking: Asking): Promise<Second | undefined> {
  if (!kept.whole || receipt.truncated || receipt.rows === 0) return undefined
  try {
    const engine = await asking.parts.finder.engine()
    const { candidates } = engine.read(asking.asked.question, seen.scene)
    if (candidates.length === 0) return undefined
    const { digest } = outcomeOf(kept.head.length, kept.cells())
    const tried = await tryAll(candidates.slice(0, TRIED_MAX), asking)
    const same = tried.find(({ outcome, error }) => !error && outcome.digest === digest)
    await asking.step(
      'compare',
      same ? 'The built-in engine comes to the same rows.' : 'The built-in engine does not come to the same rows.',
    )
    return (
      same && { query: same.candidate.query, followUps: followUps(same.candidate.query, receipt, seen.scene, thingsSeen(seen.searchable)) }
    )
  } catch (error) {
    asking.call.signal.throwIfAborted()
    // The answer is there; a second opinion is not worth losing it.
    if (!(error instanceof SluiceError)) asking.parts.log.failed(asking.call.id, asking.look.source.name, error)
    return undefined
  }
}
