import { createHash } from 'node:crypto'
import type { Cell, ColumnType } from '../../result.ts'
import type { ForeignKey, Schema, SourceFunction, Table, TableColumn, TableKind } from '../../schema.ts'
import { counting } from '../counting.ts'
import type { Ask } from '../served.ts'
import type { ReadSoFar } from '../source.ts'

const sessionSql = 'SELECT DATABASE(), VERSION()'

const tablesSql = `
SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, TABLE_ROWS, TABLE_COMMENT FROM information_schema.TABLES
ORDER BY TABLE_SCHEMA, TABLE_NAME`

const columnsSql = `
SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, COLUMN_COMMENT, COLUMN_DEFAULT, EXTRA
FROM information_schema.COLUMNS
ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION`

const viewsSql = 'SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS'

const keysSql = `
SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
FROM information_schema.KEY_COLUMN_USAGE
WHERE CONSTRAINT_NAME = 'PRIMARY' OR REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION`

const routinesSql = `
SELECT r.ROUTINE_SCHEMA, r.ROUTINE_NAME, r.ROUTINE_TYPE, r.ROUTINE_DEFINITION, r.SQL_DATA_ACCESS, r.SECURITY_TYPE, r.ROUTINE_BODY,
  (SELECT COUNT(*) FROM information_schema.PARAMETERS p
    WHERE p.SPECIFIC_SCHEMA = r.ROUTINE_SCHEMA AND p.SPECIFIC_NAME = r.SPECIFIC_NAME AND p.ROUTINE_TYPE = r.ROUTINE_TYPE AND p.ORDINAL_POSITION > 0)
FROM information_schema.ROUTINES r
ORDER BY r.ROUTINE_SCHEMA, r.ROUTINE_NAME, r.ROUTINE_TYPE`

/** MariaDB's JSON is LONGTEXT with a check on the column, and nothing but that check tells them apart. */
const jsonSql = `
SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME FROM information_schema.CHECK_CONSTRAINTS
WHERE LEVEL = 'Column' AND CHECK_CLAUSE = CONCAT('json_valid(\`', CONSTRAINT_NAME, '\`)')`

const systemSchemas = new Set(['information_schema', 'mysql', 'performance_schema', 'sys'])
const kinds: Readonly<Record<string, TableKind>> = { VIEW: 'view', 'SYSTEM VIEW': 'view', SEQUENCE: 'sequence' }

const types: Readonly<Record<string, ColumnType>> = {
  tinyint: 'int',
  smallint: 'int',
  mediumint: 'int',
  int: 'int',
  bigint: 'int',
  year: 'int',
  bit: 'int',
  decimal: 'decimal',
  float: 'float',
  double: 'float',
  date: 'date',
  time: 'time',
  datetime: 'timestamp',
  timestamp: 'timestamp',
  char: 'text',
  varchar: 'text',
  tinytext: 'text',
  text: 'text',
  mediumtext: 'text',
  longtext: 'text',
  enum: 'text',
  set: 'text',
  binary: 'binary',
  varbinary: 'binary',
  tinyblob: 'binary',
  blob: 'binary',
  mediumblob: 'binary',
  longblob: 'binary',
  geometry: 'binary',
  point: 'binary',
  linestring: 'binary',
  polygon: 'binary',
  multipoint: 'binary',
  multilinestring: 'binary',
  multipolygon: 'binary',
  geometrycollection: 'binary',
  geomcollection: 'binary',
  vector: 'binary',
  json: 'json',
  uuid: 'uuid',
}

type TableRow = readonly [schema: string, name: string, type: string, rows: number | string | null, comment: string | null]
type ColumnRow = readonly [
  schema: string,
  table: string,
  name: string,
  data: string,
  native: string,
  nullable: string,
  comment: string | null,
  expression: string | null,
  extra: string,
]
type ViewRow = readonly [schema: string, name: string, definition: string | null]
type KeyRow = readonly [
  schema: string,
  table: string,
  constraint: string,
  column: string,
  toSchema: string | null,
  toTable: string | null,
  toColumn: string | null,
]
type RoutineRow = readonly [
  schema: string,
  name: string,
  type: string,
  body: string | null,
  access: string,
  security: string,
  language: string,
  args: number,
]

