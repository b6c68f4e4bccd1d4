import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listCalls } from '../../src/audit/audit.ts'
import type { Call } from '../../src/call.ts'
import { configOf } from '../../src/config/config.ts'
import { SluiceError } from '../../src/error.ts'
import { describeTable } from '../../src/explore.ts'
import { type Parts, run } from '../../src/gateway.ts'
import { type Opened, openParts } from '../../src/main.ts'
import type { Sink } from '../../src/result.ts'
import { newCallId } from '../../src/tools/tools.ts'

/** The way of one query, on real SQLite: what happens in which order, and when something goes wrong between two steps. */

const text = `
sources:
  shop: { connector: sqlite, path: ./shop.db }
roles:
  support:
    sources:
      shop:
        tables: { allow: ['*'] }
        columns: { customers: { mask: { email: email } }, '*': { mask: { '*phone*': 'null' }, deny: ['*secret*'] } }
        actions: [read, explain]
local: { roles: [support] }
audit: { path: ./audit }
`
let folder: string
let opened: Opened

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-gateway-'))
  database(
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, town TEXT); INSERT INTO customers VALUES (1, 'ana@example.com', 'Ulm')",
  )
  opened = openParts(await configOf(join(folder, 'sluice.yaml'), text, {}))
})
afterEach(async () => {
  await opened.close()
  rmSync(folder, { recursive: true, force: true })
})

function database(sql: string): void {
  const db = new DatabaseSync(join(folder, 'shop.db'))
  db.exec(sql)
  db.close()
}

const call = (sql: string, over: Partial<Call> = {}): Call => ({
  id: newCallId(),
  door: 'http',
  credential: { kind: 'local' },
  source: 'shop',
  action: 'query',
  text: sql,
  params: [],
  signal: new AbortController().signal,
  ...over,
})

async function rowsOf(sql: string, parts: Parts = opened.parts, over: Partial<Call> = {}): Promise<unknown> {
  let json = ''
  const sink: Sink = {
    columns: () => undefined,
    batch: (batch) => {
      json += `${json === '' ? '' : ','}${Buffer.from(batch.json).toString()}`
    },
  }
  await run(call(sql, over), sink, parts)
  return JSON.parse(`[${json}]`)
}

/** The parts, with everything that is told to the audit or asked of the source noted in `seen`. */
function watched(seen: string[], intend: () => void = () => undefined): Parts {
  const { parts } = opened
  return {
    ...parts,
    audit: {
      failing: false,
      open: (of) => {
        const entry = parts.audit.open(of)
        return {
          identified: (principal) => entry.identified(principal),
          async intend(principal, intent) {
            seen.push('intend')
            intend()
            await entry.intend(principal, intent)
          },
          close: (outcome, failure) => entry.close(outcome, failure),
        }
      },
    },
    sources: {
      ...parts.sources,
      async get(name) {
        const source = await parts.sources.get(name)
        return {
          ...source,
          schema: (signal, fresh) => {
            seen.push('schema')
            return source.schema(signal, fresh)
          },
          connection: {
            ...source.connection,
            query: (query, sink, signal) => {
              seen.push('query')
              return source.connection.query(query, sink, signal)
            },
          },
        }
      },
    },
  }
}

test('an intent is written before the source is touched, also before its schema is read', async () => {
  const seen: string[] = []
  expect(await rowsOf('SELECT town FROM customers', watched(seen))).toEqual([['Ulm']])
  expect(seen).toEqual(['intend', 'schema', 'intend', 'query'])
  seen.length = 0
  await rowsOf('SELECT id FROM customers', watched(seen))
  expect(seen).toEqual(['intend', 'query'])
})

test('when the audit cannot be written nothing at all is asked of the source', async () => {
  const seen: string[] = []
  const parts = watched(seen, () => {
    throw new SluiceError('audit_unavailable', 'full')
  })
  await expect(rowsOf('SELECT town FROM customers', parts)).rejects.toMatchObject({ code: 'audit_unavailable' })
  expect(seen).toEqual(['intend'])
})

