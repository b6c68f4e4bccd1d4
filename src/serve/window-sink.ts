import type { Receipt } from '../receipt.ts'
import type { Batch, Column, Sink } from '../result.ts'
import type { Piece } from './frame.ts'

/** Row, column and whole length of a text that was cut. */
type Cut = readonly [row: number, column: number, chars: number]

/**
 * Some rows for somebody who looks at them: columns with the source's own names of their types, and texts that are too long to be looked at cut, so that
 * one cell of fifty megabytes does not have to be sent to be seen.
 */
export class WindowSink implements Sink {
  readonly #chars: number
  readonly #pieces: Piece[] = []
  readonly #cut: Cut[] = []
  #columns: readonly Column[] = []
  #rows = 0

  constructor(chars: number) {
    this.#chars = chars
  }

  columns(columns: readonly Column[]): void {
    this.#columns = columns
  }

  batch(batch: Batch): void {
    if (batch.rows === 0) return
    if (this.#pieces.length > 0) this.#pieces.push(',')
    this.#pieces.push(this.#hasLong(batch) ? this.#shortened(batch) : batch.json)
    this.#rows += batch.rows
  }

  /** The first cell of the first row. */
  first(): unknown {
    const text = this.#pieces.map((piece) => (typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8'))).join('')
    return (JSON.parse(`[${text}]`) as unknown[][])[0]?.[0]
  }

  document(receipt: Receipt): Piece[] {
    const columns = this.#columns.map(({ name, type, nativeType }) => ({ name, type, native: nativeType }))
    const tail = { cut: this.#cut, truncated: receipt.truncated, receipt }
    return [`{"columns":${JSON.stringify(columns)},"rows":[`, ...this.#pieces, `],${JSON.stringify(tail).slice(1)}`]
  }

  #hasLong({ rows, ends }: Batch): boolean {
    for (let row = 0; row < rows; row++) if (ends[row]! - (row === 0 ? 0 : ends[row - 1]!) > this.#chars) return true
    return false
  }

  #shortened({ json }: Batch): string {
    const rows = JSON.parse(`[${Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8')}]`) as unknown[][]
    for (const [at, row] of rows.entries()) {
      for (const [column, cell] of row.entries()) {
        const text = typeof cell === 'string' ? cell : typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : ''
        if (text.length <= this.#chars) continue
        this.#cut.push([this.#rows + at, column, text.length])
        row[column] = text.slice(0, this.#chars).toWellFormed()
      }
    }
    return JSON.stringify(rows).slice(1, -1)
  }
}
