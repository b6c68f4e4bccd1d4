import { createConnection, type Connection as Driver } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import mysql from '../../src/source/mysql.ts'
import { type Server, startMariadb } from '../servers/servers.ts'
import { ask, conforms, fails } from './conformance.ts'
import { survives } from './served.ts'

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
  described: (schema) => {
    const table = (name: string) => schema.tables.find((one) => one.schema === 'sluice' && one.name === name)!
    expect(schema.searchPath).toEqual(['sluice'])
    expect(table('people')).toEqual({
      schema: 'sluice',
      name: 'people',
      kind: 'table',
      comment: 'who is here',
      rowsEstimate: 0,
      primaryKey: ['id'],
      columns: [
        { name: 'id', type: 'int', nativeType: 'int(11)', nullable: false },
        { name: 'name', type: 'text', nativeType: 'varchar(100)', nullable: false, comment: 'as spoken' },
        { name: 'doc', type: 'json', nativeType: 'longtext', nullable: true },
        { name: 'feels', type: 'text', nativeType: `enum('glad','sad')`, nullable: true },
      ],
    })
    expect(table('pets').foreignKeys).toEqual([{ columns: ['owner'], table: 'sluice.people', references: ['id'] }])
    expect(table('owners')).toMatchObject({ kind: 'view', definition: expect.stringMatching(/^select/) })
    expect(table('numbers').kind).toBe('sequence')
    expect(schema.tables.find((one) => one.schema === 'information_schema' && one.name === 'TABLES')).toMatchObject({ system: true })
    expect(schema.functions.find(({ name }) => name === 'add_one')).toEqual({
      schema: 'sluice',
      name: 'add_one',
      kind: 'function',
      volatility: 'unknown',
      builtin: false,
      args: [1, 1],
      language: 'sql',
      body: 'RETURN a + 1',
    })
    // What a query answers and what the catalog says of a column agree.
    for (const [column, , type] of kept)
      expect([column, table('kinds').columns.find(({ name }) => name === column)!.type]).toEqual([column, type])
  },
  restart: async () => {
    await server.halt()
    await server.start()
    await connectAdmin()
  },
})

const sessions = `SELECT ID FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND USER = 'admin'`

survives({
  connector: mysql,
  url: () => server.url,
  kick: async () => {
    const [rows] = await admin.query(sessions)
    for (const { ID } of rows as { ID: number }[]) await admin.query(`KILL ${ID}`).catch(() => {})
  },
  sessions: async () => ((await admin.query(sessions))[0] as unknown[]).length,
  wide: (count) =>
    `SELECT seq, seq * 1000, CONCAT('customer ', seq), seq * 1.25, NOW(), seq % 2 = 0, seq / 3.0e0, 'open' FROM seq_1_to_${count}`,
  long: (bytes) => `SELECT REPEAT('x', ${bytes})`,
  endless: 'SELECT SLEEP(60)',
  running,
  startWithTls: (tls) => startMariadb({ tls }),
  encrypted: `SHOW SESSION STATUS LIKE 'Ssl_cipher'`,
})

