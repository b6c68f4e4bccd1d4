import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import duckdb, { duckdbParser } from '../../src/source/duckdb.ts'
import { tablesOf } from '../../src/source/embedded/duckdb-folder.ts'
import type { Connection } from '../../src/source/source.ts'
import { ask, conforms, fails, rejection } from './conformance.ts'
import { computing, enginesOf } from './engines.ts'

const root = mkdtempSync(join(tmpdir(), 'sluice-test-duckdb-'))
const path = join(root, 'shop.duckdb')
const folder = join(root, 'lake')
const config = { connections: 4, threads: 2, memory_mb: 512, wait_ms: 5_000 }
let untouched = ''

beforeAll(async () => {
  const db = await DuckDBInstance.create(path)
  const run = await db.connect()
  await run.run(`
    CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, balance DECIMAL(10,2));
    CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users(id));
    CREATE VIEW names AS SELECT id, name FROM users;
    CREATE MACRO plus_one(x) AS x + 1, (x, y := 5) AS x + y;
    COMMENT ON TABLE users IS 'people';
    CREATE SEQUENCE counter;
    INSERT INTO users VALUES (1, 'Ada', 12.50), (2, '', NULL);`)
  await run.run('CHECKPOINT')
  makeFolder()
  await run.run(`COPY (SELECT range AS id, 'e' || range AS what FROM range(100)) TO '${folder}/events-2024-01.parquet'`)
  await run.run(`COPY (SELECT range AS id, 'e' || range AS what FROM range(100, 250)) TO '${folder}/events-2024-02.parquet'`)
  run.closeSync()
  db.closeSync()
  untouched = readFileSync(path).toString('base64')
})
afterAll(() => rmSync(root, { recursive: true }))

function makeFolder(): void {
  mkdirSync(join(folder, 'visits', 'year=2024'), { recursive: true })
  writeFileSync(join(folder, 'tickets.csv'), 'id,subject\n1,"broken, again"\n2,\n')
  writeFileSync(join(folder, 'log.ndjson'), '{"a":1,"b":{"c":[1,2]}}\n{"a":2,"b":null}\n')
  writeFileSync(join(folder, 'visits', 'year=2024', 'a.csv'), 'page\n/\n/about\n')
  writeFileSync(join(folder, 'broken.parquet'), 'this is no parquet')
  writeFileSync(join(folder, '.hidden.csv'), 'secret\n1\n')
  writeFileSync(join(root, 'outside.csv'), 'secret\n1\n')
  writeFileSync(join(folder, 'pattern*.csv'), 'secret\n1\n')
  symlinkSync(join(root, 'outside.csv'), join(folder, 'linked.csv'))
}

const engines = (): number[] => enginesOf('duckdb')

