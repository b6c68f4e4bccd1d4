import type { Duplex } from 'node:stream'
import type { Value } from '../../call.ts'
import { SluiceError } from '../../error.ts'
import type { Ended } from '../../result.ts'
import { Exchange } from '../exchange.ts'
import type { Intake } from '../intake.ts'
import type { Rows } from '../rows.ts'
import { Wire } from '../wire.ts'
import { binaryRow, textRow } from './cells.ts'
import { changeFailure } from './change-errors.ts'
import { Cursor, type Reader } from './columns.ts'
import { failure, readError } from './errors.ts'
import * as packets from './packets.ts'
import { type Shape, ShapeReader } from './shape.ts'

const statementsMax = 100
const shapesMax = 100
const packetBytesMax = 0xffffff
/** Longest packet of a server that nobody has asked anything. */
const noticeBytesMax = 1024 * 1024
/** Bytes of JSON that a cell may need beyond a small multiple of its own: a zero date is one byte long. */
const cellBytesMax = 40

/** Shut down, killed, idle for too long: the server ends the connection, perhaps because of nothing that was asked. */
const hangUps = new Set([1053, 1927, 4031])

type Statement = { readonly id: number; readonly params: number; shape: Shape | undefined }

class MysqlExchange extends Exchange {
  params: readonly Value[] = []
  keep = false
  /** What the next packet is; `skip` are definitions that come with a prepared statement. */
  phase: 'prepare' | 'skip' | 'answer' | 'columns' | 'rows' | 'echo' = 'answer'
  /** Packets left in this phase. */
  left = 0
  statement: Statement | undefined
  reading: ShapeReader | undefined
  readers: readonly Reader[] = []
  retried = false
}

export type Side = Readonly<{
  /** MariaDB's block of type names is in every column definition. */
  extended: boolean
  /** Ends what this connection runs, over another connection. */
  cancel(): Promise<void>
  /** The session may write. */
  writing?: boolean
}>

/** One connection to MySQL or MariaDB: texts without parameters as they are, others as prepared statements. */
export class MysqlWire extends Wire<MysqlExchange> {
  readonly #extended: boolean
  readonly #statements = new Map<string, Statement>()
  readonly #shapes = new Map<string, Shape>()
  readonly #unwanted: number[] = []
  /** What the last statement without rows was warned of. */
  warnings = 0
  /** A row of more than one packet that was put together already, as lengths from `intake.start`. */
  #joined: { payload: number; span: number } | undefined

  constructor(stream: Duplex, intake: Intake, side: Side) {
    super(stream, intake, side.cancel, side.writing === true)
    this.#extended = side.extended
  }

  run(sql: string, params: readonly Value[], rows: Rows, keep: boolean): Promise<Ended> {
    return new Promise<Ended>((resolve, reject) => {
      const current = new MysqlExchange(sql, rows, resolve, reject)
      current.params = params
      current.keep = keep
      current.statement = params.length > 0 ? this.#statements.get(sql) : undefined
      this.current = current
      try {
        this.#begin(current)
      } catch (error) {
        this.current = undefined
        reject(error)
      }
    })
  }

  #begin(current: MysqlExchange): void {
    for (const id of this.#unwanted.splice(0)) this.write(packets.closeStatement(id))
    if (current.params.length === 0) {
      current.phase = 'answer'
      this.write(packets.query(current.sql))
    } else if (current.statement) {
      this.#execute(current, current.statement)
    } else {
      current.phase = 'prepare'
      this.write(packets.prepare(current.sql))
    }
  }

  #execute(current: MysqlExchange, statement: Statement): void {
    if (statement.params !== current.params.length) {
      throw new SluiceError(
        'parameter_count',
        `The statement has ${statement.params} placeholders and got ${current.params.length} values.`,
      )
    }
    this.#statements.delete(current.sql)
    if (current.keep) this.#statements.set(current.sql, statement)
    else this.#unwanted.push(statement.id)
    if (this.#statements.size > statementsMax) this.#forget(this.#statements.keys().next().value as string)
    current.phase = 'answer'
    this.write(packets.execute(statement.id, current.params))
  }

