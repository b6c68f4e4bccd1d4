import type { Duplex } from 'node:stream'
import type { Value } from '../../call.ts'
import { SluiceError } from '../../error.ts'
import type { Ended } from '../../result.ts'
import { Exchange } from '../exchange.ts'
import type { Intake } from '../intake.ts'
import type { Rows } from '../rows.ts'
import { Wire } from '../wire.ts'
import { type CellReader, row } from './cells.ts'
import { changeFailure } from './change-errors.ts'
import { failure, notAllowed, type PostgresError, readError } from './errors.ts'
import { readFields } from './fields.ts'
import * as messages from './messages.ts'
import { type Statement, Statements } from './statements.ts'
import type { Types } from './types.ts'

const statementsMax = 100
/** Longest message of a server that nobody has asked anything. */
const noticeBytesMax = 1024 * 1024

/** What a connection needs from beside it. */
export type Side = Readonly<{
  types: Types
  /** Looks types up in the catalog, over a connection of its own. */
  learn(oids: readonly number[]): Promise<void>
  /** Sends a CancelRequest for this connection; resolves when the server has taken it. */
  cancel(): Promise<void>
  /** The session may write. */
  writing?: boolean
}>

type Before = Readonly<{ sql: string; params: readonly Value[] }>

class PostgresExchange extends Exchange {
  params: readonly Value[] = []
  statement: Statement | undefined
  readers: readonly CellReader[] = []
  before: Before | undefined
  /** Until it is complete, what comes belongs to this one. */
  becoming: Statement | undefined
  /** The statement was prepared before the tables changed: prepare it again, once. */
  stale: 'no' | 'yes' | 'was' = 'no'
}

/** One connection that speaks the extended protocol: one statement at a time, its rows as JSON into `Rows`. */
export class PostgresWire extends Wire<PostgresExchange> {
  readonly #statements = new Statements(statementsMax)
  readonly #side: Side

  constructor(stream: Duplex, intake: Intake, side: Side) {
    super(stream, intake, side.cancel, side.writing === true)
    this.#side = side
  }

  run(sql: string, params: readonly Value[], rows: Rows, keep: boolean, before?: Before): Promise<Ended> {
    return new Promise<Ended>((resolve, reject) => {
      const current = new PostgresExchange(sql, rows, resolve, reject)
      current.params = params
      current.before = before
      current.statement = keep ? this.#statements.get(sql) : undefined
      this.current = current
      this.#send(current)
    })
  }

  #send(current: PostgresExchange): void {
    const { statement, sql, params, rows } = current
    const name = statement?.name ?? ''
    for (const unwanted of this.#statements.unwanted()) messages.closeStatement(unwanted)
    if (current.before) {
      // Without a Sync in between both are one transaction, so what is set for it alone ends with it, whatever becomes of it.
      const becoming = this.#statements.get(current.before.sql)
      current.becoming = becoming
      if (!becoming.parsed) messages.parse(becoming.name, current.before.sql)
      messages.bind(becoming.name, current.before.params)
      messages.execute()
    }
    if (!statement?.parsed) messages.parse(name, sql)
    messages.bind(name, params)
    if (statement?.columns) {
      rows.columns = statement.columns
      current.readers = statement.readers
    } else {
      messages.describePortal()
    }
    messages.execute()
    messages.sync()
    this.write(messages.taken())
  }

  protected echo(): void {
    messages.sync()
    this.write(messages.taken())
  }

  protected goodbye(): Buffer {
    messages.terminate()
    return messages.taken()
  }

  protected step(): boolean {
    const { intake, current } = this
    const { bytes, start } = intake
    if (intake.end - start < 5) return false
    const length = bytes.readUInt32BE(start + 1)
    if (length < 4) throw new Error('The server sent a message without a length.')
    const next = start + 1 + length
    if (next > intake.end) {
      if (length > (current?.rows.messageBytesMax ?? noticeBytesMax)) this.tooLong()
      return false
    }
    if (bytes[start] === 0x44 && current && !current.becoming) {
      try {
        if (!this.#dataRow(current, bytes, start + 5, next)) return true
      } catch (error) {
        this.stop(error)
      }
    } else {
      this.#message(current, bytes, start, next)
    }
    intake.start = next
    return true
  }

  /** False when the row has to come again, after a batch was given away to make room. */
  #dataRow(current: PostgresExchange, bytes: Buffer, at: number, end: number): boolean {
    if (current.over) return true
    const { rows } = current
    current.touched = true
    if (rows.count === rows.rowsMax) {
      this.surplus(current)
      return true
    }
    const pos = rows.room(bytes, at, end, current.readers.length)
    if (pos >= 0 && !rows.rowEnds(row(current.readers, bytes, at, rows.out, pos))) return true
    this.give(current)
    return pos >= 0
  }

