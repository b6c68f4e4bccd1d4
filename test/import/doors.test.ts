import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { type Caller, checkFields, newCallId, toolNamed } from '../../src/tools/tools.ts'
import { run as runCli } from '../cli/run.ts'
import { kinds, type Scene, scene } from './scene.ts'

let at: Scene
let server: HttpServer

beforeAll(async () => {
  at = await scene('', 'clerk')
  server = await serveHttp(at.opened.parts, { host: '127.0.0.1', port: 0, bodyMsMax: 1_000 })
}, 120_000)
afterAll(async () => {
  await server.close()
  await at.close()
})
beforeEach(() => at.clear())

const count = async (source: string, table = 'goods') => Number((await at.rows(source, `SELECT COUNT(*) FROM ${table}`))[0]![0])
const post = async (path: string, body: string, type = 'text/csv') => {
  const response = await fetch(server.url + path, { method: 'POST', headers: { 'content-type': type }, body })
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown> & { error?: { code: string; message: string } },
  }
}

describe.each(kinds)('POST /import into %s', (source) => {
  it('shows first, and imports the same content with the token, once', async () => {
    const body = 'id,name\n1,a\n2,b\n'
    const path = `/import/${source}/goods`
    const shown = await post(path, body)
    expect(shown).toMatchObject({ status: 200, body: { status: 'confirmation_required', changed: { goods: 2 } } })
    expect(await count(source)).toBe(0)
    const token = shown.body.confirm_token as string

    expect((await post(`${path}?confirm_token=${token}`, `${body}3,c\n`)).body.error?.code).toBe('confirmation_invalid')
    // The same bytes, read in another way, are other rows.
    expect((await post(`${path}?null=z&confirm_token=${token}`, body)).body.error?.code).toBe('confirmation_invalid')
    expect((await post(`${path}?quote='&confirm_token=${token}`, body)).body.error?.code).toBe('confirmation_invalid')
    expect((await post(`/import/${source}/made?confirm_token=${token}`, 'name,tenant\nx,1\n')).body.error?.code).toBe(
      'confirmation_invalid',
    )
    expect(await count(source)).toBe(0)

    expect(await post(`${path}?confirm_token=${token}`, body)).toMatchObject({
      status: 200,
      body: { status: 'applied', changed: { goods: 2 } },
    })
    expect(await count(source)).toBe(2)
    expect((await post(`${path}?confirm_token=${token}&mode=upsert&key=id`, body)).body.error?.code).toMatch(/^confirmation_/)
  })
})

it('takes lines of JSON and a JSON document', async () => {
  expect((await post('/import/sqlite/goods', '{"id": 1, "name": "a"}\n', 'application/x-ndjson')).body).toMatchObject({
    changed: { goods: 1 },
  })
  expect((await post('/import/sqlite/goods', '[{"id": 1, "name": "a"}]', 'application/json; charset=utf-8')).body).toMatchObject({
    changed: { goods: 1 },
  })
})

it('takes no more bytes than the configuration says, with or without a length', async () => {
  const small = await serveHttp(at.opened.parts, { host: '127.0.0.1', port: 0, importBytesMax: 1_024 })
  try {
    const body = `id,name\n${Array.from({ length: 200 }, (_, id) => `${id},goods`).join('\n')}\n`
    const init = { method: 'POST', headers: { 'content-type': 'text/csv' } }
    for (const sent of [body, new Blob([body]).stream()]) {
      const response = await fetch(`${small.url}/import/sqlite/goods`, { ...init, body: sent, duplex: 'half' } as RequestInit)
      expect(response.status).toBe(413)
      expect(await response.json()).toMatchObject({ error: { code: 'body_too_large' } })
    }
    const few = await fetch(`${small.url}/import/sqlite/goods`, { ...init, body: 'id,name\n1,a\n' })
    expect(await few.json()).toMatchObject({ status: 'confirmation_required' })
    expect(await count('sqlite')).toBe(0)
  } finally {
    await small.close()
  }
})

it.each([
  ['/import/sqlite/goods', 'text/html', 415 - 15, 'body_unreadable'],
  ['/import/sqlite/goods?mode=replace', 'text/csv', 400, 'field_invalid'],
  ['/import/sqlite/goods?key=id', 'text/csv', 400, 'field_invalid'],
  ['/import/sqlite/goods?modus=upsert', 'text/csv', 400, 'field_unknown'],
  ['/import/sqlite/goods?delimiter=;;', 'text/csv', 400, 'field_invalid'],
  ['/import/sqlite/goods?batch_size=0', 'text/csv', 400, 'field_invalid'],
  ['/import/sqlite/good', 'text/csv', 404, 'table_unknown'],
  ['/import/nowhere/goods', 'text/csv', 404, 'source_unknown'],
  [`/import/sqlite/${encodeURIComponent('goods; DROP TABLE goods')}`, 'text/csv', 404, 'table_unknown'],
])('refuses %s as %s', async (path, type, status, code) => {
  const answer = await post(path, 'id,name\n1,a\n', type)
  expect([answer.status, answer.body.error?.code]).toEqual([status, code])
  expect(await count('sqlite')).toBe(0)
})

it('refuses a body that says it is too large before it comes', async () => {
  const sending = request(`${server.url}/import/sqlite/goods`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', 'content-length': 1_000_000_000 },
  })
  sending.on('error', () => undefined)
  sending.write('id,name\n')
  const [response] = await once(sending, 'response')
  expect(response.statusCode).toBe(413)
  sending.destroy()
})

