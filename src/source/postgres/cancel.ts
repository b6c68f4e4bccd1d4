import { connect, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

const cancelRequestCode = 80_877_102
const sslRequestCode = 80_877_103
const cancelMsMax = 5_000

export type CancelTarget = Readonly<{
  host: string
  port: number
  tls: ConnectionOptions | undefined
  processId: number
  secretKey: number
}>

/**
 * Asks the server, over a connection of its own as the protocol wants it, to end what another connection runs. Resolves when the
 * server has closed this connection, which it does after it has sent the signal; rejects when it could not be asked.
 */
export function cancel(target: CancelTarget): Promise<void> {
  const { host, port, tls } = target
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
  socket.setNoDelay(true)
  const late = setTimeout(() => socket.destroy(), cancelMsMax)
  return new Promise<void>((resolve, reject) => {
    let sent = false
    const over = (error?: unknown): void => {
      clearTimeout(late)
      if (sent) resolve()
      else reject(error ?? new Error('The server closed the connection that was to cancel a query.'))
    }
    const send = (stream: Socket): void => {
      sent = true
      stream.write(message(cancelRequestCode, target.processId, target.secretKey))
      stream.resume()
    }
    socket.on('error', over)
    socket.on('close', () => over())
    socket.once('connect', () => {
      if (!tls) return send(socket)
      socket.write(message(sslRequestCode))
      socket.once('data', (answer: Buffer) => {
        if (answer[0] !== 0x53) return socket.destroy()
        const secure = connectTls({ ...tls, socket }, () => send(secure))
        secure.on('error', over)
        secure.on('close', () => over())
      })
    })
  })
}

function message(...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + words.length * 4)
  bytes.writeInt32BE(bytes.length, 0)
  words.forEach((word, i) => {
    bytes.writeInt32BE(word, 4 + i * 4)
  })
  return bytes
}
