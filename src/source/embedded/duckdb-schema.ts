import { createHash } from 'node:crypto'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { ColumnType } from '../../result.ts'
import type { ForeignKey, Schema, SourceFunction, Table, TableColumn } from '../../schema.ts'
import { bracketed, wordsOf } from './create-text.ts'

type TableRow = [
  schema: string,
  name: string,
  kind: 'table' | 'view',
  internal: boolean,
  rows: string | null,
  comment: string | null,
  sql: string | null,
]
type ColumnRow = [
  schema: string,
  table: string,
  name: string,
  type: string,
  nullable: boolean,
  comment: string | null,
  preset: string | null,
]
type KeyRow = [schema: string, table: string, kind: string, columns: string[], parent: string | null, references: string[] | null]
type FunctionRow = [
  schema: string,
  name: string,
  type: string,
  stability: string | null,
  internal: boolean,
  body: string | null,
  parameters: number | null,
]

/**
 * Reads everything in a fixed number of statements. In a folder, where `files` tells the rows of some, the views over files are the
 * tables, so their text is kept back.
 */
export async function readDuckdbSchema(
  connection: DuckDBConnection,
  mark: string,
  files: ReadonlyMap<string, number> | undefined,
): Promise<Schema> {
  const rows = async <Row>(sql: string): Promise<Row[]> => (await connection.runAndReadAll(sql)).getRowsJson() as Row[]
  const columns = grouped(
    await rows<ColumnRow>(
      `SELECT schema_name, table_name, column_name, data_type, is_nullable, comment, column_default FROM duckdb_columns()
       WHERE database_name IN (current_database(), 'system') ORDER BY schema_name, table_name, column_index`,
    ),
  )
  const keys = grouped(
    await rows<KeyRow>(
      `SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
       FROM duckdb_constraints() WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')
       ORDER BY schema_name, table_name, constraint_index`,
    ),
  )
  const tables = await rows<TableRow>(
    `SELECT schema_name, table_name, 'table', internal, estimated_size, comment, sql FROM duckdb_tables() WHERE database_name = current_database()
     UNION ALL SELECT schema_name, view_name, 'view', internal, NULL, comment, sql FROM duckdb_views()
     WHERE database_name = current_database() AND NOT internal OR database_name = 'system' ORDER BY 1, 2`,
  )
  const found = {
    searchPath: ['main'],
    tables: unique(tables).map((row) => tableOf(row, columns.get(keyOf(row)) ?? [], keys.get(keyOf(row)) ?? [], files)),
    functions: (await rows<FunctionRow>(functionsSql)).map(functionOf),
  }
  return { version: createHash('sha256').update(mark).update(JSON.stringify(found)).digest('hex').slice(0, 16), ...found }
}

/** Each overload of a macro stands for itself, because each does something else; the engine's own functions are only named. */
const functionsSql = `
  SELECT schema_name, function_name, function_type, stability, internal, macro_definition, len(parameters) FROM duckdb_functions()
  WHERE NOT internal AND database_name = current_database()
  UNION ALL SELECT DISTINCT schema_name, function_name, function_type, max(stability), true, NULL, NULL FROM duckdb_functions()
  WHERE internal AND function_type <> 'pragma' GROUP BY ALL ORDER BY ALL`

const keyOf = (row: readonly [string, string, ...unknown[]]): string => `${row[0]}\0${row[1]}`

function grouped<Row extends readonly [string, string, ...unknown[]]>(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, keyOf)
}

/** The system's own views stand in several schemas of two databases; the first of each name counts. */
function unique(rows: readonly TableRow[]): TableRow[] {
  return [...new Map([...rows].reverse().map((row) => [keyOf(row), row])).values()].reverse()
}