conforms({
  connector: duckdb,
  config: () => ({ ...config, path }),
  unreachable: () => ({ ...config, path: join(root, 'missing.duckdb') }),
  narrow: { config: { connections: 1, threads: 1, wait_ms: 100 }, holds: 1 },
  version: /^DuckDB 1\.\d+/,
  types: [
    { sql: 'SELECT true', json: true, type: 'bool', native: 'BOOLEAN' },
    { sql: 'SELECT 1::TINYINT', json: 1, type: 'int' },
    { sql: 'SELECT 9007199254740991', json: 9007199254740991, type: 'int', native: 'BIGINT' },
    { sql: 'SELECT 9007199254740993', json: '9007199254740993', type: 'int' },
    { sql: 'SELECT 18446744073709551615::UBIGINT', json: '18446744073709551615', type: 'int' },
    { sql: 'SELECT (-170141183460469231731687303715884105728)::HUGEINT', json: '-170141183460469231731687303715884105728', type: 'int' },
    { sql: 'SELECT 0.1::DOUBLE', json: 0.1, type: 'float' },
    { sql: 'SELECT 0.1::FLOAT', json: 0.1, type: 'float' },
    { sql: "SELECT 'nan'::DOUBLE", json: 'NaN', type: 'float' },
    { sql: "SELECT '-inf'::FLOAT", json: '-Infinity', type: 'float' },
    { sql: 'SELECT 12.50', json: '12.50', type: 'decimal', native: 'DECIMAL(4,2)' },
    { sql: 'SELECT -0.05::DECIMAL(38,10)', json: '-0.0500000000', type: 'decimal' },
    { sql: "SELECT DATE '2024-02-29'", json: '2024-02-29', type: 'date' },
    { sql: "SELECT DATE '0044-03-15 (BC)'", json: '0044-03-15 (BC)', type: 'date' },
    { sql: "SELECT 'infinity'::DATE", json: 'infinity', type: 'date' },
    { sql: "SELECT TIME '01:02:03.000004'", json: '01:02:03.000004', type: 'time' },
    { sql: "SELECT TIMETZ '01:02:03+05:30'", json: '01:02:03+05:30', type: 'time' },
    { sql: "SELECT TIMESTAMP '2024-01-02 03:04:05'", json: '2024-01-02 03:04:05', type: 'timestamp' },
    { sql: "SELECT TIMESTAMP '1969-12-31 23:59:59.999999'", json: '1969-12-31 23:59:59.999999', type: 'timestamp' },
    { sql: "SELECT TIMESTAMP '9522-05-17 09:44:36.358352'", json: '9522-05-17 09:44:36.358352', type: 'timestamp' },
    { sql: "SELECT TIMESTAMP '0521-04-25 05:30:51.191036'", json: '0521-04-25 05:30:51.191036', type: 'timestamp' },
    { sql: "SELECT '-infinity'::TIMESTAMP", json: '-infinity', type: 'timestamp' },
    { sql: "SELECT '2024-01-02 03:04:05.123456789'::TIMESTAMP_NS", json: '2024-01-02 03:04:05.123456789', type: 'timestamp' },
    { sql: "SELECT TIMESTAMPTZ '2024-01-02 03:04:05.5+02'", json: '2024-01-02 01:04:05.5+00', type: 'timestamptz' },
    { sql: "SELECT INTERVAL '1 year 2 days 3 seconds'", json: '1 year 2 days 00:00:03', type: 'interval' },
    { sql: "SELECT '00112233-4455-6677-8899-aabbccddeeff'::UUID", json: '00112233-4455-6677-8899-aabbccddeeff', type: 'uuid' },
    { sql: "SELECT '\\x00\\xFF\\x10'::BLOB", json: 'AP8Q', type: 'binary' },
    { sql: `SELECT '{"a": 1}'::JSON`, json: '{"a": 1}', type: 'json', native: 'JSON' },
    { sql: "SELECT 'a'::ENUM('a', 'b')", json: 'a', type: 'text' },
    { sql: "SELECT '0101'::BIT", json: '0101', type: 'other', native: 'BIT' },
    { sql: 'SELECT [1, NULL, 9007199254740993]', json: [1, null, '9007199254740993'], type: 'array' },
    { sql: 'SELECT [[1.5], []]::DECIMAL(3,1)[][]', json: [['1.5'], []], type: 'array' },
    { sql: 'SELECT [1, 2]::INTEGER[2]', json: [1, 2], type: 'array' },
    { sql: "SELECT {'a': 1, 'b\"': {'c': DATE '2024-01-01'}}", json: { a: 1, 'b"': { c: '2024-01-01' } }, type: 'struct' },
    { sql: "SELECT MAP {1: 'x', 2: NULL}", json: { 1: 'x', 2: null }, type: 'struct' },
    { sql: 'SELECT union_value(num := 5)', json: '5', type: 'other' },
    { sql: 'SELECT NULL', json: null, type: 'int' },
  ],
  series: (count) => `SELECT i AS n, printf('%0100d', i) AS t FROM range(1, ${count} + 1) AS r(i)`,
  endless: 'SELECT sum(sqrt(i)) FROM range(1000000000000) AS r(i)',
  running: async () => (await computing(engines())).length,
  errors: [
    { sql: 'SELECT * FROM missing', code: 'table_unknown' },
    { sql: 'SELECT missing FROM users', code: 'column_unknown' },
    { sql: 'SELECT missing(1)', code: 'function_unknown' },
    { sql: 'SELECT FROM WHERE', code: 'sql_syntax' },
    { sql: "SELECT 'open", code: 'sql_syntax' },
    { sql: 'SELECT name::INTEGER FROM users WHERE id = 1', code: 'value_invalid' },
    { sql: 'SELECT 127::TINYINT + 1::TINYINT', code: 'value_invalid' },
    { sql: 'SELECT 1; SELECT 2', code: 'value_invalid' },
    { sql: 'SELECT ?', code: 'parameter_count', params: [1, 2] },
  ],
  writes: [
    "INSERT INTO users VALUES (3, 'x', 0)",
    'DELETE FROM users',
    'CREATE TABLE written (a INTEGER)',
    'CREATE TEMP TABLE written (a INTEGER)',
    'DROP TABLE users',
    "SELECT nextval('counter')",
    `ATTACH '${join(root, 'other.duckdb')}' AS other`,
    "ATTACH ':memory:' AS other",
    `COPY users TO '${join(root, 'out.csv')}'`,
    `EXPLAIN ANALYZE COPY users TO '${join(root, 'out.csv')}'`,
    `EXPORT DATABASE '${join(root, 'export')}'`,
    'SET threads = 1',
    'SET VARIABLE a = 1',
    'INSTALL httpfs',
    'LOAD httpfs',
    'PRAGMA enable_profiling',
    'CHECKPOINT',
    'CALL pragma_version()',
    'PREPARE p AS SELECT 1',
    'BEGIN',
  ],
  unwritten: async () => expect(readFileSync(path).toString('base64')).toBe(untouched),
  params: [
    { sql: 'SELECT ?, typeof(?)', values: [1, 1], json: [1, 'INTEGER'] },
    { sql: 'SELECT $2, $1', values: [1.5, 'a'], json: ['a', 1.5] },
    { sql: 'SELECT ?, typeof(?)', values: [9223372036854775807n, 9223372036854775808n], json: ['9223372036854775807', 'HUGEINT'] },
    { sql: 'SELECT ?, ?', values: ['', null], json: ['', null] },
    { sql: 'SELECT ?, ?', values: [true, false], json: [true, false] },
    { sql: 'SELECT ?', values: [new Uint8Array([0, 255])], json: ['AP8='] },
    { sql: "SELECT ? || '!'", values: ["é😀'; DROP TABLE users"], json: ["é😀'; DROP TABLE users!"] },
  ],
  described: (schema) => {
    expect(schema.searchPath).toEqual(['main'])
    const table = (name: string) => schema.tables.find((one) => one.name === name)!
    expect(table('users')).toMatchObject({ schema: 'main', kind: 'table', rowsEstimate: 2, primaryKey: ['id'], comment: 'people' })
    expect(table('users').columns[2]).toEqual({ name: 'balance', type: 'decimal', nativeType: 'DECIMAL(10,2)', nullable: true })
    expect(table('orders').foreignKeys).toEqual([{ columns: ['user_id'], table: 'main.users', references: ['id'] }])
    expect(table('names')).toMatchObject({ kind: 'view', definition: 'SELECT id, "name" FROM users' })
    expect(table('duckdb_tables').system).toBe(true)
    const macros = schema.functions.filter(({ name }) => name === 'plus_one')
    expect(macros.map(({ kind, builtin, body, args }) => [kind, builtin, body, args])).toEqual([
      ['macro', false, '(x + 1)', [0, 1]],
      ['macro', false, '(x + y)', [0, 2]],
    ])
    expect(schema.functions.find(({ name }) => name === 'upper')).toMatchObject({ builtin: true, volatility: 'immutable' })
  },
  restart: async () => {
    for (const pid of engines()) process.kill(pid, 'SIGKILL')
  },
})

