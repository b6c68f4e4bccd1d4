import { SluiceError } from '../../error.ts'
import type { Facts } from '../../facts.ts'
import type { Grant } from '../../grant.ts'
import type { Table } from '../../schema.ts'
import { builtin } from '../functions/functions.ts'
import type { Setting } from '../guard.ts'

/** Casts to these answer whether something exists and what its name is. */
const registers: ReadonlySet<string> = new Set(
  'regclass regproc regprocedure regoper regoperator regtype regrole regnamespace regcollation'.split(' '),
)

/** Where something is hidden, a type must not tell about it; elsewhere types are the engine's own business. */
export function types(facts: Facts, { dialect, grant, schema }: Setting): void {
  if (dialect !== 'postgres' || !grant?.restricted) return
  const tables = new Set(schema?.tables.flatMap((table) => (isWhole(table, grant) ? [] : [table.name])))
  for (const { name, schema: schemaOf } of facts.types) {
    if (registers.has(name)) {
      throw new SluiceError('feature_refused', `A cast to ${name} tells about objects that you may not see.`, {
        hint: 'Compare names as text, and use search_schema to find tables.',
      })
    }
    // PostgreSQL looks for its own types first, so `date` is no row of a table `date`.
    if (schemaOf === undefined && builtin({ name, args: 1 }, dialect) === 'harmless') continue
    if (tables.has(name.replace(/^_/, ''))) {
      throw new SluiceError('feature_refused', `The row type ${name} cannot be used as a type.`, {
        hint: 'Name the columns that you need.',
      })
    }
  }
}

/**
 * True when every column is granted, masked or not: a row type tells the names and types of columns, and nothing that is in them. What is
 * made of other tables may have columns that are hidden there.
 */
function isWhole({ schema, name, kind, inherits, columns }: Table, grant: Grant): boolean {
  const names = columns.map((column) => column.name)
  if (kind !== 'table' || inherits !== undefined) return false
  return grant.table({ schema, name, names })?.columns.length === names.length
}
