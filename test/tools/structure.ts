import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DuckDBInstance } from '@duckdb/node-api'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { makeKey } from '../../src/auth/auth.ts'
import type { Call } from '../../src/call.ts'
import { configOf } from '../../src/config/config.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { type Column, cells, type Sink } from '../../src/result.ts'
import type { WriteSession } from '../../src/source/source.ts'
import { type Answer, type Caller, checkFields, newCallId, toolNamed } from '../../src/tools/tools.ts'
import { mysqlUrl, postgresUrl } from '../servers/servers.ts'

/** One small database on each engine, with things that some callers may not find, and its tools as a client calls them. */
export const engines = ['sqlite', 'postgres', 'mysql', 'duckdb'] as const
export type Engine = (typeof engines)[number]
export type Who = 'developer' | 'admin' | 'reader' | 'narrow' | 'maker'

export type Place = Readonly<{
  engine: Engine
  opened: Opened
  /** The schema of the tables. */
  schema: string
  call(who: Who): Call
  tool(who: Who, name: string, fields?: Readonly<Record<string, unknown>>): Promise<Answer>
  /** Preview and apply in one go; answers the applied. */
  apply(who: Who, name: string, fields: Readonly<Record<string, unknown>>): Promise<Answer>
  /** Runs one statement as the owner of the data; DuckDB lets one process at its file, so there it goes through the gateway's connection. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>
  close(): Promise<void>
}>

const text = (engine: Engine) => (engine === 'mysql' ? 'varchar(100)' : 'varchar')

const made = (engine: Engine): readonly string[] => [
  `CREATE TABLE customers (id integer PRIMARY KEY, email ${text(engine)}, phone ${text(engine)}, secret ${text(engine)})`,
  `CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL, tenant integer NOT NULL, total decimal(10,2), note ${text(engine)} DEFAULT 'none', FOREIGN KEY (customer_id) REFERENCES customers (id))`,
  'CREATE TABLE payments (id integer PRIMARY KEY, order_id integer, FOREIGN KEY (order_id) REFERENCES orders (id))',
  `CREATE TABLE notes (id integer PRIMARY KEY, text ${text(engine)})`,
  'CREATE INDEX orders_total ON orders (total)',
  'CREATE INDEX customers_secret ON customers (secret)',
  'CREATE INDEX payments_order ON payments (order_id)',
  'CREATE VIEW note_texts AS SELECT text FROM notes',
  'CREATE VIEW order_totals AS SELECT tenant, total FROM orders WHERE total > 4711',
  'CREATE VIEW paid AS SELECT order_id FROM payments',
  `INSERT INTO customers VALUES (1, 'ana@example.com', '030', 'sesame'), (2, 'ben@example.com', '031', 'apple')`,
  'INSERT INTO orders (id, customer_id, tenant, total) VALUES (1, 1, 1, 10.50), (2, 2, 1, 20), (3, 2, 2, 30)',
  `INSERT INTO notes VALUES (1, 'it''s'), (2, 'two')`,
  'INSERT INTO payments VALUES (1, 1)',
]

/** `narrow` and `maker` see the same; `maker` may change structure. */
const roles = `
roles:
  narrow:
    sources:
      shop:
        tables: { allow: ['*'], deny: [payments, paid, vault] }
        columns: { customers: { deny: [secret], mask: { email: email } } }
        rows: { orders: tenant = 1 }
        actions: [read, explain]
  maker: { extends: [narrow], sources: { shop: { actions: [read, explain, ddl] } } }
`
const rolesOf: Readonly<Record<Who, string>> = {
  developer: 'developer',
  admin: 'admin',
  reader: 'read_only',
  narrow: 'narrow',
  maker: 'maker',
}

export async function openPlace(engine: Engine): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), `sluice-structure-${engine}-`))
  const owner = await owners[engine](folder)
  for (const sql of made(engine)) await owner.run(sql)
  const keys = Object.fromEntries(Object.keys(rolesOf).map((who) => [who, makeKey()])) as Record<Who, ReturnType<typeof makeKey>>
  const lines = Object.entries(rolesOf).map(([who, role]) => `  - { name: ${who}, hash: '${keys[who as Who].hash}', roles: [${role}] }`)
  const config = `state: ./state\nsources:\n  shop: ${owner.config}\n${roles}keys:\n${lines.join('\n')}\n`
  const opened = openParts(await configOf(join(folder, 'sluice.yaml'), config, {}))
  const caller = (who: Who): Caller => ({
    id: newCallId(),
    door: 'mcp',
    credential: { kind: 'bearer', token: keys[who].key },
    signal: new AbortController().signal,
  })
  const tool: Place['tool'] = async (who, name, fields = {}) => {
    const found = toolNamed(name)
    if (found.kind !== 'answer') throw new Error(`${name} answers rows`)
    return found.answer(checkFields(found.input, fields, found.also), caller(who), opened.parts)
  }
  return {
    engine,
    opened,
    schema: owner.schema,
    tool,
    call: (who) => ({ ...caller(who), source: 'shop', action: 'query', text: 'asked', params: [] }),
    async apply(who, name, fields) {
      const preview = await tool(who, name, fields)
      return tool(who, name, { ...fields, confirm_token: preview.structured.confirm_token })
    },
    rows: engine === 'duckdb' ? (sql) => throughGateway(opened, sql) : owner.run,
    async close() {
      await opened.close()
      await owner.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Owner = Readonly<{ config: string; schema: string; run(sql: string): Promise<readonly (readonly unknown[])[]>; end(): Promise<void> }>

const owners: Readonly<Record<Engine, (folder: string) => Promise<Owner>>> = {
  async sqlite(folder) {
    return {
      config: '{ connector: sqlite, path: ./shop.db }',
      schema: 'main',
      async run(sql) {
        const db = new DatabaseSync(join(folder, 'shop.db'))
        try {
          const statement = db.prepare(sql)
          statement.setReturnArrays(true)
          return statement.all() as unknown as unknown[][]
        } finally {
          db.close()
        }
      },
      end: async () => undefined,
    }
  },
  async duckdb(folder) {
    return {
      config: '{ connector: duckdb, path: ./shop.duckdb, connections: 2, threads: 1, memory_mb: 256 }',
      schema: 'main',
      run: (sql) => duckdbRows(join(folder, 'shop.duckdb'), sql),
      end: async () => undefined,
    }
  },
  async postgres() {
    const { url, name } = named(postgresUrl())
    const maker = new Client(url.href)
    await maker.connect()
    await maker.query(`CREATE DATABASE ${name}`)
    await maker.end()
    url.pathname = `/${name}`
    const client = new Client(url.href)
    client.on('error', () => undefined)
    await client.connect()
    return {
      config: `{ connector: postgres, url: '${url.href}' }`,
      schema: 'public',
      run: async (sql) => (await client.query({ text: sql, rowMode: 'array' })).rows as unknown[][],
      end: () => client.end(),
    }
  },
  async mysql() {
    const { url, name } = named(mysqlUrl())
    const maker = await createConnection({ uri: url.href })
    await maker.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
    // A user of its own, who sees nothing of what other tests make on the same server.
    const user = `u${name.slice(-20)}`
    await maker.query(`CREATE USER ${user} IDENTIFIED BY 'structure'`)
    for (const database of [name, `spare\\_${process.pid}`]) await maker.query(`GRANT ALL ON \`${database}\`.* TO ${user}`)
    await maker.end()
    url.username = user
    url.password = 'structure'
    url.pathname = `/${name}`
    const client = await createConnection({ uri: url.href, rowsAsArray: true, dateStrings: true })
    return {
      config: `{ connector: mysql, url: '${url.href}' }`,
      schema: name,
      run: async (sql) => (await client.query(sql))[0] as unknown as unknown[][],
      end: () => client.end(),
    }
  },
}

function named(address: string): Readonly<{ url: URL; name: string }> {
  return { url: new URL(address), name: `structure_${newCallId().replaceAll('-', '')}` }
}

async function duckdbRows(file: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  const db = await DuckDBInstance.create(file)
  const connection = await db.connect()
  const answer = await connection.runAndReadAll(sql)
  connection.closeSync()
  db.closeSync()
  return answer.getRowsJson() as unknown[][]
}

async function throughGateway({ parts }: Opened, sql: string): Promise<readonly (readonly unknown[])[]> {
  const { connection } = await parts.sources.get('shop')
  const found: unknown[][] = []
  let columns: readonly Column[] = []
  const sink: Sink = {
    columns: (given) => {
      columns = given
    },
    batch: (batch) => void found.push(...(cells(batch, columns) as unknown[][])),
  }
  const { signal } = new AbortController()
  const keep = { keep: true, value: undefined }
  const write = async (session: WriteSession) => {
    await session.run(sql, [])
    return keep
  }
  if (/^select/i.test(sql)) await connection.query({ sql, params: [], rowsMax: 1000, bytesMax: 1e6, timeoutMs: 10_000 }, sink, signal)
  else await connection.write!({ timeoutMs: 10_000, transaction: true }, write, signal)
  return found
}
