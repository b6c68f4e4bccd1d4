import type { DuckDBConnection } from '@duckdb/node-api'
import type { DatabaseAbout, Dependent, Details, Index, TableSize } from '../../details.ts'
import { bracketed } from './create-text.ts'
import { selectOf } from './duckdb-schema.ts'

type Rows = <Row>(sql: string) => Promise<Row[]>

/** Reads what the database tells beside its schema, in a fixed number of statements. In a folder `files` tells the rows of some tables. */
export async function readDuckdbDetails(
  connection: DuckDBConnection,
  database: string,
  files: ReadonlyMap<string, number> | undefined,
): Promise<Details> {
  const rows: Rows = async <Row>(sql: string) => (await connection.runAndReadAll(sql)).getRowsJson() as Row[]
  const about = await aboutOf(rows, database)
  if (files) {
    const sizes = [...files].map(([table, rowsEstimate]): TableSize => ({ schema: 'main', table, rowsEstimate }))
    return { database: about, indexes: [], sizes, dependents: [] }
  }
  return { database: about, indexes: await indexesOf(rows), sizes: await sizesOf(rows), dependents: await dependentsOf(connection, rows) }
}

const settings = ['access_mode', 'default_null_order', 'default_order', 'memory_limit', 'preserve_insertion_order', 'threads']

async function aboutOf(rows: Rows, database: string): Promise<DatabaseAbout> {
  const [[version, zone] = []] = await rows<[string, string]>(`SELECT version(), current_setting('TimeZone')`)
  const [[blocks, size] = []] = await rows<[string, string]>(
    'SELECT total_blocks, block_size FROM pragma_database_size() WHERE database_name = current_database()',
  )
  const told = await rows<[string, string]>(
    `SELECT name, value FROM duckdb_settings() WHERE name IN (${settings.map((name) => `'${name}'`).join(', ')}) ORDER BY name`,
  )
  return {
    product: 'DuckDB',
    version: String(version).replace(/^v/, ''),
    database,
    encoding: 'UTF-8',
    collation: 'binary',
    timeZone: String(zone),
    bytes: Number(blocks) * Number(size),
    settings: Object.fromEntries(told),
  }
}

async function indexesOf(rows: Rows): Promise<Index[]> {
  const made = await rows<[string, string, string, boolean, string]>(
    `SELECT schema_name, table_name, index_name, is_unique, sql FROM duckdb_indexes() WHERE database_name = current_database() ORDER BY 1, 2, 3`,
  )
  const keys = await rows<[string, string, string, string, string[]]>(
    `SELECT schema_name, table_name, constraint_name, constraint_type, constraint_column_names FROM duckdb_constraints()
     WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'UNIQUE') ORDER BY 1, 2, constraint_index`,
  )
  return [
    ...keys.map(([schema, table, name, kind, columns]) => {
      return { schema, table, name, columns, unique: true, primary: kind === 'PRIMARY KEY', method: 'art' }
    }),
    ...made.map(([schema, table, name, unique, definition]) => {
      return { schema, table, name, columns: bracketed(definition).map(plain), unique, primary: false, method: 'art', definition }
    }),
  ]
}

/** A column without its quotes and an expression without the brackets around it, as they stand in the text of an index. */
function plain(part: string): string {
  const name = /^"((?:[^"]|"")*)"$/.exec(part)?.[1]
  return name === undefined ? (/^\((.*)\)$/s.exec(part)?.[1] ?? part) : name.replaceAll('""', '"')
}

async function sizesOf(rows: Rows): Promise<TableSize[]> {
  const tables = await rows<[string, string, string]>(
    'SELECT schema_name, table_name, estimated_size FROM duckdb_tables() WHERE database_name = current_database() AND NOT internal ORDER BY 1, 2',
  )
  return tables.map(([schema, table, count]) => ({ schema, table, rowsEstimate: Number(count) }))
}

async function dependentsOf(connection: DuckDBConnection, rows: Rows): Promise<Dependent[]> {
  const keys = await rows<[string, string, string]>(
    `SELECT DISTINCT schema_name, referenced_table, table_name FROM duckdb_constraints() WHERE database_name = current_database()
     AND constraint_type = 'FOREIGN KEY' AND referenced_table <> table_name ORDER BY ALL`,
  )
  const views = await rows<[string, string, string]>(
    'SELECT schema_name, view_name, sql FROM duckdb_views() WHERE database_name = current_database() AND NOT internal ORDER BY 1, 2',
  )
  const known = new Set(
    (
      await rows<[string, string]>(
        `SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = current_database()`,
      )
    ).map(([schema, name]) => `${schema}.${name}`),
  )
  return [
    ...(await readByViews(connection, views, known)),
    ...keys.map(([schema, on, name]): Dependent => ({ on: `${schema}.${on}`, kind: 'foreign_key', name: `${schema}.${name}` })),
  ]
}

/** Which tables and views each view reads, as DuckDB itself reads its text. */
async function readByViews(
  connection: DuckDBConnection,
  views: readonly [schema: string, name: string, sql: string][],
  known: ReadonlySet<string>,
): Promise<Dependent[]> {
  const statement = await connection.prepare('SELECT json_serialize_sql($1::VARCHAR)')
  const found: Dependent[] = []
  for (const [schema, name, sql] of views) {
    statement.bindVarchar(1, selectOf(sql) ?? '')
    const [[tree] = []] = (await statement.runAndReadAll()).getRows() as [[string]]
    const seen = new Set(tablesIn(JSON.parse(tree ?? '{}')).map(([place, table]) => nameOf(place, table, schema, known)))
    for (const on of seen) if (on !== undefined && on !== `${schema}.${name}`) found.push({ on, kind: 'view', name: `${schema}.${name}` })
  }
  statement.destroySync()
  return found
}

/** A name without a schema is looked for beside the view, then in `main`. DuckDB's names have no case. */
function nameOf(place: string, table: string, schema: string, known: ReadonlySet<string>): string | undefined {
  const wanted = (place === '' ? [schema, 'main'] : [place]).map((one) => `${one}.${table}`.toLowerCase())
  return wanted.map((one) => [...known].find((name) => name.toLowerCase() === one)).find((name) => name !== undefined)
}

/** Every table that a serialised statement names, with its schema or ''; what a WITH names is left out. */
function tablesIn(tree: unknown, withs: ReadonlySet<string> = new Set()): [schema: string, table: string][] {
  if (Array.isArray(tree)) return tree.flatMap((part) => tablesIn(part, withs))
  if (tree === null || typeof tree !== 'object') return []
  const node = tree as Readonly<Record<string, unknown>>
  const map = (node.cte_map as { map?: readonly { key: string }[] } | undefined)?.map ?? []
  const inner = map.length === 0 ? withs : new Set([...withs, ...map.map(({ key }) => key.toLowerCase())])
  const below = Object.values(node).flatMap((part) => tablesIn(part, inner))
  if (node.type !== 'BASE_TABLE' || typeof node.table_name !== 'string') return below
  const schema = String(node.schema_name ?? '')
  return schema === '' && inner.has(node.table_name.toLowerCase()) ? below : [...below, [schema, node.table_name]]
}
