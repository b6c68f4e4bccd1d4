import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Batch } from '../../src/result.ts'
import duckdb from '../../src/source/duckdb.ts'
import type { Connection } from '../../src/source/source.ts'
import { openSources } from '../../src/source/sources.ts'
import { ask, fails, rejection, wide } from './ask.ts'
import { computing, enginesOf } from './engines.ts'
import { conformsWriting } from './write-conformance.ts'

const root = mkdtempSync(join(tmpdir(), 'sluice-duckdb-write-'))
const path = join(root, 'shop.duckdb')
const config = { path, connections: 4, threads: 2, memory_mb: 512, wait_ms: 10_000 }

beforeAll(async () => {
  mkdirSync(join(root, 'lake'))
  const db = await DuckDBInstance.create(path)
  const connection = await db.connect()
  await connection.run('CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR)')
  connection.closeSync()
  db.closeSync()
})
afterAll(() => rmSync(root, { recursive: true }))

const engines = (): number[] => enginesOf('duckdb')
const missing = (file: string) => expect(() => statSync(join(root, file))).toThrow()

conformsWriting({
  connector: duckdb,
  config: () => config,
  placeholder: (i) => `$${i}`,
  text: { short: 'VARCHAR', long: 'VARCHAR' },
  survive: [
    { column: 'BIGINT', value: 9223372036854775807n, json: '9223372036854775807', type: 'int' },
    { column: 'HUGEINT', value: 170141183460469231731687303715884105727n, json: '170141183460469231731687303715884105727', type: 'int' },
    { column: 'BIGINT', value: '-9223372036854775808', json: '-9223372036854775808', type: 'int' },
    { column: 'INTEGER', value: 42, json: 42, type: 'int' },
    {
      column: 'DECIMAL(38,10)',
      value: '-1234567890123456789012345678.0000000001',
      json: '-1234567890123456789012345678.0000000001',
      type: 'decimal',
    },
    { column: 'DECIMAL(10,2)', value: '12.50', json: '12.50', type: 'decimal' },
    { column: 'DOUBLE', value: 0.1, json: 0.1, type: 'float' },
    { column: 'DATE', value: '2024-02-29', json: '2024-02-29', type: 'date' },
    { column: 'TIME', value: '01:02:03.000004', json: '01:02:03.000004', type: 'time' },
    { column: 'TIMESTAMP', value: '2024-01-02 03:04:05.123456', json: '2024-01-02 03:04:05.123456', type: 'timestamp' },
    { column: 'TIMESTAMPTZ', value: '2024-01-02 03:04:05.5+02', json: '2024-01-02 01:04:05.5+00', type: 'timestamptz' },
    { column: 'BLOB', value: new Uint8Array([0, 255, 16]), json: 'AP8Q', type: 'binary' },
    { column: 'BOOLEAN', value: true, json: true, type: 'bool' },
    { column: 'UUID', value: '00112233-4455-6677-8899-aabbccddeeff', json: '00112233-4455-6677-8899-aabbccddeeff', type: 'uuid' },
    { column: 'JSON', value: '{"a": [1, 2]}', json: '{"a": [1, 2]}', type: 'json' },
  ],
  invalid: [
    { column: 'INTEGER', value: 'forty-two', code: 'value_invalid' },
    { column: 'TINYINT', value: 47_110, code: 'value_invalid' },
    { column: 'DATE', value: '2024-02-31', code: 'value_invalid' },
    { column: 'DECIMAL(4,2)', value: '471100.5', code: 'value_invalid' },
  ],
  endless: 'INSERT INTO wc_items (id) SELECT sum(sqrt(i))::BIGINT FROM range(1000000000000) AS r(i)',
  running: async () => (await computing(engines())).length,
  kill: async () => {
    for (const pid of engines()) process.kill(pid, 'SIGKILL')
  },
  readsWhileWriting: false,
  refused: [
    'COMMIT',
    'ROLLBACK',
    'BEGIN',
    `ATTACH '${join(root, 'other.duckdb')}' AS other`,
    "ATTACH ':memory:' AS other",
    'DETACH shop',
    'USE main',
    `COPY users TO '${join(root, 'out.csv')}'`,
    "COPY users FROM '/etc/passwd'",
    `EXPORT DATABASE '${join(root, 'out')}'`,
    "IMPORT DATABASE '/tmp'",
    "INSERT INTO users SELECT 1, content FROM read_text('/etc/passwd')",
    "CREATE TABLE wc_made AS SELECT * FROM read_csv('/etc/passwd')",
    "CREATE VIEW wc_made AS SELECT * FROM 'http://127.0.0.1:9/a.csv'",
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET threads = 1',
    'SET enable_external_access = true',
    'SET VARIABLE a = 1',
    'RESET threads',
    'PRAGMA threads = 1',
    'CALL pragma_version()',
    'CREATE SECRET s (TYPE s3)',
    'CREATE PERSISTENT SECRET s (TYPE s3)',
    'CREATE MACRO wc_macro(a) AS a + 1',
    'ALTER DATABASE shop SET ALIAS TO other',
    'DROP SECRET s',
    'CREATE TEMP TABLE wc_made (id INTEGER)',
    'PREPARE x AS SELECT 1',
    'EXPLAIN ANALYZE INSERT INTO users VALUES (1, NULL)',
    'VACUUM',
    'CHECKPOINT',
  ],
  untouched: async () => {
    missing('other.duckdb')
    missing('out.csv')
    missing('out')
  },
})

