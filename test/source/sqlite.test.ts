import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Connection } from '../../src/source/source.ts'
import sqlite from '../../src/source/sqlite.ts'
import { ask, conforms, fails } from './conformance.ts'
import { computing, enginesOf, exists } from './engines.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-sqlite-'))
const path = join(folder, 'shop.db')
const config = { path, processes: 2, busy_ms: 1_000, memory_mb: 256, wait_ms: 5_000 }
let untouched = ''

beforeAll(() => {
  const db = new DatabaseSync(path)
  db.exec(`
    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, balance DECIMAL(10,2), born DATE, big INTEGER, note);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users(id), placed TIMESTAMP, body JSON);
    CREATE INDEX orders_user ON orders(user_id);
    CREATE VIEW names AS SELECT id, name FROM users;
    CREATE VIEW renamed(a, b) AS SELECT id, name FROM users;
    CREATE VIRTUAL TABLE notes USING fts5(body);
    INSERT INTO users VALUES (1, 'Ada', 12.5, '1815-12-10', 9223372036854775807, x'00ff'), (2, '', NULL, NULL, -5, 'text');
    INSERT INTO orders VALUES (10, 1, '2024-01-02 03:04:05', '{"a":1}');
    ANALYZE;`)
  db.close()
  untouched = readFileSync(path).toString('base64')
})
afterAll(() => rmSync(folder, { recursive: true }))

const engines = (): number[] => enginesOf('sqlite')
const numbers = (count: number | string) => `WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < ${count})`