it('refuses a gigabyte that does not say so, in bounded memory', async () => {
  const row = Buffer.from(`{"id": 1, "name": "${'x'.repeat(4 * 1024 * 1024)}"}\n`)
  const blank = Buffer.from(`${' '.repeat(64 * 1024 - 1)}\n`.repeat(64))
  const sending = request(`${server.url}/import/postgres/goods?mode=upsert`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
  })
  let status: number | undefined
  sending.on('error', () => undefined)
  sending.on('response', (response) => {
    status = response.statusCode
    response.resume()
  })
  const before = process.memoryUsage().rss
  let most = before
  for (let sent = 0; sent < 1024 && status === undefined; sent += 4) {
    // Rows first, which the table takes; then lines that hold none, which are quicker.
    if (!sending.write(sent < 64 ? row : blank)) await Promise.race([once(sending, 'drain').catch(() => undefined), sleep(30_000)])
    most = Math.max(most, process.memoryUsage().rss)
  }
  sending.end()
  while (status === undefined) await sleep(20)
  expect(status).toBe(413)
  expect(await count('postgres')).toBe(0)
  expect((most - before) / 1024 / 1024).toBeLessThan(300)
}, 120_000)

it.each(kinds)('leaves nothing in %s when the client disconnects', async (source) => {
  const sending = request(`${server.url}/import/${source}/goods`, { method: 'POST', headers: { 'content-type': 'text/csv' } })
  sending.on('error', () => undefined)
  sending.write('id,name\n')
  for (let i = 0; i < 5000; i++) sending.write(`${i},n\n`)
  await sleep(200)
  sending.destroy()
  await sleep(200)
  expect(await count(source)).toBe(0)
  // Nothing holds the table any more.
  expect((await post(`/import/${source}/goods`, 'id,name\n1,a\n')).status).toBe(200)
})

it('lets an import take longer than other requests', async () => {
  const sending = request(`${server.url}/import/sqlite/goods`, { method: 'POST', headers: { 'content-type': 'text/csv' } })
  sending.write('id,name\n')
  for (let i = 0; i < 6; i++) {
    await sleep(500)
    sending.write(`${i},n\n`)
  }
  sending.end()
  const [response] = await once(sending, 'response')
  expect(response.statusCode).toBe(200)
  response.resume()
})

const caller = (): Caller => ({ id: newCallId(), door: 'mcp', credential: { kind: 'local' }, signal: new AbortController().signal })
async function tool(name: string, fields: Record<string, unknown>, by = caller()) {
  const found = toolNamed(name)
  if (found.kind !== 'answer') return expect.fail('answers rows')
  return found.answer(checkFields(found.input, fields, found.also), by, at.opened.parts)
}

describe.each(kinds)('bulk_import into %s', (source) => {
  it('shows, tells how far it is, and applies', async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => ({ id: i, name: `n${i}` }))
    const told: number[] = []
    const fields = { source, table: 'goods', rows, batch_size: 1000 }
    const shown = await tool('bulk_import', fields, { ...caller(), progress: (done) => told.push(done) })
    expect(told).toEqual([1000, 2000, 2500])
    expect(shown.structured).toMatchObject({ status: 'confirmation_required', changed: { goods: 2500 } })
    expect(shown.confirm?.token).toBe(shown.structured.confirm_token)
    expect(await count(source)).toBe(0)
    const done = await tool('bulk_import', { ...fields, confirm_token: shown.confirm!.token })
    expect(done.structured).toMatchObject({ status: 'applied', changed: { goods: 2500 } })
    expect(await count(source)).toBe(2500)
  })
})

it('bulk_import refuses numbers that were rounded on the way, and fields that do not go together', async () => {
  const fails = (fields: Record<string, unknown>) =>
    tool('bulk_import', { source: 'sqlite', table: 'goods', ...fields }).then(
      () => 'done',
      (error) => error.code,
    )
  expect(await fails({ rows: [{ id: 2 ** 53 + 2, name: 'x' }] })).toBe('import_invalid')
  expect(await fails({ rows: [{ id: 1, name: 'x' }], data: 'id' })).toBe('field_missing')
  expect(await fails({})).toBe('field_missing')
  expect(await fails({ rows: [{ id: 1, name: 'x' }], format: 'csv' })).toBe('field_invalid')
  expect(await fails({ data: 'id,name\n1,x\n', key_columns: ['id'] })).toBe('field_invalid')
  expect(await fails({ data: 'id,nom\n1,x\n' })).toBe('column_unknown')
})

it('sluice import shows, asks and imports', async () => {
  const file = join(at.folder, 'goods.csv')
  writeFileSync(file, 'id;name\n1;a\n2;NULL\n')
  const args = ['import', file, '-c', join(at.folder, 'sluice.yaml'), '-s', 'sqlite', '-t', 'goods', '--delimiter', ';']
  const refused = await runCli(args)
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('--yes')])
  expect(refused.err).toContain('2 rows of goods')
  expect(await count('sqlite')).toBe(0)
  const done = await runCli([...args, '--yes'])
  expect([done.code, done.out]).toEqual([0, 'Imported 2 rows into goods of sqlite.\n'])
  expect(await count('sqlite')).toBe(2)
  const broken = await runCli([...args, '--null', 'NULL', '--upsert', '--yes'])
  expect([broken.code, broken.err]).toEqual([1, expect.stringContaining('Row 2')])
  expect((await runCli(['import', file, '-c', join(at.folder, 'sluice.yaml')])).code).toBe(2)
})
