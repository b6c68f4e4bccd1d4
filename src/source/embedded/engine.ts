import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Sink } from '../../result.ts'
import { type Frame, FrameReader, frameKind, messageFrame } from './frames.ts'
import type { Failure, FromEngine, ToEngine } from './messages.ts'
import { Task } from './task.ts'

export type EngineName = 'sqlite' | 'duckdb'

/** An engine that had nothing to do for so long is ended. */
const idleMsMax = 10 * 60_000

/** Rows live for a moment only, so a small nursery costs nothing and saves some sixty megabytes in a large answer. */
const nodeFlags = ['--no-warnings', '--max-semi-space-size=2', '--max-old-space-size=512']

/** The program of an engine: a TypeScript file beside this one while developing, a bundle beside our bundle when built. */
function engineFile(name: EngineName): URL {
  return import.meta.url.endsWith('.ts') ? new URL(`./engine-${name}.ts`, import.meta.url) : new URL(`./engine-${name}.js`, import.meta.url)
}

/** What an engine answered to a task; `engineCode` is its own code. Its text may name files, so it is a cause and never a message. */
export class EngineError extends Error {
  readonly engineCode: string | number | undefined
  constructor({ message, code }: Failure) {
    super(message)
    this.name = 'EngineError'
    this.engineCode = code
  }
}

/** The process ended although nobody asked it to. */
export class EngineGone extends Error {
  /** True when nothing of the answer had come, so that the task may be tried again. */
  readonly untouched: boolean
  constructor(how: string, untouched: boolean) {
    super(`The process of the engine has ended (${how}).`)
    this.name = 'EngineGone'
    this.untouched = untouched
  }
}

/**
 * One engine in a process of its own, so that a query which cannot be interrupted can still be ended, and a crash is not ours. The
 * process gets none of our environment, cannot print, and ends itself when we do.
 */
export class Engine {
  readonly #child: ChildProcess
  readonly #pipe: Socket
  readonly #tasks = new Map<number, Task>()
  readonly #exited = Promise.withResolvers<void>()
  #nextId = 1
  #alive = true
  #idleTimer: NodeJS.Timeout | undefined

  constructor(name: EngineName) {
    const { NODE_COMPILE_CACHE, TZ } = process.env
    this.#child = spawn(process.execPath, [...nodeFlags, fileURLToPath(engineFile(name))], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      env: { ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }), ...(TZ && { TZ }) },
    })
    this.#pipe = this.#child.stdio[3] as Socket
    const reader = new FrameReader((frame) => this.#receive(frame))
    this.#pipe.on('data', (chunk: Buffer) => reader.push(chunk))
    this.#pipe.on('error', () => this.#child.kill('SIGKILL'))
    this.#child.once('error', (error) => this.#ended(error.message))
    this.#child.once('exit', (code, signal) => this.#ended(signal ?? `code ${code}`))
    this.#rest()
  }

  get alive(): boolean {
    return this.#alive
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Resolves when the process has ended, for whatever reason. */
  get gone(): Promise<void> {
    return this.#exited.promise
  }

  /** Starts a task; its rows go to `sink`. `graceMs` after a stop that is not obeyed the process is killed. */
  start(op: string, args: unknown, sink: Sink | undefined, graceMs: number): Task {
    const id = this.#nextId++
    const task = new Task({
      sink,
      graceMs,
      send: (message: ToEngine) => this.#send(id, message),
      kill: () => this.kill(),
      settled: () => {
        this.#tasks.delete(id)
        if (this.#tasks.size === 0) this.#rest()
      },
    })
    if (!this.#alive) {
      task.lost(new EngineGone('before it was asked', true))
      return task
    }
    this.#tasks.set(id, task)
    clearTimeout(this.#idleTimer)
    this.#child.ref()
    this.#pipe.ref()
    this.#send(id, { op, args })
    return task
  }

  /** A task without rows. */
  async ask<T>(op: string, args: unknown, signal: AbortSignal, graceMs: number): Promise<T> {
    signal.throwIfAborted()
    const task = this.start(op, args, undefined, graceMs)
    const stop = () => task.stop(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    return (await task.ended.finally(() => signal.removeEventListener('abort', stop))) as T
  }

  /** Resolves when the process is gone. */
  kill(): Promise<void> {
    if (this.#alive) {
      this.#child.ref()
      this.#child.kill('SIGKILL')
    }
    return this.#exited.promise
  }

  #send(id: number, message: ToEngine): void {
    if (this.#alive && this.#pipe.writable) this.#pipe.write(messageFrame(id, message))
  }

  #receive(frame: Frame): void {
    const task = this.#tasks.get(frame.id)
    if (task === undefined) return
    if (frame.kind === frameKind.batch) {
      const endsBytes = frame.rows * 4
      const ends = new Uint32Array(frame.body.buffer, frame.body.byteOffset, frame.rows)
      task.receiveBatch({ rows: frame.rows, ends, json: frame.body.subarray(endsBytes) })
    } else {
      const message = JSON.parse(frame.body.toString('utf8')) as FromEngine
      if ('columns' in message) task.receiveColumns(message.columns)
      else if ('done' in message) task.done(message.done)
      else task.lost(new EngineError(message.failed))
    }
  }

  #ended(how: string): void {
    if (!this.#alive) return
    this.#alive = false
    clearTimeout(this.#idleTimer)
    this.#pipe.destroy()
    for (const task of [...this.#tasks.values()]) task.lost(new EngineGone(how, !task.delivered))
    this.#exited.resolve()
  }

  /** An idle engine does not keep the gateway from ending, and after a while gives its memory back; the next task finds a new one. */
  #rest(): void {
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => void this.kill(), idleMsMax).unref()
    this.#child.unref()
    this.#pipe.unref()
  }
}
