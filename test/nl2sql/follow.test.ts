import { expect, test } from 'vitest'
import { followUp } from '../../src/nl2sql/follow.ts'
import { columnOf } from '../../src/nl2sql/joins.ts'
import type { Item, Query } from '../../src/nl2sql/nl2sql.ts'
import { printQuery } from '../../src/nl2sql/print.ts'
import { readPhrase } from '../../src/phrase/phrase.ts'
import { sceneOf, smallShop } from './shop.ts'

const today = '2026-11-20'
const db = smallShop()
const scene = sceneOf(db, today)
const { index } = scene
const table = (name: string) => index.tables.findIndex((one) => one.name === name)
const at = (name: string): number => {
  const [owner, column] = name.split('.') as [string, string]
  return index.firstColumn[table(owner)]! + index.tables[table(owner)]!.columns.findIndex((one) => one.name === column)
}
const item = (said: string): Item => {
  const match = /^(count|sum|avg|min|max)\((.+)\)$/.exec(said)
  return match ? { column: match[2] === '*' ? -1 : at(match[2]!), aggregate: match[1] as 'count' } : { column: at(said) }
}
const query = (tables: string, select: string, more: Partial<Query> = {}): Query => ({
  tables: tables.split(' ').map(table),
  select: select.split(' ').map(item),
  distinct: false,
  where: [],
  whereAny: false,
  group: [],
  having: [],
  order: [],
  ...more,
})
const is = (column: string, ...values: string[]) => ({
  left: { column: at(column) },
  operator: values.length > 1 ? ('in' as const) : ('=' as const),
  right: values.map((text) => ({ kind: 'text' as const, text })),
})
const after = (before: Query, turn: string) => followUp(readPhrase(turn, today), { ...scene, before })
const sqlAfter = (before: Query, turn: string) => {
  const followed = after(before, turn)
  return followed && printQuery(followed.query, index, 'sqlite')
}
const rows = (sql: string) =>
  db
    .prepare(sql)
    .all()
    .map((row) => Object.values(row))

const count = query('customers', 'count(*)')
const german = query('customers', 'customers.name', { where: [is('customers.country', 'DE')] })
const products = query('products', 'products.name products.price_cents')
const perCountry = query('customers', 'customers.country count(*)', { group: [at('customers.country')] })
const revenue = query('orders', 'sum(orders.total_cents)')
const orders = query('orders', 'orders.id orders.total_cents')