describe('a query that takes too much memory', () => {
  it('is ended although DuckDB does not count it, and others go on with a new process', async () => {
    const own = await duckdb.open('own', { ...config, memory_mb: 64, path })
    const before = (await ask(own, 'SELECT 1')).values
    const error = await fails(ask(own, "SELECT repeat('a', 50000000) FROM range(1000)"), 'result_too_large')
    expect(error.message).toContain('memory')
    expect((await ask(own, 'SELECT 1')).values).toEqual(before)
    await own.close()
  })
})

describe('a folder of files', () => {
  let connection: Connection
  beforeAll(async () => {
    connection = await duckdb.open('lake', { ...config, folder })
  })
  afterAll(() => connection.close())

  it('shows files as tables: alone, in series, in folders', async () => {
    const { tables } = await connection.describe(AbortSignal.timeout(30_000))
    const own = tables.filter(({ system }) => !system)
    expect(own.map(({ name, kind }) => [name, kind])).toEqual([
      ['events', 'table'],
      ['log', 'table'],
      ['tickets', 'table'],
      ['visits', 'table'],
    ])
    expect(own.map(({ rowsEstimate }) => rowsEstimate)).toEqual([250, undefined, undefined, undefined])
    expect(JSON.stringify(own)).not.toContain(root)
  })
  it('reads each kind of file', async () => {
    expect((await ask(connection, 'SELECT count(*), max(id) FROM events')).values).toEqual([[250, 249]])
    expect((await ask(connection, 'SELECT * FROM tickets ORDER BY id')).values).toEqual([
      [1, 'broken, again'],
      [2, null],
    ])
    expect((await ask(connection, 'SELECT b FROM log ORDER BY a')).values).toEqual([[{ c: [1, 2] }], [null]])
    expect((await ask(connection, 'SELECT year, count(*) FROM visits GROUP BY ALL')).values).toEqual([[2024, 2]])
  })
  it('tells which files are broken', async () => {
    const advice = await connection.advise(AbortSignal.timeout(10_000))
    expect(advice.filter(({ level }) => level === 'warning').map(({ text }) => text)).toEqual([expect.stringContaining('broken')])
  })
  it('sees new files when the schema is read again, and its version changes', async () => {
    const before = await connection.describe(AbortSignal.timeout(30_000))
    writeFileSync(join(folder, 'late.csv'), 'a\n7\n')
    await fails(ask(connection, 'SELECT a FROM late'), 'table_unknown')
    const running = ask(connection, 'SELECT count(*) FROM range(50000000)')
    const after = await connection.describe(AbortSignal.timeout(30_000))
    expect(after.version).not.toBe(before.version)
    expect((await running).values).toEqual([[50_000_000]])
    expect((await ask(connection, 'SELECT a FROM late')).values).toEqual([[7]])
    rmSync(join(folder, 'late.csv'))
  })
  it.each([
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/proc/self/environ')",
    `SELECT * FROM '${root}/outside.csv'`,
    `SELECT * FROM read_csv('${folder}/../outside.csv')`,
    `SELECT * FROM read_csv('${folder}/linked.csv')`,
    `SELECT * FROM read_csv('${folder}/.hidden.csv')`,
    `SELECT * FROM read_csv('${folder}/*.csv')`,
    `SELECT * FROM glob('${folder}/*')`,
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM 'http://127.0.0.1:9/a.csv'",
    "SELECT * FROM read_parquet('s3://bucket/a.parquet')",
    `COPY (SELECT 1) TO '${root}/out.csv'`,
    `COPY (SELECT 1) TO '${folder}/tickets.csv' (USE_TMP_FILE false)`,
    `ATTACH '${path}' AS other`,
    "ATTACH ':memory:' AS other",
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET enable_external_access = true',
    'SET lock_configuration = false',
    'RESET allowed_paths',
    "SET allowed_directories = ['/']",
    'CREATE OR REPLACE VIEW tickets AS SELECT 1',
    'DROP VIEW tickets',
  ])('has no way out: %s', async (sql) => {
    const before = readFileSync(join(folder, 'tickets.csv'), 'utf8')
    const error = (await rejection(ask(connection, sql))) as Error
    expect(error.name).toBe('SluiceError')
    expect(error.message).not.toContain(root)
    expect(error.message).not.toContain('/etc')
    expect(readFileSync(join(folder, 'tickets.csv'), 'utf8')).toBe(before)
    expect((await ask(connection, 'SELECT count(*) FROM tickets')).values).toEqual([[2]])
  })
  it('keeps values out of messages', async () => {
    const error = await fails(ask(connection, 'SELECT subject::INTEGER FROM tickets'), 'value_invalid')
    expect(error.message).not.toContain('broken')
    const quoted = await fails(ask(connection, `SELECT CAST('a''hidden' || '''b' AS INTEGER)`), 'value_invalid')
    expect(quoted.message).not.toContain('hidden')
    expect((await fails(ask(connection, 'SELECT error(subject) FROM tickets'), 'value_invalid')).message).toBe(
      'DuckDB: Invalid Input Error.',
    )
    expect((await fails(ask(connection, '(SELECT (max(id) + 128)::TINYINT FROM tickets)'), 'value_invalid')).message).not.toContain('130')
  })
  it('does not suggest tables that the caller may not see', async () => {
    expect((await fails(ask(connection, 'SELECT * FROM ticket'), 'table_unknown')).message).not.toContain('tickets')
    expect((await fails(ask(connection, 'SELECT subjec FROM tickets'), 'column_unknown')).message).not.toContain('subject"')
  })
})

