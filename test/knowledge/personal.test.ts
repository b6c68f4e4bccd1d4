import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { detectedOf } from '../../src/policy/policy.ts'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { engines, openShop, type Shop } from '../change/shops.ts'
import { type Door, doorsFor } from '../matrix/doors.ts'

describe.each(engines)('on %s', (engine) => {
  let shop: Shop
  let server: HttpServer
  let reader: readonly Door[]
  let chief: readonly Door[]
  const key = (who: Parameters<Shop['call']>[0]) => (shop.call(who).credential as { token: string }).token
  const source = 'shop'
  // A server of databases shows those of other tests as well.
  const tables = ['customers', 'orders', 'order_lines', 'log'] as const

  beforeAll(async () => {
    shop = await openShop(engine, 'masks: { detected: until_decided }\n')
    await shop.fill()
    server = await serveHttp(shop.opened.parts, { host: '127.0.0.1', port: 0 })
    reader = await doorsFor(server, shop.opened, key('reader'))
    chief = await doorsFor(server, shop.opened, key('chief'))
  })
  afterAll(async () => {
    for (const door of [...reader, ...chief]) await door.close().catch(() => undefined)
    await server.close()
    await shop.close()
  })

  const ask = async (door: Door, tool: string, args: object) => (await door.call(tool, { source, ...args })).data
  const emails = async (door: Door, sql = 'SELECT email FROM customers ORDER BY id') => ask(door, 'execute_sql', { sql })
  const decide = (decision: string) => ask(chief[0]!, 'decide_personal_data', { table: 'customers', column: 'email', decision })

  test('before anybody has looked nothing is masked', async () => {
    for (const door of reader) expect(JSON.stringify(await emails(door)), door.name).toContain('ana@example.com')
  })

  test('what is found is masked through every door at once, and the receipt says so', async () => {
    const told = await ask(chief[0]!, 'find_personal_data', { scan: true, tables: [...tables] })
    expect(told.scanned).toMatchObject({ failed: [] })
    expect(told.findings).toContainEqual(expect.objectContaining({ table: 'customers', column: 'email', kind: 'email', masked: true }))
    expect(JSON.stringify(told)).not.toMatch(/ana@|example\.com|0301234567/)
    for (const door of reader) {
      const rows = JSON.stringify(await emails(door))
      expect(rows, door.name).toContain('a***@example.com')
      expect(rows, door.name).not.toContain('ana@')
      expect(rows, door.name).toContain('for it seems to hold personal data (email)')
      expect(JSON.stringify(await emails(door, "SELECT count(*) AS n FROM customers WHERE email LIKE 'ana@%'")), door.name).toMatch(
        /\[\[?"?0"?\]|"n":"?0/,
      )
      const table = await ask(door, 'describe_table', { table: 'customers' })
      expect(table.columns, door.name).toContainEqual(expect.objectContaining({ name: 'email', masked: 'email' }))
    }
    const headers = { authorization: `Bearer ${key('reader')}`, 'content-type': 'application/json' }
    const sql = 'SELECT email FROM customers'
    for (const path of ['/sql/execute', '/sql/stream']) {
      const answer = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify({ source, sql }) })
      const text = await answer.text()
      expect(text, path).toContain('a***@example.com')
      expect(text, path).not.toContain('ana@')
    }
  })

  test('who administers the source sees it', async () => {
    for (const door of chief) expect(JSON.stringify(await emails(door)), door.name).toContain('ana@example.com')
  })

  test('a dismissed finding is shown, one that is to stay masked is masked, and one that is confirmed is left to the roles', async () => {
    for (const [decision, masked] of [
      ['dismiss', false],
      ['mask', true],
      ['confirm', false],
      ['mask', true],
    ] as const) {
      expect(await decide(decision)).toMatchObject({ state: decision, masked, decided_by: 'chief' })
      for (const door of reader) {
        const rows = JSON.stringify(await emails(door))
        expect(rows.includes('ana@example.com'), `${decision} ${door.name}`).toBe(!masked)
      }
    }
  })

  test('another look leaves what was decided as it is', async () => {
    await ask(chief[0]!, 'find_personal_data', { scan: true, tables: [...tables] })
    const all = await ask(chief[0]!, 'find_personal_data', { all: true, tables: [...tables] })
    expect(all.findings).toContainEqual(expect.objectContaining({ column: 'email', state: 'mask' }))
    const open = await ask(chief[0]!, 'find_personal_data', { tables: [...tables] })
    expect(JSON.stringify(open.findings)).not.toContain('"email"')
  })

  test('a masked column cannot be written, and its values are in no preview', async () => {
    const set = { email: { value: 'x@y.z' } }
    const told = await shop
      .change('editor', { kind: 'update', table: 'customers', set, where: { equal: { id: 1 } } })
      .catch((error: { code: string; message: string }) => ({ code: error.code, message: error.message }))
    expect(JSON.stringify(told)).not.toContain('ana@example.com')
    expect((told as { code?: string }).code).toBe('change_refused')
  })

  test('nothing that was looked at is in the registry or the audit', async () => {
    const { findings, profiles } = await shop.opened.parts.store()
    const calls = await shop.opened.parts.trail.list({ last: 10_000 })
    const kept = JSON.stringify([
      await findings.of(source),
      await profiles.of(source),
      calls.calls.filter(({ sql }) => sql?.includes('LIMIT 200')),
    ])
    expect(kept).not.toMatch(/ana@|ben@|0301234567|0307654321/)
  })

  test('the way to join, profiles and warnings work on this engine', async () => {
    const path = await ask(reader[0]!, 'find_join_paths', { tables: ['orders', 'order_lines'] })
    expect(path.joins).toMatchObject([{ from: 'order_lines', to: 'orders', kind: 'foreign_key' }])
    const run = await ask(reader[0]!, 'execute_sql', { sql: path.sql as string })
    expect(JSON.stringify(run)).not.toContain('"error"')
    const profile = await ask(chief[0]!, 'profile_table', { table: 'orders', role: 'read_only' })
    expect(profile).toMatchObject({ failed: [], profiles: [{ rows: 4, sampled: false }] })
    const sql = 'SELECT SUM(o.total) FROM orders o JOIN order_lines l ON l.order_id = o.id'
    const checked = await ask(reader[0]!, 'check_joins', { sql })
    expect(checked).toMatchObject({ understood: true })
    expect(JSON.stringify(checked.warnings)).toContain('fan_out')
    const masked = await ask(reader[0]!, 'profile_table', { table: 'customers', role: 'read_only' })
    expect(JSON.stringify(masked)).not.toMatch(/ana@|a\*\*\*@/)
  })
})

test('nothing found is nothing to mask', () => expect(detectedOf([])).toBeUndefined())
