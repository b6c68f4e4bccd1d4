import type { Details } from '../details.ts'
import { SluiceError } from '../error.ts'
import type { Grant, TableGrant } from '../grant.ts'
import { didYouMean } from '../nearest.ts'
import type { Schema, Table, TableColumn } from '../schema.ts'
import type { Dialect } from '../sql/sql.ts'

/** What a change is judged and made by. */
export type BuildSetting = Readonly<{ dialect: Dialect; grant: Grant; schema: Schema; maskKey: () => string }>

/** A table whose rows may be changed, with what the caller may see of it. */
export type Target = Readonly<{
  table: Table
  granted: TableGrant
  /** As people write it: without the schema where the search path finds it. */
  label: string
  /** Quoted, with its schema. */
  from: string
}>

/** By what one row is told from all others: columns that are unique and never null, or the number that the source gives each row. */
export type Key = Readonly<{ columns: readonly TableColumn[] } | { row: 'ctid' | 'rowid' }>

/**
 * The table that a name means, when its rows may be changed. Throws `table_unknown`, `table_refused`, and `change_refused` for views, tables
 * of the engine and what the caller's roles do not let be written.
 */
export function targetOf(name: string, setting: BuildSetting): Target {
  const table = find(name, setting)
  const asked = table && { schema: table.schema, name: table.name, names: table.columns.map((column) => column.name) }
  const granted = asked && setting.grant.table(asked)
  const why = asked && !granted ? setting.grant.refusal?.(asked) : undefined
  if (why !== undefined) {
    throw new SluiceError('table_refused', `${name} is not given: ${why}.`, { hint: 'Ask an administrator for this attribute.' })
  }
  if (!table || !granted) throw unknown(name, setting)
  const { dialect, schema } = setting
  const label = schema.searchPath.includes(table.schema) ? table.name : `${table.schema}.${table.name}`
  mustBeTable(table, label, setting)
  if (!granted.writable) {
    throw new SluiceError('change_refused', `Your roles do not let you change rows of ${label}.`, {
      hint: 'Ask for a role with the action write that shows this table as all your roles together do.',
    })
  }
  const from = `${table.schema === '' ? '' : `${dialect.quoteName(table.schema)}.`}${dialect.quoteName(table.name)}`
  return { table, granted, label, from }
}

const kinds = {
  view: 'a view',
  materialized_view: 'a materialized view',
  virtual: 'a virtual table',
  foreign: 'a foreign table',
  sequence: 'a sequence',
}

function mustBeTable(table: Table, label: string, { schema, grant }: BuildSetting): void {
  if (table.system) throw refused(label, 'belongs to the engine')
  if (table.kind !== 'table') throw refused(label, `is ${kinds[table.kind]}`, 'Change the table behind it.')
  const small = table.name.toLowerCase()
  const behind = schema.tables.find(({ kind, name }) => kind === 'virtual' && small.startsWith(`${name.toLowerCase()}_`))
  if (behind) throw refused(label, `belongs to the virtual table ${behind.name}`)
  if (grant.restricted && table.inherits && table.inherits.length > 0) {
    throw refused(label, 'is a part of another table, whose rules hold', `Change ${table.inherits[0]} instead.`)
  }
}

const refused = (label: string, why: string, hint = 'Change another table.'): SluiceError =>
  new SluiceError('change_refused', `${label} ${why}, so its rows cannot be changed here.`, { hint })

/** The parts of `schema.table`; a part in double quotes may hold dots. */
function partsOf(name: string): readonly string[] {
  const parts = [...name.matchAll(/(?:^|\.)(?:"((?:[^"]|"")+)"|([^."]+))(?=\.|$)/g)]
  const read = parts.map(([whole]) => whole).join('')
  if (read !== name || parts.length === 0 || parts.length > 2) return [name]
  return parts.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!)
}

function find(name: string, { schema }: BuildSetting): Table | undefined {
  const parts = partsOf(name)
  const last = parts[parts.length - 1]!
  const places = parts.length === 2 ? [parts[0]!] : schema.searchPath
  const among = (same: (a: string, b: string) => boolean): Table | undefined => {
    for (const place of places) {
      const found = schema.tables.filter((table) => same(table.schema, place) && same(table.name, last))
      if (found.length === 1) return found[0]
    }
    return undefined
  }
  return among((a, b) => a === b) ?? among((a, b) => a.toLowerCase() === b.toLowerCase())
}

