import type { Grant } from '../grant.ts'

export { Counted } from './count.ts'
export { openQuota } from './memory.ts'

/** What a call has used, told when it ends. `more` are statements that it has run beside the one that every call counts for. */
export type Used = Readonly<{ rows: number; bytes: number; more?: number }>

/** Where a caller stands: for `X-RateLimit-*` headers and `get_rate_limit_stats`. `reset_s` is until there is room again, 0 where there is. */
export type Standing = Readonly<{
  principal: string
  source: string
  limits: Grant['limits']
  used: Readonly<{ running: number; requests: number; rows: number; bytes: number }>
  remaining: number
  reset_s: number
}>

export interface Quota {
  /** Counts a call of the grant's principal against its limits; throws `rate_limited` or `concurrency_limited`. The answer ends it. */
  enter(grant: Grant): (used?: Used) => void
  standing(grant: Grant): Standing
  /** Of everybody who has called lately. */
  standings(): readonly Standing[]
}
