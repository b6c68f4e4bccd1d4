import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { place, run } from '../cli/run.ts'
import { type Office, openOffice, type Who } from '../tools/office.ts'

describe('over HTTP', () => {
  let office: Office
  let server: HttpServer
  beforeAll(async () => {
    office = await openOffice('registry: ./registry.db\n')
    server = await serveHttp(office.opened.parts, { host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    await server.close()
    await office.close()
  })

  type Told = Readonly<Record<string, unknown>> & { error?: { code: string } }
  const ask = async (who: Who, path: string, body?: unknown): Promise<Readonly<{ status: number; told: Told }>> => {
    const headers = { authorization: `Bearer ${office.key(who)}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const answer = await fetch(`${server.url}/api/catalog/${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: answer.status, told: (await answer.json()) as Told }
  }

  test('notes are written, listed, exported and imported', async () => {
    expect(await ask('boss', 'shop/notes', { table: 'orders', description: 'What was ordered', add_tags: ['fact'] })).toMatchObject({
      status: 200,
      told: { table: 'orders', tags: ['fact'] },
    })
    expect((await ask('reader', 'shop/notes?tag=fact')).told.notes).toHaveLength(1)
    const exported = (await ask('reader', 'shop/notes?export=1')).told
    expect(await ask('boss', 'shop/notes/import', exported)).toMatchObject({ status: 200, told: { written: 0, same: 1 } })
    expect(await ask('boss', 'shop/notes/import?from=comments', {})).toMatchObject({ status: 200, told: { from: 'comments' } })
    expect(await ask('reader', 'shop/notes/import', exported)).toMatchObject({ status: 403, told: { error: { code: 'action_refused' } } })
    expect(await ask('boss', 'shop/notes/import', { x: 1 })).toMatchObject({ status: 400, told: { error: { code: 'import_invalid' } } })
    expect(await ask('reader', 'shop/notes', { table: 'orders', description: 'x' })).toMatchObject({ status: 403 })
  })

  test('profiles are made and told', async () => {
    const made = await ask('boss', 'shop/profile', { role: 'read_only', tables: ['orders'] })
    expect(made).toMatchObject({ status: 200, told: { role: 'read_only', failed: [], profiles: [{ table: 'orders', rows: 3 }] } })
    expect(JSON.stringify(made.told)).not.toContain('scope')
    expect((await ask('reader', 'shop/profile?table=orders')).told.profiles).toHaveLength(1)
    expect((await ask('narrow', 'shop/profile')).told.profiles).toEqual([])
    expect(await ask('narrow', 'shop/profile', { role: 'admin' })).toMatchObject({ status: 403 })
    expect(await ask('boss', 'shop/profile', { tables: ['orders'] })).toMatchObject({
      status: 400,
      told: { error: { code: 'field_missing' } },
    })
  })

  test('personal data is found, listed and decided about', async () => {
    expect(await ask('boss', 'shop/pii', {})).toMatchObject({ status: 200, told: { failed: [] } })
    const { findings } = (await ask('boss', 'shop/pii')).told as unknown as { findings: { column: string }[] }
    expect(findings.map(({ column }) => column)).toContain('email')
    const decided = { table: 'customers', column: 'email', decision: 'confirm' }
    expect(await ask('boss', 'shop/pii/decide', decided)).toMatchObject({ status: 200, told: { state: 'confirm', masked: false } })
    expect(await ask('reader', 'shop/pii')).toMatchObject({ status: 403 })
    expect(await ask('reader', 'shop/pii/decide', decided)).toMatchObject({ status: 403 })
    expect(await ask('boss', 'shop/pii/decide', { ...decided, decision: 'forget' })).toMatchObject({ status: 400 })
  })

  test('joins are found and checked', async () => {
    expect(await ask('reader', 'shop/paths?tables=customers,orders')).toMatchObject({
      status: 200,
      told: { tables: ['customers', 'orders'] },
    })
    expect(await ask('reader', 'shop/related?tables=customers')).toMatchObject({ status: 200, told: { related: [{ table: 'orders' }] } })
    const sql = 'SELECT COUNT(c.id) FROM customers c JOIN orders o ON o.customer_id = c.id'
    expect(await ask('reader', 'shop/joins', { sql })).toMatchObject({ status: 200, told: { warnings: [{ kind: 'fan_out' }] } })
    expect(await ask('reader', 'shop/paths')).toMatchObject({ status: 400, told: { error: { code: 'field_missing' } } })
    expect(await ask('reader', 'shop/paths?tables=customers,salary')).toMatchObject({ status: 404 })
    expect(await ask('narrow', 'shop/paths?tables=customers,salaries')).toMatchObject({
      status: 404,
      told: { error: { code: 'table_unknown' } },
    })
    expect(await ask('narrow', 'stock/paths?tables=customers,orders')).toMatchObject({
      status: 404,
      told: { error: { code: 'source_unknown' } },
    })
  })

  test('a key that is narrowed to other groups of tools gets no further here', async () => {
    const made = await office.opened.parts.auth.keys.create({ name: 'few', roles: ['admin'], attributes: {}, groups: ['core'] }, 'operator')
    for (const path of ['notes', 'profile', 'pii', 'paths?tables=orders', 'related?tables=orders']) {
      const answer = await fetch(`${server.url}/api/catalog/shop/${path}`, { headers: { authorization: `Bearer ${made.key}` } })
      expect(answer.status, path).toBe(403)
    }
  })
})

describe('on the command line', () => {
  const at = place()
  const folder = mkdtempSync(join(tmpdir(), 'sluice-eval-'))
  afterAll(() => {
    at.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  const sluice = (...args: string[]) => run([...args, '--config', at.config])

  test('tags, notes and imports', async () => {
    expect(await sluice('catalog', 'tag', 'shop', 'people', '--add', 'crm', '--description', 'Who we know')).toMatchObject({
      code: 0,
      out: 'people: Who we know; tags crm\n',
    })
    expect(await sluice('catalog', 'notes', 'shop', 'people')).toMatchObject({ code: 0, out: 'people: Who we know; tags crm\n' })
    const { out } = await sluice('catalog', 'notes', 'shop', '--export')
    writeFileSync(join(folder, 'notes.json'), out)
    expect((await sluice('catalog', 'notes', 'shop', '--import', join(folder, 'notes.json'))).out).toContain(
      '0 written, 1 the same as before',
    )
    writeFileSync(join(folder, 'broken.json'), '{')
    expect(await sluice('catalog', 'notes', 'shop', '--import', join(folder, 'broken.json'))).toMatchObject({ code: 2 })
    expect(await sluice('catalog', 'notes', 'shop', '--import', join(folder, 'none.json'))).toMatchObject({ code: 2 })
    expect(await sluice('catalog', 'notes', 'shop', '--export', '--comments')).toMatchObject({ code: 2 })
    expect(await sluice('catalog', 'tag')).toMatchObject({ code: 2 })
    expect((await sluice('catalog', 'tag', 'shop', 'people', '--description', '')).out).toBe('people: tags crm\n')
  })

  test('profiles, without the values of people', async () => {
    const { code, out } = await sluice('catalog', 'profile', 'shop', 'people', '--role', 'read_only')
    expect(code).toBe(0)
    expect(out).toContain('personal data: only counts')
    expect(out).not.toMatch(/ana@|Ana/)
    expect(await sluice('catalog', 'profile', 'shop')).toMatchObject({ code: 2 })
    expect(await sluice('catalog', 'profile', 'shop', '--role', 'nobody')).toMatchObject({ code: 1 })
  })

  test('personal data', async () => {
    expect((await sluice('catalog', 'pii', 'scan', 'shop')).code).toBe(0)
    const { out } = await sluice('catalog', 'pii', 'list', 'shop')
    expect(out).toContain('people.email')
    expect(out).toContain('masks.detected is off')
    expect(out).not.toContain('ana@')
    expect((await sluice('catalog', 'pii', 'decide', 'shop', 'people', 'email', '--decision', 'mask')).out).toBe(
      'people.email: mask. Nothing is masked by this: masks.detected is off.\n',
    )
    expect(await sluice('catalog', 'pii', 'decide', 'shop', 'people', 'email')).toMatchObject({ code: 2 })
    expect(await sluice('catalog', 'pii', 'forget', 'shop')).toMatchObject({ code: 2 })
  })

  test('paths', async () => {
    expect(await sluice('catalog', 'paths', 'shop', 'people')).toMatchObject({ code: 0, out: 'No table is known to be joined to it.\n' })
    expect(await sluice('catalog', 'paths', 'shop')).toMatchObject({ code: 2 })
    expect(await sluice('catalog', 'paths', 'shop', 'people', 'nowhere')).toMatchObject({ code: 1 })
  })

  test('a holder of a key may do what their roles allow, and no more', async () => {
    const made = await run(['key', 'create', 'ana', '--role', 'read_only', '--config', at.config])
    const key = /slk_\w+/.exec(made.out + made.err)![0]
    const args = ['catalog', 'tag', 'shop', 'people', '--add', 'x', '--config', at.config]
    expect(await run(args, { env: { SLUICE_API_KEY: key } })).toMatchObject({ code: 1 })
  })

  test('eval pii measures recall and precision', async () => {
    const lines = [
      { column: 'email', label: 'EMAIL', pii: true, values: ['ana@example.com', null, 'bo@example.com'] },
      { column: 'c1', label: 'CODE', pii: true, values: ['x'] },
      { column: 'quantity', label: 'NONE', pii: false, values: [1, 2, 3] },
    ]
    writeFileSync(join(folder, 'columns.jsonl.gz'), gzipSync(lines.map((line) => JSON.stringify(line)).join('\n')))
    const { code, out } = await run(['eval', 'pii', '--data', folder, '--wrong'])
    expect(code).toBe(0)
    expect(out).toBe('columns.jsonl.gz: 3 columns, recall 50.0 %, precision 100.0 %\n  missed c1 (CODE)\n')
    expect(await run(['eval', 'pii'])).toMatchObject({ code: 2 })
    expect(await run(['eval', 'pii', '--data', join(folder, 'none')])).toMatchObject({ code: 2 })
  })
})
