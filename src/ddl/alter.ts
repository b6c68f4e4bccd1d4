import { SluiceError } from '../error.ts'
import type { TableColumn } from '../schema.ts'
import { alterDuckdb } from './alter-duckdb.ts'
import { alterMysql } from './alter-mysql.ts'
import { alterPostgres } from './alter-postgres.ts'
import { alterSqlite } from './alter-sqlite.ts'
import { type Alter, type Altered, altered, columnOf } from './altered.ts'
import type { DdlSetting } from './ddl.ts'
import { dependentsOf, told } from './dependents.ts'
import { checkName, invalid, mustBeOpen, mustFind, parts, placeOf } from './names.ts'
import type { Part } from './plan.ts'
import { alreadyThere, folding, unseen } from './table.ts'
import type { Alteration, Ddl } from './wanted.ts'

const dialects: Readonly<Record<DdlSetting['dialect']['name'], Alter>> = {
  postgres: alterPostgres,
  mysql: alterMysql,
  sqlite: alterSqlite,
  duckdb: alterDuckdb,
}
const ACTIONS_MAX = 100
const DROPPING: ReadonlySet<Alteration['kind']> = new Set(['drop_column', 'alter_type', 'drop_default', 'drop_constraint'])

export async function alterTable(ddl: Extract<Ddl, { kind: 'alter_table' }>, setting: DdlSetting): Promise<Part> {
  const known = mustFind(ddl.table, 'the table', setting)
  mustBeOpen(known)
  if (known.table.kind !== 'table') throw invalid(`${known.full} is a ${known.table.kind}; only a table can be altered.`)
  if (ddl.actions.length === 0 || ddl.actions.length > ACTIONS_MAX) throw invalid(`Say between 1 and ${ACTIONS_MAX} changes of the table.`)
  let table = altered(known, known, known.table.columns)
  const statements: string[] = []
  const warnings: string[] = []
  for (const [i, action] of ddl.actions.entries()) {
    mustFit(action, table, setting)
    const step = await dialects[setting.dialect.name](spelled(action, table, setting), table, ddl.actions.slice(i + 1), setting)
    statements.push(...step.statements)
    warnings.push(...(step.warnings ?? []), ...warned(action, table, setting))
    table = after(action, table, setting)
  }
  const dependents = told(await dependentsOf(known.table, setting))
  const breaking = ddl.actions.some(({ kind }) => kind.startsWith('rename') || kind === 'drop_column' || kind === 'alter_type')
  if (breaking && dependents.length > 0) warnings.push(`What depends on ${known.full} may break.`)
  return {
    statements,
    tables: table.full === known.full ? [known.full] : [known.full, table.full],
    destructive: ddl.actions.some(({ kind }) => DROPPING.has(kind)),
    dependents,
    warnings,
  }
}

/** The alteration with the column as the table spells it. */
function spelled(action: Alteration, table: Altered, setting: DdlSetting): Alteration {
  if (
    action.kind === 'add_column' ||
    action.kind === 'add_constraint' ||
    action.kind === 'drop_constraint' ||
    action.kind === 'rename_table'
  ) {
    return action
  }
  return { ...action, name: columnOf(action.name, table, setting).name }
}

/** Refuses what cannot be meant; the last column, a name that is taken, a key that others reference. */
function mustFit(action: Alteration, table: Altered, setting: DdlSetting): void {
  const isTaken = (name: string) => table.now.some((column) => column.name.toLowerCase() === name.toLowerCase())
  switch (action.kind) {
    case 'add_column':
      if (isTaken(action.column.name))
        throw new SluiceError('change_conflict', `${table.full} has a column ${action.column.name.slice(0, 60)} already.`)
      return
    case 'rename_column': {
      checkName(action.to, 'the column', setting.dialect.name)
      const own = columnOf(action.name, table, setting)
      if (own.name.toLowerCase() !== action.to.toLowerCase() && isTaken(action.to)) {
        throw new SluiceError('change_conflict', `${table.full} has a column ${action.to} already.`)
      }
      return
    }
    case 'drop_column': {
      const own = columnOf(action.name, table, setting)
      if (table.now.length === 1) throw invalid(`${own.name} is the only column of ${table.full}.`, 'Use drop_table.')
      const same = (a: string, b: string) => (setting.dialect.name === 'postgres' ? a === b : a.toLowerCase() === b.toLowerCase())
      const by = setting.schema.tables.filter((other) =>
        other.foreignKeys?.some((key) => same(key.table, table.known.full) && key.references.some((name) => same(name, own.name))),
      )
      if (by.length > 0)
        throw new SluiceError('change_refused', `Foreign keys of ${by.length} other tables reference ${table.full}.${own.name}.`)
      return
    }
    case 'add_constraint':
      if (action.constraint.kind !== 'check') for (const name of action.constraint.columns) columnOf(name, table, setting)
      return
    case 'rename_table':
      if (parts(action.to, 'the table').schema !== undefined) throw invalid('A table keeps its schema; give the new name without one.')
      alreadyThere(renamed(action.to, table, setting), false, 'table', setting)
      return
    default:
  }
}

function renamed(to: string, table: Altered, setting: DdlSetting) {
  const { name } = parts(to, 'the table')
  return placeOf(table.schema, checkName(name, 'the table', setting.dialect.name), setting)
}

function warned(action: Alteration, table: Altered, setting: DdlSetting): readonly string[] {
  switch (action.kind) {
    case 'add_column':
      return folding([action.column.name], setting)
    case 'drop_column':
      return [`All values of ${table.full}.${action.name} will be gone.`]
    case 'alter_type':
      return [`Values of ${table.full}.${action.name} that do not fit the new type are cut, rounded or make it fail.`]
    case 'rename_column':
      return [`Rules of roles that name ${table.full}.${action.name} do not hold for ${action.to}.`, ...folding([action.to], setting)]
    case 'rename_table': {
      const place = renamed(action.to, table, setting)
      const rules = `Rules of roles that name ${table.full} do not hold for ${place.full}.`
      return [
        rules,
        ...folding([place.name], setting),
        ...unseen(
          place,
          table.now.map(({ name }) => name),
          setting,
        ),
      ]
    }
    default:
      return []
  }
}

function after(action: Alteration, table: Altered, setting: DdlSetting): Altered {
  const changed = (name: string, change: (column: TableColumn) => TableColumn) => {
    const own = columnOf(name, table, setting)
    return altered(
      table.known,
      table,
      table.now.map((column) => (column === own ? change(column) : column)),
    )
  }
  switch (action.kind) {
    case 'add_column': {
      const { name, type, nullable } = action.column
      return altered(table.known, table, [...table.now, { name, type: 'other', nativeType: type, nullable: nullable !== false }])
    }
    case 'drop_column': {
      const own = columnOf(action.name, table, setting)
      return altered(
        table.known,
        table,
        table.now.filter((column) => column !== own),
      )
    }
    case 'rename_column':
      return changed(action.name, (column) => ({ ...column, name: action.to }))
    case 'alter_type':
      return changed(action.name, (column) => ({ ...column, nativeType: action.type }))
    case 'set_not_null':
    case 'drop_not_null':
      return changed(action.name, (column) => ({ ...column, nullable: action.kind === 'drop_not_null' }))
    case 'rename_table':
      return altered(table.known, renamed(action.to, table, setting), table.now)
    default:
      return table
  }
}
