import { SluiceError } from '../error.ts'
import type { Scene } from './scene.ts'

/** Throws `action_refused` unless the caller administers the call's source. */
export async function administered({ call, principal, parts }: Scene): Promise<void> {
  const { actions } = await parts.policy.grant(principal, call.source)
  if (!actions.has('admin')) throw new SluiceError('action_refused', `Your roles do not allow the action "admin" on "${call.source}".`)
}
