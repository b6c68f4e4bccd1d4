import type { Grant } from '../grant.ts'
import type { Principal } from '../principal.ts'

export interface Policy {
  /** Throws `source_unknown` when nothing of the source is granted: what you may not use, you may not find. */
  grant(principal: Principal, source: string): Grant | Promise<Grant>
  /** Names of the sources of which something is granted. */
  sources(principal: Principal): readonly string[]
}
