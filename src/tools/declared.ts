import { SluiceError } from '../error.ts'
import type { Action } from '../grant.ts'
import { didYouMean } from '../nearest.ts'
import type { Policy } from '../policy/policy.ts'
import type { Principal } from '../principal.ts'
import own from './declared.json' with { type: 'json' }
import { mayUse } from './may-use.ts'
import { appOf } from './result-app-link.ts'
import { type Annotations, type Group, groups } from './tool.ts'

export { admit, type Resolved, resolve } from './admit.ts'
export { askedOf } from './asked.ts'
export { newCallId } from './call-id.ts'
export { checkFields, type Fields } from './fields.ts'
export { toolsFor } from './load.ts'
export { mayUse } from './may-use.ts'
export { sourceOf, sqlAlso, sqlCall } from './sql-call.ts'
export { type Answer, askingCall, type Caller, type Confirmation, type DoingTool, type Group, groups, type Tool } from './tool.ts'

type Json = Readonly<Record<string, unknown>>

/** A tool as MCP's `tools/list` shows it. */
export type Listing = Readonly<{
  name: string
  title: string
  description: string
  inputSchema: Json & Readonly<{ type: 'object' }>
  outputSchema: Json
  annotations: Annotations
  /** The app that shows its answers, for clients that show apps. */
  _meta?: Readonly<{ ui: Readonly<{ resourceUri: string }> }>
}>

/** A tool without what it does: what a list of tools needs. `tools.ts` holds the rest and is loaded by the first call. */
export type Declaration = Listing & Readonly<{ group: Group; needs?: Action }>

/** Every tool, in the order in which a model needs them; written by `scripts/tools-declared.ts`, so that no list waits for zod. */
export const declared = own as unknown as readonly Declaration[]

const listings = new Map<string, readonly Listing[]>()
const LISTINGS_MAX = 500

/**
 * What `tools/list` shows a principal: the tools they may use of the groups that the client wants; `core` when it says nothing, or what the
 * credential is narrowed to when that has no core. Equal questions get one and the same array, so its text may be remembered by it.
 */
export function visibleTools(principal: Principal, policy: Pick<Policy, 'actions'>, wanted?: readonly Group[]): readonly Listing[] {
  const actions = policy.actions(principal)
  const { scope } = principal
  const shown = wanted ?? (scope?.groups && !scope.groups.includes('core') ? groups : (['core'] as const))
  const key = `${[...actions].sort().join()} ${scope?.groups?.toSorted().join() ?? '*'} ${shown.toSorted().join()}`
  const known = listings.get(key)
  if (known) return known
  const listing = declared.filter((tool) => shown.includes(tool.group) && mayUse(tool, principal, actions)).map(listingOf)
  if (listings.size >= LISTINGS_MAX) listings.clear()
  listings.set(key, listing)
  return listing
}

function listingOf({ group: _group, needs: _needs, ...listing }: Declaration): Listing {
  return { ...listing, ...appOf(listing.name) }
}

/** The groups that a text like `schema,dml` names, as `/mcp/schema,dml`, `?groups=` and `--groups` have it; `all` is every one. Throws `field_invalid`. */
export function groupsNamed(text: string): readonly Group[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === 0) throw new SluiceError('field_invalid', `No group of tools is named. The groups are ${groups.join(', ')}.`)
  if (names.includes('all')) return groups
  for (const name of names) {
    if (isGroup(name)) continue
    const shown = JSON.stringify(name.slice(0, 100))
    throw new SluiceError(
      'field_invalid',
      `There is no group of tools ${shown}.${didYouMean(name, groups)} The groups are ${groups.join(', ')}.`,
    )
  }
  return groups.filter((group) => names.includes(group))
}

const isGroup = (name: string): name is Group => (groups as readonly string[]).includes(name)