conforms({
  connector: sqlite,
  config: () => config,
  unreachable: () => ({ ...config, path: join(folder, 'missing.db') }),
  narrow: { config: { processes: 2, wait_ms: 100 }, holds: 2 },
  version: /^SQLite 3\.\d+/,
  types: [
    { sql: 'SELECT 1', json: 1, type: 'int', native: 'INTEGER' },
    { sql: 'SELECT 9007199254740991', json: 9007199254740991, type: 'int' },
    { sql: 'SELECT 9007199254740993', json: '9007199254740993', type: 'int' },
    { sql: 'SELECT -9223372036854775808', json: '-9223372036854775808', type: 'int' },
    { sql: 'SELECT big FROM users WHERE id = 1', json: '9223372036854775807', type: 'int', native: 'INTEGER' },
    { sql: 'SELECT 0.1', json: 0.1, type: 'float', native: 'REAL' },
    { sql: 'SELECT 1e308 * 10', json: 'Infinity', type: 'float' },
    { sql: 'SELECT -1e308 * 10', json: '-Infinity', type: 'float' },
    { sql: 'SELECT 1.0', json: 1, type: 'float' },
    { sql: "SELECT x'00ff10'", json: 'AP8Q', type: 'binary', native: 'BLOB' },
    { sql: "SELECT x''", json: '', type: 'binary' },
    { sql: "SELECT 'text'", json: 'text', type: 'text', native: 'TEXT' },
    { sql: 'SELECT NULL', json: null, type: 'other', native: 'NULL' },
    { sql: 'SELECT born FROM users WHERE id = 1', json: '1815-12-10', type: 'date', native: 'DATE' },
    { sql: 'SELECT placed FROM orders', json: '2024-01-02 03:04:05', type: 'timestamp', native: 'TIMESTAMP' },
    { sql: 'SELECT body FROM orders', json: '{"a":1}', type: 'json', native: 'JSON' },
    { sql: 'SELECT balance FROM users WHERE id = 1', json: 12.5, type: 'float', native: 'DECIMAL(10,2)' },
    { sql: 'SELECT note FROM users WHERE id = 1', json: 'AP8=', type: 'binary' },
    { sql: 'SELECT note FROM users WHERE id = 2', json: 'text', type: 'text' },
    { sql: "SELECT char(55357) || 'a'", json: '\ufffd\ufffd\ufffda', type: 'text' },
  ],
  typesValues: true,
  series: (count) => `${numbers(count)} SELECT n, printf('%0100d', n) AS t FROM r`,
  endless: `${numbers('1e15')} SELECT count(*) FROM r`,
  running: async () => (await computing(engines())).length,
  errors: [
    { sql: 'SELECT * FROM missing', code: 'table_unknown' },
    { sql: 'SELECT missing FROM users', code: 'column_unknown' },
    { sql: 'SELECT missing(1)', code: 'function_unknown' },
    { sql: 'SELECT FROM', code: 'sql_syntax' },
    { sql: "SELECT 'open", code: 'sql_syntax' },
    { sql: "SELECT json_extract('{', '$')", code: 'value_invalid' },
    { sql: 'SELECT abs(-9223372036854775808)', code: 'value_invalid' },
    { sql: "SELECT load_extension('x')", code: 'function_refused' },
    { sql: 'SELECT 1; SELECT 2', code: 'statement_refused' },
  ],
  writes: [
    "INSERT INTO users VALUES (3, 'x', 0, 0, 0, 0)",
    'DELETE FROM users',
    'CREATE TABLE written (a)',
    'CREATE TEMP TABLE written (a)',
    'DROP TABLE users',
    `ATTACH '${join(folder, 'other.db')}' AS other`,
    `VACUUM INTO '${join(folder, 'copy.db')}'`,
    'PRAGMA user_version = 7',
    'PRAGMA writable_schema = 1',
    'PRAGMA query_only = 0',
    'PRAGMA journal_mode = DELETE',
    'BEGIN IMMEDIATE',
    'SAVEPOINT s',
    'REINDEX',
    'ANALYZE',
    "INSERT INTO notes(notes) VALUES ('optimize')",
  ],
  unwritten: async () => {
    expect(readFileSync(path).toString('base64')).toBe(untouched)
    for (const file of ['other.db', 'copy.db']) expect(() => statSync(join(folder, file))).toThrow()
  },
  params: [
    { sql: 'SELECT ?, typeof(?2)', values: [1, 1], json: [1, 'integer'] },
    { sql: 'SELECT ?, typeof(?2)', values: [1.5, 1.5], json: [1.5, 'real'] },
    { sql: 'SELECT ?', values: [9223372036854775807n], json: ['9223372036854775807'] },
    { sql: 'SELECT ?, ?', values: ['', null], json: ['', null] },
    { sql: 'SELECT ?, ?', values: [true, false], json: [1, 0] },
    { sql: 'SELECT ?', values: [new Uint8Array([0, 255])], json: ['AP8='] },
    { sql: "SELECT ? || '!'", values: ["é😀'; DROP TABLE users"], json: ["é😀'; DROP TABLE users!"] },
  ],
  described: (schema) => {
    expect(schema.searchPath).toEqual(['main'])
    const table = (name: string) => schema.tables.find((one) => one.name === name)!
    expect(table('users')).toMatchObject({ kind: 'table', rowsEstimate: 2, primaryKey: ['id'] })
    expect(table('users').columns[1]).toEqual({ name: 'name', type: 'text', nativeType: 'TEXT', nullable: false })
    expect(table('orders').foreignKeys).toEqual([{ columns: ['user_id'], table: 'main.users', references: ['id'] }])
    expect(table('names')).toMatchObject({ kind: 'view', definition: 'SELECT id, name FROM users' })
    expect(table('renamed')).toMatchObject({ kind: 'view', definition: 'SELECT id, name FROM users' })
    expect(table('notes').kind).toBe('virtual')
    expect(table('notes').columns.map(({ name }) => name)).toEqual(['body'])
    expect(table('notes_data').system).toBe(true)
    expect(schema.functions.find(({ name }) => name === 'upper')).toMatchObject({ builtin: true, volatility: 'immutable' })
  },
  restart: async () => {
    for (const pid of engines()) process.kill(pid, 'SIGKILL')
  },
})

