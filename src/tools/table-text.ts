import { type Batch, type Cell, type Column, cells, type Sink } from '../result.ts'

/** A few rows as text: CSV as RFC 4180 has it, or JSON with the columns. */
export class TableText implements Sink {
  readonly #format: 'csv' | 'json'
  #columns: readonly Column[] = []
  #rows: Cell[][] = []

  constructor(format: 'csv' | 'json') {
    this.#format = format
  }

  columns(columns: readonly Column[]): void {
    this.#columns = columns
  }

  batch(batch: Batch): void {
    this.#rows.push(...cells(batch, this.#columns))
  }

  text(): string {
    const names = this.#columns.map(({ name }) => name)
    if (this.#format === 'json') return JSON.stringify({ columns: names, rows: this.#rows.map((row) => row.map(jsonOf)) })
    return `${[names, ...this.#rows].map((row) => row.map(csvOf).join(',')).join('\r\n')}\r\n`
  }
}

const jsonOf = (cell: Cell): unknown =>
  typeof cell === 'bigint' ? String(cell) : cell instanceof Uint8Array ? Buffer.from(cell).toString('base64') : cell

/** NULL is an empty field, an empty string is `""`: they are not the same. */
function csvOf(cell: Cell): string {
  if (cell === null) return ''
  const plain = jsonOf(cell)
  const text = typeof plain === 'object' ? JSON.stringify(plain) : String(plain)
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