/** Reads the information schema in seven queries, however much there is. */
export async function describe(ask: Ask, told: ReadSoFar = () => {}): Promise<Schema> {
  const [[database, version]] = (await ask(sessionSql)) as [[string | null, string]]
  const tableRows = await rows<TableRow>(ask, tablesSql)
  const own = tableRows.filter(([schema]) => !systemSchemas.has(schema.toLowerCase())).map(([schema, name]) => `${schema}.${name}`)
  const seen = counting(new Set(own), ([schema, name]) => `${schema}.${name}`, told)
  const columns = grouped((await ask(columnsSql, [], seen)) as readonly Cell[][] as unknown as readonly ColumnRow[])
  const views = grouped(await rows<ViewRow>(ask, viewsSql))
  const keys = grouped(await rows<KeyRow>(ask, keysSql))
  const documents = /mariadb/i.test(version) ? grouped(await rows<readonly [string, string, string]>(ask, jsonSql)) : new Map()
  const tables = tableRows.map((row): Table => {
    const name = `${row[0]}.${row[1]}`
    const json = new Set((documents.get(name) ?? []).map((found: readonly string[]) => found[2]))
    const own = (columns.get(name) ?? []).map((column) => columnOf(column, json.has(column[2])))
    return tableOf(row, own, views.get(name)?.[0]?.[2] ?? undefined, keys.get(name) ?? [])
  })
  const functions = (await rows<RoutineRow>(ask, routinesSql)).map(functionOf)
  const searchPath = database === null ? ['information_schema'] : [database]
  const shape = { searchPath, tables: tables.map(({ rowsEstimate: _, ...table }) => table), functions }
  const hash = createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 16)
  return { version: hash, searchPath, tables, functions }
}

const rows = async <Row>(ask: Ask, sql: string): Promise<readonly Row[]> =>
  (await ask(sql)) as readonly Cell[][] as unknown as readonly Row[]

/** Rows by `schema.table`, their first two cells. */
function grouped<Row extends readonly [string, string, ...unknown[]]>(all: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of all) {
    const name = `${row[0]}.${row[1]}`
    const group = groups.get(name)
    if (group) group.push(row)
    else groups.set(name, [row])
  }
  return groups
}

function columnOf([, , name, data, nativeType, nullable, comment, expression, extra]: ColumnRow, json: boolean): TableColumn {
  const type = json ? 'json' : (types[data.toLowerCase()] ?? 'other')
  // MariaDB writes a default of NULL out.
  const given = expression !== null && expression !== 'NULL'
  const generated = / GENERATED|PERSISTENT/i.test(extra) ? 'always' : /auto_increment/i.test(extra) ? 'identity' : undefined
  return {
    name,
    type,
    nativeType,
    nullable: nullable === 'YES',
    ...(comment ? { comment } : {}),
    ...(generated ? { generated } : {}),
    ...(given && generated === undefined ? { default: expression } : {}),
  }
}

function tableOf(
  [schema, name, type, estimate, comment]: TableRow,
  columns: TableColumn[],
  definition: string | undefined,
  keys: KeyRow[],
): Table {
  const primaryKey = keys.filter((key) => key[2] === 'PRIMARY').map((key) => key[3])
  const foreign = new Map<string, KeyRow[]>()
  for (const key of keys) if (key[5] !== null) foreign.set(key[2], [...(foreign.get(key[2]) ?? []), key])
  const foreignKeys = [...foreign.values()].map(
    (parts): ForeignKey => ({
      columns: parts.map((part) => part[3]),
      table: `${parts[0]![4]}.${parts[0]![5]}`,
      references: parts.map((part) => part[6] ?? ''),
    }),
  )
  const system = systemSchemas.has(schema.toLowerCase())
  return {
    schema,
    name,
    kind: kinds[type] ?? 'table',
    columns,
    ...(definition && !system ? { definition } : {}),
    ...(comment && comment !== 'VIEW' ? { comment } : {}),
    ...(estimate === null || type !== 'BASE TABLE' ? {} : { rowsEstimate: Number(estimate) }),
    ...(primaryKey.length === 0 ? {} : { primaryKey }),
    ...(foreignKeys.length === 0 ? {} : { foreignKeys }),
    ...(system ? { system: true } : {}),
  }
}

function functionOf([schema, name, type, body, access, security, language, args]: RoutineRow): SourceFunction {
  return {
    schema,
    name,
    kind: type === 'PROCEDURE' ? 'procedure' : 'function',
    // What a routine says of itself is not checked by the server, except that it cannot promise less than it admits.
    volatility: access === 'MODIFIES SQL DATA' ? 'volatile' : 'unknown',
    builtin: systemSchemas.has(schema.toLowerCase()),
    args: [args, args],
    language: language.toLowerCase(),
    ...(body === null ? {} : { body }),
    ...(security === 'DEFINER' ? { definer: true } : {}),
  }
}
