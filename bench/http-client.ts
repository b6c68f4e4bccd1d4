import { connect, type Socket } from 'node:net'

/** One answer: its status, and its body where it was asked to be kept. */
export type Answer = Readonly<{ status: number; bytes: number; body: Buffer | undefined }>

/**
 * A keep-alive HTTP/1.1 connection that costs little: it finds the end of an answer and, unless asked, keeps nothing of it.
 * It knows Content-Length and chunks, which is all that a server may use here.
 */
export class Connection {
  readonly #socket: Socket
  #settle: ((answer: Answer) => void) | undefined
  #fail: ((error: Error) => void) | undefined
  #head: Buffer = Buffer.alloc(0)
  #status = 0
  #left = -1
  #chunked = false
  #skip = 0
  #bytes = 0
  #kept: Buffer[] | undefined
  /** Called with the number of bytes as they come. */
  onBytes: ((bytes: number) => void) | undefined

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1')
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (chunk: Buffer) => this.#data(chunk))
    this.#socket.on('error', (error) => this.#fail?.(error))
    this.#socket.on('close', () => this.#fail?.(new Error('The server closed the connection.')))
  }

  get socket(): Socket {
    return this.#socket
  }

  send(request: string, keep: boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#settle = resolve
      this.#fail = reject
      this.#left = -1
      this.#bytes = 0
      this.#kept = keep ? [] : undefined
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#fail = undefined
    this.#socket.destroy()
  }

  #data(chunk: Buffer): void {
    this.onBytes?.(chunk.length)
    let rest = chunk
    while (rest.length > 0 && this.#settle) rest = this.#left < 0 ? this.#readHead(rest) : this.#readBody(rest)
  }

  #readHead(chunk: Buffer): Buffer {
    const all = this.#head.length ? Buffer.concat([this.#head, chunk]) : chunk
    const end = all.indexOf('\r\n\r\n')
    if (end < 0) {
      this.#head = all
      return Buffer.alloc(0)
    }
    this.#head = Buffer.alloc(0)
    const text = all.toString('latin1', 0, end).toLowerCase()
    this.#status = Number(text.slice(9, 12))
    const length = /\ncontent-length: *(\d+)/.exec(text)?.[1]
    this.#chunked = length === undefined
    this.#left = length === undefined ? 0 : Number(length)
    if (!this.#chunked && this.#left === 0) this.#done()
    return all.subarray(end + 4)
  }

  #readBody(chunk: Buffer): Buffer {
    if (this.#chunked && this.#left === 0) {
      if (this.#skip === 0) return this.#readSize(chunk)
      const skipped = Math.min(this.#skip, chunk.length)
      this.#skip -= skipped
      return chunk.subarray(skipped)
    }
    const part = chunk.subarray(0, this.#left)
    this.#bytes += part.length
    this.#kept?.push(part)
    this.#left -= part.length
    if (this.#left === 0 && this.#chunked) this.#skip = 2
    else if (this.#left === 0) this.#done()
    return chunk.subarray(part.length)
  }

  /** The line that tells a chunk's size; size 0 and an empty line end the answer. */
  #readSize(chunk: Buffer): Buffer {
    const all = this.#head.length ? Buffer.concat([this.#head, chunk]) : chunk
    const end = all.indexOf('\r\n')
    if (end < 0) {
      this.#head = all
      return Buffer.alloc(0)
    }
    const size = Number.parseInt(all.toString('latin1', 0, end), 16)
    if (size > 0) {
      this.#head = Buffer.alloc(0)
      this.#left = size
      return all.subarray(end + 2)
    }
    if (all.length < end + 4) {
      this.#head = all
      return Buffer.alloc(0)
    }
    this.#head = Buffer.alloc(0)
    this.#done()
    return all.subarray(end + 4)
  }

  #done(): void {
    const settle = this.#settle
    this.#settle = undefined
    this.#fail = undefined
    this.#left = -1
    settle?.({ status: this.#status, bytes: this.#bytes, body: this.#kept && Buffer.concat(this.#kept) })
  }
}

/** The JSON-RPC text of one tool call. */
export const toolCall = (id: number, args: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'execute_sql', arguments: args } })

/** A JSON-RPC text as an HTTP request to `/mcp`. */
export function post(port: number, body: string): string {
  return (
    `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n` +
    `MCP-Protocol-Version: 2025-11-25\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
}