test.each<[string, Query, string, string]>([
  ['group', count, 'and by country', 'SELECT country, count(*) FROM customers GROUP BY country'],
  ['group by two', count, 'by country and segment', 'SELECT country, segment, count(*) FROM customers GROUP BY country, segment'],
  ['group by month', revenue, 'and by month?', `SELECT strftime('%Y-%m', ordered_at), sum(total_cents) FROM orders GROUP BY 1 ORDER BY 1`],
  [
    'per year',
    revenue,
    'per year',
    `SELECT CAST(strftime('%Y', ordered_at) AS INTEGER), sum(total_cents) FROM orders GROUP BY 1 ORDER BY 1`,
  ],
  ['another group', perCountry, 'by city instead', 'SELECT city, count(*) FROM customers GROUP BY city'],
  ['one group more', perCountry, 'also by segment', 'SELECT country, segment, count(*) FROM customers GROUP BY country, segment'],
  ['a list becomes numbers', german, 'by city', `SELECT city, count(*) FROM customers WHERE country = 'DE' GROUP BY city`],
  ['a value by its adjective', count, 'only the German ones', `SELECT count(*) FROM customers WHERE country = 'DE'`],
  ['a country by name', count, 'what about France?', `SELECT count(*) FROM customers WHERE country = 'FR'`],
  ['another value', german, 'and in France?', `SELECT name FROM customers WHERE country = 'FR'`],
  ['one value more', german, 'also the French ones', `SELECT name FROM customers WHERE country IN ('DE', 'FR')`],
  ['two values', count, 'only those in Berlin or Paris', `SELECT count(*) FROM customers WHERE city IN ('Berlin', 'Paris')`],
  ['a value alone', count, 'Berlin?', `SELECT count(*) FROM customers WHERE city = 'Berlin'`],
  ['not a value', german, 'not the ones in Berlin', `SELECT name FROM customers WHERE country = 'DE' AND city != 'Berlin'`],
  ['without', orders, 'without the cancelled ones', `SELECT id, total_cents FROM orders WHERE status != 'cancelled'`],
  [
    'a year',
    revenue,
    'what about 2024',
    `SELECT sum(total_cents) FROM orders WHERE ordered_at >= '2024-01-01' AND ordered_at < '2025-01-01'`,
  ],
  [
    'a month',
    revenue,
    'only last month',
    `SELECT sum(total_cents) FROM orders WHERE ordered_at >= '2026-10-01' AND ordered_at < '2026-11-01'`,
  ],
  ['since', revenue, 'since March 2024', `SELECT sum(total_cents) FROM orders WHERE ordered_at >= '2024-03-01'`],
  [
    'the month before',
    {
      ...revenue,
      where: [
        { left: { column: at('orders.ordered_at') }, operator: '>=', right: [{ kind: 'date', text: '2026-11-01' }] },
        { left: { column: at('orders.ordered_at') }, operator: '<', right: [{ kind: 'date', text: '2026-12-01' }] },
      ],
    },
    'and the month before?',
    `SELECT sum(total_cents) FROM orders WHERE ordered_at >= '2026-10-01' AND ordered_at < '2026-11-01'`,
  ],
  ['a comparison', products, 'only those over 20 euros', 'SELECT name, price_cents FROM products WHERE price_cents > 2000'],
  ['a named comparison', products, 'with a stock of at least 7', 'SELECT name, price_cents FROM products WHERE stock >= 7'],
  ['cheaper', products, 'cheaper than 2500', 'SELECT name, price_cents FROM products WHERE price_cents < 2500'],
  ['between', products, 'price between 1000 and 3000', 'SELECT name, price_cents FROM products WHERE price_cents BETWEEN 1000 AND 3000'],
  ['a flag', products, 'only discontinued ones', 'SELECT name, price_cents FROM products WHERE discontinued = 1'],
  ['something missing', german, 'without a phone', `SELECT name FROM customers WHERE country = 'DE' AND phone IS NULL`],
  ['something there', orders, 'only those with a coupon', 'SELECT id, total_cents FROM orders WHERE coupon IS NOT NULL'],
  ['all again', german, 'all of them', 'SELECT name FROM customers'],
  ['all countries', german, 'for all countries', 'SELECT name FROM customers'],
  ['no filter', german, 'remove the filter', 'SELECT name FROM customers'],
  ['sort', products, 'sort by price', 'SELECT name, price_cents FROM products ORDER BY price_cents'],
  ['sort downwards', products, 'order them by price descending', 'SELECT name, price_cents FROM products ORDER BY price_cents DESC'],
  [
    'sort by number',
    perCountry,
    'sorted by number of customers',
    'SELECT country, count(*) FROM customers GROUP BY country ORDER BY count(*) DESC',
  ],
  ['sort alphabetically', german, 'sort alphabetically', `SELECT name FROM customers WHERE country = 'DE' ORDER BY name`],
  [
    'top',
    { ...products, order: [{ item: item('products.price_cents'), descending: true }] },
    'top 3',
    'SELECT name, price_cents FROM products ORDER BY price_cents DESC LIMIT 3',
  ],
  [
    'top of groups',
    perCountry,
    'only the top 2',
    'SELECT country, count(*) FROM customers GROUP BY country ORDER BY count(*) DESC LIMIT 2',
  ],
  [
    'round',
    { ...products, order: [{ item: item('products.price_cents'), descending: true }] },
    'the other way round',
    'SELECT name, price_cents FROM products ORDER BY price_cents',
  ],
  [
    'ascending',
    { ...products, order: [{ item: item('products.price_cents'), descending: true }] },
    'ascending please',
    'SELECT name, price_cents FROM products ORDER BY price_cents',
  ],
  ['how many', german, 'how many are there?', `SELECT count(*) FROM customers WHERE country = 'DE'`],
  [
    'how many of them',
    german,
    'how many of them are in Berlin?',
    `SELECT count(*) FROM customers WHERE country = 'DE' AND city = 'Berlin'`,
  ],
  ['how many groups', perCountry, 'how many are there?', 'SELECT count(DISTINCT country) FROM customers'],
  [
    'who',
    query('customers', 'count(*)', { where: [is('customers.country', 'DE')] }),
    'who are they?',
    `SELECT name FROM customers WHERE country = 'DE'`,
  ],
  ['their emails', german, 'and their emails', `SELECT name, email FROM customers WHERE country = 'DE'`],
  ['two columns', german, 'with their cities and phones', `SELECT name, city, phone FROM customers WHERE country = 'DE'`],
  ['hide', products, 'without the price', 'SELECT name FROM products'],
  ['average', revenue, 'and the average?', 'SELECT avg(total_cents) FROM orders'],
  ['average of', products, 'what is the average price?', 'SELECT avg(price_cents) FROM products'],
  ['the dearest', products, 'the most expensive one', 'SELECT name, price_cents FROM products ORDER BY price_cents DESC LIMIT 1'],
  ['which is cheapest', products, 'which of them is the cheapest?', 'SELECT name, price_cents FROM products ORDER BY price_cents LIMIT 1'],
  [
    'who has most',
    german,
    'which of them has the most orders?',
    `SELECT t1.name FROM customers t1 JOIN orders t2 ON t2.customer_id = t1.id WHERE t1.country = 'DE' GROUP BY t1.id ORDER BY count(*) DESC LIMIT 1`,
  ],
  [
    'which group',
    perCountry,
    'which one has the most?',
    'SELECT country, count(*) FROM customers GROUP BY country ORDER BY count(*) DESC LIMIT 1',
  ],
  ['another thing', count, 'and orders?', 'SELECT count(*) FROM orders'],
  ['their orders', german, 'show their orders', `SELECT o.* FROM orders o JOIN customers c ON o.customer_id = c.id WHERE c.country = 'DE'`],
  [
    'how many orders they have',
    german,
    'how many orders do they have?',
    `SELECT count(*) FROM orders o JOIN customers c ON o.customer_id = c.id WHERE c.country = 'DE'`,
  ],
])('%s', (_, before, turn, gold) => {
  const sql = sqlAfter(before, turn)
  expect(sql, turn).toBeDefined()
  expect(rows(sql!), sql).toEqual(rows(gold))
})

