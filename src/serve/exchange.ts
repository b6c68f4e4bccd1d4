import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Call, Credential } from '../call.ts'
import { type PublicError, publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { type Challenger, headersOf, rateHeaders } from './authorization.ts'
import { joined, type Out, type Piece } from './frame.ts'

/** One request and its response. A client that leaves aborts the call at once, also while the call waits for it to read. */
export class Exchange implements Out {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly credential: Credential
  /** Headers for every answer of this exchange, names and values in turn: the origin that was allowed. */
  readonly headers: readonly string[]
  readonly bodyBytesMax: number
  contentType = 'application/json'
  /** What stands in the path where its route has a name, e.g. `table` of `/import/:source/:table`; decoded. */
  params: Readonly<Record<string, string>> = {}
  /** True for a stream that lasts until somebody leaves; a stopping server does not wait for it. */
  lasting = false
  /** True for a body that is taken in as fast as a source can write it: its time is bounded by whoever takes it, not by the server. */
  unhurried = false
  /** What stands around the document when it is one event of a stream. */
  prefix = ''
  suffix = ''
  /** Tells how to authenticate, where there is more to tell than that one must. */
  challenger: Challenger | undefined
  #called: Readonly<{ call: Call; parts: Parts }> | undefined
  #controller: AbortController | undefined
  #released: (() => void) | undefined
  #written = false

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    credential: Credential,
    headers: readonly string[],
    bodyBytesMax: number,
  ) {
    this.bodyBytesMax = bodyBytesMax
    this.request = request
    this.response = response
    this.credential = credential
    this.headers = headers
  }

  /** The signal of the one call that this exchange answers. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      this.response.once('close', this.#closed)
      if (this.response.destroyed) this.#closed()
    }
    return this.#controller.signal
  }

  /** Ends the call from this side. */
  stop(reason: SluiceError): void {
    this.#controller?.abort(reason)
    this.#release()
  }

  readonly #closed = (): void => {
    if (!this.response.writableFinished) {
      this.#controller?.abort(new SluiceError('query_cancelled', 'The client left before the answer was complete.'))
    }
    this.#release()
  }

  #release(): void {
    const released = this.#released
    this.#released = undefined
    released?.()
  }

  /** Says which call is answered, so that the answer tells what its caller has left. */
  called(call: Call, parts: Parts): void {
    this.#called = { call, parts }
  }

  begin(status: number, more: readonly string[] = []): void {
    const counted = this.#called && (status < 400 || status === 429)
    const rate = counted ? rateHeaders(this.#called!.call, this.#called!.parts) : []
    this.response.writeHead(status, ['Content-Type', this.contentType, ...more, ...rate, ...this.headers])
  }

  /** Headers that belong to an error, in whatever form a door tells it. */
  headersFor(error: PublicError): readonly string[] {
    return headersOf(error, this.challenger?.(this.request))
  }

  /** Resolves when the client has taken what was written, or has left. */
  write(pieces: readonly Piece[]): void | Promise<void> {
    const response = this.response
    if (response.destroyed) return
    if (!response.headersSent) this.begin(200)
    if (!this.#written && this.prefix !== '') response.write(this.prefix)
    this.#written = true
    let room = true
    for (const piece of pieces.length > PIECES_APART ? [joined(pieces)] : pieces) room = response.write(piece)
    // Not corked: Node 24 does not tell of 'drain' after a corked write, and the answer would wait for ever.
    if (room || response.destroyed) return
    return new Promise((resolve) => {
      this.#released = resolve
      const release = () => this.#release()
      response.once('drain', release)
      if (!this.#controller) response.once('close', release)
    })
  }

  end(pieces: readonly Piece[]): void {
    const response = this.response
    if (response.destroyed) return
    if (response.headersSent) {
      response.end(joined([this.#written ? '' : this.prefix, ...pieces, this.suffix]))
      return
    }
    // Node sends a string together with its headers in one write, a buffer as two parts: the cheaper way for what is small.
    const whole = bytesOf(pieces) <= TEXT_BYTES_MAX ? asText(pieces) : joined(pieces)
    this.begin(200, ['Content-Length', String(Buffer.byteLength(whole))])
    response.end(whole)
  }

  /** A small answer that is known as a whole. */
  json(status: number, value: unknown, more: readonly string[] = []): void {
    if (this.response.headersSent || this.response.destroyed) return
    const whole = typeof value === 'string' ? value : JSON.stringify(value)
    this.contentType = 'application/json'
    this.begin(status, ['Content-Length', String(Buffer.byteLength(whole)), ...more])
    this.response.end(whole)
  }

  /** An error as the HTTP routes tell it; what was not named by us is `internal`. */
  fail(caught: unknown, auditId?: string): void {
    this.refuse(publicError(caught, auditId))
  }

  /** The same for an error that is public already. */
  refuse(error: PublicError): void {
    this.json(error.status, { error }, this.headersFor(error))
  }
}

const TEXT_BYTES_MAX = 16 * 1024

const bytesOf = (pieces: readonly Piece[]) => pieces.reduce((sum, piece) => sum + piece.length, 0)

function asText(pieces: readonly Piece[]): string {
  let text = ''
  for (const piece of pieces)
    text += typeof piece === 'string' ? piece : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('utf8')
  return text
}

/** Small batches are joined rather than sent as many chunks. */
const PIECES_APART = 4
