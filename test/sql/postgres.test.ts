import { describe, expect, it } from 'vitest'
import { SluiceError } from '../../src/error.ts'
import type { TableRef } from '../../src/facts.ts'
import { postgres } from '../../src/sql/postgres/postgres.ts'

const parse = async (sql: string) => postgres.parse(sql)
const facts = async (sql: string) => (await parse(sql)).facts
const printed = async (sql: string) => postgres.print((await parse(sql)).tree)
const limited = async (sql: string, rows: number) => postgres.print(postgres.limitRows((await parse(sql)).tree, rows))
const replaced = async (sql: string, view: (ref: TableRef) => string | undefined) =>
  postgres.print(await postgres.replaceTables((await parse(sql)).tree, view))
const failure = async (run: () => unknown): Promise<SluiceError> => {
  try {
    await run()
  } catch (error) {
    if (error instanceof SluiceError) return error
    throw error
  }
  throw new Error('it did not fail')
}
const tables = async (sql: string) =>
  (await facts(sql)).tables.map(({ schema, name, alias }) => `${schema ? `${schema}.` : ''}${name}${alias ? ` ${alias}` : ''}`)

describe('facts', () => {
  it.each([
    ['SELECT 1', 'read', 'SELECT'],
    ['TABLE t', 'read', 'SELECT'],
    ['VALUES (1)', 'read', 'SELECT'],
    ['EXPLAIN SELECT 1', 'explain', 'EXPLAIN SELECT'],
    ['EXPLAIN (ANALYZE false) SELECT 1', 'explain', 'EXPLAIN SELECT'],
    ['EXPLAIN ANALYZE SELECT 1', 'explain', 'EXPLAIN ANALYZE SELECT'],
    ['EXPLAIN (COSTS OFF, ANALYZE) DELETE FROM t', 'write', 'EXPLAIN ANALYZE DELETE'],
    ['SHOW work_mem', 'show', 'SHOW'],
    ['SELECT * INTO a FROM b', 'ddl', 'SELECT INTO'],
    ['WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d', 'write', 'WITH DELETE'],
    ['SELECT * FROM (WITH d AS (UPDATE t SET a = 1 RETURNING *) SELECT * FROM d) x', 'write', 'WITH UPDATE'],
    ['INSERT INTO t VALUES (1)', 'write', 'INSERT'],
    ['CREATE TABLE a AS SELECT 1', 'ddl', 'CREATE TABLE AS'],
    ['COPY t TO STDOUT', 'admin', 'COPY'],
    ['SET ROLE x', 'session', 'SET'],
    ['BEGIN', 'transaction', 'TRANSACTION'],
    ['DO $$ BEGIN END $$', 'call', 'DO'],
    ['PREPARE p AS SELECT 1', 'session', 'PREPARE'],
  ])('%s is %s', async (sql, kind, statement) => {
    expect(await facts(sql)).toMatchObject({ kind, statement })
  })

  it('names real tables and leaves the names of WITH queries out where they hold', async () => {
    expect(await tables('WITH a AS (SELECT * FROM a) SELECT * FROM a, public.a AS p')).toEqual(['a', 'public.a p'])
    expect(await tables('WITH RECURSIVE a AS (SELECT 1 UNION ALL SELECT * FROM a) SELECT * FROM a')).toEqual([])
    expect(await tables('WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM b')).toEqual(['b'])
    expect(await tables('WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a')).toEqual([])
    expect(await tables('SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) x, a')).toEqual(['a'])
    expect(
      await tables('WITH a AS (SELECT 1) SELECT (SELECT count(*) FROM a), (SELECT 1 FROM b WHERE EXISTS (SELECT 1 FROM a, c))'),
    ).toEqual(['b', 'c'])
    expect(await tables('WITH "A" AS (SELECT 1) SELECT * FROM a')).toEqual(['a'])
  })

  it('finds names wherever an expression may stand', async () => {
    const found = await facts(`
      SELECT f1(x) FILTER (WHERE f2()) OVER (PARTITION BY f3() ORDER BY f4() USING <<<), ARRAY[f5()], CASE f6() WHEN f7() THEN f8() END
      FROM t JOIN u ON f9() = 1, LATERAL f10(t.a) AS g (a app.kind), ROWS FROM (f11(), f12())
      WHERE x OPERATOR(app.%%) 1 AND y IN (SELECT f13() FROM v) GROUP BY GROUPING SETS ((f14()), ()) HAVING f15() WINDOW w AS (ORDER BY f16())
      ORDER BY f17() LIMIT f18() OFFSET (SELECT f19())`)
    expect(found.functions.map(({ name }) => name).sort()).toEqual(Array.from({ length: 19 }, (_, i) => `f${i + 1}`).sort())
    expect(found.operators).toContainEqual({ schema: 'app', name: '%%', args: 2 })
    expect(found.operators).toContainEqual({ name: '<<<', args: 2 })
    expect(found.types).toContainEqual({ schema: 'app', name: 'kind', args: 0 })
    expect(found.tables.map(({ name }) => name)).toEqual(['t', 'u', 'v'])
    expect(found.problems).toEqual([])
  })

  it('counts arguments and parameters', async () => {
    expect((await facts('SELECT f(a, b => 1), g(VARIADIC c), count(*), $3, $1')).functions).toEqual([
      { name: 'f', args: 2 },
      { name: 'g', args: -1 },
      { name: 'count', args: 0 },
    ])
    expect((await facts('SELECT $3, $1')).params).toBe(3)
    expect((await facts('SELECT $99999')).problems[0]?.code).toBe('parameter_count')
  })

  it('reads `row.name` as a call where the source has such a function', async () => {
    const schema = {
      version: '1',
      searchPath: ['public'],
      tables: [],
      functions: [{ schema: 'public', name: 'contact', kind: 'function', volatility: 'volatile', builtin: false, args: [1, 1] }],
    } as const
    for (const sql of ['SELECT u.contact FROM u', 'SELECT (u).contact FROM u', 'SELECT (f(1)).contact']) {
      expect((await postgres.parse(sql, schema)).facts.functions).toContainEqual({ name: 'contact', args: 1 })
    }
    expect((await postgres.parse('SELECT contact FROM u', schema)).facts.functions).toEqual([])
  })

  it.each([
    'SELECT 1 FROM t FOR UPDATE',
    'SELECT * FROM (SELECT 1 FROM t FOR SHARE) x',
    'SHOW data_directory',
    'SHOW ALL',
    `SELECT current_setting('ssl_key_file')`,
    `SELECT current_setting('data_' || 'directory')`,
    `SELECT current_setting(x) FROM t`,
    'SELECT 1 FROM t TABLESAMPLE own(1)',
    `SELECT ts_stat('DELETE FROM t')`,
    `SELECT query_to_xml(x, true, true, '') FROM t`,
  ])('cannot vouch for %s', async (sql) => {
    expect((await facts(sql)).problems[0]?.code).toBe('feature_refused')
  })

  it('reads the SQL in the text of a function that runs it', async () => {
    const found = await facts(`SELECT * FROM ts_stat('SELECT v FROM docs WHERE wipe()')`)
    expect(found.functions.map(({ name }) => name)).toEqual(['ts_stat', 'wipe'])
    expect(found.tables.map(({ name }) => name)).toEqual(['docs'])
  })
})

