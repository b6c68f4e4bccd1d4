/**
 * What passes between the gateway and an engine's process: frames of a 16-byte head (four little-endian 32-bit numbers: length of the
 * body, kind, id of the task, rows) and a body. A message is JSON; a batch is `rows` 32-bit offsets followed by the rows as JSON bytes.
 */
const headBytes = 16
export const frameKind = { message: 0, batch: 1 } as const
/** A longer frame is no frame of ours; the process that sent it is ended. */
const bodyBytesMax = 0x7fff_ffff

export type Frame = Readonly<{ kind: number; id: number; rows: number; body: Buffer }>

/** A message for the other side, ready to be written. */
export function messageFrame(id: number, message: unknown): Buffer {
  const text = JSON.stringify(message)
  const length = Buffer.byteLength(text)
  const frame = Buffer.allocUnsafe(headBytes + length)
  writeHead(frame, length, frameKind.message, id, 0)
  frame.write(text, headBytes)
  return frame
}

/** Rows for the other side, ready to be written: `ends` and `json` are copied, so the caller may use both again. */
export function batchFrame(id: number, rows: number, ends: Uint32Array, json: Buffer, jsonBytes: number): Buffer {
  const endsBytes = rows * 4
  const frame = Buffer.allocUnsafe(headBytes + endsBytes + jsonBytes)
  writeHead(frame, endsBytes + jsonBytes, frameKind.batch, id, rows)
  Buffer.from(ends.buffer, ends.byteOffset, endsBytes).copy(frame, headBytes)
  json.copy(frame, headBytes + endsBytes, 0, jsonBytes)
  return frame
}

function writeHead(frame: Buffer, length: number, kind: number, id: number, rows: number): void {
  frame.writeUInt32LE(length, 0)
  frame.writeUInt32LE(kind, 4)
  frame.writeUInt32LE(id, 8)
  frame.writeUInt32LE(rows, 12)
}

/** Puts frames together again from the pieces in which a pipe delivers them. Each body is memory of its own, aligned for 32-bit numbers. */
export class FrameReader {
  readonly #onFrame: (frame: Frame) => void
  readonly #head = Buffer.alloc(headBytes)
  #headFilled = 0
  #body: Buffer | undefined
  #bodyFilled = 0

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame
  }

  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#body === undefined) {
        const taken = chunk.copy(this.#head, this.#headFilled, at, at + headBytes - this.#headFilled)
        at += taken
        this.#headFilled += taken
        if (this.#headFilled < headBytes) return
        const length = this.#head.readUInt32LE(0)
        if (length > bodyBytesMax) throw new Error('A frame of the engine is too long.')
        this.#body = Buffer.allocUnsafeSlow(length)
        this.#bodyFilled = 0
      }
      const taken = chunk.copy(this.#body, this.#bodyFilled, at)
      at += taken
      this.#bodyFilled += taken
      if (this.#bodyFilled === this.#body.length) this.#deliver(this.#body)
    }
  }

  #deliver(body: Buffer): void {
    this.#body = undefined
    this.#headFilled = 0
    this.#onFrame({ kind: this.#head.readUInt32LE(4), id: this.#head.readUInt32LE(8), rows: this.#head.readUInt32LE(12), body })
  }
}
