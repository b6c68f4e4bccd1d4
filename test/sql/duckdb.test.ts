import { describe, expect, it } from 'vitest'
import { SluiceError } from '../../src/error.ts'
import { guard } from '../../src/guard/guard.ts'
import type { Schema, SourceFunction, Table } from '../../src/schema.ts'
import { duckdbParser } from '../../src/source/duckdb.ts'
import { duckdb } from '../../src/sql/duckdb/duckdb.ts'
import { looksLikeFile } from '../../src/sql/duckdb/file-names.ts'

const dialect = duckdb(await duckdbParser())

const table = (name: string, columns: Record<string, Table['columns'][number]['type']>): Table => ({
  schema: 'main',
  name,
  kind: 'table',
  columns: Object.entries(columns).map(([name, type]) => ({
    name,
    type,
    nativeType: type === 'int' ? 'INTEGER' : 'VARCHAR',
    nullable: true,
  })),
})
const macro = (name: string, body: string): SourceFunction => ({
  schema: 'main',
  name,
  kind: 'macro',
  volatility: 'unknown',
  builtin: false,
  language: 'sql',
  body,
})
const schema: Schema = {
  version: '1',
  searchPath: ['main'],
  tables: [table('users', { id: 'int', email: 'text' }), table('orders', { id: 'int', user_id: 'int' }), table('data.csv', { a: 'int' })],
  functions: [
    macro('plus', '(x + twice(y))'),
    macro('twice', '(2 * x)'),
    macro('bad', "nextval('s')"),
    macro('all_users', 'SELECT * FROM users'),
  ],
}

const read = async (sql: string, known?: Schema) => (await dialect.parse(sql, known)).facts
const tables = async (sql: string): Promise<string[]> =>
  (await read(sql)).tables.map(({ schema, name }) => (schema ? `${schema}.${name}` : name))
const codeOf = async (sql: string, known?: Schema): Promise<string> => {
  try {
    const { problems, kind } = await read(sql, known)
    return problems[0]?.code ?? kind
  } catch (error) {
    return (error as SluiceError).code
  }
}

