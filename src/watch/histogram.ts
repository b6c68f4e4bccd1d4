/** Parts of a doubling: a percentile is at most this much of one off, about 4 %. */
const STEPS = 16
/** Up to 2^32 microseconds, an hour and more. */
const DOUBLINGS = 32

/** Durations counted in buckets that grow by a sixteenth of a doubling, so that percentiles cost a few KB and an addition each. */
export class Histogram {
  readonly #counts = new Uint32Array(STEPS * DOUBLINGS)
  #total = 0

  get total(): number {
    return this.#total
  }

  add(ms: number): void {
    const at = Math.floor(Math.log2(Math.max(1, ms * 1000)) * STEPS)
    const bucket = Math.min(at, this.#counts.length - 1)
    this.#counts[bucket] = this.#counts[bucket]! + 1
    this.#total += 1
  }

  clear(): void {
    this.#counts.fill(0)
    this.#total = 0
  }

  /** Milliseconds under which the share `p` of what this one and `others` have counted lies; 0 when that is nothing. */
  percentile(p: number, others: readonly Histogram[] = []): number {
    const all = [this, ...others]
    const wanted = Math.max(1, Math.ceil(all.reduce((sum, one) => sum + one.#total, 0) * p))
    let seen = 0
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      for (const one of all) seen += one.#counts[bucket]!
      // The middle of the bucket: its edges would be wrong to one side each time.
      if (seen >= wanted) return Math.round(2 ** ((bucket + 0.5) / STEPS)) / 1000
    }
    return 0
  }
}
