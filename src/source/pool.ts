import { SluiceError } from '../error.ts'
import { Queue } from './queue.ts'
import type { PoolLoad } from './source.ts'

/** One database connection, as the pool sees it. */
export interface Pooled {
  /** False once the connection cannot serve another query. */
  readonly alive: boolean
  /** Ends it at once, without waiting and without throwing. */
  destroy(): void
}

/**
 * `connectionsMax` at most, of which `coreMax` for quick work; `openMsMax`: how long opening one may take, which is no waiting for others.
 */
export type PoolLimits = Readonly<{
  connectionsMax: number
  coreMax: number
  queueMax: number
  waitMsMax: number
  openMsMax: number
  idleMsMax: number
}>

/** Work that holds a connection for longer is slow, and may not take the last ones. */
export const slowMs = 250
/** A connection that is held for longer does not count as one for quick work, so another may be opened beside it. */
const heldMs = 25
/** How often those who wait are looked at, for whether there is need to grow. */
const growMs = 10
const sweepMs = 5_000
/** Connections beyond the core are closed when idle for so long. */
const spareIdleMsMax = 5_000
/** After a server has said that it takes no more connections none is opened for so long, as long as there are some. */
const fullMs = 10_000
/** The part of all connections that slow work leaves free. */
const reservedPart = 8

type Hold = { since: number; slow: boolean }
type Waiter<C> = Readonly<{ owner: string; slow: boolean; take(connection: C): void; refuse(error: unknown): void }>

/**
 * The connections of one source. Quick work shares a small core of them, because a database that serves many at once serves each more slowly;
 * only beside connections that are held for long are others opened, so that work which sleeps in the database does not keep out work that is
 * done in a millisecond. Whoever finds none free waits in a bounded queue, in turn by owner. The connection used last is used
 * next, so that its statement cache is warm and the others can go.
 */
export class Pool<C extends Pooled> {
  readonly #open: () => Promise<C>
  readonly #limits: PoolLimits
  readonly #isFull: (error: unknown) => boolean
  readonly #idle: { connection: C; since: number }[] = []
  readonly #busy = new Map<C, Hold>()
  readonly #queue = new Queue<Waiter<C>>()
  #max: number
  #opening = 0
  #closed = false
  #fullUntil = 0
  #sweeper: NodeJS.Timeout | undefined
  #watcher: NodeJS.Timeout | undefined

  /** `isFull`: whether an opening failed because the server takes no more connections. */
  constructor(open: () => Promise<C>, limits: PoolLimits, isFull: (error: unknown) => boolean = () => false) {
    this.#open = open
    this.#limits = limits
    this.#isFull = isFull
    this.#max = limits.connectionsMax
  }

  /** Never more than this, whatever the limits allow: what the server can take. */
  limitTo(connectionsMax: number): void {
    this.#max = Math.max(1, Math.min(this.#limits.connectionsMax, connectionsMax))
  }

  /**
   * A connection for the caller alone until `release`. Answers at once when one is idle. `slow`: the work is known to take long.
   * Throws `source_busy`, or why none can be opened.
   */
  acquire(signal: AbortSignal, owner = '', slow = false): C | Promise<C> {
    signal.throwIfAborted()
    if (this.#closed) throw closedError()
    const may = slow ? this.#maySlow() : this.#mayQuick()
    if (may) {
      for (let last = this.#idle.pop(); last; last = this.#idle.pop()) {
        if (!last.connection.alive) continue
        this.#busy.set(last.connection, { since: performance.now(), slow })
        return last.connection
      }
    }
    const mayOpen = may && this.#mayOpen()
    if (!mayOpen) this.#makeRoom(owner, slow)
    const waiting = this.#wait(signal, owner, slow, this.#limits.waitMsMax + (mayOpen ? this.#limits.openMsMax : 0))
    if (mayOpen) this.#grow()
    this.#watcher ??= setInterval(() => this.#watch(), growMs)
    return waiting
  }

  get load(): PoolLoad {
    const [busy, idle] = [this.#busy.size, this.#idle.length]
    return { open: busy + idle, busy, idle, waiting: this.#queue.size, max: this.#max }
  }

  #size(): number {
    return this.#busy.size + this.#idle.length + this.#opening
  }

  #heldFor(ms: number): number {
    const before = performance.now() - ms
    let held = 0
    for (const { since, slow } of this.#busy.values()) if (slow || since < before) held++
    return held
  }

  #maySlow(): boolean {
    return this.#heldFor(slowMs) < this.#max - Math.floor(this.#max / reservedPart)
  }

  /** Quick work has no more than the core, also when others are idle: the more it does at once the longer all of it takes. */
  #mayQuick(): boolean {
    return this.#busy.size < this.#limits.coreMax || this.#busy.size - this.#heldFor(heldMs) < this.#limits.coreMax
  }

