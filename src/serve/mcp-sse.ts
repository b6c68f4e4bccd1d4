import { randomBytes } from 'node:crypto'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Group } from '../tools/declared.ts'
import { jsonBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import { ownerOf } from './mcp-calls.ts'
import { Connection } from './mcp-connection.ts'
import { endWith } from './mcp-events.ts'
import { groupsOf } from './mcp-groups.ts'
import type { Tasks } from './mcp-tasks.ts'
import { LineOut } from './stdio-out.ts'
import type { Run } from './tool-call.ts'

export type SseSetting = Readonly<{
  /** Where clients send to; told to each when it connects. */
  messagesPath: string
  groups: readonly Group[] | undefined
  run: Run | undefined
  tasks: Tasks
  taskAfterMs?: number | undefined
  lookMs?: number | undefined
  /** How often a comment keeps a silent stream open; `BEAT_MS` unless said otherwise. */
  beatMs?: number | undefined
  sessionsMax?: number | undefined
}>

const BEAT_MS = 15_000
const SESSIONS_MAX = 2_000
/** What a client has not read yet; one that asks and asks and never reads is let go. */
const BACKLOG_MAX = 8 * 1024 * 1024

type Listener = Readonly<{ owner: string; connection: Connection; out: LineOut; response: Exchange['response'] }>

/**
 * MCP's transport of revision 2024-11-05: `GET` opens a stream of events, the first of which tells where to `POST` messages; answers come as
 * events. A stream belongs to who opened it, and ends its calls when it closes.
 */
export class Sse {
  readonly #parts: Parts
  readonly #setting: SseSetting
  readonly #open = new Map<string, Listener>()

  constructor(parts: Parts, setting: SseSetting) {
    this.#parts = parts
    this.#setting = setting
  }

  /** `GET /sse`; lasts until the client leaves. Throws as `auth` does, `field_invalid` and `concurrency_limited`. */
  readonly listen = async (exchange: Exchange): Promise<void> => {
    const { response, credential } = exchange
    const { run, tasks, taskAfterMs, lookMs, messagesPath, beatMs = BEAT_MS, sessionsMax = SESSIONS_MAX } = this.#setting
    const groups = groupsOf(exchange, this.#setting.groups)
    const principal = await this.#parts.now().auth.identify(credential)
    const owner = ownerOf(principal)
    const own = [...this.#open.values()].filter((listener) => listener.owner === owner).length
    // One principal alone takes at most half of them.
    if (this.#open.size >= sessionsMax || own >= sessionsMax / 2) {
      const hint = 'Close clients that are not used, or connect to /mcp, which keeps no streams.'
      throw new SluiceError('concurrency_limited', `There are ${own} open streams of yours, and ${this.#open.size} in all.`, { hint })
    }
    const id = randomBytes(16).toString('hex')
    exchange.lasting = true
    exchange.contentType = 'text/event-stream'
    exchange.begin(200, ['Cache-Control', 'no-cache, no-transform', 'X-Accel-Buffering', 'no'])
    response.write(`event: endpoint\ndata: ${messagesPath}?session_id=${id}\n\n`)
    const out = new LineOut(response, { before: 'event: message\ndata: ', after: '\n\n' })
    const open = async () => this.#parts
    const connection = new Connection({ open, credential, groups: () => groups, out, run, tasks, taskAfterMs, lookMs })
    this.#open.set(id, { owner, connection, out, response })
    endWith(principal, this.#parts.now(), exchange)
    const beat = setInterval(() => out.aside(': \n\n'), beatMs)
    await new Promise((resolve) => (response.destroyed ? resolve(undefined) : response.once('close', resolve)))
    clearInterval(beat)
    this.#open.delete(id)
    await connection.close()
  }

  /** `POST /messages/?session_id=…`: 202 at once. Throws as `auth` does, and `route_unknown` for a stream that is not the caller's. */
  readonly post = async (exchange: Exchange): Promise<void> => {
    groupsOf(exchange, undefined)
    const url = exchange.request.url!
    const id = new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('session_id') ?? ''
    const owner = ownerOf(await this.#parts.now().auth.identify(exchange.credential))
    const listener = this.#open.get(id)
    if (!listener || listener.owner !== owner) {
      const hint = 'Open the stream again and post to the address that its first event tells.'
      throw new SluiceError('route_unknown', 'There is no such open stream.', { hint })
    }
    const message = await jsonBody(exchange)
    if (listener.out.backlog > BACKLOG_MAX) {
      listener.response.destroy()
      throw new SluiceError('concurrency_limited', 'The stream was closed, because its client did not read.')
    }
    exchange.response.writeHead(202, ['Content-Type', 'text/plain', ...exchange.headers]).end('Accepted')
    listener.connection.message(message)
  }

  close(): void {
    for (const { response } of this.#open.values()) response.destroy()
  }
}
