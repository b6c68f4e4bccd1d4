import type { Action, Grant } from '../grant.ts'
import type { Principal } from '../principal.ts'
import type { Schema } from '../schema.ts'
import type { Explained } from './explain.ts'
import { predefined } from './predefined.ts'
import type { Role } from './role.ts'

export { type Detected, type DetectedColumn, detectedOf, type Findings } from './detected.ts'
export { type Explained, type ExplainedTable, explainGrant } from './explain.ts'
export { maskKey } from './mask-key.ts'
export { type NamedByRole, namedByRoles } from './named.ts'
export type { IdentityRule } from './narrow.ts'
export { type OpenGrant, type OpenPolicy, openPolicy } from './open-policy.ts'
export { predefined } from './predefined.ts'
export { emptySource, type Role, type RoleColumns, type RoleSource } from './role.ts'
export { unmatched } from './unmatched.ts'

/** Names of the roles that always exist. */
export const predefinedRoles: readonly string[] = Object.keys(predefined)

export interface Policy {
  /** Throws `source_unknown` when nothing of the source is granted: what you may not use, you may not find. */
  grant(principal: Principal, source: string): Grant | Promise<Grant>
  /** Names of the sources of which something is granted. */
  sources(principal: Principal): readonly string[]
  /** Every action that the principal may do on some source or other: what decides which tools exist for them. */
  actions(principal: Principal): ReadonlySet<Action>
  /** Every role there is, the predefined ones too, by its name. An operator's to see: they name what is hidden from others. */
  roles(): Readonly<Record<string, Role>>
  /** What a principal gets of a source and why; as secret as the roles. Throws as `grant` does. */
  explain(principal: Principal, source: string, schema: Schema): Explained
}
