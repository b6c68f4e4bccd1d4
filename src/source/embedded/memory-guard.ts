import type { Work } from './serve.ts'

const lookMs = 50
/** Time for the answers to leave, before the process gives back all memory by ending. */
const farewellMs = 100
/** What Node.js and the engine take by themselves, and what an answer takes on its way. */
const besideMb = 512

/**
 * Bounds the memory of a whole process. DuckDB's own limit counts the pages that it keeps, not the values that functions make, so one
 * `repeat` could take many times as much. Who runs at that moment is told so, and the process ends; the next task finds a new one.
 */
export class MemoryGuard {
  readonly #running = new Map<Work, (reason: Error) => void>()
  #bytesMax = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  /** Twice the engine's limit, because pages that were given back may still be there for a while. */
  bound(memoryMb: number): void {
    this.#bytesMax = (memoryMb * 2 + besideMb) * 1024 * 1024
  }

  /** Runs a task under watch. Throws as DuckDB does when its own limit is reached. */
  async during<T>(work: Work, act: () => Promise<T>): Promise<T> {
    const tooMuch = Promise.withResolvers<never>()
    this.#running.set(work, tooMuch.reject)
    this.#timer ??= setInterval(() => this.#look(), lookMs)
    const acting = act()
    // What cannot be interrupted may still fail when its answer has long been given.
    acting.catch(() => {})
    try {
      return await Promise.race([acting, tooMuch.promise])
    } finally {
      this.#running.delete(work)
      if (this.#running.size === 0) {
        clearInterval(this.#timer)
        this.#timer = undefined
      }
    }
  }

  #look(): void {
    if (process.memoryUsage.rss() < this.#bytesMax) return
    for (const [work, refuse] of this.#running) {
      work.stop()
      refuse(new Error('Out of Memory Error: the query takes more memory than this source may use'))
    }
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), farewellMs)
  }
}