const signal = new AbortController().signal
const setting = { timeoutMs: 30_000, transaction: true }

async function made(name: string, sql: string): Promise<string> {
  const file = join(root, name)
  const db = await DuckDBInstance.create(file)
  const connection = await db.connect()
  await connection.run(sql)
  connection.closeSync()
  db.closeSync()
  return file
}

async function opened(place: Readonly<Record<string, string>>, use: (connection: Connection) => Promise<void>, more = {}): Promise<void> {
  const { path: _path, ...rest } = config
  const connection = await duckdb.open('own', { ...rest, ...place, ...more })
  await use(connection).finally(() => connection.close())
}

const insert = (connection: Connection, sql = 'INSERT INTO t VALUES (1)') =>
  connection.write!(setting, async (session) => ({ keep: true, value: await session.run(sql, []) }), signal)
const rows = async (connection: Connection) => (await ask(connection, 'SELECT count(*) FROM t')).values[0]![0]

describe('writing to DuckDB', () => {
  it('a folder of files cannot be written to, and says so', async () => {
    writeFileSync(join(root, 'lake', 'a.csv'), 'id\n1\n')
    await opened({ folder: join(root, 'lake') }, async (connection) => expect(connection.write).toBeUndefined())
    const base = { connector: 'duckdb', dialect: 'duckdb', description: '', schemaTtlMs: 1_000 } as const
    const { path: _path, ...rest } = config
    const sources = openSources({
      lake: { ...base, settings: { ...rest, folder: join(root, 'lake') } },
      shop: { ...base, settings: config },
    })
    expect([(await sources.get('lake')).can.write, (await sources.get('shop')).can.write]).toEqual([false, true])
    await sources.close()
  })
  it('a commit whose answer is lost is change_uncertain', async () => {
    await opened({ path: await made('lost.duckdb', 'CREATE TABLE t (a INTEGER)') }, async (connection) => {
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
      expect((await insert(connection)).changed).toBe(1)
    })
  })
  it('what was committed is there although the process was killed before it could tidy up', async () => {
    await opened({ path: await made('killed.duckdb', 'CREATE TABLE t (a INTEGER)') }, async (connection) => {
      for (let i = 1; i <= 5; i++) {
        await insert(connection)
        for (const pid of engines()) process.kill(pid, 'SIGKILL')
        expect(await rows(connection)).toBe(i)
      }
    })
  })
  it('says that another program has the file, and works when it has gone', async () => {
    const file = await made('held.duckdb', 'CREATE TABLE t (a INTEGER)')
    const script = `import { DuckDBInstance } from '@duckdb/node-api'
      await DuckDBInstance.create(${JSON.stringify(file)})
      console.log('open'); setInterval(() => {}, 1000)`
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: import.meta.dirname,
    })
    await new Promise((resolve) => other.stdout.once('data', resolve))
    await opened({ path: file }, async (connection) => {
      for (const tried of [insert(connection), ask(connection, 'SELECT 1')]) {
        const error = await fails(tried, 'source_busy')
        expect(error.message).toContain('Another program has the database held.duckdb open')
        expect(error.message).not.toContain(root)
      }
      expect((await connection.diagnose!(signal)).at(-1)).toMatchObject({ step: 'open the database', ok: false })
      const gone = new Promise((resolve) => other.once('exit', resolve))
      other.kill('SIGKILL')
      await gone
      expect((await insert(connection)).changed).toBe(1)
      expect(await rows(connection)).toBe(1)
    })
  })
  it('a query that reads for too long keeps a change away, and goes on', async () => {
    const file = await made('read.duckdb', 'CREATE TABLE t AS SELECT range AS a FROM range(500000)')
    await opened(
      { path: file },
      async (connection) => {
        const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
        const { promise: began, resolve: begin } = Promise.withResolvers<void>()
        let seen = 0
        const sink = {
          columns: () => undefined,
          batch: (batch: Batch) => {
            seen += batch.rows
            begin()
            return held
          },
        }
        const reading = connection.query({ sql: 'SELECT a FROM t', params: [], ...wide }, sink, signal)
        await began
        const error = await fails(insert(connection), 'source_busy')
        expect(error.message).toContain('being read')
        expect(await rows(connection), 'others read meanwhile').toBe(500_000)
        letGo()
        await reading
        expect(seen).toBe(500_000)
        expect((await insert(connection)).changed).toBe(1)
      },
      { wait_ms: 300 },
    )
  })
  it('a change that takes too long keeps readers away, and goes on; they can leave', async () => {
    await opened(
      { path: await made('written.duckdb', 'CREATE TABLE t (a INTEGER)') },
      async (connection) => {
        await connection.write!(
          setting,
          async (session) => {
            await session.run('INSERT INTO t VALUES (1)', [])
            const error = await fails(ask(connection, 'SELECT 1'), 'source_busy')
            expect(error.message).toContain('being changed')
            const reason = new Error('tired of waiting')
            const stop = new AbortController()
            const waiting = rejection(ask(connection, 'SELECT 1', {}, stop.signal))
            stop.abort(reason)
            expect(await waiting).toBe(reason)
            return { keep: true, value: undefined }
          },
          signal,
        )
        expect(await rows(connection)).toBe(1)
      },
      { wait_ms: 300 },
    )
  })
  it('names what is wrong with a change of structure', async () => {
    await opened(
      { path: await made('ddl.duckdb', 'CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER); CREATE INDEX i ON t (b)') },
      async (connection) => {
        for (const [sql, code] of [
          ['CREATE TABLE t (a INTEGER)', 'change_invalid'],
          ['ALTER TABLE t DROP COLUMN a', 'change_invalid'],
          ['ALTER TABLE t ALTER b TYPE VARCHAR', 'change_invalid'],
          ['INSERT INTO t VALUES (1)', 'change_invalid'],
          ['INSERT INTO t (nope) VALUES (1)', 'column_unknown'],
          ['DROP TABLE nope', 'table_unknown'],
          ['INSERT INTO t VALUES (1, 2', 'sql_syntax'],
        ] as const)
          await fails(insert(connection, sql), code)
      },
    )
  })
})

