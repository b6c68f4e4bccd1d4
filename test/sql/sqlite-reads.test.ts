import { describe, expect, it } from 'vitest'
import { dialects, functions, read, tables } from './reading.ts'

/** Statement, the tables that it names, the functions that it calls. */
const reads: readonly (readonly [sql: string, tables: string, functions?: string])[] = [
  ['SELECT 1', ''],
  ['select * from users', 'users'],
  ['SELECT u.* FROM users AS u', 'users u'],
  ['SELECT u.* FROM users u', 'users u'],
  ['SELECT * FROM main.users', 'main.users'],
  ['SELECT main.users.id FROM main.users', 'main.users'],
  ['SELECT "a""b", [c d], `e` FROM "my users"', 'my users'],
  ["SELECT 'it''s' AS 'text' FROM 'users'", 'users'],
  ["SELECT 'users'.id FROM 'users'", 'users'],
  ["SELECT 'a' 'b' FROM users", 'users'],
  ["SELECT '-- users', '/* users */', \"x;y\" FROM a", 'a'],
  ["SELECT x'0aFF', X'', 0x1F, 1_000, 1.5e-3, .5, 1., 1.e5", ''],
  ["SELECT 'a\\' FROM users", 'users'],
  ['SELECT 1--2\n+ 3 FROM a', 'a'],
  ['SELECT a/*, b FROM x*/FROM y', 'y'],
  ['SELECT a FROM x -- FROM y', 'x'],
  ['SELECT naïve, 名 FROM tabelle', 'tabelle'],
  ['SELECT a$b FROM t$1', 't$1'],
  ['SELECT DISTINCT a, b c, d AS e, f "g" FROM t', 't'],
  ['SELECT ALL a FROM t', 't'],
  ['SELECT key, plan, row, first, action, like FROM desc', 'desc'],
  ['SELECT replace(a, 1, 2), glob(a, b), if(a, b) FROM t', 't', 'replace/3, glob/2, if/2'],
  ['SELECT left, cross FROM t', 't'],
  ['SELECT a window FROM t', 't'],
  ['SELECT over, filter, window FROM over', 'over'],
  ['SELECT current_date, CURRENT_TIMESTAMP', ''],
  ['SELECT -a, +b, ~c, NOT d, - - 1 FROM t', 't'],
  ['SELECT a || b, a + b, a % b, a << 1, a -> b, a ->> b, a == b, a <> b, a != b FROM t', 't'],
  ['SELECT a IS NULL, a ISNULL, a NOTNULL, a NOT NULL, a IS NOT b, a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b FROM t', 't'],
  ["SELECT a LIKE 'x%' ESCAPE '!', a NOT LIKE b, a GLOB b, a NOT REGEXP b, a MATCH 'q' FROM t", 't'],
  ['SELECT a BETWEEN 1 AND 2 AND b, a NOT BETWEEN 1 + 2 AND c FROM t', 't'],
  ['SELECT a IN (1, 2), a NOT IN (), a IN (SELECT b FROM u) FROM t', 'u, t'],
  ['SELECT a IN u, a NOT IN main.v FROM t', 'u, main.v, t'],
  ["SELECT a IN 'u' FROM t", 'u, t'],
  ['SELECT a IN generate_series(1, 5) FROM t', 't', 'generate_series/2'],
  ['SELECT (a, b) = (1, 2), (a, b) IN (SELECT c, d FROM u) FROM t', 'u, t'],
  ['SELECT CASE WHEN a THEN 1 ELSE 2 END, CASE a WHEN 1 THEN 2 WHEN 3 THEN 4 END FROM t', 't'],
  ['SELECT CAST(a AS VARCHAR(10)), CAST(a AS DECIMAL(10, -2)), CAST(a AS UNSIGNED BIG INT), CAST(a AS) FROM t', 't'],
  ['SELECT a COLLATE nocase, a COLLATE "binary" FROM t', 't'],
  ['SELECT EXISTS (SELECT 1 FROM u), NOT EXISTS (SELECT 1 FROM v) FROM t', 'u, v, t'],
  ['SELECT (SELECT max(a) FROM u WHERE u.id = t.id) FROM t', 'u, t', 'max/1'],
  [
    'SELECT count(*), count(DISTINCT a), group_concat(a, b ORDER BY c DESC), random() FROM t',
    't',
    'count/0, count/1, group_concat/2, random/0',
  ],
  ['SELECT "count"(*) FROM t', 't', 'count/0'],
  ['SELECT sum(a) FILTER (WHERE b > 1) FROM t', 't', 'sum/1'],
  ['SELECT row_number() OVER (PARTITION BY a ORDER BY b NULLS LAST) FROM t', 't', 'row_number/0'],
  ['SELECT sum(a) FILTER (WHERE b) OVER w FROM t WINDOW w AS (ORDER BY c), v AS (w)', 't', 'sum/1'],
  ['SELECT sum(a) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 + 1 FOLLOWING EXCLUDE CURRENT ROW) FROM t WINDOW w AS ()', 't', 'sum/1'],
  ['SELECT sum(a) OVER (RANGE CURRENT ROW EXCLUDE NO OTHERS), sum(a) OVER (GROUPS 2 PRECEDING EXCLUDE TIES) FROM t', 't', 'sum/1, sum/1'],
  ['SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t', 't', 'percentile_cont/1'],
  ['SELECT * FROM a, b', 'a, b'],
  ['SELECT * FROM a JOIN b ON a.x = b.x LEFT OUTER JOIN c USING (x, y)', 'a, b, c'],
  ['SELECT * FROM a NATURAL LEFT JOIN b CROSS JOIN c INNER JOIN d RIGHT JOIN e FULL OUTER JOIN f', 'a, b, c, d, e, f'],
  ['SELECT * FROM (a JOIN (b LEFT JOIN c ON 1)) x', 'a, b, c'],
  ['SELECT * FROM (users)', 'users'],
  ['SELECT * FROM (SELECT * FROM a) AS s JOIN (VALUES (1), (2)) v', 'a'],
  ['SELECT * FROM a INDEXED BY i, b NOT INDEXED, c d INDEXED BY "j"', 'a, b, c d'],
  ["SELECT * FROM t, json_each(t.doc, '$.x') AS j", 't', 'json_each/2'],
  ['SELECT value FROM generate_series(1, 10) WHERE value > 3', '', 'generate_series/2'],
  ["SELECT name FROM pragma_table_info('users')", 'users', 'pragma_table_info/1'],
  ['SELECT a FROM t WHERE a > 1 GROUP BY b, c HAVING count(*) > 1 ORDER BY 1 DESC, b COLLATE nocase LIMIT 5 OFFSET 2', 't', 'count/0'],
  ['SELECT a FROM t LIMIT 5, 10', 't'],
  ['SELECT a FROM x UNION SELECT b FROM y UNION ALL VALUES (1) EXCEPT SELECT c FROM z INTERSECT SELECT 1', 'x, y, z'],
  ['VALUES (1, 2), (3, 4)', ''],
  ['WITH x AS (SELECT * FROM a) SELECT * FROM x', 'a'],
  ['WITH x AS NOT MATERIALIZED (SELECT 1), y(a, b) AS MATERIALIZED (SELECT 1, 2 FROM x) SELECT * FROM x, y, z', 'z'],
  ['WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT n FROM c', ''],
  ['WITH users AS (SELECT * FROM main.users) SELECT * FROM users', 'main.users'],
  ['WITH Users AS (SELECT 1) SELECT * FROM uSERS', ''],
  ['WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a', ''],
  ['SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x), x', 'x'],
  ['SELECT * FROM x WHERE a IN (WITH x AS (SELECT 1) SELECT * FROM x)', 'x'],
  ['WITH x AS (SELECT 1) SELECT 1 IN x, 1 IN y', 'y'],
  ['WITH x AS (SELECT 1) SELECT * FROM main.x', 'main.x'],
  ['EXPLAIN QUERY PLAN SELECT * FROM users', 'users'],
  ['EXPLAIN SELECT * FROM users', 'users'],
  ['PRAGMA table_info(users)', 'users'],
  ["PRAGMA main.table_xinfo('users')", 'main.users'],
  ['PRAGMA foreign_keys', ''],
  ['PRAGMA user_version;', ''],
  ['PRAGMA table_list', 'sqlite_schema'],
  ['PRAGMA foreign_key_check(orders)', 'orders'],
  ['SELECT * FROM sqlite_schema', 'sqlite_schema'],
  ['SELECT id FROM audit WHERE note = \'delete from x\' AND "delete" = 1', 'audit'],
  ['SELECT a FROM t WHERE b = ? AND c = ?2 AND d = :x AND e = $y::z', 't'],
]

