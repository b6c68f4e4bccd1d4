import { afterAll, beforeAll, expect, test } from 'vitest'
import { rateLimits } from '../../src/administer.ts'
import { SluiceError } from '../../src/error.ts'
import { newCallId } from '../../src/tools/tools.ts'
import { type Office, openOffice, type Who } from './office.ts'

/** What the groups security and admin tell is true, is the caller's business, and holds no secret. */

let office: Office
beforeAll(async () => {
  office = await openOffice('watch: { slow_ms: 1 }\n')
})
afterAll(() => office.close())

type Json = Readonly<Record<string, unknown>>
const told = async (who: Who, name: string, fields: Json = {}) => (await office.ask(who, name, fields)).structured
const calls = async (who: Who, name: string, fields: Json = {}) => (await told(who, name, fields)).calls as readonly Json[]
const failed = (who: Who, name: string, fields: Json = {}) => office.ask(who, name, fields).catch((error: { code: string }) => error.code)
const query = (who: Who, sql: string, source = 'shop', id?: string) => office.ask(who, 'execute_sql', { source, sql }, id)

test('a call that was refused shows in the audit log with its reason', async () => {
  const id = newCallId()
  await expect(query('narrow', 'SELECT * FROM salaries', 'shop', id)).rejects.toMatchObject({ code: 'table_unknown' })
  const refused = newCallId()
  await expect(office.ask('narrow', 'get_audit_log', {}, refused)).rejects.toMatchObject({ code: 'tool_refused' })
  const log = await calls('boss', 'get_audit_log', { last: 20 })
  expect(log.find((one) => one.audit_id === id)).toMatchObject({ principal: 'narrow', source: 'shop', code: 'table_unknown', door: 'http' })
  expect(log.find((one) => one.audit_id === refused)).toMatchObject({ principal: 'narrow', code: 'tool_refused', text: 'get_audit_log' })
  // The newest first, and the very question among them.
  expect(log[0]).toMatchObject({ text: 'get_audit_log', code: 'open', principal: 'boss' })
  const times = log.map(({ time }) => time as string)
  expect(times).toEqual(times.toSorted().reverse())
})

test('the log of who administers one source holds nothing of another', async () => {
  await query('boss', 'SELECT amount FROM salaries')
  await query('boss', 'SELECT id FROM orders', 'stock')
  const log = await calls('keeper', 'get_audit_log', { last: 500 })
  expect(log.length).toBeGreaterThan(0)
  expect(log.every(({ source }) => source === 'stock')).toBe(true)
  expect(await failed('keeper', 'get_audit_log', { source: 'shop' })).toBe('action_refused')
  expect(await failed('keeper', 'get_query_history', { all: true, source: 'shop' })).toBe('action_refused')
  expect(await failed('scoped', 'get_audit_log', { source: 'stock' })).toBe('source_unknown')
  expect((await calls('keeper', 'get_query_history', { all: true })).every(({ source }) => source === 'stock')).toBe(true)
  expect((await told('keeper', 'get_audit_statistics')).by_source).toEqual({ stock: expect.any(Number) })
})

test('statistics add up, also while a call is open', async () => {
  const counts = await told('boss', 'get_audit_statistics')
  const sum = (of: unknown) => Object.values(of as Record<string, number>).reduce((all, one) => all + one, 0)
  for (const by of ['by_principal', 'by_source', 'by_door', 'by_kind']) expect(sum(counts[by])).toBe(counts.calls)
  expect(sum(counts.by_code)).toBe((counts.calls as number) - (counts.open as number))
  const codes = counts.by_code as Record<string, number>
  expect(counts.failed).toBe(sum(codes) - codes.ok!)
  expect(await failed('boss', 'get_audit_statistics', { since: 'yesterday' })).toBe('field_invalid')
  expect(await told('boss', 'get_audit_statistics', { since: '2999-01-01' })).toMatchObject({ calls: 0 })
})

test('history is the own one, and only an administrator sees that of others', async () => {
  const id = newCallId()
  await query('analyst', 'SELECT name FROM customers WHERE id = 1', 'shop', id)
  expect((await calls('analyst', 'get_query_history'))[0]).toMatchObject({ audit_id: id, code: 'ok', rows: 1, principal: 'analyst' })
  expect((await calls('reader', 'get_query_history', { last: 500 })).every(({ principal }) => principal === 'reader')).toBe(true)
  for (const fields of [{ all: true }, { principal: 'boss' }])
    expect(await failed('reader', 'get_query_history', fields)).toBe('action_refused')
  const others = await calls('boss', 'get_query_history', { principal: 'analyst' })
  expect(others.map(({ audit_id }) => audit_id)).toContain(id)
  expect(await calls('boss', 'get_query_history', { last: 2, all: true })).toHaveLength(2)
})

