import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { ForeignKey, Schema, SourceFunction, Table, TableColumn, TableKind } from '../../schema.ts'
import { declaredType } from './sqlite-rows.ts'

type TableRow = { name: string; type: 'table' | 'view' | 'virtual' | 'shadow'; sql: string | null }
/** Views whose table is gone: asking for their columns is an error. They are listed without any. */
function brokenViews(db: DatabaseSync): string[] {
  const views = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'view'`).all() as { name: string }[]
  return views.flatMap(({ name }) => {
    try {
      db.prepare(`SELECT * FROM main."${name.replaceAll('"', '""')}"`)
      return []
    } catch {
      return [name]
    }
  })
}

type ColumnRow = {
  tab: string
  name: string
  type: string
  required: number
  preset: string | null
  pk: number
  hidden: number
  wr: number
}
type KeyRow = { tab: string; id: number; parent: string; child: string; to: string | null }

/** Reads everything in a fixed number of statements, however many tables there are. */
export function readSchema(db: DatabaseSync): Schema {
  const broken = JSON.stringify(brokenViews(db))
  const columns = grouped(
    db
      .prepare(
        `SELECT l.name AS tab, c.name, c.type, c."notnull" AS required, c.dflt_value AS preset, c.pk, c.hidden, l.wr FROM pragma_table_list AS l
         JOIN pragma_table_xinfo(l.name, l.schema) AS c WHERE l.schema = 'main' AND l.name NOT IN (SELECT value FROM json_each(?))
         ORDER BY l.name, c.cid`,
      )
      .all(broken) as ColumnRow[],
  )
  const keys = grouped(
    db
      .prepare(
        `SELECT l.name AS tab, k.id, k."table" AS parent, k."from" AS child, k."to" FROM pragma_table_list AS l
         JOIN pragma_foreign_key_list(l.name, l.schema) AS k WHERE l.schema = 'main' AND l.type = 'table' ORDER BY l.name, k.id, k.seq`,
      )
      .all() as KeyRow[],
  )
  const rows = rowEstimates(db)
  const tables = db
    .prepare(
      `SELECT l.name, l.type, s.sql FROM pragma_table_list AS l LEFT JOIN sqlite_schema AS s ON s.name = l.name AND s.type IN ('table', 'view')
       WHERE l.schema = 'main' ORDER BY l.name`,
    )
    .all() as TableRow[]
  const found = {
    searchPath: ['main'],
    tables: tables.map((row) => tableOf(row, columns.get(row.name) ?? [], keys.get(row.name) ?? [], rows.get(row.name))),
    functions: functionsOf(db),
  }
  return { version: createHash('sha256').update(JSON.stringify(found)).digest('hex').slice(0, 16), ...found }
}

function tableOf(row: TableRow, columns: readonly ColumnRow[], keys: readonly KeyRow[], rowsEstimate: number | undefined): Table {
  const primaryKey = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk)
  const definition = row.type === 'view' && row.sql !== null ? selectOf(row.sql) : undefined
  const foreignKeys = foreignKeysOf(keys)
  return {
    schema: 'main',
    name: row.name,
    kind: (row.type === 'shadow' ? 'table' : row.type) satisfies TableKind,
    columns: columns.filter(({ hidden }) => hidden !== 1).map((column) => columnOf(column, primaryKey.length === 1)),
    ...(definition !== undefined && { definition }),
    ...(rowsEstimate !== undefined && { rowsEstimate }),
    ...(primaryKey.length > 0 && { primaryKey: primaryKey.map(({ name }) => name) }),
    ...(foreignKeys.length > 0 && { foreignKeys }),
    ...((row.type === 'shadow' || row.name.startsWith('sqlite_')) && { system: true }),
  }
}

/** What SQLite calls hidden: 2 is computed when read, 3 is computed when written. */
const computed = new Set([2, 3])

/** `alone` when the primary key is one column: if it is an INTEGER, it is the rowid and counts up by itself. */
function columnOf({ name, type, required, preset, pk, hidden, wr }: ColumnRow, alone: boolean): TableColumn {
  const counts = pk > 0 && alone && wr === 0 && type.toUpperCase() === 'INTEGER'
  return {
    name,
    type: type === '' ? 'other' : declaredType(type),
    nativeType: type,
    nullable: required === 0 && pk === 0,
    ...(preset !== null && { default: preset }),
    ...(computed.has(hidden) ? { generated: 'always' } : counts ? { generated: 'identity' } : {}),
  }
}

function foreignKeysOf(keys: readonly KeyRow[]): ForeignKey[] {
  const byId = Map.groupBy(keys, ({ id }) => id)
  return [...byId.values()].map((parts) => ({
    columns: parts.map(({ child }) => child),
    table: `main.${parts[0]!.parent}`,
    references: parts.flatMap(({ to }) => (to === null ? [] : [to])),
  }))
}

/** What ANALYZE has left: the first number of `stat` is the rows of the table. */
export function rowEstimates(db: DatabaseSync): Map<string, number> {
  const analyzed = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'`).get()
  if (!analyzed) return new Map()
  const rows = db.prepare('SELECT tbl, max(CAST(stat AS INTEGER)) AS rows FROM sqlite_stat1 GROUP BY tbl').all()
  return new Map((rows as { tbl: string; rows: number }[]).map(({ tbl, rows }) => [tbl, rows]))
}

const deterministicFlag = 0x800

function functionsOf(db: DatabaseSync): SourceFunction[] {
  const rows = db
    .prepare(
      `SELECT name, type, builtin, max(flags & ${deterministicFlag}) AS fixed, min(narg) AS least, max(narg) AS most
       FROM pragma_function_list WHERE name <> 'sluice_hmac' GROUP BY name, type, builtin ORDER BY name, type`,
    )
    .all() as { name: string; type: string; builtin: number; fixed: number; least: number; most: number }[]
  return rows.map(({ name, type, builtin, fixed, least, most }) => ({
    schema: '',
    name,
    kind: type === 'w' ? 'window' : type === 'a' ? 'aggregate' : 'function',
    volatility: fixed > 0 ? 'immutable' : 'volatile',
    builtin: builtin === 1,
    args: [Math.max(0, least), least < 0 ? 1_000 : most],
  }))
}

function grouped<Row extends { tab: string }>(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, ({ tab }) => tab)
}

/**
 * The SELECT of a `CREATE VIEW name (columns) AS SELECT …`: what follows the first AS outside quotes and comments. It may name its
 * columns otherwise than the view does.
 */
export function selectOf(create: string): string | undefined {
  const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\w+/g
  for (let match = token.exec(create); match; match = token.exec(create)) {
    if (match[0].toUpperCase() === 'AS') return create.slice(token.lastIndex).trim()
  }
  return undefined
}