  #message(current: PostgresExchange | undefined, bytes: Buffer, start: number, next: number): void {
    switch (bytes[start]) {
      case 0x31: // ParseComplete
        if (current?.becoming) current.becoming.parsed = true
        else if (current?.statement) current.statement.parsed = true
        break
      case 0x54: // RowDescription
        // The server keeps this back until it flushes, so it may come after the query was stopped.
        if (current && !current.over) this.#columns(current, bytes, start + 5)
        break
      case 0x43: // CommandComplete
        if (current?.becoming) {
          current.becoming = undefined
          break
        }
        if (current && this.writing) current.rows.changed = changedBy(bytes.toString('latin1', start + 5, next - 1), current.rows)
        if (current) this.#complete(current)
        break
      case 0x49: // EmptyQueryResponse
        if (current) this.#complete(current)
        break
      case 0x45: // ErrorResponse
        this.#error(current, readError(bytes, start + 5, next))
        break
      case 0x53: // ParameterStatus: a statement has changed the session, so nobody else may have it.
        // Versions before 14 tell at once that a role makes nobody a superuser any more, and then that it has ended.
        if (this.writing || current?.before) break
        this.alive = false
        if (!current) this.destroy()
        break
      case 0x47: // CopyInResponse
      case 0x48: // CopyOutResponse
      case 0x57: // CopyBothResponse
        if (current) current.failed ??= { error: new SluiceError('statement_refused', 'COPY does not run here.') }
        this.destroy()
        break
      case 0x5a: // ReadyForQuery
        if (bytes[start + 5] !== 0x49 && !this.writing) this.alive = false
        if (current) this.#ready(current)
        break
      default:
    }
  }

  #complete(current: PostgresExchange): void {
    try {
      this.complete(current)
    } catch (error) {
      this.stop(error)
    }
  }

  #columns(current: PostgresExchange, bytes: Buffer, at: number): void {
    const { types } = this.#side
    const fields = readFields(bytes, at)
    const known = (): void => {
      const infos = fields.map(({ oid }) => types.get(oid) ?? types.giveUp(oid))
      const columns = infos.map((info, i) => ({ name: fields[i]!.name, type: info.type, nativeType: info.name }))
      current.readers = infos
      current.rows.columns = columns
      if (current.statement) Object.assign(current.statement, { columns, readers: infos })
    }
    const unknown = fields.map(({ oid }) => oid).filter((oid) => !types.get(oid))
    if (unknown.length === 0) known()
    else this.wait(current, this.#side.learn(unknown).then(known, known))
  }

  #error(current: PostgresExchange | undefined, error: PostgresError): void {
    this.lastWords = error
    if (error.severity === 'FATAL' || error.severity === 'PANIC') this.alive = false
    // Somebody ends this connection, perhaps while it was idle: what that means is decided when it is closed.
    if (!current || error.code.startsWith('57P')) return
    current.complete = true
    // The end of rows that nobody wanted any more is no failure.
    if (current.over) return
    current.over = true
    if (current.becoming) {
      if (!current.becoming.parsed) this.#statements.forget(current.before!.sql)
      current.becoming = undefined
      current.failed = { error: notAllowed(error) }
      return
    }
    const known = current.statement?.columns !== undefined
    if (known && !current.touched && current.stale === 'no' && (error.code === '0A000' || error.code === '26000')) current.stale = 'yes'
    else current.failed = { error: (this.writing ? changeFailure : failure)(error, current.sql) }
    current.touched = true
  }

  #ready(current: PostgresExchange): void {
    if (current.statement && !current.statement.parsed) this.#statements.forget(current.sql)
    if (current.stale === 'yes' && !current.failed) this.#again(current)
    else this.ready(current)
  }

  #again(current: PostgresExchange): void {
    this.#statements.forget(current.sql)
    current.statement = this.#statements.get(current.sql)
    current.stale = 'was'
    current.touched = current.over = current.complete = false
    this.#send(current)
  }
}

/** The number in `UPDATE 3` or `INSERT 0 3`. A SELECT changes rows only where it answers none, in CREATE TABLE … AS. */
function changedBy(tag: string, { columns }: Rows): number {
  const found = /^(INSERT|UPDATE|DELETE|MERGE|SELECT) (?:\d+ )?(\d+)$/.exec(tag)
  return found && (found[1] !== 'SELECT' || columns.length === 0) ? Number(found[2]) : 0
}
