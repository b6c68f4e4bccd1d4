import { SluiceError } from '../../error.ts'
import { limits } from '../../limits.ts'

type Waiter = Readonly<{ enter: () => void; refuse: (error: unknown) => void }>

/** Lets many readers in, or one writer alone. Every wait is bounded: a writer that does not get in lets the readers go on. */
export class Gate {
  readonly #waitMsMax: number
  readonly #waiting = new Set<Waiter>()
  #inside = 0
  #shut = false
  #emptied: (() => void) | undefined

  constructor(waitMsMax: number) {
    this.#waitMsMax = waitMsMax
  }

  /** Throws `source_busy` when the writing takes too long, or the reason of the signal. Whoever got in must `leave`. */
  enter(signal: AbortSignal): Promise<void> | undefined {
    if (!this.#shut) {
      this.#inside++
      return undefined
    }
    signal.throwIfAborted()
    if (this.#waiting.size >= limits.poolQueueMax) throw writing()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const end = () => {
      this.#waiting.delete(waiter)
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
    }
    const waiter: Waiter = {
      enter: () => {
        end()
        this.#inside++
        resolve()
      },
      refuse: (error) => {
        end()
        reject(error)
      },
    }
    const aborted = () => waiter.refuse(signal.reason)
    const timer = setTimeout(() => waiter.refuse(writing()), this.#waitMsMax)
    signal.addEventListener('abort', aborted, { once: true })
    this.#waiting.add(waiter)
    return promise
  }

  leave(): void {
    this.#inside--
    if (this.#inside === 0) this.#emptied?.()
  }

  /** Waits until nobody is inside and keeps it so until `open`; one writer at a time. Throws `source_busy`, or the reason of the signal. */
  async shut(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    this.#shut = true
    if (this.#inside === 0) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const aborted = () => reject(signal.reason)
    const timer = setTimeout(() => reject(reading()), this.#waitMsMax)
    signal.addEventListener('abort', aborted, { once: true })
    this.#emptied = resolve
    try {
      await promise
    } catch (error) {
      this.open()
      throw error
    } finally {
      this.#emptied = undefined
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
    }
  }

  open(): void {
    this.#shut = false
    for (const waiter of [...this.#waiting]) waiter.enter()
  }
}

const writing = () => new SluiceError('source_busy', 'The database is being changed, and while that lasts nobody can read it.')
const reading = () => new SluiceError('source_busy', 'The database is being read, and while that lasts nobody can change it.')
