import { hash } from 'node:crypto'
import { SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import { parseExact, valueOfJson } from './json-value.ts'
import { metered, utf8Only } from './metered.ts'
import { type Bytes, badRow, type Intake, type RowsIn } from './rows-in.ts'

type Setting = Readonly<{
  /** Without them each row has the columns that it names, and the others get their default. */
  columns?: readonly string[]
}>

/** Rows as lines of JSON, one object each. */
export function ndjsonRows(source: Bytes, setting: Setting, bytesMax: number): RowsIn {
  return {
    format: 'ndjson',
    setting,
    async read(into, signal) {
      const { bytes, content } = metered(source, bytesMax, signal)
      const objects = new Objects(into, setting)
      let rest = ''
      let row = 0
      const line = (text: string): void | Promise<void> => {
        if (text.length > limits.importRowBytesMax) throw badRow(row + 1, `is longer than ${limits.importRowBytesMax} bytes`)
        if (text.trim() === '') return
        row++
        return objects.row(parsed(text, row), row)
      }
      for await (const piece of utf8Only(bytes)) {
        const text = piece.toString('utf8')
        let from = 0
        for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
          const taken = line(rest + text.slice(from, end))
          rest = ''
          from = end + 1
          if (taken) await taken
        }
        rest += text.slice(from)
        if (rest.length > limits.importRowBytesMax) throw badRow(row + 1, `is longer than ${limits.importRowBytesMax} bytes`)
      }
      await line(rest)
      return content()
    },
  }
}

function parsed(text: string, row: number): unknown {
  try {
    return parseExact(text)
  } catch (error) {
    throw badRow(row, 'is not JSON', error)
  }
}

/** One JSON document: an array of objects. It is read as a whole, so it may hold less than the other formats. */
export function jsonRows(source: Bytes, setting: Setting, bytesMax: number): RowsIn {
  return {
    format: 'json',
    setting,
    async read(into, signal) {
      const { bytes, content } = metered(source, Math.min(bytesMax, limits.importJsonBytesMax), signal)
      const pieces: Buffer[] = []
      for await (const piece of utf8Only(bytes)) pieces.push(piece)
      let rows: unknown
      try {
        rows = parseExact(Buffer.concat(pieces).toString('utf8'))
      } catch (cause) {
        throw new SluiceError('import_invalid', 'The content is not one JSON document. Nothing was imported.', { cause })
      }
      await give(rows, new Objects(into, setting), signal)
      return content()
    },
  }
}

/** Rows that are here already. */
export function arrayRows(rows: readonly unknown[], setting: Setting): RowsIn {
  return {
    format: 'rows',
    setting,
    async read(into, signal) {
      const rounded = rows.findIndex((row) => typeof row === 'object' && row !== null && Object.values(row).some(isRounded))
      if (rounded >= 0) throw badRow(rounded + 1, 'holds a number that JSON does not carry exactly; write it as a string of digits')
      await give(rows, new Objects(into, setting), signal)
      const whole = JSON.stringify(rows)
      return { digest: hash('sha256', whole, 'hex'), bytes: whole.length }
    },
  }
}

/** An integer that was rounded when its JSON was read, which happened elsewhere. */
const isRounded = (value: unknown) => Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value as number) <= 2 ** 64

async function give(rows: unknown, objects: Objects, signal: AbortSignal): Promise<void> {
  if (!Array.isArray(rows)) throw new SluiceError('import_invalid', 'The content must be an array of rows. Nothing was imported.')
  for (const [i, row] of rows.entries()) {
    signal.throwIfAborted()
    const taken = objects.row(row, i + 1)
    if (taken) await taken
  }
}

/** Objects, or arrays where the columns are known, on their way into an intake. */
class Objects {
  readonly #into: Intake
  readonly #fixed: readonly string[] | undefined
  #names: readonly string[] | undefined
  constructor(into: Intake, { columns }: Setting) {
    this.#into = into
    this.#fixed = columns
  }

  row(row: unknown, at: number): void | Promise<void> {
    if (typeof row !== 'object' || row === null) throw badRow(at, 'is not an object')
    const told = this.#tell(row, at)
    return told ? told.then(() => this.#push(row)) : this.#push(row)
  }

  /** The names of the columns, where they are not those of the row before. */
  #tell(row: object, at: number): void | Promise<void> {
    if (Array.isArray(row)) {
      if (!this.#fixed) throw badRow(at, 'is an array, and the columns were not named')
      if (row.length !== this.#fixed.length) throw badRow(at, `has ${row.length} values, and there are ${this.#fixed.length} columns`)
    }
    if (this.#fixed) {
      const strange = Array.isArray(row) ? undefined : Object.keys(row).find((name) => !this.#fixed!.includes(name))
      if (strange !== undefined) throw badRow(at, `has a field ${JSON.stringify(strange.slice(0, 100))} that is not among the columns`)
      if (this.#names) return
      this.#names = this.#fixed
      return this.#into.columns(this.#names)
    }
    const names = Object.keys(row)
    if (this.#names && names.length === this.#names.length && names.every((name, i) => name === this.#names![i])) return
    this.#names = names
    return this.#into.columns(names)
  }

  #push(row: object): void | Promise<void> {
    const values = Array.isArray(row)
      ? row
      : this.#names!.map((name) => (Object.hasOwn(row, name) ? (row as Record<string, unknown>)[name] : null))
    return this.#into.row(values.map(valueOfJson))
  }
}