test('roles: everybody their own, without what those hide; an administrator of all every one with its definition', async () => {
  const own = (await told('narrow', 'list_roles')).roles as readonly Json[]
  expect(own).toMatchObject([{ role: 'narrow', yours: true, on: [{ source: 'shop', actions: ['read', 'explain'], restricted: true }] }])
  expect(JSON.stringify(own)).not.toMatch(/salaries|password|stock/)
  expect(JSON.stringify(await told('narrow', 'get_role_details', { role: 'narrow' }))).not.toMatch(/salaries|password|stock/)
  for (const role of ['admin', 'keeper', 'made-up']) expect(await failed('narrow', 'get_role_details', { role })).toBe('field_invalid')
  expect(((await told('keeper', 'list_roles')).roles as Json[]).map(({ role }) => role)).toEqual(['keeper'])
  const all = (await told('boss', 'list_roles')).roles as readonly Json[]
  expect(all.map(({ role }) => role)).toEqual(expect.arrayContaining(['read_only', 'admin', 'keeper', 'narrow', 'nothing']))
  expect(JSON.stringify(await told('boss', 'get_role_details', { role_name: 'narrow' }))).toContain('salaries')
})

test('check_permission tells the truth and, to who is no administrator, nothing hidden', async () => {
  expect(await told('reader', 'check_permission', { source: 'shop' })).toMatchObject({ allowed: true })
  expect(await told('reader', 'check_permission', { source: 'shop', action: 'write' })).toMatchObject({ allowed: false })
  const masked = await told('narrow', 'check_permission', { table: 'customers', columns: ['email', 'name'] })
  expect(masked).toMatchObject({ allowed: true, columns: [{ shown: 'masked', mask: 'email' }, { shown: 'plain' }] })
  // What is hidden and what does not exist are answered alike.
  const answer = async (fields: Json) => JSON.stringify((await told('narrow', 'check_permission', { source: 'shop', ...fields })).reasons)
  expect(await answer({ table: 'salaries' })).toBe(await answer({ table: 'nonsense' }))
  const hidden = await answer({ table: 'customers', columns: ['password'] })
  expect(hidden).toBe((await answer({ table: 'customers', columns: ['passwork'] })).replace('passwork', 'password'))
  expect(await failed('narrow', 'check_permission', { source: 'stock' })).toBe(
    await failed('narrow', 'check_permission', { source: 'nowhere' }),
  )
  expect(await failed('narrow', 'check_permission', { source: 'shop', roles: ['admin'] })).toBe('action_refused')
})

test('an administrator asks for others, with the reasons, where they administer', async () => {
  const asked = await told('boss', 'check_permission', { source: 'shop', table: 'customers', columns: ['password'], roles: ['narrow'] })
  expect(asked).toMatchObject({ allowed: false, principal: 'narrow' })
  expect(JSON.stringify(asked.reasons)).toContain('role narrow denies it')
  expect(await told('boss', 'check_permission', { source: 'stock', roles: ['narrow'] })).toMatchObject({ allowed: false, actions: [] })
  expect(await failed('boss', 'check_permission', { source: 'shop', roles: ['naroww'] })).toBe('field_invalid')
  expect(await failed('keeper', 'check_permission', { source: 'shop', roles: ['narrow'] })).toBe('action_refused')
})

test('what concerns the whole gateway is for who administers all of it', async () => {
  for (const name of ['get_security_status', 'reload_config', 'clear_all_caches']) {
    expect([name, await failed('keeper', name)]).toEqual([name, 'action_refused'])
    expect([name, await failed('scoped', name)]).toEqual([name, 'action_refused'])
  }
  const cleared = newCallId()
  await office.ask('boss', 'clear_all_caches', {}, cleared)
  expect((await calls('boss', 'get_audit_log')).find(({ audit_id }) => audit_id === cleared)).toMatchObject({
    kind: 'admin',
    principal: 'boss',
  })
  expect(await told('keeper', 'get_server_info')).not.toHaveProperty('configuration')
  expect(await told('reader', 'get_server_info')).toMatchObject({ name: 'sluice', sources: 2 })
  expect(await told('boss', 'get_server_info')).toMatchObject({ process: { pid: process.pid }, configuration: expect.any(Array) })
})

test('security: what is open, and the chain of the log when asked', async () => {
  const quick = await told('boss', 'get_security_status')
  expect(quick).toMatchObject({ audit: { writable: true, verified: null } })
  expect(quick.warnings).toBe((quick.findings as Json[]).filter(({ level }) => level === 'warning').length)
  const checked = await told('boss', 'get_security_status', { verify: true })
  expect(checked.audit).toMatchObject({ verified: true, broken: [] })
  expect((checked.findings as Json[]).filter(({ about }) => String(about).startsWith('source')).length).toBeGreaterThanOrEqual(2)
})

test('security: personal data that nobody has decided about is told of by how many columns, never by name', async () => {
  const about = async () => ((await told('boss', 'get_security_status')).findings as Json[]).find((one) => one.about === 'personal data')
  expect(await about()).toMatchObject({ level: 'note', mend: expect.stringContaining('masks.detected') })
  await office.ask('boss', 'find_personal_data', { source: 'shop', scan: true })
  const found = await about()
  expect(found).toMatchObject({ level: 'warning', text: expect.stringMatching(/^\d+ columns with personal data wait/) })
  expect(JSON.stringify(found)).not.toMatch(/email|password/)
})

