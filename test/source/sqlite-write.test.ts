import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineError } from '../../src/source/embedded/engine.ts'
import { whyNotWritable } from '../../src/source/embedded/sqlite-errors.ts'
import type { Connection } from '../../src/source/source.ts'
import sqlite from '../../src/source/sqlite.ts'
import { ask, fails, rejection } from './ask.ts'
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

describe('writing to SQLite', () => {
  const signal = new AbortController().signal
  const setting = { timeoutMs: 30_000, transaction: true }
  const made = (name: string, sql: string): string => {
    const file = join(folder, name)
    const db = new DatabaseSync(file)
    db.exec(sql)
    db.close()
    return file
  }
  const opened = async (file: string, use: (connection: Connection) => Promise<void>, more = {}) => {
    const connection = await sqlite.open('own', { ...config, path: file, ...more })
    await use(connection).finally(() => connection.close())
  }
  const insert = (connection: Connection, sql = 'INSERT INTO t VALUES (1)') =>
    connection.write!(setting, async (session) => ({ keep: true, value: await session.run(sql, []) }), signal)
  const rows = async (connection: Connection) => (await ask(connection, 'SELECT count(*) FROM t')).values[0]![0]

  it.each(['DELETE', 'WAL', 'TRUNCATE'])(
    'a writer that is killed with much in its journal leaves the file as it was, in journal mode %s',
    async (mode) => {
      const file = made(
        `hot-${mode}.db`,
        `PRAGMA journal_mode = ${mode}; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
       WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 20000) INSERT INTO t SELECT n, hex(zeroblob(100)) FROM r`,
      )
      await opened(file, async (connection) => {
        const killed = connection.write!(
          setting,
          async (session) => {
            await session.run("UPDATE t SET b = b || 'changed'", [])
            await session.run('DELETE FROM t WHERE a > 10', [])
            for (const pid of engines()) process.kill(pid, 'SIGKILL')
            return { keep: true, value: undefined }
          },
          signal,
        )
        await rejection(killed)
        expect((await ask(connection, "SELECT count(*), sum(b LIKE '%changed') FROM t")).values).toEqual([[20_000, 0]])
        expect((await connection.describe(signal)).tables.map(({ name }) => name)).toContain('t')
        expect((await insert(connection, 'DELETE FROM t WHERE a > 5')).changed).toBe(19_995)
        expect(await rows(connection)).toBe(5)
      })
      const db = new DatabaseSync(file)
      expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
      db.close()
    },
  )
  it('a commit whose answer is lost is change_uncertain', async () => {
    await opened(made('lost.db', 'CREATE TABLE t (a)'), async (connection) => {
      const lost = connection.write!(
        setting,
        async (session) => {
          await session.run('INSERT INTO t VALUES (1)', [])
          const [writer] = engines()
          process.kill(writer!, 'SIGSTOP')
          setTimeout(() => process.kill(writer!, 'SIGKILL'), 200)
          return { keep: true, value: undefined }
        },
        signal,
      )
      await fails(lost, 'change_uncertain')
      expect(await rows(connection)).toBe(0)
    })
  })
  it('says that another program writes, and works when it has ended', async () => {
    const file = made('held.db', 'CREATE TABLE t (a)')
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    await opened(
      file,
      async (connection) => {
        expect((await fails(insert(connection), 'source_busy')).message).toContain('Another program')
        other.exec('COMMIT')
        expect((await insert(connection)).changed).toBe(1)
      },
      { busy_ms: 100 },
    )
    other.close()
  })
  it('changes nothing when others read for too long, and can be aborted while it waits for them', async () => {
    const file = made('read.db', 'CREATE TABLE t (a); INSERT INTO t VALUES (5), (6)')
    const other = new DatabaseSync(file)
    const reading = other.prepare('SELECT a FROM t').iterate()
    reading.next()
    await opened(
      file,
      async (connection) => {
        const error = await fails(insert(connection), 'source_busy')
        expect(error.message).toContain('nothing was changed')
        expect(await rows(connection)).toBe(2)
      },
      { busy_ms: 100 },
    )
    await opened(
      file,
      async (connection) => {
        const stop = new AbortController()
        const reason = new Error('no longer wanted')
        const waits = connection.write!(
          setting,
          async (session) => {
            await session.run('INSERT INTO t VALUES (7)', [])
            setTimeout(() => stop.abort(reason), 150)
            return { keep: true, value: undefined }
          },
          stop.signal,
        )
        expect(await rejection(waits)).toBe(reason)
        expect(await rows(connection)).toBe(2)
        reading.return!()
        expect((await insert(connection)).changed).toBe(1)
        expect(await rows(connection)).toBe(3)
      },
      { busy_ms: 30_000 },
    )
    other.close()
  })
  it('a deferred reference to nothing fails with the commit, and nothing is kept', async () => {
    const file = made('deferred.db', 'CREATE TABLE p (a PRIMARY KEY); CREATE TABLE t (a REFERENCES p DEFERRABLE INITIALLY DEFERRED)')
    await opened(file, async (connection) => {
      await fails(insert(connection), 'constraint_violated')
      expect(await rows(connection)).toBe(0)
    })
  })
  it('an error that ends the transaction ends the session', async () => {
    await opened(made('ended.db', 'CREATE TABLE t (a UNIQUE)'), async (connection) => {
      const ended = connection.write!(
        setting,
        async (session) => {
          await session.run('INSERT INTO t VALUES (1)', [])
          await rejection(session.run('INSERT OR ROLLBACK INTO t VALUES (1)', []))
          await rejection(session.run('INSERT INTO t VALUES (2)', []))
          return { keep: true, value: undefined }
        },
        signal,
      )
      await fails(ended, 'constraint_violated')
      expect(await rows(connection)).toBe(0)
    })
  })
  it('what a trigger says stays out of the message', async () => {
    const file = made(
      'trigger.db',
      "CREATE TABLE t (a); CREATE TRIGGER no BEFORE INSERT ON t BEGIN SELECT RAISE(ABORT, 'secret 4711'); END",
    )
    await opened(file, async (connection) => {
      expect((await fails(insert(connection), 'constraint_violated')).message).not.toContain('4711')
    })
  })
  it('a STRICT table refuses a value of another type', async () => {
    await opened(made('strict.db', 'CREATE TABLE t (a INTEGER) STRICT'), async (connection) => {
      const error = await fails(insert(connection, "INSERT INTO t VALUES ('confidential')"), 'value_invalid')
      expect(error.message).not.toContain('confidential')
    })
  })
  it('names what keeps it from writing, and not the folder', async () => {
    expect(whyNotWritable(new EngineError({ message: 'attempt to write a readonly database', code: '8 run 8' }), 'a.db')).toMatchObject({
      code: 'source_denied',
    })
    await opened(join(folder, 'gone.db'), async (connection) => {
      const error = await fails(insert(connection), 'source_unavailable')
      expect(error.message).toContain('gone.db')
      expect(error.message).not.toContain(folder)
    })
    expect(() => statSync(join(folder, 'gone.db')), 'no file is made').toThrow()
  })
  it('alters what SQLite can alter', async () => {
    const file = made(
      'alter.db',
      'CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c INT); CREATE INDEX i ON t (b); CREATE VIEW v AS SELECT a, b FROM t',
    )
    await opened(file, async (connection) => {
      await connection.write!(
        setting,
        async (session) => {
          for (const sql of [
            'ALTER TABLE t ADD COLUMN d INTEGER NOT NULL DEFAULT 5',
            'ALTER TABLE t RENAME COLUMN b TO e',
            'ALTER TABLE t DROP COLUMN c',
            'ALTER TABLE t RENAME TO u',
            'CREATE TABLE w AS SELECT * FROM u',
            'DROP INDEX i',
            'REINDEX',
            'ANALYZE',
            'CREATE TRIGGER g AFTER INSERT ON u BEGIN DELETE FROM w; END',
          ])
            await session.run(sql, [])
          return { keep: true, value: undefined }
        },
        signal,
      )
      const { tables } = await connection.describe(signal)
      const columns = (name: string) => tables.find((table) => table.name === name)?.columns.map((column) => column.name)
      expect([columns('t'), columns('u'), columns('w'), columns('v')]).toEqual([undefined, ['a', 'e', 'd'], ['a', 'e', 'd'], ['a', 'e']])
      for (const [sql, code] of [
        ['CREATE TABLE u (a)', 'change_invalid'],
        ['ALTER TABLE u ADD COLUMN e INT', 'change_invalid'],
        ['ALTER TABLE u DROP COLUMN a', 'change_invalid'],
        ['INSERT INTO v VALUES (1, 2)', 'change_invalid'],
        ['INSERT INTO u VALUES (1)', 'change_invalid'],
        ['INSERT INTO u (nope) VALUES (1)', 'column_unknown'],
        ['DROP TABLE nope', 'table_unknown'],
        ['INSERT INTO u VALUES (1, 2, 3', 'sql_syntax'],
      ] as const)
        await fails(insert(connection, sql), code)
    })
  })
})
