import { createConnection, type Connection as Driver } from 'mysql2/promise'
import { afterAll, beforeAll } from 'vitest'
import mysql from '../../src/source/mysql.ts'
import { type Server, startMariadb } from '../servers/servers.ts'
import { conforms } from './conformance.ts'

let server: Server
let admin: Driver

beforeAll(async () => {
  server = await startMariadb()
  await connectAdmin()
  const statements = [
    `CREATE TABLE people (id int PRIMARY KEY, name varchar(100) NOT NULL COMMENT 'as spoken', doc JSON, feels enum('glad', 'sad')) COMMENT 'who is here'`,
    'CREATE TABLE pets (id int PRIMARY KEY, owner int, FOREIGN KEY (owner) REFERENCES people (id))',
    'CREATE VIEW owners AS SELECT p.id, p.name FROM people p JOIN pets t ON t.owner = p.id',
    `CREATE FUNCTION add_one (a int) RETURNS int DETERMINISTIC SQL SECURITY INVOKER RETURN a + 1`,
    'CREATE SEQUENCE numbers',
    `CREATE TABLE kinds (ti tinyint, tiu tinyint unsigned, si smallint, mi mediumint, i int, iu int unsigned, bi bigint, biu bigint unsigned, z int(6) zerofill,
      d decimal(30,10), f float, g double, bt bit(10), dt date, dm datetime, dm6 datetime(6), ts timestamp NULL, tm time, tm3 time(3), y year,
      c char(5), v varchar(50), t text, bn binary(3), vb varbinary(10), bl blob, j json, en enum('x','y'), st set('p','q'), u uuid, ip inet6, gm point)`,
    `INSERT INTO kinds VALUES (-128, 255, -32768, 8388607, -2147483648, 4294967295, -9223372036854775808, 18446744073709551615, 42,
      12345678901234567890.0123456789, 0.1, 0.1, b'1000000001', '2024-02-29', '2024-02-29 01:02:03', '2024-02-29 01:02:03.000004', '2024-02-29 01:02:03',
      '-838:59:59', '01:02:03.004', 2024, 'ab', 'é漢😀', 'line\\n"q"', x'00ff10', x'', x'c3a9', '{"a": 1.0}', 'y', 'p,q',
      '123e4567-e89b-12d3-a456-426614174000', '::1', POINT(1, 2))`,
    `SET SESSION sql_mode = ''`,
    `CREATE TABLE zeros (dt date, dm datetime, dm3 datetime(3), tm time, y year)`,
    `INSERT INTO zeros VALUES ('0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00', '00:00:00', 0)`,
    `CREATE USER 'reader'@'%' IDENTIFIED BY 'reading'`,
    `GRANT SELECT ON sluice.people TO 'reader'@'%'`,
  ]
  for (const sql of statements) await admin.query(sql)
})

afterAll(async () => {
  await admin.end()
  await server.stop()
})

async function connectAdmin(): Promise<void> {
  admin = await createConnection(server.url)
  admin.on('error', () => {})
}

const running = async (): Promise<number> => {
  const [rows] = await admin.query(`SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(60)%'`)
  return Number((rows as { n: number }[])[0]!.n)
}

/** The values of the table `kinds`, once for the text protocol and once (with a parameter) for the binary one. */
const kept: readonly (readonly [column: string, json: unknown, type: string, native: string])[] = [
  ['ti', -128, 'int', 'TINYINT'],
  ['tiu', 255, 'int', 'TINYINT UNSIGNED'],
  ['si', -32768, 'int', 'SMALLINT'],
  ['mi', 8388607, 'int', 'MEDIUMINT'],
  ['i', -2147483648, 'int', 'INT'],
  ['iu', 4294967295, 'int', 'INT UNSIGNED'],
  ['bi', '-9223372036854775808', 'int', 'BIGINT'],
  ['biu', '18446744073709551615', 'int', 'BIGINT UNSIGNED'],
  ['z', 42, 'int', 'INT UNSIGNED'],
  ['d', '12345678901234567890.0123456789', 'decimal', 'DECIMAL'],
  ['f', 0.1, 'float', 'FLOAT'],
  ['g', 0.1, 'float', 'DOUBLE'],
  ['bt', 513, 'int', 'BIT'],
  ['dt', '2024-02-29', 'date', 'DATE'],
  ['dm', '2024-02-29 01:02:03', 'timestamp', 'DATETIME'],
  ['dm6', '2024-02-29 01:02:03.000004', 'timestamp', 'DATETIME'],
  ['ts', '2024-02-29 01:02:03', 'timestamp', 'TIMESTAMP'],
  ['tm', '-838:59:59', 'time', 'TIME'],
  ['tm3', '01:02:03.004', 'time', 'TIME'],
  ['y', 2024, 'int', 'YEAR'],
  ['c', 'ab', 'text', 'CHAR'],
  ['v', 'é漢😀', 'text', 'VARCHAR'],
  ['t', 'line\n"q"', 'text', 'TEXT'],
  ['bn', 'AP8Q', 'binary', 'BINARY'],
  ['vb', '', 'binary', 'VARBINARY'],
  ['bl', 'w6k=', 'binary', 'BLOB'],
  ['j', '{"a": 1.0}', 'json', 'JSON'],
  ['en', 'y', 'text', 'ENUM'],
  ['st', 'p,q', 'text', 'SET'],
  ['u', '123e4567-e89b-12d3-a456-426614174000', 'uuid', 'UUID'],
  ['ip', '::1', 'other', 'INET6'],
  ['gm', expectBase64(25), 'binary', 'GEOMETRY'],
]
const zeros: readonly (readonly [string, unknown, string])[] = [
  ['dt', '0000-00-00', 'date'],
  ['dm', '0000-00-00 00:00:00', 'timestamp'],
  ['dm3', '0000-00-00 00:00:00.000', 'timestamp'],
  ['tm', '00:00:00', 'time'],
  ['y', 0, 'int'],
]

