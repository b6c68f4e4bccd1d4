import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { didYouMean, nearest } from '../../src/nearest.ts'
import type { Table } from '../../src/schema.ts'
import {
  buildIndex,
  type Cut,
  type Known,
  lexiconOf,
  modelOf,
  packIndex,
  search,
  searchAcross,
  unpackIndex,
} from '../../src/search/search.ts'
import { wordsOf } from '../../src/search/words.ts'

const lexicon = lexiconOf(readFileSync('data/lexicon.bin'))
const model = modelOf(readFileSync('data/search-model.bin'))

const table = (
  name: string,
  columns: readonly string[],
  comment?: string,
  schema = 'public',
  keys: Record<string, string> = {},
): Table => ({
  schema,
  name,
  kind: 'table',
  columns: columns.map((column) => ({
    name: column,
    type: /_at$/.test(column) ? 'timestamp' : 'text',
    nativeType: 'text',
    nullable: true,
  })),
  primaryKey: columns.includes('id') ? ['id'] : [],
  foreignKeys: Object.entries(keys).map(([column, to]) => ({ columns: [column], table: `${schema}.${to}`, references: ['id'] })),
  ...(comment === undefined ? {} : { comment }),
})

const tables = [
  table('customers', ['id', 'full_name', 'email', 'country'], 'People who bought something'),
  table('orders', ['id', 'customer_id', 'ordered_at', 'status', 'total_amount'], undefined, 'public', { customer_id: 'customers' }),
  table('order_items', ['id', 'order_id', 'product_id', 'quantity', 'unitPrice'], undefined, 'public', {
    order_id: 'orders',
    product_id: 'products',
  }),
  table('products', ['id', 'sku', 'title', 'category_id', 'price']),
  table('ProductCategories', ['id', 'name']),
  table('payments', ['id', 'order_id', 'paid_at', 'amount', 'method'], 'Money that came in', 'public', { order_id: 'orders' }),
  table('web_events', ['id', 'session_id', 'url', 'occurred_at']),
  table('support_tickets', ['id', 'customer_id', 'subject', 'priority'], undefined, 'public', { customer_id: 'customers' }),
  table('employees', ['id', 'first_name', 'salary'], undefined, 'hr'),
]
const known = (list: readonly Table[], more: Readonly<Record<string, Partial<Known>>> = {}): Known[] =>
  list.map((one) => ({ table: one, ...more[one.name] }))
const index = buildIndex(known(tables), lexicon)

const first = (question: string) => search(question, index, model, 3)[0]?.table.name
const names = (question: string, limit: number, from = index, cut?: Cut) =>
  search(question, from, model, limit, cut).map((hit) => hit.table.name)

test.each([
  ['How many customers do we have in each country?', 'customers'],
  ['total amount of orders by status', 'orders'],
  ['quantity of items in an order', 'order_items'],
  ['unit price', 'order_items'],
  ['product category', 'ProductCategories'],
  ['money', 'payments'],
  ['payment methods', 'payments'],
  ['which tickets have the highest priority', 'support_tickets'],
  ['visited url per session', 'web_events'],
  ['salaries', 'employees'],
  ['wages of the staff', 'employees'],
  ['custmers', 'customers'],
  ['employes', 'employees'],
])('%s -> %s', (question, expected) => {
  expect(first(question)).toBe(expected)
})

test('the last word of a name finds its table among the first', () => {
  expect(names('categories', 2)).toContain('ProductCategories')
})

test.each(['zzz', 'qqqx wwwz'])('%s finds nothing', (question) => {
  expect(names(question, 3)).toEqual([])
})

test('each hit says why and names the columns that fit', () => {
  const [hit] = search('customer email', index, model, 1)
  expect(hit!.why).toBe('"customer" is in the table name; "email" is in the column email')
  expect(hit!.columns[0]!.column.name).toBe('email')
  expect(hit!.columns[0]!.why).toBe('"email" is in its name')
  const [pay] = search('money', index, model, 1)
  expect(pay!.why).toContain('"money" is in the table comment')
})

test('the tables that join what is asked for are found with them', () => {
  expect(names('names of customers who bought the product called Lamp', 4)).toEqual(
    expect.arrayContaining(['customers', 'orders', 'order_items', 'products']),
  )
})

test('the limit holds, and the order is the same each time', () => {
  expect(search('id', index, model, 4)).toHaveLength(4)
  const turned = buildIndex(known([...tables].reverse()), lexicon)
  expect(names('order', 3, turned)).toEqual(names('order', 3))
})

test('nothing asked is everything wanted', () => {
  expect(names('  ', 99)).toHaveLength(tables.length)
  expect(names('', 2)).toHaveLength(2)
})

test('a value is found in the column that holds it, and only where values may be looked into', () => {
  const values = { products: { values: new Map([['title', ['Blue Lamp', 'Green Chair']]]) } }
  const valued = buildIndex(known(tables, values), lexicon)
  const [hit] = search('"Blue Lamp"', valued, model, 1)
  expect(hit!.table.name).toBe('products')
  expect(hit!.why).toContain('"Blue Lamp" is a value of title')
  const cut = whole(valued)
  expect(names('"Green Chair"', 3, valued, { ...cut, values: new Uint8Array(cut.values.length) })).toEqual([])
})

