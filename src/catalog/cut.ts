import type { Details } from '../details.ts'
import { countable, foreignKeysOf, fullName, keyOf, type Visible, visibleTables } from '../explore.ts'
import type { Grant } from '../grant.ts'
import type { Table } from '../schema.ts'
import type { Version } from '../store/store.ts'

/** A version as one caller sees it. */
export type CutVersion = Pick<Version, 'schema' | 'details'> & Readonly<{ visible: readonly Visible[] }>

/**
 * A version without what the grant hides. Texts that the source wrote (definitions of views, defaults, functions) may name anything, so they are for
 * callers from whom nothing is hidden.
 */
export function cut({ schema, details }: Pick<Version, 'schema' | 'details'>, grant: Grant): CutVersion {
  const visible = visibleTables(schema, grant)
  if (!grant.restricted) return { schema, details, visible }
  const tables = visible.map((one) => tableOf(one, visible))
  const seen = new Map(visible.map((one) => [fullName(one.table), one]))
  return { schema: { ...schema, tables, functions: [] }, details: details && detailsOf(details, seen), visible }
}

function tableOf(one: Visible, visible: readonly Visible[]): Table {
  const { schema, name, kind, columns, comment, rowsEstimate } = one.table
  return {
    schema,
    name,
    kind,
    columns: columns.map(({ default: _, ...column }) => column),
    ...(comment === undefined ? {} : { comment }),
    primaryKey: keyOf(one),
    foreignKeys: foreignKeysOf(one, visible),
    ...(rowsEstimate === undefined || !countable(one) ? {} : { rowsEstimate }),
  }
}

function detailsOf({ database, indexes, sizes }: Details, seen: ReadonlyMap<string, Visible>): Details {
  const of = ({ schema, table }: Readonly<{ schema: string; table: string }>) => seen.get(fullName({ schema, name: table }))
  return {
    database: { ...database, settings: {} },
    indexes: indexes.flatMap(({ definition: _, bytes, ...index }) => {
      const one = of(index)
      if (!one || !index.columns.every((name) => one.table.columns.some((column) => column.name === name))) return []
      return [{ ...index, ...(bytes === undefined || !countable(one) ? {} : { bytes }) }]
    }),
    sizes: sizes.filter((size) => {
      const one = of(size)
      return one !== undefined && countable(one)
    }),
    dependents: [],
  }
}
