import { limits } from '../../limits.ts'
import { batchFrame } from './frames.ts'
import type { EngineEnded, EngineQuery } from './messages.ts'
import type { Work } from './serve.ts'

/** The first batch leaves early, so that the first rows are soon seen. */
const firstBatchBytes = 8 * 1024
/** Rows that come slowly are not held back for longer. */
const holdMsMax = 200
/** UTF-8 bytes that a UTF-16 unit needs at most. */
const bytesPerUnitMax = 3

/** Collects rows of JSON into batches and counts them against the limits of the query. */
export class RowWriter {
  readonly #work: Work
  readonly #query: EngineQuery
  #json = Buffer.allocUnsafeSlow(limits.batchBytes * 2)
  #ends = new Uint32Array(4096)
  #filled = 0
  #held = 0
  #batchBytes = firstBatchBytes
  #bytes = 0
  /** When the last batch left. The first is not hurried: from its values the columns of SQLite take their types. */
  #sentAt = Number.POSITIVE_INFINITY
  rows = 0
  /** True once a row would have gone beyond the bytes of the query; that row is not taken. */
  full = false

  constructor(work: Work, query: EngineQuery) {
    this.#work = work
    this.#query = query
  }

  /** True when the query may deliver no more rows. */
  get enough(): boolean {
    return this.rows >= this.#query.rowsMax
  }

  /** Takes one row, e.g. `[1,"a"]`; true when a batch is ready to be sent or nothing more fits. */
  add(row: string): boolean {
    const start = this.#held === 0 ? 0 : this.#filled + 1
    this.#reserve(start + row.length * bytesPerUnitMax)
    const length = this.#json.write(row, start)
    if (this.#bytes + length > this.#query.bytesMax) {
      this.full = true
      return true
    }
    if (start > 0) this.#json[start - 1] = 0x2c
    this.#filled = start + length
    this.#bytes += length
    this.#ends[this.#held++] = this.#filled
    this.rows++
    return this.#filled >= this.#batchBytes || performance.now() - this.#sentAt > holdMsMax
  }

  /** Sends what is held; wait for the promise, if there is one, before the next row. */
  flush(): Promise<void> | undefined {
    if (this.#held === 0) return undefined
    this.#batchBytes = limits.batchBytes
    this.#sentAt = performance.now()
    return this.#work.batch(this.#frame())
  }

  /** Sends the rest and answers how the query ended. */
  end(truncated: boolean): EngineEnded {
    if (this.#held > 0) this.#work.lastBatch(this.#frame())
    return { rows: this.rows, truncated, ...(this.full && { full: true }) }
  }

  #frame(): Buffer {
    const frame = batchFrame(this.#work.id, this.#held, this.#ends, this.#json, this.#filled)
    this.#held = 0
    this.#filled = 0
    if (this.#json.length > limits.batchBytes * 2) this.#json = Buffer.allocUnsafeSlow(limits.batchBytes * 2)
    return frame
  }

  #reserve(bytes: number): void {
    if (bytes > this.#json.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(bytes, this.#json.length * 2))
      this.#json.copy(larger, 0, 0, this.#filled)
      this.#json = larger
    }
    if (this.#held === this.#ends.length) {
      const larger = new Uint32Array(this.#ends.length * 2)
      larger.set(this.#ends)
      this.#ends = larger
    }
  }
}
