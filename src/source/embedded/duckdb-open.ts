import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { FolderTable } from './duckdb-folder.ts'

/** What the gateway sends with `open`: a database file, or the tables of a folder; with neither, the engine only reads statements. */
export type DuckdbOpen = Readonly<{
  path?: string
  tables?: readonly FolderTable[]
  /** An existing directory of its own, removed by the gateway afterwards. */
  temp?: string
  memoryMb: number
  threads: number
}>

/** `broken` tells which tables of the folder could not be read, and why. */
export type DuckdbOpened = Readonly<{ version: string; broken: readonly Readonly<{ table: string; reason: string }>[] }>

/** The instance, and the rows of those tables of a folder whose files tell how many they hold. */
export type OpenDuckdb = { db: DuckDBInstance; rows: ReadonlyMap<string, number> } & DuckdbOpened

const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`
const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/**
 * Opens DuckDB so that it can read, or with `forWriting` change, what it was given and touch nothing else: no other file, no network, no extension, no secret; and shuts the
 * door behind it by locking its settings.
 */
export async function openDuckdb({ path, tables, temp, memoryMb, threads }: DuckdbOpen, forWriting = false): Promise<OpenDuckdb> {
  const db = await DuckDBInstance.create(path ?? ':memory:', {
    ...(path !== undefined && { access_mode: forWriting ? 'READ_WRITE' : 'READ_ONLY' }),
    temp_directory: temp ?? '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
    memory_limit: `${memoryMb}MB`,
    ...(threads > 0 && { threads: String(threads) }),
    // Last, because it locks the folder for temporary files.
    ...(path !== undefined && { enable_external_access: 'false' }),
  })
  const connection = await db.connect()
  const broken: { table: string; reason: string }[] = []
  for (const table of tables ?? []) {
    await connection.run(viewOf(table)).catch((error: Error) => broken.push({ table: table.name, reason: error.message }))
  }
  const rows = await countedRows(connection, tables ?? [])
  const files = (tables ?? []).flatMap((table) => table.files)
  await connection.run(`SET allowed_paths = [${files.map(quoteText).join(', ')}]`).catch((error) => {
    if (path === undefined) throw error
  })
  await connection.run(`SET GLOBAL TimeZone = 'UTC'`)
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
  const [[version]] = (await connection.runAndReadAll('SELECT version()')).getRows() as [[string]]
  connection.closeSync()
  return { db, rows, version: `DuckDB ${version.replace(/^v/, '')}`, broken }
}

/** Parquet says in its footers how many rows there are. Files that cannot be read are told elsewhere. */
async function countedRows(connection: DuckDBConnection, tables: readonly FolderTable[]): Promise<ReadonlyMap<string, number>> {
  const rows = new Map<string, number>()
  for (const { name, format, files } of tables) {
    if (format !== 'parquet') continue
    const sql = `SELECT sum(num_rows)::DOUBLE FROM parquet_file_metadata([${files.map(quoteText).join(', ')}])`
    const [[count]] = await connection.runAndReadAll(sql).then(
      (result) => result.getRows() as [[number | null]],
      () => [[null]] as const,
    )
    if (count !== null) rows.set(name, count)
  }
  return rows
}

/** A table of the folder as a view over the exact list of its files. */
function viewOf({ name, format, files, hive }: FolderTable): string {
  const list = `[${files.map(quoteText).join(', ')}]`
  const options = [
    ...(files.length > 1 ? ['union_by_name = true'] : []),
    ...(hive ? ['hive_partitioning = true'] : ['hive_partitioning = false']),
    ...(format === 'json' ? ['maximum_object_size = 67108864'] : []),
  ]
  const reader = { parquet: 'read_parquet', csv: 'read_csv', json: 'read_json' }[format]
  return `CREATE VIEW ${quoteName(name)} AS SELECT * FROM ${reader}(${[list, ...options].join(', ')})`
}
