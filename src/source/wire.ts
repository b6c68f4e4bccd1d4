import type { Duplex } from 'node:stream'
import type { Value } from '../call.ts'
import type { Ended } from '../result.ts'
import type { Exchange } from './exchange.ts'
import type { Intake } from './intake.ts'
import { type Rows, Slab } from './rows.ts'

/** How long a cancelled query may take to end before its connection is given up. */
const cancelMsMax = 5_000
/** Rows after the last wanted one are read over for so long before they are cancelled: a rewritten limit leaves just one. */
const surplusMsMax = 20
/** A connection that had died before it was asked shows that within this time; later, somebody has ended it because of what it ran. */
const deadMsMax = 1_000

/** A connection was lost; `untouched` when it was lost at once and nothing of an answer had come, so that the query may be tried on another one. */
export class Lost extends Error {
  readonly untouched: boolean
  constructor(untouched: boolean, cause: unknown) {
    super('The connection to the server was lost.', { cause })
    this.untouched = untouched
  }
}

/**
 * What connections of every protocol have in common: one exchange at a time, whose rows go to a sink that may be slow; stopping it in
 * the server; losing the connection. A protocol understands messages and says when an exchange is complete and the server ready.
 */
export abstract class Wire<E extends Exchange> {
  alive = true
  /** Told once, when the connection has ended while nobody used it. */
  ended: () => void = () => {}
  /** Where this connection's answers are written. */
  readonly slab = new Slab()
  /** It has served before, so it may have died since. */
  used = false
  /** A session that may write: unwanted rows are read over to the end, because ending their statement would undo the transaction. */
  readonly writing: boolean
  /** The exchange under way. */
  protected current: E | undefined
  protected lastWords: unknown
  protected readonly intake: Intake
  readonly #stream: Duplex
  readonly #cancel: () => Promise<void>
  #waiting = false
  #gone = false

  /** `cancel` asks the server to end what this connection runs; resolves when the server has been told. */
  constructor(stream: Duplex, intake: Intake, cancel: () => Promise<void>, writing: boolean) {
    this.#stream = stream
    this.writing = writing
    this.intake = intake
    this.#cancel = cancel
    intake.arrived = () => this.#read()
    stream.on('error', (error) => this.#lost(error))
    stream.on('close', () => this.#lost(undefined))
  }

  /**
   * Runs one statement; settles when the server is ready for the next one, or when the connection is gone. `keep`: it will come again.
   * `before` runs first and in the same transaction, which ends with both; what it answers is nobody's.
   */
  abstract run(
    sql: string,
    params: readonly Value[],
    rows: Rows,
    keep: boolean,
    before?: Readonly<{ sql: string; params: readonly Value[] }>,
  ): Promise<Ended>
  /** Handles the next message; false when none is whole. */
  protected abstract step(): boolean
  /** Sends the smallest possible question, whose answer ends in `ready`. */
  protected abstract echo(): void
  /** What the protocol says before it hangs up. */
  protected abstract goodbye(): Buffer

  protected write(bytes: Buffer): void {
    this.#stream.write(bytes)
  }

  /** Ends the running statement; its promise rejects with `error` once the server has let go of it. */
  stop(error: unknown): void {
    const { current } = this
    if (!current || current.failed) return
    current.failed = { error }
    if (current.idle) {
      this.#settle(current)
      return
    }
    this.#readOver(current)
    if (!current.complete) this.#stopInServer(current)
  }

  /** Ends the connection: politely when nothing runs on it. */
  destroy(): void {
    this.alive = false
    if (this.current || this.#stream.destroyed || !this.#stream.writable) {
      this.#stream.destroy()
      return
    }
    this.#stream.end(this.goodbye())
    setTimeout(() => this.#stream.destroy(), surplusMsMax).unref()
  }

  #read(): void {
    try {
      while (!this.#waiting && this.step());
    } catch (error) {
      // A message that makes no sense: nothing on this connection can be trusted any more.
      this.alive = false
      if (this.current) this.current.failed ??= { error }
      this.#stream.destroy()
    }
  }

  #readOver(current: E): void {
    current.over = true
    if (!this.#waiting) return
    this.#waiting = false
    this.#stream.resume()
    queueMicrotask(() => this.#read())
  }

  #stopInServer(current: E): void {
    if (current.cancelling) return
    clearTimeout(current.timer)
    current.timer = setTimeout(() => this.#stream.destroy(), cancelMsMax)
    current.cancelling = this.#cancel().catch(() => {
      this.#stream.destroy()
    })
  }

  #lost(error: unknown): void {
    if (this.#gone) return
    this.#gone = true
    this.alive = false
    this.#stream.destroy()
    const { current } = this
    if (!current) {
      this.ended()
      return
    }
    // An answer that was cut at its limit is whole, even when the connection did not survive the cutting.
    if (!current.failed && !current.over) {
      const untouched = !current.touched && performance.now() - current.since < deadMsMax
      current.failed = { error: new Lost(untouched, this.lastWords ?? error) }
    }
    this.#finish(current)
  }

  /** A row that alone is larger than the whole answer may be is not even read. */
  protected tooLong(): void {
    if (this.current) this.current.failed ??= { error: this.current.rows.tooLarge() }
    this.hangUp()
  }

  /** Ends the connection, be it in the middle of an answer. */
  hangUp(): void {
    this.alive = false
    this.#stream.destroy()
  }

  /** The row that came is one too many. */
  protected surplus(current: E): void {
    current.rows.truncated = true
    current.over = true
    if (!this.writing) current.timer = setTimeout(() => this.#stopInServer(current), surplusMsMax)
    this.#giveLast(current)
  }

  /** Gives a batch away, and reads nothing more before it is taken. */
  protected give(current: E): void {
    const taking = current.rows.give()
    if (taking) this.wait(current, taking)
  }

  #giveLast(current: E): void {
    current.giving = current.rows.give() ?? undefined
    current.giving?.catch((error: unknown) => {
      if (this.current === current) this.stop(error)
    })
  }

  /** Reads nothing more from the server until the promise is there. */
  protected wait(current: E, promise: Promise<void>): void {
    this.#waiting = true
    this.#stream.pause()
    const goOn = (failed?: { error: unknown }): void => {
      if (this.current !== current || current.failed) return
      if (failed) {
        this.stop(failed.error)
        return
      }
      this.#waiting = false
      this.#stream.resume()
      this.#read()
    }
    promise.then(
      () => goOn(),
      (error: unknown) => goOn({ error }),
    )
  }

  /** All rows have come. */
  protected complete(current: E): void {
    current.complete = true
    if (current.over) return
    current.over = true
    this.#giveLast(current)
  }

  /** The server takes the next question. */
  protected ready(current: E): void {
    if (current.cancelling && !current.echoed) {
      // A cancel that arrives late must find this empty round trip and not the next query.
      current.echoed = true
      current.cancelling.then(() => this.alive && this.echo())
      return
    }
    this.#finish(current)
  }

  /** Settles once the sink has taken the last batch. */
  #finish(current: E): void {
    current.idle = true
    if (!current.giving || current.failed) {
      this.#settle(current)
      return
    }
    current.giving.then(
      () => this.#settle(current),
      () => undefined,
    )
  }

  #settle(current: E): void {
    if (this.current !== current) return
    clearTimeout(current.timer)
    this.current = undefined
    this.#waiting = false
    if (current.failed) current.reject(current.failed.error)
    else current.resolve(current.rows.ended)
  }
}
