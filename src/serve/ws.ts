import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Credential } from '../call.ts'
import { publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { limits } from '../limits.ts'
import { tellUnnamed } from '../log/log.ts'
import type { Principal } from '../principal.ts'
import { type Challenger, headersOf } from './authorization.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import type { Run } from './tool-call.ts'
import { type Labels, labelsOf, offered } from './ws/hello.ts'
import type { Session, SessionLimits } from './ws/session.ts'
import { type Sockets, webSockets } from './ws/socket.ts'

export const WS_PATH = '/ws'

/** What one server and one caller may have open at once, beside what holds for each socket. */
export type WsLimits = SessionLimits & Readonly<{ socketsMax: number; socketsEachMax: number; messageBytesMax: number }>

export const wsLimits: WsLimits = {
  socketsMax: 2_000,
  socketsEachMax: 64,
  messageBytesMax: 1024 * 1024,
  queriesMax: 8,
  messagesPerSecond: 50,
  burst: 100,
  bufferedBytesMax: 512 * 1024,
  beatMs: 30_000,
  progressMs: 1_000,
}

export type WsSetting = Readonly<{
  parts: Parts
  door: Gate
  challenge: Challenger
  run: Run | undefined
  limits?: Partial<WsLimits> | undefined
}>

/** The WebSocket door of one HTTP server. */
export type Ws = Readonly<{
  /** Whether this request asks to become a socket of ours. */
  wants(request: IncomingMessage): boolean
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Takes no new messages, lets running queries end within `limits.drainMsMax`, then ends them. */
  close(): Promise<void>
}>

/** What `GET /ws` answers to those who do not ask for a WebSocket. */
export const upgradeRequired = (exchange: Exchange): void => {
  const error = publicError(new SluiceError('socket_refused', 'This route speaks WebSocket only.'))
  exchange.json(426, { error: { ...error, status: 426 } }, ['Upgrade', 'websocket', 'Connection', 'Upgrade'])
}

export function openWs({ parts, door, challenge, run, limits: given }: WsSetting): Ws {
  const bounds = { ...wsLimits, ...given }
  const sessions = new Set<Session>()
  const byPrincipal = new Map<string, number>()
  let opening = 0
  let sockets: Promise<Sockets> | undefined
  let stopping = false

  /** Counts a socket; throws `concurrency_limited`. The answer must be called once, when it has gone. */
  const counted = ({ name }: Principal): (() => void) => {
    const own = byPrincipal.get(name) ?? 0
    if (opening + sessions.size >= bounds.socketsMax || own >= bounds.socketsEachMax) {
      throw new SluiceError('concurrency_limited', 'There are too many open sockets.', { hint: 'Close a socket that you do not need.' })
    }
    byPrincipal.set(name, own + 1)
    return () => {
      const left = (byPrincipal.get(name) ?? 1) - 1
      if (left === 0) byPrincipal.delete(name)
      else byPrincipal.set(name, left)
    }
  }

  const open = async (request: IncomingMessage, socket: Duplex, head: Buffer, credential: Credential, labels: Labels) => {
    const principal = await parts.now().auth.identify(credential)
    if (stopping) throw new SluiceError('stopping', 'The gateway is stopping.')
    const release = counted(principal)
    opening++
    try {
      sockets ??= webSockets(bounds.messageBytesMax)
      const [{ accept }, { Session }] = await Promise.all([sockets, import('./ws/session.ts')])
      let opened = false
      accept(request, socket, head, (ws) => {
        opened = true
        const session = new Session(ws, { parts, credential, principal, labels, run, limits: bounds })
        sessions.add(session)
        ws.once('close', () => {
          sessions.delete(session)
          release()
        })
      })
      if (!opened) release()
    } finally {
      opening--
    }
  }

  return {
    wants: ({ url, headers }) => pathOf(url) === WS_PATH && headers.upgrade?.toLowerCase() === 'websocket',
    upgrade(request, socket, head) {
      // Whoever leaves in the middle of being let in leaves nothing behind.
      socket.on('error', () => socket.destroy())
      let headers: readonly string[] = []
      const refuse = (caught: unknown) => {
        tellUnnamed(parts.log, undefined, caught)
        refused(socket, caught, [...headersOf(publicError(caught), challenge(request)), ...headers])
      }
      try {
        headers = door.check(request)
        if (stopping) throw new SluiceError('stopping', 'The gateway is stopping.')
        const labels = labelsOf(request.url ?? '')
        open(request, socket, head, credentialOf(request, door), labels).catch(refuse)
      } catch (caught) {
        refuse(caught)
      }
    },
    async close() {
      stopping = true
      for (const session of sessions) session.stop()
      const late = setTimeout(() => {
        for (const session of sessions) session.end(new SluiceError('stopping', 'The gateway is stopping.'))
      }, limits.drainMsMax)
      await Promise.all([...sessions].map(({ gone }) => gone))
      clearTimeout(late)
    },
  }
}

const pathOf = (url = '') => url.split('?', 1)[0]

/** A page cannot set headers on a socket, so it may offer its key as a second protocol, which is never answered. */
function credentialOf(request: IncomingMessage, door: Gate): Credential {
  const { token } = offered(request.headers['sec-websocket-protocol'])
  const shown = door.credential(request)
  if (token === undefined) return shown
  if (request.headers.authorization !== undefined) {
    throw new SluiceError('credential_unknown', 'Two credentials were sent: one as a header and one as a protocol.')
  }
  return { kind: 'bearer', token }
}

/** The answer to a request that becomes no socket, as every other route of the server would give it. */
function refused(socket: Duplex, caught: unknown, headers: readonly string[]): void {
  if (socket.destroyed || !socket.writable) return
  const error = publicError(caught)
  const body = JSON.stringify({ error })
  const lines = [`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`, 'Content-Type: application/json']
  lines.push(`Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close')
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`)
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