  #mayOpen(): boolean {
    const size = this.#size()
    if (size >= this.#max || (size > 0 && performance.now() < this.#fullUntil)) return false
    return size < this.#limits.coreMax || size - this.#heldFor(heldMs) < this.#limits.coreMax
  }

  /** In a full queue whoever waits most gives way to one who waits less; slow work gets half of it. Throws `source_busy` when nobody does. */
  #makeRoom(owner: string, slow: boolean): void {
    const most = this.#limits.queueMax + this.#opening
    const slowFull = slow && this.#queue.slow >= Math.ceil(most / 2)
    if (!slowFull && this.#queue.size < most) return
    const crowding = this.#queue.crowding(owner, slowFull)
    if (!crowding) throw busyError()
    crowding.refuse(busyError())
  }

  #wait(signal: AbortSignal, owner: string, slow: boolean, msMax: number): Promise<C> {
    return new Promise<C>((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(late)
        signal.removeEventListener('abort', aborted)
      }
      const refuse = (error: unknown): void => {
        this.#queue.remove(waiter)
        leave()
        reject(error)
      }
      // Whoever takes has been taken out of the queue.
      const waiter: Waiter<C> = {
        owner,
        slow,
        refuse,
        take: (connection) => {
          leave()
          resolve(connection)
        },
      }
      const aborted = (): void => refuse(signal.reason)
      const late = setTimeout(() => refuse(busyError()), msMax)
      signal.addEventListener('abort', aborted, { once: true })
      this.#queue.add(waiter)
    })
  }

  /** Opens one more connection, for whoever's turn it is when it is there. */
  #grow(): void {
    this.#opening++
    this.#open().then(
      (connection) => {
        this.#opening--
        this.#hand(connection)
      },
      (error: unknown) => {
        this.#opening--
        if (this.#isFull(error) && this.#size() > 0) this.#fullUntil = performance.now() + fullMs
        else this.#queue.next(true, true)?.refuse(error)
        this.#refill()
      },
    )
  }

  /** Gives it to whose turn it is; false when it is idle now. */
  #hand(connection: C): boolean {
    if (this.#closed) {
      connection.destroy()
      return false
    }
    const waiter = this.#queue.size > 0 ? this.#queue.next(this.#queue.slow > 0 && this.#maySlow(), this.#mayQuick()) : undefined
    if (waiter) {
      this.#busy.set(connection, { since: performance.now(), slow: waiter.slow })
      waiter.take(connection)
      return true
    }
    this.#idle.push({ connection, since: performance.now() })
    this.#sweeper ??= setInterval(() => this.#sweep(), sweepMs).unref()
    return false
  }

  /** A waiter must not stay behind when a connection has died, or all are held by slow work, and none is being opened for it. */
  #refill(): void {
    while (!this.#closed && this.#served() > this.#opening && this.#mayOpen()) this.#grow()
  }

  /** Those who wait and could be served by one more connection. */
  #served(): number {
    return this.#queue.slow > 0 && this.#maySlow() ? this.#queue.size : this.#queue.quick
  }

  #watch(): void {
    for (let spare = this.#idle.pop(); spare; spare = this.#idle.pop()) {
      if (spare.connection.alive && !this.#hand(spare.connection)) break
    }
    this.#refill()
    if (this.#queue.size > 0) return
    clearInterval(this.#watcher)
    this.#watcher = undefined
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
    const now = performance.now()
    while (this.#idle.length > 0) {
      const msMax = this.#size() > this.#limits.coreMax ? spareIdleMsMax : this.#limits.idleMsMax
      if (this.#idle[0]!.since >= now - msMax) break
      this.#idle.shift()!.connection.destroy()
    }
    if (this.#idle.length > 0) return
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }

  /** Ends the idle ones and refuses the waiting; those in use end when they are released. */
  close(): void {
    this.#closed = true
    clearInterval(this.#sweeper)
    clearInterval(this.#watcher)
    for (const { connection } of this.#idle.splice(0)) connection.destroy()
    for (const waiter of this.#queue) waiter.refuse(closedError())
  }

  /** Ends those in use as well. */
  destroy(): void {
    this.close()
    for (const connection of this.#busy.keys()) connection.destroy()
  }
}

const busyError = (): SluiceError => new SluiceError('source_busy', 'All connections to this source are in use and its queue is full.')
const closedError = (): SluiceError => new SluiceError('stopping', 'This source is being closed.')
