import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configOf } from '../../src/config/config.ts'
import { profileTables } from '../../src/knowledge.ts'
import { openParts } from '../../src/main.ts'
import { askingCall, newCallId } from '../../src/tools/declared.ts'
import { type Office, openOffice, type Who } from '../tools/office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice(`
registry: ./registry.db
`)
})
afterAll(() => office.close())

type Column = Readonly<
  { name: string; closed?: string; nulls?: number; distinct?: number; frequent?: { value: string }[] } & Record<string, unknown>
>
const profile = async (who: Who, fields: object) => {
  const { structured } = await office.ask(who, 'profile_table', { source: 'shop', ...fields })
  const [one] = structured.profiles as { rows: number; sampled: boolean; columns: Column[] }[]
  return { one, structured, column: (name: string) => one?.columns.find((column) => column.name === name) }
}
const kept = async () => {
  const rows = await (await office.opened.parts.store()).profiles.of('shop')
  return rows.map(({ profile: text }) => text).join('\n')
}

test('counts and ranges are told as the role sees them', async () => {
  const { one, column } = await profile('boss', { table: 'orders', role: 'read_only' })
  expect(one).toMatchObject({ rows: 3, sampled: false })
  expect(column('total')).toMatchObject({ nulls: 0, distinct: 3, unique: true, min: '10.5', max: '30' })
  expect(column('note')).toMatchObject({ nulls: 2, null_share: 0.6667 })
})

test('row rules hold: what is hidden from the role is in no figure', async () => {
  const { one, column } = await profile('narrow', { table: 'orders', role: 'narrow' })
  expect(one).toMatchObject({ rows: 2 })
  expect(column('total')).toMatchObject({ max: '20' })
})

test('of masked and of personal columns no value is kept, only counts', async () => {
  const { column } = await profile('narrow', { table: 'customers', role: 'narrow' })
  expect(column('email')).toEqual({ name: 'email', nulls: 1, null_share: 0.3333, distinct: 2, unique: true, closed: 'masked' })
  expect(column('name')).toMatchObject({ closed: 'personal' })
  expect(column('password')).toBeUndefined()
  await profile('boss', { table: 'customers', role: 'admin' })
  expect(await kept()).not.toMatch(/sesame|ana@|example\.com|"Ana"|"Bo"|\*\*\*/)
  expect(await kept()).toContain('"country"')
})

test('a profile is told to who sees all that it was made of, and to nobody else', async () => {
  await profile('boss', { table: 'orders', role: 'read_only' })
  const wide = await profile('reader', { table: 'orders' })
  expect(wide.one).toMatchObject({ rows: 3 })
  const own = await profile('narrow', { table: 'orders' })
  expect(own.one).toMatchObject({ rows: 2, role: 'narrow' })
  expect(JSON.stringify(own.structured)).not.toContain('30')
  await expect(profile('narrow', { table: 'salaries' })).rejects.toMatchObject({ code: 'table_unknown' })
  // Masked for them, and made by one for whom it is not.
  await profile('boss', { table: 'salaries', role: 'admin' })
  expect((await profile('narrow', { table: 'customers' })).column('email')).toMatchObject({ closed: 'masked' })
  expect((await profile('narrow', { table: 'customers' })).column('password')).toBeUndefined()
})

test('only a role that one has, or any where one administers the source', async () => {
  await expect(profile('reader', { table: 'orders', role: 'admin' })).rejects.toMatchObject({ code: 'action_refused' })
  await expect(profile('narrow', { table: 'orders', role: 'read_only' })).rejects.toMatchObject({ code: 'action_refused' })
  await expect(profile('boss', { table: 'orders', role: 'nobody' })).rejects.toMatchObject({ code: 'source_unknown' })
})

test('who administers a part of a source gets no further through another role', async () => {
  const config = `
sources: { shop: { connector: sqlite, path: ./shop.db } }
state: ./elsewhere
roles:
  part:
    sources:
      shop:
        tables: { allow: [customers, orders, salaries], deny: [salaries] }
        columns: { customers: { deny: [country], mask: { created_at: 'null' } } }
        rows: { orders: id = 1 }
        actions: [read, admin]
