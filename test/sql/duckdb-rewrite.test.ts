import { createHmac } from 'node:crypto'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SluiceError } from '../../src/error.ts'
import type { Mask } from '../../src/grant.ts'
import { duckdbParser } from '../../src/source/duckdb.ts'
import { duckdb } from '../../src/sql/duckdb/duckdb.ts'

const dialect = duckdb(await duckdbParser())
const db = await DuckDBInstance.create(':memory:')
const connection = await db.connect()
const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson()

beforeAll(async () => {
  await connection.run(`
    CREATE TABLE users (id INTEGER, tenant INTEGER, email VARCHAR, born DATE, salary DECIMAL(10,2), tiny TINYINT);
    INSERT INTO users VALUES (1, 1, 'ada@x.org', '1815-12-10', 1234.56, 127), (2, 1, '', NULL, NULL, NULL), (3, 2, 'secret', '2001-01-01', -5, -128);`)
})
afterAll(() => {
  connection.closeSync()
  db.closeSync()
})

/** The statement with `users` replaced, and with at most `rows` rows, as it is printed. */
async function rewritten(
  sql: string,
  rows?: number,
  view = 'SELECT id, upper(email) AS email FROM main.users WHERE tenant = 1',
): Promise<string> {
  const { tree } = await dialect.parse(sql)
  const replaced = await dialect.replaceTables(tree, ({ name }) => (name.toLowerCase() === 'users' ? view : undefined))
  return dialect.print(rows === undefined ? replaced : dialect.limitRows(replaced, rows))
}

describe('granted views in DuckDB', () => {
  const view = '(SELECT id, upper(email) AS email FROM main.users WHERE (tenant = 1))'
  it.each([
    ['SELECT * FROM users', `SELECT * FROM ${view} AS users`],
    ['FROM main.users AS u', `SELECT * FROM ${view} AS u`],
    ['SELECT b FROM users u(a, b)', `SELECT b FROM ${view} AS u(a, b)`],
    ['SELECT 1 FROM t, users', `SELECT 1 FROM t , ${view} AS users`],
    ['WITH users AS (FROM main.users) SELECT * FROM users', `WITH users AS (SELECT * FROM ${view} AS users)SELECT * FROM users`],
    ['SUMMARIZE users', `SUMMARIZE (SELECT * FROM ${view} AS users)`],
    ['EXPLAIN SELECT id FROM users', `EXPLAIN SELECT id FROM ${view} AS users`],
    ["SELECT * FROM query_table('users')", `SELECT * FROM (SELECT * FROM ${view} AS users)`],
    ['SELECT * FROM users TABLESAMPLE 10%', `SELECT * FROM ${view} AS users TABLESAMPLE System(10.0 PERCENT)`],
  ])('%s', async (before, after) => {
    expect(await rewritten(before)).toBe(after)
  })
  it('show only what they let through, wherever the table is read', async () => {
    for (const sql of [
      'SELECT email FROM users ORDER BY id',
      'SELECT users.email FROM main.users ORDER BY id',
      'SELECT u.email FROM users u ORDER BY u.id',
      'SELECT users.email FROM (FROM users) users ORDER BY id',
      'SELECT email FROM (SELECT * FROM memory.main.users) ORDER BY id',
      'WITH RECURSIVE users AS (SELECT email, id FROM users UNION ALL SELECT email, id FROM users WHERE id > 99) SELECT email FROM users ORDER BY id',
      'SELECT (u).email FROM users AS u ORDER BY u.id',
      "SELECT struct_extract(users, 'email') FROM users ORDER BY users.id",
    ]) {
      expect([sql, await ask(await rewritten(sql))]).toEqual([sql, [['ADA@X.ORG'], ['']]])
    }
  })
  it('leave columns the names that their text gives them, and take the schema from before their table', async () => {
    const names = async (sql: string) => (await connection.runAndReadAll(sql)).columnNames()
    for (const sql of [
      'SELECT (SELECT max(id) FROM users), 1 + 1, EXISTS (FROM users)',
      "SELECT list_contains((SELECT list(email) FROM users), 'x') FROM users GROUP BY ALL",
      'SELECT main.users.id, "main"."USERS".email FROM main.users WHERE main.users.id > 0 ORDER BY main.users.id',
    ]) {
      expect([sql, await names(await rewritten(sql))]).toEqual([sql, await names(sql)])
    }
  })
  it.each([
    'EXPLAIN ANALYZE SELECT * FROM users',
    'SELECT stats(id) FROM users',
    "SELECT * FROM pragma_storage_info('users')",
    "PRAGMA table_info('users')",
    'SELECT current_query() FROM users',
    'SELECT * FROM histogram(users, id)',
    'WITH x AS (FROM users) SELECT * FROM histogram_values(users, id)',
  ])('nothing looks past them: %s', async (sql) => {
    const code = await rewritten(sql).catch((error: SluiceError) => error.code)
    expect(code).toBe('function_refused')
  })
})

