import { SluiceError } from '../error.ts'
import type { PoolLoad } from './source.ts'

/** One database connection, as the pool sees it. */
export interface Pooled {
  /** False once the connection cannot serve another query. */
  readonly alive: boolean
  /** Ends it at once, without waiting and without throwing. */
  destroy(): void
}

/** `openMsMax`: how long opening a connection may take, which is no waiting for others. */
export type PoolLimits = Readonly<{ connectionsMax: number; queueMax: number; waitMsMax: number; openMsMax: number; idleMsMax: number }>

type Waiter<C> = { take(connection: C): void; refuse(error: unknown): void }

const sweepMs = 10_000

/**
 * The connections of one source: at most `connectionsMax`, opened when needed, closed when idle for long. Whoever finds none free
 * waits in a bounded queue. The connection used last is used next, so that its statement cache is warm and the others can go.
 */
export class Pool<C extends Pooled> {
  readonly #open: () => Promise<C>
  readonly #limits: PoolLimits
  readonly #idle: { connection: C; since: number }[] = []
  readonly #busy = new Set<C>()
  readonly #waiters = new Set<Waiter<C>>()
  #opening = 0
  #closed = false
  #sweeper: NodeJS.Timeout | undefined

  constructor(open: () => Promise<C>, limits: PoolLimits) {
    this.#open = open
    this.#limits = limits
  }

  /** A connection for the caller alone until `release`. Answers at once when one is idle. Throws `source_busy`, or why none can be opened. */
  acquire(signal: AbortSignal): C | Promise<C> {
    signal.throwIfAborted()
    if (this.#closed) throw closedError()
    for (let last = this.#idle.pop(); last; last = this.#idle.pop()) {
      if (!last.connection.alive) continue
      this.#busy.add(last.connection)
      return last.connection
    }
    const mayOpen = this.#size() < this.#limits.connectionsMax
    if (!mayOpen && this.#waiters.size >= this.#limits.queueMax + this.#opening) throw busyError()
    const waiting = this.#wait(signal, this.#limits.waitMsMax + (mayOpen ? this.#limits.openMsMax : 0))
    if (mayOpen) this.#grow()
    return waiting
  }

  #size(): number {
    return this.#busy.size + this.#idle.length + this.#opening
  }

  #wait(signal: AbortSignal, msMax: number): Promise<C> {
    return new Promise<C>((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter)
        clearTimeout(late)
        signal.removeEventListener('abort', aborted)
      }
      const refuse = (error: unknown): void => {
        leave()
        reject(error)
      }
      const waiter: Waiter<C> = {
        refuse,
        take: (connection) => {
          leave()
          resolve(connection)
        },
      }
      const aborted = (): void => refuse(signal.reason)
      const late = setTimeout(() => refuse(busyError()), msMax)
      signal.addEventListener('abort', aborted, { once: true })
      this.#waiters.add(waiter)
    })
  }

  /** Opens one more connection, for whoever waits longest when it is there. */
  #grow(): void {
    this.#opening++
    this.#open().then(
      (connection) => {
        this.#opening--
        this.#hand(connection)
      },
      (error: unknown) => {
        this.#opening--
        this.#first()?.refuse(error)
        this.#refill()
      },
    )
  }

  #first(): Waiter<C> | undefined {
    return this.#waiters.values().next().value
  }

  #hand(connection: C): void {
    if (this.#closed) {
      connection.destroy()
      return
    }
    const waiter = this.#first()
    if (waiter) {
      this.#busy.add(connection)
      waiter.take(connection)
      return
    }
    this.#idle.push({ connection, since: performance.now() })
    this.#sweeper ??= setInterval(() => this.#sweep(), sweepMs).unref()
  }

  /** A waiter must not stay behind when a connection has died and none is being opened for it. */
  #refill(): void {
    if (!this.#closed && this.#waiters.size > this.#opening && this.#size() < this.#limits.connectionsMax) this.#grow()
  }

  get load(): PoolLoad {
    const [busy, idle] = [this.#busy.size, this.#idle.length]
    return { open: busy + idle, busy, idle, waiting: this.#waiters.size, max: this.#limits.connectionsMax }
  }

  release(connection: C): void {
    if (!this.#busy.delete(connection)) return
    if (connection.alive) this.#hand(connection)
    else this.#refill()
  }

  /** Called by an idle connection that was ended from the other side. */
  forget(connection: C): void {
    const at = this.#idle.findIndex((entry) => entry.connection === connection)
    if (at >= 0) this.#idle.splice(at, 1)
  }

  #sweep(): void {
    const oldest = performance.now() - this.#limits.idleMsMax
    while (this.#idle.length > 0 && this.#idle[0]!.since < oldest) this.#idle.shift()!.connection.destroy()
    if (this.#idle.length > 0) return
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }

  /** Ends the idle ones and refuses the waiting; those in use end when they are released. */
  close(): void {
    this.#closed = true
    clearInterval(this.#sweeper)
    for (const { connection } of this.#idle.splice(0)) connection.destroy()
    for (const waiter of this.#waiters) waiter.refuse(closedError())
  }

  /** Ends those in use as well. */
  destroy(): void {
    this.close()
    for (const connection of this.#busy) connection.destroy()
  }
}

const busyError = (): SluiceError => new SluiceError('source_busy', 'All connections to this source are in use and its queue is full.')
const closedError = (): SluiceError => new SluiceError('stopping', 'This source is being closed.')
