import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Office, openOffice, type Who } from '../tools/office.ts'

/** What helps a model to write SQL, through its tools, as callers of different rights get it. */

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.close())

type Json = Readonly<Record<string, unknown>>
const told = async (who: Who, name: string, fields: Json = {}) => (await office.ask(who, name, { source: 'shop', ...fields })).structured
const seen = async (who: Who, name: string, fields: Json = {}) => {
  const { structured, text } = await office.ask(who, name, { source: 'shop', ...fields })
  return `${JSON.stringify(structured)}\n${text}`
}
const runs = () => office.opened.parts.trail.list({ last: 1_000 }).then(({ calls }) => calls.filter(({ kind }) => kind === 'read').length)

test('the schema for a model holds what the caller sees, with keys, masks and rules', async () => {
  const whole = await told('reader', 'get_schema_for_llm')
  expect(whole).toMatchObject({ dialect: 'sqlite', tables: ['customers', 'orders', 'salaries'], more_tables: [], not_named: 0 })
  expect(whole.schema).toContain('(customer_id) -> customers (id)')
  const cut = await told('narrow', 'get_schema_for_llm')
  expect(cut.schema).toContain('email TEXT masked: email')
  expect(cut.schema).toContain('some rows are hidden from you')
  for (const name of ['get_schema_for_llm', 'get_schema_context', 'get_schema_info', 'suggest_sql_from_schema', 'suggest_query']) {
    expect(await seen('narrow', name)).not.toMatch(/salaries|password/)
  }
})

test('a question picks its tables and what joins them; the others are only named', async () => {
  const { tables, more_tables: more } = await told('reader', 'get_schema_for_llm', { question: 'total of the orders' })
  expect((tables as string[])[0]).toBe('orders')
  expect(tables).toContain('customers')
  expect(more).toEqual(['salaries'])
})

test('the schema keeps to its budget', async () => {
  const { tables, more_tables: more, not_named: rest, schema } = await told('reader', 'get_schema_for_llm', { tokens: 200 })
  expect((schema as string).length / 4).toBeLessThanOrEqual(200)
  expect((tables as string[]).length + (more as string[]).length + (rest as number)).toBe(3)
  expect((tables as string[]).length).toBeLessThan(3)
})

test('one table, or the nearest name', async () => {
  expect(await told('narrow', 'get_table_schema_for_llm', { table_name: 'orders' })).toMatchObject({ table: 'orders', dialect: 'sqlite' })
  await expect(told('narrow', 'get_table_schema_for_llm', { table: 'custmers' })).rejects.toMatchObject({
    code: 'table_unknown',
    message: expect.stringContaining('Did you mean customers?'),
  })
  await expect(told('narrow', 'get_table_schema_for_llm', { table: 'salaries' })).rejects.toMatchObject({ code: 'table_unknown' })
})

test('a verdict says what a run would say, and runs nothing', async () => {
  const before = await runs()
  expect(await told('narrow', 'validate_sql_only', { sql: 'SELECT email FROM customers' })).toMatchObject({
    valid: true,
    masked: ['customers.email'],
    tables: ['main.customers'],
  })
  const filtered = await told('narrow', 'validate_sql', { query: 'SELECT id FROM orders' })
  expect(JSON.stringify(filtered.policies)).toContain('customer_id < 3')
  const refused = [
    ['SELECT * FROM salaries', 'table_unknown'],
    ['SELECT password FROM customers', 'column_unknown'],
    ['SELECT nmae FROM customers', 'column_unknown'],
    ['DELETE FROM orders', 'statement_refused'],
    ['SELECT 1; SELECT 2', 'statement_many'],
    ['SELEC 1', 'sql_syntax'],
  ] as const
  for (const [sql, code] of refused) {
    const verdict = await told('narrow', 'validate_sql_only', { sql })
    expect([sql, verdict.valid, verdict.code]).toEqual([sql, false, code])
    expect(String(verdict.hint).length).toBeGreaterThan(10)
  }
  expect(await runs()).toBe(before)
  for (const [sql, code] of refused) await expect(told('narrow', 'execute_validated_sql', { sql }), sql).rejects.toMatchObject({ code })
})

