import { SluiceError } from '../../error.ts'
import type { Facts } from '../../facts.ts'
import type { Setting } from '../guard.ts'
import { elsewhere } from './kind.ts'

/** What the reader could not vouch for is refused, whatever else the statement does. */
export function problems(facts: Facts, { grant }: Setting): void {
  const first = facts.problems[0]
  if (!first) return
  const { code, what } = first
  const hint = (code === 'statement_refused' ? elsewhere(facts, grant) : undefined) ?? first.hint
  throw new SluiceError(code, `This cannot be used here: ${what.replace(/\.$/, '')}.`, hint === undefined ? {} : { hint })
}