function tableOf(
  row: TableRow,
  columns: readonly ColumnRow[],
  keys: readonly KeyRow[],
  files: ReadonlyMap<string, number> | undefined,
): Table {
  const [schema, name, kind, internal, size, comment, sql] = row
  const folder = files !== undefined
  const rows = size ?? files?.get(name) ?? null
  const definition = kind === 'view' && !internal && !folder && sql !== null ? selectOf(sql) : undefined
  const computed = kind === 'table' && sql !== null ? computedIn(sql) : new Set<string>()
  const primaryKey = keys.find(([, , type]) => type === 'PRIMARY KEY')?.[3]
  const foreignKeys = keys
    .filter(([, , type]) => type === 'FOREIGN KEY')
    .map((key): ForeignKey => ({ columns: key[3], table: `${schema}.${key[4]}`, references: key[5] ?? [] }))
  return {
    schema,
    name,
    kind: folder && !internal ? 'table' : kind,
    columns: uniqueColumns(columns).map((column) => columnOf(column, computed)),
    ...(definition !== undefined && { definition }),
    ...(rows !== null && { rowsEstimate: Number(rows) }),
    ...(comment !== null && { comment }),
    ...(primaryKey !== undefined && { primaryKey }),
    ...(foreignKeys.length > 0 && { foreignKeys }),
    ...(internal && { system: true }),
  }
}

function columnOf([, , name, type, nullable, comment, preset]: ColumnRow, computed: ReadonlySet<string>): TableColumn {
  return {
    name,
    type: typeOfName(type),
    nativeType: type,
    nullable,
    ...(comment !== null && { comment }),
    // What computes a column stands where others have their default.
    ...(computed.has(name) ? { generated: 'always' } : preset !== null ? { default: preset } : {}),
  }
}

/** The columns that a CREATE TABLE as DuckDB writes it computes by itself; nothing else tells them. */
function computedIn(create: string): ReadonlySet<string> {
  const parts = bracketed(create).filter((part) => /\bGENERATED ALWAYS AS\b/.test(wordsOf(part)))
  return new Set(parts.map((part) => /^"((?:[^"]|"")*)"/.exec(part)?.[1]?.replaceAll('""', '"') ?? part.split(/\s/)[0]!))
}

const uniqueColumns = (columns: readonly ColumnRow[]): ColumnRow[] => [...new Map(columns.map((column) => [column[2], column])).values()]

const volatilities = { CONSISTENT: 'immutable', CONSISTENT_WITHIN_QUERY: 'stable', VOLATILE: 'volatile' } as const

/** Parameters of a macro may be left out when they have a default, which DuckDB lets be nothing but a constant. */
function functionOf([schema, name, type, stability, internal, body, parameters]: FunctionRow): SourceFunction {
  const macro = type === 'macro' || type === 'table_macro'
  return {
    schema,
    name,
    kind: macro ? 'macro' : type === 'aggregate' ? 'aggregate' : 'function',
    volatility: volatilities[stability as keyof typeof volatilities] ?? 'unknown',
    builtin: internal,
    ...(parameters !== null && { args: [0, Number(parameters)] as const }),
    ...(macro && body !== null && { language: 'sql', body }),
  }
}

const namesOfTypes: readonly (readonly [RegExp, ColumnType])[] = [
  [/(\[\d*\]|LIST)$/, 'array'],
  [/^(STRUCT|MAP)\(/, 'struct'],
  [/^(BOOLEAN|BOOL|LOGICAL)$/, 'bool'],
  [/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|^BIGNUM$|^UINTEGER$/, 'int'],
  [/^(FLOAT|DOUBLE|REAL)$/, 'float'],
  [/^DECIMAL/, 'decimal'],
  [/^(VARCHAR|ENUM)/, 'text'],
  [/^JSON$/, 'json'],
  [/^(BLOB|GEOMETRY)/, 'binary'],
  [/^DATE$/, 'date'],
  [/^TIMESTAMP WITH TIME ZONE/, 'timestamptz'],
  [/^TIMESTAMP/, 'timestamp'],
  [/^TIME/, 'time'],
  [/^INTERVAL/, 'interval'],
  [/^UUID/, 'uuid'],
]

/** Our type for a type as DuckDB writes it. */
const typeOfName = (name: string): ColumnType => namesOfTypes.find(([pattern]) => pattern.test(name))?.[1] ?? 'other'

/**
 * The SELECT of a `CREATE VIEW name (columns) AS SELECT …;`: what follows the first AS outside quotes. It may name its columns otherwise
 * than the view does.
 */
export function selectOf(create: string): string | undefined {
  const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+/g
  for (let match = token.exec(create); match; match = token.exec(create)) {
    if (match[0].toUpperCase() === 'AS') return create.slice(token.lastIndex).trim().replace(/;$/, '')
  }
  return undefined
}
