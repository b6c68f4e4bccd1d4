import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DuckDBInstance } from '@duckdb/node-api'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import type { Call } from '../../src/call.ts'
import { configOf } from '../../src/config/config.ts'
import { importRows, type WantedImport } from '../../src/import.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { type Cell, type Column, cells } from '../../src/result.ts'
import type { WriteSession } from '../../src/source/source.ts'
import { newCallId } from '../../src/tools/tools.ts'
import { mysqlUrl, postgresUrl } from '../servers/servers.ts'

export type Kind = 'postgres' | 'mysql' | 'sqlite' | 'duckdb'
export const kinds: readonly Kind[] = ['postgres', 'mysql', 'sqlite', 'duckdb']

/** One gateway over four real sources, each with a table `goods` and one `kinds` of many types. */
export type Scene = Readonly<{
  opened: Opened
  folder: string
  call(source: string, over?: Partial<Call>): Call
  load(
    source: string,
    wanted: Partial<WantedImport> & Pick<WantedImport, 'rows'>,
    token?: string,
    over?: Partial<Call>,
  ): ReturnType<typeof importRows>
  /** Rows as a reader of the source gets them. */
  rows(source: string, sql: string): Promise<readonly (readonly Cell[])[]>
  /** Runs a statement beside Sluice's own rules. */
  write(source: string, sql: string): Promise<void>
  /** Empties the tables. */
  clear(): Promise<void>
  close(): Promise<void>
}>

const name = `sluice_import_${process.pid}_${Math.random().toString(36).slice(2, 8)}`

const tables: Readonly<Record<Kind, readonly string[]>> = {
  postgres: [
    'CREATE TABLE goods (id bigint PRIMARY KEY, name text NOT NULL, price numeric(20,6), note text, tenant int DEFAULT 1 CHECK (tenant > 0))',
    'CREATE TABLE kinds (i bigint, d numeric(38,10), f double precision, b boolean, t text, dt date, ts timestamp(6), tz timestamptz, bin bytea, j jsonb, tm time(6))',
    'CREATE TABLE made (id bigserial PRIMARY KEY, name text, tenant int NOT NULL)',
  ],
  mysql: [
    'CREATE TABLE goods (id bigint PRIMARY KEY, name varchar(200) NOT NULL, price decimal(20,6), note text, tenant int DEFAULT 1 CHECK (tenant > 0))',
    'CREATE TABLE kinds (i bigint, d decimal(38,10), f double, b boolean, t text, dt date, ts datetime(6), tz timestamp(6) NULL, bin varbinary(100), j json, tm time(6))',
    'CREATE TABLE made (id bigint PRIMARY KEY AUTO_INCREMENT, name text, tenant int NOT NULL)',
  ],
  sqlite: [
    'CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price DECIMAL(20,6), note TEXT, tenant INTEGER DEFAULT 1 CHECK (tenant > 0))',
    'CREATE TABLE kinds (i BIGINT, d TEXT, f DOUBLE, b BOOLEAN, t TEXT, dt DATE, ts TIMESTAMP, tz TIMESTAMPTZ, bin BLOB, j TEXT, tm TIME)',
    'CREATE TABLE made (id INTEGER PRIMARY KEY, name TEXT, tenant INTEGER NOT NULL)',
  ],
  duckdb: [
    'CREATE TABLE goods (id BIGINT PRIMARY KEY, name VARCHAR NOT NULL, price DECIMAL(20,6), note VARCHAR, tenant INTEGER DEFAULT 1 CHECK (tenant > 0))',
    'CREATE TABLE kinds (i BIGINT, d DECIMAL(38,10), f DOUBLE, b BOOLEAN, t VARCHAR, dt DATE, ts TIMESTAMP, tz TIMESTAMPTZ, bin BLOB, j VARCHAR, tm TIME)',
    "CREATE SEQUENCE ids; CREATE TABLE made (id BIGINT PRIMARY KEY DEFAULT nextval('ids'), name VARCHAR, tenant INTEGER NOT NULL)",
  ],
}

