/** How many messages may come: `burst` at once, then so many a second (a token bucket). `now` is in milliseconds. */
export class Bucket {
  readonly #perSecond: number
  readonly #burst: number
  readonly #now: () => number
  #left: number
  #at: number

  constructor(perSecond: number, burst: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond
    this.#burst = burst
    this.#now = now
    this.#left = burst
    this.#at = now()
  }

  /** False when this one is too many. */
  take(): boolean {
    const at = this.#now()
    this.#left = Math.min(this.#burst, this.#left + ((at - this.#at) / 1_000) * this.#perSecond)
    this.#at = at
    if (this.#left < 1) return false
    this.#left--
    return true
  }
}
