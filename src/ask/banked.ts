import { examplesFor } from '../bank.ts'
import { SluiceError } from '../error.ts'
import type { Asking } from './mode.ts'

/** How alike a question must be to one of the bank for its statement to be the answer. */
const SAME_MIN = 0.95

/** A pair of the bank that says the same as the question. */
export type Banked = Readonly<{ question: string; sql: string; score: number }>

/** The verified pair whose question is this one, and which the asker may run; undefined where there is none, or another value is meant. */
export async function verifiedFor(asking: Asking): Promise<Banked | undefined> {
  const { call, asked, parts, newId } = asking
  try {
    // Asking must not make a registry.
    if (!(await parts.storeIfAny())) return undefined
    const [best] = await examplesFor({ ...call, id: newId() }, asked.question, 1, parts)
    return best && best.score >= SAME_MIN && !best.values ? best : undefined
  } catch (error) {
    call.signal.throwIfAborted()
    if (!(error instanceof SluiceError)) throw error
    return undefined
  }
}
