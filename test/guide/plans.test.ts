import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPlace, type Place } from '../tools/structure.ts'

/** Advice on statements over large tables, from the plans that real sources make of them. */

type Advice = readonly Readonly<{ about: string; text: string; instead?: string }>[]
const MANY = 20_000

const numbers = {
  sqlite: `WITH RECURSIVE s(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM s WHERE i < ${MANY}) SELECT i FROM s`,
  postgres: `SELECT generate_series(10, ${MANY}) AS i`,
  mysql: `SELECT seq AS i FROM seq_10_to_${MANY}`,
} as const
const analyze = {
  sqlite: ['ANALYZE'],
  postgres: ['ANALYZE'],
  mysql: ['ANALYZE TABLE customers', 'ANALYZE TABLE orders'],
} as const

describe.each(['sqlite', 'postgres', 'mysql'] as const)('%s', (engine) => {
  let place: Place
  beforeAll(async () => {
    place = await openPlace(engine)
    await place.rows(`INSERT INTO customers (id, email) SELECT i, 'a' FROM (${numbers[engine]}) n`)
    await place.rows(`INSERT INTO orders (id, customer_id, tenant, total) SELECT i, i, 1, i FROM (${numbers[engine]}) n`)
    for (const sql of analyze[engine]) await place.rows(sql)
  })
  afterAll(() => place?.close())
  const told = async (sql: string, more: object = {}, who: 'reader' | 'narrow' = 'reader') =>
    (await place.tool(who, 'optimize_query', { sql, ...more })).structured as Readonly<{
      advice: Advice
      counted?: readonly unknown[]
      would_run: boolean
    }>
  const about = async (sql: string) => (await told(sql)).advice.map((one) => one.about)
  const textOf = async (sql: string, kind: string) => (await told(sql)).advice.find((one) => one.about === kind)?.text

  test('a whole large table is read, whatever the statement calls it', async () => {
    for (const sql of ["SELECT o.total FROM orders o WHERE o.note = 'x' LIMIT 5", "SELECT total FROM orders WHERE note = 'x' LIMIT 5"]) {
      expect(await textOf(sql, 'plan')).toMatch(/reads all of orders \(about (19|20)\d{3} rows\)/)
      expect(await about(sql)).toContain('index')
    }
    expect(await about('SELECT total FROM orders WHERE id = 5 LIMIT 5')).toEqual([])
  })

  test('a column within a function or a cast hides from its index', async () => {
    expect(await textOf('SELECT id FROM orders WHERE ABS(total) = 5 LIMIT 5', 'index')).toMatch(/ABS\(orders\.total\) hides the column/)
    if (engine === 'postgres')
      expect(await textOf("SELECT id FROM orders WHERE total::text = '5' LIMIT 5", 'index')).toMatch(/orders\.total::text hides the column/)
  })

  test.each([
    [
      'SELECT o.total FROM orders o LEFT JOIN customers c ON c.id = o.customer_id LIMIT 5',
      /leave the LEFT JOIN out, the answer stays the same/,
    ],
    ['SELECT c.email FROM customers c LEFT JOIN orders o ON o.customer_id = c.id LIMIT 5', /only repeats rows/],
    ['SELECT o.total FROM orders o JOIN customers c ON c.id = o.customer_id LIMIT 5', /drops rows without a partner\. Leave it out/],
    ['SELECT c.email FROM customers c JOIN orders o ON c.id = o.customer_id LIMIT 5', /WHERE EXISTS \(…\) drops without repeating/],
    [
      'SELECT o.total FROM orders AS o INNER JOIN customers ON customers.id = o.customer_id ORDER BY o.id LIMIT 5',
      /Nothing of customers is used/,
    ],
  ])('a join of which nothing is used: %s', async (sql, text) => {
    expect(await textOf(sql, 'unused_join')).toMatch(text)
  })

  test.each([
    'SELECT o.total, c.email FROM orders o LEFT JOIN customers c ON c.id = o.customer_id LIMIT 5',
    'SELECT total, email FROM orders JOIN customers ON customers.id = orders.customer_id LIMIT 5',
    "SELECT o.total FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.phone = 'x' LIMIT 5",
    'SELECT o.total FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY c.phone LIMIT 5',
    'SELECT COUNT(c.id) FROM orders o LEFT JOIN customers c ON c.id = o.customer_id',
    'SELECT * FROM orders o LEFT JOIN customers c ON c.id = o.customer_id LIMIT 5',
    'SELECT c.* FROM orders o LEFT JOIN customers c ON c.id = o.customer_id LIMIT 5',
    'SELECT p.id FROM orders o JOIN customers c ON c.id = o.customer_id JOIN payments p ON p.order_id = c.id AND o.id = 1 LIMIT 5',
    'SELECT o.total FROM orders o JOIN customers c ON c.id = o.customer_id WHERE EXISTS (SELECT 1 FROM notes n WHERE n.id = c.id) LIMIT 5',
  ])('a join that is used is left alone: %s', async (sql) => {
    expect(await about(sql)).not.toContain('unused_join')
  })

  test('a join that no index helps with', async () => {
    const found = await told('SELECT o.total, c.email FROM orders o JOIN customers c ON c.phone = o.note LIMIT 5')
    // PostgreSQL hashes one side and says so; a whole table is read all the same.
    const kind = engine === 'postgres' ? 'plan' : 'missing_index'
    expect(found.advice.map((one) => one.about)).toContain(kind)
    if (engine === 'sqlite')
      expect(found.advice.find((one) => one.about === kind)).toMatchObject({ instead: 'An index on customers (phone)' })
  })

  test('a large table is sorted to find the first rows', async () => {
    expect(await textOf('SELECT o.total FROM orders o ORDER BY o.note LIMIT 5', 'sort')).toContain('All of orders is sorted by o.note')
    expect(await about('SELECT o.total FROM orders o ORDER BY o.id LIMIT 5')).not.toContain('sort')
  })

  test('a subquery that runs for each row', async () => {
    const sql = 'SELECT o.id, (SELECT COUNT(*) FROM payments p WHERE p.order_id = o.id) AS n FROM orders o LIMIT 5'
    expect(await about(sql)).toContain('repeated')
  })

  test('what is expected is held against what is there, when rows are to be counted', async () => {
    const sql = "SELECT id FROM orders WHERE note = 'none'"
    expect((await told(sql)).counted).toBeUndefined()
    const fine = await told(sql, { count: true })
    expect(JSON.stringify(fine.counted)).toContain('"actual":1999')
    expect(fine.advice.map((one) => one.about)).not.toContain('estimates')
  })

  test('nothing is counted, planned or advised that the caller may not see', async () => {
    const cut = await told('SELECT id, total FROM orders LIMIT 5', { count: true }, 'narrow')
    expect(JSON.stringify(cut)).not.toMatch(/rows=\d|about \d{5}/)
    expect(JSON.stringify(await told('SELECT * FROM customers', {}, 'narrow'))).not.toContain('secret')
  })
})

test('old statistics are told', async () => {
  const place = await openPlace('postgres')
  try {
    await place.rows('ANALYZE')
    await place.rows(`ALTER TABLE orders SET (autovacuum_enabled = false)`)
    await place.tool('reader', 'get_schema_info', {})
    await place.rows(`INSERT INTO orders (id, customer_id, tenant, total) SELECT i, 1, 7, i FROM (${numbers.postgres}) n`)
    const { structured } = await place.tool('reader', 'optimize_query', {
      sql: 'SELECT id FROM orders WHERE tenant = 7 LIMIT 100000',
      count: true,
    })
    expect(structured.advice).toEqual(
      expect.arrayContaining([expect.objectContaining({ about: 'estimates', text: expect.stringMatching(/there are 1999\d/) })]),
    )
  } finally {
    await place.close()
  }
})
