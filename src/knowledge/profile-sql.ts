import type { DialectName } from '../facts.ts'
import type { ColumnType } from '../result.ts'
import type { TableColumn } from '../schema.ts'
import type { Dialect } from '../sql/sql.ts'

/** The statements of a profile. They are sent the way of every query, so they are written as a caller might write them. */
export type Naming = Readonly<{ dialect: Pick<Dialect, 'name' | 'quoteName'>; table: Readonly<{ schema: string; name: string }> }>

/** A column with what is to be asked of it. */
export type Asked = Readonly<{ column: TableColumn; distinct: boolean; range: boolean; length: boolean }>

/** Types whose values every engine can compare and count. */
const counted: ReadonlySet<ColumnType> = new Set<ColumnType>([
  'int',
  'float',
  'decimal',
  'bool',
  'text',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'uuid',
])
const ordered: ReadonlySet<ColumnType> = new Set<ColumnType>([
  'int',
  'float',
  'decimal',
  'text',
  'date',
  'time',
  'timestamp',
  'timestamptz',
])

/** `open` is false for a column of which no value may be kept. What is masked is text, whatever the column is. */
export const askedOf = (column: TableColumn, open: boolean): Asked => ({
  column,
  distinct: counted.has(column.type),
  range: open && ordered.has(column.type),
  length: open && column.type === 'text',
})

const from = ({ dialect: { quoteName }, table: { schema, name } }: Naming): string =>
  [schema, name]
    .filter((part) => part !== '')
    .map(quoteName)
    .join('.')

const lengthOf = (dialect: DialectName, name: string): string => (dialect === 'mysql' ? `CHAR_LENGTH(${name})` : `LENGTH(${name})`)

/** Figures of some columns over the first rows, one row of them; `figuresOf` reads it. */
export function figuresSql(columns: readonly Asked[], rows: number, naming: Naming): string {
  const { quoteName, name: dialect } = naming.dialect
  const figures = columns.flatMap(({ column, distinct, range, length }, i) => {
    const name = quoteName(column.name)
    return [
      `COUNT(${name}) AS f${i}`,
      ...(distinct ? [`COUNT(DISTINCT ${name}) AS d${i}`] : []),
      ...(range ? [`MIN(${name}) AS a${i}`, `MAX(${name}) AS z${i}`] : []),
      ...(length ? [`MIN(${lengthOf(dialect, name)}) AS s${i}`, `MAX(${lengthOf(dialect, name)}) AS l${i}`] : []),
    ]
  })
  const inner = columns.length === 0 ? '1 AS one' : columns.map(({ column }) => quoteName(column.name)).join(', ')
  return `SELECT ${['COUNT(*) AS n', ...figures].join(', ')} FROM (SELECT ${inner} FROM ${from(naming)} LIMIT ${rows}) AS looked`
}

/** The first rows as they are, to see what they look like. */
export const sampleSql = (columns: readonly TableColumn[], rows: number, naming: Naming): string =>
  `SELECT ${columns.map(({ name }) => naming.dialect.quoteName(name)).join(', ')} FROM ${from(naming)} LIMIT ${rows}`

/** Values of one column that are there, for a column that is seldom filled. */
export function filledSql({ name }: TableColumn, rows: number, naming: Naming): string {
  const column = naming.dialect.quoteName(name)
  return `SELECT ${column} FROM ${from(naming)} WHERE ${column} IS NOT NULL LIMIT ${rows}`
}

/** The most frequent values of one column among the first rows. */
export function frequentSql({ name }: TableColumn, rows: number, most: number, naming: Naming): string {
  const column = naming.dialect.quoteName(name)
  const looked = `(SELECT ${column} FROM ${from(naming)} LIMIT ${rows}) AS looked`
  return `SELECT ${column}, COUNT(*) AS n FROM ${looked} WHERE ${column} IS NOT NULL GROUP BY ${column} HAVING COUNT(*) > 1 ORDER BY n DESC, ${column} LIMIT ${most}`
}

/** How many of some values of a column are there, and how many of them the key of another table has. */
export function inclusionSql(column: string, rows: number, naming: Naming, key: string, other: Naming['table']): string {
  const { quoteName } = naming.dialect
  const [value, target] = [quoteName(column), quoteName(key)]
  const some = `(SELECT DISTINCT ${value} AS v FROM ${from(naming)} WHERE ${value} IS NOT NULL LIMIT ${rows}) AS some`
  return `SELECT COUNT(*) AS n, COUNT(o.${target}) AS k FROM ${some} LEFT JOIN ${from({ ...naming, table: other })} AS o ON o.${target} = some.v`
}

/** Figures of one column as `figuresSql` tells them; names without a place are those that were not asked for. */
export type Figures = Readonly<{ filled: number; distinct?: number; min?: unknown; max?: unknown; shortest?: number; longest?: number }>

export function figuresOf(row: readonly unknown[], columns: readonly Asked[]): Readonly<{ rows: number; figures: readonly Figures[] }> {
  let at = 0
  const next = () => row[at++]
  const rows = Number(next())
  const number = (value: unknown) => (value === null || value === undefined ? undefined : Number(value))
  const figures = columns.map(({ distinct, range, length }): Figures => {
    const filled = Number(next())
    const counts = distinct ? { distinct: Number(next()) } : {}
    const ends = range ? { min: next(), max: next() } : {}
    const [shortest, longest] = length ? [number(next()), number(next())] : []
    return { filled, ...counts, ...ends, ...(shortest === undefined || longest === undefined ? {} : { shortest, longest }) }
  })
  return { rows, figures }
}
