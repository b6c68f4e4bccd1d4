import type { Alter } from './altered.ts'
import { columnSql, constraintSql } from './column.ts'
import { columnType } from './column-type.ts'
import { defaultSql } from './default.ts'
import { notSupported, parts, quoted } from './names.ts'

const instead =
  'make a new table with create_table, copy the rows with INSERT … SELECT (execute_batch), drop the old one and rename the new one (alter_table)'

export const alterDuckdb: Alter = async (action, table, _rest, setting) => {
  const { dialect } = setting
  const head = `ALTER TABLE ${table.sql}`
  const column = 'name' in action ? `${head} ALTER COLUMN ${dialect.quoteName(action.name)}` : ''
  switch (action.kind) {
    case 'add_column': {
      const wanted = action.column
      if (wanted.primaryKey || wanted.unique || wanted.check !== undefined || wanted.references) {
        throw notSupported(`DuckDB adds no column with a constraint; ${instead}.`)
      }
      const { nullable, ...plain } = wanted
      const made = await columnSql(plain, table, false, setting)
      const name = quoted(wanted.name, 'the column', setting)
      const required = nullable === false ? [`${head} ALTER COLUMN ${name} SET NOT NULL`] : []
      return { statements: [...made.before, `${head} ADD COLUMN ${made.sql}`, ...required, ...made.after], warnings: made.warnings }
    }
    case 'drop_column':
      return { statements: [`${head} DROP COLUMN ${dialect.quoteName(action.name)}`] }
    case 'rename_column':
      return { statements: [`${head} RENAME COLUMN ${dialect.quoteName(action.name)} TO ${quoted(action.to, 'the column', setting)}`] }
    case 'alter_type':
      return { statements: [`${column} SET DATA TYPE ${columnType(action.type, dialect)}`] }
    case 'set_default':
      return { statements: [`${column} SET DEFAULT ${defaultSql(action.default, dialect)}`] }
    case 'drop_default':
      return { statements: [`${column} DROP DEFAULT`] }
    case 'set_not_null':
      return { statements: [`${column} SET NOT NULL`] }
    case 'drop_not_null':
      return { statements: [`${column} DROP NOT NULL`] }
    case 'add_constraint':
      if (action.constraint.kind !== 'primary_key')
        throw notSupported(`DuckDB adds no constraint but a primary key to a table; ${instead}.`)
      return {
        statements: [
          `${head} ADD ${(await constraintSql({ ...action.constraint }, table, setting)).replace(/^CONSTRAINT "(?:[^"]|"")*" /, '')}`,
        ],
      }
    case 'drop_constraint':
      throw notSupported(`DuckDB drops no constraint of a table; ${instead}.`)
    case 'rename_table':
      return { statements: [`${head} RENAME TO ${quoted(parts(action.to, 'the table').name, 'the table', setting)}`] }
  }
}