test('what is hidden is answered as what does not exist', async () => {
  const answer = async (sql: string) => JSON.stringify(await told('narrow', 'validate_sql_only', { sql }))
  expect(await answer('SELECT 1 FROM salaries')).toBe((await answer('SELECT 1 FROM nonsense')).replaceAll('nonsense', 'salaries'))
  expect(await seen('narrow', 'explain_sql', { sql: 'SELECT id FROM salaries' })).not.toContain('987654')
  expect(await seen('narrow', 'fix_sql', { sql: 'SELECT passwrd FROM customers' })).not.toContain('password')
  expect(await seen('narrow', 'fix_sql', { sql: 'SELECT amount FROM salarie' })).not.toContain('salaries')
  expect(await seen('narrow', 'optimize_query', { sql: 'SELECT * FROM customers' })).not.toContain('password')
})

test('execute_validated_sql runs what is valid', async () => {
  const { structured } = await office.ask('narrow', 'execute_validated_sql', { source: 'shop', sql: 'SELECT id FROM orders', max_rows: 1 })
  expect(structured).toMatchObject({ columns: ['id'], rows: [[1]], receipt: { truncated: true } })
})

test.each(['reader', 'narrow'] as const)('every suggestion runs, for %s', async (who) => {
  for (const fields of [{}, { table: 'orders' }, { question: 'how many customers by country' }, { question: 'latest customers' }]) {
    const { suggestions } = await told(who, 'suggest_sql_from_schema', fields)
    expect((suggestions as Json[]).length).toBeGreaterThan(1)
    for (const { sql } of suggestions as readonly Json[]) await office.ask(who, 'execute_sql', { source: 'shop', sql })
  }
})

test('the suggestion that answers the question comes first', async () => {
  const first = async (question: string) => ((await told('reader', 'suggest_query', { question })).suggestions as readonly Json[])[0]!.sql
  expect(await first('how many customers are there')).toContain('COUNT(*)')
  expect(await first('latest customers')).toContain('DESC')
  expect(await first('customers by month')).toContain('strftime')
})

test('a statement in plain words', async () => {
  const sql =
    "SELECT c.country, COUNT(*) FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE o.note <> 'x' GROUP BY c.country ORDER BY 2 DESC LIMIT 5"
  const { sentences, plan, would_run: runsIt } = await told('narrow', 'explain_sql', { sql })
  expect(runsIt).toBe(true)
  const text = (sentences as string[]).join(' ')
  for (const part of [
    'orders and customers',
    'LEFT JOIN customers',
    "o.note <> 'x'",
    'for each c.country',
    '2 DESC',
    'at most 5',
    'customer_id < 3',
  ]) {
    expect(text).toContain(part)
  }
  expect((plan as string[]).length).toBeGreaterThan(0)
  expect(await told('narrow', 'explain_sql', { sql: 'DROP TABLE orders' })).toMatchObject({ would_run: false })
})

const advised = async (sql: string) =>
  ((await told('reader', 'optimize_query', { sql })).advice as readonly { about: string }[]).map(({ about }) => about)

test.each([
  ['SELECT * FROM customers LIMIT 5', ['columns']],
  ['SELECT name FROM customers', ['limit']],
  ['SELECT COUNT(*) FROM customers', []],
  ['SELECT name FROM customers ORDER BY name', ['limit', 'order']],
  ["SELECT name FROM customers WHERE name LIKE '%a' LIMIT 5", ['pattern']],
  ["SELECT name FROM customers WHERE name LIKE 'a%' LIMIT 5", []],
  ['SELECT name FROM customers, orders LIMIT 5', ['join']],
  ['SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders) LIMIT 5', ['subquery']],
  ['SELECT name FROM customers LIMIT 5 OFFSET 5000', ['offset']],
  ['SELECT name FROM customers WHERE email = NULL LIMIT 5', ['null']],
  ['SELECT id FROM customers UNION SELECT id FROM orders LIMIT 5', ['union']],
])('advice on %s: %j', async (sql, about) => {
  expect(await advised(sql)).toEqual(about)
})

