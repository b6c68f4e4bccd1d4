import type { Answer, AskStep } from '../../src/answer.ts'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { openShop, type Shop, type Who } from '../ask/shop.ts'

/** The shop behind the HTTP door, with the stand-in for the engine, and what its clients do. */
export type Door = Readonly<{
  shop: Shop
  server: HttpServer
  send(who: Who, method: string, path: string, body?: unknown): Promise<Response>
  json<T = Json>(who: Who, method: string, path: string, body?: unknown): Promise<Readonly<{ status: number; body: T }>>
  /** The objects of a stream, in their order. */
  stream(who: Who, body: unknown, signal?: AbortSignal): Promise<readonly Event[]>
  close(): Promise<void>
}>
export type Json = Record<string, unknown> & { error?: { code: string; message: string } }
export type Event = {
  type: string
  session_id?: string
  content?: string
  error?: string
  answer?: Answer
  message?: number
  rows?: unknown[][]
} & Partial<AskStep> &
  Json

export async function openDoor(more = ''): Promise<Door> {
  const shop = await openShop('sqlite', more)
  const server = await serveHttp(shop.parts, { host: '127.0.0.1', port: 0 })
  const send: Door['send'] = (who, method, path, body) =>
    fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${shop.key(who)}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return {
    shop,
    server,
    send,
    async json(who, method, path, body) {
      const response = await send(who, method, path, body)
      return { status: response.status, body: (await response.json()) as never }
    },
    async stream(who, body) {
      const response = await send(who, 'POST', '/api/chat/message/stream', body)
      return eventsIn(await response.text())
    },
    async close() {
      await server.close()
      await shop.close()
    },
  }
}

export const eventsIn = (text: string): Event[] =>
  text
    .split('\n\n')
    .filter((one) => one !== '')
    .map((one) => {
      if (!one.startsWith('data: ')) throw new Error(`not an event of data: ${one}`)
      return JSON.parse(one.slice('data: '.length)) as Event
    })
