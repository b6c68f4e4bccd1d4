import type { DialectName } from '../facts.ts'
import type { Dialect } from '../sql/sql.ts'
import { invalid } from './names.ts'
import type { Default } from './wanted.ts'

/** Expressions that may be a default, by their names in lower case without spaces, and how each dialect writes them. */
const expressions: Readonly<Record<DialectName, Readonly<Record<string, string>>>> = {
  postgres: {
    current_timestamp: 'CURRENT_TIMESTAMP',
    'current_timestamp()': 'CURRENT_TIMESTAMP',
    'now()': 'now()',
    localtimestamp: 'LOCALTIMESTAMP',
    current_date: 'CURRENT_DATE',
    current_time: 'CURRENT_TIME',
    'clock_timestamp()': 'clock_timestamp()',
    'gen_random_uuid()': 'gen_random_uuid()',
    'uuidv7()': 'uuidv7()',
    'uuid()': 'gen_random_uuid()',
    current_user: 'CURRENT_USER',
  },
  mysql: {
    current_timestamp: 'CURRENT_TIMESTAMP',
    'current_timestamp()': 'CURRENT_TIMESTAMP',
    'current_timestamp(3)': 'CURRENT_TIMESTAMP(3)',
    'current_timestamp(6)': 'CURRENT_TIMESTAMP(6)',
    'now()': 'CURRENT_TIMESTAMP',
    localtimestamp: 'CURRENT_TIMESTAMP',
    current_date: '(CURRENT_DATE)',
    'curdate()': '(CURRENT_DATE)',
    'uuid()': '(UUID())',
    'gen_random_uuid()': '(UUID())',
  },
  sqlite: {
    current_timestamp: 'CURRENT_TIMESTAMP',
    'now()': 'CURRENT_TIMESTAMP',
    current_date: 'CURRENT_DATE',
    current_time: 'CURRENT_TIME',
  },
  duckdb: {
    current_timestamp: 'CURRENT_TIMESTAMP',
    'now()': 'now()',
    current_date: 'CURRENT_DATE',
    'gen_random_uuid()': 'gen_random_uuid()',
    'uuid()': 'uuid()',
  },
}

const key = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, '')

/** Whether a text is one of the expressions that may be a default; a tool whose callers send one text for both asks this. */
export const isDefaultExpression = (text: string): boolean => Object.values(expressions).some((known) => Object.hasOwn(known, key(text)))

/** A default as SQL: a literal, or an expression on the list. Throws `change_invalid`. */
export function defaultSql(wanted: Default, dialect: Dialect): string {
  if ('expression' in wanted) {
    const known = expressions[dialect.name]
    const name = key(wanted.expression)
    if (Object.hasOwn(known, name)) return known[name]!
    throw invalid(
      `The default ${JSON.stringify(wanted.expression.slice(0, 60))} is not one that can be used here.`,
      `A default is a value or one of ${Object.keys(known).join(', ')}.`,
    )
  }
  const { value } = wanted
  if (typeof value === 'bigint') return dialect.name === 'mysql' || value >= 0n ? String(value) : `(${value})`
  if (value instanceof Uint8Array) throw invalid('A default cannot be binary.')
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid('A default must be a finite number.')
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
    throw invalid('A default cannot hold NUL or broken Unicode.')
  }
  // MySQL takes no bracket around a literal in older versions, and a minus after DEFAULT begins no comment.
  if (dialect.name === 'mysql' && typeof value === 'number') return String(value)
  return dialect.literal(value)
}
