import { SluiceError } from '../../error.ts'
import { limits } from '../../limits.ts'

type Waiter = Readonly<{ take: () => void; refuse: (error: unknown) => void }>

/** How many tasks may run at once; the rest wait in a bounded queue, in order, for a bounded time. */
export class Slots {
  readonly #count: number
  #free: number
  readonly #waitMsMax: number
  readonly #waiting = new Set<Waiter>()
  #closed = false

  constructor(count: number, waitMsMax: number) {
    this.#count = count
    this.#free = count
    this.#waitMsMax = waitMsMax
  }

  get busy(): number {
    return this.#count - this.#free
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Resolves when it is our turn; throws `source_busy`, or the reason of the signal. Whoever got a turn must `release`. */
  take(signal: AbortSignal): Promise<void> | undefined {
    if (this.#closed) throw closed()
    if (this.#free > 0) {
      this.#free--
      return undefined
    }
    if (this.#waiting.size >= limits.poolQueueMax) throw busy()
    return this.#wait(signal)
  }

  release(): void {
    const [first] = this.#waiting
    if (first) first.take()
    else this.#free++
  }

  /** Refuses everyone who waits and everyone who comes. */
  close(): void {
    this.#closed = true
    for (const waiter of [...this.#waiting]) waiter.refuse(closed())
  }

  #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const leave = () => {
      this.#waiting.delete(waiter)
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
    }
    const waiter: Waiter = {
      take: () => {
        leave()
        resolve()
      },
      refuse: (error) => {
        leave()
        reject(error)
      },
    }
    const aborted = () => waiter.refuse(signal.reason)
    const timer = setTimeout(() => waiter.refuse(busy()), this.#waitMsMax)
    signal.addEventListener('abort', aborted, { once: true })
    this.#waiting.add(waiter)
    return promise
  }
}

const busy = () => new SluiceError('source_busy', 'Everything this source may do at once is being done, and nothing ended in time.')
const closed = () => new SluiceError('stopping', 'This source is being closed.')
