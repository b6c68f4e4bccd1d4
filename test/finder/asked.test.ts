import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Office, openOffice, type Who } from '../tools/office.ts'

/** Schema search through its tools, over a registry with notes and profiles. */
let office: Office
beforeAll(async () => {
  office = await openOffice('registry: ./registry.db\n')
  await office.ask('boss', 'describe_object', { source: 'shop', table: 'orders', description: 'Quittances of the bazaar' })
  await office.ask('boss', 'describe_object', { source: 'shop', table: 'salaries', description: 'Quittances of the payroll' })
  await office.ask('boss', 'describe_object', {
    source: 'shop',
    table: 'customers',
    column: 'password',
    description: 'Watchword of the sentinel',
  })
  await office.ask('boss', 'profile_table', { source: 'shop', table: 'customers', role: 'read_only' })
  await office.ask('boss', 'profile_table', { source: 'shop', table: 'orders', role: 'read_only' })
})
afterAll(() => office.close())

const found = async (who: Who, query: string) => {
  const { structured } = await office.ask(who, 'search_schema', { source: 'shop', query })
  return structured.tables as readonly Readonly<{ table: string; why: string; columns: readonly Readonly<{ name: string }>[] }>[]
}
const names = async (who: Who, query: string) => (await found(who, query)).map(({ table }) => table)

test('what people wrote is searched, as far as the caller sees what it is about', async () => {
  expect((await names('boss', 'quittances')).slice(0, 2).sort()).toEqual(['orders', 'salaries'])
  const [only, ...none] = await found('narrow', 'quittances')
  expect(only).toMatchObject({ table: 'orders', why: '"quittances" is in the table comment' })
  expect(none.map(({ table }) => table)).not.toContain('salaries')
  expect(await names('boss', 'watchword')).toContain('customers')
  expect(await names('narrow', 'watchword')).toEqual([])
})

test('a frequent value leads to its column', async () => {
  const [customers] = await found('boss', 'who is from "DE"?')
  expect(customers).toMatchObject({ table: 'customers', why: expect.stringContaining('"DE" is a value of country') })
})

test('a question over all sources names the source, and hides what is not granted', async () => {
  const { structured } = await office.ask('narrow', 'search_schema', { query: 'salaries and passwords of customers' })
  expect(JSON.stringify(structured)).not.toMatch(/"(salaries|password)"|stock/)
})
