import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DuckDBInstance } from '@duckdb/node-api'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { makeKey } from '../../src/auth/auth.ts'
import type { Call } from '../../src/call.ts'
import type { Applied, Previewed, Wanted } from '../../src/change.ts'
import { change, undo } from '../../src/change.ts'
import { configOf } from '../../src/config/config.ts'
import type { Dml } from '../../src/dml/dml.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { newCallId } from '../../src/tools/tools.ts'
import { mysqlUrl, postgresUrl } from '../servers/servers.ts'

/** The same shop on each engine, and callers with different rights. */
export const engines = ['sqlite', 'postgres', 'mysql', 'duckdb'] as const
export type Engine = (typeof engines)[number]
export type Who = 'editor' | 'clerk' | 'reader' | 'bot' | 'careful' | 'chief' | 'narrow' | 'desk' | 'twin'

export type Shop = Readonly<{
  engine: Engine
  opened: Opened
  folder: string
  /** Runs statements as the owner of the data. */
  admin(sql: string): Promise<readonly (readonly unknown[])[]>
  call(who: Who, over?: Partial<Call>): Call
  change(who: Who, dml: Dml | readonly Dml[], token?: string, over?: Partial<Call>): Promise<Previewed | Applied>
  wanted(who: Who, wanted: Wanted, token?: string): Promise<Previewed | Applied>
  /** Preview and apply in one go. */
  apply(who: Who, dml: Dml | readonly Dml[]): Promise<Applied>
  undo(who: Who, id: string, token?: string): Promise<Previewed | Applied>
  /** Empties and fills all tables. */
  fill(): Promise<void>
  close(): Promise<void>
}>

const roles = `
roles:
  clerk:
    sources:
      shop:
        tables: { allow: [orders, customers, order_lines, log, archive] }
        columns: { customers: { mask: { phone: partial } }, orders: { deny: [secret] } }
        rows: { orders: tenant = 1, customers: tenant = 1 }
        actions: [read, explain, write]
  bot: { extends: [data_editor], sources: { shop: { confirm: never } } }
  careful: { extends: [data_editor], sources: { shop: { confirm: twice } } }
  narrow: { extends: [data_editor], sources: { shop: { tables: { write: [log] } } } }
  desk: { extends: [data_editor], sources: { shop: { tables: { write: [orders, goods] } } } }
  viewer: { sources: { shop: { tables: { allow: ['*'] }, actions: [read] } } }
`.replace('partial }', '{ partial: { first: 0, last: 2 } } }')

const rolesOf: Readonly<Record<Who, readonly string[]>> = {
  editor: ['data_editor'],
  clerk: ['clerk'],
  reader: ['read_only'],
  bot: ['bot'],
  careful: ['careful'],
  chief: ['admin'],
  narrow: ['narrow'],
  // Sees all and may write orders, but not what points at them.
  desk: ['desk'],
  // Sees all as a viewer and may write a part as a clerk.
  twin: ['clerk', 'viewer'],
}

const cascade: Readonly<Record<Engine, string>> = {
  sqlite: ' ON DELETE CASCADE',
  postgres: ' ON DELETE CASCADE',
  mysql: ' ON DELETE CASCADE',
  duckdb: '',
}

const tablesOf = (engine: Engine): readonly string[] => {
  const text = engine === 'mysql' ? 'varchar(190)' : 'varchar'
  return [
    `CREATE TABLE orders (id integer PRIMARY KEY, tenant integer NOT NULL, customer ${text}, total decimal(12,2) NOT NULL, placed timestamp NULL, secret ${text}, note ${text})`,
    `CREATE TABLE customers (id integer PRIMARY KEY, email ${text} NOT NULL UNIQUE, phone ${text}, tenant integer NOT NULL)`,
    `CREATE TABLE log (a integer, b ${text})`,
    `CREATE TABLE vault (id integer PRIMARY KEY, pin ${text})`,
    `CREATE TABLE order_lines (id integer PRIMARY KEY, order_id integer, qty integer CHECK (qty < 100), FOREIGN KEY (order_id) REFERENCES orders (id)${cascade[engine]})`,
    `CREATE TABLE archive (id integer PRIMARY KEY, total decimal(12,2), note ${text})`,
    'CREATE VIEW totals AS SELECT tenant, sum(total) AS total FROM orders GROUP BY tenant',
  ]
}

const rows = [
  'DELETE FROM order_lines',
  'DELETE FROM orders',
  'DELETE FROM customers',
  'DELETE FROM log',
  'DELETE FROM vault',
  'DELETE FROM archive',
  `INSERT INTO orders VALUES (1, 1, 'Ana', 10.50, '2024-02-29 10:00:00', 'sesame', NULL), (2, 1, 'Ben', 20.00, NULL, 'apple', 'x'), (3, 2, 'Cem', 30.25, NULL, 'pear', 'y'), (4, 2, 'Dee', 40.00, NULL, NULL, 'it''s')`,
  `INSERT INTO customers VALUES (1, 'ana@example.com', '0301234567', 1), (2, 'ben@example.com', '0307654321', 1), (3, 'cem@example.com', '0309999999', 2)`,
  `INSERT INTO log VALUES (1, 'one'), (1, 'one'), (2, 'two')`,
  `INSERT INTO vault VALUES (1, '4711')`,
  'INSERT INTO order_lines VALUES (1, 4, 5), (2, 4, 6)',
]

