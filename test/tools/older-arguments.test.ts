import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolve, toolNamed } from '../../src/tools/tools.ts'
import { type Office, openOffice } from './office.ts'

/** The arguments that clients of the predecessor send to each of its tools, all of them at once where they can go together. */
const columns = [
  { name: 'id', type: 'INTEGER', nullable: false },
  { name: 'note', type: 'VARCHAR(20)' },
]
const sent: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['execute_query', { sql: 'SELECT 1', params: [], limit: 5 }],
  ['explain_query', { sql: 'SELECT 1', analyze: false }],
  ['execute_batch', { queries: ['SELECT 1'] }],
  ['list_tables', { schema: 'main', include_system: false }],
  ['describe_table', { table_name: 'orders' }],
  ['get_table_stats', { table_name: 'orders' }],
  ['list_indexes', { table_name: 'orders', schema: null }],
  ['get_foreign_keys', { table_name: 'orders', schema: 'main' }],
  ['search_tables', { pattern: 'ord%', schema: 'main' }],
  ['list_views', { schema: 'main' }],
  ['list_columns', { table_name: 'orders', schema: 'main' }],
  ['insert_rows', { table_name: 'orders', rows: [{ customer_id: 1 }] }],
  ['update_rows', { table_name: 'orders', updates: { note: 'x' }, where: 'id = ?', where_params: [1] }],
  ['delete_rows', { table_name: 'orders', where: 'id = ?', where_params: [1] }],
  ['upsert_rows', { table_name: 'orders', rows: [{ id: 1, customer_id: 2 }], constraint: 'id' }],
  ['truncate_table', { table_name: 'orders' }],
  ['bulk_import', { table_name: 'orders', data: [{ customer_id: 1 }], batch_size: 1000 }],
  ['drop_database', { database_name: 'x', if_exists: true, cascade: false }],
  ['create_schema', { schema_name: 'x', if_not_exists: true }],
  ['drop_schema', { schema_name: 'x', if_exists: true, cascade: false }],
  ['create_table', { table_name: 'fresh', columns, primary_key: ['id'], constraints: null, if_not_exists: true }],
  ['create_table', { table_name: 'fresh', columns, primary_key: 'id' }],
  ['drop_table', { table_name: 'orders', cascade: false, if_exists: true }],
  ['alter_table', { table_name: 'orders', action: 'ADD COLUMN', alterations: { name: 'age', type: 'INTEGER' } }],
  ['alter_table', { table_name: 'orders', action: 'add', alterations: [{ column_name: 'age', data_type: 'INTEGER' }] }],
  ['create_index', { index_name: 'i', table_name: 'orders', columns: ['note'], unique: false, if_not_exists: true }],
  ['drop_index', { index_name: 'i', table_name: 'orders', if_exists: true }],
  ['create_view', { view_name: 'v', select_statement: 'SELECT id FROM orders', columns: ['number'], if_not_exists: true }],
  ['drop_view', { view_name: 'v', cascade: false, if_exists: true }],
  ['backup_table', { table_name: 'orders', backup_name: 'orders_kept' }],
  ['natural_language_query', { question: 'how many orders', execute: false, limit: 5 }],
  ['explain_sql', { sql: 'SELECT 1' }],
  ['suggest_query', { question: 'orders' }],
  ['validate_sql', { sql: 'SELECT 1' }],
  ['optimize_query', { sql: 'SELECT 1' }],
  ['fix_sql', { sql: 'SELECT nte FROM orders', error_message: 'no such column' }],
  ['get_schema_context', { query: 'orders', max_tables: 5 }],
  ['clear_schema_cache', {}],
  ['get_schema_info', {}],
  ['get_schema_for_llm', { question: 'orders', max_tables: 5 }],
  ['validate_sql_only', { sql: 'SELECT 1' }],
  ['execute_validated_sql', { sql: 'SELECT 1', limit: 5 }],
  ['get_table_schema_for_llm', { table_name: 'orders' }],
  ['suggest_sql_from_schema', { question: 'orders', sql: 'SELECT * FROM orders' }],
  ['get_lightweight_mode_info', {}],
  ['get_audit_log', { limit: 5, operation_type: 'SELECT' }],
  ['get_audit_statistics', { hours: 24 }],
  ['get_rate_limit_stats', {}],
  ['list_roles', {}],
  ['get_role_details', { role_name: 'admin' }],
  ['check_permission', { role_name: 'read_only', operation: 'DELETE', table_name: 'orders' }],
  ['get_security_status', {}],
  ['health_check', { detailed: true }],
  ['get_server_metrics', {}],
  ['get_connections', {}],
  ['test_query', { sql: 'SELECT 1' }],
  ['get_server_info', {}],
  ['reload_config', {}],
  ['get_query_history', { limit: 5, operation_type: 'SELECT' }],
  ['clear_all_caches', {}],
  ['diagnose_connection', { detailed: true }],
  ['get_database_info', {}],
]

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.close())

