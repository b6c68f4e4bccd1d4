import { connect, type Socket } from 'node:net'
import { afterEach } from 'vitest'
import { type HttpOptions, type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { type HandsOptions, hands, nothingSeen, runDouble, type Seen } from './doubles.ts'

/** Servers and sockets of one test, ended after it. */
const open: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

export type Started = HttpServer & { readonly seen: Seen; readonly port: number }

/** A server on a free port of the loopback over the doubles. */
export async function started(options: Partial<HttpOptions> & { hands?: HandsOptions } = {}): Promise<Started> {
  const seen = nothingSeen()
  const parts = hands({ seen, ...options.hands })
  const server = await serveHttp(parts, { host: '127.0.0.1', port: 0, run: runDouble(seen, parts.auth), ...options })
  open.push(() => server.close())
  return { ...server, seen, port: Number(new URL(server.url).port) }
}

export const json = { 'content-type': 'application/json' }
export const both = { ...json, accept: 'application/json, text/event-stream' }

export const post = (url: string, body: unknown, headers: Record<string, string> = json) =>
  fetch(url, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) })

export const toolCall = (sql: string, more: object = {}, id: string | number = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'execute_sql', arguments: { sql }, ...more },
})

/** Bytes as they are, for what no client would send. Resolves with all that came until the other side closed or said enough. */
export function raw(port: number, bytes: string | Buffer, enough: (text: string) => boolean = () => false): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = opened(port)
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      if (!enough(text)) return
      socket.destroy()
      resolve(text)
    })
    socket.once('close', () => resolve(text))
    socket.once('error', (error) => (text === '' ? reject(error) : resolve(text)))
    socket.write(bytes)
  })
}

/** A socket that is closed after the test. */
export function opened(port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  open.push(() => void socket.destroy())
  return socket
}

export const request = (path: string, body: string, headers: readonly string[] = []) =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
    '',
    body,
  ].join('\r\n')

/** Waits until a fact holds; the runner's own time limit ends it otherwise. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}