describe('failures', () => {
  it('says where a mistake is, in UTF-16 units', async () => {
    const sql = `SELECT 'é€😀' x y`
    const error = await failure(() => parse(sql))
    expect(error.code).toBe('sql_syntax')
    expect(error.message).toContain('"y"')
    expect(error.position).toBe(sql.indexOf('y'))
  })

  it.each([
    ['SELECT 1; SELECT 2', 'statement_many'],
    ['SELECT 1; DELETE FROM t', 'statement_many'],
    ['', 'sql_empty'],
    [' ; ', 'sql_empty'],
    ['-- only this', 'sql_empty'],
    ['SELEC 1', 'sql_syntax'],
    ['SELECT 1;\u00a0DELETE FROM t', 'sql_syntax'],
  ])('%s: %s', async (sql, code) => {
    expect((await failure(() => parse(sql))).code).toBe(code)
  })
})

describe('print', () => {
  it.each([
    'SELECT a, b.* FROM t AS b WHERE a = 1 AND (b IS NULL OR c IN (1, 2)) ORDER BY a DESC NULLS LAST LIMIT 5',
    'SELECT thousand FROM onek ORDER BY thousand OFFSET 3 FETCH FIRST 2 ROWS WITH TIES',
    'SELECT a FROM t GROUP BY DISTINCT ROLLUP (a, b), ROLLUP (a, c)',
    `SELECT * FROM XMLTABLE(XMLNAMESPACES('http://x.y' AS zz), '/r' PASSING d COLUMNS n FOR ORDINALITY, a int PATH '@id' DEFAULT 3 NOT NULL) AS x`,
    `SELECT DISTINCT ON (a) a, x::numeric(10,2), E'\\\\', U&'\\0041', interval '1 day', (array[1,2])[1], (c).f FROM t`,
    `WITH RECURSIVE r(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM r) SEARCH DEPTH FIRST BY n SET s CYCLE n SET c USING p SELECT * FROM r`,
    `SELECT JSON_VALUE(j, '$.a' PASSING 1 AS x RETURNING int DEFAULT 0 ON EMPTY ERROR ON ERROR), JSON_EXISTS(j, '$' TRUE ON ERROR) FROM t`,
    `SELECT JSON_QUERY(j FORMAT JSON, '$.a' RETURNING jsonb WITH CONDITIONAL WRAPPER OMIT QUOTES EMPTY ARRAY ON EMPTY) FROM t`,
    `SELECT * FROM t, JSON_TABLE(t.j, '$[*]' AS root PASSING 3 AS y COLUMNS (id FOR ORDINALITY, a int PATH '$.a' DEFAULT 5 ON EMPTY,
      b jsonb FORMAT JSON PATH '$.b' WITH WRAPPER KEEP QUOTES, c int EXISTS PATH '$.c' FALSE ON ERROR,
      NESTED PATH '$.n' AS n COLUMNS (d text)) ERROR ON ERROR) AS jt(x)`,
    `SELECT (ARRAY[1, 2])[1], (CASE WHEN a THEN b END)[1:2], (coalesce(a, b)).c, (x).y[1].z FROM t`,
    'SELECT sum(a) FILTER (WHERE b) OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM t WINDOW w AS (PARTITION BY c)',
  ])('%s reads back as itself', async (sql) => {
    const once = await printed(sql)
    expect(await printed(once)).toBe(once)
  })

  it('refuses what cannot be printed back', async () => {
    expect((await failure(() => printed('SELECT xmlserialize(CONTENT x AS text INDENT)'))).code).toBe('feature_refused')
  })

  it('drops comments', async () => {
    expect(await printed('SELECT /* hidden */ 1 -- end')).toBe('SELECT 1')
  })
})

