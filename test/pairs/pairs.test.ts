import { describe, expect, test } from 'vitest'
import {
  changedTables,
  cleanQuestion,
  difference,
  fits,
  Likeness,
  mended,
  readQuestion,
  readStatement,
  tablesUsed,
  templatesOf,
  valuesFor,
} from '../../src/pairs/pairs.ts'
import type { Schema, Table } from '../../src/schema.ts'
import { sqlite } from '../../src/sql/sqlite/sqlite.ts'

const table = (name: string, columns: string, more: Partial<Table> = {}): Table => ({
  schema: 'main',
  name,
  kind: 'table',
  columns: columns.split(' ').map((name) => ({ name, type: 'int', nativeType: 'integer', nullable: true })),
  ...more,
})
const schema: Schema = {
  version: '1',
  searchPath: ['main'],
  functions: [],
  tables: [
    table('customers', 'id name city secret'),
    table('orders', 'id customer_id total secret'),
    table('totals', 'total', { kind: 'view', dependsOn: ['main.orders'] }),
  ],
}
const read = (text: string) => readStatement(sqlite.tokens(text))
const used = async (text: string, where = schema) => {
  const { facts } = await sqlite.parse(text, where)
  return tablesUsed(sqlite.tokens(text), facts.tables, where)
}
const likeness = (one: string, other: string) => fits(readQuestion(one), readQuestion(other))

describe('questions', () => {
  test.each([
    ['How many customers are there?', 'the number of customers'],
    ['Show me all orders of 2024', 'orders of 2025'],
    ['the three highest totals', 'the 5 largest totals'],
    ['Which orders of "Ana" are open?', "Which orders of 'Bo' are open?"],
    ['ORDERS  by   city', 'orders by city'],
  ])('%s is %s', (one, other) => expect(likeness(one, other)).toBe(1))

  test.each([
    ['customers with orders', 'customers without orders'],
    ['the customer with the most orders', 'the customer with the least orders'],
    ['average total of orders', 'total of orders'],
    ['names of customers and cities', 'names of customers or cities'],
    ['more than 5 orders', 'less than 5 orders'],
    ['customers in Berlin', 'orders in Paris'],
  ])('%s is not %s', (one, other) => expect(likeness(one, other)).toBeLessThan(0.8))

  test('nothing but what is equal has the likeness of 1', () => {
    expect(likeness('orders of customers by city and month', 'orders of customers by month and city')).toBeLessThan(1)
  })

  test('one line without what a terminal would obey, whatever comes', () => {
    expect(cleanQuestion('a\u001b[31m\n\u202eb\u2028c\u200d')).toBe('a [31m b c')
    for (const odd of ['', '???', '\u0000', '\ud800', "'".repeat(5_000), '1'.repeat(5_000), 'ä'.repeat(3_000)])
      expect(() => readQuestion(odd)).not.toThrow()
    expect(readQuestion("What's Ana's mail, ana@example.com, since 2024-01-31?").values).toEqual(['ana@example.com', '2024-01-31'])
  })

  test('what is put, replaced and removed is found as it is now', () => {
    const index = new Likeness<string>()
    for (let i = 0; i < 3_000; i++) index.put(String(i), `question about thing${i}`, `entry ${i}`, readQuestion)
    for (let i = 0; i < 2_500; i++) index.remove(String(i))
    index.put('2999', 'another matter altogether', 'new', readQuestion)
    expect(index.size).toBe(500)
    expect(index.like(readQuestion('thing7 question'), 0.8)).toEqual([])
    expect(index.like(readQuestion('question about thing2600'), 0.9)).toMatchObject([{ entry: 'entry 2600', likeness: 1 }])
    expect(index.like(readQuestion('another matter'), 0.5)).toMatchObject([{ entry: 'new' }])
    expect(index.get('2999')).toBe('new')
    expect([...index.entries()]).toHaveLength(500)
  })

  test('an opinion about near words lifts, and does not decide alone', () => {
    const index = new Likeness<string>()
    index.put('1', 'income of each client', 'pair', readQuestion)
    const asked = readQuestion('revenue of each customer')
    expect(index.like(asked, 0.5)).toEqual([])
    expect(index.like(asked, 0.5, () => 1)[0]!.likeness).toBeGreaterThan(0.5)
    expect(index.like(asked, 0.95, () => 1)).toEqual([])
    expect(index.like(asked, 0.5, () => Number.NaN)).toEqual([])
  })
})

