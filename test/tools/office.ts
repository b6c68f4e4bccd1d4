import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeKey } from '../../src/auth/auth.ts'
import { configOf } from '../../src/config/config.ts'
import { run } from '../../src/gateway.ts'
import { type Opened, openParts } from '../../src/main.ts'
import type { Principal } from '../../src/principal.ts'
import { admit, type Caller, newCallId, resolve, toolNamed } from '../../src/tools/tools.ts'

/** Two sources and callers of every kind, and the tools as a door calls them. */

const callers = {
  reader: 'roles: [read_only]',
  analyst: 'roles: [data_analyst]',
  editor: 'roles: [data_editor]',
  developer: 'roles: [developer]',
  boss: 'roles: [admin]',
  /** Administers `stock`, reads `shop`. */
  keeper: 'roles: [keeper]',
  /** Sees a part of `shop` and nothing of `stock`. */
  narrow: 'roles: [narrow]',
  /** An administrator whose key is for two groups of tools. */
  grouped: 'roles: [admin], groups: [schema, security]',
  /** An administrator whose key is for one source. */
  scoped: 'roles: [admin], sources: [shop]',
  nobody: 'roles: [nothing]',
} as const
export type Who = keyof typeof callers | 'stranger'

const roles = `
roles:
  keeper:
    sources:
      shop: { tables: { allow: ['*'] }, actions: [read] }
      stock: { tables: { allow: ['*'] }, actions: [read, explain, admin] }
  narrow:
    sources:
      shop:
        tables: { allow: ['*'], deny: [salaries] }
        columns: { customers: { deny: [password], mask: { email: email } } }
        rows: { orders: customer_id < 3 }
        actions: [read, explain]
  nothing: { sources: {} }
local: { roles: [] }
`

type Json = Readonly<Record<string, unknown>>
export type Done = Readonly<{ id: string; structured: Json; text: string }>

export type Office = Readonly<{
  opened: Opened
  /** Where the databases, the state and the registry are. */
  folder: string
  principal(who: Exclude<Who, 'stranger'>): Principal
  /** The API key of a caller. */
  key(who: Who): string
  /** Resolves, admits and runs as a door does; of rows `structured` has `columns`, `rows` and `receipt`. */
  ask(who: Who, name: string, fields?: Json, id?: string): Promise<Done>
  close(): Promise<void>
}>

export async function openOffice(more = ''): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-office-'))
  for (const name of ['shop', 'stock']) {
    const file = new DatabaseSync(join(folder, `${name}.db`))
    file.exec(`
      CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, password TEXT, country TEXT, created_at TIMESTAMP);
      CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), total DECIMAL(10,2), note TEXT);
      CREATE TABLE salaries (id INTEGER PRIMARY KEY, amount INTEGER);
      CREATE INDEX orders_by_customer ON orders (customer_id);
      INSERT INTO customers VALUES (1, 'Ana', 'ana@example.com', 'sesame', 'DE', '2026-01-01'), (2, 'Bo', 'bo@example.com', 'sesame', 'FR', '2026-02-01'),
        (3, 'Cy', NULL, 'sesame', 'DE', '2026-02-02');
      INSERT INTO orders VALUES (1, 1, 10.5, 'first'), (2, 2, 20, NULL), (3, 3, 30, NULL);
      INSERT INTO salaries VALUES (1, 987654);`)
    file.close()
  }
  const made = Object.fromEntries(Object.keys(callers).map((name) => [name, makeKey()])) as Record<Who, ReturnType<typeof makeKey>>
  const keys = Object.entries(callers).map(([name, said]) => `  - { name: ${name}, hash: '${made[name as Who].hash}', ${said} }`)
  const sources = 'sources:\n  shop: { connector: sqlite, path: ./shop.db }\n  stock: { connector: sqlite, path: ./stock.db }\n'
  const opened = openParts(await configOf(join(folder, 'sluice.yaml'), `${sources}${roles}keys:\n${keys.join('\n')}\n${more}`, {}))
  const credential = (who: Who) => (who === 'stranger' ? ({ kind: 'none' } as const) : ({ kind: 'bearer', token: made[who].key } as const))
  return {
    opened,
    folder,
    key: (who) => made[who].key,
    principal: (who) => opened.parts.auth.identify(credential(who)) as Principal,
    async ask(who, name, fields = {}, id = newCallId()) {
      const caller: Caller = { id, door: 'http', credential: credential(who), signal: new AbortController().signal }
      return { id, ...(await doTool(name, fields, caller, opened)) }
    },
    async close() {
      await opened.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function doTool(name: string, fields: Json, caller: Caller, { parts }: Opened): Promise<Omit<Done, 'id'>> {
  const resolved = resolve(name, fields, toolNamed)
  await admit(resolved, caller, parts)
  const { tool } = resolved
  if (tool.kind === 'answer') {
    const { structured, text } = await tool.answer(resolved.fields, caller, parts)
    // As a door sends it: what JSON does not carry must not be there.
    return { structured: JSON.parse(JSON.stringify(structured)) as Json, text }
  }
  const rows: unknown[] = []
  let columns: unknown
  const receipt = await run(
    await tool.call(resolved.fields, caller, parts),
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
  return { structured: { columns, rows, receipt }, text: '' }
}
