import { SluiceError } from '../../error.ts'
import type { DialectName, Facts, Resolved, TableRef } from '../../facts.ts'
import type { Grant } from '../../grant.ts'
import { didYouMean } from '../../nearest.ts'
import type { Schema, Table } from '../../schema.ts'
import type { Setting } from '../guard.ts'
import { Harmless } from './harmless.ts'
import { isHarmlessSystemTable, isSystemTable } from './system-tables.ts'

/** Finds what each name stands for; a table that is not granted is answered as one that does not exist. */
export function tables(facts: Facts, setting: Setting): readonly Resolved[] {
  const harmless = new Harmless(setting)
  return facts.tables.map((ref) => {
    const table = setting.schema ? resolve(ref, setting.schema, setting.dialect) : undefined
    if (table?.system || isSystemTable(ref, table, setting.dialect)) {
      mustBeHarmless(ref, setting)
      return { ref, table }
    }
    // Without a grant nobody asks what may be seen, and whether a table exists is the engine's to say.
    if (setting.grant && setting.schema && (!table || !isGranted(table, setting.grant))) throw unknown(ref, setting)
    if (table?.kind === 'view') mustBeQuiet(table, setting, harmless)
    return { ref, table }
  })
}

/** The table that a name stands for, by the search path where no schema is given; PostgreSQL has folded its names already. */
export function resolve(ref: TableRef, schema: Schema, dialect: DialectName): Table | undefined {
  const schemas = ref.schema === undefined ? schema.searchPath : [ref.schema]
  const find = (same: (a: string, b: string) => boolean): Table | undefined => {
    for (const place of schemas) {
      const found = schema.tables.find((table) => same(table.name, ref.name) && same(table.schema, place))
      if (found) return found
    }
    return undefined
  }
  const exact = find((a, b) => a === b)
  return exact || dialect === 'postgres' ? exact : find((a, b) => a.toLowerCase() === b.toLowerCase())
}

function isGranted(table: Table, grant: Grant | undefined): boolean {
  return !grant || grant.table({ schema: table.schema, name: table.name, names: table.columns.map(({ name }) => name) }) !== undefined
}

/** Reading a view runs the functions in its definition. MySQL, SQLite and DuckDB have none that could act. */
function mustBeQuiet(table: Table, setting: Setting, harmless: Harmless): void {
  if (setting.dialect !== 'postgres') return
  const why = harmless.view(table.definition)
  if (why === undefined) return
  throw new SluiceError('table_refused', `The view ${table.name} may not be read: ${why}.`)
}

function mustBeHarmless(ref: TableRef, { grant, dialect }: Setting): void {
  if (!grant?.restricted && isHarmlessSystemTable(ref, dialect)) return
  throw new SluiceError('table_refused', `The system table ${nameOf(ref)} may not be read here.`, {
    hint: 'Use search_schema and describe_table to see what you may read.',
  })
}

const nameOf = (ref: TableRef): string => (ref.schema === undefined ? ref.name : `${ref.schema}.${ref.name}`)

/** What may not be seen may not be found either, so only granted names are offered. */
function unknown(ref: TableRef, { schema, grant }: Setting): SluiceError {
  const visible = (schema?.tables ?? []).filter((table) => !table.system && isGranted(table, grant))
  const single = (table: Table): string => (schema?.searchPath.includes(table.schema) ? table.name : `${table.schema}.${table.name}`)
  const hint = didYouMean(ref.name, visible.map(single)).trim()
  return new SluiceError('table_unknown', `There is no table ${nameOf(ref)} that you may read.`, hint === '' ? {} : { hint })
}