function expectBase64(bytes: number): unknown {
  return { asymmetricMatch: (text: string) => Buffer.from(text, 'base64').length === bytes }
}

conforms({
  connector: mysql,
  config: () => ({ url: server.url }),
  unreachable: () => ({ host: '127.0.0.1', port: 1, user: 'root', password: 'do-not-tell', connect_timeout_ms: 2_000 }),
  narrow: { config: { pool_max: 2, queue_max: 1, queue_wait_ms: 100 }, holds: 2 },
  version: /^MariaDB \d+\.\d+/,
  types: [
    ...kept.map(([column, json, type, native]) => ({ sql: `SELECT ${column} FROM kinds`, json, type: type as 'int', native })),
    ...zeros.map(([column, json, type]) => ({ sql: `SELECT ${column} FROM zeros`, json, type: type as 'int' })),
    { sql: 'SELECT 9007199254740991', json: 9007199254740991, type: 'int' },
    { sql: 'SELECT 9007199254740992', json: '9007199254740992', type: 'int' },
    { sql: 'SELECT -9007199254740993', json: '-9007199254740993', type: 'int' },
    { sql: 'SELECT 1e300', json: 1e300, type: 'float' },
    { sql: 'SELECT 1.50', json: '1.50', type: 'decimal' },
    { sql: 'SELECT TRUE', json: 1, type: 'int' },
    { sql: 'SELECT NULL', json: null, type: 'text' },
    { sql: `SELECT ''`, json: '', type: 'text' },
  ],
  series: (count) => `SELECT seq AS n, RPAD(CONCAT('row ', seq), 100, '.') AS t FROM seq_1_to_${count}`,
  endless: 'SELECT SLEEP(60)',
  running,
  errors: [
    { sql: 'SELECT * FROM nowhere', code: 'table_unknown' },
    { sql: 'SELECT * FROM nowhere.people', code: 'table_unknown' },
    { sql: 'SELECT nothing FROM people', code: 'column_unknown' },
    { sql: 'SELECT no_such_function(1)', code: 'function_unknown' },
    { sql: 'SELECT FROM WHERE', code: 'sql_syntax' },
    { sql: 'SELECT (SELECT 1 UNION SELECT 2)', code: 'value_invalid' },
    { sql: 'SELECT 9223372036854775807 + 1', code: 'value_invalid' },
    { sql: 'SELECT 1; SELECT 2', code: 'sql_syntax' },
  ],
  writes: [
    `INSERT INTO people VALUES (1, 'a', NULL, NULL)`,
    'CREATE TABLE written (a int)',
    'CREATE TEMPORARY TABLE written (a int)',
    'DROP TABLE pets',
    'SELECT NEXTVAL(numbers)',
    'DELETE FROM kinds',
    `LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE people`,
  ],
  unwritten: async () => {
    const [rows] = await admin.query(
      `SELECT (SELECT COUNT(*) FROM people) AS people, (SELECT COUNT(*) FROM kinds) AS kinds,
        (SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'sluice' AND TABLE_NAME IN ('written', 'pets')) AS tables`,
    )
    const [row] = rows as { people: number; kinds: number; tables: number }[]
    if (row!.people !== 0 || row!.kinds !== 1 || row!.tables !== 1) throw new Error('something was written')
  },
  params: [
    { sql: 'SELECT ?, ?, ?, ?', values: [9007199254740993n, 'é\u0001"', true, null], json: ['9007199254740993', 'é\u0001"', 1, null] },
    { sql: 'SELECT ?, ?, ?, ?', values: [18446744073709551615n, -1n, 1.5, -7], json: ['18446744073709551615', -1, 1.5, -7] },
    { sql: 'SELECT ?, CAST(? AS DECIMAL(10,2))', values: [new Uint8Array([0, 255, 39]), '0.10'], json: ['AP8n', '0.10'] },
    { sql: 'SELECT CHAR_LENGTH(?)', values: ['x'.repeat(1_000_000)], json: [1_000_000] },
    { sql: 'SELECT CHAR_LENGTH(?)', values: ['x'.repeat(17_000_000)], json: [17_000_000] },
    { sql: 'SELECT ?', values: [''], json: [''] },
    { sql: `SELECT ${kept.map(([column]) => column).join()} FROM kinds WHERE i < ?`, values: [0], json: kept.map(([, json]) => json) },
    { sql: `SELECT * FROM zeros WHERE y < ?`, values: [1], json: zeros.map(([, json]) => json) },
    { sql: 'SELECT ?, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 9', values: [1], json: [1, null, null, null, null, null, null, null, 9] },
  ],
  described: () => {},
  restart: async () => {
    await server.halt()
    await server.start()
    await connectAdmin()
  },
})
