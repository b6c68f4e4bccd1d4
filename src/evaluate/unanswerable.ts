import type { Cut } from '../search/search.ts'
import type { AskData, AskedDatabase, GoldQuestion } from './ask-data.ts'

/** The words of a name without their endings: what two databases have in common is told by these. */
const stems = (name: string): readonly string[] =>
  name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 2)
    .map((word) => word.replace(/ies$/, 'y').replace(/s$/, ''))

const tableStems = new WeakMap<AskedDatabase, ReadonlySet<string>>()
function stemsOfTables(database: AskedDatabase): ReadonlySet<string> {
  const made = tableStems.get(database) ?? new Set(database.known.flatMap(({ table }) => stems(table.name)))
  tableStems.set(database, made)
  return made
}

/** Another database that has none of the tables which a question needs; `seed` says which. */
export function elsewhere(asked: GoldQuestion, data: AskData, seed: number): AskedDatabase | undefined {
  const own = data.database(asked.database)
  const read = own.runner.reads(asked.sql)
  if (!read) return undefined
  const needed = [...read].filter((name) => !name.includes('.')).flatMap(stems)
  for (let turn = 1; turn <= TURNS_MAX; turn++) {
    const name = data.names[(seed * 31 + turn * 17) % data.names.length]!
    if (name === asked.database) continue
    const other = data.database(name)
    const held = stemsOfTables(other)
    if (!needed.some((word) => held.has(word))) return other
  }
  return undefined
}
const TURNS_MAX = 12

/** The database without a column that a question needs; undefined where another column could stand for it, or where all columns are asked for. */
export function withoutColumn(asked: GoldQuestion, database: AskedDatabase, seed: number): AskedDatabase | undefined {
  if (/\bselect\s+(?:distinct\s+)?(?:\w+\.)?\*/i.test(asked.sql)) return undefined
  const read = database.runner.reads(asked.sql)
  if (!read) return undefined
  const all = database.known.flatMap(({ table }) => table.columns.map(({ name }) => ({ table, name })))
  const fit = all.filter(({ table, name }) => {
    if (!read.has(`${table.name}.${name}`.toLowerCase())) return false
    const keys = [...(table.primaryKey ?? []), ...(table.foreignKeys ?? []).flatMap(({ columns }) => columns)]
    if (keys.some((key) => key.toLowerCase() === name.toLowerCase())) return false
    if (database.known.some(({ table: other }) => (other.foreignKeys ?? []).some(({ references }) => references.includes(name))))
      return false
    const words = stems(name)
    return !all.some((other) => other.name !== name && stems(other.name).some((word) => words.includes(word)))
  })
  const [gone] = fit.length === 0 ? [] : [fit[seed % fit.length]!]
  if (gone === undefined || all.filter(({ name }) => name.toLowerCase() === gone.name.toLowerCase()).length > 1) return undefined
  return { ...database, scene: { ...database.scene, cut: cutOf(database, gone.table.name, gone.name) } }
}

/** What somebody sees who may not see one column: for them it is not there. */
function cutOf({ scene: { index } }: AskedDatabase, table: string, column: string): Cut {
  const t = index.tables.findIndex(({ name }) => name === table)
  const at = index.firstColumn[t]! + index.tables[t]!.columns.findIndex(({ name }) => name === column)
  const columns = new Uint8Array(index.tableOf.length).fill(1)
  columns[at] = 0
  return {
    tables: new Uint8Array(index.tables.length).fill(1),
    columns,
    values: columns,
    tableCount: index.tables.length,
    columnCount: columns.length - 1,
  }
}
