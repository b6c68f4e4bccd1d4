import { SluiceError } from '../../error.ts'
import type { Facts } from '../../facts.ts'

/** What the reader could not vouch for is refused, whatever else the statement does. */
export function problems(facts: Facts): void {
  const first = facts.problems[0]
  if (!first) return
  const { code, what, hint } = first
  throw new SluiceError(code, `This cannot be used here: ${what.replace(/\.$/, '')}.`, hint === undefined ? {} : { hint })
}
