import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { publicError, SluiceError } from '../../error.ts'
import { PROTOCOL } from './hello.ts'

export type { WebSocket } from 'ws'

/** Makes sockets of requests; answers a request that is no proper handshake by itself. */
export type Sockets = Readonly<{
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, opened: (ws: WebSocket) => void): void
}>

/** What the ws package finds wrong by itself, by the code with which it then closes. */
const wrong: Readonly<Record<number, string>> = {
  1002: 'The frames do not follow RFC 6455.',
  1007: 'A message is not UTF-8.',
  1009: 'A message is larger than this server takes.',
}

/** Pieces of one message that a client may send; more would be a way to keep much memory busy with few bytes. */
const fragmentsMax = 1_024
/** Who is told to close and does not is cut off. */
const closeMsMax = 2_000

/** The ws package, loaded when the first client comes. */
export async function webSockets(messageBytesMax: number): Promise<Sockets> {
  const { WebSocket: Base, WebSocketServer } = await import('ws')

  /** Says why before it closes, also when the package closes by itself. */
  class Telling extends Base {
    override close(code?: number, reason?: string | Buffer): void {
      const message = code === undefined ? undefined : wrong[code]
      if (message !== undefined && this.readyState === Base.OPEN) {
        this.send(JSON.stringify({ type: 'error', error: publicError(new SluiceError('socket_refused', message)) }))
      }
      super.close(code, reason)
      setTimeout(() => this.terminate(), closeMsMax).unref()
    }
  }

  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: messageBytesMax,
    maxFragments: fragmentsMax,
    WebSocket: Telling,
    // A key that was offered as a protocol is never sent back.
    handleProtocols: (protocols) => (protocols.has(PROTOCOL) ? PROTOCOL : false),
  })
  return { accept: (request, socket, head, opened) => server.handleUpgrade(request, socket, head, opened) }
}
