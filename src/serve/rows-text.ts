import { limits } from '../limits.ts'
import type { Receipt } from '../receipt.ts'
import type { Batch, Column } from '../result.ts'

/**
 * The rows as a model reads them: a line of column names, one JSON array a line, a last line of facts. It holds at most
 * `limits.textBytesMax` bytes of rows; what does not fit is left out, and a sentence says exactly what.
 */
export class RowsText {
  readonly #parts: string[] = []
  #left = limits.textBytesMax
  #shown = 0
  #seen = 0
  #full = false

  columns(columns: readonly Column[]): void {
    const header = columns.map((column) => column.name).join(', ')
    this.#parts.push(header.length > this.#left ? `${header.slice(0, this.#left)}…\n` : `${header}\n`)
  }

  batch({ rows, json, ends }: Batch): void {
    this.#seen += rows
    if (this.#full || rows === 0) return
    let fitting = rows
    while (fitting > 0 && ends[fitting - 1]! + 1 > this.#left) fitting = fitting > 64 ? fitting >> 1 : fitting - 1
    while (fitting < rows && ends[fitting]! + 1 <= this.#left) fitting++
    this.#full = fitting < rows
    if (fitting === 0) return
    const end = ends[fitting - 1]!
    // The separators become line ends in a copy: the batch may be kept in a cache.
    const lines = Buffer.allocUnsafe(end + 1)
    lines.set(end === json.byteLength ? json : json.subarray(0, end))
    for (let i = 0; i < fitting; i++) lines[ends[i]!] = NEWLINE
    this.#parts.push(lines.toString('utf8'))
    this.#left -= end + 1
    this.#shown += fitting
  }

  /** The whole text of an answer that ended well. */
  ended(receipt: Receipt): string {
    const facts = [`${receipt.rows} ${receipt.rows === 1 ? 'row' : 'rows'}`]
    facts.push(receipt.truncated ? `truncated: true, more rows exist than the limit of ${receipt.rows_max}` : 'truncated: false')
    if (receipt.policies.length > 0) facts.push(`policies: ${receipt.policies.join('; ')}`)
    if (receipt.masked.length > 0) facts.push(`masked: ${receipt.masked.join(', ')}`)
    return `${this.#parts.join('')}${this.#leftOut()}${facts.join(' | ')}`
  }

  /** The whole text of an answer that failed after its rows began. */
  failed(error: string): string {
    return `${this.#parts.join('')}${this.#leftOut()}${error}`
  }

  #leftOut(): string {
    if (this.#shown === this.#seen) return ''
    const first = this.#shown + 1
    const which = first === this.#seen ? `Row ${first} is` : `Rows ${first} to ${this.#seen} are`
    return `${which} left out of this text of at most ${limits.textBytesMax} bytes; structuredContent holds all ${this.#seen}.\n`
  }
}
const NEWLINE = 10
