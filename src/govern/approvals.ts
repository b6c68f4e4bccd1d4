import { administering, type Reach } from '../administer.ts'
import type { Call } from '../call.ts'
import type { Waiting } from '../confirm/confirm.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'

/** A change that was previewed and waits for its confirmation. `can_confirm` is false where only its caller can send it again. */
export type Approval = Omit<Waiting, 'again'> & Readonly<{ yours: boolean; can_confirm: boolean }>

/** What waits: the caller's own, and everybody's on the sources that they administer. */
export const approvals = (call: Call, parts: Parts): Promise<readonly Approval[]> =>
  administering(
    call,
    'own',
    parts,
    async (reach) =>
      mine(reach, parts).map(({ again, ...told }) => ({
        ...told,
        yours: told.principal === nameOf(reach),
        can_confirm: again !== undefined,
      })),
    (found) => found.length,
  )

/** Confirms a change as its caller would, with the rights of that caller; answers what came of it. `runId` is the id of the change's own call. */
export const confirmApproval = (call: Call, id: string, runId: string, parts: Parts): Promise<unknown> =>
  administering(
    call,
    'own',
    parts,
    async (reach) => {
      const found = one(id, reach, parts)
      if (!found.again) throw new SluiceError('not_supported', 'This change can be confirmed only by who asked for it, who has its rows.')
      return found.again(runId, call.signal)
    },
    () => 1,
    'admin',
  )

/** Makes the token of a preview worthless: whoever holds it is told that it has expired. */
export const refuseApproval = (call: Call, id: string, parts: Parts): Promise<Readonly<{ refused: string }>> =>
  administering(
    call,
    'own',
    parts,
    async (reach) => {
      one(id, reach, parts)
      parts.confirmations.refuse(id)
      return { refused: id }
    },
    () => 1,
    'admin',
  )

const nameOf = ({ principal: { via, name } }: Reach): string => `${via}:${name}`

const mine = (reach: Reach, parts: Parts): readonly Waiting[] =>
  parts.confirmations
    .waiting()
    .filter(({ principal, source }) => reach.granted.includes(source) && (principal === nameOf(reach) || reach.admin.includes(source)))

/** Another's change is as unknown as one that never was. */
function one(id: string, reach: Reach, parts: Parts): Waiting {
  const found = mine(reach, parts).find((waiting) => waiting.id === id)
  if (!found)
    throw new SluiceError('change_unknown', 'No such change waits for you.', {
      hint: 'It may have been confirmed, refused, or have expired.',
    })
  return found
}
