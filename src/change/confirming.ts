import type { Call } from '../call.ts'
import type { Confirmations, Issued } from '../confirm/confirm.ts'
import { SluiceError } from '../error.ts'
import type { Confirm } from '../grant.ts'
import { digestOf, held, joined } from './digest.ts'
import type { Outcome } from './outcome.ts'

/** What confirmations are bound to: who, where, what is asked and the statements that it becomes. */
export type Asked = Readonly<{ principal: string; source: string; asked: string; statements: readonly string[] }>

/** What one call does: look, or do it. `stage` is the confirmation that a preview asks for next. */
export type Mode = Readonly<{ apply: boolean; stage: number; token: string | undefined }>

/** How many confirmations a change still wants, by what the caller sent. Throws `confirmation_invalid`. */
export function modeOf(token: string | undefined, confirm: Confirm): Mode {
  if (token === undefined) return { apply: confirm === 'never', stage: 1, token }
  const { stage } = held(token)
  return { apply: confirm !== 'twice' || stage === 2, stage: 2, token }
}

const boundOf = ({ principal, source, asked, statements }: Asked, stage: number, outcome: string) => ({
  principal,
  source,
  digest: digestOf(asked, statements, stage, outcome),
})

/** Refuses a token that is not good for this change, before anything is run for it. */
export function checkToken({ token }: Mode, asked: Asked, confirmations: Confirmations): void {
  if (token === undefined) return
  const { token: sent, stage, outcome } = held(token)
  confirmations.check(sent, boundOf(asked, stage, outcome))
}

/** Takes the token, when the change comes to what its preview showed. Throws `confirmation_invalid` where it does not. */
export function takeToken({ token }: Mode, asked: Asked, found: string, confirmations: Confirmations): void {
  if (token === undefined) return
  const { token: sent, stage, outcome } = held(token)
  if (outcome !== found) {
    throw new SluiceError(
      'confirmation_invalid',
      'The change would now do something else than its preview showed: the rows have changed meanwhile. Nothing was changed.',
    )
  }
  confirmations.redeem(sent, boundOf(asked, stage, outcome))
}

/** Goes the way of a change with this token, for somebody who confirms it in the caller's place. */
export type Again = (token: string, id: string, signal: AbortSignal) => Promise<unknown>

/** The token that the next call must send, and what those are told who may confirm it as well. */
export function newToken(
  { stage }: Mode,
  asked: Asked,
  { digest, changed }: Pick<Outcome, 'digest' | 'changed'>,
  { again, ...about }: Readonly<{ kind: string; warnings: readonly string[]; again: Again }>,
  { id }: Pick<Call, 'id'>,
  { confirmations }: Readonly<{ confirmations: Confirmations }>,
): Issued {
  let whole = ''
  const { token, expires } = confirmations.issue(boundOf(asked, stage, digest), {
    ...{ ...about, id, statements: asked.statements, changed: { ...changed } },
    again: (id, signal) => again(whole, id, signal),
  })
  whole = joined({ token, stage, outcome: digest })
  return { token: whole, expires }
}