describe('mysql', () => {
  const alone = { pool_max: 1 }
  const open = (more: Readonly<Record<string, unknown>> = {}) => mysql.open('tested', { url: server.url, ...alone, ...more })

  it('keeps prepared statements that come again, and only those', async () => {
    const own = await open()
    const prepared = async () => {
      const [rows] = await admin.query(`SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'`)
      return Number((rows as { Value: string }[])[0]!.Value)
    }
    await ask(own, 'SELECT 1')
    const before = await prepared()
    for (let i = 0; i < 300; i++) expect((await ask(own, `SELECT ? + ${i >> 1}`, { params: [i] })).values).toEqual([[i + (i >> 1)]])
    expect(await prepared()).toBeLessThanOrEqual(before + 102)
    expect(await prepared()).toBeGreaterThan(before + 80)
    for (let i = 0; i < 200; i++) await ask(own, `SELECT ? - ${i}`, { params: [i] })
    expect(await prepared()).toBeLessThanOrEqual(before + 102)
    await own.close()
  })
  it('a table that has changed is answered as it is now', async () => {
    await admin.query('CREATE TABLE changing (a int)')
    await admin.query('INSERT INTO changing VALUES (1)')
    const own = await open()
    const both = async () => [
      (await ask(own, 'SELECT * FROM changing')).values,
      (await ask(own, 'SELECT * FROM changing WHERE ? = 1', { params: [1] })).values,
    ]
    for (let i = 0; i < 3; i++) expect(await both()).toEqual([[[1]], [[1]]])
    await admin.query(`ALTER TABLE changing ADD COLUMN b varchar(10) DEFAULT 'new'`)
    expect(await both()).toEqual([[[1, 'new']], [[1, 'new']]])
    await admin.query('ALTER TABLE changing MODIFY COLUMN a varchar(10)')
    expect(await both()).toEqual([[['1', 'new']], [['1', 'new']]])
    await own.close()
  })
  it('wrong numbers of parameters', async () => {
    const own = await open()
    for (const params of [[1], [1, 2, 3]]) await fails(ask(own, 'SELECT ?, ?', { params }), 'parameter_count')
    for (const params of [[1], [1, 2, 3]]) await fails(ask(own, 'SELECT ?, ?', { params }), 'parameter_count')
    await fails(ask(own, 'SELECT ?', { params: [Number.NaN] }), 'parameter_invalid')
    expect((await ask(own, 'SELECT ?, ?', { params: [1, 2] })).values).toEqual([[1, 2]])
    await own.close()
  })
  it('a cell of 20 MB arrives whole in the binary protocol too', async () => {
    const own = await open()
    const { values } = await ask(own, `SELECT ?, REPEAT('x', 20000000), x'ff' UNION ALL SELECT 2, REPEAT('y', 16777205), x'00'`, {
      params: [1],
    })
    expect(values.map(([n, t, b]) => [n, (t as string).length, new Set(t as string).size, b])).toEqual([
      [1, 20_000_000, 1, '/w=='],
      [2, 16_777_205, 1, 'AA=='],
    ])
    for (const length of [16_777_210, 16_777_211, 16_777_212, 16_777_213, 16_777_214, 16_777_215, 33_554_426, 33_554_430]) {
      expect((await ask(own, `SELECT REPEAT('x', ${length})`)).values[0]![0]).toHaveLength(length)
    }
    await own.close()
  })
  it('a server with modes that change how SQL is read gets none of them, and keeps the others', async () => {
    const [[before]] = (await admin.query('SELECT @@GLOBAL.sql_mode AS modes')) as unknown as [[{ modes: string }]]
    await admin.query(
      `SET GLOBAL sql_mode = 'ANSI,ORACLE,ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE,HIGH_NOT_PRECEDENCE,STRICT_ALL_TABLES'`,
    )
    const own = await open()
    const { values } = await ask(own, `SELECT @@sql_mode, "text", 'a\\'b', 1 || 0, @@autocommit, @@tx_read_only`)
    await admin.query('SET GLOBAL sql_mode = ?', [before.modes])
    expect(String(values[0]![0]).split(',')).toContain('STRICT_ALL_TABLES')
    expect(String(values[0]![0])).not.toMatch(/ANSI|ORACLE|QUOTES|BACKSLASH|PIPES|IGNORE_SPACE|HIGH_NOT/)
    expect(values[0]!.slice(1)).toEqual(['text', `a'b`, 1, 1, 1])
    await own.close()
  })
  it('the server itself keeps statement_timeout_ms', async () => {
    const own = await open({ statement_timeout_ms: 200 })
    const error = await fails(ask(own, 'SELECT COUNT(*) FROM seq_1_to_100000000 a, seq_1_to_100000 b'), 'query_timeout')
    expect(error.cause).toMatchObject({ errno: 1969 })
    await own.close()
  })
  it('cancels although the connection that does it was ended', async () => {
    const own = await open()
    for (let round = 0; round < 2; round++) {
      await fails(ask(own, 'SELECT SLEEP(60)', { timeoutMs: 100 }), 'query_timeout')
      const [rows] = await admin.query(`SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'admin' AND ID <> CONNECTION_ID()`)
      for (const { ID } of rows as { ID: number }[]) await admin.query(`KILL ${ID}`)
    }
    expect(await running()).toBe(0)
    await own.close()
  })
  it('tells no value of a row or a parameter in an error', async () => {
    const own = await open()
    const error = await fails(ask(own, `SELECT ? + (SELECT 'a' UNION SELECT 'hidden-42')`, { params: ['hidden-42'] }), 'value_invalid')
    expect(error.message).not.toContain('hidden-42')
    const quoted = await fails(ask(own, `SELECT 9223372036854775807 + length('a''hidden-42''b')`), 'value_invalid')
    expect(quoted.message).not.toContain('hidden-42')
    await fails(ask(own, `SELECT 'x' REGEXP 'hidden-42('`), 'value_invalid')
    const syntax = await fails(ask(own, `SELECT 1 FROM FROM people WHERE secret = 'hidden-42'`), 'sql_syntax')
    expect(syntax.message).not.toContain('hidden-42')
    expect((syntax.cause as Error).message).toContain('hidden-42')
    await own.close()
  })
  it('advises a mighty user to step down and a reader nothing', async () => {
    const strong = await open()
    const warnings = (await strong.advise(AbortSignal.timeout(10_000))).filter(({ level }) => level === 'warning')
    expect(warnings[0]).toMatchObject({ text: expect.stringContaining('everything'), mend: expect.stringContaining('CREATE USER') })
    for (const statement of warnings[0]!.mend!.replace('…', 'a password').split('\n')) await admin.query(statement)
    await strong.close()
    const weak = await open({ user: 'sluice', password: 'a password' })
    expect((await weak.advise(AbortSignal.timeout(10_000))).filter(({ level }) => level === 'warning')).toEqual([])
    expect((await ask(weak, 'SELECT * FROM people')).rows).toBe(0)
    await weak.close()
  })
  it('a reader sees what it may read', async () => {
    const own = await open({ user: 'reader', password: 'reading' })
    const names = (await own.describe(AbortSignal.timeout(10_000))).tables.filter(({ system }) => !system).map(({ name }) => name)
    expect(names).toEqual(['people'])
    await fails(ask(own, 'SELECT * FROM pets'), 'source_denied')
    await own.close()
  })
})
