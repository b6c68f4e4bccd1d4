import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { AskStep } from '../../src/answer.ts'
import { type Answered, type Asked, ask } from '../../src/ask.ts'
import { makeKey } from '../../src/auth/auth.ts'
import { configOf } from '../../src/config/config.ts'
import type { Parts } from '../../src/gateway.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { type Cell, type Column, cells } from '../../src/result.ts'
import { newCallId } from '../../src/tools/tools.ts'
import { mysqlUrl, postgresUrl } from '../servers/servers.ts'
import { withEngine } from './stand-in.ts'

/** A shop on a real engine, a second source beside it, and callers of different rights who ask questions. */
export type Engine = 'sqlite' | 'postgres' | 'mysql'

const callers = {
  ana: 'roles: [data_analyst]',
  ben: 'roles: [data_analyst]',
  boss: 'roles: [admin]',
  /** Sees no salaries, masked e-mails, customers of one country. */
  narrow: 'roles: [narrow]',
  nobody: 'roles: [nothing]',
  /** Whose key is for statements only. */
  plain: 'roles: [data_analyst], groups: [core]',
} as const
export type Who = keyof typeof callers | 'stranger'

const roles = `
roles:
  narrow:
    sources:
      shop:
        tables: { allow: ['*'], deny: [salaries] }
        columns: { customers: { deny: [secret], mask: { email: email } } }
        rows: { customers: "country = 'Germany'" }
        actions: [read, explain]
  nothing: { sources: {} }
local: { roles: [] }
`

const made = [
  'CREATE TABLE customers (id integer PRIMARY KEY, name varchar(50), country varchar(50), email varchar(80), secret varchar(50))',
  'CREATE TABLE orders (id integer PRIMARY KEY, note varchar(50), customer_id integer REFERENCES customers (id), total decimal(10,2), placed date)',
  'CREATE TABLE salaries (id integer PRIMARY KEY, person varchar(50), amount integer)',
  `INSERT INTO customers VALUES (1, 'Ana', 'Germany', 'ana@example.com', 'sesame'), (2, 'Bo', 'France', 'bo@example.com', 'apple'), (3, 'Cy', 'Germany', 'cy@example.com', 'pear')`,
  `INSERT INTO orders VALUES (1, 'first', 1, 10.50, '2026-01-02'), (2, 'second', 2, 20, '2026-02-03'), (3, 'third', 2, 30, '2026-03-04')`,
  `INSERT INTO salaries VALUES (1, 'Ana', 987654)`,
]

export type Heard = Answered & Readonly<{ steps: readonly AskStep[]; columns: readonly Column[]; cells: readonly Cell[][] }>

export type Shop = Readonly<{
  folder: string
  opened: Opened
  /** With the stand-in for the engine. */
  parts: Parts
  key(who: Who): string
  ask(who: Who, question: string, more?: Partial<Asked>, other?: Parts): Promise<Heard>
  /** As the owner of the data. */
  sql(text: string): Promise<void>
  close(): Promise<void>
}>

export async function openShop(engine: Engine = 'sqlite', more = ''): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), `sluice-ask-${engine}-`))
  const owner = engine === 'sqlite' ? overSqlite(join(folder, 'shop.db')) : engine === 'postgres' ? await overPostgres() : await overMysql()
  for (const text of made) await owner.sql(text)
  const stock = new DatabaseSync(join(folder, 'stock.db'))
  stock.exec(`CREATE TABLE parts (id integer PRIMARY KEY, label text); INSERT INTO parts VALUES (1, 'bolt'), (2, 'nut')`)
  stock.close()
  const keys = Object.fromEntries(Object.keys(callers).map((name) => [name, makeKey()]))
  const lines = Object.entries(callers).map(([name, said]) => `  - { name: ${name}, hash: '${keys[name]!.hash}', ${said} }`)
  const text = `state: ./state\nsources:\n  shop: ${owner.config}\n  stock: { connector: sqlite, path: ./stock.db }\n${roles}keys:\n${lines.join('\n')}\n${more}`
  const opened = openParts(await configOf(join(folder, 'sluice.yaml'), text, {}))
  const parts = withEngine(opened.parts)
  const key = (who: Who) => keys[who]?.key ?? 'sk_unknown'
  return {
    folder,
    opened,
    parts,
    key,
    async ask(who, question, more = {}, other = parts) {
      const steps: AskStep[] = []
      let columns: readonly Column[] = []
      const rows: Cell[][] = []
      const sink = {
        columns(given: readonly Column[]) {
          columns = given
        },
        batch: (batch: Parameters<typeof cells>[0]) => void rows.push(...cells(batch, columns)),
      }
      const asked: Asked = {
        id: newCallId(),
        door: 'http',
        credential: { kind: 'bearer', token: key(who) },
        signal: new AbortController().signal,
        question,
        source: 'shop',
        before: [],
        ...more,
      }
      const answered = await ask(asked, { step: (step) => void steps.push(step), sink }, newCallId, other)
      return { ...answered, steps, columns, cells: rows }
    },
    sql: owner.sql,
    async close() {
      await opened.close()
      await owner.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Owner = Readonly<{ config: string; sql(text: string): Promise<void>; end(): Promise<void> }>

function overSqlite(file: string): Owner {
  const db = new DatabaseSync(file)
  return { config: `{ connector: sqlite, path: '${file}' }`, sql: async (text) => db.exec(text), end: async () => db.close() }
}

async function overPostgres(): Promise<Owner> {
  const name = `ask_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  const admin = new pg.Client(postgresUrl())
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name}`)
  const url = new URL(postgresUrl())
  url.pathname = `/${name}`
  const client = new pg.Client(url.href)
  await client.connect()
  return {
    config: `{ connector: postgres, url: '${url.href}' }`,
    sql: async (text) => void (await client.query(text)),
    async end() {
      await client.end()
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.end()
    },
  }
}

async function overMysql(): Promise<Owner> {
  const name = `ask_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  const client = await mysql.createConnection(mysqlUrl())
  await client.query(`CREATE DATABASE ${name}`)
  await client.query(`USE ${name}`)
  const url = new URL(mysqlUrl())
  url.pathname = `/${name}`
  return {
    config: `{ connector: mysql, url: '${url.href}' }`,
    sql: async (text) => void (await client.query(text)),
    async end() {
      await client.query(`DROP DATABASE ${name}`)
      await client.end()
    },
  }
}