describe('SQLite reads', () => {
  it.each(reads.map(([sql, tables, functions = '']) => [sql, tables, functions] as const))(
    '%s',
    (sql, expectedTables, expectedFunctions) => {
      const { facts, tree } = read('sqlite', sql)
      expect(tables(facts)).toBe(expectedTables)
      expect(functions(facts)).toBe(expectedFunctions)
      const printed = dialects.sqlite.print(tree) as string
      expect(tables(read('sqlite', printed).facts)).toBe(expectedTables)
      expect(dialects.sqlite.print(read('sqlite', printed).tree)).toBe(printed)
    },
  )

  it('names the kind and the leading words', () => {
    expect(read('sqlite', '/* a */ select 1').facts).toMatchObject({ kind: 'read', statement: 'SELECT' })
    expect(read('sqlite', 'explain query plan with x as (select 1) select 1').facts).toMatchObject({
      kind: 'explain',
      statement: 'EXPLAIN QUERY PLAN WITH',
    })
    expect(read('sqlite', 'PRAGMA page_count').facts).toMatchObject({ kind: 'show', statement: 'PRAGMA page_count' })
  })

  it('counts parameters as SQLite numbers them', () => {
    expect(read('sqlite', 'SELECT ?, ?, ?').facts.params).toBe(3)
    expect(read('sqlite', 'SELECT ?5, ?, ?1').facts.params).toBe(6)
    const { facts, tree } = read('sqlite', 'SELECT :a, ?, @b, :a')
    expect(facts.params).toBe(3)
    expect(dialects.sqlite.print(tree)).toBe('SELECT ?1 , ?, ?3 , ?1')
  })

  it.each([
    ["SELECT * FROM t WHERE a = 1 AND b IN (1, 2) OR c LIKE 'x%'", false],
    ['SELECT a / b, abs(c) FROM t WHERE a > -1', false],
    ['SELECT * FROM t WHERE a / b > 1', true],
    ['SELECT * FROM t WHERE abs(a) > 1', true],
    ["SELECT * FROM t WHERE b > date('now', '-' || ? || ' days') AND lower(c) = abs(-5)", false],
    ['SELECT * FROM t WHERE a BETWEEN 1 + 1 AND 5', false],
    ['SELECT * FROM t WHERE a BETWEEN 1 AND b - 1', true],
    ['SELECT * FROM t WHERE -a = 1', true],
    ['SELECT * FROM t WHERE lower(json(a)) = 1', true],
    ['SELECT * FROM t JOIN u ON CAST(t.a AS INTEGER) = 1', true],
    ["SELECT * FROM t WHERE a ->> '$.x' = 1", true],
    ['SELECT a FROM t GROUP BY a HAVING sum(b) > 1', false],
    ['SELECT a FROM t GROUP BY a HAVING sum(b / c) > 1', true],
  ])('tells whether a predicate can fail or be observed: %s', (sql, leaky) => {
    expect(read('sqlite', sql).facts.leaky).toBe(leaky)
  })
})