describe('row limits in DuckDB', () => {
  it.each([
    ['SELECT 1', 'SELECT 1 LIMIT 10'],
    ['SELECT 1 LIMIT 5', 'SELECT 1 LIMIT 5'],
    ['SELECT 1 LIMIT 50 OFFSET 2', 'SELECT 1 LIMIT 10 OFFSET 2'],
    ['SELECT 1 OFFSET 2', 'SELECT 1 LIMIT 10 OFFSET 2'],
    ['SELECT 1 LIMIT 9223372036854775807', 'SELECT 1 LIMIT 10'],
    ['SELECT 1 LIMIT 99999999999999999999', 'SELECT * FROM (SELECT 1 LIMIT 99999999999999999999) LIMIT 10'],
    ['SELECT 1 LIMIT ?', 'SELECT * FROM (SELECT 1 LIMIT $1) LIMIT 10'],
    ['SELECT 1 LIMIT 50%', 'SELECT * FROM (SELECT 1 LIMIT (50) %) LIMIT 10'],
    ['SELECT 1 UNION SELECT 2', '(SELECT 1) UNION (SELECT 2) LIMIT 10'],
    ['FROM t ORDER BY a DESC', 'SELECT * FROM t ORDER BY a DESC LIMIT 10'],
    ['EXPLAIN SELECT 1', 'EXPLAIN SELECT 1'],
    ['SHOW TABLES', 'DESCRIBE "tables"'],
    ['DESCRIBE t', 'DESCRIBE (SELECT * FROM t)'],
  ])('%s', async (before, after) => {
    expect(await rewritten(before, 10)).toBe(after)
  })
})

describe('what is printed means what was written', () => {
  it.each([
    "SELECT 9223372036854775807, -9223372036854775808, 170141183460469231731687303715884105727, 1e9, 0.1, 1.50, 'a''b', 'é😀'",
    'SELECT 42 IS TRUE, true, NOT false, NULL IS NOT TRUE',
    'SELECT sum(a) FROM (VALUES (1), (2)) AS t(a)',
    "WITH t(a, b) AS (VALUES (1, 'x'), (2, 'y')) SELECT b, a FROM t ORDER BY a DESC",
    'SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) t(a, b) GROUP BY CUBE (a), (), b ORDER BY ALL',
    'SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) t(a, b) GROUP BY GROUPING SETS ((b, a), (b), ()) ORDER BY ALL',
    "SELECT {'a': 1, 'b': [1, 2]}, MAP {'k': 1}, [x * 2 FOR x IN [1, 2] IF x > 1]",
    "SELECT list_transform([1, 2], lambda x: x + 1), 'abc'[2:3], INTERVAL 3 DAY, DATE '2024-01-01'",
    'SELECT * EXCLUDE (b) REPLACE (a + 1 AS a) FROM (SELECT 1 AS a, 2 AS b)',
    "SELECT COLUMNS(x -> x LIKE 'a%') FROM (SELECT 1 AS a1, 2 AS b1)",
    'SELECT a, sum(a) OVER (ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM range(5) t(a) QUALIFY a > 1 ORDER BY a',
    "PIVOT (SELECT 'x' AS k, 1 AS v UNION ALL SELECT 'y', 2) ON k IN ('x', 'y') USING sum(v)",
    'UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b',
    'SELECT a FROM (SELECT 1 AS a UNION BY NAME SELECT 2 AS a, 3 AS b) ORDER BY a',
    "SELECT CASE WHEN 1 = 1 THEN 'y' END, 1 IN (1, 2), 2 BETWEEN 1 AND 3, coalesce(NULL, 1), TRY_CAST('a' AS INTEGER)",
    "SELECT 'A' COLLATE NOCASE = 'a', 'x' SIMILAR TO 'x|y', 5 // 2, 5 % 2, 2 ** 3, 'a' || 'b'",
  ])('%s', async (sql) => {
    const { tree } = await dialect.parse(sql)
    expect(await ask(await dialect.print(tree))).toEqual(await ask(sql))
  })
  it('refuses what its printer would change', async () => {
    const { tree } = await dialect.parse('SELECT * FROM (a NATURAL JOIN b) NATURAL JOIN (c NATURAL JOIN d)')
    await expect(Promise.resolve(dialect.print(tree))).rejects.toMatchObject({ code: 'feature_refused' })
  })
  it('leaves comments behind', async () => {
    const { tree } = await dialect.parse('SELECT /* a */ 1 -- b')
    expect(await dialect.print(tree)).toBe('SELECT 1')
  })
})

