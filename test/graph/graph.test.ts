import { expect, test } from 'vitest'
import { findJoinPath, joinGraph, joinWarnings, relatedTables } from '../../src/graph/graph.ts'
import { key, schemaOf, shop, table } from './tables.ts'

const graph = joinGraph(shop)
const joined = (tables: readonly string[], of = graph) =>
  findJoinPath(of, tables)?.joins.map(({ from, columns, to, references }) => `${from}.${columns} = ${to}.${references}`)

test('foreign keys are relations, and names say what no key says', () => {
  const told = graph.relations.map(({ from, to, kind, cardinality }) => `${from} ${cardinality} ${to} ${kind}`)
  expect(told).toContain('orders n:1 customers foreign_key')
  expect(told).toContain('reviews n:1 products inferred')
  expect(told.filter((one) => one.startsWith('orders') && one.includes('customers'))).toHaveLength(1)
  expect(told.some((one) => one.includes('weather'))).toBe(false)
})

test.each([
  [['orders', 'customers'], ['orders.customer_id = customers.id']],
  [
    ['customers', 'products'],
    ['orders.customer_id = customers.id', 'items.order_id = orders.id', 'items.product_id = products.id'],
  ],
  [['customers', 'suppliers', 'payments'], undefined],
  [['customers'], []],
])('%j are joined by the cheapest way', (tables, joins) => {
  const path = joined(tables)
  if (joins) expect(path).toEqual(joins)
  else expect(path).toHaveLength(5)
})

test('what cannot be joined, or is not there, has no path', () => {
  expect(findJoinPath(graph, ['customers', 'weather'])).toBeUndefined()
  expect(findJoinPath(graph, ['customers', 'nowhere'])).toBeUndefined()
  expect(findJoinPath(graph, [])).toBeUndefined()
})

test('each join of a path touches a table that is there before it', () => {
  const { tables, joins } = findJoinPath(graph, ['reviews', 'payments', 'suppliers', 'customers', 'items', 'products'])!
  const there = new Set([tables[0]])
  for (const { from, to } of joins) {
    expect(there.has(from) || there.has(to)).toBe(true)
    there.add(from).add(to)
  }
  expect([...there].sort()).toEqual([...tables].sort())
})

test('a table that stands between several is found, not a chain around it', () => {
  const star = schemaOf([
    ...['a', 'b', 'c', 'd'].map((name) => table(name, ['id int', 'hub int'], [key('hub', 'hub')])),
    table('hub', ['id int']),
    ...['ab', 'bc', 'cd'].map((name) => table(name, ['id int', 'one int', 'two int'], [key('one', name[0]!), key('two', name[1]!)])),
  ])
  expect(findJoinPath(joinGraph(star), ['a', 'b', 'c', 'd'])!.joins).toHaveLength(4)
  expect(findJoinPath(joinGraph(star), ['a', 'b', 'c', 'd'])!.tables).toContain('hub')
})

test('cycles, tables that refer to themselves, and keys to tables that may not be seen do no harm', () => {
  const odd = joinGraph(
    schemaOf([
      table('a', ['id int', 'b int'], [key('b', 'b')]),
      table('b', ['id int', 'a int'], [key('a', 'a')]),
      table('tree', ['id int', 'parent_id int?'], [key('parent_id', 'tree')]),
      table('left', ['id int', 'gone int'], [key('gone', 'hidden')]),
    ]),
  )
  expect(joined(['a', 'b'], odd)).toHaveLength(1)
  expect(odd.relations.some(({ to }) => to === 'hidden')).toBe(false)
  expect(findJoinPath(odd, ['tree'])!.joins).toEqual([])
})

test('values decide about names, where somebody has looked at them', () => {
  const share = (value: number) =>
    joinGraph(shop, { share: (from) => (from === 'reviews' ? value : undefined) }).relations.find(({ from }) => from === 'reviews')
  expect(share(1)!.strength).toBeGreaterThan(graph.relations.find(({ from }) => from === 'reviews')!.strength)
  expect(share(1)!.evidence).toContain('100 %')
  expect(share(0.1)).toBeUndefined()
})

test('related tables come nearest first', () => {
  expect(relatedTables(graph, ['orders'], 10).map(({ table, steps }) => [table, steps])).toEqual([
    ['customers', 1],
    ['items', 1],
    ['payments', 1],
    ['products', 2],
  ])
  expect(relatedTables(graph, ['nowhere'], 10)).toEqual([])
})

const join = (left: string, column: string, right: string, reference: string, kind: 'inner' | 'left' = 'inner') =>
  ({ left, leftColumns: [column], right, rightColumns: [reference], kind }) as const

test('a sum over the one side of a join is told to be counted many times', () => {
  const joins = [join('orders', 'customer_id', 'customers', 'id')]
  const counts = { rows: (name: string) => (name === 'customers' ? 100 : 1000), nulls: () => undefined }
  expect(joinWarnings(graph, { joins, added: ['customers'] }, counts)).toMatchObject([
    { kind: 'fan_out', tables: ['customers', 'orders'], text: expect.stringContaining('10 times') },
  ])
  expect(joinWarnings(graph, { joins, added: ['orders'] })).toEqual([])
})

test('two many sides of one table are a chasm, also beyond a join', () => {
  const joins = [join('orders', 'id', 'payments', 'order_id'), join('orders', 'id', 'items', 'order_id')]
  const kinds = joinWarnings(graph, { joins, added: ['payments'] }).map(({ kind, tables }) => `${kind} ${tables}`)
  expect(kinds).toContain('chasm orders,payments,items')
  expect(kinds).toContain('fan_out payments,items')
})

test('an inner join over a column that may be empty is told to lose rows, an outer one not', () => {
  const lose = (kind: 'inner' | 'left', share?: number) =>
    joinWarnings(
      graph,
      { joins: [join('products', 'supplier_id', 'suppliers', 'id', kind)], added: [] },
      { rows: () => undefined, nulls: () => share },
    )
  expect(lose('inner')).toMatchObject([{ kind: 'row_loss' }])
  expect(lose('inner', 0.25)[0]!.text).toContain('25 %')
  expect(lose('inner', 0)).toEqual([])
  expect(lose('left')).toEqual([])
})

test('columns that no relation joins are told', () => {
  expect(joinWarnings(graph, { joins: [join('customers', 'name', 'products', 'name')], added: [] })).toMatchObject([
    { kind: 'no_relation' },
  ])
})