describe('limitRows', () => {
  it.each([
    ['SELECT * FROM t', 'SELECT * FROM t LIMIT 10'],
    ['SELECT * FROM t LIMIT 500', 'SELECT * FROM t LIMIT 10'],
    ['SELECT * FROM t LIMIT 5 OFFSET 2', 'SELECT * FROM t LIMIT 5 OFFSET 2'],
    ['SELECT * FROM t LIMIT ALL', 'SELECT * FROM t LIMIT 10'],
    ['SELECT * FROM t LIMIT 99999999999', 'SELECT * FROM t LIMIT 10'],
    ['SELECT * FROM t LIMIT $1', 'SELECT * FROM t LIMIT $1'],
    ['SELECT 1 UNION SELECT 2', 'SELECT 1 UNION SELECT 2 LIMIT 10'],
    ['VALUES (1)', 'VALUES (1) LIMIT 10'],
    ['EXPLAIN SELECT 1', 'EXPLAIN SELECT 1'],
    ['SHOW work_mem', 'SHOW work_mem'],
  ])('%s', async (sql, expected) => {
    expect(await limited(sql, 10)).toBe(expected)
  })

  it('takes zero rows at its word', async () => {
    expect(await limited('SELECT 1', 0)).toBe('SELECT 1 LIMIT 0')
  })
})

