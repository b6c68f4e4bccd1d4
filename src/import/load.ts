import type { Value } from '../call.ts'
import {
  type BuildSetting,
  countSeen,
  mayChangeBehind,
  pointingAt,
  type Statement,
  statements,
  type Target,
  valueIn,
  writtenColumn,
} from '../dml/dml.ts'
import { SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import { type Cell, type Column, cells, type Sink } from '../result.ts'
import type { TableColumn } from '../schema.ts'
import type { WriteSession } from '../source/source.ts'
import { cellOf, type ToCell, Wrong } from './cell.ts'
import { badRow, type Intake } from './rows-in.ts'

/** How rows get into their table. `key` is empty where they are only inserted. */
export type LoadSetting = BuildSetting &
  Readonly<{
    target: Target
    key: readonly TableColumn[]
    batchRows: number
    /** The columns by which new rows are looked up again; empty where there are none. */
    proof: readonly TableColumn[]
    /** Whether row rules must be held against new rows. */
    hidden: boolean
    /** Whether an INSERT can answer the proof of its rows; else the content must hold it. */
    returning: boolean
    progress: (rows: number) => void
  }>

/** Rows on their way into the source, and where they stand in the content. */
export type Pending = Readonly<{ columns: readonly TableColumn[]; rows: readonly (readonly Value[])[]; first: number }>

/** The most bytes of values in one statement, about; one row may be larger. */
const batchBytesMax = 2 * 1024 * 1024
const shownRows = 5
/** Rows of an import that can be undone. */
export const UNDO_ROWS_MAX = 10_000

/** Puts rows into a table, many at a time, within one writing session. */
export class Load implements Intake {
  rows = 0
  /** The columns of the first rows, and a few of them. */
  readonly shown: { names: readonly string[]; rows: (readonly Value[])[] } = { names: [], rows: [] }
  /** Of the rows that are new, as far as they can be known and are few enough to be kept for undoing. */
  keys: (readonly Value[])[] | undefined = []
  /** What was being written when something failed. */
  failing: Pending | undefined
  readonly #setting: LoadSetting
  readonly #session: WriteSession
  #columns: readonly TableColumn[] = []
  #cells: readonly ToCell[] = []
  #room = 0
  #waiting: (readonly Value[])[] = []
  #bytes = 0
  /** Keys among the rows that wait: a source does not take the same one twice in a statement. */
  #keys = new Set<string>()
  #keyAt: readonly number[] = []

  constructor(setting: LoadSetting, session: WriteSession) {
    this.#setting = setting
    this.#session = session
  }

  async columns(names: readonly string[]): Promise<void> {
    await this.flush()
    const { target, key, batchRows, dialect, proof, returning, hidden } = this.#setting
    this.#columns = names.map((name) => writtenColumn(name, target, this.#setting))
    const twice = this.#columns.find((column, i) => this.#columns.indexOf(column) < i)
    if (twice) throw new SluiceError('import_invalid', `The column ${twice.name} is there twice. Nothing was imported.`)
    this.#cells = this.#columns.map((column) => cellOf(column, dialect.name))
    this.#room = Math.min(batchRows, statements.rowsAtOnce(this.#columns.length))
    if (key.length > 0) this.#mustNotReachBehind()
    this.#keyAt = key.map((column) => this.#placeOf(column, 'the key of the upsert'))
    if (hidden && (!returning || key.length > 0)) for (const column of proof) this.#placeOf(column, 'needed to hold your row rules')
    if (this.shown.names.length === 0) this.shown.names = this.#columns.map(({ name }) => name)
  }

  #placeOf(column: TableColumn, what: string): number {
    const place = this.#columns.indexOf(column)
    if (place >= 0) return place
    throw new SluiceError('import_invalid', `The column ${column.name} is ${what}, and the content has none. Nothing was imported.`)
  }

  /** Where an upsert sets a column that other tables reference, the source may change their rows with its own rights. */
  #mustNotReachBehind(): void {
    const { target, key } = this.#setting
    const set = this.#columns.filter((column) => !key.includes(column)).map(({ name }) => name)
    const behind = set.length === 0 ? [] : pointingAt(target, this.#setting, set)
    if (behind.every(({ table }) => mayChangeBehind(table, this.#setting))) return
    const hint = 'Leave the columns out that other tables reference, or use upsert_rows, which looks at each row.'
    throw new SluiceError('change_refused', `Rows of other tables point at rows of ${target.label}, and you may not change those.`, {
      hint,
    })
  }

  row(values: readonly Value[]): void | Promise<void> {
    this.rows++
    if (this.rows > limits.importRowsMax) throw new SluiceError('body_too_large', `An import holds at most ${limits.importRowsMax} rows.`)
    const row = values.map((value, i) => {
      const cell = this.#cells[i]!(value)
      if (!(cell instanceof Wrong)) return cell
      throw badRow(this.rows, `cannot be imported: its column ${this.#columns[i]!.name} ${cell.why}`)
    })
    if (this.#keyAt.length > 0 && this.#isAgain(row)) return this.flush().then(() => this.#add(row))
    return this.#add(row)
  }

  #isAgain(row: readonly Value[]): boolean {
    const key = JSON.stringify(this.#keyAt.map((i) => keyText(row[i]!)))
    const again = this.#keys.has(key)
    if (again) this.#keys = new Set()
    this.#keys.add(key)
    return again
  }

  #add(row: readonly Value[]): void | Promise<void> {
    this.#waiting.push(row)
    if (this.shown.rows.length < shownRows && this.#columns.length === this.shown.names.length) this.shown.rows.push(row)
    for (const value of row) this.#bytes += typeof value === 'string' ? value.length : value instanceof Uint8Array ? value.byteLength : 8
    if (this.#waiting.length >= this.#room || this.#bytes >= batchBytesMax) return this.flush(true)
  }

  /** Sends what waits. */
  async flush(emptyKeys = false): Promise<void> {
    const rows = this.#waiting
    if (rows.length === 0) return
    this.#waiting = []
    this.#bytes = 0
    if (emptyKeys) this.#keys.clear()
    const pending = { columns: this.#columns, rows, first: this.rows - rows.length + 1 }
    this.failing = pending
    const keys = await put(pending, this.#setting, this.#session, this.rows <= UNDO_ROWS_MAX)
    this.failing = undefined
    if (this.rows > UNDO_ROWS_MAX || !keys) this.keys = undefined
    else this.keys?.push(...keys)
    this.#setting.progress(this.rows)
  }
}

const keyText = (value: Value): string =>
  value instanceof Uint8Array ? `x${Buffer.from(value).toString('hex')}` : `${value === null ? 'n' : 'v'}${String(value)}`

/**
 * Writes some rows, and refuses them when row rules would hide one of them, or have hidden one that is overwritten. Answers their keys where
 * they are `wanted` and can be known.
 */
export async function put(
  { columns, rows }: Pick<Pending, 'columns' | 'rows'>,
  setting: LoadSetting,
  session: WriteSession,
  wanted = false,
): Promise<Keys | undefined> {
  const { key, proof, hidden, returning } = setting
  const places = proof.map((column) => columns.indexOf(column))
  const named = proof.length > 0 && places.every((place) => place >= 0) ? rows.map((row) => places.map((place) => row[place]!)) : undefined
  const there = key.length > 0 && hidden ? await mustShow(named ?? [], setting, session) : undefined
  const done = there !== undefined && setting.dialect.name === 'postgres' && (await insertNew(columns, rows, there, setting, session))
  const asking = !named && returning && proof.length > 0 && (hidden || wanted)
  const answers: (readonly Value[])[] = []
  // Where no column is named each row is a statement of its own.
  for (const some of done ? [] : columns.length === 0 ? rows.map((row) => [row]) : [rows]) {
    if (asking) answers.push(...(await insertReturning(columns, some, setting, session)))
    else {
      const { sql, params } =
        key.length > 0 ? upsert(columns, some, setting) : statements.insertRows(setting.target, columns, some, setting)
      await session.run(sql, params)
    }
  }
  const keys = named ?? (asking ? answers : undefined)
  if (hidden && (await seen(keys ?? [], setting, session)) !== rows.length) {
    throw new SluiceError('change_refused', `A row would be one that your row rules do not show you in ${setting.target.label}.`)
  }
  return keys
}

/** The keys of rows that were just inserted, as the source has made them. */
async function insertReturning(columns: readonly TableColumn[], rows: Keys, setting: LoadSetting, session: WriteSession): Promise<Keys> {
  const { sql, params } = statements.insertRows(setting.target, columns, rows, setting, { key: { columns: setting.proof } })
  return (await answered(sql, params, session)).map((row) => row.map((cell) => valueIn(cell, setting.dialect.name)))
}

/** MySQL names no key in an upsert; that there is no other was seen to before. */
function upsert(columns: readonly TableColumn[], rows: readonly (readonly Value[])[], setting: LoadSetting): Statement {
  const { target, key, dialect } = setting
  if (dialect.name !== 'mysql') return statements.insertRows(target, columns, rows, setting, { conflict: key })
  const { sql, params } = statements.insertRows(target, columns, rows, setting)
  const rest = columns.filter((column) => !key.includes(column))
  const set = (rest.length > 0 ? rest : key).map(({ name }) => `${dialect.quoteName(name)} = VALUES(${dialect.quoteName(name)})`)
  const whole = `${sql} ON DUPLICATE KEY UPDATE ${set.join(', ')}`
  return { sql: whole, shown: whole, params }
}

type Keys = readonly (readonly Value[])[]

/**
 * PostgreSQL would overwrite a row that somebody has inserted since it was looked for, and that this caller might not see. So what was not
 * there is inserted first: from then on every key is one of a row that was looked at, or of our own. True when nothing else is to be done.
 */
async function insertNew(
  columns: readonly TableColumn[],
  rows: Keys,
  there: number,
  setting: LoadSetting,
  session: WriteSession,
): Promise<boolean> {
  const { sql, params } = statements.insertRows(setting.target, columns, rows, setting, { skips: setting.key })
  const { changed } = await session.run(sql, params)
  if (changed !== rows.length - there) throw notUnique(setting)
  return there === 0
}

// As an INSERT would say, which fails on such a row.
const notUnique = ({ target }: LoadSetting) => new SluiceError('constraint_violated', `A key of ${target.label} must be unique.`)

/** A row that the caller does not see must not be overwritten by one with its key. Answers how many of them are there; they are locked. */
async function mustShow(keys: Keys, setting: LoadSetting, session: WriteSession): Promise<number> {
  const { target, proof } = setting
  let there = 0
  for (const some of chunks(keys)) {
    const { sql, params } = statements.readByKey(target, proof, proof, some, setting, true)
    there += (await answered(sql, params, session)).length
  }
  if (there !== (await seen(keys, setting, session))) throw notUnique(setting)
  return there
}

async function seen(keys: Keys, setting: LoadSetting, session: WriteSession): Promise<number> {
  let count = 0
  for (const some of chunks(keys)) {
    const { sql, params } = await countSeen(setting.target, some, setting.proof, setting)
    const [row] = await answered(sql, params, session)
    count += Number(row?.[0] ?? 0)
  }
  return count
}

const KEYS_AT_ONCE = 200

function chunks(keys: Keys): Keys[] {
  const parts: Keys[] = []
  for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) parts.push(keys.slice(at, at + KEYS_AT_ONCE))
  return parts
}

/** The rows of a statement of ours. */
export async function answered(sql: string, params: readonly Value[], session: WriteSession): Promise<readonly (readonly Cell[])[]> {
  const rows: (readonly Cell[])[] = []
  let columns: readonly Column[] = []
  const sink: Sink = {
    columns(told) {
      columns = told
    },
    batch(batch) {
      rows.push(...cells(batch, columns))
    },
  }
  await session.rows(sql, params, Number.MAX_SAFE_INTEGER, sink)
  return rows
}

/** `schema.name`, or the plain name in sources without schemas. */
export const tableOf = ({ target: { table } }: LoadSetting): string => (table.schema === '' ? table.name : `${table.schema}.${table.name}`)
