import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { makeKey } from '../../src/auth/auth.ts'
import type { Call } from '../../src/call.ts'
import { configOf } from '../../src/config/config.ts'
import { run } from '../../src/gateway.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { admit, type Caller, newCallId, resolve, toolNamed } from '../../src/tools/tools.ts'
import { postgresUrl } from '../servers/servers.ts'

/** A shop on a real engine, its registry of either kind, and callers of different rights with the tools as a door calls them. */
export type Engine = 'sqlite' | 'postgres'

const callers = {
  ana: 'roles: [data_analyst]',
  ben: 'roles: [data_analyst]',
  boss: 'roles: [admin]',
  /** Sees a part: no secret, masked email, orders of one tenant. */
  narrow: 'roles: [narrow]',
  /** Sees what `narrow` sees. */
  alike: 'roles: [narrow]',
  /** Administers, and sees a part. */
  keeper: 'roles: [keeper]',
  tenant1: 'roles: [tenants], attributes: { tenant: 1 }',
  tenant2: 'roles: [tenants], attributes: { tenant: 2 }',
  /** Sees one view, and not the table behind it. */
  viewer: 'roles: [viewer]',
  /** May use another source only. */
  elsewhere: 'roles: [elsewhere]',
} as const
export type Who = keyof typeof callers

const roles = `
roles:
  narrow:
    sources:
      shop:
        tables: { allow: ['*'], deny: [payments] }
        columns: { customers: { deny: [secret], mask: { email: email } } }
        rows: { orders: tenant = 1 }
        actions: [read, explain]
  keeper: { extends: [narrow], sources: { shop: { actions: [read, explain, admin] } } }
  tenants:
    sources:
      shop: { tables: { allow: ['*'] }, rows: { orders: 'tenant = {{principal.tenant}}' }, actions: [read] }
  viewer: { sources: { shop: { tables: { allow: [paid] }, actions: [read, admin] } } }
  elsewhere: { sources: { stock: { tables: { allow: ['*'] }, actions: [read, admin] } } }
local: { roles: [] }
`

const made = [
  'CREATE TABLE customers (id integer PRIMARY KEY, name varchar(50), city varchar(50), email varchar(50), secret varchar(50))',
  'CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, tenant integer, total decimal(10,2), placed date)',
  'CREATE TABLE payments (id integer PRIMARY KEY, order_id integer)',
  'CREATE VIEW paid AS SELECT order_id FROM payments',
  `INSERT INTO customers VALUES (1, 'Ana', 'Berlin', 'ana@example.com', 'sesame'), (2, 'Bo', 'Paris', 'bo@example.com', 'apple')`,
  `INSERT INTO orders VALUES (1, 1, 1, 10.50, '2026-01-02'), (2, 2, 1, 20, '2026-02-03'), (3, 2, 2, 30, '2026-03-04')`,
]

type Json = Readonly<Record<string, unknown>>
export type Told = Readonly<{ structured: Json; text: string }>

export type Place = Readonly<{
  opened: Opened
  /** Resolves, admits and runs as a door does; of rows `structured` has `columns` and `rows`. */
  ask(who: Who, name: string, fields?: Json): Promise<Told>
  call(who: Who, source?: string): Call
  /** The key of a caller. */
  key(who: Who): string
  /** As the owner of the data. */
  sql(text: string): Promise<void>
  close(): Promise<void>
}>

export async function openPlace(engine: Engine, registry: string, more = ''): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), `sluice-bank-${engine}-`))
  const owner = engine === 'sqlite' ? overSqlite(join(folder, 'shop.db')) : await overPostgres()
  for (const text of made) await owner.sql(text)
  const stock = new DatabaseSync(join(folder, 'stock.db'))
  stock.exec('CREATE TABLE customers (id integer PRIMARY KEY, name text)')
  stock.close()
  const keys = Object.fromEntries(Object.keys(callers).map((name) => [name, makeKey()])) as Record<Who, ReturnType<typeof makeKey>>
  const lines = Object.entries(callers).map(([name, said]) => `  - { name: ${name}, hash: '${keys[name as Who].hash}', ${said} }`)
  const text = `state: ./state\nregistry: '${registry}'\nsources:\n  shop: ${owner.config}\n  stock: { connector: sqlite, path: ./stock.db }\n${roles}keys:\n${lines.join('\n')}\n${more}`
  const opened = openParts(await configOf(join(folder, 'sluice.yaml'), text, {}))
  const caller = (who: Who): Caller => ({
    id: newCallId(),
    door: 'http',
    credential: { kind: 'bearer', token: keys[who].key },
    signal: new AbortController().signal,
  })
  return {
    opened,
    ask: (who, name, fields = {}) => doTool(name, fields, caller(who), opened),
    call: (who, source = 'shop') => ({ ...caller(who), source, action: 'query', text: 'asked', params: [] }),
    key: (who) => keys[who].key,
    sql: owner.sql,
    async close() {
      await opened.close()
      await owner.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function doTool(name: string, sent: Json, caller: Caller, { parts }: Opened): Promise<Told> {
  const resolved = resolve(name, sent, toolNamed)
  await admit(resolved, caller, parts)
  const { tool, fields } = resolved
  if (tool.kind === 'answer') {
    const { structured, text } = await tool.answer(fields, caller, parts)
    return { structured: JSON.parse(JSON.stringify(structured)) as Json, text }
  }
  const rows: unknown[] = []
  let columns: readonly string[] = []
  const call = await tool.call(fields, caller, parts)
  try {
    await run(
      call,
      {
        columns(given) {
          columns = given.map((column) => column.name)
        },
        batch(batch) {
          rows.push(...(JSON.parse(`[${Buffer.from(batch.json).toString()}]`) as unknown[]))
        },
      },
      parts,
    )
  } catch (error) {
    tool.after?.(fields, call, error, parts)
    throw error
  }
  tool.after?.(fields, call, undefined, parts)
  return { structured: { columns, rows }, text: '' }
}

type Owner = Readonly<{ config: string; sql(text: string): Promise<void>; end(): Promise<void> }>

const overSqlite = (file: string): Owner => ({
  config: '{ connector: sqlite, path: ./shop.db, schema_ttl_ms: 1000 }',
  async sql(text) {
    const db = new DatabaseSync(file)
    db.exec(text)
    db.close()
  },
  end: async () => undefined,
})

async function overPostgres(): Promise<Owner> {
  const name = `bank_${newCallId().replaceAll('-', '')}`
  const maker = new pg.Client(postgresUrl())
  await maker.connect()
  await maker.query(`CREATE DATABASE ${name}`)
  const url = new URL(postgresUrl())
  url.pathname = `/${name}`
  const client = new pg.Client(url.href)
  client.on('error', () => undefined)
  await client.connect()
  return {
    config: `{ connector: postgres, url: '${url.href}', schema_ttl_ms: 1000 }`,
    sql: async (text) => void (await client.query(text)),
    async end() {
      await client.end()
      await maker.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await maker.end()
    },
  }
}
