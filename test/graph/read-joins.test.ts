import { describe, expect, test } from 'vitest'
import { joinGraph, joinWarnings, readJoins } from '../../src/graph/graph.ts'
import { dialects } from '../../src/sql/sql.ts'
import { shop } from './tables.ts'

const none = () => Promise.reject(new Error('no DuckDB here'))
const names = dialects(none)

const knows = {
  table: (parts: readonly string[]) => shop.tables.find(({ name }) => name === parts.at(-1)?.toLowerCase())?.name,
  columns: (table: string) => shop.tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [],
}

const read = async (sql: string, dialect: 'postgres' | 'mysql' | 'sqlite') => readJoins((await names(dialect)).tokens(sql), knows)

describe.each(['postgres', 'mysql', 'sqlite'] as const)('in %s', (dialect) => {
  const joins = async (sql: string) =>
    (await read(sql, dialect))?.joins.map(
      ({ left, leftColumns, right, rightColumns, kind }) => `${left}.${leftColumns} ${kind} ${right}.${rightColumns}`,
    )

  test.each([
    ['SELECT 1 FROM orders o JOIN customers c ON o.customer_id = c.id', ['orders.customer_id inner customers.id']],
    ['select * from orders as o left outer join customers as c on (c.id = o.customer_id)', ['orders.customer_id left customers.id']],
    [
      'SELECT 1 FROM orders, customers WHERE customers.id = orders.customer_id AND orders.id > 3',
      ['orders.customer_id inner customers.id'],
    ],
    [
      'SELECT 1 FROM items JOIN orders ON items.order_id = orders.id RIGHT JOIN customers c ON c.id = orders.customer_id',
      ['items.order_id inner orders.id', 'orders.customer_id right customers.id'],
    ],
    ['SELECT 1 FROM orders JOIN customers ON customer_id = customers.id', ['orders.customer_id inner customers.id']],
    ['SELECT 1 FROM orders o JOIN customers c ON o.customer_id = c.id OR c.id = 1', []],
    ['SELECT 1 FROM orders o JOIN (SELECT id FROM customers) c ON o.customer_id = c.id', []],
    ['SELECT 1 FROM orders o JOIN customers c ON o.customer_id = c.id + 1', []],
    ['SELECT 1 FROM orders WHERE customer_id IN (SELECT c.id FROM customers c)', []],
  ])('%s', async (sql, expected) => expect(await joins(sql)).toEqual(expected))

  test.each([
    'SELECT 1 FROM orders a JOIN orders b ON a.id = b.id',
    'WITH x AS (SELECT 1) SELECT 1 FROM x',
    'SELECT 1 FROM orders UNION SELECT 1 FROM customers',
    'SELECT 1',
    'SELECT 1 FROM orders NATURAL JOIN customers',
  ])('of %s nothing is said', async (sql) => expect(await read(sql, dialect)).toBeUndefined())

  test.each([
    ['SELECT SUM(o.total) FROM orders o', ['orders']],
    ['SELECT AVG(stars) FROM reviews', ['reviews']],
    ['SELECT COUNT(*) FROM orders', []],
    ['SELECT COUNT(DISTINCT o.id) FROM orders o', []],
    ['SELECT MAX(o.total) FROM orders o', []],
    ['SELECT o.id FROM orders o GROUP BY o.id HAVING COUNT(o.id) > 1', ['orders']],
  ])('%s adds up columns of %j', async (sql, added) => expect((await read(sql, dialect))?.added).toEqual(added))

  test('a figure that a join multiplies is told, and one that it does not is not', async () => {
    const warned = async (sql: string) => joinWarnings(joinGraph(shop), (await read(sql, dialect))!).map(({ kind }) => kind)
    const joined = 'FROM orders o JOIN items i ON i.order_id = o.id'
    expect(await warned(`SELECT SUM(o.total) ${joined}`)).toContain('fan_out')
    expect(await warned(`SELECT SUM(i.quantity) ${joined}`)).not.toContain('fan_out')
    expect(await warned('SELECT 1 FROM orders o JOIN customers c ON o.id = c.id')).toContain('no_relation')
  })
})