test.each([
  ['Und nach Land?', count, 'SELECT country, count(*) FROM customers GROUP BY country'],
  ['nur die deutschen', count, `SELECT count(*) FROM customers WHERE country = 'DE'`],
  ['Et par pays ?', count, 'SELECT country, count(*) FROM customers GROUP BY country'],
  ['seulement les français', count, `SELECT count(*) FROM customers WHERE country = 'FR'`],
  ['¿Y por ciudad?', count, 'SELECT city, count(*) FROM customers GROUP BY city'],
  ['sólo los alemanes', count, `SELECT count(*) FROM customers WHERE country = 'DE'`],
  ['按国家呢？', count, 'SELECT country, count(*) FROM customers GROUP BY country'],
  ['只看德国的', count, `SELECT count(*) FROM customers WHERE country = 'DE'`],
  ['sortiere nach Preis absteigend', products, 'SELECT name, price_cents FROM products ORDER BY price_cents DESC'],
  [
    'dans l’autre sens',
    { ...products, order: [{ item: item('products.price_cents'), descending: true }] },
    'SELECT name, price_cents FROM products ORDER BY price_cents',
  ],
])('in other languages: %s', (turn, before, gold) => {
  const sql = sqlAfter(before, turn)
  expect(sql, turn).toBeDefined()
  expect(rows(sql!), sql).toEqual(rows(gold))
})

test.each([
  'How many orders are there in Germany?',
  'Show all products that cost more than 20',
  'list the names of all customers',
  'what is the average price of products?',
  'Which customers have never ordered?',
  'and how many products do we have per category?',
  'orders by month',
  'delete them',
  'hello',
  'only the purple ones',
  'what about Atlantis',
  'sort by sadness',
  'and their blood types',
])('no turn of a conversation, or one that finds no place: %s', (turn) => {
  expect(after(german, turn)).toBeUndefined()
})

test('without a query before nothing follows', () => {
  expect(followUp(readPhrase('and by month', today), scene)).toBeUndefined()
})

test('what may not be seen is not found in a turn either', () => {
  const tables = new Uint8Array(index.tables.length).fill(1)
  const columns = new Uint8Array(index.tableOf.length).fill(1)
  const values = new Uint8Array(index.tableOf.length).fill(1)
  columns[at('customers.email')] = 0
  tables[table('orders')] = 0
  for (let c = index.firstColumn[table('orders')]!; c < index.firstColumn[table('orders') + 1]!; c++) columns[c] = 0
  const cut = { tables, columns, values, tableCount: 3, columnCount: 10 }
  for (const turn of ['and their emails', 'show their orders', 'and orders?', 'sort by email', 'by status', 'only the cancelled ones'])
    expect(followUp(readPhrase(turn, today), { ...scene, cut, before: german }), turn).toBeUndefined()
})

test('a follow-up leaves nothing but names of what the source has', () => {
  const followed = after(german, 'and their emails')!
  expect(followed.query.select.map(({ column }) => columnOf(index, column).name)).toEqual(['name', 'email'])
  expect(followed.understood).toContain('email')
})
