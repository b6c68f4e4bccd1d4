import { SluiceError } from '../error.ts'
import { type Cell, type Column, cells, type Sink } from '../result.ts'

/** Rows of a statement of ours as values: the first `keep` of them are kept, all are counted. */
export class Images implements Sink {
  readonly rows: (readonly Cell[])[] = []
  count = 0
  readonly #keep: number
  #columns: readonly Column[] = []

  constructor(keep: number) {
    this.#keep = keep
  }

  columns(columns: readonly Column[]): void {
    this.#columns = columns
  }

  batch(batch: Parameters<Sink['batch']>[0]): void {
    const room = this.#keep - this.rows.length
    this.count += batch.rows
    if (room > 0) this.rows.push(...cells(batch, this.#columns).slice(0, room))
  }
}

/** Rows as they stand in JSON, for people: nothing is rounded and bytes are base64. Throws `result_too_large`. */
export class Shown implements Sink {
  readonly rows: (readonly Cell[])[] = []
  names: readonly string[] = []
  readonly #bytesMax: number
  readonly #told: number
  bytes = 0

  /** `told` is the bound that a message names, where `bytesMax` is what others have left of it. */
  constructor(bytesMax: number, told = bytesMax) {
    this.#bytesMax = bytesMax
    this.#told = told
  }

  columns(columns: readonly Column[]): void {
    this.names = columns.map(({ name }) => name)
  }

  batch({ json }: Parameters<Sink['batch']>[0]): void {
    this.bytes += json.byteLength
    if (this.bytes > this.#bytesMax) {
      throw new SluiceError('result_too_large', `Statements that change nothing answer more than ${this.#told} bytes within a change.`)
    }
    const text = Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8')
    this.rows.push(...(JSON.parse(`[${text}]`) as Cell[][]))
  }
}
