import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect } from 'vitest'
import sqlite from '../../src/source/sqlite.ts'
import { computing, enginesOf } from './engines.ts'
import { conformsWriting } from './write-conformance.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-sqlite-write-'))
const path = join(folder, 'shop.db')
const config = { path, processes: 2, busy_ms: 2_000, memory_mb: 256, wait_ms: 10_000 }

beforeAll(() => {
  const db = new DatabaseSync(path)
  db.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)')
  db.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

const engines = (): number[] => enginesOf('sqlite')
const missing = (file: string) => expect(() => statSync(join(folder, file))).toThrow()

conformsWriting({
  connector: sqlite,
  config: () => config,
  placeholder: () => '?',
  text: { short: 'VARCHAR(40)', long: 'TEXT' },
  survive: [
    { column: 'BIGINT', value: 9223372036854775807n, json: '9223372036854775807', type: 'int' },
    { column: 'BIGINT', value: '-9223372036854775808', json: '-9223372036854775808', type: 'int' },
    { column: 'BIGINT', value: 42, json: 42, type: 'int' },
    { column: 'TEXT', value: '12345678901234567890.1200', json: '12345678901234567890.1200', type: 'text' },
    { column: 'DECIMAL(10,2)', value: '12.50', json: 12.5, type: 'float' },
    { column: 'DOUBLE', value: 0.1, json: 0.1, type: 'float' },
    { column: 'DATE', value: '2024-02-29', json: '2024-02-29', type: 'date' },
    { column: 'TIME', value: '01:02:03.000004', json: '01:02:03.000004', type: 'time' },
    { column: 'TIMESTAMP', value: '2024-01-02 03:04:05.123456', json: '2024-01-02 03:04:05.123456', type: 'timestamp' },
    { column: 'BLOB', value: new Uint8Array([0, 255, 16]), json: 'AP8Q', type: 'binary' },
    { column: 'BOOLEAN', value: true, json: 1, type: 'int' },
  ],
  invalid: [],
  endless: 'INSERT INTO wc_items (id) WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1e15) SELECT max(n) FROM r',
  running: async () => (await computing(engines())).length,
  kill: async () => {
    for (const pid of engines()) process.kill(pid, 'SIGKILL')
  },
  readsWhileWriting: true,
  refused: [
    'COMMIT',
    'ROLLBACK',
    'BEGIN',
    'SAVEPOINT s',
    `ATTACH '${join(folder, 'other.db')}' AS other`,
    `VACUUM INTO '${join(folder, 'copy.db')}'`,
    'VACUUM',
    'CREATE TEMP TABLE written (a)',
    'CREATE TEMP TRIGGER written AFTER INSERT ON users BEGIN SELECT 1; END',
    'CREATE VIRTUAL TABLE written USING fts5(a)',
    'PRAGMA writable_schema = 1',
    'PRAGMA foreign_keys = 0',
    'PRAGMA journal_mode = OFF',
    'PRAGMA user_version = 7',
    'PRAGMA temp_store_directory',
    'PRAGMA database_list',
    "UPDATE sqlite_schema SET sql = 'CREATE TABLE users (id)'",
    "INSERT INTO users (name) VALUES (load_extension('x'))",
    `INSERT INTO users (name) VALUES (readfile('${path}'))`,
    `SELECT writefile('${join(folder, 'other.db')}', 'x')`,
    "INSERT INTO users (name) VALUES (fts3_tokenizer('simple'))",
    "INSERT INTO users (name) VALUES (sqlite_rename_test('main', '', '', '', 0, 0, 0))",
  ],
  untouched: async () => {
    missing('other.db')
    missing('copy.db')
    const db = new DatabaseSync(path, { readOnly: true })
    expect(db.prepare('SELECT count(*) AS rows FROM users').get()).toEqual({ rows: 0 })
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 0 })
    expect(db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'users'").get()).toEqual({
      sql: 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)',
    })
    db.close()
  },
})
