import type { Answer, AskStep } from '../answer.ts'
import { type Kept, kept } from '../ask.ts'
import type { Batch, Cell, Column, Sink } from '../result.ts'
import type { Exchange } from './exchange.ts'
import { columnsJson } from './frame.ts'

const NO_CACHE = ['Cache-Control', 'no-cache, no-transform', 'X-Accel-Buffering', 'no'] as const
const ROWS_SHOWN = 10
const BYTES_SHOWN = 64 * 1024

/** Begins a stream of events with a status; what was written before stays. */
export function beginEvents(exchange: Exchange, status = 200): void {
  if (exchange.response.headersSent) return
  exchange.contentType = 'text/event-stream'
  exchange.begin(status, NO_CACHE)
}

/** Events with names: `step`, `columns`, `rows`, then `answer` and `done`. */
export class NamedEvents implements Sink {
  readonly #exchange: Exchange
  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }
  readonly step = (step: AskStep): void | Promise<void> => this.#send('step', JSON.stringify(step))
  columns(columns: readonly Column[]): void | Promise<void> {
    return this.#send('columns', columnsJson(columns))
  }
  batch(batch: Batch): void | Promise<void> {
    if (batch.rows === 0) return
    beginEvents(this.#exchange)
    return this.#exchange.write(['event: rows\ndata: [', batch.json, ']\n\n'])
  }
  #send(event: string, data: string): void | Promise<void> {
    beginEvents(this.#exchange)
    return this.#exchange.write([`event: ${event}\ndata: ${data}\n\n`])
  }
}

/** Events whose data is an object with a `type`, as chat clients read them. `all` tells steps and rows as well. */
export class TypedEvents implements Sink {
  readonly #exchange: Exchange
  readonly #all: boolean
  readonly #shown: Kept = kept(ROWS_SHOWN, BYTES_SHOWN)

  constructor(exchange: Exchange, all: boolean) {
    this.#exchange = exchange
    this.#all = all
  }

  readonly session = (id: string, source: string): void | Promise<void> =>
    this.send({ type: 'session', session_id: id, datasource: source })

  readonly step = (step: AskStep): void | Promise<void> => {
    if (this.#all) return this.send({ type: 'step', ...step })
  }

  columns(columns: readonly Column[]): void | Promise<void> {
    if (this.#all) return this.#write([`data: {"type":"columns","columns":${columnsJson(columns)}}\n\n`])
    return this.#shown.columns(columns)
  }

  batch(batch: Batch): void | Promise<void> {
    if (!this.#all) return this.#shown.batch(batch)
    if (batch.rows > 0) return this.#write(['data: {"type":"rows","rows":[', batch.json, ']}\n\n'])
  }

  /** The words, and for who has seen no rows the first of them. */
  content(answer: Answer): string {
    return this.#all ? inert(answer.words) : withRows(answer, this.#shown)
  }

  send(value: unknown): void | Promise<void> {
    return this.#write([`data: ${JSON.stringify(value)}\n\n`])
  }

  #write(pieces: Parameters<Exchange['write']>[0]): void | Promise<void> {
    beginEvents(this.#exchange)
    return this.#exchange.write(pieces)
  }
}

/** Words with the first rows as a table of Markdown, for clients that show text alone. */
export function withRows({ words: said, columns, rows, status }: Answer, shown: Kept): string {
  const words = inert(said)
  const cells = shown.cells().slice(0, ROWS_SHOWN)
  if (status !== 'answered' || cells.length === 0 || (rows === 1 && columns.length === 1)) return words
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`
  const table = [
    line(columns.map(({ name }) => plain(name))),
    line(columns.map(() => '---')),
    ...cells.map((row) => line(row.map(cellText))),
  ]
  const rest = rows > cells.length ? [`… ${rows - cells.length} more rows`] : []
  return [words, '', ...table, ...rest].join('\n')
}

/** Words hold values of the data, and clients draw them as Markdown: no link, picture or tag of a value may come to life in them. */
const inert = (words: string): string => words.replace(/[`[\]<>]/g, '\\$&')

const CHARS_SHOWN = 80

const cellText = (cell: Cell): string => {
  if (cell === null) return ''
  if (cell instanceof Uint8Array) return `${cell.byteLength} bytes`
  return plain(typeof cell === 'object' ? JSON.stringify(cell) : String(cell))
}

/** What stands in a cell is text: no link, picture or tag of it may come to life. */
function plain(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  const short = line.length > CHARS_SHOWN ? `${line.slice(0, CHARS_SHOWN)}…` : line
  return short.replace(/[\\`*_{}[\]()#+!|<>~]/g, '\\$&')
}
