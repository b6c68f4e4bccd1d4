import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import postgres from '../../src/source/postgres.ts'
import { type Server, startPostgres } from '../servers/servers.ts'
import { ask, conforms, fails } from './conformance.ts'
import { survives } from './served.ts'

let server: Server
let admin: Client

beforeAll(async () => {
  server = await startPostgres()
  await connectAdmin()
  await admin.query(`
    CREATE TYPE mood AS ENUM ('glad', 'sad');
    CREATE DOMAIN positive AS int4 CHECK (VALUE > 0);
    CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, feels mood, tags text[]);
    COMMENT ON TABLE people IS 'who is here';
    COMMENT ON COLUMN people.name IS 'as spoken';
    CREATE TABLE pets (id int PRIMARY KEY, owner int REFERENCES people (id));
    CREATE VIEW owners AS SELECT p.id, p.name FROM people p JOIN pets t ON t.owner = p.id;
    CREATE FUNCTION add_one(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
    CREATE FUNCTION runs_as_owner() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
    CREATE AGGREGATE add_up (int) (sfunc = int4pl, stype = int);
    CREATE OPERATOR === (leftarg = int, rightarg = int, function = int4eq);
    CREATE TABLE events (at date) PARTITION BY RANGE (at);
    CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE ROLE reader LOGIN PASSWORD 'reading';
    GRANT SELECT ON people TO reader`)
})

afterAll(async () => {
  await admin.end()
  await server.stop()
})

async function connectAdmin(): Promise<void> {
  admin = new Client(server.url)
  admin.on('error', () => {})
  await admin.connect()
}

