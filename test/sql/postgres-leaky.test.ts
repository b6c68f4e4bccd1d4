import { describe, expect, it } from 'vitest'
import { postgres } from '../../src/sql/postgres/postgres.ts'

const leaky = async (sql: string): Promise<boolean> => (await postgres.parse(sql)).facts.leaky

describe('predicates that could tell about hidden rows', () => {
  it.each([
    'SELECT * FROM t',
    'SELECT 1 / a FROM t WHERE b = 1',
    `SELECT * FROM t WHERE a = 1 AND b <> 'x' OR NOT c >= $1`,
    'SELECT * FROM t WHERE a IN (1, 2, $1) AND b BETWEEN 1 AND 5 AND c IS NOT NULL AND d IS TRUE AND e',
    `SELECT * FROM t WHERE name LIKE 'a%' OR name ILIKE '%b\\\\_%'`,
    `SELECT * FROM t WHERE at >= now() - interval '7 days' AND day < CURRENT_DATE AND x > '2024-01-01'::date`,
    `SELECT * FROM t WHERE a = ANY ($1) AND b = ANY ('{1,2}'::int[]) AND c <> ALL (ARRAY[1, 2])`,
    'SELECT * FROM t WHERE (a, b) = (1, 2) AND c IS NOT DISTINCT FROM d',
    'SELECT * FROM t JOIN u ON t.id = u.id LEFT JOIN v USING (id) WHERE t.a = u.a',
    'SELECT * FROM t WHERE a IN (SELECT b FROM u WHERE c = 1)',
    'SELECT * FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id)',
    'SELECT a, sum(b * c) FROM t GROUP BY a HAVING a > 1',
    'SELECT * FROM (SELECT a, sum(b * c) AS s, count(*) FROM t GROUP BY a) x WHERE s > 5',
    'WITH x AS (SELECT a, b FROM t WHERE c = 1) SELECT lower(a) FROM x WHERE b = 2',
    'SELECT * FROM generate_series(1, 10) AS g WHERE g = 3',
    'SELECT lower(a) FROM t UNION ALL SELECT upper(b) FROM u',
    'SELECT lower(a) FROM t ORDER BY length(a), 1 / b LIMIT 5',
  ])('quiet: %s', async (sql) => {
    expect(await leaky(sql)).toBe(false)
  })

  it.each([
    'SELECT * FROM t WHERE 1 / (a - 5) > 0',
    'SELECT * FROM t WHERE a + 1 = 2',
    `SELECT * FROM t WHERE lower(a) = 'x'`,
    'SELECT * FROM t WHERE a::int = 1',
    `SELECT * FROM t WHERE a ~ '('`,
    `SELECT * FROM t WHERE a SIMILAR TO 'x'`,
    `SELECT * FROM t WHERE a LIKE 'abc\\'`,
    'SELECT * FROM t WHERE a LIKE $1',
    'SELECT * FROM t WHERE a LIKE b',
    `SELECT * FROM t WHERE a LIKE 'x' ESCAPE 'y'`,
    'SELECT * FROM t WHERE CASE WHEN a = 1 THEN b = 2 ELSE f() END',
    'SELECT * FROM t WHERE a = (SELECT b FROM u)',
    'SELECT * FROM t WHERE a < ALL (SELECT b FROM u)',
    'SELECT * FROM t WHERE a IN (SELECT 1 / b FROM u)',
    'SELECT * FROM t WHERE EXISTS (SELECT 1 FROM u WHERE 1 / t.a = 1)',
    'SELECT * FROM t JOIN u ON t.a + 1 = u.a',
    'SELECT a FROM t GROUP BY a HAVING 1 / a > 0',
    'SELECT * FROM (SELECT 1 / (a - 5) AS x FROM t) s WHERE x > 0',
    'WITH s AS (SELECT lower(a) AS x FROM t) SELECT * FROM s',
    'SELECT * FROM t, generate_series(1, t.a)',
    'SELECT * FROM t, LATERAL f(t.a)',
    'SELECT (SELECT count(*) FROM u WHERE 1 / u.a > 0)',
    'SELECT 1 UNION SELECT 1 FROM t WHERE 1 / a > 0',
    'SELECT * FROM t WHERE a @> b',
    'SELECT * FROM t WHERE now() > f()',
    'EXPLAIN SELECT * FROM t WHERE 1 / a > 0',
  ])('leaky: %s', async (sql) => {
    expect(await leaky(sql)).toBe(true)
  })
})
