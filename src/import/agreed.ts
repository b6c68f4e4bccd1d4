import type { Issued } from '../confirm/confirm.ts'
import { SluiceError } from '../error.ts'
import type { Importing } from './perform.ts'
import type { Content } from './rows-in.ts'

type Stage = 1 | 2

/** A token is bound to the content to the last byte, to how it is read and what is done with it, and to how many confirmations went before. */
const bound = ({ wanted, setting, principal, source }: Importing, { digest }: Content, stage: Stage) => ({
  principal,
  source: source.name,
  digest: JSON.stringify([
    'import',
    setting.target.from,
    wanted.mode,
    wanted.rows.format,
    wanted.rows.setting,
    setting.key.map(({ name }) => name),
    digest,
    stage,
  ]),
})

/** The confirmation that is still wanted; undefined when the import may be kept, and then its token is used up. */
export function unconfirmed(at: Importing, content: Content): Stage | undefined {
  const { token, grant, parts } = at
  if (token === undefined) return grant.confirm === 'never' ? undefined : 1
  if (grant.confirm !== 'twice') {
    parts.confirmations.redeem(token, bound(at, content, 1))
    return undefined
  }
  try {
    parts.confirmations.redeem(token, bound(at, content, 2))
    return undefined
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'confirmation_invalid') throw error
    parts.confirmations.redeem(token, bound(at, content, 1))
    return 2
  }
}

/** The token that the next call must send. */
export const nextToken = (at: Importing, content: Content, stage: Stage): Issued => at.parts.confirmations.issue(bound(at, content, stage))
