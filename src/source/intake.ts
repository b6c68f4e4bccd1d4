import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

const roomLeast = 16 * 1024
const sizeUsual = 64 * 1024
const sizeKept = 256 * 1024

/**
 * Bytes as they come from a socket, in one buffer that is used again and again: the kernel writes behind what is not yet
 * understood, so a whole message is never copied and nothing is left to the garbage collector. Bytes are moved only in `took`, because
 * the socket holds the place where it will write next.
 */
export class Intake {
  bytes: Buffer = Buffer.allocUnsafeSlow(sizeUsual)
  start = 0
  end = 0
  /** False while a driver still logs in. */
  live = false
  /** Called with every arrival; understands what it can and moves `start`. */
  arrived: () => void = () => {}

  /** Where the next bytes belong. */
  readonly space = (): Buffer => (this.end === 0 ? this.bytes : this.bytes.subarray(this.end))

  /** The socket has written `count` bytes at `space`. */
  readonly took = (count: number): boolean => {
    this.end += count
    this.arrived()
    this.#tidy()
    return true
  }

  /** For sockets that bring their own buffers (TLS). */
  add(chunk: Buffer): void {
    if (this.bytes.length - this.end < chunk.length) this.#resize(this.end - this.start + chunk.length)
    chunk.copy(this.bytes, this.end)
    this.took(chunk.length)
  }

  #tidy(): void {
    const left = this.end - this.start
    if (left === 0 && this.bytes.length > sizeKept) {
      this.#resize(sizeUsual)
    } else if (this.start > 0) {
      if (left > 0) this.bytes.copyWithin(0, this.start, this.end)
      this.start = 0
      this.end = left
    }
    if (this.bytes.length - this.end < roomLeast) this.#resize(this.bytes.length * 2)
  }

  #resize(size: number): void {
    const resized = Buffer.allocUnsafeSlow(Math.max(size, sizeUsual))
    this.bytes.copy(resized, 0, this.start, this.end)
    this.bytes = resized
    this.end -= this.start
    this.start = 0
  }
}

/**
 * A socket for a driver that listens to `data` while it connects and logs in; after `takeOver` its bytes are read into the
 * intake. This is a socket of ours rather than the driver's because only its maker can give a socket a buffer to read into.
 */
export function plainSocket(intake: Intake): Socket {
  const socket: Socket = new Socket({
    onread: {
      buffer: intake.space,
      callback: (count, buffer) => {
        if (intake.live) return intake.took(count)
        socket.emit('data', Buffer.from(buffer.subarray(0, count)))
        return true
      },
    },
  })
  return socket
}

/** From now on the driver hears nothing and the intake everything. `direct`: the stream came from `plainSocket`. */
export function takeOver(stream: Duplex, intake: Intake, direct: boolean): void {
  stream.removeAllListeners('data')
  intake.live = true
  if (!direct) stream.on('data', (chunk: Buffer) => intake.add(chunk))
}
