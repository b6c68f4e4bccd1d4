import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeKey } from '../../src/auth/auth.ts'
import { configOf } from '../../src/config/config.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { both, json, post } from './running.ts'

/** What people and models send wrongly, through the whole house: each has a code, a status and a hint of its own, and the server lives. */

const folder = mkdtempSync(join(tmpdir(), 'sluice-bad-input-'))
const old = makeKey()
const text = `
sources:
  shop: { connector: sqlite, path: ./shop.db }
roles:
  support:
    sources:
      shop:
        tables: { allow: [customers] }
        columns: { customers: { deny: [password] } }
        actions: [read]
local: { roles: [support] }
audit: { path: ./audit }
keys:
  - { name: old, hash: '${old.hash}', roles: [support], expires: 2020-01-01 }
`
let opened: Opened
let server: HttpServer

beforeAll(async () => {
  const file = new DatabaseSync(join(folder, 'shop.db'))
  file.exec('CREATE TABLE customers (id INTEGER, email TEXT, password TEXT); CREATE TABLE salaries (id INTEGER, customer TEXT)')
  file.close()
  opened = openParts(await configOf(join(folder, 'sluice.yaml'), text, {}))
  server = await serveHttp(opened.parts, { host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await server?.close()
  await opened?.close()
  rmSync(folder, { recursive: true, force: true })
})

type Refusal = { code: string; status: number; message: string; hint: string }
const sql = (query: string, more: object = {}) => ({ source: 'shop', query, ...more })
const nested = `SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`

const cases: readonly [what: string, body: unknown, status: number, code: string, says: RegExp, headers?: Record<string, string>][] = [
  ['not JSON', '{"query": ', 400, 'body_unreadable', /not JSON/],
  ['no body', '', 400, 'body_unreadable', /no body/],
  ['not an object', '[1]', 400, 'field_invalid', /one JSON object/],
  ['an unknown field', sql('SELECT 1', { limt: 5 }), 400, 'field_unknown', /Did you mean limit\?/],
  ['a misspelled other name of a field', { source: 'shop', qery: 'SELECT 1' }, 400, 'field_unknown', /Did you mean query\?/],
  ['no statement', { source: 'shop' }, 400, 'field_missing', /sql is missing/],
  ['an empty statement', sql('  -- nothing\n'), 400, 'sql_empty', /./],
  ['a statement of 10 MB', sql(`SELECT '${'x'.repeat(10 * 1024 * 1024)}'`), 413, 'body_too_large', /larger than \d+ bytes/],
  ['a statement over its limit', sql(`SELECT '${'x'.repeat(300 * 1024)}'`), 413, 'sql_too_large', /./],
  ['a NUL byte', sql('SELECT 1\0'), 400, 'sql_character', /./],
  ['10,000 nested parentheses', sql(nested), 400, 'sql_too_deep', /./],
  ['two statements', sql('SELECT 1; SELECT 2'), 400, 'statement_many', /./],
  ['another dialect', sql('SELECT TOP 5 id FROM customers'), 400, 'sql_syntax', /speaks SQLite/],
  ['a misspelled statement', sql('SELEC 1'), 400, 'sql_syntax', /./],
  ['a write', sql('DELETE FROM customers'), 403, 'statement_refused', /./],
  ['an unknown source', { source: 'shp', query: 'SELECT 1' }, 404, 'source_unknown', /Did you mean shop\?/],
  ['an unknown table', sql('SELECT * FROM custmers'), 404, 'table_unknown', /customers/],
  ['an unknown column', sql('SELECT emial FROM customers'), 400, 'column_unknown', /Did you mean email\?/],
  ['an unknown function', sql('SELECT nosuch(1)'), 400, 'function_unknown', /nosuch/],
  ['a function with other arguments', sql('SELECT abs(1, 2)'), 400, 'function_unknown', /^(?!.*Did you mean abs)/],
  ['too few parameters', sql('SELECT ?', { params: [] }), 400, 'parameter_count', /has 1 placeholder, but 0 values were given/],
  ['too many parameters', sql('SELECT 1', { params: [1] }), 400, 'parameter_count', /has 0 placeholders, but 1 value was given/],
  [
    'a parameter that JSON rounds',
    '{"source":"shop","query":"SELECT ?","params":[9007199254740993]}',
    400,
    'parameter_invalid',
    /Parameter 1/,
  ],
  ['an action that no role allows', sql('EXPLAIN SELECT 1'), 403, 'action_refused', /action explain/],
  ['an unknown credential', sql('SELECT 1'), 401, 'credential_unknown', /not known/, { authorization: 'Bearer slk_nobody' }],
  ['an expired credential', sql('SELECT 1'), 401, 'credential_expired', /"old" has expired/, { authorization: `Bearer ${old.key}` }],
  ['a credential of another kind', sql('SELECT 1'), 401, 'credential_missing', /needs an API key/, { authorization: 'Basic YTpi' }],
]

test.each(cases)('%s', async (_what, body, status, code, says, headers = {}) => {
  for (const route of ['/sql/execute', '/sql/stream']) {
    const answer = await post(server.url + route, body, { ...json, ...headers })
    const { error } = (await answer.json()) as { error: Refusal }
    expect([answer.status, error.status, error.code], route).toEqual([status, status, code])
    expect(`${error.message} ${error.hint}`).toMatch(says)
    expect(error.hint.length).toBeGreaterThan(10)
    expect(JSON.stringify(error)).not.toMatch(/salaries|password|slk_/)
  }
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
})

test.each(cases.filter(([, body]) => typeof body === 'object'))(
  '%s, through MCP',
  async (_what, body, status, code, says, headers = {}) => {
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'execute_sql', arguments: body } }
    const answer = await post(`${server.url}/mcp`, message, { ...both, ...headers })
    const told = (await answer.json()) as {
      error?: { data: Refusal }
      result?: { isError: boolean; structuredContent: { error: Refusal }; content: { text: string }[] }
    }
    const error = told.error?.data ?? told.result?.structuredContent.error
    expect(error).toMatchObject({ code, status, hint: expect.stringMatching(/.{10}/) })
    expect(`${error!.message} ${error!.hint}`).toMatch(says)
    if (told.result) {
      expect(told.result.isError).toBe(true)
      expect(told.result.content[0]!.text).toContain(code)
    }
  },
)
