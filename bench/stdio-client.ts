import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

type Reply = Readonly<{ bytes: number; body: Buffer | undefined }>

/** A server started as an MCP client starts it: one JSON text a line, both ways. */
export class Pipe {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #waiting = new Map<number, { keep: boolean; settle(reply: Reply): void }>()
  #parts: Buffer[] = []

  constructor(command: readonly string[]) {
    this.#child = spawn(command[0]!, command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child.stdout.on('data', (chunk: Buffer) => this.#data(chunk))
  }

  get pid(): number {
    return this.#child.pid!
  }

  async initialize(): Promise<void> {
    await this.send(initializeText, 0, false)
    this.notify('notifications/initialized', {})
  }

  send(line: string, id: number, keep: boolean): Promise<Reply> {
    return new Promise((settle) => {
      this.#waiting.set(id, { keep, settle })
      this.#child.stdin.write(`${line}\n`)
    })
  }

  notify(method: string, params: object): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`)
  }

  /** Closes its input, as a client that goes away does. */
  closeInput(): void {
    this.#child.stdin.end()
  }

  /** Ends the server and waits until it has gone. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill()
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 15_000)
    await gone
    clearTimeout(late)
  }

  #data(chunk: Buffer): void {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.#parts.push(chunk.subarray(from, end))
      from = end + 1
      const parts = this.#parts
      this.#parts = []
      this.#line(parts)
    }
    if (from < chunk.length) this.#parts.push(chunk.subarray(from))
  }

  #line(parts: Buffer[]): void {
    // The id stands near the beginning or near the end; the middle is not looked at.
    const id = idIn(parts[0]!.toString('latin1', 0, 120)) ?? idIn(parts.at(-1)!.subarray(-120).toString('latin1'))
    const waiting = id === undefined ? undefined : this.#waiting.get(id)
    if (!waiting) return
    this.#waiting.delete(id!)
    const bytes = parts.reduce((sum, part) => sum + part.length, 0)
    waiting.settle({ bytes, body: waiting.keep ? Buffer.concat(parts) : undefined })
  }
}

const idIn = (text: string): number | undefined => {
  const found = /"id": ?(\d+)/.exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}

export const initializeText = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
})
