import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DuckDBInstance } from '@duckdb/node-api'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import type { Call } from '../../src/call.ts'
import { configOf } from '../../src/config/config.ts'
import { publicError } from '../../src/error.ts'
import type { DialectName } from '../../src/facts.ts'
import { type Parts, run } from '../../src/gateway.ts'
import { openParts } from '../../src/main.ts'
import { mysqlUrl, postgresUrl } from '../servers/servers.ts'

/** Two databases that differ only in what a role hides; whatever it asks, it must get the same of both. */
export type World = 'first' | 'second'

const roles = `
roles:
  masked:
    extends: [read_only]
    sources:
      shop:
        tables: { deny: [secrets] }
        columns: { people: { mask: { email: constant, ssn: null }, deny: [note] } }
        limits: { seconds: 5 }
  filtered:
    extends: [read_only]
    sources:
      shop:
        tables: { deny: [secrets] }
        rows: { people: 'tenant_id = 1', orders: 'tenant_id = 1' }
        limits: { seconds: 5 }
`

/** Statements that make a world. Masked columns differ for \`masked\`, rows of other tenants for \`filtered\`. */
export function worldSql(role: string, world: World): readonly string[] {
  const other = world === 'second'
  const hidden = role === 'masked' && other ? 'zz' : 'aa'
  const people = [1, 2, 3, 4, 5, 6].map((id) => {
    const tenant = id <= 3 ? 1 : 2
    const mark = role === 'filtered' && other && tenant === 2 ? 'other' : 'some'
    return `(${id}, ${tenant}, 'name${id}${mark}', '${hidden}${id}@example.com', '${hidden}-${9 - id}', '${hidden}')`
  })
  const orders = [1, 2, 3, 4, 5, 6].map((id) => {
    const tenant = id <= 3 ? 1 : 2
    const amount = role === 'filtered' && other && tenant === 2 ? 0 : id * 10
    return `(${id}, ${tenant}, ${id}, ${amount})`
  })
  return [
    'CREATE TABLE people (id int PRIMARY KEY, tenant_id int, name varchar(40), email varchar(40), ssn varchar(40), note varchar(40))',
    'CREATE TABLE orders (id int PRIMARY KEY, tenant_id int, person_id int, amount int)',
    'CREATE TABLE secrets (id int, value varchar(40))',
    `INSERT INTO people VALUES ${people.join(', ')}`,
    `INSERT INTO orders VALUES ${orders.join(', ')}`,
    `INSERT INTO secrets VALUES (1, '${other ? 'x' : 'y'}')`,
    'CREATE VIEW all_people AS SELECT * FROM people',
    'CREATE VIEW contacts (who, mail) AS SELECT name, email FROM all_people',
    'CREATE VIEW tells AS SELECT * FROM secrets',
    'CREATE VIEW totals AS SELECT p.tenant_id, count(*) AS n, sum(o.amount) AS amount FROM people p JOIN orders o ON o.person_id = p.id GROUP BY p.tenant_id',
  ]
}

export type Opened = Readonly<{ parts: Parts; close(): Promise<void> }>

/** Opens the world of a role as a source `shop` behind a whole gateway; the caller has that role, or another one. */
export async function openWorld(dialect: Kind, role: string, world: World, as = role): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-world-'))
  const more = dialect === 'duckdb' ? [] : extra[dialect]
  const source = await makeDatabase(dialect, folder, [...worldSql(role, world), ...more])
  const config = await configOf(
    join(folder, 'sluice.yaml'),
    `sources: { shop: ${JSON.stringify(source)} }\n${roles}\nlocal: { roles: [${as}] }`,
    {},
  )
  return openParts(config)
}

/** What only one engine has, and statistics, which must not tell either. */
const extra = {
  mysql: ['CREATE INDEX by_email ON people (email)', 'ANALYZE TABLE people, orders'],
  postgres: [
    'CREATE FUNCTION whole(people) RETURNS text LANGUAGE sql STABLE AS $$ SELECT $1.email || $1.note $$',
    'CREATE FUNCTION everyone() RETURNS SETOF people LANGUAGE sql STABLE AS $$ SELECT * FROM people $$',
    'ANALYZE',
  ],
  sqlite: ['CREATE INDEX by_email ON people (email)', 'ANALYZE'],
} as const

type Make = (folder: string, sql: readonly string[]) => Promise<Readonly<Record<string, unknown>>>

const make: Readonly<Record<DialectName, Make>> = {
  async mysql(_, sql) {
    const name = `world_${process.pid}_${++made}`
    const connection = await createConnection(mysqlUrl())
    try {
      for (const statement of [`CREATE DATABASE ${name} CHARACTER SET utf8mb4`, `USE ${name}`, ...sql]) {
        await connection.query(statement)
      }
    } finally {
      await connection.end()
    }
    const url = new URL(mysqlUrl())
    url.pathname = `/${name}`
    return { connector: 'mysql', url: url.href }
  },
  async duckdb(folder, sql) {
    const instance = await DuckDBInstance.create(join(folder, 'shop.duckdb'))
    const connection = await instance.connect()
    for (const statement of sql) await connection.run(statement)
    connection.closeSync()
    instance.closeSync()
    return { connector: 'duckdb', path: 'shop.duckdb' }
  },
  async sqlite(folder, sql) {
    const db = new DatabaseSync(join(folder, 'shop.db'))
    for (const statement of sql) db.exec(statement)
    db.close()
    return { connector: 'sqlite', path: 'shop.db' }
  },
  async postgres(_, sql) {
    const name = `world_${process.pid}_${++made}`
    await inPostgres(postgresUrl(), [`CREATE DATABASE ${name}`])
    const url = new URL(postgresUrl())
    url.pathname = `/${name}`
    await inPostgres(url.href, sql)
    return { connector: 'postgres', url: url.href }
  },
}
let made = 0

export type Kind = keyof typeof make
export const kinds = Object.keys(make) as Kind[]

async function inPostgres(url: string, sql: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of sql) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Makes a database in the folder or on the test server; answers the settings of a source for it. */
export const makeDatabase = (dialect: Kind, folder: string, sql: readonly string[]): ReturnType<Make> => make[dialect](folder, sql)

/** Rows as values, as JSON gives them. */
export async function askRows(parts: Parts, text: string): Promise<unknown[][]> {
  const rows: unknown[][] = []
  await run(
    callOf(text),
    { columns: () => {}, batch: ({ json }) => void rows.push(...JSON.parse(`[${Buffer.from(json).toString()}]`)) },
    parts,
  )
  return rows
}

const callOf = (text: string): Call => ({
  id: `call-${++made}`,
  door: 'cli',
  credential: { kind: 'local' },
  source: 'shop',
  action: 'query',
  text,
  params: [],
  signal: new AbortController().signal,
})

/** The whole answer as a caller sees it: columns and rows, or the error. */
export async function ask(parts: Parts, text: string): Promise<Readonly<{ answered: boolean; text: string }>> {
  const seen: string[] = []
  try {
    await run(
      callOf(text),
      { columns: (columns) => void seen.push(JSON.stringify(columns)), batch: ({ json }) => void seen.push(Buffer.from(json).toString()) },
      parts,
    )
    return { answered: true, text: unnamed(seen.join('\n')) }
  } catch (error) {
    const { code, message, hint } = publicError(error)
    return { answered: false, text: unnamed(`${code} ${message} ${hint}`) }
  }
}

/** The databases of the two worlds cannot have one name on one server. */
const unnamed = (text: string): string => text.replaceAll(/world_\d+_\d+/g, 'world')