test('a call is listed once, with the statement as it ran; one that was refused with what was asked', async () => {
  await expect(rowsOf('DELETE FROM customers')).rejects.toMatchObject({ code: 'statement_refused' })
  await rowsOf('SELECT town FROM customers')
  await opened.close()
  const calls = listCalls(join(folder, 'audit'), { last: 10 })
  expect(calls).toMatchObject([
    { kind: 'schema', sql: '', text: 'DELETE FROM customers', code: 'statement_refused' },
    { kind: 'read', code: 'ok', rows: 1, sql: expect.stringContaining('SELECT') },
  ])
})

test('a column that was dropped is told once, and the next call knows it', async () => {
  expect(await rowsOf('SELECT * FROM customers')).toHaveLength(1)
  database('ALTER TABLE customers DROP COLUMN town')
  await new Promise((resolve) => setTimeout(resolve, 2_100))
  await expect(rowsOf('SELECT * FROM customers')).rejects.toMatchObject({
    code: 'column_unknown',
    hint: expect.stringContaining('have changed'),
  })
  expect(await rowsOf('SELECT * FROM customers')).toHaveLength(1)
})

test('a table that was made since the schema was read is found by a statement and by describe_table', async () => {
  await rowsOf('SELECT 1')
  database('CREATE TABLE fresh (id INTEGER); CREATE TABLE newer (id INTEGER)')
  await new Promise((resolve) => setTimeout(resolve, 2_100))
  expect(await rowsOf('SELECT * FROM fresh')).toEqual([])
  database('CREATE TABLE newest (id INTEGER)')
  await new Promise((resolve) => setTimeout(resolve, 2_100))
  await expect(describeTable(call('newest'), 'newest', opened.parts)).resolves.toMatchObject({ table: 'newest' })
})

test('a column that came since the schema was read is not seen before its rules are', async () => {
  database('CREATE TABLE notes (id INTEGER); INSERT INTO notes VALUES (1); CREATE VIEW copy AS SELECT * FROM notes')
  expect(await rowsOf('SELECT * FROM notes')).toEqual([[1]])
  expect(await rowsOf('SELECT * FROM copy')).toEqual([[1]])
  database(
    "ALTER TABLE notes ADD phone TEXT DEFAULT '555'; ALTER TABLE notes ADD secret TEXT DEFAULT 'shh'; ALTER TABLE notes ADD word TEXT DEFAULT 'x'",
  )
  for (const sql of ['SELECT * FROM notes', 'SELECT * FROM copy', 'SELECT * FROM (SELECT * FROM notes) AS n']) {
    expect(JSON.stringify(await rowsOf(sql)), sql).not.toMatch(/555|shh/)
  }
  for (const sql of ['SELECT phone FROM notes', 'SELECT secret FROM copy'])
    await expect(rowsOf(sql), sql).rejects.toMatchObject({ code: 'column_unknown' })
})

test('a place in the statement that ran is not told as one in the statement that was sent', async () => {
  const parts = watched([])
  const failing: Parts = {
    ...parts,
    sources: {
      ...parts.sources,
      get: async (name) => {
        const source = await parts.sources.get(name)
        const query = () => Promise.reject(new SluiceError('value_invalid', 'division by zero', { position: 5 }))
        return { ...source, connection: { ...source.connection, query } }
      },
    },
  }
  for (const [sql, position] of [
    ['SELECT 1/0 FROM customers', undefined],
    ['SELECT ((', expect.any(Number)],
  ] as const) {
    await expect(rowsOf(sql, failing), sql).rejects.toMatchObject({ position })
  }
})

test('a call that the gateway ends says why', async () => {
  const signal = AbortSignal.abort(new SluiceError('stopping', 'The gateway is stopping.'))
  await expect(rowsOf('SELECT 1', opened.parts, { signal })).rejects.toMatchObject({ code: 'stopping' })
  await expect(rowsOf('SELECT 1', opened.parts, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'query_cancelled' })
})