describe('statements', () => {
  test('are equal whatever their blanks, comments and letters', () => {
    expect(read("select  name\nfrom customers -- all\nwhere city='Berlin'").exact).toBe(
      read("SELECT name FROM customers WHERE city = 'Berlin'").exact,
    )
    expect(read('SELECT "Name" FROM customers').exact).not.toBe(read('SELECT "name" FROM customers').exact)
    expect(read("SELECT 'a'").exact).not.toBe(read("SELECT 'A'").exact)
  })

  test('only what is compared is a value', () => {
    const slots = (text: string) => read(text).literals.flatMap(({ slot, value, about }) => (slot ? [`${about}=${value}`] : []))
    expect(
      slots(
        "SELECT 1, 'x' FROM orders WHERE id IN (1, 2) AND total BETWEEN 3 AND 4 AND city LIKE 'B%' GROUP BY 1 ORDER BY 1 LIMIT 5 OFFSET 6",
      ),
    ).toEqual(['id=1', 'id=2', 'total=3', 'total=4', 'city=B%'])
    expect(
      slots("SELECT id FROM orders WHERE placed > date('now', '-7 days') AND total > 1 + 2 AND x = 0x1F AND y LIKE 'a' ESCAPE '!'"),
    ).toEqual([])
    expect(slots("SELECT CASE WHEN total > 10 THEN 'big' ELSE 'small' END FROM orders")).toEqual(['total=10'])
  })

  test('what it uses: columns by their tables, stars, views with what is behind them', async () => {
    const names = async (text: string) =>
      (await used(text)).map(({ table, columns, all }) => `${table}(${Object.keys(columns)}${all ? '*' : ''})`)
    expect(await names('SELECT c.name FROM customers c JOIN orders o ON o.customer_id = c.id')).toEqual([
      'main.customers(id,name)',
      'main.orders(customer_id)',
    ])
    expect(await names('SELECT "SECRET" FROM customers, orders')).toEqual(['main.customers(secret)', 'main.orders(secret)'])
    expect(await names('SELECT o.* FROM customers c, orders o WHERE c.id = 1')).toEqual(['main.customers(id)', 'main.orders(*)'])
    expect(await names('SELECT count(*), 2 * total FROM orders')).toEqual(['main.orders(total)'])
    expect(await names('SELECT total FROM totals')).toEqual(['main.totals(total)', 'main.orders(*)'])
    expect(await names('SELECT name FROM (SELECT * FROM customers) x')).toEqual(['main.customers(name*)'])
    expect(await names("SELECT 'secret' FROM customers")).toEqual(['main.customers()'])
  })

  test('what of that has changed', async () => {
    const uses = await used('SELECT name FROM customers')
    const changed = (tables: readonly Table[]) =>
      changedTables(uses, { ...schema, tables }).map(({ what, column }) => `${what} ${column ?? ''}`.trim())
    expect(changed(schema.tables)).toEqual([])
    expect(changed([table('customers', 'id name more')])).toEqual([])
    expect(changed([table('customers', 'id label')])).toEqual(['column_gone name'])
    expect(changed([table('people', 'id name')])).toEqual(['table_gone'])
    expect(
      changed([{ ...table('customers', 'id'), columns: [{ name: 'name', type: 'text', nativeType: 'text', nullable: true }] }]),
    ).toEqual(['retyped name'])
    expect(
      changedTables(await used('SELECT * FROM customers'), { ...schema, tables: [table('customers', 'id name city secret more')] }),
    ).toMatchObject([{ what: 'columns_changed' }])
  })

  test('a statement is mended where it is certain what a name means', async () => {
    const mend = async (text: string, column: string | undefined, to: string, table = 'main.customers') => {
      const { facts } = await sqlite.parse(text)
      const uses = await used(text)
      const owners = (name: string) => uses.filter(({ columns }) => name in columns).map(({ table }) => table)
      return mended(text, sqlite.tokens(text), facts.tables, [{ table, to, ...(column ? { column } : {}) }], owners, sqlite.quoteName)
    }
    expect(await mend("SELECT c.city, 'city' AS city FROM customers c WHERE c.city > 'city' -- city", 'city', 'town')).toBe(
      "SELECT c.town, 'city' AS city FROM customers c WHERE c.town > 'city' -- city",
    )
    expect(await mend('SELECT "city" FROM customers', 'city', 'Home Town')).toBe('SELECT "Home Town" FROM customers')
    expect(await mend('SELECT o.secret, c.secret FROM customers c, orders o', 'secret', 'word')).toBe(
      'SELECT o.secret, c.word FROM customers c, orders o',
    )
    expect(await mend('SELECT secret FROM customers c, orders o', 'secret', 'word')).toBeUndefined()
    expect(await mend('SELECT customers.id FROM customers', undefined, 'main.clients')).toBe('SELECT clients.id FROM clients')
    expect(await mend('SELECT name FROM customers', 'city', 'town')).toBeUndefined()
  })
})

