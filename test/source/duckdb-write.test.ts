import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect } from 'vitest'
import duckdb from '../../src/source/duckdb.ts'
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
