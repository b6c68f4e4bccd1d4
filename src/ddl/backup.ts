import { SluiceError } from '../error.ts'
import type { TableColumn } from '../schema.ts'
import { columnType } from './column-type.ts'
import type { DdlSetting } from './ddl.ts'
import { invalid, type Known, mustBeOpen, mustFind, newPlace, type Place, placeOf, taken } from './names.ts'
import type { Part } from './plan.ts'
import { alreadyThere, unseen } from './table.ts'
import type { Ddl } from './wanted.ts'

/**
 * A copy with the columns, keys where the engine can, and all rows. Only who sees the table whole may make one: the copy has another name,
 * and rules go by names.
 */
export function backupTable(ddl: Extract<Ddl, { kind: 'backup_table' }>, setting: DdlSetting): Part {
  const known = mustFind(ddl.table, 'the table', setting)
  if (known.table.kind !== 'table') throw invalid(`${known.full} is a ${known.table.kind}; only a table can be copied.`)
  mustBeOpen({ ...known, grant: { ...known.grant, writable: true, alterable: true } })
  const copy = ddl.to === undefined ? freePlace(known, ddl.stamp, setting) : newPlace(ddl.to, 'the copy', setting)
  alreadyThere(copy, false, 'copy', setting)
  const { statements, warnings } = copying(known, copy, setting)
  const names = known.table.columns.map(({ name }) => name)
  return {
    statements,
    tables: [known.full, copy.full],
    warnings: [...warnings, `Rules of roles that name ${known.full} do not hold for ${copy.full}.`, ...unseen(copy, names, setting)],
    counts: { table: known.full, from: known.sql, rows: 'copy' },
  }
}

const TRIES_MAX = 100

/** `orders_backup_20261120`, with a number where that is taken. */
function freePlace(known: Known, stamp: string, setting: DdlSetting): Place {
  if (!/^\d{4,14}$/.test(stamp)) throw invalid('The stamp of a copy is made of digits.')
  const most = setting.dialect.name === 'postgres' ? 63 : 64
  for (let i = 1; i <= TRIES_MAX; i++) {
    const tail = `_backup_${stamp}${i === 1 ? '' : `_${i}`}`
    let head = known.name
    while (Buffer.byteLength(head) > most - tail.length || !head.isWellFormed()) head = head.slice(0, -1)
    const place = placeOf(known.schema, head + tail, setting)
    if (!taken(place, setting)) return place
  }
  throw new SluiceError('change_conflict', `There are ${TRIES_MAX} copies of ${known.full} already.`, { hint: 'Name the copy yourself.' })
}

type Copying = Readonly<{ statements: readonly string[]; warnings: readonly string[] }>

function copying(known: Known, copy: Place, setting: DdlSetting): Copying {
  const { dialect } = setting
  const columns = known.table.columns
  const written = columns.filter(({ generated }) => generated !== 'always').map(({ name }) => dialect.quoteName(name))
  const list = written.join(', ')
  const insert = (how: string) => `INSERT INTO ${copy.sql} (${list})${how} SELECT ${list} FROM ${known.sql}`
  if (dialect.name === 'mysql') {
    return {
      statements: [`CREATE TABLE ${copy.sql} LIKE ${known.sql}`, insert('')],
      warnings: ['Foreign keys and triggers are not copied.'],
    }
  }
  if (dialect.name === 'postgres') {
    // A default that takes its numbers from the sequence of the original would tie both tables together.
    const shared = columns.some((column) => /\bnextval\(/i.test(column.default ?? ''))
    const like = `LIKE ${known.sql} INCLUDING ALL${shared ? ' EXCLUDING DEFAULTS' : ''}`
    const warnings = [`Foreign keys and triggers are not copied${shared ? ', nor are defaults' : ''}.`]
    return { statements: [`CREATE TABLE ${copy.sql} (${like})`, insert(' OVERRIDING SYSTEM VALUE')], warnings }
  }
  const body = structure(known, setting)
  if (body === undefined) {
    return {
      statements: [`CREATE TABLE ${copy.sql} AS SELECT ${list} FROM ${known.sql}`],
      warnings: ['Only columns and rows are copied: no keys, defaults or indexes.'],
    }
  }
  return {
    statements: [`CREATE TABLE ${copy.sql} (\n  ${body.join(',\n  ')}\n)`, insert('')],
    warnings: ['Columns, the primary key and rows are copied: no defaults, other keys or indexes.'],
  }
}

/** The columns as the schema has them; undefined where a type cannot be written by us. What is computed becomes an ordinary column. */
function structure({ table }: Known, { dialect }: DdlSetting): readonly string[] | undefined {
  if (table.columns.some(({ generated }) => generated === 'always')) return undefined
  const types = table.columns.map((column) => typeOf(column, dialect))
  if (types.includes(undefined)) return undefined
  const columns = table.columns.map(({ name, nullable }, i) =>
    [dialect.quoteName(name), types[i], nullable ? '' : 'NOT NULL'].filter(Boolean).join(' '),
  )
  const key = table.primaryKey ?? []
  return key.length === 0 ? columns : [...columns, `PRIMARY KEY (${key.map((name) => dialect.quoteName(name)).join(', ')})`]
}

/** SQLite lets a column have no type. */
function typeOf({ nativeType }: TableColumn, dialect: DdlSetting['dialect']): string | undefined {
  if (dialect.name === 'sqlite' && nativeType === '') return ''
  try {
    return columnType(nativeType, dialect)
  } catch {
    return undefined
  }
}
