import type { Duplex } from 'node:stream'
import type { Value } from '../../call.ts'
import { SluiceError } from '../../error.ts'
import type { Intake } from '../intake.ts'
import type { Rows } from '../rows.ts'
import { type CellReader, row } from './cells.ts'
import { failure, type PostgresError, readError } from './errors.ts'
import { readFields } from './fields.ts'
import * as messages from './messages.ts'
import { type Statement, Statements } from './statements.ts'
import type { Types } from './types.ts'

/** How long a cancelled query may take to end before its connection is given up. */
const cancelMsMax = 5_000
/** Rows after the last wanted one are read over for so long before they are cancelled: a rewritten limit leaves just one. */
const surplusMsMax = 20
const statementsMax = 100

/** A connection was lost; `untouched` when nothing of an answer had come, so that the query may be tried on another one. */
export class Lost extends Error {
  readonly untouched: boolean
  constructor(untouched: boolean, cause: unknown) {
    super('The connection to the server was lost.', { cause })
    this.untouched = untouched
  }
}

/** What a connection needs from beside it. */
export type Side = Readonly<{
  types: Types
  /** Looks types up in the catalog, over a connection of its own. */
  learn(oids: readonly number[]): Promise<void>
  /** Sends a CancelRequest for this connection; resolves when the server has taken it. */
  cancel(): Promise<void>
}>

type Exchange = {
  readonly sql: string
  readonly params: readonly Value[]
  readonly rows: Rows
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
  statement: Statement | undefined
  readers: readonly CellReader[]
  touched: boolean
  /** Whatever rows still come are read over. */
  over: boolean
  failed: { error: unknown } | undefined
  /** The statement was prepared before the tables changed: prepare it again, once. */
  stale: 'no' | 'yes' | 'was'
  /** The server has finished; nothing is left to cancel. */
  complete: boolean
  /** The sink is taking the last batch. */
  giving: Promise<void> | undefined
  cancelling: Promise<void> | undefined
  echoed: boolean
  idle: boolean
  timer: NodeJS.Timeout | undefined
}

/** One connection that speaks the extended protocol: one statement at a time, its rows as JSON into `Rows`. */
export class Wire {
  alive = true
  /** Told once, when the connection has ended while nobody used it. */
  ended: () => void = () => {}
  readonly #statements = new Statements(statementsMax)
  readonly #stream: Duplex
  readonly #intake: Intake
  readonly #side: Side
  #exchange: Exchange | undefined
  #waiting = false
  #gone = false
  #lastWords: unknown