describe('facts of DuckDB', () => {
  it.each([
    ['SELECT * FROM a JOIN b USING (x), c', ['a', 'b', 'c']],
    ['FROM a SELECT x WHERE EXISTS (FROM b)', ['a', 'b']],
    ['SELECT (SELECT max(x) FROM a), [y FOR y IN (SELECT list(z) FROM b)]', ['a', 'b']],
    ['WITH a AS (SELECT 1) SELECT * FROM a, A, main.a', ['main.a']],
    ['WITH a AS (SELECT * FROM a) SELECT * FROM a', ['a']],
    ['WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a, b', ['b']],
    ['SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a), a', ['a']],
    ['WITH a AS (SELECT 1) SELECT * FROM (SELECT * FROM a WHERE x IN (FROM a))', []],
    ['WITH RECURSIVE a AS (SELECT * FROM a UNION ALL SELECT * FROM a) SELECT * FROM a', ['a']],
    ['WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r, b) FROM r', ['b']],
    ['WITH É AS (SELECT 1) SELECT * FROM é', ['é']],
    ['(SELECT * FROM a) UNION (WITH b AS (SELECT 1) SELECT * FROM b) EXCEPT SELECT * FROM b', ['a', 'b']],
    ['PIVOT a ON x IN (1, 2) USING sum(y)', ['a']],
    ['UNPIVOT a ON x, y', ['a']],
    ['DESCRIBE a', ['a']],
    ['SUMMARIZE SELECT * FROM a', ['a']],
    ['EXPLAIN SELECT * FROM a', ['a']],
    ['TABLE a', ['a']],
    ["SELECT * FROM query('SELECT * FROM a'), query_table('b'), query_table([c, d])", ['a', 'b', 'c', 'd']],
    ["FROM query('WITH a AS (FROM b) FROM a')", ['b']],
    ["SELECT * FROM query_table('a; DROP TABLE b')", ['a; DROP TABLE b']],
    ['SELECT * FROM histogram(users, email)', ['users']],
    ['WITH u AS (SELECT 1 AS x) SELECT * FROM histogram_values(u, x)', []],
    ["PRAGMA table_info('main.a')", ['main.a']],
    ['SELECT * FROM duckdb_tables()', ['duckdb_tables']],
    ['SELECT * FROM t1 TABLESAMPLE 10%', ['t1']],
  ])('tables of: %s', async (sql, expected) => {
    expect((await tables(sql)).sort()).toEqual([...expected].sort())
  })
  it('functions, operators and methods are named with their arguments', async () => {
    const facts = await read("SELECT lower(a) || b, c.upper(), count(*), sum(x) OVER (), main.list_value(1), 'a' LIKE b FROM t")
    const names = facts.functions.map(({ schema, name, args }) => [schema, name, args])
    expect(names).toEqual([
      [undefined, 'lower', 1],
      [undefined, 'upper', 1],
      [undefined, 'count_star', 0],
      [undefined, 'sum', 1],
      ['main', 'list_value', 1],
    ])
    expect(facts.operators.map(({ name }) => name)).toEqual(['||', '~~'])
  })
  it.each([
    ['SELECT 1', 0],
    ['SELECT ?, ?', 2],
    ['SELECT $2, $1, $2', 2],
    ['SELECT * FROM t LIMIT ?', 1],
  ])('parameters of: %s', async (sql, params) => {
    expect((await read(sql)).params).toBe(params)
  })
  it.each([
    ['SELECT 1', 'read', 'SELECT'],
    ['FROM t', 'read', 'SELECT'],
    ['SHOW TABLES', 'show', 'SHOW'],
    ['DESCRIBE t', 'read', 'DESCRIBE'],
    ['/* a */ EXPLAIN (FORMAT json) SELECT 1', 'explain', 'EXPLAIN SELECT'],
    ['explain analyze SELECT 1', 'explain', 'EXPLAIN ANALYZE SELECT'],
    ['INSERT INTO t VALUES (1)', 'write', 'INSERT'],
    ['WITH a AS (SELECT 1) INSERT INTO t FROM a', 'write', 'WITH'],
    ['CREATE TABLE t AS SELECT 1', 'ddl', 'CREATE'],
    ['EXPLAIN CREATE TABLE t AS SELECT 1', 'ddl', 'CREATE'],
    ['EXPLAIN ANALYZE INSERT INTO t VALUES (1)', 'write', 'INSERT'],
    ["COPY (SELECT 1) TO 'x'", 'admin', 'COPY'],
    ["ATTACH 'x'", 'admin', 'ATTACH'],
    ['SET threads = 1', 'session', 'SET'],
    ['PRAGMA enable_profiling', 'session', 'PRAGMA'],
    ["PRAGMA table_info('a') ; DROP TABLE a", 'session', 'PRAGMA'],
    ['CALL pragma_version()', 'call', 'CALL'],
    ['BEGIN', 'transaction', 'BEGIN'],
    ['CHECKPOINT', 'admin', 'CHECKPOINT'],
  ])('kind of: %s', async (sql, kind, statement) => {
    expect(await read(sql)).toMatchObject({ kind, statement })
  })
})

describe('what DuckDB may not do', () => {
  it.each([
    ["SELECT * FROM 'a.csv'", 'table_refused'],
    ['SELECT * FROM "a.parquet"', 'table_refused'],
    ['SELECT * FROM data.csv', 'table_refused'],
    ["SELECT * FROM '/etc/passwd'", 'table_refused'],
    ["SELECT * FROM 'https://x.y/z'", 'table_refused'],
    ["SELECT * FROM 'data/*'", 'table_refused'],
    ["DESCRIBE 'a.json'", 'table_refused'],
    ["SUMMARIZE 'a.json.gz'", 'table_refused'],
    ["SELECT * FROM query('FROM ''a.csv''')", 'table_refused'],
    ["SELECT * FROM query_table('a.csv')", 'table_refused'],
    ["SELECT * FROM read_csv('a')", 'function_refused'],
    ["SELECT * FROM read_text('a')", 'function_refused'],
    ["SELECT * FROM main.read_blob('a')", 'function_refused'],
    ["SELECT * FROM parquet_metadata('a')", 'function_refused'],
    ["SELECT * FROM glob('*')", 'function_refused'],
    ["SELECT * FROM sniff_csv('a')", 'function_refused'],
    ["SELECT * FROM sqlite_scan('a', 'b')", 'function_refused'],
    ["SELECT * FROM query('SELECT ' || 1)", 'function_refused'],
    ["SELECT * FROM query('COPY t TO ''x''')", 'function_refused'],
    ["SELECT * FROM query('SELECT 1; SELECT 2')", 'function_refused'],
    ["SELECT * FROM histogram('users', email)", 'function_refused'],
    ["SELECT * FROM query_table('a\"b')", 'function_refused'],
    ["SELECT * FROM json_execute_serialized_sql('{}')", 'function_refused'],
    ["SELECT * FROM seq_scan('users')", 'function_refused'],
    ['SELECT * FROM checkpoint()', 'function_refused'],
    ["SELECT current_setting('temp_directory')", 'function_refused'],
    ['SELECT * FROM t AT (VERSION => 1)', 'feature_refused'],
    ['SELECT $name', 'parameter_invalid'],
    ['PIVOT t ON x USING sum(y)', 'feature_refused'],
    ['SELECT 1; SELECT 2', 'statement_many'],
    ['EXPLAIN SELECT 1; DROP TABLE t', 'statement_many'],
    ['SELEC 1', 'sql_syntax'],
    ['', 'sql_empty'],
    [`SELECT ${'1+'.repeat(20_000)}1`, 'sql_syntax'],
    [`SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`, 'sql_too_deep'],
    [`SELECT 1 IN (${'1,'.repeat(100_000)}1)`, 'sql_too_large'],
    ['SELECT 1\0; DROP TABLE t', 'sql_character'],
  ])('%s', async (sql, code) => {
    expect(await codeOf(sql)).toBe(code)
  })
  it('a table may be named like a file when it is one of the source', async () => {
    expect(await codeOf('SELECT * FROM "data.csv"', schema)).toBe('read')
    expect(await codeOf('SELECT * FROM "other.csv"', schema)).toBe('table_refused')
  })
  it.each(['a', 'a b', 'a.b c', 'main.users', 'ddb'])('%s is not the name of a file', (name) => {
    expect(looksLikeFile([name])).toBe(false)
  })
  it('has words for what DuckDB itself has none for', async () => {
    await expect(read('SELECT 1 LIMIT 1, 2')).rejects.toThrow('LIMIT 1, 2 is LIMIT 2 OFFSET 1 here')
  })
  it('tells where the text is wrong, counted in characters', async () => {
    const error = await read("SELECT 'é😀' FROM FROM t").then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(SluiceError)
    expect((error as SluiceError).position).toBe("SELECT 'é😀' FROM ".length)
  })
})