`
  const part = openParts(await configOf(join(office.folder, 'sluice.yaml'), config, {}))
  try {
    const principal = { name: 'part', via: 'key', roles: ['part'], attributes: {} } as const
    const { keys, provider } = part.parts.auth
    const parts = { ...part.parts, auth: { identify: () => principal, until: () => undefined, keys, provider } }
    const caller = { id: newCallId(), door: 'cli', credential: { kind: 'local' }, signal: new AbortController().signal } as const
    const told = await profileTables(askingCall(caller, 'shop', 'test'), { role: 'admin' }, newCallId, parts)
    expect(told.tables.map(({ table }) => table).sort()).toEqual(['customers', 'orders'])
    expect(told.tables.find(({ table }) => table === 'orders')?.profile).toBeUndefined()
    const customers = told.tables.find(({ table }) => table === 'customers')!.profile!
    expect(customers.columns.map(({ name }) => name)).not.toContain('country')
    expect(customers.columns).toContainEqual({ name: 'created_at', closed: 'masked' })
    expect(JSON.stringify(told)).not.toMatch(/987654|2026-01-01"|"DE"/)
    const narrowed = profileTables(
      { ...askingCall(caller, 'shop', 'test'), id: newCallId() },
      { role: 'admin', tables: ['salaries'] },
      newCallId,
      parts,
    )
    await expect(narrowed).rejects.toMatchObject({ code: 'table_unknown' })
  } finally {
    await part.close()
  }
})

test('a table that is longer is looked at in part, and says so', async () => {
  const { one, column } = await profile('boss', { table: 'orders', role: 'admin', rows: 2 })
  expect(one).toMatchObject({ rows: 2, sampled: true })
  expect(column('id')).toMatchObject({ distinct: 2 })
})

test('each statement of a profile is a record of its own, and holds no value', async () => {
  const { calls } = await office.opened.parts.trail.list({ last: 1_000 })
  const looked = calls.filter(({ sql }) => sql?.includes('looked'))
  expect(looked.length).toBeGreaterThan(3)
  expect(JSON.stringify(calls)).not.toMatch(/sesame|ana@example/)
})

test('values that are among the keys of another table are evidence for a join', async () => {
  const file = (await office.opened.parts.sources.get('shop')) as unknown
  expect(file).toBeDefined()
  const folder = office.folder
  const db = new DatabaseSync(join(folder, 'shop.db'))
  db.exec(
    'CREATE TABLE visits (id INTEGER PRIMARY KEY, customer_id INTEGER, page TEXT); CREATE TABLE odd (id INTEGER PRIMARY KEY, customer_id INTEGER)',
  )
  db.exec("INSERT INTO visits VALUES (1, 1, 'a'), (2, 2, 'a'), (3, 3, 'b'); INSERT INTO odd VALUES (1, 77), (2, 88), (3, 1)")
  db.close()
  office.opened.parts.control.clearCaches()
  const before = (await office.ask('reader', 'find_join_paths', { source: 'shop', tables: ['visits', 'customers'] })).structured
  expect(before.joins).toMatchObject([{ kind: 'inferred' }])
  expect((await profile('boss', { table: 'visits', role: 'read_only' })).column('customer_id')).toMatchObject({
    found_in: [{ table: 'customers', column: 'id', share: 1 }],
  })
  await profile('boss', { table: 'odd', role: 'read_only' })
  const after = (await office.ask('reader', 'find_join_paths', { source: 'shop', tables: ['visits', 'customers'] })).structured
  expect(after.strength).toBeGreaterThan(before.strength as number)
  expect(JSON.stringify(after)).toContain('100 % of its values are found there')
  await expect(office.ask('reader', 'find_join_paths', { source: 'shop', tables: ['odd', 'customers'] })).rejects.toMatchObject({
    code: 'not_supported',
  })
})
