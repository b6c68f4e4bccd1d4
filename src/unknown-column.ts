import { SluiceError } from './error.ts'
import type { Grant } from './grant.ts'
import { didYouMean } from './nearest.ts'
import type { Schema } from './schema.ts'

/** How the engines name a column that they do not find; the first group that took part is the name, perhaps with its table before it. */
const said = /column[: ]+(?:reference )?["'`]?([\w$.]+)|["'`]([\w$.]+)["'`]/i

/**
 * An error of the source that says `column_unknown`, with the nearest columns that the caller may see of the statement's tables
 * (`schema.table` or `table`). Any other error comes back as it is. Pure.
 */
export function withNearColumns(error: SluiceError, tables: readonly string[], schema: Schema, grant: Grant): SluiceError {
  if (error.code !== 'column_unknown') return error
  const match = said.exec(error.message)
  const wanted = (match?.[1] ?? match?.[2])?.split('.').at(-1)
  if (!wanted) return error
  const columns = schema.tables
    .filter(({ schema: place, name }) => tables.includes(name) || tables.includes(`${place}.${name}`))
    .flatMap(
      (table) => grant.table({ schema: table.schema, name: table.name, names: table.columns.map(({ name }) => name) })?.columns ?? [],
    )
  const near = didYouMean(wanted, columns)
  return near === '' ? error : new SluiceError(error.code, `${error.message}${near}`, { cause: error.cause, hint: error.hint })
}