describe('what DuckDB tells beside rows', () => {
  let connection: Connection
  let file = ''
  beforeAll(async () => {
    file = await made(
      'told.duckdb',
      `CREATE SEQUENCE counter;
       CREATE TABLE users (id BIGINT PRIMARY KEY DEFAULT nextval('counter'), name VARCHAR UNIQUE DEFAULT 'nobody, really', "odd, ""name" INTEGER GENERATED ALWAYS AS (id + 1));
       CREATE TABLE orders (id INTEGER, user_id BIGINT REFERENCES users(id), "Generated Always As" INTEGER DEFAULT 1);
       CREATE INDEX odd ON orders (user_id, (id + 1));
       CREATE SCHEMA other; CREATE TABLE other.users (id INTEGER);
       CREATE VIEW names AS WITH orders AS (SELECT 1) SELECT id, name FROM users, orders;
       CREATE VIEW other.mixed AS SELECT u.id, o.id AS n FROM users u JOIN main.orders o ON o.id = u.id;
       INSERT INTO users (name) VALUES ('Ada'), ('Bob')`,
    )
    connection = await duckdb.open('told', { ...config, path: file })
  })
  afterAll(() => connection.close())

  it('defaults, and columns that nobody writes', async () => {
    const { tables } = await connection.describe(signal)
    const columns = (name: string) =>
      tables
        .find((table) => table.name === name && table.schema === 'main')!
        .columns.map(({ name, default: preset, generated }) => [name, preset, generated])
    expect(columns('users')).toEqual([
      ['id', "nextval('counter')", undefined],
      ['name', "'nobody, really'", undefined],
      ['odd, "name', undefined, 'always'],
    ])
    expect(columns('orders').at(-1)).toEqual(['Generated Always As', '1', undefined])
  })
  it('indexes, sizes, what depends on what, the file itself', async () => {
    const { indexes, sizes, dependents, database } = await connection.details!(signal)
    expect(indexes.map(({ schema, table, columns, unique, primary }) => [schema, table, columns, unique, primary])).toEqual([
      ['main', 'users', ['id'], true, true],
      ['main', 'users', ['name'], true, false],
      ['main', 'orders', ['user_id', '(id + 1)'], false, false],
    ])
    expect(sizes).toContainEqual({ schema: 'main', table: 'users', rowsEstimate: 2 })
    expect(dependents).toHaveLength(4)
    expect(dependents).toEqual(
      expect.arrayContaining([
        { on: 'main.users', kind: 'view', name: 'main.names' },
        { on: 'other.users', kind: 'view', name: 'other.mixed' },
        { on: 'main.orders', kind: 'view', name: 'other.mixed' },
        { on: 'main.users', kind: 'foreign_key', name: 'main.orders' },
      ]),
    )
    expect(database).toMatchObject({ product: 'DuckDB', database: 'told.duckdb', timeZone: 'UTC', settings: { threads: '2' } })
    expect(database.bytes).toBeGreaterThan(100_000)
    expect(JSON.stringify(database)).not.toContain(root)
  })
  it('how busy it is', async () => {
    expect(connection.load).toEqual({ open: 0, busy: 0, idle: 0, waiting: 0, max: 5 })
    await connection.write!(
      setting,
      async () => {
        expect(connection.load).toMatchObject({ busy: 1, waiting: 0 })
        return { keep: false, value: undefined }
      },
      signal,
    )
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
    expect(steps[3]!.text).toContain('5 tables and views')
    const last = async (place: Readonly<Record<string, string>>) => {
      let step = ''
      await opened(place, async (other) => {
        const found = await other.diagnose!(signal)
        expect(JSON.stringify(found)).not.toContain(root)
        expect(found.slice(0, -1).every(({ ok }) => ok)).toBe(true)
        step = `${found.at(-1)!.step} ${found.at(-1)!.ok}`
      })
      return step
    }
    writeFileSync(join(root, 'text.duckdb'), 'this is no database at all')
    writeFileSync(join(root, 'damaged.duckdb'), Buffer.concat([Buffer.alloc(8), Buffer.from('DUCK'), Buffer.alloc(20_000, 7)]))
    expect(await last({ path: join(root, 'gone.duckdb') })).toBe('find the file false')
    expect(await last({ path: root })).toBe('find the file false')
    expect(await last({ path: join(root, 'text.duckdb') })).toBe('read the file false')
    expect(await last({ path: join(root, 'damaged.duckdb') })).toBe('open the database false')
    expect(await last({ folder: join(root, 'gone') })).toBe('find the folder false')
    expect(await last({ folder: file })).toBe('find the folder false')
    expect(await last({ folder: join(root, 'lake') })).toBe('rights true')
  })
})
