import { describe, expect, it } from 'vitest'
import { dialects, functions, read, tables } from './reading.ts'

/** Statement, the tables that it names, the functions that it calls. */
const reads: readonly (readonly [sql: string, tables: string, functions?: string])[] = [
  ['SELECT 1', ''],
  ['SELECT 1 FROM DUAL WHERE 2', ''],
  ['select * from users', 'users'],
  ['SELECT u.*, `u`.`id` x FROM shop.users AS u', 'shop.users u'],
  ['SELECT shop.users.*, shop.users.id FROM shop.users', 'shop.users'],
  ['SELECT shop . users . id FROM shop . users', 'shop.users'],
  ['SELECT a.select, a.from FROM t.where a', 't.where a'],
  ['SELECT FROM.x, x.FROM FROM a', 'a'],
  ['SELECT 1a, 1e, 0xg, 0b2 FROM 1t', '1t'],
  ['SELECT t.1, t.1e5 FROM t', 't'],
  ['SELECT `a``b` FROM `my ``table`', 'my `table'],
  ['SELECT "a" FROM `users`', 'users'],
  ['SELECT \'it\'\'s\', "say ""x""", \'a\\\'b\', "c\\"d" FROM t', 't'],
  ["SELECT 'a' \"b\" 'c' AS 'd' FROM t", 't'],
  ["SELECT 'a\\\\' FROM users -- '", 'users'],
  ["SELECT _utf8mb4'x', _utf8 x'41', N'y', n'z', x'4142', X'41', b'01', 0x41, 0b01, _latin1 0x41 FROM t", 't'],
  ['SELECT 1.5, .5, 1., 1e5, 1.5e-3, 1e+2 FROM t', 't'],
  ['SELECT 1.e5 FROM t', 't'],
  ['SELECT NULL, TRUE, false, \\N FROM t', 't'],
  ["SELECT DATE '2020-01-01', TIME '10:00', TIMESTAMP '2020-01-01', {d '2020-01-01'}, {fn now()}", '', 'now/0'],
  ['SELECT a -- FROM x\nFROM y', 'y'],
  ['SELECT a # FROM x\nFROM y', 'y'],
  ['SELECT a --\nFROM y', 'y'],
  ['SELECT email/**/FROM/**/users', 'users'],
  ['SELECT 1 /* /* */ FROM t', 't'],
  ['SELECT /*+ SET_VAR(sort_buffer_size = 1) */ a FROM t', 't'],
  ['SELECT naïve, größe FROM tabelle', 'tabelle'],
  [
    'SELECT ALL HIGH_PRIORITY STRAIGHT_JOIN SQL_SMALL_RESULT SQL_BIG_RESULT SQL_BUFFER_RESULT SQL_NO_CACHE SQL_CALC_FOUND_ROWS a FROM t',
    't',
  ],
  ['SELECT DISTINCTROW a FROM t', 't'],
  ['SELECT date, time, year, rank, system, offset, window, status, value FROM text', 'text'],
  ['SELECT a b, c AS d, e AS "f", g \'h\', i AS `j` FROM t', 't'],
  ['SELECT a AND b, a && b, a OR b, a || b, a XOR b, NOT a, ! a FROM t', 't'],
  ['SELECT a = b, a <=> b, a <> b, a != b, a < b, a <= b, a > b, a >= b FROM t', 't'],
  ['SELECT a + b - c * d / e DIV f % g MOD h ^ i | j & k << l >> m, ~n, - -o FROM t', 't'],
  ["SELECT a->'$.x', a->>'$.y' FROM t", 't'],
  ["SELECT a LIKE 'x' ESCAPE '!', a NOT LIKE b, a REGEXP b, a NOT RLIKE b, a SOUNDS LIKE b FROM t", 't'],
  ['SELECT a IS NULL, a IS NOT TRUE, a IS UNKNOWN, a BETWEEN 1 AND 2 AND c, a NOT BETWEEN b + 1 AND c FROM t', 't'],
  ['SELECT a IN (1, 2), a NOT IN (SELECT b FROM u), (a, b) IN ((1, 2)), ROW(1, 2) = (3, 4) FROM t', 'u, t'],
  ['SELECT a = ANY (SELECT 1 FROM u), a > ALL (SELECT 2 FROM v), a <> SOME (SELECT 3) FROM t', 'u, v, t'],
  ["SELECT a MEMBER OF ('[1]'), a COLLATE utf8mb4_bin, BINARY a FROM t", 't'],
  ['SELECT CASE WHEN a THEN 1 END, CASE a WHEN 1 THEN 2 ELSE 3 END FROM t', 't'],
  ['SELECT a + INTERVAL 1 DAY, INTERVAL 2 HOUR + a, a - INTERVAL b + 1 MINUTE_SECOND FROM t', 't'],
  ['SELECT INTERVAL(1, 2, 3), DATE_ADD(a, INTERVAL (b) SQL_TSI_DAY) FROM t', 't', 'interval/-1, date_add/2'],
  ['SELECT CAST(a AS UNSIGNED INTEGER), CAST(b AS CHAR(10) CHARACTER SET utf8mb4), CAST(c AS DECIMAL(10, 2)) FROM t', 't'],
  ['SELECT CONVERT(a, DATETIME(6)), CONVERT(a USING utf8mb4), CONVERT(a USING binary), CAST(a AS JSON ARRAY) FROM t', 't'],
  ['SELECT COUNT(*), COUNT(DISTINCT a, b), SUM(ALL c) FROM t', 't', 'count/0, count/2, sum/1'],
  ["SELECT GROUP_CONCAT(DISTINCT a, b ORDER BY c DESC SEPARATOR ', ' LIMIT 5) FROM t", 't', 'group_concat/2'],
  [
    'SELECT EXTRACT(YEAR_MONTH FROM a), TRIM(LEADING b FROM c), TRIM(d), TRIM(BOTH FROM e) FROM t',
    't',
    'extract/2, trim/1, trim/1, trim/1',
  ],
  [
    "SELECT POSITION('a' IN b), SUBSTRING(a FROM 2 FOR 3), SUBSTR(a, 2), MID(a, 1, 2) FROM t",
    't',
    'position/2, substring/3, substr/2, mid/3',
  ],
  [
    "SELECT CHAR(77, 121 USING utf8mb4), WEIGHT_STRING(a AS CHAR(3)), GET_FORMAT(DATE, 'EUR') FROM t",
    't',
    'char/2, weight_string/1, get_format/2',
  ],
  ['SELECT TIMESTAMPDIFF(MONTH, a, b), TIMESTAMPADD(SQL_TSI_DAY, 1, c) FROM t', 't', 'timestampdiff/3, timestampadd/3'],
  [
    'SELECT IF(a, 1, 2), LEFT(b, 1), REPLACE(c, 1, 2), MOD(d, 2), REPEAT(e, 2), INSERT(f, 1, 2, 3) FROM t',
    't',
    'if/3, left/2, replace/3, mod/2, repeat/2, insert/4',
  ],
  [
    'SELECT CURRENT_TIMESTAMP, CURRENT_DATE(), NOW(6), UTC_TIME, CURRENT_USER',
    '',
    'current_timestamp/0, current_date/0, now/1, utc_time/0, current_user/0',
  ],
  ['SELECT abs (1), `left` FROM t', 't', 'abs/1'],
  ['SELECT count, sum, max FROM min', 'min'],
  ["SELECT JSON_VALUE(a, '$.x' RETURNING SIGNED NULL ON EMPTY DEFAULT 1 ON ERROR) FROM t", 't', 'json_value/2'],
  ["SELECT MATCH (a, b) AGAINST ('+x' IN BOOLEAN MODE), MATCH a AGAINST ('y' WITH QUERY EXPANSION) FROM t", 't'],
  ['SELECT DEFAULT(a), VALUES(b) FROM t', 't'],
  ['SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC), SUM(c) OVER w FROM t WINDOW w AS (ORDER BY d)', 't', 'row_number/0, sum/1'],
  ['SELECT SUM(a) OVER (ORDER BY b RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND UNBOUNDED FOLLOWING) FROM t', 't', 'sum/1'],
  ['SELECT NTH_VALUE(a, 2) FROM FIRST OVER w FROM t WINDOW w AS (ROWS 1 PRECEDING)', 't', 'nth_value/2'],
  ['SELECT NTH_VALUE(a, 2) FROM first', 'first', 'nth_value/2'],
  ["SELECT @a, @`b c`, @'d', @@version, @@global.max_connections, @@session.sql_mode", ''],
  ['SELECT * FROM a, b JOIN c ON a.x = c.x LEFT JOIN d USING (x, y)', 'a, b, c, d'],
  ['SELECT * FROM a LEFT JOIN b LEFT JOIN c ON 1 ON 2 STRAIGHT_JOIN d ON 3 NATURAL RIGHT OUTER JOIN e CROSS JOIN f', 'a, b, c, d, e, f'],
  ['SELECT * FROM (a, b) JOIN (c INNER JOIN (d) ON 1)', 'a, b, c, d'],
  ['SELECT * FROM {OJ a LEFT OUTER JOIN b ON 1}', 'a, b'],
  ['SELECT * FROM a x USE INDEX (i, j) IGNORE KEY FOR ORDER BY (PRIMARY), b FORCE INDEX FOR JOIN (k)', 'a x, b'],
  ["SELECT * FROM a PARTITION (p0, p1) AS x, b FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01' y", 'a x, b y'],
  ['SELECT * FROM b FOR SYSTEM_TIME BETWEEN NOW() AND NOW(), c FOR SYSTEM_TIME ALL', 'b, c', 'now/0, now/0'],
  ['SELECT * FROM (SELECT * FROM a) AS d (x, y), LATERAL (SELECT * FROM b WHERE b.i = d.x) AS l', 'a, b'],
  ['SELECT * FROM ((SELECT 1 FROM a) UNION (SELECT 2 FROM b)) x JOIN ((SELECT 3 FROM c)) y', 'a, b, c'],
  ['SELECT * FROM ((SELECT 1 FROM a) x JOIN b)', 'a, b'],
  [
    "SELECT * FROM t, JSON_TABLE(t.d, '$[*]' COLUMNS (i FOR ORDINALITY, n INT PATH '$.n' NULL ON EMPTY, NESTED PATH '$.m' COLUMNS (k CHAR(3) EXISTS PATH '$'))) AS j",
    't',
    'json_table/2',
  ],
  ['SELECT a FROM t WHERE b GROUP BY c, d DESC WITH ROLLUP HAVING e ORDER BY f ASC, 2 LIMIT 5 OFFSET 2', 't'],
  ['SELECT a FROM t LIMIT 2, 5', 't'],
  ['SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH NEXT 10 ROWS ONLY', 't'],
  ['SELECT a FROM t LIMIT 10 ROWS EXAMINED 100', 't'],
  ['(SELECT a FROM x ORDER BY a LIMIT 1) UNION ALL (SELECT b FROM y) ORDER BY 1 LIMIT 2', 'x, y'],
  ['SELECT 1 FROM a UNION SELECT 2 FROM b EXCEPT ALL SELECT 3 FROM c INTERSECT DISTINCT (SELECT 4 FROM d)', 'a, b, c, d'],
  ['((SELECT a FROM x))', 'x'],
  ['SELECT ((SELECT 1 FROM a) UNION (SELECT 2 FROM b)), ((SELECT 3 FROM c) + 1, 2)', 'a, b, c'],
  ['VALUES (1, 2), (3, 4) ORDER BY 1', ''],
  ['VALUES ROW(1, (SELECT a FROM t)), ROW(2, 3)', 't'],
  ['TABLE users', 'users'],
  ['SELECT * FROM (TABLE shop.users) x', 'shop.users'],
  ['WITH x AS (SELECT * FROM a), y (c) AS (SELECT * FROM x) SELECT * FROM x JOIN y JOIN z', 'a, z'],
  ['WITH users AS (SELECT * FROM users) SELECT * FROM users', 'users'],
  ['WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a, b', 'b'],
  ['WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r', ''],
  ['WITH RECURSIVE a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b, c', 'c'],
  ['SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) y, x', 'x'],
  ['WITH x AS (SELECT 1) SELECT * FROM shop.x', 'shop.x'],
  ['EXPLAIN SELECT * FROM users', 'users'],
  ['DESC EXTENDED SELECT * FROM users', 'users'],
  ['EXPLAIN PARTITIONS (SELECT 1 FROM users)', 'users'],
  ['EXPLAIN FORMAT=JSON WITH x AS (SELECT 1) SELECT * FROM x, users', 'users'],
  ['EXPLAIN ANALYZE SELECT * FROM users', 'users'],
  ['ANALYZE FORMAT=JSON SELECT * FROM users', 'users'],
  ['DESCRIBE users', 'users'],
  ["DESC shop.users 'e%'", 'shop.users'],
  ['SHOW FULL COLUMNS FROM users FROM shop LIKE "e%"', 'shop.users'],
  ['SHOW CREATE TABLE shop.users', 'shop.users'],
  ['SHOW INDEX FROM users WHERE Key_name = "x"', 'users'],
  ['SHOW FULL TABLES IN shop WHERE Table_type = "VIEW"', 'information_schema.TABLES'],
  ['SHOW DATABASES', 'information_schema.SCHEMATA'],
  ['SHOW CREATE PROCEDURE p', 'information_schema.ROUTINES'],
  ["SHOW GLOBAL VARIABLES LIKE 'max%'", ''],
  ['SHOW SESSION STATUS', 'information_schema.SESSION_STATUS'],
  ['SHOW VARIABLES', 'information_schema.SYSTEM_VARIABLES'],
  ["SHOW VARIABLES LIKE '%dir%'", 'information_schema.SYSTEM_VARIABLES'],
  ["SHOW VARIABLES LIKE 'version%'", ''],
  ['SHOW CHARACTER SET', ''],
  ["SELECT id, 'DELETE FROM x;' FROM audit WHERE note LIKE '%into outfile%' AND `delete` = 1", 'audit'],
  ['SELECT a FROM t WHERE b = ? AND c IN (?, ?);', 't'],
]

