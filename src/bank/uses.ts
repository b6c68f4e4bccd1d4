import type { Use } from '../drift/drift.ts'
import type { Grant } from '../grant.ts'
import type { Schema } from '../schema.ts'
import type { Pair, Store } from '../store/store.ts'

/**
 * What the pairs of a source name, as far as an administrator may know it: where something is hidden from them only what another
 * administrator has let everybody find, and only of tables and columns that they may see. `schema` is the one of before a change.
 */
export async function pairUses(store: Store, source: string, grant: Grant, schema: Schema): Promise<readonly Use[]> {
  const pairs = await store.pairs.since(source, 0)
  return pairs
    .filter((pair) => pair.state !== 'rejected' && (!grant.restricted || (pair.review === 'admin' && isGranted(pair, grant, schema))))
    .map(({ question, tables }) => ({
      what: 'pair',
      name: question.slice(0, NAME_CHARS_MAX),
      tables: tables.map(({ table }) => table),
      // Where a table is read as a whole any of its columns may be meant.
      columns: tables.some(({ all }) => all !== undefined)
        ? []
        : tables.flatMap(({ table, columns }) => Object.keys(columns).map((column) => `${table}.${column}`)),
    }))
}
const NAME_CHARS_MAX = 200

function isGranted({ tables }: Pair, grant: Grant, schema: Schema): boolean {
  return tables.every(({ table: name, columns }) => {
    const table = schema.tables.find((one) => (one.schema === '' ? one.name : `${one.schema}.${one.name}`) === name)
    const one = table && grant.table({ schema: table.schema, name: table.name, names: table.columns.map((column) => column.name) })
    return (
      one !== undefined &&
      one.rows.length === 0 &&
      Object.keys(columns).every((column) => one.columns.includes(column) && !one.masks.has(column))
    )
  })
}