describe('sqlite', () => {
  let connection: Connection
  beforeAll(async () => {
    connection = await sqlite.open('shop', config)
  })
  afterAll(() => connection.close())

  it('computes HMAC-SHA256 for masks', async () => {
    const key = '00ff'.repeat(16)
    const expected = createHmac('sha256', Buffer.from(key, 'hex')).update('a@b.c').digest('hex')
    expect((await ask(connection, `SELECT sluice_hmac('a@b.c', '${key}'), sluice_hmac(NULL, '${key}')`)).values).toEqual([[expected, null]])
  })
  it('names the file that is missing, not the folder it should lie in', async () => {
    const missing = await sqlite.open('shop', { ...config, path: join(folder, 'gone.db') })
    const error = await fails(ask(missing, 'SELECT 1'), 'source_unavailable')
    expect(error.message).toContain('gone.db')
    expect(error.message).not.toContain(folder)
    await missing.close()
  })
  it('a value that is too large is refused before it is copied', async () => {
    const own = await sqlite.open('own', config)
    for (const sql of [`SELECT printf('%.*c', 40000000, 'x')`, 'SELECT zeroblob(40000000)', 'SELECT hex(zeroblob(20000000))']) {
      await fails(ask(own, sql), 'result_too_large')
    }
    await own.close()
  })
  it('does not open a memory database, a folder or something that is no database', async () => {
    for (const wrong of [':memory:', folder, import.meta.filename, 'file::memory:']) {
      const opened = await sqlite.open('shop', { ...config, path: wrong })
      await fails(ask(opened, 'SELECT 1'), 'source_unavailable')
      await opened.close()
    }
  })
  it('a column whose values disagree with its declared type takes the type of the values', async () => {
    const { columns, values } = await ask(connection, "SELECT x FROM (SELECT 1 AS x UNION ALL SELECT 'a' UNION ALL SELECT x'00')")
    expect(columns[0]!.type).toBe('other')
    expect(values).toEqual([[1], ['a'], ['AA==']])
  })
  it('reads what the statement may read and nothing that tells of the machine', async () => {
    expect((await ask(connection, "SELECT name FROM pragma_table_info('users')")).rows).toBe(6)
    expect((await ask(connection, 'PRAGMA table_list')).rows).toBeGreaterThan(3)
    await fails(ask(connection, 'PRAGMA database_list'), 'statement_refused')
    await fails(ask(connection, 'SELECT * FROM pragma_database_list'), 'statement_refused')
  })
  it('an engine that dies in the middle of an answer is source_unavailable, and the next query finds another', async () => {
    const sink = { columns: () => undefined, batch: () => void engines().map((pid) => process.kill(pid, 'SIGKILL')) }
    const query = { sql: `${numbers(200_000)} SELECT n FROM r`, params: [], rowsMax: 1e9, bytesMax: 1e9, timeoutMs: 30_000 }
    await fails(connection.query(query, sink, new AbortController().signal), 'source_unavailable')
    expect((await ask(connection, 'SELECT 1')).values).toEqual([[1]])
  })
  it('engines end with the gateway, even one that computes', async () => {
    const script = `
      const { default: sqlite } = await import(${JSON.stringify(new URL('../../src/source/sqlite.ts', import.meta.url).href)})
      const connection = await sqlite.open('shop', ${JSON.stringify(config)})
      const query = { sql: ${JSON.stringify(`${numbers('1e15')} SELECT count(*) FROM r`)}, params: [], rowsMax: 1, bytesMax: 1e9, timeoutMs: 60000 }
      connection.query(query, { columns() {}, batch() {} }, new AbortController().signal)
      setInterval(() => console.log(process.pid), 50)`
    const gateway = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let engine: number | undefined
    while (engine === undefined) [engine] = await computing(enginesOf('sqlite', gateway.pid!))
    gateway.kill('SIGKILL')
    while (exists(engine)) await sleep(20)
    expect(exists(engine)).toBe(false)
  })
  it('sees that another file lies in the place of its own', async () => {
    const other = join(folder, 'moving.db')
    const make = (table: string) => {
      const db = new DatabaseSync(join(folder, 'new.db'))
      db.exec(`CREATE TABLE ${table} (a)`)
      db.close()
      renameSync(join(folder, 'new.db'), other)
    }
    make('first')
    const moving = await sqlite.open('moving', { ...config, path: other })
    const tables = async () =>
      (await moving.describe(AbortSignal.timeout(10_000))).tables.filter(({ system }) => !system).map(({ name }) => name)
    expect(await tables()).toEqual(['first'])
    make('second')
    expect(await tables()).toEqual(['second'])
    await moving.close()
  })
  it('a killed query leaves no process behind, and the pool heals', async () => {
    for (let i = 0; i < 3; i++)
      await fails(ask(connection, `${numbers('1e15')} SELECT count(*) FROM r`, { timeoutMs: 50 }), 'query_timeout')
    expect((await ask(connection, 'SELECT 1')).values).toEqual([[1]])
    expect(engines().length).toBeLessThanOrEqual(2)
  })
})
