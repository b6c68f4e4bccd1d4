/**
 * The floor: the least that a Node server must do to answer the same calls with the same driver. No checks, no rewriting, no audit,
 * no receipt. It streams with backpressure and ends a query when its caller leaves, because a server that does not is no measure.
 *
 *   node bench/floor.ts pg|mysql URL http PORT
 *   node bench/floor.ts pg|mysql URL stdio
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** Where the floor's rows go: pieces of JSON text. `false` asks for a pause until `onDrain`. */
export type Out = { write(piece: string): boolean; onDrain(go: () => void): void }
export type Floor = {
  /** Writes the rows as JSON objects with commas between them; `abort` is called by the door when the caller leaves. */
  query(sql: string, params: readonly unknown[], out: Out, onAbort: (abort: () => void) => void): Promise<void>
}

type Message = {
  id?: number | string
  method?: string
  params?: { name?: string; requestId?: number | string; arguments?: { sql?: string; params?: unknown[] } }
}

const pieceBytes = 64 * 1024
const [kind, url, door, port] = process.argv.slice(2) as [string, string, string, string | undefined]
// A plain server loads its one driver at the top.
const floor: Floor = (await import(kind === 'mysql' ? './floor-mysql.ts' : './floor-postgres.ts')).open(url)

const tool = { name: 'execute_sql', inputSchema: { type: 'object', properties: { sql: { type: 'string' } }, required: ['sql'] } }
const answers: Record<string, unknown> = {
  initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'floor', version: '0' } },
  'tools/list': { tools: [tool] },
}

/** Rows gathered into pieces; a small answer stays one piece. */
async function call(message: Message, out: Out & { first?: () => void }, onAbort: (abort: () => void) => void): Promise<string> {
  let text = `{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"result":{"content":[],"structuredContent":{"rows":[`
  const gather: Out = {
    write(piece) {
      text += piece
      if (text.length < pieceBytes) return true
      const full = text
      text = ''
      return out.write(full)
    },
    onDrain: (go) => out.onDrain(go),
  }
  const args = message.params?.arguments ?? {}
  await floor.query(args.sql ?? '', args.params ?? [], gather, onAbort)
  return `${text}]}}}`
}

const failed = (message: Message, error: unknown) =>
  JSON.stringify({ jsonrpc: '2.0', id: message.id, error: { code: -32000, message: String(error) } })

function overHttp(request: IncomingMessage, response: ServerResponse): void {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => void answerHttp(parts.length === 1 ? parts[0]! : Buffer.concat(parts), response))
}

async function answerHttp(body: Buffer, response: ServerResponse): Promise<void> {
  const message = JSON.parse(body.toString()) as Message
  const known = answers[message.method ?? '']
  if (known) return end(response, JSON.stringify({ jsonrpc: '2.0', id: message.id, result: known }))
  const out: Out = { write: (piece) => stream(response, piece), onDrain: (go) => response.once('drain', go) }
  const onAbort = (abort: () => void) => void response.once('close', () => response.writableEnded || abort())
  try {
    end(response, await call(message, out, onAbort))
  } catch (error) {
    if (!response.headersSent) end(response, failed(message, error))
    else response.destroy()
  }
}

function stream(response: ServerResponse, piece: string): boolean {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' })
  return response.write(piece)
}

function end(response: ServerResponse, text: string): void {
  if (response.headersSent) return void response.end(text)
  const body = Buffer.from(text)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
}

function overStdio(): void {
  const running = new Map<number | string, () => void>()
  let rest = ''
  const say = (text: string) => process.stdout.write(text)
  const answer = async (message: Message) => {
    const known = answers[message.method ?? '']
    if (known) return say(`${JSON.stringify({ jsonrpc: '2.0', id: message.id, result: known })}\n`)
    if (message.method === 'notifications/cancelled') return running.get(message.params?.requestId ?? '')?.()
    if (message.method !== 'tools/call') return
    await speak(message, running, say)
  }
  process.stdin.setEncoding('utf8')
  process.stdin.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const line of lines) if (line) void answer(JSON.parse(line) as Message)
  })
  process.stdin.on('end', () => {
    for (const abort of running.values()) abort()
    setTimeout(() => process.exit(0), 200)
  })
}

// Answers must not mix on the one pipe: one that has begun to stream holds the others back.
let turn: Promise<void> = Promise.resolve()

async function speak(message: Message, running: Map<number | string, () => void>, say: (text: string) => boolean): Promise<void> {
  const held: string[] = []
  let gained: Promise<void> | undefined
  let mine = false
  let release = () => {}
  const take = (): Promise<void> => {
    const before = turn
    turn = new Promise((resolve) => {
      release = resolve
    })
    gained = before.then(() => {
      mine = true
      for (const piece of held.splice(0)) say(piece)
    })
    return gained
  }
  const out: Out = {
    write(piece) {
      if (mine) return say(piece)
      held.push(piece)
      if (!gained) void take()
      return false
    },
    onDrain: (go) => void (mine ? process.stdout.once('drain', go) : gained?.then(go)),
  }
  let last: string
  try {
    last = await call(message, out, (abort) => running.set(message.id!, abort))
  } catch (error) {
    last = gained ? '' : failed(message, error)
  }
  running.delete(message.id!)
  await (gained ?? take())
  say(`${last}\n`)
  release()
}

if (door === 'stdio') overStdio()
else createServer((request, response) => overHttp(request, response)).listen(Number(port), '127.0.0.1')