test('a function around an indexed column is told where the source tells its indexes', async () => {
  const details = await (await office.opened.parts.sources.get('shop')).details(new AbortController().signal)
  const about = await advised('SELECT total FROM orders WHERE ABS(customer_id) = 3 LIMIT 5')
  expect(about).toEqual(details ? ['index'] : [])
})

test.each([
  ['SELCT name FRM customers', 'SELECT name FROM customers'],
  ['SELECT nmae FROM custmers', 'SELECT name FROM customers'],
  ["SELECT name FROM customers WHERE country = 'DE", "SELECT name FROM customers WHERE country = 'DE'"],
  ['SELECT (1 + 2', 'SELECT (1 + 2)'],
  ['SELECT id, FROM customers', 'SELECT id FROM customers'],
  ['SELECT TOP 2 id FROM customers', 'SELECT id FROM customers LIMIT 2'],
  ['SELECT id FROM customers WHERE country = “DE”', "SELECT id FROM customers WHERE country = 'DE'"],
  ["```sql\nSELECT id FROM customers WHERE name !== 'Ana'\n```", "SELECT id FROM customers WHERE name <> 'Ana'"],
  ['SELECT NVL(email, name) FROM customers', 'SELECT COALESCE(email, name) FROM customers'],
])('fix_sql: %s', async (sql, mended) => {
  const fixed = await told('reader', 'fix_sql', { sql })
  expect(fixed).toMatchObject({ fixed: true, sql: mended, verdict: { valid: true } })
  expect((fixed.changes as string[]).length).toBeGreaterThan(0)
  await office.ask('reader', 'execute_sql', { source: 'shop', sql: fixed.sql })
})

test('what cannot be mended is told as that, and what is right stays as it is', async () => {
  expect(await told('reader', 'fix_sql', { sql: 'SELECT COUNT(id FROM customers' })).toMatchObject({
    fixed: false,
    verdict: { valid: false },
  })
  expect(await told('reader', 'fix_sql', { sql: 'DROP TABLE orders' })).toMatchObject({ fixed: false, verdict: { valid: false } })
  expect(await told('reader', 'fix_sql', { sql: 'SELECT 1' })).toMatchObject({
    fixed: false,
    sql: 'SELECT 1',
    changes: [],
    verdict: { valid: true },
  })
  const strings = "SELECT 'SELCT FRM, FROM ==' FROM custmers"
  expect(await told('reader', 'fix_sql', { sql: strings })).toMatchObject({ sql: "SELECT 'SELCT FRM, FROM ==' FROM customers" })
})

test('what needs a model says so, and the try is recorded', async () => {
  const failed = office.ask(
    'reader',
    'natural_language_query',
    { source: 'shop', question: 'who bought most?', mode: 'standalone' },
    'model-1',
  )
  await expect(failed).rejects.toMatchObject({ code: 'model_missing', hint: expect.stringContaining('get_schema_for_llm') })
  await office.ask('reader', 'list_sources')
  const { calls } = await office.opened.parts.trail.list({ last: 5, principal: 'reader' })
  expect(calls.find(({ call }) => call === 'model-1')).toMatchObject({ code: 'model_missing' })
  expect((await office.ask('reader', 'get_lightweight_mode_info')).structured).toMatchObject({ mode: 'lightweight' })
})

test('each call leaves one record under its id, whatever it asks on the way', async () => {
  for (const [name, fields] of [
    ['validate_sql_only', { sql: 'SELECT 1' }],
    ['fix_sql', { sql: 'SELCT nmae FRM custmers' }],
    ['explain_sql', { sql: 'SELECT id FROM orders' }],
    ['get_schema_for_llm', {}],
    ['suggest_query', {}],
  ] as const) {
    const { id } = await office.ask('analyst', name, { source: 'shop', ...fields })
    const { calls } = await office.opened.parts.trail.list({ last: 100, principal: 'analyst' })
    expect([name, calls.filter(({ call }) => call === id).length]).toEqual([name, 1])
  }
})

test('the schema is read again when it is asked for', async () => {
  const before = await told('boss', 'get_schema_info')
  expect(before).toMatchObject({ tables: 3, changed: false })
  expect(await told('boss', 'clear_schema_cache')).toMatchObject({ tables: 3, version: before.version, changed: false })
})