const config = (folder: string, extra: string, role: string) => `
sources:
  postgres: { connector: postgres, url: '${withDatabase(postgresUrl())}' }
  mysql: { connector: mysql, url: '${withDatabase(mysqlUrl())}' }
  sqlite: { connector: sqlite, path: ${folder}/shop.db }
  duckdb: { connector: duckdb, path: ${folder}/shop.duckdb }
roles:
  clerk:
    sources:
      '*':
        tables: { allow: ['*'] }
        actions: [read, write]
  fast:
    sources: { '*': { tables: { allow: ['*'] }, actions: [read, write], confirm: never } }
  careful:
    sources: { '*': { tables: { allow: ['*'] }, actions: [read, write], confirm: twice } }
  reader:
    sources: { '*': { tables: { allow: ['*'] }, actions: [read] } }
  tenant:
    sources: { '*': { tables: { allow: ['*'] }, rows: { goods: tenant = 1, made: tenant = 1 }, columns: { goods: { deny: [note], mask: { price: 'null' } } }, actions: [read, write], confirm: never } }
local: { roles: [${role}], attributes: { tenant: 1 } }
audit: { path: ./audit }
state: ./state
${extra}`

export function withDatabase(url: string): string {
  const whole = new URL(url)
  whole.pathname = `/${name}`
  return String(whole)
}

/** The local caller has the role. */
export async function scene(extra = '', role = 'fast'): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-import-test-'))
  await makeServers()
  const db = new DatabaseSync(join(folder, 'shop.db'))
  for (const sql of tables.sqlite) db.exec(sql)
  db.close()
  const duck = await DuckDBInstance.create(join(folder, 'shop.duckdb'))
  const connection = await duck.connect()
  for (const sql of tables.duckdb) await connection.run(sql)
  connection.closeSync()
  duck.closeSync()
  writeFileSync(join(folder, 'sluice.yaml'), config(folder, extra, role))
  const opened = openParts(await configOf(join(folder, 'sluice.yaml'), config(folder, extra, role), {}))
  return sceneOf(folder, opened)
}

function sceneOf(folder: string, opened: Opened): Scene {
  const call = (source: string, over: Partial<Call> = {}): Call => ({
    id: newCallId(),
    door: 'http',
    credential: { kind: 'local' },
    source,
    action: 'preview',
    text: 'import',
    params: [],
    signal: new AbortController().signal,
    ...over,
  })
  const rows = async (source: string, sql: string) => {
    const { connection } = await opened.parts.sources.get(source)
    const found: (readonly Cell[])[] = []
    let columns: readonly Column[] = []
    const query = { sql, params: [], rowsMax: 1e9, bytesMax: 1e9, timeoutMs: 60_000 }
    await connection.query(
      query,
      {
        columns: (told) => {
          columns = told
        },
        batch: (batch) => {
          found.push(...cells(batch, columns))
        },
      },
      new AbortController().signal,
    )
    return found
  }
  const write = async (source: string, ...statements: string[]) => {
    const { connection } = await opened.parts.sources.get(source)
    const work = async (session: WriteSession) => {
      for (const sql of statements) await session.run(sql, [])
      return { keep: true, value: undefined }
    }
    await connection.write!({ timeoutMs: 30_000, transaction: true }, work, new AbortController().signal)
  }
  const clear = async () => {
    for (const source of kinds) await write(source, 'DELETE FROM goods', 'DELETE FROM kinds', 'DELETE FROM made')
  }
  return {
    opened,
    folder,
    call,
    rows,
    write: (source, sql) => write(source, sql),
    clear,
    load: (source, wanted, token, over) =>
      importRows(call(source, over), { table: 'goods', mode: 'insert', key: [], ...wanted }, token, opened.parts),
    async close() {
      await opened.close()
      rmSync(folder, { recursive: true, force: true })
      await dropServers()
    },
  }
}

async function onPostgres(statements: readonly string[], url = postgresUrl()): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const sql of statements) await client.query(sql)
  await client.end()
}

async function onMysql(statements: readonly string[]): Promise<void> {
  const client = await createConnection(mysqlUrl())
  for (const sql of statements) await client.query(sql)
  await client.end()
}

async function makeServers(): Promise<void> {
  await dropServers()
  await onPostgres([`CREATE DATABASE ${name}`])
  await onPostgres(tables.postgres, withDatabase(postgresUrl()))
  await onMysql([`CREATE DATABASE ${name} CHARACTER SET utf8mb4`, `USE ${name}`, ...tables.mysql])
}

async function dropServers(): Promise<void> {
  await onPostgres([`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`])
  await onMysql([`DROP DATABASE IF EXISTS ${name}`])
}

/** Pieces of bytes, as a request brings them. */
export async function* bytesOf(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size)
}
