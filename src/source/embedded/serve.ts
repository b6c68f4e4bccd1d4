import { Socket } from 'node:net'
import type { Column } from '../../result.ts'
import { FrameReader, messageFrame } from './frames.ts'
import { creditBatches, type Failure, type FromEngine, type ToEngine } from './messages.ts'

/** One task, seen from the engine. */
export class Work {
  readonly id: number
  readonly #pipe: Socket
  #credit = creditBatches
  #wake: (() => void) | undefined
  #onStop: (() => void) | undefined
  stopped = false

  constructor(id: number, pipe: Socket) {
    this.id = id
    this.#pipe = pipe
  }

  columns(columns: readonly Column[]): void {
    this.send({ columns })
  }

  /** Sends a batch; the promise is there only when the gateway must first take what it has. */
  batch(frame: Buffer): Promise<void> | undefined {
    this.#credit--
    this.#pipe.write(frame)
    this.#pipe.uncork()
    if (this.#credit > 0 || this.stopped) return undefined
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** The last batch, which goes together with what follows it. */
  lastBatch(frame: Buffer): void {
    this.#pipe.write(frame)
  }

  send(message: FromEngine): void {
    if (this.#pipe.writableCorked === 0) {
      this.#pipe.cork()
      process.nextTick(() => this.#pipe.uncork())
    }
    this.#pipe.write(messageFrame(this.id, message))
  }

  more(count: number): void {
    this.#credit += count
    if (this.#credit > 0) this.#wakeUp()
  }

  /** Called by the gateway's wish; `act` interrupts what the engine is doing. */
  stop(): void {
    this.stopped = true
    this.#onStop?.()
    this.#wakeUp()
  }

  onStop(act: (() => void) | undefined): void {
    this.#onStop = act
    if (this.stopped) act?.()
  }

  #wakeUp(): void {
    this.#wake?.()
    this.#wake = undefined
  }
}

export type Ops = Readonly<Record<string, (args: never, work: Work) => unknown>>

/** The main loop of an engine's process: reads tasks from the pipe, answers them, and ends the process when the pipe closes. */
export function serve(ops: Ops, failureOf: (error: unknown) => Failure): void {
  const pipe = new Socket({ fd: 3, readable: true, writable: true })
  const tasks = new Map<number, Work>()
  const begin = async (id: number, op: string, args: unknown): Promise<void> => {
    const work = new Work(id, pipe)
    tasks.set(id, work)
    try {
      const act = ops[op] as ((args: unknown, work: Work) => unknown) | undefined
      if (act === undefined) throw new Error(`The engine knows no task ${op}.`)
      const answer = await act(args, work)
      work.send({ done: answer ?? null })
    } catch (error) {
      work.send({ failed: failureOf(error) })
    } finally {
      tasks.delete(id)
    }
  }
  const reader = new FrameReader(({ id, body }) => {
    const message = JSON.parse(body.toString('utf8')) as ToEngine
    if ('op' in message) void begin(id, message.op, message.args)
    else if ('more' in message) tasks.get(id)?.more(message.more)
    else tasks.get(id)?.stop()
  })
  const end = () => process.kill(process.pid, 'SIGKILL')
  pipe.on('data', (chunk: Buffer) => reader.push(chunk))
  pipe.on('error', end)
  pipe.on('close', end)
}
