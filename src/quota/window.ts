const MINUTE_MS = 60_000

/**
 * A sliding minute of two counters: what came in this minute, and what came in the one before, weighted by how much of it the window still
 * covers. Times in milliseconds.
 */
export class Window {
  #minute: number
  #now = 0
  #before = 0

  constructor(at: number) {
    this.#minute = Math.floor(at / MINUTE_MS)
  }

  add(at: number, amount: number): void {
    this.#turn(at)
    this.#now += amount
  }

  used(at: number): number {
    this.#turn(at)
    return this.#now + this.#before * (1 - (at % MINUTE_MS) / MINUTE_MS)
  }

  /** Whole seconds until the window holds less than `most`; 0 when it does. When this minute alone has filled it, until it counts as the one before. */
  waitS(at: number, most: number): number {
    if (this.used(at) < most) return 0
    const gone = (at % MINUTE_MS) / MINUTE_MS
    const room = most - this.#now
    const needed = room > 0 ? 1 - room / this.#before : 1 + Math.max(0, 1 - most / Math.max(this.#now, 1))
    return Math.max(1, Math.ceil((needed - gone) * 60))
  }

  /** True when nothing of it counts any more. */
  idle(at: number): boolean {
    return Math.floor(at / MINUTE_MS) > this.#minute + 1
  }

  #turn(at: number): void {
    const minute = Math.floor(at / MINUTE_MS)
    if (minute === this.#minute) return
    this.#before = minute === this.#minute + 1 ? this.#now : 0
    this.#now = 0
    this.#minute = minute
  }
}

/** A token bucket: `size` calls may come at once, then `perMinute` fill it again. */
export class Bucket {
  #tokens: number
  #at: number

  constructor(at: number, size: number) {
    this.#tokens = size
    this.#at = at
  }

  /** Whole calls that may come now. */
  room(at: number, size: number, perMinute: number): number {
    this.#tokens = Math.min(size, this.#tokens + ((at - this.#at) * perMinute) / MINUTE_MS)
    this.#at = at
    // A call that would come a rounding error early is no harm; one that waited as told and is refused would be.
    return Math.floor(this.#tokens + 1e-6)
  }

  take(): void {
    this.#tokens -= 1
  }

  /** Whole seconds until there is room for one. */
  waitS(perMinute: number): number {
    return this.#tokens >= 1 ? 0 : Math.max(1, Math.ceil(((1 - this.#tokens) * 60) / perMinute))
  }
}
