import { Client } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import postgres from '../../src/source/postgres.ts'
import { type Server, startPostgres } from '../servers/servers.ts'
import { conforms } from './conformance.ts'

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
  described: () => {},
  restart: async () => {
    await server.halt()
    await server.start()
    await connectAdmin()
  },
})

function expectInstant(iso: string): unknown {
  return { asymmetricMatch: (text: string) => new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')).toISOString() === iso }
}
