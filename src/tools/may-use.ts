import type { Action } from '../grant.ts'
import type { Principal } from '../principal.ts'
import type { Group } from './tool.ts'

/**
 * Whether a tool exists for a principal: some granted source gives them the action it needs, and their credential is not narrowed to other
 * groups. The same for what is listed and for what is called.
 */
export function mayUse(
  { group, needs }: Readonly<{ group: Group; needs?: Action | undefined }>,
  { scope }: Pick<Principal, 'scope'>,
  actions: ReadonlySet<Action>,
): boolean {
  return (needs === undefined || actions.has(needs)) && (scope?.groups === undefined || scope.groups.includes(group))
}

/** What is told beside the tools belongs to groups as they do: whether a credential that is narrowed to some reaches one of `groups`. */
export const inScope = ({ scope }: Pick<Principal, 'scope'>, ...groups: readonly Group[]): boolean =>
  scope?.groups === undefined || groups.some((group) => scope.groups!.includes(group))