  #forget(sql: string): void {
    const statement = this.#statements.get(sql)
    if (statement) this.#unwanted.push(statement.id)
    this.#statements.delete(sql)
  }

  protected echo(): void {
    this.current!.phase = 'echo'
    this.write(packets.query('DO 0'))
  }

  protected goodbye(): Buffer {
    return packets.quit()
  }

  protected step(): boolean {
    const { intake, current } = this
    const { bytes, start } = intake
    const known = intake.end - start
    if (known < 4) return false
    let payload = bytes[start]! | (bytes[start + 1]! << 8) | (bytes[start + 2]! << 16)
    let span = payload + 4
    if (payload === packetBytesMax || this.#joined) {
      this.#joined ??= this.#join(bytes, start, known)
      payload = this.#joined?.payload ?? payload
      span = this.#joined?.span ?? Number.POSITIVE_INFINITY
    }
    if (known < span) {
      if (Math.max(known, payload) > (current?.rows.messageBytesMax ?? noticeBytesMax)) this.tooLong()
      return false
    }
    if (!current) {
      this.#unasked(bytes, start + 4, start + 4 + payload)
    } else if (!this.#packet(current, bytes, start + 4, start + 4 + payload)) {
      return true
    }
    this.#joined = undefined
    intake.start = start + span
    return true
  }

  /** A payload that fills its packet goes on in the next one: moves all parts together once all are there. */
  #join(bytes: Buffer, start: number, known: number): { payload: number; span: number } | undefined {
    const parts: number[] = []
    let at = 0
    for (let size = packetBytesMax; size === packetBytesMax; at += 4 + size) {
      if (known < at + 4) return undefined
      size = bytes.readUIntLE(start + at, 3)
      if (known < at + 4 + size) return undefined
      parts.push(size)
    }
    let from = start + 4
    let to = start + 4
    for (const size of parts) {
      bytes.copyWithin(to, from, from + size)
      from += size + 4
      to += size
    }
    return { payload: to - start - 4, span: at }
  }

  /** The server says something by itself only when it hangs up. */
  #unasked(bytes: Buffer, at: number, end: number): void {
    this.lastWords = bytes[at] === 0xff ? readError(bytes, at, end) : undefined
    this.destroy()
  }

  /** False when the row has to come again, after a batch was given away to make room. */
  #packet(current: MysqlExchange, bytes: Buffer, at: number, end: number): boolean {
    const first = bytes[at]!
    try {
      if (current.phase === 'echo') this.ready(current)
      else if (first === 0xff && current.phase !== 'columns' && current.phase !== 'skip') this.#error(current, bytes, at, end)
      else if (current.phase === 'rows') return this.#row(current, bytes, at, end)
      else if (current.phase === 'columns') this.#column(current, bytes, at, end)
      else if (current.phase === 'answer') this.#answer(current, bytes, at)
      else if (current.phase === 'prepare') this.#prepared(current, bytes, at)
      else if (--current.left === 0) this.#readyToExecute(current)
    } catch (error) {
      this.stop(error)
    }
    return true
  }

  #row(current: MysqlExchange, bytes: Buffer, at: number, end: number): boolean {
    if (bytes[at] === 0xfe && end - at < 9) {
      this.#complete(current)
      return true
    }
    if (current.over) return true
    const { rows, readers } = current
    current.touched = true
    if (rows.count === rows.rowsMax) {
      this.surplus(current)
      return true
    }
    const pos = rows.room(bytes, at, end, readers.length, cellBytesMax)
    if (pos >= 0) {
      const read = current.params.length === 0 ? textRow : binaryRow
      if (!rows.rowEnds(read(readers, bytes, at, rows.out, pos))) return true
    }
    this.give(current)
    return pos >= 0
  }

  /** The first packet after a command: no rows, a request for a file, or the number of columns. */
  #answer(current: MysqlExchange, bytes: Buffer, at: number): void {
    if (bytes[at] === 0x00) {
      if (this.writing) this.#changed(current, bytes, at)
      this.#complete(current)
    } else if (bytes[at] === 0xfb) {
      current.failed ??= { error: new SluiceError('statement_refused', 'LOAD DATA LOCAL does not run here.') }
      this.hangUp()
    } else {
      current.left = new Cursor(bytes, at).length()
      current.reading = new ShapeReader(current.statement ? current.statement.shape : this.#shapes.get(current.sql), this.#extended)
      current.phase = 'columns'
    }
  }

  /** An OK packet: rows changed, the last id (both as lengths), status flags and the number of warnings (2 bytes each). */
  #changed(current: MysqlExchange, bytes: Buffer, at: number): void {
    const cursor = new Cursor(bytes, at + 1)
    current.rows.changed = cursor.length()
    cursor.length()
    this.warnings = bytes.readUInt16LE(cursor.at + 2)
  }

  #column(current: MysqlExchange, bytes: Buffer, at: number, end: number): void {
    if (current.left-- > 0) {
      current.reading!.add(bytes, at, end)
      return
    }
    // After the last column comes an EOF packet.
    const { shape } = current.reading!
    current.readers = shape.readers
    current.rows.columns = shape.readers.map(({ column }) => column)
    if (current.statement) current.statement.shape = shape
    else if (current.keep) this.#keepShape(current.sql, shape)
    current.phase = 'rows'
  }

  #keepShape(sql: string, shape: Shape): void {
    if (this.#shapes.get(sql) === shape) return
    this.#shapes.set(sql, shape)
    if (this.#shapes.size > shapesMax) this.#shapes.delete(this.#shapes.keys().next().value as string)
  }

  /** Statement id (4 bytes), numbers of columns and of parameters (2 bytes each), then the definitions of both, each kind with an EOF. */
  #prepared(current: MysqlExchange, bytes: Buffer, at: number): void {
    const columns = bytes.readUInt16LE(at + 5)
    const params = bytes.readUInt16LE(at + 7)
    current.statement = { id: bytes.readUInt32LE(at + 1), params, shape: undefined }
    current.left = (columns > 0 ? columns + 1 : 0) + (params > 0 ? params + 1 : 0)
    current.phase = 'skip'
    if (current.left === 0) this.#readyToExecute(current)
  }

  #readyToExecute(current: MysqlExchange): void {
    if (!current.failed) {
      try {
        this.#execute(current, current.statement!)
        return
      } catch (error) {
        current.failed = { error }
      }
    }
    if (current.statement) this.#unwanted.push(current.statement.id)
    current.complete = true
    this.ready(current)
  }

  #complete(current: MysqlExchange): void {
    try {
      this.complete(current)
    } catch (error) {
      current.failed ??= { error }
    }
    this.ready(current)
  }

  #error(current: MysqlExchange, bytes: Buffer, at: number, end: number): void {
    const error = readError(bytes, at, end)
    this.lastWords = error
    if (hangUps.has(error.errno)) {
      this.hangUp()
      return
    }
    current.complete = true
    if (!current.over) {
      const stale = current.statement?.shape && !current.touched && !current.retried && (error.errno === 1243 || error.errno === 1615)
      if (stale) {
        this.#again(current)
        return
      }
      current.over = true
      current.failed = { error: (this.writing ? changeFailure : failure)(error) }
    }
    this.ready(current)
  }

  /** The server has forgotten the statement or its tables have changed: prepare it again, once. */
  #again(current: MysqlExchange): void {
    this.#forget(current.sql)
    current.statement = undefined
    current.retried = true
    current.complete = false
    this.#begin(current)
  }
}
