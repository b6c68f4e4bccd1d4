import { describe, expect, test } from 'vitest'
import { joinGraph, joinWarnings, readSelects } from '../../src/graph/graph.ts'
import { dialects } from '../../src/sql/sql.ts'
import { shop } from './tables.ts'

const names = dialects(() => Promise.reject(new Error('no DuckDB here')))
const knows = {
  table: (parts: readonly string[]) => shop.tables.find(({ name }) => name === parts.at(-1)?.toLowerCase())?.name,
  columns: (table: string) => shop.tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [],
}

describe.each(['postgres', 'mysql', 'sqlite'] as const)('in %s', (dialect) => {
  const read = async (sql: string) => readSelects((await names(dialect)).tokens(sql), knows)
  const joins = async (sql: string) => {
    const { uses, whole } = await read(sql)
    return { whole, joins: uses.flatMap((use) => use.joins.map(({ left, right }) => `${left} ${right}`)) }
  }
  const oc = 'FROM orders o JOIN customers c ON o.customer_id = c.id'
  const io = 'FROM items i JOIN orders o ON i.order_id = o.id'

  test.each([
    [`SELECT 1 ${oc}`, ['orders customers']],
    [`SELECT 1 ${oc} UNION ALL SELECT 2 ${io} ORDER BY 1`, ['orders customers', 'items orders']],
    [`(SELECT 1 ${oc}) UNION (SELECT 2 ${io}) ORDER BY 1`, ['orders customers', 'items orders']],
    [
      `WITH x AS (SELECT o.id AS id ${oc}), y (a) AS (SELECT 1 ${io}) SELECT x.id FROM x JOIN y ON x.id = y.a`,
      ['orders customers', 'items orders'],
    ],
    [`WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x) SELECT n FROM x`, []],
    [`SELECT (SELECT COUNT(*) ${io}) FROM customers WHERE id IN (SELECT c.id ${oc})`, ['items orders', 'orders customers']],
    [
      `SELECT s.id FROM (SELECT o.id ${oc}) s WHERE EXISTS (SELECT 1 FROM items i WHERE i.order_id IN (SELECT o.id ${oc}))`,
      ['orders customers', 'orders customers'],
    ],
    ['SELECT 1', []],
    ['SELECT 1 AS one WHERE 1 IN (SELECT 1)', []],
  ])('%s', async (sql, expected) => expect(await joins(sql)).toEqual({ whole: true, joins: expected }))

  test('a name that WITH gives hides the table of that name, in its own statement only', async () => {
    const sql = 'WITH customers AS (SELECT 1 AS id) SELECT 1 FROM orders o JOIN customers c ON o.customer_id = c.id'
    expect(await joins(sql)).toEqual({ whole: true, joins: [] })
    const inner = `SELECT 1 FROM (WITH customers AS (SELECT 1 AS id) SELECT id FROM customers) x UNION SELECT 1 ${oc}`
    expect((await joins(inner)).joins).toEqual(['orders customers'])
  })

  test('what one SELECT does that cannot be read for sure is said, and the others are read', async () => {
    expect(await joins(`SELECT 1 FROM orders a JOIN orders b ON a.id = b.id UNION SELECT 2 ${oc}`)).toEqual({
      whole: false,
      joins: ['orders customers'],
    })
  })

  test('columns of the query around are nobody elses', async () => {
    const sql = 'SELECT 1 FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)'
    expect(await joins(sql)).toEqual({ whole: true, joins: [] })
  })

  test('a figure that a join multiplies inside is told of, and one that is added up before the join is not', async () => {
    const warned = async (sql: string) => {
      const graph = joinGraph(shop)
      return (await read(sql)).uses.flatMap((use) => joinWarnings(graph, use).map(({ kind }) => kind))
    }
    const joined = 'FROM payments p JOIN orders o ON p.order_id = o.id JOIN items i ON i.order_id = o.id'
    expect(await warned(`WITH t AS (SELECT SUM(p.amount) AS s ${joined}) SELECT s FROM t`)).toContain('fan_out')
    const before =
      'SELECT o.id, p.s FROM orders o JOIN (SELECT order_id, SUM(amount) AS s FROM payments GROUP BY order_id) p ON p.order_id = o.id'
    expect(await warned(before)).not.toContain('fan_out')
  })
})

test('broken text ends', () => {
  const signs = (text: string) => text.split(' ').map((word) => ({ kind: 'word', word: word.toUpperCase(), value: word }))
  for (const text of ['WITH', 'WITH x', 'WITH x AS (', 'WITH x AS ( SELECT', 'SELECT (', '( ( (', 'UNION UNION', 'SELECT FROM', ''])
    expect(readSelects(signs(text), knows).uses.length).toBeGreaterThanOrEqual(0)
})
