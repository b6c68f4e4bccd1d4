import { SluiceError } from '../error.ts'
import type { Identity } from '../grant.ts'
import { Pool, type Pooled, type PoolLimits } from './pool.ts'
import type { PoolLoad } from './source.ts'

export type Login = NonNullable<Identity['login']>

/** How many callers with credentials of their own have connections at once, and how many each. */
const loginsMax = 32
const connectionsMax = 4

/** A small pool for each login that callers bring; of many the one that was used least lately makes room. */
export class Logins<C extends Pooled> {
  readonly #pools = new Map<string, Pool<C>>()
  readonly #open: (login: Login, ended: (connection: C) => void) => Promise<C>
  readonly #limits: PoolLimits
  readonly #isFull: (error: unknown) => boolean
  #closed = false

  /** `open` tells `ended` of a connection that has ended while idle. */
  constructor(open: (login: Login, ended: (connection: C) => void) => Promise<C>, limits: PoolLimits, isFull: (error: unknown) => boolean) {
    this.#open = open
    this.#limits = { ...limits, connectionsMax: Math.min(connectionsMax, limits.connectionsMax) }
    this.#isFull = isFull
  }

  /** The pool of one login. Throws `source_busy` when all of them are in use. */
  of(login: Login): Pool<C> {
    // By the password as well: whoever has a wrong one must not get a connection that another's right one has opened.
    const key = `${login.user}\0${login.password}`
    const known = this.#pools.get(key)
    if (known) {
      this.#pools.delete(key)
      this.#pools.set(key, known)
      return known
    }
    if (this.#closed) throw new SluiceError('stopping', 'This source is being closed.')
    if (this.#pools.size >= loginsMax) this.#makeRoom()
    const pool: Pool<C> = new Pool(() => this.#open(login, (connection) => pool.forget(connection)), this.#limits, this.#isFull)
    this.#pools.set(key, pool)
    return pool
  }

  #makeRoom(): void {
    for (const [key, pool] of this.#pools) {
      const { busy, waiting } = pool.load
      if (busy + waiting > 0) continue
      pool.close()
      this.#pools.delete(key)
      return
    }
    throw new SluiceError('source_busy', `${loginsMax} callers with credentials of their own are using this source; wait for one of them.`)
  }

  get loads(): readonly PoolLoad[] {
    return [...this.#pools.values()].map(({ load }) => load)
  }

  close(): void {
    this.#closed = true
    for (const pool of this.#pools.values()) pool.close()
  }

  destroy(): void {
    for (const pool of this.#pools.values()) pool.destroy()
  }
}
