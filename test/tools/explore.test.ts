import { expect, test } from 'vitest'
import type { Call } from '../../src/call.ts'
import { describeTable, listSources, searchSchema } from '../../src/explore.ts'
import { toolNamed } from '../../src/tools/tools.ts'
import { hands, nothingSeen } from '../serve/doubles.ts'

const call = (source: string, credential: Call['credential'] = { kind: 'local' }): Call => ({
  id: 'c1',
  door: 'mcp',
  credential,
  source,
  action: 'query',
  text: 'asked',
  params: [],
  signal: new AbortController().signal,
})

test('a table is described as the grant shows it', async () => {
  const orders = await describeTable(call('shop'), 'orders', hands())
  expect(orders.columns.map((column) => column.name)).toEqual(['id', 'customer_id', 'total'])
  expect(orders.policies).toEqual(['row rule on orders: tenant = 1'])
  // Its key to a table that may be seen is told, the one to a hidden table is not.
  expect(orders.foreign_keys).toEqual([{ columns: ['customer_id'], table: 'customers', references: ['id'] }])
})

test('hidden columns do not exist and masked ones are marked', async () => {
  const customers = await describeTable(call('shop'), 'customers', hands())
  expect(customers.columns.map((column) => [column.name, column.masked])).toEqual([
    ['id', undefined],
    ['email', 'email'],
  ])
  expect(JSON.stringify(customers)).not.toContain('password')
})

test('the number of rows is not told where rows are hidden', async () => {
  expect(await describeTable(call('shop'), 'customers', hands())).toHaveProperty('rows_estimate', 500)
  expect(await describeTable(call('shop'), 'orders', hands())).not.toHaveProperty('rows_estimate')
})

test.each(['public.orders', 'ORDERS', '"orders"', 'sales.OrderItems', 'SALES.orderitems'])('%s is found', async (name) => {
  await expect(describeTable(call('shop'), name, hands())).resolves.toMatchObject({ source: 'shop' })
})

test.each([
  ['custmers', 'Did you mean customers?'],
  ['hr.salaries', 'There is no table hr.salaries in shop.'],
  ['salaries', 'There is no table salaries in shop.'],
  ['salarie', 'There is no table salarie in shop.'],
  ['pg_class', 'There is no table pg_class in shop.'],
])('%s is not found, and only what may be seen is offered', async (name, message) => {
  const failing = describeTable(call('shop'), name, hands())
  await expect(failing).rejects.toMatchObject({ code: 'table_unknown', message: expect.stringContaining(message) })
  await expect(failing).rejects.toMatchObject({ message: expect.not.stringMatching(/mean.*(salaries|pg_class)/) })
})

test('a search finds only what may be seen, says why, and marks masks', async () => {
  const { tables: found } = await searchSchema(call(''), 'mail of customers', 10, hands())
  expect(found[0]).toMatchObject({ source: 'shop', table: 'customers', why: expect.stringContaining('customers') })
  expect(found[0]!.columns).toContainEqual({ name: 'email', type: 'text', masked: 'email' })
  expect(await searchSchema(call(''), 'password relname', 10, hands())).toEqual({ tables: [], silent: [] })
  // What is near in meaning may be found; what is hidden is not, whatever is asked.
  const { tables: near } = await searchSchema(call(''), 'salaries amount password relname', 10, hands())
  expect(JSON.stringify(near.map(({ why: _, ...rest }) => rest))).not.toMatch(/salaries|password|relname|amount/)
})

test('an empty search lists every table that may be seen', async () => {
  const { tables: found } = await searchSchema(call('shop'), '', 10, hands())
  expect(found.map((one) => one.table)).toEqual(['customers', 'orders', 'sales.OrderItems'])
})

test('a source that does not answer hides nothing of the others, and says so when asked by name', async () => {
  const parts = hands({ sources: ['shop', 'files'], broken: ['files'] })
  const { tables, silent } = await searchSchema(call(''), 'orders', 10, parts)
  expect(tables.map((one) => one.source)).toContain('shop')
  expect(silent).toEqual(['files'])
  const told = toolNamed('search_schema')
  const answer = told.kind === 'answer' ? await told.answer({ query: 'orders' }, call(''), parts) : undefined
  expect(answer?.structured).toMatchObject({ unavailable: ['files'] })
  expect(answer?.text).toMatch(/do not answer now.*files/)
  await expect(searchSchema(call('files'), 'orders', 10, parts)).rejects.toMatchObject({ code: 'source_unavailable' })
})

test('the intent is in the audit before the source is touched, and the entry is closed either way', async () => {
  const seen = nothingSeen()
  await describeTable(call('shop'), 'orders', hands({ seen }))
  expect(seen.opened).toEqual(['intend asked', 'schema shop'])
  expect(seen.closed).toHaveLength(1)
  await expect(describeTable(call('shop'), 'nothing', hands({ seen }))).rejects.toThrow()
  expect(seen.closed[1]).toMatchObject({ code: 'table_unknown' })
})

test('who is not known or has no grant touches nothing', async () => {
  const seen = nothingSeen()
  const parts = hands({ seen, key: 'k' })
  await expect(listSources(call('', { kind: 'none' }), parts)).rejects.toMatchObject({ code: 'credential_missing' })
  await expect(searchSchema(call('', { kind: 'bearer', token: 'x' }), 'orders', 5, parts)).rejects.toMatchObject({
    code: 'credential_unknown',
  })
  await expect(describeTable(call('other'), 'orders', parts)).rejects.toMatchObject({ code: 'source_unknown' })
  expect(seen.opened.filter((one) => one.startsWith('schema'))).toEqual([])
  expect(seen.closed).toHaveLength(3)
})

test('sources are listed without touching them', async () => {
  const seen = nothingSeen()
  expect(await listSources(call(''), hands({ seen, sources: ['shop', 'files'] }))).toEqual([
    { name: 'shop', kind: 'postgres', dialect: 'postgres', description: 'the shop' },
    { name: 'files', kind: 'postgres', dialect: 'postgres', description: 'the files' },
  ])
  expect(seen.opened).toEqual(['intend asked'])
})