describe('answers and templates', () => {
  test('what is not as it was in the columns of an answer', () => {
    const shape = (types: string, sure = true) => ({
      columns: types.split(' ').map((one) => ({ name: one.split(':')[0]!, type: one.split(':')[1] as 'int' })),
      sure,
    })
    expect(difference(shape('a:int b:text'), shape('A:int b:text'), 'postgres')).toBeUndefined()
    expect(difference(shape('a:int'), shape('a:int b:int'), 'postgres')).toContain('1 columns and has 2')
    expect(difference(shape('a:int'), shape('b:int'), 'postgres')).toContain('another name')
    expect(difference(shape('a:int'), shape('a:decimal'), 'postgres')).toContain('was int and is decimal')
    expect(difference(shape('a:int'), shape('a:float'), 'sqlite')).toBeUndefined()
    expect(difference(shape('a:int'), shape('a:text'), 'sqlite')).toContain('was int and is text')
    expect(difference(shape('a:int'), shape('a:text', false), 'sqlite')).toBeUndefined()
  })

  const made = (statements: readonly string[], dialect: 'sqlite' | 'postgres' = 'sqlite') =>
    templatesOf(
      statements.map((text, i) => ({
        id: String(i),
        source: 'shop',
        dialect,
        question: `asked ${i}`,
        read: read(text),
        tables: ['main.orders'],
        text,
      })),
    )

  test('two statements that differ in a value make a template, the same twice does not', () => {
    expect(made(['SELECT id FROM orders WHERE id = 1', 'SELECT id FROM orders WHERE id = 1 ', 'SELECT id FROM orders'])).toEqual([])
    expect(made(['SELECT id FROM orders LIMIT 1', 'SELECT id FROM orders LIMIT 2'])).toEqual([])
    const [template] = made(['SELECT id FROM orders WHERE a = 1 AND a = 2', 'SELECT id FROM orders WHERE a = 3 AND a = 2'], 'postgres')
    expect(template).toMatchObject({
      statement: 'SELECT id FROM orders WHERE a = $1 AND a = $2',
      slots: [
        { name: 'a', fixed: false },
        { name: 'a_2', fixed: true },
      ],
    })
    expect(made(["SELECT id FROM orders WHERE d > '2026-01-01'", "SELECT id FROM orders WHERE d > '2026-02-02'"])[0]!.slots).toMatchObject([
      { type: 'date' },
    ])
    expect(made(["SELECT id FROM orders WHERE d > '2026-01-01'", "SELECT id FROM orders WHERE d > 'x'"])[0]!.slots).toMatchObject([
      { type: 'text' },
    ])
  })

  test('values fit their slots, or it is told which does not', () => {
    const slots = [
      { name: 'city', type: 'text', example: 'x', fixed: false },
      { name: 'n', type: 'integer', example: '5', fixed: true },
      { name: 'd', type: 'date', example: '2026-01-01', fixed: true },
    ] as const
    expect(valuesFor({ slots }, { city: "'; --" })).toEqual(["'; --", 5, '2026-01-01'])
    expect(valuesFor({ slots }, { city: 1, n: '9007199254740993' })).toEqual(['1', '9007199254740993', '2026-01-01'])
    expect(valuesFor({ slots }, {})).toEqual({ slot: 'city', why: 'missing' })
    expect(valuesFor({ slots }, { city: 'a', toString: 1 })).toEqual({ slot: 'toString', why: 'unknown' })
    for (const n of ['1.5', '', 'one', '1;', true, [1], '9'.repeat(30)])
      expect(valuesFor({ slots }, { city: 'a', n })).toEqual({ slot: 'n', why: 'type' })
    for (const d of ['2026-13-45', '20260101', 'now']) expect(valuesFor({ slots }, { city: 'a', d })).toEqual({ slot: 'd', why: 'type' })
  })
})