describe('masks in DuckDB', () => {
  const key = '0123456789abcdef'.repeat(4)
  const hidden = async (mask: Mask, column: string, nativeType: string) =>
    (await ask(`SELECT ${dialect.mask(mask, dialect.quoteName(column), nativeType, key)} FROM users ORDER BY id`)).flat()
  it('hash is HMAC-SHA256', async () => {
    const hmac = (text: string) => createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('hex')
    expect(await hidden({ kind: 'hash' }, 'email', 'VARCHAR')).toEqual([hmac('ada@x.org'), hmac(''), hmac('secret')])
    expect(await hidden({ kind: 'hash' }, 'born', 'DATE')).toEqual([hmac('1815-12-10'), null, hmac('2001-01-01')])
  })
  it('the others hide what they should and keep NULL', async () => {
    expect(await hidden({ kind: 'null' }, 'email', 'VARCHAR')).toEqual([null, null, null])
    expect(await hidden({ kind: 'constant', value: "it's" }, 'born', 'DATE')).toEqual(["it's", "it's", "it's"])
    expect(await hidden({ kind: 'partial', first: 1, last: 2 }, 'email', 'VARCHAR')).toEqual(['a***rg', '***', 's***et'])
    expect(await hidden({ kind: 'email' }, 'email', 'VARCHAR')).toEqual(['a***@x.org', '***', '***'])
    expect(await hidden({ kind: 'year' }, 'born', 'DATE')).toEqual(['1815-01-01', null, '2001-01-01'])
    expect(await hidden({ kind: 'round', to: 100 }, 'salary', 'DECIMAL(10,2)')).toEqual(['1200.00', null, '0.00'])
    expect(await hidden({ kind: 'round', to: 10 }, 'tiny', 'TINYINT')).toEqual([null, null, null])
  })
  it('an address with a line break is hidden as well', async () => {
    const sql = dialect.mask({ kind: 'email' }, `'\nsecret@x\norg'`, 'VARCHAR', key)
    expect(JSON.stringify(await ask(`SELECT ${sql}`))).not.toContain('secret')
  })
  it.each(["it's", 'a\0b', '\\', '-- x', '"', ''])('the text %j cannot leave its literal', async (text) => {
    expect(await ask(`SELECT ${dialect.literal(text)}`)).toEqual([[text]])
  })
  it('numbers and others as literals', async () => {
    expect(
      await ask(`SELECT 1 - ${dialect.literal(-1)}, ${dialect.literal(true)}, ${dialect.literal(null)}, ${dialect.literal(Number.NaN)}`),
    ).toEqual([[2, true, null, 'NaN']])
  })
})

describe('the fence in DuckDB', () => {
  const plan = async (fence: string): Promise<string> => {
    const view = `SELECT id, email FROM users WHERE lower(email) <> 'secret'${fence}`
    const [row] = await ask(`EXPLAIN SELECT * FROM (${view}) AS users WHERE email::INTEGER > 5`)
    return String(row![1])
  }
  it('keeps the predicates of the caller above the row rule', async () => {
    expect(await plan('')).not.toMatch(/FILTER[\s\S]*LIMIT[\s\S]*(FILTER|SEQ_SCAN)/)
    expect(await plan(dialect.fence)).toMatch(/FILTER[\s\S]*CAST[\s\S]*LIMIT[\s\S]*secret/)
  })
})
