import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Whole, whole } from '../serve/whole.ts'

let house: Whole
beforeAll(async () => {
  house = await whole({ ana: 'support', nobody: 'nothing' })
})
afterAll(() => house.close())

async function ask(method: string, path: string, body?: unknown, key?: string) {
  const response = await fetch(house.server.url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(key ? { authorization: `Bearer ${key}` } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return {
    status: response.status,
    body: (await response.json()) as never as Record<string, never> & { error?: { code: string; message: string } },
  }
}
const file = () => readFileSync(join(house.folder, 'sluice.yaml'), 'utf8')

test('the roles are told as they stand in the file, without anything else of it', async () => {
  const { status, body } = await ask('GET', '/api/policy')
  expect(status).toBe(200)
  const told = body as unknown as {
    text: string
    writable: boolean
    line: number
    roles: { name: string }[]
    principals: { name: string }[]
  }
  expect(told.text.startsWith('roles:\n  support:')).toBe(true)
  expect(file()).toContain(told.text)
  expect(told.text).not.toContain('keys:')
  expect(told.text).not.toContain('connector')
  expect(file().split('\n')[told.line - 1]).toBe('roles:')
  expect(told.writable).toBe(true)
  expect(told.roles.map(({ name }) => name)).toContain('support')
  expect(told.principals.map(({ name }) => name)).toEqual(['local', 'ana', 'nobody'])
})

test('who administers nothing learns nothing of the roles', async () => {
  for (const [method, path, body] of [
    ['GET', '/api/policy'],
    ['PUT', '/api/policy', { text: '', digest: '' }],
    ['POST', '/api/policy/validate', { text: '' }],
    ['POST', '/api/policy/simulate', { source: 'shop', roles: ['admin'] }],
    ['GET', '/api/audit'],
    ['GET', '/api/audit/chain'],
    ['GET', '/api/audit/export'],
  ] as const) {
    const { status, body: told } = await ask(method, path, body, house.keys.ana)
    expect([path, status, told.error?.code]).toEqual([path, 403, 'action_refused'])
  }
})

test('what is wrong with a text is told with its line and column', async () => {
  const text = 'roles:\n  support:\n    sources:\n      shop:\n        tabels: { allow: [customers] }\n      shoop: {}\n'
  const { body } = await ask('POST', '/api/policy/validate', { text })
  const { problems } = body as unknown as { problems: { line: number; column: number; text: string }[] }
  expect(problems[0]).toMatchObject({ line: 5, column: 9 })
  expect(problems[0]!.text).toContain('did you mean "tables"')
})

test.each([
  ['another key', 'roles: {}\nsources: {}\n', /only `roles:`/],
  ['a variable of the environment', `roles:\n  a: { sources: { shop: { rows: { orders: "note = '\${PATH}'" } } } }\n`, /environment/],
  ['two documents', 'roles: {}\n---\nroles: {}\n', /./],
  ['no YAML', 'roles: [\n', /not valid YAML/],
  ['a role that stands already', 'roles:\n  admin: {}\n', /predefined/],
])('refuses %s', async (_, text, what) => {
  const checked = (await ask('POST', '/api/policy/validate', { text })).body as unknown as { problems: { text: string }[] }
  expect(checked.problems.map((one) => one.text).join('\n')).toMatch(what)
  const { digest } = (await ask('GET', '/api/policy')).body as unknown as { digest: string }
  const before = file()
  const { status, body } = await ask('PUT', '/api/policy', { text, digest })
  expect([status, body.error?.code]).toEqual([400, 'policy_invalid'])
  expect(file()).toBe(before)
})

test('rules that match nothing are told', async () => {
  await ask('POST', '/api/policy/simulate', { source: 'shop', roles: ['support'] })
  const text =
    'roles:\n  one:\n    extends: [read_only]\n    sources:\n      shop: { columns: { customers: { mask: { e_mail: email } } } }\n'
  const { body } = await ask('POST', '/api/policy/validate', { text })
  expect((body as unknown as { unmatched: string[] }).unmatched.join()).toContain('e_mail')
})

test('the simulator tells what somebody sees and why, and the statement as it would run', async () => {
  const { body } = await ask('POST', '/api/policy/simulate', { source: 'shop', principal: 'ana', sql: 'SELECT * FROM customers' })
  const told = body as unknown as {
    granted: boolean
    tables: { table: string; columns: { name: string; shown: string; why: string }[] }[]
    statement: { sql: string; masked: string[] }
  }
  expect(told.granted).toBe(true)
  expect(told.tables.map(({ table }) => table)).toEqual(['main.customers'])
  expect(told.tables[0]!.columns.map(({ name, shown }) => [name, shown])).toEqual([
    ['id', 'plain'],
    ['name', 'plain'],
    ['email', 'masked'],
    ['password', 'hidden'],
  ])
  expect(told.statement.sql).not.toContain('password')
  expect(told.statement.masked).toEqual(['customers.email'])
  const hidden = await ask('POST', '/api/policy/simulate', { source: 'shop', roles: ['nothing'] })
  expect(hidden.body).toMatchObject({ granted: false, tables: [] })
  const refused = await ask('POST', '/api/policy/simulate', { source: 'shop', roles: ['support'], sql: 'DELETE FROM orders' })
  expect(refused.body).toMatchObject({ granted: true, refused: { code: 'statement_refused' } })
})

test('a proposed policy is simulated and nothing of it holds', async () => {
  const policy = 'roles:\n  support:\n    sources:\n      shop: { tables: { allow: [orders] }, actions: [read] }\n'
  const { body } = await ask('POST', '/api/policy/simulate', { source: 'shop', principal: 'ana', sql: 'SELECT * FROM customers', policy })
  expect(body).toMatchObject({ granted: true, refused: { code: 'table_unknown' } })
  const answer = await ask('POST', '/sql/execute', { source: 'shop', query: 'SELECT name FROM customers' }, house.keys.ana)
  expect(answer.status).toBe(200)
})

test('of two who edit at once the second is told, and nothing of the first is lost', async () => {
  const { text, digest } = (await ask('GET', '/api/policy')).body as unknown as { text: string; digest: string }
  const [before, after] = file().split(text)
  const mine = text.replace("'customer_id < 3'", "'customer_id < 2'")
  const written = await ask('PUT', '/api/policy', { text: mine, digest })
  expect(written.status).toBe(200)
  expect(file()).toBe(before + mine + after)
  const seen = await ask('POST', '/sql/execute', { source: 'shop', query: 'SELECT count(*) FROM orders' }, house.keys.ana)
  expect(seen.body.rows).toEqual([[1]])
  const late = await ask('PUT', '/api/policy', { text: text.replace('salaries', 'orders'), digest })
  expect([late.status, late.body.error?.code]).toEqual([409, 'policy_conflict'])
  expect(file()).toBe(before + mine + after)
  const kept = readdirSync(join(house.folder, '.sluice', 'policy'), { recursive: true })
  expect(readFileSync(join(house.folder, '.sluice', 'policy', String(kept[0])), 'utf8')).toBe(text)
  const undone = await ask('PUT', '/api/policy', { text, digest: (written.body as unknown as { digest: string }).digest })
  expect(undone.status).toBe(200)
  expect(file()).toBe(before + text + after)
})

test('comments between the blocks stay with the block that they stand before', async () => {
  const { text, digest } = (await ask('GET', '/api/policy')).body as unknown as { text: string; digest: string }
  writeFileSync(
    join(house.folder, 'sluice.yaml'),
    file().replace('local:', '# who is on this machine\nlocal:').replace('  support:', '  # for the desk\n  support:'),
  )
  const now = (await ask('GET', '/api/policy')).body as unknown as { text: string; digest: string }
  expect(now.digest).not.toBe(digest)
  expect(now.text).toBe(text.replace('  support:', '  # for the desk\n  support:'))
  const done = await ask('PUT', '/api/policy', { text: now.text.replace('the desk', 'our desk'), digest: now.digest })
  expect(done.status).toBe(200)
  expect(file()).toContain('  # for our desk')
  expect(file()).toContain('# who is on this machine\nlocal:')
})

test('a comment at the end stays one of the roles', async () => {
  const before = (await ask('GET', '/api/policy')).body as unknown as { text: string; digest: string }
  const { status, body } = await ask('PUT', '/api/policy', { text: `${before.text}# the end`, digest: before.digest })
  const after = body as unknown as { text: string; digest: string }
  expect([status, after.text.trimEnd(), after.digest === before.digest]).toEqual([200, `${before.text}# the end`, false])
  expect(file()).toContain('# the end\n\n# who is on this machine\nlocal:')
  const again = await ask('PUT', '/api/policy', { text: after.text, digest: after.digest })
  expect((again.body as unknown as { text: string }).text).toBe(after.text)
})

test('who administers one source simulates that one, under the roles in use only', async () => {
  const { text, digest } = (await ask('GET', '/api/policy')).body as unknown as { text: string; digest: string }
  const role =
    '  keeper:\n    sources: { shop: { tables: { allow: ["*"] }, actions: [read, explain, admin] }, stock: { tables: { allow: ["*"] }, actions: [read] } }\n'
  const { status } = await ask('PUT', '/api/policy', { text: `${text.trimEnd().replace(/\n# the end$/, '')}\n${role}`, digest })
  expect(status).toBe(200)
  const made = await ask('POST', '/api/keys', { name: 'keeper', roles: ['keeper'] })
  const { key } = made.body as unknown as { key: string }
  const asked = { source: 'shop', roles: ['support'], sql: 'SELECT email FROM customers' }
  expect((await ask('POST', '/api/policy/simulate', asked, key)).body).toMatchObject({ granted: true })
  const proposed = await ask('POST', '/api/policy/simulate', { ...asked, policy: 'roles: { support: { sources: { stok: {} } } }' }, key)
  expect([proposed.status, proposed.body.error?.code, JSON.stringify(proposed.body).includes('stock')]).toEqual([
    403,
    'action_refused',
    false,
  ])
  expect((await ask('POST', '/api/policy/simulate', { ...asked, source: 'stock' }, key)).status).toBe(403)
  await ask('POST', '/sql/execute', { source: 'stock', query: 'SELECT 1' })
  const seen = (await ask('GET', '/api/audit?limit=500', undefined, key)).body as unknown as { calls: { source: string }[] }
  expect(new Set(seen.calls.map(({ source }) => source))).toEqual(new Set(['shop']))
  expect((await ask('GET', '/api/audit/export?format=records', undefined, key)).status).toBe(403)
})
