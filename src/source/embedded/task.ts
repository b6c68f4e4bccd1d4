import type { Batch, Column, Sink } from '../../result.ts'
import type { ToEngine } from './messages.ts'

type Setting = Readonly<{
  sink: Sink | undefined
  graceMs: number
  send: (message: ToEngine) => void
  kill: () => Promise<void>
  settled: () => void
}>

/**
 * One task of an engine, seen from the gateway: passes columns and batches to the sink one after the other, gives the engine leave for
 * each batch that the sink has taken, and ends only when the engine no longer works on it.
 */
export class Task {
  readonly #setting: Setting
  readonly #result = Promise.withResolvers<unknown>()
  readonly #waiting: (() => void | Promise<void>)[] = []
  #pumping = false
  #stopReason: { reason: unknown } | undefined
  #graceTimer: NodeJS.Timeout | undefined
  #engineDone = false
  /** True once columns have been delivered: the task may no longer be tried again elsewhere. */
  delivered = false

  constructor(setting: Setting) {
    this.#setting = setting
    this.#result.promise.catch(() => {})
  }

  /** What the engine answered; rejects with its error, or with the reason of `stop`. */
  get ended(): Promise<unknown> {
    return this.#result.promise
  }

  receiveColumns(columns: readonly Column[]): void {
    this.delivered = true
    this.#enqueue(() => this.#setting.sink?.columns(columns))
  }

  receiveBatch(batch: Batch): void {
    this.#enqueue(() => {
      const taken = this.#setting.sink?.batch(batch)
      if (taken === undefined) return this.#more()
      return taken.then(() => this.#more())
    })
  }

  done(answer: unknown): void {
    this.#engineDone = true
    if (this.#stopReason) {
      this.#settle()
      return
    }
    this.#enqueue(() => {
      this.#result.resolve(answer)
      this.#settle()
    })
  }

  /** The engine has failed or is gone. Rows that it sent before are still worth nothing, so they are not waited for. */
  lost(error: Error): void {
    this.#stopReason ??= { reason: error }
    this.#settle()
  }

  /** Ends the work in the engine: by asking, and by force when that does not help soon. Only the first reason counts. */
  stop(reason: unknown): void {
    if (this.#stopReason) return
    this.#stopReason = { reason }
    this.#waiting.length = 0
    if (this.#engineDone) {
      this.#settle()
      return
    }
    this.#setting.send({ stop: true })
    this.#graceTimer = setTimeout(() => void this.#setting.kill(), this.#setting.graceMs)
  }

  #more(): void {
    if (!this.#stopReason) this.#setting.send({ more: 1 })
  }

  #enqueue(step: () => void | Promise<void>): void {
    if (this.#stopReason) return
    this.#waiting.push(step)
    if (!this.#pumping) this.#pump()
  }

  /** Runs what waits; a sink that answers at once costs no promise. */
  #pump(): void {
    this.#pumping = true
    try {
      for (let step = this.#waiting.shift(); step; step = this.#waiting.shift()) {
        const taken = step()
        if (taken === undefined) continue
        taken.then(
          () => this.#pump(),
          (error: unknown) => this.#sinkFailed(error),
        )
        return
      }
    } catch (error) {
      this.#sinkFailed(error)
    }
    this.#pumping = false
  }

  #sinkFailed(error: unknown): void {
    this.#pumping = false
    this.stop(error)
  }

  #settle(): void {
    clearTimeout(this.#graceTimer)
    this.#waiting.length = 0
    if (this.#stopReason) this.#result.reject(this.#stopReason.reason)
    this.#setting.settled()
  }
}
