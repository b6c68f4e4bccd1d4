import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Connection } from '../../src/source/source.ts'
import sqlite from '../../src/source/sqlite.ts'
import { ask } from './ask.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-sqlite-details-'))
const config = { processes: 2, busy_ms: 500, memory_mb: 256, wait_ms: 10_000 }
afterAll(() => rmSync(folder, { recursive: true }))

describe('what SQLite tells beside rows', () => {
  const signal = new AbortController().signal
  const file = join(folder, 'told.db')
  let connection: Connection
  beforeAll(async () => {
    const db = new DatabaseSync(file)
    db.exec(`
      CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'nobody, really', upper TEXT AS (upper(name)), at TEXT DEFAULT CURRENT_TIMESTAMP);
      CREATE TABLE keyed (id TEXT PRIMARY KEY, n INTEGER UNIQUE) WITHOUT ROWID;
      CREATE TABLE pairs (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
      CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users(id), body TEXT);
      CREATE INDEX odd ON orders (lower(body || '(,)'), user_id DESC) WHERE user_id > 1;
      CREATE VIEW names AS SELECT id, name FROM users;
      CREATE VIEW both AS SELECT o.id, n.name FROM orders o JOIN names n ON n.id = o.user_id;
      CREATE VIEW broken AS SELECT * FROM gone;
      CREATE TRIGGER kept AFTER INSERT ON orders BEGIN UPDATE users SET name = name; END;
      INSERT INTO users (name) VALUES ('Ada'), ('Bob'); ANALYZE;`)
    db.close()
    connection = await sqlite.open('told', { ...config, path: file })
  })
  afterAll(() => connection.close())

  it('defaults, and columns that nobody writes', async () => {
    const { tables } = await connection.describe(signal)
    const columns = (name: string) =>
      tables.find((table) => table.name === name)!.columns.map(({ name, default: preset, generated }) => [name, preset, generated])
    expect(columns('users')).toEqual([
      ['id', undefined, 'identity'],
      ['name', "'nobody, really'", undefined],
      ['upper', undefined, 'always'],
      ['at', 'CURRENT_TIMESTAMP', undefined],
    ])
    expect(columns('broken')).toEqual([])
    expect(columns('keyed').map(([, , generated]) => generated)).toEqual([undefined, undefined])
    expect(columns('pairs').map(([, , generated]) => generated)).toEqual([undefined, undefined])
  })
  it('indexes, sizes, what depends on what, the file itself', async () => {
    const { indexes, sizes, dependents, database } = await connection.details!(signal)
    const index = (name: string) => indexes.find((one) => one.name === name)
    expect(index('odd')).toMatchObject({ table: 'orders', columns: ["lower(body || '(,)')", 'user_id'], unique: false, primary: false })
    expect(index('odd')!.definition).toContain('WHERE user_id > 1')
    expect(index('sqlite_autoindex_keyed_1')).toMatchObject({ columns: ['id'], unique: true, primary: true })
    expect(index('sqlite_autoindex_keyed_2')).toMatchObject({ columns: ['n'], unique: true, primary: false })
    expect(sizes.find(({ table }) => table === 'users')).toMatchObject({ schema: 'main', rowsEstimate: 2, bytes: 4096 })
    expect(dependents).toHaveLength(5)
    expect(dependents).toEqual(
      expect.arrayContaining([
        { on: 'main.users', kind: 'view', name: 'main.names' },
        { on: 'main.orders', kind: 'view', name: 'main.both' },
        { on: 'main.names', kind: 'view', name: 'main.both' },
        { on: 'main.users', kind: 'foreign_key', name: 'main.orders' },
        { on: 'main.orders', kind: 'trigger', name: 'main.kept' },
      ]),
    )
    expect(database).toMatchObject({ product: 'SQLite', database: 'told.db', encoding: 'UTF-8', bytes: statSync(file).size })
    expect(JSON.stringify(database)).not.toContain(folder)
  })
  it('how busy it is', async () => {
    const load = () => connection.load!
    await ask(connection, 'SELECT 1')
    expect(load()).toMatchObject({ busy: 0, waiting: 0, max: 3 })
    expect(load().idle).toBeGreaterThan(0)
    await connection.write!(
      { timeoutMs: 5_000, transaction: true },
      async () => {
        expect(load().busy).toBe(1)
        return { keep: false, value: undefined }
      },
      signal,
    )
    expect(load().busy).toBe(0)
  })
  it('why it does not answer, step by step', async () => {
    const steps = await connection.diagnose!(signal)
    expect(steps.map(({ step, ok }) => [step, ok])).toEqual([
      ['find the file', true],
      ['read the file', true],
      ['open the database', true],
      ['list the tables', true],
      ['rights', true],
    ])
    expect(steps[3]!.text).toContain('7 tables and views')
    const last = async (path: string) => {
      const other = await sqlite.open('other', { ...config, path })
      const found = await other.diagnose!(signal)
      await other.close()
      expect(JSON.stringify(found)).not.toContain(folder)
      expect(found.slice(0, -1).every(({ ok }) => ok)).toBe(true)
      expect(found.at(-1)).toMatchObject({ ok: false, mend: expect.stringMatching(/\S/) })
      return found.at(-1)!.step
    }
    writeFileSync(join(folder, 'text.db'), 'this is no database at all')
    writeFileSync(join(folder, 'damaged.db'), Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4080, 7)]))
    expect(await last(join(folder, 'gone.db'))).toBe('find the file')
    expect(await last(folder)).toBe('find the file')
    expect(await last(join(folder, 'text.db'))).toBe('read the file')
    expect(await last(join(folder, 'damaged.db'))).toBe('open the database')
    expect((await connection.diagnose!(AbortSignal.abort())).at(-1)).toMatchObject({ ok: false })
    // In another process: this one would lose its lock as soon as the diagnosis has looked into the file.
    const script = `const db = new (require('node:sqlite').DatabaseSync)(${JSON.stringify(file)})
      db.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => {}, 1000)`
    const other = spawn(process.execPath, ['--no-warnings', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve) => other.stdout.once('data', resolve))
    const held = (await connection.diagnose!(signal)).at(-1)
    other.kill('SIGKILL')
    expect(held).toMatchObject({ step: 'open the database', ok: false, text: expect.stringContaining('Another program') })
  })
})