type Admin = Readonly<{ config: string; run(sql: string): Promise<readonly (readonly unknown[])[]>; end(): Promise<void> }>

/** A database of its own for one file of tests; `more` is added to the configuration. */
export async function openShop(engine: Engine, more = ''): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), `sluice-change-${engine}-`))
  const admin = await admins[engine](folder)
  for (const sql of tablesOf(engine)) await admin.run(sql)
  const made = Object.fromEntries(Object.keys(rolesOf).map((who) => [who, makeKey()])) as Record<Who, ReturnType<typeof makeKey>>
  const keys = Object.entries(rolesOf).map(
    ([who, names]) => `  - { name: ${who}, hash: '${made[who as Who].hash}', roles: [${names.join(', ')}] }`,
  )
  const text = `state: ./state\nsources:\n  shop: ${admin.config}\n${roles}keys:\n${keys.join('\n')}\nchanges: { keep_days: 7 }\n${more}`
  const opened = openParts(await configOf(join(folder, 'sluice.yaml'), text, {}))
  const call = (who: Who, over: Partial<Call> = {}): Call => ({
    id: newCallId(),
    door: 'http',
    credential: { kind: 'bearer', token: made[who].key },
    source: 'shop',
    action: 'apply',
    text: 'test',
    params: [],
    signal: new AbortController().signal,
    ...over,
  })
  const wanted = (who: Who, what: Wanted, token?: string, over?: Partial<Call>) => change(call(who, over), what, token, opened.parts)
  const one: Shop['change'] = (who, dml, token, over) =>
    wanted(who, { kind: 'rows', changes: Array.isArray(dml) ? dml : [dml as Dml] }, token, over)
  const asOwner: Shop['admin'] = async (sql) => {
    // Readers of a DuckDB file keep others from writing to it; they make way for a writing session, which ends at once.
    const { connection } = await opened.parts.sources.get('shop')
    const setting = { timeoutMs: 10_000, transaction: true }
    if (engine === 'duckdb') await connection.write!(setting, async () => ({ keep: false, value: undefined }), new AbortController().signal)
    return admin.run(sql)
  }
  return {
    engine,
    opened,
    folder,
    admin: asOwner,
    call,
    wanted,
    change: one,
    async apply(who, dml) {
      const preview = (await one(who, dml)) as Previewed
      return (await one(who, dml, preview.confirm_token)) as Applied
    },
    undo: (who, id, token) => undo(call(who), id, token, opened.parts),
    async fill() {
      for (const [i, sql] of rows.entries()) await (i === 0 ? asOwner : admin.run)(sql)
    },
    async close() {
      await opened.close()
      await admin.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const admins: Readonly<Record<Engine, (folder: string) => Promise<Admin>>> = {
  async sqlite(folder) {
    const file = join(folder, 'shop.db')
    return {
      config: '{ connector: sqlite, path: ./shop.db }',
      async run(sql) {
        const db = new DatabaseSync(file)
        try {
          const statement = db.prepare(sql)
          statement.setReturnArrays(true)
          statement.setReadBigInts(true)
          return statement.all() as unknown as unknown[][]
        } finally {
          db.close()
        }
      },
      end: async () => undefined,
    }
  },
  async duckdb(folder) {
    const file = join(folder, 'shop.duckdb')
    return {
      config: '{ connector: duckdb, path: ./shop.duckdb, connections: 2, threads: 1, memory_mb: 256 }',
      async run(sql) {
        const db = await DuckDBInstance.create(file)
        const connection = await db.connect()
        try {
          const answer = await connection.runAndReadAll(sql)
          return answer.getRowsJson() as unknown[][]
        } finally {
          connection.closeSync()
          db.closeSync()
        }
      },
      end: async () => undefined,
    }
  },
  async postgres() {
    const url = new URL(postgresUrl())
    const name = `change_${newCallId().replaceAll('-', '')}`
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
      run: async (sql) => (await client.query({ text: sql, rowMode: 'array' })).rows as unknown[][],
      end: () => client.end(),
    }
  },
  async mysql() {
    const url = new URL(mysqlUrl())
    const name = `change_${newCallId().replaceAll('-', '')}`
    const maker = await createConnection({ uri: url.href })
    await maker.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
    await maker.end()
    url.pathname = `/${name}`
    const client = await createConnection({ uri: url.href, rowsAsArray: true, dateStrings: true })
    return {
      config: `{ connector: mysql, url: '${url.href}' }`,
      run: async (sql) => (await client.query(sql))[0] as unknown as unknown[][],
      end: () => client.end(),
    }
  },
}
