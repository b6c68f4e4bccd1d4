import { type Reader, readColumn } from './columns.ts'

/** The columns of an answer, and the packets that told them: the server repeats these before every answer. */
export type Shape = Readonly<{ packets: Buffer; readers: readonly Reader[] }>

/** Takes in column definitions, reading only those that differ from what the same statement was answered with before. */
export class ShapeReader {
  readonly #known: Shape | undefined
  readonly #extended: boolean
  readonly #readers: Reader[] = []
  readonly #packets: Buffer[] = []
  /** How far the packets were those of `known`; -1 from the first difference on. */
  #same: number

  constructor(known: Shape | undefined, extended: boolean) {
    this.#known = known
    this.#extended = extended
    this.#same = known ? 0 : -1
  }

  add(bytes: Buffer, at: number, end: number): void {
    const known = this.#known
    if (known && this.#same >= 0) {
      const to = this.#same + end - at
      if (to <= known.packets.length && known.packets.compare(bytes, at, end, this.#same, to) === 0) {
        this.#readers.push(known.readers[this.#readers.length]!)
        this.#same = to
        return
      }
      this.#packets.push(known.packets.subarray(0, this.#same))
      this.#same = -1
    }
    this.#readers.push(readColumn(bytes, at, this.#extended))
    this.#packets.push(Buffer.from(bytes.subarray(at, end)))
  }

  get shape(): Shape {
    if (this.#known && this.#same === this.#known.packets.length) return this.#known
    if (this.#same > 0) this.#packets.push(this.#known!.packets.subarray(0, this.#same))
    return { packets: Buffer.concat(this.#packets), readers: this.#readers }
  }
}
