import { hash } from 'node:crypto'
import type { TableRef } from '../facts.ts'
import type { Schema, Table } from '../schema.ts'
import type { Token } from '../sql/sql.ts'

/**
 * What a statement uses of one table: the columns that it names with their types, and in `all` a mark of every column where it reads them
 * without naming them. `behind` says that a view reads it, not the statement: its name is not the caller's to know.
 */
export type Used = Readonly<{ table: string; columns: Readonly<Record<string, string>>; all?: string; behind?: true }>

const nameOf = ({ schema, name }: Readonly<{ schema: string; name: string }>): string => (schema === '' ? name : `${schema}.${name}`)

/**
 * What a statement uses. A name counts for every table that has such a column, unless it is qualified by another one: too much is found
 * rather than too little, because what is hidden is looked for by this. A view also uses the tables behind it.
 */
export function tablesUsed(tokens: readonly Token[], refs: readonly TableRef[], schema: Schema): Used[] {
  const found = new Map<Table, { named: Set<string>; all: boolean }>()
  const behind = new Set<Table>()
  const byName = new Map<string, Table[]>()
  for (const ref of refs) {
    const table = resolve(ref, schema)
    if (!table || table.system) continue
    if (!found.has(table)) found.set(table, { named: new Set(), all: false })
    for (const name of table.dependsOn ?? []) {
      const other = schema.tables.find((one) => nameOf(one) === name)
      if (other) behind.add(other)
    }
    for (const alias of new Set([ref.alias ?? ref.name, ref.name].map(lower))) byName.set(alias, [...(byName.get(alias) ?? []), table])
  }
  tokens.forEach((token, at) => {
    const tables = qualified(tokens, at, byName) ?? [...found.keys()]
    if (isStar(tokens, at)) for (const table of tables) found.get(table)!.all = true
    if (token.kind !== 'word' && token.kind !== 'name') return
    const wanted = lower(token.value)
    for (const table of tables) {
      for (const { name } of table.columns) if (lower(name) === wanted) found.get(table)!.named.add(name)
    }
  })
  const used = [...found].map(([table, { named, all }]) => usedOf(table, [...named], all))
  const others = [...behind].filter((table) => !found.has(table))
  return [...used, ...others.map((table): Used => ({ ...usedOf(table, [], true), behind: true }))]
}

function usedOf(table: Table, named: readonly string[], all: boolean): Used {
  const types = new Map(table.columns.map(({ name, nativeType }) => [name, nativeType]))
  return {
    table: nameOf(table),
    columns: Object.fromEntries(named.toSorted().map((name) => [name, types.get(name)!])),
    ...(all ? { all: markOf(table) } : {}),
  }
}

const markOf = ({ columns }: Table): string =>
  hash('sha256', JSON.stringify(columns.map(({ name, nativeType }) => [name, nativeType])), 'hex').slice(0, 16)

const lower = (name: string): string => name.toLowerCase()

/** The table that a reference stands for: exact first, then without regard to case, along the search path. */
function resolve({ schema: place, name }: TableRef, { searchPath, tables }: Schema): Table | undefined {
  const places = place === undefined ? searchPath : [place]
  for (const same of [(a: string, b: string) => a === b, (a: string, b: string) => lower(a) === lower(b)]) {
    for (const one of places) {
      const table = tables.find((table) => same(table.schema, one) && same(table.name, name))
      if (table) return table
    }
  }
  return undefined
}

/** The tables that the name before a dot stands for; undefined where there is none, or it is not one of theirs. */
function qualified(tokens: readonly Token[], at: number, byName: ReadonlyMap<string, readonly Table[]>): readonly Table[] | undefined {
  if (tokens[at - 1]?.word !== '.') return undefined
  const before = tokens[at - 2]
  return before && (before.kind === 'word' || before.kind === 'name') ? byName.get(lower(before.value)) : undefined
}

const starters: ReadonlySet<string> = new Set(['SELECT', 'DISTINCT', 'ALL', ',', '.'])
/** `*` as all columns, not as a product and not in `count(*)`; and what reads all without a star. */
function isStar(tokens: readonly Token[], at: number): boolean {
  const { word } = tokens[at]!
  if (word === '*') return starters.has(tokens[at - 1]?.word ?? '')
  return word === 'NATURAL' || word === 'COLUMNS' || (word === 'TABLE' && (at === 0 || tokens[at - 1]?.word === '('))
}

/** One thing of what a statement uses that is not as it was. `column` is absent where the table as a whole is meant. */
export type Difference = Readonly<{
  table: string
  column?: string
  what: 'table_gone' | 'column_gone' | 'retyped' | 'columns_changed'
  behind?: true
}>

/** What of that is not as it was. Empty when the statement need not be looked at. */
export function changedTables(used: readonly Used[], { tables }: Schema): Difference[] {
  const byName = new Map(tables.map((table) => [nameOf(table), table]))
  return used.flatMap(({ table: name, columns, all, behind }): Difference[] => {
    if (behind) return byName.has(name) && all === markOf(byName.get(name)!) ? [] : [{ table: name, what: 'columns_changed', behind }]
    const table = byName.get(name)
    if (!table) return [{ table: name, what: 'table_gone' }]
    const types = new Map(table.columns.map((column) => [column.name, column.nativeType]))
    const own = Object.entries(columns).flatMap(([column, type]): Difference[] => {
      const now = types.get(column)
      if (now === type) return []
      return [{ table: name, column, what: now === undefined ? 'column_gone' : 'retyped' }]
    })
    return own.length === 0 && all !== undefined && all !== markOf(table) ? [{ table: name, what: 'columns_changed' }] : own
  })
}