test('a source that knows nobody of this name hides nothing of the others', async () => {
  const { parts } = office.opened
  const policy = {
    ...parts.policy,
    grant(...asked: Parameters<typeof parts.policy.grant>) {
      if (asked[1] === 'stock') throw new SluiceError('action_refused', 'The source "stock" knows you not.')
      return parts.policy.grant(...asked)
    },
  }
  const call = { id: newCallId(), door: 'cli', credential: { kind: 'local' }, source: '', action: 'query', text: 't', params: [] } as const
  const auth = { ...parts.auth, identify: () => office.principal('boss') }
  const limits = await rateLimits({ ...call, signal: new AbortController().signal }, false, { ...parts, auth, policy })
  expect(limits.map(({ source }) => source)).toEqual(['shop'])
})

test('limits: the own ones on the own sources; calls show as used', async () => {
  await query('narrow', 'SELECT id FROM orders')
  const own = (await told('narrow', 'get_rate_limit_stats')).limits as readonly Json[]
  expect(own).toMatchObject([{ principal: 'narrow', source: 'shop', used: { requests: expect.any(Number) } }])
  expect((own[0]!.used as { requests: number }).requests).toBeGreaterThan(0)
  expect(await failed('narrow', 'get_rate_limit_stats', { all: true })).toBe('action_refused')
  const seen = (await told('keeper', 'get_rate_limit_stats', { all: true })).limits as readonly Json[]
  expect(seen.every(({ source }) => source === 'stock')).toBe(true)
})

test('metrics count the calls there were, and slow ones hold no value', async () => {
  const before = (await told('boss', 'get_server_metrics')).calls as Record<string, number>
  await query('boss', 'SELECT id FROM customers')
  await failed('narrow', 'execute_sql', { source: 'shop', sql: 'SELECT * FROM salaries' })
  const { calls: after, by_source: bySource, slow } = await told('boss', 'get_server_metrics')
  expect(after).toMatchObject({ total: before.total! + 2, failed: before.failed! + 1, rows: before.rows! + 3, running: 0 })
  expect(Object.keys(bySource as object).sort()).toEqual(['shop', 'stock'])
  expect(Object.keys((await told('keeper', 'get_server_metrics')).by_source as object)).toEqual(['stock'])
  expect(((await told('keeper', 'get_server_metrics')).slow as Json[]).every(({ source }) => source === 'stock')).toBe(true)
  expect(Array.isArray(slow)).toBe(true)
})

test('connections are those of the administered sources', async () => {
  const sources = ({ sources }: Json) => (sources as readonly Json[]).map(({ source }) => source)
  expect(sources(await told('boss', 'get_connections'))).toEqual(['shop', 'stock'])
  expect(sources(await told('keeper', 'get_connections'))).toEqual(['stock'])
})

test('health tells of the sources that the caller may use', async () => {
  expect(await told('reader', 'health_check')).toMatchObject({
    status: 'ok',
    sources: [{ source: 'shop', answers: true }, { source: 'stock' }],
  })
  expect((await told('narrow', 'health_check')).sources).toHaveLength(1)
})

test('test_query goes the way of a query, step by step, and says which one failed', async () => {
  const good = await told('narrow', 'test_query', { source: 'shop' })
  expect(good).toMatchObject({ ok: true, steps: expect.any(Array) })
  const steps = (await told('narrow', 'test_query', { source: 'shop', sql: 'SELECT * FROM salaries' })).steps as readonly Json[]
  expect(steps.at(-1)).toMatchObject({ step: 'run the query', ok: false, code: 'table_unknown' })
  expect(await failed('narrow', 'test_query', { source: 'stock' })).toBe('source_unknown')
})

test('diagnosis is for who administers the source', async () => {
  expect(await failed('keeper', 'diagnose_connection', { source: 'shop' })).toBe('action_refused')
  expect(await failed('scoped', 'diagnose_connection', { source: 'stock' })).toBe('source_unknown')
})

test('the database tells less to who does not see all of it', async () => {
  expect(await told('boss', 'get_database_info', { source: 'shop' })).toMatchObject({ dialect: 'sqlite', tables: 3 })
  expect(await told('narrow', 'get_database_info')).toMatchObject({ tables: 2 })
})

test('nothing that any of these tools says holds a key, a hash or hidden data', async () => {
  const texts: string[] = []
  const asked: readonly (readonly [Who, string, Json])[] = [
    ['boss', 'get_audit_log', { last: 500 }],
    ['boss', 'get_server_info', {}],
    ['boss', 'get_security_status', {}],
    ['boss', 'list_roles', {}],
    ['boss', 'get_query_history', { all: true, last: 500 }],
    ['boss', 'get_server_metrics', {}],
  ]
  for (const [who, name, fields] of asked) {
    const { structured, text } = await office.ask(who, name, fields)
    texts.push(JSON.stringify(structured), text)
  }
  const all = texts.join('\n')
  expect(all).not.toMatch(/slk_|sha256:|sesame|987654|ana@example/)
})
