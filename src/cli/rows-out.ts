import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { SluiceError } from '../error.ts'
import type { Receipt } from '../receipt.ts'
import { type Batch, type Cell, type Column, cells, type Sink } from '../result.ts'
import { outputClosed } from './command.ts'
import { receiptLines, tableOut } from './table.ts'

export const formats = ['table', 'json', 'ndjson', 'csv'] as const
export type Format = (typeof formats)[number]

type Stream = Writable & { isTTY?: boolean; columns?: number }
export type Streams = Readonly<{ out: Stream; err: Stream; color: boolean }>

/** Where the rows of a query go. `ended` writes what follows the last row. */
export type RowsOut = Sink & Readonly<{ ended(receipt: Receipt): Promise<void> }>

export function rowsOut(format: Format, streams: Streams): RowsOut {
  switch (format) {
    case 'table':
      return tableOut(streams)
    case 'json':
      return jsonOut(streams)
    case 'ndjson':
      return linesOut(streams, ndjson)
    default:
      return linesOut(streams, csv)
  }
}

/** Waits while the reader of the output is slow, so that the database waits too; a reader that has gone ends the command. */
export async function put(stream: Writable, piece: string | Uint8Array): Promise<void> {
  if (stream.destroyed) throw new SluiceError('query_cancelled', outputClosed)
  if (stream.write(piece)) return
  const gone = new AbortController()
  const leave = () => gone.abort()
  stream.once('close', leave)
  try {
    await once(stream, 'drain', { signal: gone.signal })
  } catch (cause) {
    throw new SluiceError('query_cancelled', outputClosed, { cause })
  } finally {
    stream.off('close', leave)
  }
}

/** One document, the same as `POST /sql/execute` answers. The rows are the bytes of the source, so nothing is rounded. */
function jsonOut({ out }: Streams): RowsOut {
  let any = false
  return {
    columns: (columns) => put(out, `{"columns":${JSON.stringify(columns.map(({ name, type }) => ({ name, type })))},"rows":[`),
    async batch({ rows, json }) {
      if (rows === 0) return
      await put(out, any ? ',\n' : '\n')
      any = true
      await put(out, json)
    },
    ended: (receipt) => put(out, `${any ? '\n' : ''}],"truncated":${receipt.truncated},"receipt":${JSON.stringify(receipt)}}\n`),
  }
}

type Lines = (columns: readonly Column[]) => Readonly<{ head: string; line(row: readonly Cell[]): string }>

/** One line a row; what is not a row goes to standard error. */
function linesOut({ out, err, color }: Streams, lines: Lines): RowsOut {
  let columns: readonly Column[] = []
  let line: (row: readonly Cell[]) => string = () => ''
  return {
    async columns(given) {
      columns = given
      const made = lines(given)
      line = made.line
      await put(out, made.head)
    },
    batch: (batch: Batch) => put(out, cells(batch, columns).map(line).join('')),
    ended: (receipt) => put(err, receiptLines(receipt, color)),
  }
}

const ndjson: Lines = (columns) => {
  const keys = uniqueNames(columns).map((name) => `${JSON.stringify(name)}:`)
  return { head: '', line: (row) => `{${row.map((cell, i) => keys[i] + jsonOf(cell)).join(',')}}\n` }
}

/** An object has each name once, a result need not: the second `id` becomes `id_2`. */
function uniqueNames(columns: readonly Column[]): string[] {
  const taken = new Set<string>()
  return columns.map(({ name }) => {
    let free = name
    for (let n = 2; taken.has(free); n++) free = `${name}_${n}`
    taken.add(free)
    return free
  })
}

const jsonOf = (cell: Cell): string =>
  typeof cell === 'bigint'
    ? JSON.stringify(cell.toString())
    : cell instanceof Uint8Array
      ? JSON.stringify(Buffer.from(cell).toString('base64'))
      : JSON.stringify(cell)

/** RFC 4180, with NULL as nothing and the empty text as `""`. */
const csv: Lines = (columns) => ({
  head: `${columns.map(({ name }) => field(name)).join(',')}\r\n`,
  line: (row) => `${row.map((cell) => (cell === null ? '' : field(textOf(cell)))).join(',')}\r\n`,
})

const field = (text: string): string => (text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** A cell as text without quotes around it. */
export function textOf(cell: Exclude<Cell, null>): string {
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('base64')
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}
