import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configOf } from '../../src/config/config.ts'
import { openParts } from '../../src/main.ts'
import { type Office, openOffice, type Who } from '../tools/office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice('registry: ./registry.db\nmasks: { detected: until_decided }\n')
})
afterAll(() => office.close())

const source = 'shop'
const ask = async (who: Who, tool: string, fields: object) => (await office.ask(who, tool, { source, ...fields })).structured

test('the way to join goes only over what the caller may see', async () => {
  expect(await ask('narrow', 'find_join_paths', { tables: ['customers', 'orders'] })).toMatchObject({ tables: ['customers', 'orders'] })
  for (const tool of ['find_join_paths', 'suggest_related_tables'])
    await expect(ask('narrow', tool, { tables: ['customers', 'salaries'] }), tool).rejects.toMatchObject({ code: 'table_unknown' })
  const related = await ask('narrow', 'suggest_related_tables', { tables: ['orders'] })
  expect(JSON.stringify(related)).not.toContain('salaries')
})

test('a statement with hidden tables and columns is told nothing about them', async () => {
  const sql = 'SELECT SUM(s.amount) FROM salaries s JOIN customers c ON c.password = s.id JOIN orders o ON o.customer_id = c.id'
  const told = JSON.stringify(await ask('narrow', 'check_joins', { sql }))
  expect(told).not.toMatch(/salaries|password|amount/)
  expect(JSON.stringify(await ask('boss', 'check_joins', { sql }))).toContain('salaries')
})

test('a statement that cannot be read is refused as elsewhere', async () => {
  await expect(ask('reader', 'check_joins', { sql: 'SELEC 1' })).rejects.toMatchObject({
    code: expect.stringMatching(/sql_syntax|statement_refused/),
  })
  await expect(ask('reader', 'check_joins', { sql: '' })).rejects.toMatchObject({ code: 'sql_empty' })
  expect(await ask('reader', 'check_joins', { sql: 'WITH x AS (SELECT 1 AS a) SELECT a FROM x' })).toMatchObject({
    understood: true,
    joins: [],
    warnings: [],
  })
  const twice = 'SELECT 1 FROM customers a JOIN customers b ON a.id = b.id'
  expect(await ask('reader', 'check_joins', { sql: twice })).toMatchObject({ understood: false, warnings: [] })
})

test('a join over a masked column is warned of', async () => {
  await ask('boss', 'find_personal_data', { scan: true })
  await ask('boss', 'decide_personal_data', { table: 'customers', column: 'name', decision: 'dismiss' })
  const told = await ask('reader', 'describe_table', { table: 'customers' })
  const masked = (told.columns as { name: string; masked?: string }[]).filter((column) => column.masked).map(({ name }) => name)
  expect(masked).toEqual(['email', 'password'])
})

test('findings are for who administers the source', async () => {
  for (const who of ['reader', 'developer', 'narrow'] as const) {
    await expect(ask(who, 'find_personal_data', {})).rejects.toMatchObject({ code: 'tool_refused' })
    await expect(ask(who, 'decide_personal_data', { table: 'customers', column: 'email', decision: 'dismiss' })).rejects.toMatchObject({
      code: 'tool_refused',
    })
  }
  // Administers another source and reads this one.
  await expect(ask('keeper', 'find_personal_data', { scan: true })).rejects.toMatchObject({ code: 'action_refused' })
  await expect(ask('keeper', 'decide_personal_data', { table: 'customers', column: 'email', decision: 'dismiss' })).rejects.toMatchObject({
    code: 'action_refused',
  })
  expect(JSON.stringify(await ask('keeper', 'execute_sql', { sql: 'SELECT email FROM customers' }))).not.toContain('ana@')
})

test('there is nothing to decide about what was not found, or is not there', async () => {
  const decide = (table: string, column: string) => ask('boss', 'decide_personal_data', { table, column, decision: 'mask' })
  await expect(decide('customers', 'id')).rejects.toThrow(/nothing to decide/)
  await expect(decide('customers', 'nowhere')).rejects.toMatchObject({ code: 'column_unknown' })
  await expect(decide('nowhere', 'id')).rejects.toMatchObject({ code: 'table_unknown' })
})