test.each(sent)('%s takes what a client of the predecessor sends', (name, fields) => {
  expect(() => resolve(name, fields, toolNamed)).not.toThrow()
  // The same through call_tool, and never as something that the tool does not know.
  expect(() => resolve('call_tool', { name, arguments: fields }, toolNamed)).not.toThrow()
  expect(() => resolve(name, { ...fields, no_such_field: 1 }, toolNamed)).toThrow(expect.objectContaining({ code: 'field_unknown' }))
})

type Json = Readonly<Record<string, unknown>>
const told = async (name: string, fields: Json) => (await office.ask('boss', name, { source: 'shop', ...fields })).structured

test('a list of objects is imported as rows', async () => {
  expect(await told('bulk_import', { table_name: 'orders', data: [{ customer_id: 1 }, { customer_id: 2 }] })).toMatchObject({
    changed: { orders: 2 },
  })
})

test('a primary key beside the columns is a constraint', async () => {
  const { text } = await office.ask('boss', 'create_table', { source: 'shop', table_name: 'fresh', columns, primary_key: ['id'] })
  expect(text).toMatch(/PRIMARY KEY \("id"\)/)
})

test.each([
  ['an object', { name: 'age', type: 'INTEGER' }],
  ['a list', [{ column_name: 'age', data_type: 'INTEGER' }]],
])('an action with its alterations as %s is one change of structure', async (_, alterations) => {
  const { text } = await office.ask('boss', 'alter_table', { source: 'shop', table_name: 'orders', action: 'ADD COLUMN', alterations })
  expect(text).toMatch(/ADD COLUMN "age" integer/i)
})

test('a role and a word of SQL are asked as roles and an action', async () => {
  expect(await told('check_permission', { role_name: 'read_only', operation: 'DELETE', table_name: 'orders' })).toMatchObject({
    allowed: false,
    roles: ['read_only'],
  })
  expect(await told('check_permission', { role_name: 'data_editor', operation: 'UPDATE', table_name: 'orders' })).toMatchObject({
    allowed: true,
  })
})

test('an operation picks calls of its kind, and hours a time', async () => {
  await told('execute_query', { sql: 'SELECT id FROM orders' })
  const { calls } = (await office.ask('boss', 'get_query_history', { limit: 5, operation_type: 'SELECT' })).structured
  expect((calls as readonly Json[]).length).toBeGreaterThan(0)
  for (const call of calls as readonly Json[]) expect(call.kind).toBe('read')
  const { since } = (await office.ask('boss', 'get_audit_statistics', { hours: 2 })).structured
  expect(Date.now() - Date.parse(String(since))).toBeGreaterThan(2 * 3_600_000 - 60_000)
})

test('a statement of the caller is advised on, and most tables are left out where few are wanted', async () => {
  const advised = await told('suggest_sql_from_schema', { question: 'orders', sql: 'SELECT * FROM orders' })
  expect(advised).toMatchObject({ would_run: true, advice: expect.arrayContaining([expect.objectContaining({ about: 'columns' })]) })
  const { tables, more_tables: more } = await told('get_schema_for_llm', { question: 'orders of customers', max_tables: 1 })
  expect(tables).toHaveLength(1)
  expect((more as readonly string[]).length).toBeGreaterThan(0)
})

test.each([
  ['list_tables', { include_system: true }, 'field_invalid'],
  ['explain_query', { sql: 'SELECT 1', analyze: true }, 'field_invalid'],
  ['update_rows', { table_name: 'orders', updates: { note: 'x' } }, 'field_missing'],
  ['delete_rows', { table_name: 'orders' }, 'field_missing'],
  ['upsert_rows', { table_name: 'orders', rows: [{ id: 1 }] }, 'field_missing'],
  ['create_table', { table_name: 'fresh', columns, constraints: ['PRIMARY KEY (id)'] }, 'field_invalid'],
  ['check_permission', { role_name: 7 }, 'field_unknown'],
  ['get_audit_statistics', { hours: -1 }, 'field_unknown'],
  ['get_query_history', { operation_type: 'EVERYTHING' }, 'field_invalid'],
])('%s refuses what it cannot mean: %o', (name, fields, code) => {
  expect(() => resolve(name, fields, toolNamed)).toThrow(expect.objectContaining({ code }))
})

test('what is missing is told with what it is for', () => {
  expect(() => resolve('delete_rows', { table_name: 'orders' }, toolNamed)).toThrow(
    expect.objectContaining({ code: 'field_missing', hint: expect.stringContaining('{} means every row') }),
  )
})
