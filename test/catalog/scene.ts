import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { hashOf } from '../../src/auth/auth.ts'
import type { Call } from '../../src/call.ts'
import { type Progress, type Synced, synchronise } from '../../src/catalog.ts'
import { configOf } from '../../src/config/config.ts'
import { type Opened, openParts } from '../../src/main.ts'
import type { StoreSetting } from '../../src/store/store.ts'
import { mysqlUrl, postgresUrl } from '../servers/servers.ts'

export type Kind = 'sqlite' | 'postgres' | 'mysql'
export const kinds: readonly Kind[] = ['sqlite', 'postgres', 'mysql']

/** A database of one kind that is this test's own. `schema` is what its tables are called after. */
export type Database = Readonly<{ yaml: string; schema: string; exec(...sql: string[]): Promise<void>; drop(): Promise<void> }>

const unique = () => `c${process.pid}_${Math.random().toString(36).slice(2, 10)}`

export async function openDatabase(kind: Kind, folder: string): Promise<Database> {
  if (kind === 'sqlite') return sqliteDatabase(join(folder, `${unique()}.db`))
  return kind === 'postgres' ? postgresDatabase(unique()) : mysqlDatabase(unique())
}

function sqliteDatabase(file: string): Database {
  const exec = async (...sql: string[]) => {
    const db = new DatabaseSync(file, { timeout: 10_000 })
    for (const text of sql) db.exec(text)
    db.close()
  }
  return { yaml: `{ connector: sqlite, path: '${file}' }`, schema: 'main', exec, drop: async () => rmSync(file, { force: true }) }
}

async function postgresDatabase(name: string): Promise<Database> {
  const url = new URL(postgresUrl())
  await inPostgres(url.href, `CREATE DATABASE ${name}`)
  const own = new URL(url)
  own.pathname = `/${name}`
  return {
    yaml: `{ connector: postgres, url: '${own.href}' }`,
    schema: 'public',
    exec: (...sql) => inPostgres(own.href, ...sql),
    drop: () => inPostgres(url.href, `DROP DATABASE ${name} WITH (FORCE)`),
  }
}

/** By a user who sees this database only: other tests make and drop theirs meanwhile. */
async function mysqlDatabase(name: string): Promise<Database> {
  const admin = new URL(mysqlUrl())
  await inMysql(
    admin.href,
    `CREATE DATABASE ${name}`,
    `CREATE USER '${name}'@'%' IDENTIFIED BY 'pw'`,
    `GRANT ALL ON ${name}.* TO '${name}'@'%'`,
  )
  const own = new URL(admin)
  own.pathname = `/${name}`
  own.username = name
  own.password = 'pw'
  return {
    yaml: `{ connector: mysql, url: '${own.href}' }`,
    schema: name,
    exec: (...sql) => inMysql(own.href, ...sql),
    drop: () => inMysql(admin.href, `DROP DATABASE ${name}`, `DROP USER '${name}'@'%'`),
  }
}

async function inPostgres(url: string, ...sql: string[]): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    for (const text of sql) await client.query(text)
  } finally {
    await client.end()
  }
}

async function inMysql(url: string, ...sql: string[]): Promise<void> {
  const connection = await createConnection(url)
  try {
    for (const text of sql) await connection.query(text)
  } finally {
    await connection.end()
  }
}

/** The keys of callers: whom a call is by. */
export const tokens = { boss: `slk_${'b'.repeat(43)}`, narrow: `slk_${'n'.repeat(43)}`, reader: `slk_${'r'.repeat(43)}` } as const
export type Who = keyof typeof tokens

export type Scene = Readonly<{
  opened: Opened
  /** The named sources, or all. */
  sync(...names: string[]): Promise<readonly Synced[]>
  progress: Progress[]
  call(who: Who, source: string, text?: string): Call
  close(): Promise<void>
}>

export const folderFor = (): Readonly<{ folder: string; remove(): void }> => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-catalog-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A gateway over some sources (name to YAML) with a registry; `roles` is the YAML of the role `narrow`. */
export async function openScene(
  sources: Readonly<Record<string, string>>,
  registry: StoreSetting,
  folder: string,
  roles = "{ sources: { '*': { tables: { allow: ['*'] } } } }",
  more = '',
): Promise<Scene> {
  const place = 'file' in registry ? registry.file : registry.url
  const keys = Object.entries(tokens).map(
    ([name, token]) =>
      `  - { name: ${name}, hash: '${hashOf(token)}', roles: [${name === 'boss' ? 'admin' : name === 'reader' ? 'read_only' : name}] }`,
  )
  const yaml = [
    `registry: '${place}'`,
    'sources:',
    ...Object.entries(sources).map(([name, source]) => `  ${name}: ${source}`),
    'roles:',
    `  narrow: ${roles}`,
    'keys:',
    ...keys,
    'local: { roles: [] }',
    more,
  ]
  const opened = openParts(await configOf(join(folder, 'sluice.yaml'), yaml.join('\n'), {}))
  const progress: Progress[] = []
  let calls = 0
  return {
    opened,
    progress,
    sync: (...names) =>
      synchronise(names.length === 0 ? opened.parts.sources.names : names, {
        parts: opened.parts,
        signal: new AbortController().signal,
        progress: (told) => void progress.push(told),
      }),
    call: (who, source, text = 'test') => ({
      id: `test-${++calls}`,
      door: 'http',
      credential: { kind: 'bearer', token: tokens[who] },
      source,
      action: 'query',
      text,
      params: [],
      signal: new AbortController().signal,
    }),
    close: () => opened.close(),
  }
}
