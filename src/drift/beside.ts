import type { Index } from '../details.ts'
import type { SourceFunction } from '../schema.ts'
import type { Change } from './drift.ts'

/** What is different between the functions that somebody has made. `table` is empty: a function belongs to none. */
export function functionChanges(before: readonly SourceFunction[], after: readonly SourceFunction[]): Change[] {
  const made = (functions: readonly SourceFunction[]) =>
    Map.groupBy(
      functions.filter(({ builtin }) => !builtin),
      functionName,
    )
  const [old, now] = [made(before), made(after)]
  const changes: Change[] = []
  for (const [name, ones] of old) {
    const next = now.get(name)
    if (!next) changes.push({ kind: 'function_removed', table: '', before: name })
    else if (asText(ones) !== asText(next)) changes.push({ kind: 'function_changed', table: '', before: name, after: name })
  }
  for (const name of now.keys()) if (!old.has(name)) changes.push({ kind: 'function_added', table: '', after: name })
  return changes
}

/** What is different between the indexes of tables that were there before and are there now; a primary key and how large an index is are told elsewhere. */
export function indexChanges(before: readonly Index[], after: readonly Index[], tables: ReadonlySet<string>): Change[] {
  const named = (indexes: readonly Index[]) =>
    new Map(
      indexes
        .filter((index) => !index.primary && tables.has(tableOf(index)))
        .map((index) => [JSON.stringify([index.schema, index.table, index.name]), index]),
    )
  const [old, now] = [named(before), named(after)]
  const changes: Change[] = []
  for (const [key, index] of old) {
    const next = now.get(key)
    if (!next) changes.push({ kind: 'index_removed', table: tableOf(index), before: told(index) })
    else if (told(index) !== told(next))
      changes.push({ kind: 'index_changed', table: tableOf(index), before: told(index), after: told(next) })
  }
  for (const [key, index] of now) if (!old.has(key)) changes.push({ kind: 'index_added', table: tableOf(index), after: told(index) })
  return changes
}

const functionName = ({ schema, name, args }: SourceFunction): string => {
  const [least, most] = args ?? []
  const count =
    least === undefined ? '' : least === most ? String(least) : most === Number.POSITIVE_INFINITY ? `${least}…` : `${least}-${most}`
  return `${schema === '' ? name : `${schema}.${name}`}(${count})`
}

const asText = (functions: readonly SourceFunction[]): string =>
  functions
    .map((one) => JSON.stringify(one))
    .sort()
    .join()

const tableOf = ({ schema, table }: Index): string => (schema === '' ? table : `${schema}.${table}`)

const told = ({ name, columns, unique, primary, method }: Index): string =>
  `${name} (${columns.join(', ')})${primary ? ' primary' : unique ? ' unique' : ''}${method === undefined ? '' : ` ${method}`}`
