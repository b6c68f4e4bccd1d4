import { expect, test } from 'vitest'
import { didYouMean, nearest } from '../../src/nearest.ts'
import type { Table } from '../../src/schema.ts'
import { search } from '../../src/search/search.ts'
import { wordsOf } from '../../src/search/words.ts'

const table = (name: string, columns: readonly string[], comment?: string, schema = 'public'): Table => ({
  schema,
  name,
  kind: 'table',
  columns: columns.map((column) => ({ name: column, type: 'text', nativeType: 'text', nullable: true })),
  ...(comment === undefined ? {} : { comment }),
})

const tables = [
  table('customers', ['id', 'full_name', 'email', 'country'], 'People who bought something'),
  table('orders', ['id', 'customer_id', 'ordered_at', 'status', 'total_amount']),
  table('order_items', ['id', 'order_id', 'product_id', 'quantity', 'unitPrice']),
  table('products', ['id', 'sku', 'title', 'category_id', 'price']),
  table('ProductCategories', ['id', 'name']),
  table('payments', ['id', 'order_id', 'paid_at', 'amount', 'method'], 'Money that came in'),
  table('web_events', ['id', 'session_id', 'url', 'occurred_at']),
  table('support_tickets', ['id', 'customer_id', 'subject', 'priority']),
  table('employees', ['id', 'first_name', 'salary'], undefined, 'hr'),
]

const first = (question: string) => search(question, tables, 3)[0]?.table.name

test.each([
  ['How many customers do we have in each country?', 'customers'],
  ['total amount of orders by status', 'orders'],
  ['quantity of items in an order', 'order_items'],
  ['unit price', 'order_items'],
  ['product category', 'ProductCategories'],
  ['categories', 'ProductCategories'],
  ['money', 'payments'],
  ['payment methods', 'payments'],
  ['which tickets have the highest priority', 'support_tickets'],
  ['visited url per session', 'web_events'],
  ['salaries in hr', 'employees'],
  ['custmers', 'customers'],
  ['employes', 'employees'],
])('%s -> %s', (question, expected) => {
  expect(first(question)).toBe(expected)
})

test.each(['zzz', 'weather forecast', 'id_number_of_nothing_else_qq'])('%s finds nothing by chance that a person would not', (question) => {
  const found = search(question, tables, 3).map((hit) => hit.table.name)
  expect(found).not.toContain('ProductCategories')
  if (question === 'zzz' || question.startsWith('weather')) expect(found).toEqual([])
})

test('each hit says why and names the columns that fit', () => {
  const [hit] = search('customer email', tables, 1)
  expect(hit!.why).toBe('"customer" is in the table name; "email" is in the column email')
  expect(hit!.columns.map((column) => column.name)).toEqual(['email'])
})

test('the limit holds, and the order is the same each time', () => {
  expect(search('id', tables, 4)).toHaveLength(4)
  expect(search('order', tables, 9)).toEqual(search('order', [...tables].reverse(), 9))
})

test('two thousand tables are searched without growing with the square', () => {
  const many = Array.from({ length: 2000 }, (_, i) => table(`table_${i}`, ['id', `column_${i}`, 'created_at']))
  expect(search('column_1234', many, 5)[0]!.table.name).toBe('table_1234')
})

test('a question as long as a request is read at its beginning, and nothing of it is kept', () => {
  const tables = [table('orders', ['id'])]
  expect(search(`orders ${'many words '.repeat(400_000)}`, tables, 5)[0]!.table.name).toBe('orders')
  const long = `orders ${'x'.repeat(300)}`
  expect(wordsOf(long)).not.toBe(wordsOf(long))
  expect(wordsOf('orders')).toBe(wordsOf('orders'))
})

test('the nearest names are near', () => {
  expect(nearest('custmer', ['customers', 'orders', 'products'])).toEqual(['customers'])
  expect(nearest('ordres', ['orders', 'order_items'])).toEqual(['orders'])
  expect(nearest('SALES', ['hr.sales', 'x'])).toEqual(['hr.sales'])
  expect(nearest('abc', ['xyz', 'orders'])).toEqual([])
  expect(nearest('x'.repeat(100_000), ['orders'])).toEqual([])
})

test('a suggestion is a sentence, or nothing', () => {
  expect(didYouMean('limt', ['limit'])).toBe(' Did you mean limit?')
  expect(didYouMean('name', ['names', 'name2'])).toBe(' Did you mean name2 or names?')
  expect(didYouMean('qqq', ['limit'])).toBe('')
})
