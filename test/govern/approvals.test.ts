import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Whole, whole } from '../serve/whole.ts'

let house: Whole
beforeAll(async () => {
  house = await whole({ ed: 'data_editor', fay: 'data_editor', ana: 'support' })
})
afterAll(() => house.close())

const ask = async (method: string, path: string, body?: unknown, who?: string) => {
  const response = await fetch(house.server.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...(who ? { authorization: `Bearer ${house.keys[who]}` } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> & { error?: { code: string } } }
}
type Approval = {
  id: string
  principal: string
  statements: string[]
  changed: Record<string, number>
  yours: boolean
  can_confirm: boolean
}
const waiting = async (who?: string) => (await ask('GET', '/api/approvals', undefined, who)).body.approvals as Approval[]
const preview = (note: string) =>
  ask('POST', '/tools/update_rows', { source: 'shop', table: 'orders', set: { note }, where: 'id = 1' }, 'ed').then(({ body }) => body)
const note = async () => (await ask('POST', '/sql/execute', { source: 'shop', query: 'SELECT note FROM orders WHERE id = 1' })).body.rows

test('a preview waits for its caller and for who administers the source, and for nobody else', async () => {
  const { confirm_token } = await preview('one')
  expect(confirm_token).toMatch(/^cfm_/)
  expect(await waiting('fay')).toEqual([])
  expect(await waiting('ana')).toEqual([])
  expect((await waiting('ed')).map(({ yours }) => yours)).toEqual([true])
  const [found] = await waiting()
  expect(found).toMatchObject({ principal: 'key:ed', yours: false, can_confirm: true, changed: { orders: 1 } })
  expect(JSON.stringify(found)).not.toContain('one')
  expect((await ask('POST', `/api/approvals/${found!.id}/confirm`, {}, 'fay')).body.error?.code).toBe('change_unknown')
  const done = await ask('POST', `/api/approvals/${found!.id}/confirm`, {})
  expect([done.status, done.body.status]).toEqual([200, 'applied'])
  expect(await note()).toEqual([['one']])
  expect(await waiting()).toEqual([])
  // Done as the caller who asked for it: they see it among theirs, and may undo it.
  const { changes } = (await ask('POST', '/tools/list_changes', {}, 'ed')).body as { changes: { principal: string }[] }
  expect(changes.map(({ principal }) => principal)).toEqual(['key:ed'])
  const late = await ask(
    'POST',
    '/tools/update_rows',
    { source: 'shop', table: 'orders', set: { note: 'one' }, where: 'id = 1', confirm_token },
    'ed',
  )
  expect(late.body.error?.code).toBe('confirmation_used')
})

test('what was refused can be confirmed by nobody', async () => {
  const { confirm_token } = await preview('two')
  const [found] = await waiting()
  expect((await ask('POST', `/api/approvals/${found!.id}/refuse`, {}, 'fay')).status).toBe(404)
  expect((await ask('POST', `/api/approvals/${found!.id}/refuse`, {})).body).toEqual({ refused: found!.id })
  expect(await waiting()).toEqual([])
  const late = await ask(
    'POST',
    '/tools/update_rows',
    { source: 'shop', table: 'orders', set: { note: 'two' }, where: 'id = 1', confirm_token },
    'ed',
  )
  expect(late.body.error?.code).toBe('confirmation_expired')
  expect((await ask('POST', `/api/approvals/${found!.id}/confirm`, {})).status).toBe(404)
  expect(await note()).toEqual([['one']])
})
