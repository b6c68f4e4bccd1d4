import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Whole, whole } from '../serve/whole.ts'

/** Those who administer, but not all of it: by roles that hide something, or by a key that is narrowed. */

const sources = (said: string) => `sources: { shop: { tables: { allow: ['*'] }, ${said} }, stock: { tables: { allow: ['*'] }, ${said} } }`
const masked = sources('columns: { customers: { deny: [password] } }, actions: [read, explain, write, ddl, admin]')
const reader = sources('actions: [read, admin]')

let house: Whole
beforeAll(async () => {
  house = await whole({
    boss: 'admin',
    masked: 'support',
    reader: 'nothing',
    core: 'admin], groups: [core, chat2sql',
    slow: 'admin], limits: { rows: 10 }, groups: [security',
    keeper: 'admin], groups: [security',
  })
})
afterAll(() => house.close())

async function ask(who: string, method: string, path: string, body?: unknown) {
  const response = await fetch(house.server.url + path, {
    method,
    headers: { authorization: `Bearer ${house.keys[who]}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, code: /"code":"(\w+)"/.exec(response.ok ? '' : text)?.[1], text }
}
const file = () => readFileSync(join(house.folder, 'sluice.yaml'), 'utf8')
const policy = async () => JSON.parse((await ask('boss', 'GET', '/api/policy')).text) as { text: string; digest: string }

test('nobody gives themselves by the roles what they have not', async () => {
  const first = await policy()
  const text = `roles:\n  support: { ${masked} }\n  nothing: { ${reader} }\n`
  expect((await ask('boss', 'PUT', '/api/policy', { text, digest: first.digest })).status).toBe(200)
  const { digest } = await policy()
  const before = file()
  const more = text.replaceAll('deny: [password]', 'deny: []').replaceAll('actions: [read, admin]', 'actions: [read, write, ddl, admin]')
  for (const who of ['masked', 'reader', 'slow', 'core']) {
    const { status, code } = await ask(who, 'PUT', '/api/policy', { text: more, digest })
    expect([who, status, code]).toEqual([who, 403, who === 'core' ? 'tool_refused' : 'action_refused'])
  }
  expect(file()).toBe(before)
  // Who administers everything reads them, and who has everything writes them, though their key is only for this.
  expect((await ask('masked', 'GET', '/api/policy')).status).toBe(200)
  expect((await ask('keeper', 'PUT', '/api/policy', { text: more, digest })).status).toBe(200)
})

test('a key for other groups of tools administers nothing, by whatever route', async () => {
  await ask('boss', 'POST', '/sql/execute', { source: 'shop', query: 'SELECT 4711' })
  for (const [method, path, body] of [
    ['GET', '/api/policy'],
    ['POST', '/api/policy/validate', { text: 'roles: {}' }],
    ['POST', '/api/policy/simulate', { source: 'shop', roles: ['admin'] }],
    ['GET', '/api/audit'],
    ['GET', '/api/audit/chain'],
    ['GET', '/api/audit/export'],
    ['GET', '/api/audit/export?format=records'],
    ['GET', '/api/run'],
    ['GET', '/api/run/stream'],
  ] as const) {
    const { status, code, text } = await ask('core', method, path, body)
    expect([path, status, code]).toEqual([path, 403, 'tool_refused'])
    expect(text).not.toContain('4711')
  }
  // Their own they may know of.
  const own = await ask('core', 'GET', '/api/audit?mine=true')
  expect([own.status, own.text.includes('4711'), own.text.includes('"core"')]).toEqual([200, false, true])
  for (const path of ['/api/approvals', '/api/run/queries']) expect([path, (await ask('core', 'GET', path)).status]).toEqual([path, 200])
  expect((await ask('keeper', 'GET', '/api/audit?text=4711')).text).toContain('4711')
})

test('nor does it confirm or refuse what others are about to change', async () => {
  const preview = JSON.parse(
    (await ask('boss', 'POST', '/tools/update_rows', { source: 'shop', table: 'customers', set: { name: 'Zoe' }, where: 'id = 1' })).text,
  ) as { confirm_token?: string }
  expect(preview.confirm_token).toBeDefined()
  const waiting = JSON.parse((await ask('keeper', 'GET', '/api/approvals')).text) as { approvals: { id: string }[] }
  expect(waiting.approvals).toHaveLength(1)
  const { id } = waiting.approvals[0]!
  expect(JSON.parse((await ask('core', 'GET', '/api/approvals')).text)).toEqual({ approvals: [] })
  for (const what of ['confirm', 'refuse'])
    expect(await ask('core', 'POST', `/api/approvals/${id}/${what}`)).toMatchObject({ status: 404, code: 'change_unknown' })
  expect((await ask('keeper', 'POST', `/api/approvals/${id}/refuse`)).status).toBe(200)
})
