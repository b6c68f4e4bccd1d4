import { SluiceError } from '../error.ts'

const FAILURES_MAX = 5
const REST_MS = 2_000

/** Fails at once while a source is down, so that callers do not queue up behind its connect timeout; lets one through to try after a rest. */
export function breaker(name: string) {
  let failures = 0
  let restUntil = 0
  return {
    /** Throws `source_unavailable` while the source rests. */
    check(): void {
      if (failures < FAILURES_MAX) return
      const now = performance.now()
      if (now < restUntil)
        throw new SluiceError('source_unavailable', `The source "${name}" does not answer; it is tried again in a moment.`)
      restUntil = now + REST_MS
    },
    worked(): void {
      failures = 0
    },
    failed(error: unknown): void {
      if (!(error instanceof SluiceError) || error.code !== 'source_unavailable') return
      failures += 1
      if (failures >= FAILURES_MAX) restUntil = performance.now() + REST_MS
    },
  }
}