test('what is cut away is not found, not counted and not named', () => {
  const cut = whole(index)
  const orders = tables.findIndex(({ name }) => name === 'orders')
  cut.tables[orders] = 0
  cut.columns.fill(0, index.firstColumn[orders]!, index.firstColumn[orders + 1]!)
  const email = index.firstColumn[0]! + 2
  cut.columns[email] = 0
  const few = { ...cut, tableCount: cut.tableCount - 1, columnCount: cut.columnCount - 6 }
  expect(names('status of orders', 9, index, few)).not.toContain('orders')
  expect(names('', 99, index, few)).not.toContain('orders')
  const hits = search('customers with their email and the status of orders', index, model, 9, few)
  expect(hits.flatMap(({ columns }) => columns.map(({ column }) => column.name))).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(email|status)$/)]),
  )
  const reasons = hits.flatMap(({ why, columns }) => [why, ...columns.map((one) => one.why)]).join('\n')
  expect(reasons).not.toMatch(/column (email|status)|"email" is|joins orders/)
  // The same question of somebody for whom the hidden things are not there at all comes to the same.
  const without = tables
    .filter(({ name }) => name !== 'orders')
    .map((one) => (one.name === 'customers' ? { ...one, columns: one.columns.filter(({ name }) => name !== 'email') } : one))
  const chances = (hits: ReturnType<typeof search>) => hits.map(({ table: { name }, why }) => `${name}: ${why}`)
  const question = 'country of customers by payment method'
  expect(chances(search(question, index, model, 3, few))).toEqual(chances(search(question, buildIndex(known(without), lexicon), model, 3)))
})

const whole = (of: typeof index) => ({
  tables: new Uint8Array(of.tables.length).fill(1),
  columns: new Uint8Array(of.tableOf.length).fill(1),
  values: new Uint8Array(of.tableOf.length).fill(1),
  tableCount: of.tables.length,
  columnCount: of.tableOf.length,
})

test('notes of people count as comments do', () => {
  const noted = buildIndex(known(tables, { web_events: { notes: new Map([['', 'clickstream of visitors']]) } }), lexicon)
  expect(names('clickstream', 1, noted)).toEqual(['web_events'])
})

test('several sources: the one that fits as a whole comes first', () => {
  const school = buildIndex(known([table('pupils', ['id', 'name', 'grade']), table('teachers', ['id', 'name', 'subject'])]), lexicon)
  const ask = (question: string) => searchAcross(question, [{ index }, { index: school }], model, 3)
  expect(ask('names of the pupils by grade')[0]!.source).toBe(1)
  expect(ask('total amount of orders by status')[0]!.source).toBe(0)
  expect(searchAcross('', [{ index }, { index: school }], model, 99)).toHaveLength(11)
  expect(searchAcross('orders', [], model, 3)).toEqual([])
})

test('names in other scripts, long ones and words of SQL are names like any other', () => {
  const odd = [
    table('заказы', ['номер', 'сумма']),
    table('顧客', ['名前']),
    table('select', ['from', 'group']),
    table('x'.repeat(300), ['y'.repeat(300)]),
  ]
  const of = buildIndex(known(odd), lexicon)
  expect(names('сумма', 1, of)).toEqual(['заказы'])
  expect(names('顧客', 1, of)).toEqual(['顧客'])
  expect(names('the select table', 1, of)).toEqual(['select'])
  expect(names('x'.repeat(300), 1, of)).toEqual(['x'.repeat(300)])
})

test('no table, no column, no question: no hit and no failure', () => {
  const none = buildIndex([], lexicon)
  expect(search('orders', none, model, 5)).toEqual([])
  expect(search('', none, model, 5)).toEqual([])
  expect(names('bare', 1, buildIndex(known([table('bare', [])]), lexicon))).toEqual(['bare'])
})

test('an index that was kept answers as the one that was made', () => {
  const values = { products: { values: new Map([['title', ['Blue Lamp']]]) } }
  const made = buildIndex(known(tables, values), lexicon)
  const bytes = packIndex(made, 'v1')
  const kept = unpackIndex(bytes)!
  expect(kept.version).toBe('v1')
  const read = kept.index(tables, lexicon)
  for (const question of ['customer email', 'Blue Lamp', 'money per month']) {
    expect(search(question, read, model, 5)).toEqual(search(question, made, model, 5))
  }
  const next = buildIndex(known(tables, values), lexicon, kept.names())
  expect(packIndex(next, 'v1')).toEqual(bytes)
  expect(unpackIndex(bytes.subarray(0, bytes.length - 4))).toBeUndefined()
  expect(unpackIndex(new Uint8Array(3))).toBeUndefined()
  expect(unpackIndex(new TextEncoder().encode('something else altogether'))).toBeUndefined()
})

test('ten thousand tables are searched without looking at each closely', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => table(`table_${i}`, ['id', `column${i}`, 'created_at']))
  many[1234] = table('vessels', ['id', 'tonnage', 'home_port'])
  const large = buildIndex(known(many), lexicon)
  expect(names('ships by tonnage', 3, large)[0]).toBe('vessels')
  expect(names('column1234', 5, large).length).toBeGreaterThan(0)
})

test('a question as long as a request is read at its beginning, and nothing of it is kept', () => {
  expect(first(`orders ${'many words '.repeat(400_000)}`)).toBe('orders')
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
