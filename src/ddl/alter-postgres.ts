import type { Alter } from './altered.ts'
import { columnSql, constraintSql } from './column.ts'
import { columnType, withoutSerial } from './column-type.ts'
import { defaultSql } from './default.ts'
import { invalid, parts, quoted } from './names.ts'

export const alterPostgres: Alter = async (action, table, _rest, setting) => {
  const { dialect } = setting
  const head = `ALTER TABLE ${table.sql}`
  const column = 'name' in action ? `${head} ALTER COLUMN ${dialect.quoteName(action.name)}` : ''
  switch (action.kind) {
    case 'add_column': {
      const made = await columnSql(action.column, table, action.column.primaryKey === true, setting)
      const whole = made.whole.map((one) => `${head} ADD ${one}`)
      return { statements: [...made.before, `${head} ADD COLUMN ${made.sql}`, ...whole, ...made.after], warnings: made.warnings }
    }
    case 'drop_column':
      return { statements: [`${head} DROP COLUMN ${dialect.quoteName(action.name)}`] }
    case 'rename_column':
      return { statements: [`${head} RENAME COLUMN ${dialect.quoteName(action.name)} TO ${quoted(action.to, 'the column', setting)}`] }
    case 'alter_type': {
      const type = columnType(action.type, dialect)
      if (Object.hasOwn(withoutSerial, type)) throw invalid(`The type of a column cannot become ${type}.`, 'Use integer or bigint.')
      return { statements: [`${column} TYPE ${type} USING ${dialect.quoteName(action.name)}::${type}`] }
    }
    case 'set_default':
      return { statements: [`${column} SET DEFAULT ${defaultSql(action.default, dialect)}`] }
    case 'drop_default':
      return { statements: [`${column} DROP DEFAULT`] }
    case 'set_not_null':
      return { statements: [`${column} SET NOT NULL`] }
    case 'drop_not_null':
      return { statements: [`${column} DROP NOT NULL`] }
    case 'add_constraint':
      return { statements: [`${head} ADD ${await constraintSql(action.constraint, table, setting)}`] }
    case 'drop_constraint':
      return { statements: [`${head} DROP CONSTRAINT ${quoted(action.name, 'the constraint', setting)}`] }
    case 'rename_table':
      return { statements: [`${head} RENAME TO ${quoted(parts(action.to, 'the table').name, 'the table', setting)}`] }
  }
}