describe('tables of a folder', () => {
  const names = (...files: string[]) =>
    tablesOf(
      '/d',
      files.map((file) => `/d/${file}`),
    ).map(({ name, files: own }) => `${name}:${own.length}`)
  it('names a lone file for itself and a series for its stem', () => {
    expect(names('orders_2024.csv')).toEqual(['orders_2024:1'])
    expect(names('orders_2023.csv', 'orders_2024.csv')).toEqual(['orders:2'])
    expect(names('e.part1.parquet', 'e.part2.parquet', 'e.csv.gz')).toEqual(['e:2', 'e_csv:1'])
    expect(names('a/x.csv', 'a/y.csv', 'b.json')).toEqual(['a:2', 'b:1'])
    expect(names('a/x.csv', 'a/y.parquet', 'a.json')).toEqual(['a:1', 'a_parquet:1', 'a_json:1'])
  })
})

describe('the reader of DuckDB', () => {
  it('serialises, prints and tells errors with their place', async () => {
    const parser = await duckdbParser()
    const tree = await parser.serialize('SELECT a FROM t')
    expect(JSON.parse(tree)).toMatchObject({ error: false })
    expect(await parser.deserialize(tree)).toBe('SELECT a FROM t')
    expect(JSON.parse(await parser.serialize('SELEC 1'))).toMatchObject({ error: true, position: '0' })
    expect(await parser.kinds('SELECT 1; SET threads = 1')).toEqual(['SELECT', 'SET'])
    await fails(parser.kinds('SELEC 1'), 'sql_syntax')
  })
  it('reads many at once, each its own', async () => {
    const parser = await duckdbParser()
    const texts = Array.from({ length: 50 }, (_, i) => `SELECT ${i}`)
    const trees = await Promise.all(texts.map((text) => parser.serialize(text)))
    expect(await Promise.all(trees.map((tree) => parser.deserialize(tree)))).toEqual(texts)
  })
  it('comes back when its process was killed', async () => {
    const parser = await duckdbParser()
    await parser.serialize('SELECT 1')
    for (const pid of engines()) process.kill(pid, 'SIGKILL')
    expect(JSON.parse(await parser.serialize('SELECT 2'))).toMatchObject({ error: false })
  })
})