const running = async (): Promise<number> => {
  const { rows } = await admin.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()`,
  )
  return rows[0].n
}

conforms({
  connector: postgres,
  config: () => ({ url: server.url }),
  unreachable: () => ({ host: '127.0.0.1', port: 1, user: 'postgres', password: 'do-not-tell', connect_timeout_ms: 2_000 }),
  narrow: { config: { pool_max: 2, queue_max: 1, queue_wait_ms: 100 }, holds: 2 },
  version: /^PostgreSQL \d+\.\d+/,
  types: [
    { sql: 'SELECT 1::int2', json: 1, type: 'int', native: 'int2' },
    { sql: 'SELECT (-2147483648)::int4', json: -2147483648, type: 'int', native: 'int4' },
    { sql: 'SELECT 9007199254740991::int8', json: 9007199254740991, type: 'int', native: 'int8' },
    { sql: 'SELECT 9007199254740992::int8', json: '9007199254740992', type: 'int' },
    { sql: 'SELECT (-9007199254740991)::int8', json: -9007199254740991, type: 'int' },
    { sql: 'SELECT (-9007199254740993)::int8', json: '-9007199254740993', type: 'int' },
    { sql: 'SELECT 9223372036854775807::int8', json: '9223372036854775807', type: 'int' },
    { sql: 'SELECT 4294967295::oid', json: 4294967295, type: 'int' },
    {
      sql: 'SELECT 12345678901234567890.123456789012345678901234567890::numeric',
      json: '12345678901234567890.123456789012345678901234567890',
      type: 'decimal',
      native: 'numeric',
    },
    { sql: `SELECT 'NaN'::numeric`, json: 'NaN', type: 'decimal' },
    { sql: 'SELECT 1.50::numeric(10,2)', json: '1.50', type: 'decimal' },
    { sql: 'SELECT 0.1::float8', json: 0.1, type: 'float', native: 'float8' },
    { sql: 'SELECT 1e300::float8', json: 1e300, type: 'float' },
    { sql: 'SELECT 1e-7::float4', json: 1e-7, type: 'float' },
    { sql: `SELECT 'NaN'::float8`, json: 'NaN', type: 'float' },
    { sql: `SELECT '-Infinity'::float4`, json: '-Infinity', type: 'float' },
    { sql: 'SELECT true', json: true, type: 'bool' },
    { sql: 'SELECT false', json: false, type: 'bool' },
    { sql: `SELECT ''::text`, json: '', type: 'text' },
    { sql: `SELECT 'a'::char(3)`, json: 'a  ', type: 'text' },
    { sql: `SELECT '2024-02-29'::date`, json: '2024-02-29', type: 'date' },
    { sql: `SELECT '0044-03-15 BC'::date`, json: '0044-03-15 BC', type: 'date' },
    { sql: `SELECT 'infinity'::timestamp`, json: 'infinity', type: 'timestamp' },
    { sql: `SELECT '12:34:56.789012'::time`, json: '12:34:56.789012', type: 'time' },
    { sql: `SELECT '12:34:56+05:30'::timetz`, json: '12:34:56+05:30', type: 'time' },
    { sql: `SELECT '2024-02-29 12:34:56.789012'::timestamp`, json: '2024-02-29 12:34:56.789012', type: 'timestamp' },
    { sql: `SELECT '2024-02-29 12:34:56.789012+00'::timestamptz`, json: expectInstant('2024-02-29T12:34:56.789Z'), type: 'timestamptz' },
    { sql: `SELECT '1 year 2 mons 3 days 04:05:06'::interval`, json: '1 year 2 mons 3 days 04:05:06', type: 'interval' },
    { sql: `SELECT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid`, json: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', type: 'uuid' },
    { sql: `SELECT '\\x00ff10'::bytea`, json: 'AP8Q', type: 'binary' },
    { sql: `SELECT ''::bytea`, json: '', type: 'binary' },
    { sql: `SELECT '{"a": [1, "x"]}'::json`, json: '{"a": [1, "x"]}', type: 'json' },
    { sql: `SELECT '{"b":2,"a":9007199254740993}'::jsonb`, json: '{"a": 9007199254740993, "b": 2}', type: 'json' },
    { sql: `SELECT ARRAY[1, NULL, 3]`, json: [1, null, 3], type: 'array', native: 'int4[]' },
    {
      sql: `SELECT ARRAY[[1, 2], [3, 4]]`,
      json: [
        [1, 2],
        [3, 4],
      ],
      type: 'array',
    },
    { sql: `SELECT '[0:1]={5,6}'::int[]`, json: [5, 6], type: 'array' },
    { sql: `SELECT '{}'::text[]`, json: [], type: 'array' },
    {
      sql: `SELECT ARRAY['a,b', 'NULL', NULL, '', 'x"y\\z', '{}', E'l\\n']`,
      json: ['a,b', 'NULL', null, '', 'x"y\\z', '{}', 'l\n'],
      type: 'array',
    },
    { sql: `SELECT ARRAY[9007199254740993]::int8[]`, json: ['9007199254740993'], type: 'array' },
    { sql: `SELECT ARRAY[1.10]::numeric[]`, json: ['1.10'], type: 'array' },
    { sql: `SELECT ARRAY[true, false]`, json: [true, false], type: 'array' },
    { sql: `SELECT ARRAY['NaN', 1.5]::float8[]`, json: ['NaN', 1.5], type: 'array' },
    { sql: `SELECT ARRAY['\\x6162'::bytea]`, json: ['YWI='], type: 'array' },
    { sql: `SELECT ARRAY['2024-02-29 01:02:03'::timestamp]`, json: ['2024-02-29 01:02:03'], type: 'array' },
    { sql: `SELECT ARRAY['{"a":"b c"}'::jsonb]`, json: ['{"a": "b c"}'], type: 'array' },
    { sql: `SELECT '1 2'::int2vector`, json: '1 2', type: 'other' },
    { sql: `SELECT '((0,0),(1,1))'::box`, json: '(1,1),(0,0)', type: 'other', native: 'box' },
    { sql: `SELECT ARRAY['((0,0),(1,1))'::box]`, json: '{(1,1),(0,0)}', type: 'other' },
    { sql: `SELECT 'glad'::mood`, json: 'glad', type: 'text', native: 'mood' },
    { sql: `SELECT ARRAY['glad', 'sad']::mood[]`, json: ['glad', 'sad'], type: 'array', native: 'mood[]' },
    { sql: 'SELECT 3::positive', json: 3, type: 'int' },
    { sql: `SELECT ROW(1, 'a b')`, json: '(1,"a b")', type: 'other', native: 'record' },
    { sql: `SELECT '[1,5)'::int4range`, json: '[1,5)', type: 'other', native: 'int4range' },
    { sql: `SELECT '10.0.0.1/8'::inet`, json: '10.0.0.1/8', type: 'other', native: 'inet' },
    { sql: `SELECT B'101'`, json: '101', type: 'other', native: 'bit' },
    { sql: `SELECT NULL::int`, json: null, type: 'int' },
  ],
  series: (count) => `SELECT g AS n, rpad('row ' || g, 100, '.') AS t FROM generate_series(1, ${count}) AS g`,
  endless: 'SELECT pg_sleep(60)',
  running,
  errors: [
    { sql: 'SELECT * FROM nowhere', code: 'table_unknown' },
    { sql: 'SELECT * FROM nowhere.people', code: 'table_unknown' },
    { sql: 'SELECT nothing FROM people', code: 'column_unknown' },
    { sql: 'SELECT no_such_function(1)', code: 'function_unknown' },
    { sql: 'SELECT FROM WHERE', code: 'sql_syntax' },
    { sql: 'SELECT 1/0', code: 'value_invalid' },
    { sql: `SELECT 'x'::int`, code: 'value_invalid' },
    { sql: 'SELECT $1::int', params: ['many'], code: 'value_invalid' },
    { sql: 'SELECT (SELECT id FROM (VALUES (1), (2)) AS v (id))', code: 'value_invalid' },
    { sql: 'SELECT $1::int, $2::int', params: [1], code: 'parameter_count' },
    { sql: 'SELECT 1; SELECT 2', code: 'sql_syntax' },
  ],
  writes: [
    `INSERT INTO people VALUES (1, 'a')`,
    'CREATE TABLE written (a int)',
    'DROP TABLE pets',
    `SELECT nextval('written_seq')`,
    'SELECT * FROM people FOR UPDATE',
    `COPY people FROM STDIN`,
    'WITH w AS (DELETE FROM people RETURNING *) SELECT * FROM w',
  ],
  unwritten: async () => {
    const { rows } = await admin.query(
      `SELECT (SELECT count(*) FROM people)::int AS people, to_regclass('written') AS written, to_regclass('pets')::text AS pets`,
    )
    if (rows[0].people !== 0 || rows[0].written !== null || rows[0].pets !== 'pets') throw new Error('something was written')
  },
  params: [
    {
      sql: 'SELECT $1::int8, $2::text, $3::bool, $4::text',
      values: [9007199254740993n, 'é\u0001"', true, null],
      json: ['9007199254740993', 'é\u0001"', true, null],
    },
    { sql: 'SELECT $1::bytea, $2::float8, $3::numeric', values: [new Uint8Array([0, 255, 39]), 1.5, '0.10'], json: ['AP8n', 1.5, '0.10'] },
    { sql: 'SELECT length($1)', values: ['x'.repeat(1_000_000)], json: [1_000_000] },
    { sql: 'SELECT $1::text', values: [''], json: [''] },
  ],
  described: (schema) => {
    const table = (name: string) => schema.tables.find((one) => one.schema === 'public' && one.name === name)!
    expect(schema.searchPath).toEqual(['pg_catalog', 'public'])
    expect(table('people')).toEqual({
      schema: 'public',
      name: 'people',
      kind: 'table',
      comment: 'who is here',
      primaryKey: ['id'],
      columns: [
        { name: 'id', type: 'int', nativeType: 'integer', nullable: false },
        { name: 'name', type: 'text', nativeType: 'text', nullable: false, comment: 'as spoken' },
        { name: 'feels', type: 'text', nativeType: 'mood', nullable: true },
        { name: 'tags', type: 'array', nativeType: 'text[]', nullable: true },
      ],
    })
    expect(table('pets').foreignKeys).toEqual([{ columns: ['owner'], table: 'public.people', references: ['id'] }])
    expect(table('owners')).toMatchObject({ kind: 'view', dependsOn: ['public.people', 'public.pets'] })
    expect(table('owners').definition).toMatch(/^ ?SELECT p\.id/)
    expect(table('events_2026').inherits).toEqual(['public.events'])
    expect(schema.tables.find((one) => one.schema === 'pg_catalog' && one.name === 'pg_class')).toMatchObject({
      system: true,
      kind: 'table',
    })
    expect(schema.tables.find((one) => one.schema === 'information_schema' && one.name === 'columns')).toMatchObject({
      system: true,
      kind: 'view',
    })
    const routine = (name: string) => schema.functions.find((one) => one.name === name)
    expect(routine('add_one')).toEqual({
      schema: 'public',
      name: 'add_one',
      kind: 'function',
      volatility: 'immutable',
      builtin: false,
      args: [1, 2],
      language: 'sql',
      body: 'SELECT a + b',
    })
    expect(routine('runs_as_owner')).toMatchObject({ definer: true, volatility: 'volatile' })
    expect(routine('add_up')).toMatchObject({ kind: 'aggregate', body: 'pg_catalog.int4pl' })
    expect(routine('===')).toMatchObject({ kind: 'operator', body: 'pg_catalog.int4eq', args: [2, 2] })
    expect(schema.functions.filter((one) => one.schema === 'pg_catalog')).toEqual([])
  },
  restart: async () => {
    await server.halt()
    await server.start()
    await connectAdmin()
  },
})

function expectInstant(iso: string): unknown {
  return { asymmetricMatch: (text: string) => new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')).toISOString() === iso }
}

survives({
  connector: postgres,
  url: () => server.url,
  kick: async () => {
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluice'`)
  },
  sessions: async () => {
    const { rows } = await admin.query(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'sluice'`)
    return rows[0].n
  },
  wide: (count) =>
    `SELECT g, g * 1000::int8, 'customer ' || g, g * 1.25, now(), g % 2 = 0, g / 3.0::float8, 'open' FROM generate_series(1, ${count}) AS g`,
  long: (bytes) => `SELECT repeat('x', ${bytes})`,
  endless: 'SELECT pg_sleep(60)',
  running,
  startWithTls: (tls) => startPostgres({ tls }),
  encrypted: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
})

describe('postgres', () => {
  const alone = { pool_max: 1 }
  const open = (more: Readonly<Record<string, unknown>> = {}) => postgres.open('tested', { url: server.url, ...alone, ...more })

  it('prepares what comes again, and only that', async () => {
    const own = await open()
    const names = async () =>
      (await ask(own, `SELECT count(*)::int FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int%'`)).values[0]![0]
    await ask(own, 'SELECT $1::int', { params: [1] })
    expect(await names()).toBe(0)
    for (const n of [2, 3, 4]) expect((await ask(own, 'SELECT $1::int', { params: [n] })).values).toEqual([[n]])
    expect(await names()).toBe(1)
    for (let i = 0; i < 300; i++) await ask(own, `SELECT $1::int + ${i >> 1}`, { params: [i] })
    expect(await names()).toBeLessThanOrEqual(100)
    expect(await names()).toBeGreaterThan(80)
    expect((await ask(own, 'SELECT $1::int', { params: [5] })).values).toEqual([[5]])
    const before = await names()
    const long = `SELECT $1::int${' '.repeat(20_000)}`
    for (const n of [1, 2, 3]) expect((await ask(own, long, { params: [n] })).values).toEqual([[n]])
    expect(await names()).toBe(before)
    await own.close()
  })
  it('prepares again when a table has changed', async () => {
    await admin.query('CREATE TABLE changing (a int); INSERT INTO changing VALUES (1)')
    const own = await open()
    for (let i = 0; i < 3; i++) expect((await ask(own, 'SELECT * FROM changing')).values).toEqual([[1]])
    await admin.query(`ALTER TABLE changing ADD COLUMN b text DEFAULT 'new'`)
    const { values, columns } = await ask(own, 'SELECT * FROM changing')
    expect(values).toEqual([[1, 'new']])
    expect(columns.map(({ name }) => name)).toEqual(['a', 'b'])
    await admin.query('ALTER TABLE changing ALTER COLUMN a TYPE text')
    expect((await ask(own, 'SELECT * FROM changing')).values).toEqual([['1', 'new']])
    expect((await ask(own, 'SELECT * FROM changing')).columns[0]!.type).toBe('text')
    await own.close()
  })
  it('an error in a prepared statement leaves it usable', async () => {
    const own = await open()
    for (let i = 0; i < 3; i++) expect((await ask(own, 'SELECT 1 / $1::int', { params: [1] })).values).toEqual([[1]])
    await fails(ask(own, 'SELECT 1 / $1::int', { params: [0] }), 'value_invalid')
    expect((await ask(own, 'SELECT 1 / $1::int', { params: [1] })).values).toEqual([[1]])
    await own.close()
  })
  it('a session whose settings a statement has changed serves nobody else', async () => {
    const own = await open()
    const pid = async () => (await ask(own, 'SELECT pg_backend_pid()')).values[0]![0]
    const before = await pid()
    expect(await pid()).toBe(before)
    await ask(own, `SELECT set_config('default_transaction_read_only', 'off', false)`)
    expect(await pid()).not.toBe(before)
    await fails(ask(own, 'CREATE TABLE written (a int)'), 'statement_refused')
    await own.close()
  })
  it('keeps texts in one form whatever the user prefers', async () => {
    await admin.query(`ALTER ROLE reader SET DateStyle = 'German'; ALTER ROLE reader SET bytea_output = 'escape';
      ALTER ROLE reader SET IntervalStyle = 'iso_8601'; ALTER ROLE reader SET extra_float_digits = -10; ALTER ROLE reader SET client_encoding = 'LATIN1'`)
    const own = await open({ user: 'reader', password: 'reading' })
    const { values } = await ask(own, `SELECT '2024-02-29'::date, '\\xff00'::bytea, '1 day'::interval, 0.1::float8 + 0.2::float8, '€'`)
    expect(values).toEqual([['2024-02-29', '/wA=', '1 day', 0.30000000000000004, '€']])
    await own.close()
  })
  it('looks for names where search_path says', async () => {
    await admin.query('CREATE SCHEMA "my schema"; CREATE TABLE "my schema".here (a int)')
    const own = await open({ search_path: '"my schema", public' })
    expect((await ask(own, 'SELECT * FROM here')).rows).toBe(0)
    expect((await own.describe(AbortSignal.timeout(10_000))).searchPath).toEqual(['pg_catalog', 'my schema', 'public'])
    await own.close()
  })
  it('the server itself keeps statement_timeout_ms', async () => {
    const own = await open({ statement_timeout_ms: 200 })
    const error = await fails(ask(own, 'SELECT pg_sleep(60)'), 'query_timeout')
    expect(error.cause).toMatchObject({ code: '57014' })
    await own.close()
  })
  it('another who cancels the query is query_cancelled', async () => {
    const own = await open()
    const cancelled = fails(ask(own, 'SELECT pg_sleep(60)'), 'query_cancelled')
    while ((await running()) === 0);
    await admin.query(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluice' AND state = 'active'`)
    await cancelled
    await own.close()
  })
  it('tells no value of a row or a parameter in an error', async () => {
    const own = await open()
    for (const [sql, params] of [
      ['SELECT $1::int', ['hidden-42']],
      [`SELECT ('hidden-' || 42)::int`, []],
      [`SELECT ('hidden-' || 42)::date`, []],
      [`SELECT ('{"hidden-42')::jsonb`, []],
      [`SELECT 'a "hidden-42" b'::int`, []],
      ['SELECT $1::int', ['a "hidden-42" b']],
    ] as const) {
      const error = await fails(ask(own, sql, { params }), 'value_invalid')
      expect(error.message).not.toContain('hidden-42')
      expect(String((error.cause as Error).message)).toMatch(/hidden-42|json/)
    }
    for (const [sql, code] of [
      [`SELECT ('hidden_' || '42')::regclass`, 'table_unknown'],
      [`SELECT to_tsvector(('hidden_' || '42')::regconfig, 'x')`, 'sql_syntax'],
    ] as const) {
      const { message } = await fails(ask(own, sql), code)
      expect(message).not.toContain('hidden_42')
    }
    expect((await fails(ask(own, 'SELECT nobody FROM people'), 'column_unknown')).message).toContain('"nobody"')
    await own.close()
  })
  it('names the place of a mistake in UTF-16 units', async () => {
    const own = await open()
    const sql = `SELECT '😀', nothing FROM people`
    expect((await fails(ask(own, sql), 'column_unknown')).position).toBe(sql.indexOf('nothing'))
    await own.close()
  })
  it('advises a superuser to step down and a reader nothing', async () => {
    const strong = await open()
    const warnings = (await strong.advise(AbortSignal.timeout(10_000))).filter(({ level }) => level === 'warning')
    expect(warnings[0]).toMatchObject({ text: expect.stringContaining('superuser'), mend: expect.stringContaining('CREATE ROLE sluice') })
    for (const statement of warnings[0]!.mend!.replace('…', 'a password').split(/(?<=;)\n/)) await admin.query(statement)
    await strong.close()
    const weak = await open({ user: 'sluice', password: 'a password' })
    expect((await weak.advise(AbortSignal.timeout(10_000))).filter(({ level }) => level === 'warning')).toEqual([])
    expect((await ask(weak, 'SELECT * FROM people')).rows).toBe(0)
    await weak.close()
  })
  it('a reader sees what it may read, and the tables behind it', async () => {
    const own = await open({ user: 'reader', password: 'reading' })
    const names = (await own.describe(AbortSignal.timeout(10_000))).tables.filter(({ system }) => !system).map(({ name }) => name)
    expect(names).toContain('people')
    expect(names).not.toContain('events')
    expect(names).not.toContain('owners')
    await fails(ask(own, 'SELECT * FROM events'), 'source_denied')
    await own.close()
  })
})
