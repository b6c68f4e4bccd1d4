import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Engine, engines, openPlace, type Place } from '../tools/structure.ts'

/** Statements mended from what real sources say of them, without a model. */

const mended: readonly (readonly [sql: string, expected: Partial<Record<Engine, string>>])[] = [
  [
    'SELECT c.email, o.id, COUNT(*) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.email',
    {
      postgres: 'SELECT c.email, o.id, COUNT(*) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.email, o.id',
      duckdb: 'SELECT c.email, o.id, COUNT(*) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.email, o.id',
    },
  ],
  [
    'SELECT tenant, COUNT(*) FROM orders ORDER BY 2',
    {
      postgres: 'SELECT tenant, COUNT(*) FROM orders GROUP BY tenant ORDER BY 2',
      duckdb: 'SELECT tenant, COUNT(*) FROM orders GROUP BY tenant ORDER BY 2',
    },
  ],
  ...both(
    'SELECT id, total FROM orders JOIN customers ON customers.id = orders.customer_id',
    'SELECT orders.id, total FROM orders JOIN customers ON customers.id = orders.customer_id',
    [...engines],
  ),
  ...both(
    "SELECT c.email FROM customers c JOIN orders o ON o.customer_id = c.id WHERE id = 1 AND note <> 'id'",
    "SELECT c.email FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.id = 1 AND note <> 'id'",
    [...engines],
  ),
  ...both(
    'SELECT customer_id, COUNT(*) FROM orders WHERE COUNT(*) > 1 GROUP BY customer_id',
    'SELECT customer_id, COUNT(*) FROM orders GROUP BY customer_id HAVING COUNT(*) > 1',
    [...engines],
  ),
  ...both(
    'SELECT customer_id, COUNT(*) FROM orders WHERE total > 1 AND SUM(total) > 10 GROUP BY customer_id ORDER BY 2 LIMIT 5',
    'SELECT customer_id, COUNT(*) FROM orders WHERE total > 1 GROUP BY customer_id HAVING SUM(total) > 10 ORDER BY 2 LIMIT 5',
    [...engines],
  ),
  ...both('SELECT id FROM orders WHERE note = 5', "SELECT id FROM orders WHERE note = '5'", ['postgres']),
  ...both('SELECT id FROM orders WHERE note LIKE 5', "SELECT id FROM orders WHERE note LIKE '5'", ['postgres', 'duckdb']),
  ...both('SELECT ROUND(AVG(total::float), 2) FROM orders', 'SELECT ROUND((AVG(total::float))::numeric, 2) FROM orders', ['postgres']),
  ...both('SELECT AVG(total::float) FROM orders', 'SELECT AVG(CAST(total AS REAL)) FROM orders', ['sqlite']),
  ...both('SELECT AVG(total::float) FROM orders', 'SELECT AVG(CAST(total AS DOUBLE)) FROM orders', ['mysql']),
  ...both('SELECT total * 2 AS twice FROM orders WHERE twice > 1', 'SELECT total * 2 AS twice FROM orders WHERE (total * 2) > 1', [
    'postgres',
    'mysql',
  ]),
  ...both(
    'SELECT customer_id, COUNT(*) AS n FROM orders GROUP BY customer_id HAVING n > 1',
    'SELECT customer_id, COUNT(*) AS n FROM orders GROUP BY customer_id HAVING COUNT(*) > 1',
    ['postgres'],
  ),
  ...both('SELECT id FROM orders o WHERE orders.total > 1', 'SELECT id FROM orders o WHERE o.total > 1', [...engines]),
  ...both(
    'SELECT x.total FROM orders o JOIN customers c ON c.id = o.customer_id',
    'SELECT o.total FROM orders o JOIN customers c ON c.id = o.customer_id',
    [...engines],
  ),
  ...both('SELECT id FROM orders ORDER BY id LIMIT 5, 10', 'SELECT id FROM orders ORDER BY id LIMIT 10 OFFSET 5', ['postgres', 'duckdb']),
  ...both('SELECT id FROM orders ORDER BY id FETCH FIRST 3 ROWS ONLY', 'SELECT id FROM orders ORDER BY id LIMIT 3', ['sqlite']),
  ...both('SELECT IF(total > 1, 1, (2)) FROM orders', 'SELECT CASE WHEN total > 1 THEN 1 ELSE (2) END FROM orders', ['postgres']),
  ...both("SELECT email + ' ' + phone FROM customers", "SELECT email || ' ' || phone FROM customers", ['postgres', 'duckdb']),
  ...both("SELECT DATE_FORMAT('2026-01-02', '%Y-%m')", "SELECT strftime('%Y-%m', '2026-01-02')", ['sqlite']),
]

function both(sql: string, expected: string, on: readonly Engine[]): (readonly [string, Partial<Record<Engine, string>>])[] {
  return [[sql, Object.fromEntries(on.map((engine) => [engine, expected]))]]
}

/** What looks like one of these and is not, is left to somebody who knows what was meant. */
const left: readonly string[] = [
  'SELECT customer_id FROM orders WHERE COUNT(*) > 1 OR total > 1 GROUP BY customer_id',
  'SELECT customer_id FROM orders WHERE SUM(total) BETWEEN 1 AND 5 GROUP BY customer_id',
  'SELECT nothing_like_it_at_all_here FROM orders',
]

describe.each(engines)('%s', (engine) => {
  let place: Place
  beforeAll(async () => {
    place = await openPlace(engine)
  })
  afterAll(() => place?.close())
  const fix = async (sql: string, who: 'reader' | 'narrow' = 'reader') =>
    (await place.tool(who, 'fix_sql', { sql })).structured as Readonly<{
      fixed: boolean
      sql: string
      verdict: { valid: boolean }
      changes: readonly string[]
    }>

  test.each(mended.flatMap(([sql, expected]) => (expected[engine] ? [[sql, expected[engine]] as const] : [])))(
    '%s',
    async (sql, expected) => {
      const { fixed, sql: to, verdict, changes } = await fix(sql)
      expect([to, fixed, verdict.valid]).toEqual([expected, true, true])
      expect(changes.length).toBeGreaterThan(0)
    },
  )

  test.each(left)('left alone: %s', async (sql) => {
    expect((await fix(sql)).fixed).toBe(false)
  })

  test('mending never leads to what the caller may not see', async () => {
    for (const sql of [
      'SELECT secrt FROM customers',
      'SELECT secret AS s FROM customers WHERE s = 1',
      'SELECT x.secret FROM customers c',
      'SELECT id FROM paymnts',
    ]) {
      const { sql: to } = await fix(sql, 'narrow')
      expect(JSON.stringify(await fix(sql, 'narrow'))).not.toMatch(/payments/)
      expect(to.includes('c.secret') || (to.includes('secret') && !sql.includes('secret'))).toBe(false)
    }
  })
})