/** What may not be seen may not be found either. */
function unknown(name: string, { schema, grant }: BuildSetting): SluiceError {
  const visible = schema.tables.filter(
    (table) =>
      !table.system &&
      grant.table({ schema: table.schema, name: table.name, names: table.columns.map((column) => column.name) }) !== undefined,
  )
  const near = didYouMean(
    name,
    visible.map((table) => (schema.searchPath.includes(table.schema) ? table.name : `${table.schema}.${table.name}`)),
  )
  return new SluiceError('table_unknown', `There is no table ${name.slice(0, 100)} that you may change.${near}`)
}

/** A column by name, when the caller may see it. Throws `column_unknown`. */
export function columnOf(name: string, { table, granted, label }: Target, { dialect }: BuildSetting): TableColumn {
  const shown = table.columns.filter((column) => granted.columns.includes(column.name))
  const exact = shown.find((column) => column.name === name)
  const loose =
    dialect.name === 'postgres' && /[A-Z]/.test(name) ? [] : shown.filter((column) => column.name.toLowerCase() === name.toLowerCase())
  const found = exact ?? (loose.length === 1 ? loose[0] : undefined)
  if (found) return found
  const near = didYouMean(name, granted.columns)
  throw new SluiceError('column_unknown', `${label} has no column ${JSON.stringify(name.slice(0, 100))} that you may change.${near}`)
}

/** The same, when it may be written too. Throws `change_refused` for a masked or computed one. */
export function writtenColumn(name: string, target: Target, setting: BuildSetting): TableColumn {
  const column = columnOf(name, target, setting)
  if (target.granted.masks.has(column.name)) {
    const hint = 'Leave the column out, or ask for a role that shows it unmasked.'
    throw new SluiceError('change_refused', `The column ${target.label}.${column.name} is masked for you, so you may not write it.`, {
      hint,
    })
  }
  if (column.generated === 'always') {
    throw new SluiceError('change_refused', `The source computes the column ${target.label}.${column.name} by itself.`, {
      hint: 'Leave the column out.',
    })
  }
  return column
}

/**
 * How rows of the table are told apart: by its primary key, else by a unique index without nulls, else, in a table that is open as a whole,
 * by the source's own number of a row. Undefined where nothing will do; the caller must see the key as it is.
 */
export function keyOf(target: Target, details: Details | undefined, { dialect, schema }: BuildSetting): Key | undefined {
  const { table, granted } = target
  const plain = (names: readonly string[]): readonly TableColumn[] | undefined => {
    const columns = names.map((name) => table.columns.find((column) => column.name === name))
    const fits = columns.every(
      (column) => column && !column.nullable && granted.columns.includes(column.name) && !granted.masks.has(column.name),
    )
    return fits && columns.length > 0 ? (columns as TableColumn[]) : undefined
  }
  const whole = !granted.restricted && !granted.guarded
  const hasParts = schema.tables.some(({ inherits }) => inherits?.includes(`${table.schema}.${table.name}`))
  // The key of a table of PostgreSQL does not hold for the tables that inherit from it.
  const primary = table.primaryKey && plain(table.primaryKey)
  if (primary) return { columns: primary }
  for (const names of uniqueKeys(target, details)) {
    const columns = plain(names)
    if (columns) return { columns }
  }
  if (!whole || hasParts) return undefined
  if (dialect.name === 'postgres') return { row: 'ctid' }
  const taken = table.columns.some(({ name }) => name.toLowerCase() === 'rowid')
  return (dialect.name === 'sqlite' || dialect.name === 'duckdb') && !taken ? { row: 'rowid' } : undefined
}

/** The columns of each unique index over whole columns and all rows, the primary key first. */
export function uniqueKeys({ table }: Target, details: Details | undefined): readonly (readonly string[])[] {
  const names = new Set(table.columns.map(({ name }) => name))
  const unique = (details?.indexes ?? []).filter(
    (index) =>
      index.unique &&
      index.schema === table.schema &&
      index.table === table.name &&
      !/\bwhere\b/i.test(index.definition ?? '') &&
      index.columns.every((column) => names.has(column)),
  )
  return [...(table.primaryKey && table.primaryKey.length > 0 ? [table.primaryKey] : []), ...unique.map(({ columns }) => columns)]
}
