import type { Change } from '../drift/drift.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { nearest } from '../nearest.ts'
import { type Difference, mended, type Renaming } from '../pairs/pairs.ts'
import type { Schema } from '../schema.ts'
import type { Source } from '../source/sources.ts'
import type { Pair } from '../store/store.ts'

/**
 * What has another name now, of what a pair uses: as the catalog's versions tell it, else the one column of the same type whose name is near.
 * Only a guess, so what is made of it is run before anybody sees it.
 */
export function renamingsOf(
  pair: Pick<Pair, 'tables'>,
  differences: readonly Difference[],
  schema: Schema,
  changes: readonly Change[],
): Renaming[] {
  return differences.flatMap(({ table, column, what }): Renaming[] => {
    if (what === 'table_gone') {
      const to = followed(changes, table, undefined)
      return to === undefined ? [] : [{ table, to }]
    }
    if (what !== 'column_gone' || column === undefined) return []
    const to = followed(changes, table, column) ?? nearColumn(pair, table, column, schema)
    return to === undefined ? [] : [{ table, column, to }]
  })
}

/** The newest name, over several versions. */
function followed(changes: readonly Change[], table: string, column: string | undefined): string | undefined {
  const kind = column === undefined ? 'table_renamed' : 'column_renamed'
  let name = column ?? table
  for (const change of changes) {
    if (change.kind !== kind || change.after === undefined) continue
    const same = column === undefined ? change.table === name : change.table === table && change.column === name
    if (same) name = change.after
  }
  return name === (column ?? table) ? undefined : name
}

function nearColumn({ tables }: Pick<Pair, 'tables'>, table: string, column: string, schema: Schema): string | undefined {
  const used = tables.find((one) => one.table === table)
  const now = schema.tables.find((one) => (one.schema === '' ? one.name : `${one.schema}.${one.name}`) === table)
  if (!used || !now) return undefined
  const free = now.columns.filter(({ name, nativeType }) => !Object.hasOwn(used.columns, name) && nativeType === used.columns[column])
  return nearest(
    column,
    free.map(({ name }) => name),
  )[0]
}

/** The statement with the new names; undefined where it cannot be read. */
export async function rewritten(
  { statement, tables }: Pick<Pair, 'statement' | 'tables'>,
  renamings: readonly Renaming[],
  { parts, source }: Readonly<{ parts: Parts; source: Source }>,
): Promise<string | undefined> {
  const dialect = await parts.dialects(source.dialect)
  try {
    const { facts } = await dialect.parse(statement)
    const owners = (column: string) =>
      tables
        .filter(({ columns }) => Object.keys(columns).some((name) => name.toLowerCase() === column.toLowerCase()))
        .map(({ table }) => table)
    return mended(statement, dialect.tokens(statement), facts.tables, renamings, owners, dialect.quoteName)
  } catch (error) {
    if (error instanceof SluiceError) return undefined
    throw error
  }
}
