import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configOf } from '../../src/config/config.ts'
import { type Office, openOffice, type Who } from '../tools/office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice('masks: { detected: until_decided }\ncatalog: { scan_personal: true, profile_role: read_only }\n')
})
afterAll(() => office.close())

const source = 'shop'
const ask = async (who: Who, tool: string, fields: object = {}) => (await office.ask(who, tool, { source, ...fields })).structured
const change = async (...statements: string[]) => {
  const db = new DatabaseSync(`${office.folder}/shop.db`)
  for (const sql of statements) db.exec(sql)
  db.close()
  await office.ask('boss', 'sync_catalog', { source })
}
const read = async (sql: string) => JSON.stringify(await ask('reader', 'execute_sql', { sql }))

test('a first synchronisation looks at everything', async () => {
  await change()
  const found = JSON.stringify(await ask('boss', 'find_personal_data'))
  expect(found).toContain('"email"')
  expect(await read('SELECT email FROM customers')).not.toContain('ana@')
  expect((await ask('reader', 'profile_table', { table: 'orders' })).profiles).toMatchObject([{ role: 'read_only', rows: 3 }])
})

test('a column that comes later is looked at by the next one, and nothing else is', async () => {
  await ask('boss', 'decide_personal_data', { table: 'customers', column: 'email', decision: 'dismiss' })
  const looks = async (table: string) => {
    const { calls } = await office.opened.parts.trail.list({ last: 10_000 })
    return calls.filter(({ sql, principal }) => principal === 'catalog' && sql?.includes(`"${table}" LIMIT 200`)).length
  }
  const before = [await looks('orders'), await looks('salaries')] as const
  await change('ALTER TABLE orders ADD COLUMN contact TEXT', "UPDATE orders SET contact = 'x' || id || '@example.com'")
  expect(await read('SELECT contact FROM orders')).not.toMatch(/x\d@/)
  expect(await read('SELECT email FROM customers')).toContain('ana@')
  expect(await looks('orders')).toBeGreaterThan(before[0])
  expect(await looks('salaries')).toBe(before[1])
  expect(before[1]).toBeGreaterThan(0)
})

test('a column that gets another name takes its description along, and is masked again', async () => {
  await ask('boss', 'describe_object', { table: 'customers', column: 'email', description: 'Where to write to' })
  expect(await read('SELECT email FROM customers')).toContain('ana@')
  await change('ALTER TABLE customers RENAME COLUMN email TO email_address')
  const { columns } = await ask('reader', 'describe_table', { table: 'customers' })
  expect(columns).toContainEqual(expect.objectContaining({ name: 'email_address', description: 'Where to write to', masked: 'email' }))
  expect(await read('SELECT email_address FROM customers')).not.toContain('ana@')
})

test('a table that is gone takes what was found in it along', async () => {
  await change('DROP TABLE orders')
  expect(JSON.stringify(await ask('boss', 'find_personal_data', { all: true }))).not.toContain('contact')
})

test('a role that does not exist is told when the configuration is read', async () => {
  await expect(configOf(undefined, 'catalog: { profile_role: nobodys }\n', {})).rejects.toThrow(/catalog.profile_role/)
})