test('predicates, expressions, stars and views do not get around what was detected', async () => {
  for (const sql of [
    'SELECT * FROM customers',
    'SELECT lower(email) FROM customers',
    "SELECT 'x' || email FROM customers",
    'SELECT max(email) FROM customers',
    'SELECT c.email FROM (SELECT * FROM customers) c',
    'WITH x AS (SELECT * FROM customers) SELECT * FROM x',
    'SELECT email FROM CUSTOMERS',
  ])
    expect(JSON.stringify(await ask('reader', 'execute_sql', { sql })), sql).not.toContain('ana@')
  expect(await ask('reader', 'execute_sql', { sql: "SELECT count(*) FROM customers WHERE email = 'ana@example.com'" })).toMatchObject({
    rows: [[0]],
  })
})

test('a view shows no more of a column than its table does', async () => {
  const db = new DatabaseSync(`${office.folder}/shop.db`)
  db.exec('CREATE VIEW letters AS SELECT id, email AS address FROM customers')
  db.close()
  office.opened.parts.control.clearCaches()
  const told = JSON.stringify(await ask('reader', 'execute_sql', { sql: 'SELECT address FROM letters ORDER BY id' }))
  expect(told).toContain('a***@example.com')
  expect(told).not.toContain('ana@')
})

const again = async (more: string) =>
  openParts(
    await configOf(
      `${office.folder}/sluice.yaml`,
      `sources: { shop: { connector: sqlite, path: ./shop.db } }\nlocal: { roles: [read_only] }\n${more}masks: { detected: until_decided }\n`,
      {},
    ),
  )
const local = { name: 'local', via: 'local', roles: ['read_only'], attributes: {} } as const

test('another process that begins with the same registry knows what was found and decided', async () => {
  const { parts, close } = await again('registry: ./registry.db\n')
  try {
    const table = { schema: 'main', name: 'customers', names: ['id', 'name', 'email'] }
    const grant = await parts.policy.grant(local, source)
    expect([...grant.table(table)!.masks.keys()]).toEqual(['email'])
    expect(
      parts.policy.explain(local, source, await (await parts.sources.get(source)).schema(AbortSignal.timeout(5_000))).tables,
    ).toContainEqual(
      expect.objectContaining({
        table: 'main.customers',
        columns: expect.arrayContaining([expect.objectContaining({ name: 'email', shown: 'masked' })]),
      }),
    )
  } finally {
    await close()
  }
})

test('where the registry cannot be read nobody gets a grant that might show too much', async () => {
  const { parts, close } = await again('registry: postgres://nobody:nothing@127.0.0.1:1/nowhere\n')
  try {
    await expect(Promise.resolve(parts.policy.grant(local, source))).rejects.toMatchObject({
      code: expect.stringMatching(/registry_unavailable|config_invalid/),
    })
  } finally {
    await close()
  }
})

test('switched off nothing is masked, and nothing is asked of the registry', async () => {
  const config = `sources: { shop: { connector: sqlite, path: ./shop.db } }\nregistry: postgres://nobody:nothing@127.0.0.1:1/nowhere\n`
  const { parts, close } = openParts(await configOf(`${office.folder}/sluice.yaml`, config, {}))
  try {
    expect((await parts.policy.grant(local, source)).restricted).toBe(false)
  } finally {
    await close()
  }
})

test('a finding of this process counts at once, one of another after a moment', async () => {
  await ask('boss', 'decide_personal_data', { table: 'customers', column: 'email', decision: 'dismiss' })
  expect(JSON.stringify(await ask('reader', 'execute_sql', { sql: 'SELECT email FROM customers' }))).toContain('ana@')
  await ask('boss', 'decide_personal_data', { table: 'customers', column: 'email', decision: 'mask' })
  expect(JSON.stringify(await ask('reader', 'execute_sql', { sql: 'SELECT email FROM customers' }))).not.toContain('ana@')
})
