import type { Alter } from './altered.ts'
import { columnSql } from './column.ts'
import { invalid, notSupported, parts, quoted } from './names.ts'

const instead =
  'make a new table with create_table, copy the rows with INSERT … SELECT (execute_batch), drop the old one and rename the new one (alter_table)'

export const alterSqlite: Alter = async (action, table, _rest, setting) => {
  const { dialect } = setting
  const head = `ALTER TABLE ${table.sql}`
  switch (action.kind) {
    case 'add_column': {
      const { column } = action
      if (column.primaryKey || column.unique || column.autoIncrement) throw notSupported(`SQLite adds no column with a key; ${instead}.`)
      const value = column.default && 'value' in column.default ? column.default.value : undefined
      if (column.default && 'expression' in column.default)
        throw notSupported('SQLite adds no column whose default is an expression; give a value.')
      if (column.nullable === false && (value === undefined || value === null)) {
        throw notSupported('SQLite adds no NOT NULL column without a default; give one.')
      }
      if (column.references && value !== undefined && value !== null) throw invalid('A column that references must have no default here.')
      const made = await columnSql(column, table, false, setting)
      // What stands apart elsewhere must stand beside its column here.
      const beside = made.whole.map((one) => one.replace(/^FOREIGN KEY \("(?:[^"]|"")*"\) /, ''))
      return { statements: [`${head} ADD COLUMN ${[made.sql, ...beside].join(' ')}`], warnings: made.warnings }
    }
    case 'drop_column':
      return { statements: [`${head} DROP COLUMN ${dialect.quoteName(action.name)}`] }
    case 'rename_column':
      return { statements: [`${head} RENAME COLUMN ${dialect.quoteName(action.name)} TO ${quoted(action.to, 'the column', setting)}`] }
    case 'rename_table':
      return { statements: [`${head} RENAME TO ${quoted(parts(action.to, 'the table').name, 'the table', setting)}`] }
    default:
      throw notSupported(`SQLite adds, drops and renames columns and renames tables, and alters nothing else; ${instead}.`)
  }
}
