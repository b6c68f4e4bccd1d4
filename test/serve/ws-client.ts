import { afterEach, expect } from 'vitest'
import WebSocket from 'ws'
import { until as holds, type Started } from './running.ts'

export type Message = { type: string; id?: string | number; rows?: unknown; error?: { code: string; message: string } } & Record<
  string,
  unknown
>

/** A client of the ws package that keeps what it is told. */
export class Client {
  readonly ws: WebSocket
  readonly seen: Message[] = []
  closed: number | undefined
  constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('message', (data, binary) => {
      expect(binary).toBe(false)
      this.seen.push(JSON.parse(String(data)) as Message)
    })
    ws.on('close', (code) => {
      this.closed = code
    })
    ws.on('error', () => undefined)
  }
  send(message: unknown): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message))
  }
  of(id: string | number | undefined): Message[] {
    return this.seen.filter((message) => message.id === id && message.type !== 'progress')
  }
  async last(id: string | number | undefined, type?: string): Promise<Message> {
    const ends = (message: Message) => (type ? message.type === type : ['done', 'error', 'pong'].includes(message.type))
    await holds(() => this.of(id).some(ends))
    return this.of(id).find(ends)!
  }
  async gone(): Promise<number> {
    await holds(() => this.closed !== undefined)
    return this.closed!
  }
}

const clients: WebSocket[] = []
afterEach(() => {
  for (const ws of clients.splice(0)) ws.terminate()
})

export type Ask = Readonly<{ query?: string; protocols?: string[]; headers?: Record<string, string>; options?: WebSocket.ClientOptions }>

export async function connected(
  server: Started,
  { query = '', protocols = ['sluice'], headers = {}, options = {} }: Ask = {},
): Promise<Client> {
  const ws = new WebSocket(`${server.url.replace('http', 'ws')}/ws${query}`, protocols, { headers, ...options })
  clients.push(ws)
  const client = new Client(ws)
  await new Promise<void>((resolve, reject) => {
    ws.once('open', () => resolve())
    ws.once('error', reject)
  })
  return client
}

/** The HTTP answer to a socket that was not let in. */
export function turnedAway(server: Started, { query = '', protocols = ['sluice'], headers = {} }: Ask = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; error: Record<string, unknown> }>((resolve, reject) => {
    const ws = new WebSocket(`${server.url.replace('http', 'ws')}/ws${query}`, protocols, { headers })
    ws.on('error', () => undefined)
    ws.on('open', () => reject(new Error('was let in')))
    ws.on('unexpected-response', (_request, response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += String(chunk)
      })
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, error: JSON.parse(text).error }))
    })
  })
}

export const stranger = { 'x-forwarded-for': '203.0.113.9' }
