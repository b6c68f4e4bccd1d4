import type { Call } from '../call.ts'
import type { PublicError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { limits } from '../limits.ts'
import type { Receipt } from '../receipt.ts'
import type { Batch, Column, ColumnType, Sink } from '../result.ts'
import { RowsText } from './rows-text.ts'

export type Piece = string | Uint8Array

/** Where a reply goes, piece by piece. What `write` returns is awaited, so that a slow reader slows the source. */
export interface Out {
  /** Some of the reply; more will follow. */
  write(pieces: readonly Piece[]): void | Promise<void>
  /** The last of the reply; the whole of it when nothing was written before. */
  end(pieces: readonly Piece[]): void | Promise<void>
  /** Which call is answered, told before it runs, for doors whose answers have headers. */
  called?(call: Call, parts: Parts): void
}

/** What stands around `{"columns":…}` in a protocol. `after` gets the text as JSON when `text` is true. */
export type Surround = Readonly<{ before: string; text: boolean; after(text: string, failed: boolean): string }>

/** An error as a model reads it. */
export const errorText = (error: PublicError): string =>
  `${error.code}: ${error.message}\n${error.hint}${error.audit_id === undefined ? '' : `\naudit_id: ${error.audit_id}`}`

/**
 * A reply of rows: `{"columns":[…],"rows":[…],"truncated":…,"receipt":{…}}` written as head, batches and tail, so that it is never held
 * whole. An error after rows were sent closes the same document: `"rows":[…],"truncated":null,"error":{…}`.
 */
export class Frame implements Sink {
  readonly #out: Out
  readonly #surround: Surround
  readonly #text: RowsText | undefined
  /** Bytes that are kept before something is sent. */
  readonly #hold: number
  #head = ''
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  #any = false
  rows = 0
  /** True once bytes of the reply have left: then an error can only be told inside the document. */
  begun = false

  constructor(out: Out, surround: Surround, hold: number = limits.batchBytes) {
    this.#out = out
    this.#surround = surround
    this.#hold = hold
    this.#text = surround.text ? new RowsText() : undefined
  }

  columns(columns: readonly Column[]): void {
    this.#head = `${this.#surround.before}{"columns":${columnsJson(columns)},"rows":[`
    this.#text?.columns(columns)
  }

  batch(batch: Batch): void | Promise<void> {
    if (batch.rows === 0) return
    this.rows += batch.rows
    this.#text?.batch(batch)
    this.#pending.push(batch.json)
    this.#pendingBytes += batch.json.byteLength
    if (this.#pendingBytes < this.#hold) return
    const pieces = this.#take()
    this.begun = true
    return this.#out.write(pieces)
  }

  ended(receipt: Receipt): void | Promise<void> {
    const text = this.#text ? JSON.stringify(this.#text.ended(receipt)) : ''
    const tail = `],"truncated":${receipt.truncated},"receipt":${JSON.stringify(receipt)}}${this.#surround.after(text, false)}`
    return this.#out.end([...this.#take(), tail])
  }

  /** Only after bytes have left; before, the door answers with an error of its own form. */
  failed(error: PublicError): void | Promise<void> {
    const text = this.#text ? JSON.stringify(this.#text.failed(errorText(error))) : ''
    const tail = `],"truncated":null,"error":${JSON.stringify(error)}}${this.#surround.after(text, true)}`
    return this.#out.end([...this.#take(), tail])
  }

  #take(): Piece[] {
    const pieces: Piece[] = []
    if (this.#head !== '') pieces.push(this.#head)
    this.#head = ''
    for (const json of this.#pending) {
      if (this.#any) pieces.push(',')
      this.#any = true
      pieces.push(json)
    }
    this.#pending = []
    this.#pendingBytes = 0
    return pieces
  }
}

/** `[{"name":…,"type":…},…]`, made from kept parts: the same columns come again and again. */
export function columnsJson(columns: readonly Column[]): string {
  let json = '['
  for (const { name, type } of columns) {
    const kept = columnsKept.get(type) ?? new Map<string, string>()
    if (kept.size === 0) columnsKept.set(type, kept)
    let one = kept.get(name)
    if (one === undefined) {
      one = JSON.stringify({ name, type })
      if (kept.size >= COLUMNS_KEPT) kept.clear()
      if (name.length <= COLUMN_NAME_KEPT) kept.set(name, one)
    }
    json += json === '[' ? one : `,${one}`
  }
  return `${json}]`
}
const COLUMNS_KEPT = 2_000
const COLUMN_NAME_KEPT = 128
const columnsKept = new Map<ColumnType, Map<string, string>>()

/** The pieces as one buffer. */
export function joined(pieces: readonly Piece[]): Buffer {
  let bytes = 0
  for (const piece of pieces) bytes += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.byteLength
  const whole = Buffer.allocUnsafe(bytes)
  let at = 0
  for (const piece of pieces) {
    if (typeof piece === 'string') at += whole.write(piece, at)
    else {
      whole.set(piece, at)
      at += piece.byteLength
    }
  }
  return whole
}