describe('macros of the source', () => {
  it('are read with the statement that calls them, and what they call', async () => {
    await read('SELECT plus(1, 2)', schema)
    expect(dialect.readBody!('(x + twice(y))', 'sql', schema)?.[0]?.functions).toMatchObject([{ name: 'twice' }])
    expect(dialect.readBody!('(2 * x)', 'sql', schema)?.[0]?.functions).toEqual([])
  })
  it('show what they would do', async () => {
    await read('SELECT bad()', schema)
    expect(dialect.readBody!("nextval('s')", 'sql', schema)?.[0]?.functions).toMatchObject([{ name: 'nextval' }])
    expect(await codeOf('SELECT * FROM all_users()', schema)).toBe('read')
    expect(dialect.readBody!('SELECT * FROM users', 'sql', schema)?.[0]?.tables).toMatchObject([{ name: 'users' }])
  })
  it('pass the guard when all that they do may be done', async () => {
    const judge = async (sql: string) => guard(await read(sql, schema), { dialect: 'duckdb', schema, read: dialect.readBody! })
    expect(await judge('SELECT plus(1, 2)')).toEqual([])
    await expect(judge('SELECT bad()')).rejects.toMatchObject({ code: 'function_refused' })
    await expect(judge('SELECT unheard_of()')).rejects.toMatchObject({ code: 'function_unknown' })
  })
  it('are not known before', () => {
    expect(dialect.readBody!('(never + seen)', 'sql', schema)).toBeUndefined()
  })
})

describe('predicates that can tell about hidden rows', () => {
  it.each([
    ["SELECT upper(email) FROM users WHERE email = 'a'", false],
    ["SELECT * FROM users WHERE id = 5 AND email IN ('a', 'b') OR id IS NULL", false],
    ['SELECT * FROM users WHERE id BETWEEN 1 AND 5', false],
    ['SELECT * FROM users WHERE email = 5', true],
    ['SELECT * FROM users WHERE email::INTEGER > 5', true],
    ['SELECT * FROM users WHERE 1 / id > 0', true],
    ['SELECT * FROM users WHERE email > id', true],
    ['SELECT * FROM users WHERE id = ?', true],
    ['SELECT * FROM (SELECT email::INTEGER AS e FROM users) WHERE e IS NOT NULL', true],
    ['SELECT * FROM users JOIN orders ON users.id = orders.user_id', true],
    ['SELECT * FROM users QUALIFY row_number() OVER () = 1', true],
    ['SELECT count(*) FILTER (WHERE error(email) IS NULL) FROM users', true],
  ])('%s: %s', async (sql, leaky) => {
    expect((await read(sql, schema)).leaky).toBe(leaky)
  })
})