describe('replaceTables', () => {
  const view = ({ name }: TableRef) => (name === 'users' ? 'SELECT id FROM public.users WHERE tenant = 1' : undefined)
  const subselect = '( SELECT id FROM public.users WHERE tenant = 1 )'

  it.each([
    ['SELECT * FROM users', `SELECT * FROM ${subselect} AS users`],
    ['SELECT u.id FROM users u, orders', `SELECT u.id FROM ${subselect} AS u, orders`],
    ['SELECT b FROM users AS u(a, b)', `SELECT b FROM ${subselect} AS u(a, b)`],
    ['SELECT public.users.id FROM public.users', `SELECT users.id FROM ${subselect} AS users`],
    ['SELECT users FROM users', `SELECT users FROM ${subselect} AS users`],
    ['WITH users AS (SELECT 1) SELECT * FROM users', 'WITH users AS (SELECT 1) SELECT * FROM users'],
    ['SELECT 1 WHERE EXISTS (SELECT 1 FROM users)', `SELECT 1 WHERE EXISTS (SELECT 1 FROM ${subselect} AS users)`],
    ['SELECT * FROM a LEFT JOIN users USING (id)', `SELECT * FROM a LEFT JOIN ${subselect} AS users USING (id)`],
    ['SELECT * FROM ONLY users', 'SELECT * FROM ( SELECT id FROM ONLY public.users WHERE tenant = 1 ) AS users'],
    ['TABLE users', `SELECT * FROM ${subselect} AS users`],
    ['EXPLAIN SELECT 1 FROM users', `EXPLAIN SELECT 1 FROM ${subselect} AS users`],
    ['SELECT 1 FROM orders', 'SELECT 1 FROM orders'],
  ])('%s', async (sql, expected) => {
    expect(await replaced(sql, view)).toBe(expected)
  })

  it.each([
    ['SELECT u.id, u.name, count(*) FROM users u JOIN o ON o.u = u.id GROUP BY u.id', 'u.id, u.name'],
    ['SELECT id, name, count(*) AS n FROM users GROUP BY id ORDER BY n, email', 'id, name, email'],
    ['SELECT u.id, u.name FROM users u GROUP BY 1', '1, u.name'],
    ['SELECT u.id, lower(u.a), sum(u.b) OVER (ORDER BY u.c) FROM users u GROUP BY u.id HAVING max(u.d) > u.e', 'u.id, u.a, u.b, u.c, u.e'],
    ['SELECT u.id, (SELECT max(o.t) FROM o WHERE o.u = u.key) FROM users u GROUP BY u.id', 'u.id, u.key'],
    [`SELECT date_trunc('month', at) AS m, sum(x) FROM users GROUP BY m ORDER BY m`, 'm'],
    [`SELECT to_char(date_trunc('day', u.at), 'x') FROM users u GROUP BY date_trunc('day', u.at)`, `date_trunc('day', u.at)`],
    ['SELECT u.id, own(u.name) FROM users u GROUP BY u.id', 'u.id'],
    ['SELECT u.id, JSON_ARRAYAGG(u.name) FROM users u GROUP BY u.id', 'u.id'],
    ['SELECT u.team, (SELECT count(*) FROM users u WHERE u.name = $1) FROM users u GROUP BY u.team', 'u.team'],
    ['SELECT u.name, u.team FROM users u GROUP BY u.name', 'u.name'],
    ['SELECT o.id, o.name FROM users u JOIN o ON true GROUP BY o.id', 'o.id'],
    ['SELECT a, b, grouping(a) FROM users GROUP BY ROLLUP (a, b)', 'ROLLUP (a, b)'],
  ])('groups by what a primary key would give: %s', async (sql, groups) => {
    const columns = ['id', 'name'].map((name) => ({ name, type: 'text', nativeType: 'text', nullable: true }) as const)
    const users = { schema: 'public', name: 'users', kind: 'table', columns, primaryKey: ['id'] } as const
    const { tree } = await postgres.parse(sql, { version: '1', searchPath: ['public'], functions: [], tables: [users] })
    const text = await postgres.print(await postgres.replaceTables(tree, view))
    expect(/ GROUP BY (.*?)( HAVING .*| ORDER BY .*)?$/.exec(text)?.[1]).toBe(groups)
  })

  it('replaces inside WITH queries, and what stands outside their reach', async () => {
    expect(await replaced('WITH users AS (SELECT * FROM users) SELECT * FROM users', view)).toBe(
      `WITH users AS (SELECT * FROM ${subselect} AS users) SELECT * FROM users`,
    )
  })

  it.each([
    ['SELECT * FROM users TABLESAMPLE system (5)', 'feature_refused'],
    ['SELECT ctid FROM users', 'column_unknown'],
    ['SELECT users.tableoid FROM users', 'column_unknown'],
    ['SELECT public.users.id FROM public.users, (SELECT 1 AS id) AS x WHERE EXISTS (SELECT 1 FROM orders AS users)', 'feature_refused'],
  ])('refuses %s', async (sql, code) => {
    expect((await failure(() => replaced(sql, view))).code).toBe(code)
  })

  it('refuses ONLY where the view is more than the table', async () => {
    const joined = () => 'SELECT u.id FROM public.users u JOIN public.teams t ON t.id = u.team'
    expect((await failure(() => replaced('SELECT * FROM ONLY users', joined))).code).toBe('feature_refused')
  })

  it('leaves the tree it was given as it was', async () => {
    const { tree } = await parse('SELECT * FROM users')
    await postgres.replaceTables(tree, view)
    expect(await postgres.print(tree)).toBe('SELECT * FROM users')
  })
})

describe('words of the dialect', () => {
  it('quotes names and texts so that they cannot be left', async () => {
    for (const text of [`'`, `''`, `\\`, `\\'`, `'; DROP TABLE t; --`, `\n`, `$1`, 'é😀', `E'`]) {
      const { tree } = await parse(`SELECT ${postgres.literal(text)} AS ${postgres.quoteName(`${text}"`)}`)
      const [target] = (tree.stmt as { SelectStmt: { targetList: { ResTarget: { name: string; val: unknown } }[] } }).SelectStmt.targetList
      expect(target?.ResTarget.name).toBe(`${text}"`)
      expect(target?.ResTarget.val).toMatchObject({ A_Const: { sval: { sval: text } } })
    }
    expect([1, -1, 1.5, true, false, null].map(postgres.literal)).toEqual(['1', '(-1)', '1.5', 'TRUE', 'FALSE', 'NULL'])
  })

  it('asks for a plan without running anything', () => {
    expect(postgres.explain('SELECT 1')).toBe('EXPLAIN (FORMAT TEXT) SELECT 1')
  })
})
