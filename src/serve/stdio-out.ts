import type { Writable } from 'node:stream'
import { joined, type Out, type Piece } from './frame.ts'

/** What stands around each message: nothing and a line's end over stdio, the fields of an event over the older SSE transport. */
export type Around = Readonly<{ before: string; after: string }>

const line: Around = { before: '', after: '\n' }

/**
 * Messages to one writer, each on a line. A reply that is written in pieces keeps the line to itself until it ends, and the others wait with
 * it: JSON-RPC over stdio knows one message a line. Small messages that come meanwhile follow after it.
 */
export class LineOut {
  readonly #to: Writable
  readonly around: Around
  #holder: LineReply | undefined
  #waiting: (() => void)[] = []
  #after: Piece[] = []
  #room: (() => void)[] = []
  closed = false

  constructor(to: Writable, around: Around = line) {
    this.#to = to
    this.around = around
    to.on('drain', () => this.#wake())
    to.once('close', () => this.close())
    // A reader that is gone is told by `close`, too; without a listener the error would end the process.
    to.on('error', () => this.close())
  }

  /** One whole message. */
  line(text: string): void {
    if (this.closed) return
    const { before, after } = this.around
    if (this.#holder) this.#after.push(`${before}${text}${after}`)
    else this.#to.write(`${before}${text}${after}`)
  }

  /** A message that may be lost, told only while it would be read at once. */
  note(text: string): void {
    if (this.idle) this.#to.write(`${this.around.before}${text}${this.around.after}`)
  }

  /** What is no message, e.g. a comment that keeps a connection open; never within one. */
  aside(text: string): void {
    if (this.idle) this.#to.write(text)
  }

  /** Bytes, or characters where they have not become bytes yet, that the reader has not taken. */
  get backlog(): number {
    return this.#to.writableLength + this.#after.reduce((sum, piece) => sum + piece.length, 0)
  }

  get idle(): boolean {
    return !this.closed && !this.#holder && !this.#to.writableNeedDrain
  }

  reply(): Out {
    return new LineReply(this)
  }

  /** Nobody reads any more: who waits goes on, and nothing is written. */
  close(): void {
    this.closed = true
    this.#holder = undefined
    this.#after = []
    this.#wake()
    for (const next of this.#waiting.splice(0)) next()
  }

  async hold(reply: LineReply): Promise<void> {
    while (this.#holder && this.#holder !== reply) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (!this.closed) this.#holder = reply
  }

  release(): void {
    this.#holder = undefined
    const after = this.#after.splice(0)
    if (after.length > 0 && !this.closed) this.#to.write(joined(after))
    this.#waiting.shift()?.()
  }

  /** Resolves when the reader has room again. */
  put(pieces: readonly Piece[]): void | Promise<void> {
    if (this.closed || this.#to.write(joined(pieces))) return
    return new Promise((resolve) => this.#room.push(resolve))
  }

  get held(): boolean {
    return this.#holder !== undefined
  }

  #wake(): void {
    for (const next of this.#room.splice(0)) next()
  }
}

class LineReply implements Out {
  readonly #lines: LineOut
  #holds = false
  /** A cancelled call may end its reply while its rows still wait for the line. */
  #before: Promise<void> = Promise.resolve()

  constructor(lines: LineOut) {
    this.#lines = lines
  }

  write(pieces: readonly Piece[]): Promise<void> {
    return this.#next(async () => {
      await this.#lines.put(await this.#headed(pieces))
    })
  }

  end(pieces: readonly Piece[]): void | Promise<void> {
    const { before, after } = this.#lines.around
    if (!this.#holds && !this.#lines.held) return this.#lines.put([before, ...pieces, after])
    return this.#next(async () => {
      await this.#lines.put([...(await this.#headed(pieces)), after])
      this.#lines.release()
    })
  }

  /** Waits for the line; what comes first begins with what stands before a message. */
  async #headed(pieces: readonly Piece[]): Promise<readonly Piece[]> {
    if (this.#holds) return pieces
    await this.#lines.hold(this)
    this.#holds = true
    return [this.#lines.around.before, ...pieces]
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#before = this.#before.then(work)
    return this.#before
  }
}
