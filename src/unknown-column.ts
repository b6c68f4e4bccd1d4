import { SluiceError } from './error.ts'
import type { Grant } from './grant.ts'
import { didYouMean } from './nearest.ts'
import type { Schema } from './schema.ts'

/** How the engines name a column that they do not find; the first group that took part is the name, perhaps with its table before it. */
const said = /column[: ]+(?:reference )?["'`]?([\p{L}\p{N}_$]+(?:\.[\p{L}\p{N}_$]+)*)|["'`]([\p{L}\p{N}_$.]+)["'`]/iu

/** The column that a source says it did not find, without its table. */
export function wantedIn({ message }: Readonly<{ message: string }>): string | undefined {
  const match = said.exec(message)
  return (match?.[1] ?? match?.[2])?.split('.').at(-1)
}

/** The tables of a schema that a statement names as `schema.table` or `table`. */
const namedTables = ({ tables: all }: Schema, tables: readonly string[]) =>
  all.filter(({ schema, name }) => tables.includes(name) || tables.includes(`${schema}.${name}`))

/** True when the source does not know what its schema says that it holds: a table or a column was dropped since the schema was read. */
export function isOutdated(error: SluiceError, tables: readonly string[], schema: Schema): boolean {
  if (error.code === 'table_unknown') return true
  if (error.code !== 'column_unknown') return false
  const wanted = wantedIn(error)
  return namedTables(schema, tables).some(({ columns }) => columns.some(({ name }) => name === wanted))
}

/**
 * An error of the source that says `column_unknown`, with the nearest columns that the caller may see of the statement's tables
 * (`schema.table` or `table`). Any other error comes back as it is. Pure.
 */
export function withNearColumns(error: SluiceError, tables: readonly string[], schema: Schema, grant: Grant): SluiceError {
  if (error.code !== 'column_unknown') return error
  const wanted = wantedIn(error)
  if (!wanted) return error
  const columns = namedTables(schema, tables).flatMap(
    (table) => grant.table({ schema: table.schema, name: table.name, names: table.columns.map(({ name }) => name) })?.columns ?? [],
  )
  const near = didYouMean(wanted, columns)
  return near === '' ? error : new SluiceError(error.code, `${error.message}${near}`, { cause: error.cause, hint: error.hint })
}
