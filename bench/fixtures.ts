import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Server, startMariadb, startPostgres } from '../test/servers/servers.ts'

/** One variant of the fixture data: how a source of the configuration reaches it. `database` stands for `{{DB}}` in a statement. */
export type Place = Readonly<{
  database: string
  settings: Readonly<Record<string, unknown>>
}>

/** The server that a dialect needs, or undefined for the embedded engines. */
export async function start(dialect: string): Promise<Server | undefined> {
  if (dialect === 'postgres') return startPostgres()
  if (dialect === 'mysql') return startMariadb()
  return undefined
}

/** Loads one variant. Statements that this machine's engine cannot do (extensions that are not installed) are left out. */
export async function fixture(dialect: string, variant: string, sql: string, folder: string, server: Server | undefined): Promise<Place> {
  if (dialect === 'sqlite') return sqliteFixture(join(folder, `${variant}.db`), sql)
  if (dialect === 'duckdb') return duckdbFixture(join(folder, `${variant}.duckdb`), sql)
  if (dialect === 'mysql') return mysqlFixture(server!.url, `bypass_${variant}`, sql)
  return postgresFixture(server!.url, `bypass_${variant}`, sql)
}

function sqliteFixture(path: string, sql: string): Place {
  const db = new DatabaseSync(path)
  db.exec(sql)
  db.close()
  return { database: 'main', settings: { connector: 'sqlite', path } }
}

async function duckdbFixture(path: string, sql: string): Promise<Place> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  await connection.run(sql)
  connection.closeSync()
  instance.closeSync()
  return { database: 'main', settings: { connector: 'duckdb', path } }
}

async function mysqlFixture(url: string, database: string, sql: string): Promise<Place> {
  const { createConnection } = await import('mysql2/promise')
  const admin = await createConnection({ uri: url })
  await admin.query(`CREATE DATABASE ${database}`)
  await admin.query(`USE ${database}`)
  const [plain = '', routines = ''] = sql.split(/DELIMITER \/\/\n/)
  for (const statement of plain.split(/;\s*\n/)) if (bare(statement)) await admin.query(statement)
  for (const statement of routines.replace(/DELIMITER ;[\s\S]*$/, '').split('//\n')) if (bare(statement)) await admin.query(statement)
  await admin.end()
  const { hostname, port, username, password } = new URL(url)
  return {
    database,
    settings: { connector: 'mysql', host: hostname, port: Number(port), user: username, password: decodeURIComponent(password), database },
  }
}

async function postgresFixture(url: string, database: string, sql: string): Promise<Place> {
  const { default: pg } = await import('pg')
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${database}`)
  await admin.end()
  const own = new URL(url)
  own.pathname = `/${database}`
  const client = new pg.Client({ connectionString: own.href })
  await client.connect()
  for (const statement of sql.split(/;\s*\n|; (?=CREATE EXTENSION|GRANT)/)) {
    if (bare(statement)) await client.query(statement).catch((error: Error) => console.warn(`left out: ${error.message}`))
  }
  await client.end()
  return { database, settings: { connector: 'postgres', url: own.href } }
}

/** The statement without comment lines; empty when nothing is left. */
function bare(statement: string): string {
  return statement.replace(/^\s*--.*$/gm, '').trim()
}