describe('MySQL reads', () => {
  it.each(reads.map(([sql, tables, functions = '']) => [sql, tables, functions] as const))(
    '%s',
    (sql, expectedTables, expectedFunctions) => {
      const { facts, tree } = read('mysql', sql)
      expect(tables(facts)).toBe(expectedTables)
      expect(functions(facts)).toBe(expectedFunctions)
      const printed = dialects.mysql.print(tree) as string
      expect(tables(read('mysql', printed).facts)).toBe(expectedTables)
      expect(dialects.mysql.print(read('mysql', printed).tree)).toBe(printed)
    },
  )

  it('names the kind and the leading words', () => {
    const facts = (sql: string) => read('mysql', sql).facts
    expect(facts('(select 1)')).toMatchObject({ kind: 'read', statement: 'SELECT' })
    expect(facts('explain format=tree select 1')).toMatchObject({ kind: 'explain', statement: 'EXPLAIN SELECT' })
    expect(facts('analyze select 1')).toMatchObject({ kind: 'explain', statement: 'ANALYZE SELECT' })
    expect(facts('desc users')).toMatchObject({ kind: 'show', statement: 'DESC' })
    expect(facts('show tables')).toMatchObject({ kind: 'show', statement: 'SHOW TABLES' })
  })

  it('counts parameters', () => {
    expect(read('mysql', 'SELECT ?, a FROM t WHERE b = ? LIMIT ?').facts.params).toBe(3)
    expect(read('mysql', "SELECT '?', `?`, /* ? */ 1").facts.params).toBe(0)
  })

  it('tells a function of a schema from a column', () => {
    expect(functions(read('mysql', 'SELECT shop.total(1), shop.total, shop . price (2, 3) FROM shop').facts)).toBe(
      'shop.total/1, shop.price/2',
    )
  })

  it.each([
    ["SELECT a + 1, abs(b) FROM t WHERE a = 1 AND b IN (1, 2) OR c LIKE 'x%' OR d IS NULL OR e > -1", false],
    ['SELECT a FROM t WHERE a * 2 > 1', true],
    ['SELECT a FROM t WHERE ABS(a) > 1', true],
    ['SELECT a FROM t WHERE b > NOW() - INTERVAL 7 DAY AND YEAR(c) = 2024 AND LOWER(d) = ABS(-5)', false],
    ['SELECT a FROM t WHERE 1 + 1 = a AND a BETWEEN 1 - ? AND 2 * 3', false],
    ['SELECT a FROM t WHERE a BETWEEN 1 AND b - 1', true],
    ['SELECT a FROM t WHERE -a = 1', true],
    ['SELECT a FROM t WHERE LOWER(a / b) = 1', true],
    ['SELECT a FROM t WHERE 1 / (SELECT b FROM u) = 1', true],
    ['SELECT a FROM t WHERE ((SELECT 1) + a) = 1', true],
    ['SELECT a FROM t WHERE shop.lower(a) = 1', true],
    ['SELECT a FROM t JOIN u ON CAST(t.a AS SIGNED) = u.a', true],
    ["SELECT a FROM t WHERE a REGEXP 'x'", true],
    ["SELECT a FROM t WHERE a->'$.x' = 1", true],
    ['SELECT a FROM t HAVING extractvalue(1, a)', true],
  ])('tells whether a predicate can fail or be observed: %s', (sql, leaky) => {
    expect(read('mysql', sql).facts.leaky).toBe(leaky)
  })
})
