import type { Grant } from '../grant.ts'

export { openQuota } from './memory.ts'

export interface Quota {
  /** Counts a call of the grant's principal against its limits; throws `rate_limited` or `concurrency_limited`. The answer ends it. */
  enter(grant: Grant): () => void
}
