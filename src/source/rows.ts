import { SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import type { Column, Ended, Sink } from '../result.ts'
import { boundOf, growthMax } from './encode.ts'

/** Room behind the mark at which a batch is full, so that an ordinary row needs no second look at its size. */
const slack = 32 * 1024
/** A batch smaller than this is copied out, so that a point query costs a few bytes and not a slab. */
const smallBytes = 32 * 1024

/** A connection's own slab for batches; it is given away with a large batch and made anew when next needed. */
export class Slab {
  bytes: Buffer = Buffer.alloc(0)

  /** At least `size` bytes; what is before `keep` survives. */
  ensure(size: number, keep: number): Buffer {
    if (this.bytes.length >= size) return this.bytes
    const grown = Buffer.allocUnsafeSlow(Math.max(size, limits.batchBytes + slack))
    if (keep > 0) this.bytes.copy(grown, 0, 0, keep)
    this.bytes = grown
    return grown
  }

  /** The first `size` bytes, from now on the receiver's. */
  give(size: number): Buffer {
    const { bytes } = this
    const sparse = size * 2 < bytes.length && bytes.length > limits.batchBytes + slack
    if (size >= smallBytes) this.bytes = Buffer.alloc(0)
    if (size >= smallBytes && !sparse) return bytes.subarray(0, size)
    const copy = Buffer.allocUnsafe(size)
    bytes.copy(copy, 0, 0, size)
    return copy
  }
}

/**
 * Gathers the rows of one answer into batches. A connector asks for `room`, writes a row into `out` from `pos` on, and says
 * `rowEnds`; columns and batches go to the sink with the first batch and at the end.
 */
export class Rows {
  out: Buffer
  pos = 0
  /** Rows that were counted, in batches given away and in the one being filled. */
  count = 0
  truncated = false
  /** Rows that the statement changed, as the server says; only writing sessions ask. */
  changed = 0
  #inBatch = 0
  #ends: number[] = []
  #bytesGiven = 0
  #columnsGiven = false
  readonly #slab: Slab
  readonly #sink: Sink
  readonly #bytesMax: number
  readonly rowsMax: number
  columns: readonly Column[] = []

  constructor(slab: Slab, sink: Sink, rowsMax: number, bytesMax: number) {
    this.#slab = slab
    this.#sink = sink
    this.rowsMax = rowsMax
    this.#bytesMax = bytesMax
    this.out = slab.ensure(1, 0)
  }

  /** Position at which a row of `src[from, to)` can be written, each cell with `cellBytes` more than its bytes; or -1: give the batch away first. */
  room(src: Buffer, from: number, to: number, cells: number, cellBytes = 8): number {
    const start = this.#inBatch === 0 ? 0 : this.pos + 1
    const least = start + cells * cellBytes + 2
    if (least + (to - from) * growthMax > this.out.length && !this.#grow(start, least + boundOf(src, from, to))) return -1
    if (start > 0) this.out[start - 1] = 0x2c
    return start
  }

  #grow(start: number, size: number): boolean {
    if (size <= this.out.length) return true
    if (start > 0) return false
    this.out = this.#slab.ensure(size, 0)
    return true
  }

  /** A row was written up to `pos`; true when the batch is full. */
  rowEnds(pos: number): boolean {
    this.pos = pos
    this.#ends.push(pos)
    this.#inBatch++
    this.count++
    if (this.#bytesGiven + pos > this.#bytesMax) throw this.tooLarge()
    return pos >= limits.batchBytes
  }

  /** Gives away what there is. Whoever gets a promise waits for it before reading on. */
  give(): void | Promise<void> {
    if (!this.#columnsGiven) {
      this.#columnsGiven = true
      const waiting = this.#sink.columns(this.columns)
      if (waiting) return waiting.then(() => this.give())
    }
    if (this.#inBatch === 0) return
    const batch = { rows: this.#inBatch, json: this.#slab.give(this.pos), ends: this.#ends }
    this.#bytesGiven += this.pos
    this.#ends = []
    this.#inBatch = 0
    this.pos = 0
    this.out = this.#slab.ensure(1, 0)
    return this.#sink.batch(batch)
  }

  /** A message of the server with one row can be several times its JSON (binary as hexadecimal digits), and no larger. */
  get messageBytesMax(): number {
    return this.#bytesMax * 4 + 1024 * 1024
  }

  tooLarge(): SluiceError {
    return new SluiceError('result_too_large', `The result has more than ${this.#bytesMax} bytes.`)
  }

  get ended(): Ended {
    return { rows: this.count, truncated: this.truncated }
  }
}