  constructor(stream: Duplex, intake: Intake, side: Side) {
    this.#stream = stream
    this.#intake = intake
    this.#side = side
    intake.arrived = () => this.#read()
    stream.on('error', (error) => this.#lost(error))
    stream.on('close', () => this.#lost(undefined))
  }

  /** Runs one statement; settles when the server is ready for the next one, or when the connection is gone. `keep`: it will come again. */
  run(sql: string, params: readonly Value[], rows: Rows, keep: boolean): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#exchange = {
        sql,
        params,
        rows,
        resolve,
        reject,
        statement: keep ? this.#statements.get(sql) : undefined,
        readers: [],
        touched: false,
        over: false,
        failed: undefined,
        stale: 'no',
        complete: false,
        giving: undefined,
        cancelling: undefined,
        echoed: false,
        idle: false,
        timer: undefined,
      }
      this.#send(this.#exchange)
    })
  }

  #send(exchange: Exchange): void {
    const { statement, sql, params, rows } = exchange
    const name = statement?.name ?? ''
    for (const unwanted of this.#statements.unwanted()) messages.closeStatement(unwanted)
    if (!statement?.parsed) messages.parse(name, sql)
    messages.bind(name, params)
    if (statement?.columns) {
      rows.columns = statement.columns
      exchange.readers = statement.readers
    } else {
      messages.describePortal()
    }
    messages.execute()
    messages.sync()
    this.#stream.write(messages.taken())
  }

  /** Ends the running statement; `run` rejects with `error` once the server has let go of it. */
  stop(error: unknown): void {
    const exchange = this.#exchange
    if (!exchange || exchange.failed) return
    exchange.failed = { error }
    if (exchange.idle) {
      this.#settle(exchange)
      return
    }
    this.#readOver(exchange)
    if (!exchange.complete) this.#cancel(exchange)
  }

  destroy(): void {
    this.alive = false
    this.#stream.destroy()
  }

  #readOver(exchange: Exchange): void {
    exchange.over = true
    if (!this.#waiting) return
    this.#waiting = false
    this.#stream.resume()
    queueMicrotask(() => this.#read())
  }

  #cancel(exchange: Exchange): void {
    if (exchange.cancelling) return
    clearTimeout(exchange.timer)
    exchange.timer = setTimeout(() => this.destroy(), cancelMsMax)
    exchange.cancelling = this.#side.cancel().catch(() => this.destroy())
  }

  #lost(error: unknown): void {
    if (this.#gone) return
    this.#gone = true
    this.alive = false
    this.#stream.destroy()
    const exchange = this.#exchange
    if (!exchange) {
      this.ended()
      return
    }
    // An answer that was cut at its limit is whole, even when the connection did not survive the cutting.
    if (!exchange.failed && !exchange.over) exchange.failed = { error: new Lost(!exchange.touched, this.#lastWords ?? error) }
    this.#finish(exchange)
  }

  /** Understands every whole message that is there, until a slow sink makes it wait. */
  #read(): void {
    const intake = this.#intake
    while (!this.#waiting && intake.end - intake.start >= 5) {
      const { bytes, start } = intake
      const exchange = this.#exchange
      const length = bytes.readUInt32BE(start + 1)
      const next = start + 1 + length
      if (next > intake.end) {
        if (length > (exchange?.rows.messageBytesMax ?? 1024 * 1024)) this.#tooLong(exchange)
        return
      }
      if (length < 4) {
        this.destroy()
        return
      }
      try {
        if (bytes[start] !== 0x44 || !exchange) this.#message(exchange, bytes, start, next)
        else if (!this.#dataRow(exchange, bytes, start + 5, next)) continue
      } catch (error) {
        if (exchange) this.stop(error)
        else this.destroy()
      }
      intake.start = next
    }
  }

  /** A row that alone is larger than the whole answer may be is not even read. */
  #tooLong(exchange: Exchange | undefined): void {
    if (exchange) exchange.failed ??= { error: exchange.rows.tooLarge() }
    this.destroy()
  }

  /** False when the row has to come again, after a batch was given away to make room. */
  #dataRow(exchange: Exchange, bytes: Buffer, at: number, end: number): boolean {
    if (exchange.over) return true
    const { rows } = exchange
    exchange.touched = true
    if (rows.count === rows.rowsMax) {
      rows.truncated = true
      exchange.over = true
      exchange.timer = setTimeout(() => this.#cancel(exchange), surplusMsMax)
      this.#giveLast(exchange)
      return true
    }
    const pos = rows.room(bytes, at, end, exchange.readers.length)
    if (pos >= 0 && !rows.rowEnds(row(exchange.readers, bytes, at, rows.out, pos))) return true
    const taking = rows.give()
    if (taking) this.#wait(exchange, taking)
    return pos >= 0
  }

  #giveLast(exchange: Exchange): void {
    exchange.giving = exchange.rows.give() ?? undefined
    exchange.giving?.catch((error: unknown) => this.#exchange === exchange && this.stop(error))
  }

  /** Reads nothing more from the server until the promise is there. */
  #wait(exchange: Exchange, promise: Promise<void>): void {
    this.#waiting = true
    this.#stream.pause()
    const goOn = (failed?: { error: unknown }): void => {
      if (this.#exchange !== exchange || exchange.failed) return
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

  #message(exchange: Exchange | undefined, bytes: Buffer, start: number, next: number): void {
    switch (bytes[start]) {
      case 0x31: // ParseComplete
        if (exchange?.statement) exchange.statement.parsed = true
        break
      case 0x54: // RowDescription
        // The server keeps this back until it flushes, so it may come after the query was stopped.
        if (exchange && !exchange.over) this.#columns(exchange, bytes, start + 5)
        break
      case 0x43: // CommandComplete
      case 0x49: // EmptyQueryResponse
        if (exchange) this.#complete(exchange)
        break
      case 0x45: // ErrorResponse
        this.#error(exchange, readError(bytes, start + 5, next))
        break
      case 0x53: // ParameterStatus: a statement has changed the session, so nobody else may have it.
        this.alive = false
        if (!exchange) this.destroy()
        break
      case 0x47: // CopyInResponse
      case 0x48: // CopyOutResponse
      case 0x57: // CopyBothResponse
        if (exchange) exchange.failed ??= { error: new SluiceError('statement_refused', 'COPY does not run here.') }
        this.destroy()
        break
      case 0x5a: // ReadyForQuery
        if (bytes[start + 5] !== 0x49) this.alive = false
        if (exchange) this.#ready(exchange)
        break
      default:
    }
  }

  #columns(exchange: Exchange, bytes: Buffer, at: number): void {
    const { types } = this.#side
    const fields = readFields(bytes, at)
    const known = (): void => {
      const infos = fields.map(({ oid }) => types.get(oid) ?? types.giveUp(oid))
      const columns = infos.map((info, i) => ({ name: fields[i]!.name, type: info.type, nativeType: info.name }))
      exchange.readers = infos
      exchange.rows.columns = columns
      if (exchange.statement) Object.assign(exchange.statement, { columns, readers: infos })
    }
    const unknown = fields.map(({ oid }) => oid).filter((oid) => !types.get(oid))
    if (unknown.length === 0) known()
    else this.#wait(exchange, this.#side.learn(unknown).then(known, known))
  }

  #complete(exchange: Exchange): void {
    exchange.complete = true
    if (exchange.over) return
    exchange.over = true
    this.#giveLast(exchange)
  }

  #error(exchange: Exchange | undefined, error: PostgresError): void {
    this.#lastWords = error
    if (error.severity === 'FATAL' || error.severity === 'PANIC') this.alive = false
    if (!exchange) return
    exchange.complete = true
    // The end of rows that nobody wanted any more is no failure.
    if (exchange.over) return
    exchange.over = true
    const known = exchange.statement?.columns !== undefined
    if (known && !exchange.touched && exchange.stale === 'no' && (error.code === '0A000' || error.code === '26000')) exchange.stale = 'yes'
    else exchange.failed = { error: failure(error, exchange.sql) }
    exchange.touched = true
  }

  #ready(exchange: Exchange): void {
    if (exchange.statement && !exchange.statement.parsed) this.#statements.forget(exchange.sql)
    if (exchange.stale === 'yes' && !exchange.failed) {
      this.#again(exchange)
      return
    }
    if (exchange.cancelling && !exchange.echoed) {
      // A cancel that arrives late must find this empty round trip and not the next query.
      exchange.echoed = true
      exchange.cancelling.then(() => {
        messages.sync()
        this.#stream.write(messages.taken())
      })
      return
    }
    this.#finish(exchange)
  }

  /** Settles once the sink has taken the last batch. */
  #finish(exchange: Exchange): void {
    exchange.idle = true
    if (!exchange.giving || exchange.failed) {
      this.#settle(exchange)
      return
    }
    exchange.giving.then(
      () => this.#settle(exchange),
      () => undefined,
    )
  }

  #again(exchange: Exchange): void {
    this.#statements.forget(exchange.sql)
    exchange.statement = this.#statements.get(exchange.sql)
    exchange.stale = 'was'
    exchange.touched = exchange.over = exchange.complete = false
    this.#send(exchange)
  }

  #settle(exchange: Exchange): void {
    if (this.#exchange !== exchange) return
    clearTimeout(exchange.timer)
    this.#exchange = undefined
    this.#waiting = false
    if (exchange.failed) exchange.reject(exchange.failed.error)
    else exchange.resolve()
  }
}
