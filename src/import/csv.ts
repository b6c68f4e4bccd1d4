import { pipeline } from 'node:stream'
import type { CsvError, Options } from 'csv-parse'
import type { Value } from '../call.ts'
import { SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import { metered, utf8Only } from './metered.ts'
import { type Bytes, badRow, type RowsIn } from './rows-in.ts'

export type CsvSetting = Readonly<{
  /** Without them the first row names the columns. */
  columns?: readonly string[]
  /** `,` unless said otherwise. */
  delimiter?: string
  /** `"` unless said otherwise. */
  quote?: string
  /** The text that stands for NULL where it is not quoted; the empty one unless said otherwise. A quoted empty field is an empty text. */
  null?: string
}>

/** Rows of comma-separated values (RFC 4180) in UTF-8. */
export function csvRows(source: Bytes, setting: CsvSetting, bytesMax: number): RowsIn {
  return {
    format: 'csv',
    setting,
    async read(into, signal) {
      const { bytes, content } = metered(source, bytesMax, signal)
      // Loaded with the first import: a list of tools must not wait for it.
      const csv = await import('csv-parse')
      const parser = csv.parse(optionsOf(setting))
      // Its failure reaches the loop below, which ends the other one.
      pipeline(utf8Only(bytes), parser, () => undefined)
      let names = setting.columns
      if (names) await into.columns(names)
      let row = 0
      try {
        for await (const values of parser as AsyncIterable<readonly Value[]>) {
          signal.throwIfAborted()
          if (!names) {
            names = headerOf(values)
            await into.columns(names)
            continue
          }
          row++
          if (values.length !== names.length) throw badRow(row, `has ${values.length} fields, and there are ${names.length} columns`)
          const taken = into.row(values)
          if (taken) await taken
        }
      } catch (error) {
        throw error instanceof csv.CsvError ? unreadable(error, recordOf(error, setting) ?? row + 1) : error
      } finally {
        parser.destroy()
      }
      if (!names) throw new SluiceError('import_invalid', 'The content holds no rows, not even the names of columns.')
      return content()
    },
  }
}

function optionsOf({ delimiter = ',', quote = '"', null: nothing = '' }: CsvSetting): Options {
  return {
    delimiter,
    quote,
    escape: quote,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: limits.importRowBytesMax,
    cast: (value, { quoting }) => (quoting || value !== nothing ? value : null) as string,
  }
}

function headerOf(values: readonly Value[]): readonly string[] {
  const names = values.map((value) => (typeof value === 'string' ? value.trim() : ''))
  if (names.includes(''))
    throw new SluiceError('import_invalid', `The first row must name the columns, and column ${names.indexOf('') + 1} has no name.`)
  return names
}

/** The parser is ahead of those who take its rows, so it knows better where it stands. */
function recordOf(error: CsvError, { columns }: CsvSetting): number | undefined {
  const before: unknown = error.records
  return typeof before === 'number' ? before + (columns ? 1 : 0) : undefined
}

/** What the parser says may quote the content, so only the kind of its error is used. */
function unreadable(error: CsvError, row: number): SluiceError {
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return badRow(row, `is longer than ${limits.importRowBytesMax} bytes, or a quote in it does not end`)
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return badRow(row, 'has a quote that does not end')
  if (error.code === 'INVALID_OPENING_QUOTE') return badRow(row, 'has a quote within a field that does not begin with one')
  if (error.code === 'CSV_INVALID_CLOSING_QUOTE') return badRow(row, 'has something between a closing quote and the next delimiter')
  return badRow(row, 'cannot be read as comma-separated values', error)
}
