import type { TableColumn } from '../schema.ts'
import { type Alter, type Altered, columnOf } from './altered.ts'
import { columnSql, commentText, constraintSql } from './column.ts'
import { columnType } from './column-type.ts'
import type { DdlSetting } from './ddl.ts'
import { defaultSql, isDefaultExpression } from './default.ts'
import { invalid, parts, placeOf, quoted } from './names.ts'
import type { Alteration } from './wanted.ts'

export const alterMysql: Alter = async (action, table, rest, setting) => {
  const { dialect } = setting
  const head = `ALTER TABLE ${table.sql}`
  switch (action.kind) {
    case 'add_column': {
      const made = await columnSql(action.column, table, action.column.primaryKey === true, setting)
      return { statements: [`${head} ADD COLUMN ${made.sql}`, ...made.whole.map((one) => `${head} ADD ${one}`)], warnings: made.warnings }
    }
    case 'drop_column':
      return { statements: [`${head} DROP COLUMN ${dialect.quoteName(action.name)}`] }
    case 'rename_column':
      return { statements: [`${head} RENAME COLUMN ${dialect.quoteName(action.name)} TO ${quoted(action.to, 'the column', setting)}`] }
    case 'alter_type':
      return modified(action.name, { nativeType: action.type }, table, rest, setting)
    case 'set_not_null':
    case 'drop_not_null':
      return modified(action.name, { nullable: action.kind === 'drop_not_null' }, table, rest, setting)
    case 'set_default': {
      const value = defaultSql(action.default, dialect)
      const sql = 'expression' in action.default && !value.startsWith('(') ? `(${value})` : value
      return { statements: [`${head} ALTER COLUMN ${dialect.quoteName(action.name)} SET DEFAULT ${sql}`] }
    }
    case 'drop_default':
      return { statements: [`${head} ALTER COLUMN ${dialect.quoteName(action.name)} DROP DEFAULT`] }
    case 'add_constraint':
      return { statements: [`${head} ADD ${await constraintSql(action.constraint, table, setting)}`] }
    case 'drop_constraint': {
      const key = action.name.toUpperCase() === 'PRIMARY'
      return { statements: [`${head} ${key ? 'DROP PRIMARY KEY' : `DROP CONSTRAINT ${quoted(action.name, 'the constraint', setting)}`}`] }
    }
    case 'rename_table': {
      const place = placeOf(table.schema, parts(action.to, 'the table').name, setting)
      return { statements: [`${head} RENAME TO ${place.sql}`] }
    }
  }
}

/** MODIFY says a column anew as a whole: what is left out is lost, so everything that the schema tells is said again. */
function modified(
  name: string,
  change: Partial<Pick<TableColumn, 'nativeType' | 'nullable'>>,
  table: Altered,
  rest: readonly Alteration[],
  setting: DdlSetting,
) {
  const { dialect } = setting
  const was = columnOf(name, table, setting)
  if (was.generated === 'always') throw invalid(`${table.full}.${was.name} is computed by the source and cannot be altered here.`)
  const column = { ...was, ...change }
  const words = [dialect.quoteName(was.name), columnType(column.nativeType, dialect), column.nullable ? 'NULL' : 'NOT NULL']
  const saidLater = rest.some((next) => (next.kind === 'set_default' || next.kind === 'drop_default') && next.name === name)
  if (was.default !== undefined && was.default !== 'NULL' && was.generated !== 'identity' && !saidLater) {
    words.push(`DEFAULT ${kept(was, table, setting)}`)
  }
  if (was.generated === 'identity') words.push('AUTO_INCREMENT')
  if (was.comment !== undefined) words.push(`COMMENT ${commentText(was.comment, setting)}`)
  const warnings = /char|text|enum|set/i.test(column.nativeType) ? ['A character set or collation of its own is lost by the column.'] : []
  return { statements: [`ALTER TABLE ${table.sql} MODIFY COLUMN ${words.join(' ')}`], warnings }
}

/** A default as the source writes it, made anew: MariaDB writes a text in quotes, MySQL without. */
function kept({ name, default: text = '', type }: TableColumn, { full }: Altered, { dialect, details }: DdlSetting): string {
  if (/^-?\d+(\.\d+)?$/.test(text)) return text
  const quoted = /^'((?:[^'\\]|'')*)'$/.exec(text)
  if (quoted) return dialect.literal(quoted[1]!.replaceAll("''", "'"))
  if (isDefaultExpression(text)) return defaultSql({ expression: text }, dialect)
  const product = details?.database.product
  if (type === 'text' && product !== undefined && !/maria/i.test(product)) return dialect.literal(text)
  throw invalid(
    `The default of ${full}.${name} cannot be kept.`,
    'Send set_default or drop_default for this column in the same call, after this change.',
  )
}
