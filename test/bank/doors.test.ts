import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { place as cliPlace, run } from '../cli/run.ts'
import { openPlace, type Place, type Who } from './place.ts'

/** The bank through HTTP and the command line. */

type Json = Readonly<Record<string, unknown>>

describe('HTTP', () => {
  let place: Place
  let server: HttpServer
  beforeAll(async () => {
    place = await openPlace('sqlite', './registry.db')
    server = await serveHttp(place.opened.parts, { host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    await server?.close()
    await place?.close()
  })
  const ask = async (who: Who | undefined, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.url}/api/bank${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(who === undefined ? {} : { authorization: `Bearer ${place.key(who)}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Json }
  }
  const source = 'shop'

  test('a pair lives from its storing to its end', async () => {
    const made = await ask('ana', 'POST', '/pairs', {
      source,
      question: 'Names of Berlin',
      sql: "SELECT name FROM customers WHERE city = 'Berlin'",
    })
    expect(made).toMatchObject({ status: 200, body: { known: false, pair: { state: 'proposed' } } })
    const { id } = made.body.pair as { id: string }
    await ask('ana', 'POST', '/pairs', { source, question: 'Names of Paris', sql: "SELECT name FROM customers WHERE city = 'Paris'" })
    expect(await ask('boss', 'POST', `/pairs/${id}/review`, { verdict: 'verify' })).toMatchObject({ body: { pair: { state: 'verified' } } })
    expect(await ask('ben', 'POST', '/similar', { question: 'the names of Berlin' })).toMatchObject({ body: { pairs: [{ id }] } })
    expect(((await ask('ana', 'GET', '/pairs?source=shop&mine=true&limit=1')).body as { pairs: Json[] }).pairs).toHaveLength(1)
    const { templates } = (await ask('ana', 'GET', '/templates?source=shop')).body as { templates: { id: string }[] }
    const ran = await ask('ana', 'POST', `/templates/${templates[0]!.id}/run`, { source, values: { city: 'Paris' } })
    expect(ran.body).toMatchObject({ columns: [{ name: 'name' }], rows: [['Bo']] })
    expect(await ask('boss', 'POST', '/verify', { source, all: true })).toMatchObject({ body: { checked: 2, good: 2 } })
    expect(await ask('ana', 'DELETE', `/pairs/${id}`)).toMatchObject({ status: 200, body: { removed: true } })
    expect(await ask('ana', 'DELETE', `/pairs/${id}`)).toMatchObject({ status: 404, body: { error: { code: 'pair_unknown' } } })
  })

  test('what is not meant for it is refused by its name', async () => {
    const refused: readonly (readonly [Awaited<ReturnType<typeof ask>>, number, string])[] = [
      [await ask(undefined, 'GET', '/pairs?source=shop'), 401, 'credential_missing'],
      [await ask('ana', 'GET', '/pairs?sorce=shop'), 400, 'field_unknown'],
      [await ask('ana', 'GET', '/pairs?source=shop&limit=many'), 400, 'field_invalid'],
      [await ask('ana', 'GET', '/pairs?source=nowhere'), 404, 'source_unknown'],
      [await ask('ana', 'POST', '/pairs', { source, question: 'x' }), 400, 'field_missing'],
      [await ask('ana', 'POST', '/similar', { question: 'x', threshold: 2 }), 400, 'field_invalid'],
      [await ask('ana', 'POST', '/verify', { source }), 403, 'tool_refused'],
      [await ask('elsewhere', 'POST', '/verify', { source }), 404, 'source_unknown'],
      [await ask('viewer', 'POST', '/pairs', { source, question: 'x', sql: 'SELECT name FROM customers' }), 404, 'table_unknown'],
    ]
    for (const [answer, status, code] of refused) expect(answer).toMatchObject({ status, body: { error: { code } } })
  })
})

describe('sluice bank', () => {
  const { folder, config, remove } = cliPlace()
  afterAll(remove)
  const sluice = (...args: string[]) => run(['bank', ...args, '--config', config])

  test('adds, finds, lists, reviews, verifies, exports and imports', async () => {
    const added = await sluice('add', 'How many people are there?', 'SELECT count(*) AS n FROM people', '--json')
    expect(added.code).toBe(0)
    const { id } = (JSON.parse(added.out) as { pair: { id: string } }).pair
    expect((await sluice('find', 'number of people')).out).toContain('SELECT count(*) AS n FROM people')
    expect((await sluice('find', 'something else')).out).toContain('No question')
    expect((await sluice('review', id, 'verify')).out).toContain('verified')
    expect((await sluice('list', '--state', 'verified')).out).toContain(id)
    expect(await sluice('verify', '--all')).toMatchObject({ code: 0, out: expect.stringMatching(/shop\s+1\s+0\s+1/) })
    const lines = (await sluice('export')).out
    expect(JSON.parse(lines)).toEqual({
      source: 'shop',
      question: 'How many people are there?',
      sql: 'SELECT count(*) AS n FROM people',
      state: 'verified',
    })
    expect((await sluice('review', id, 'remove')).out).toContain('removed')
    const file = join(folder, 'bank.jsonl')
    writeFileSync(file, `${lines}\n{"question":"bad","sql":"DELETE FROM people"}\nnot json\n${lines}`)
    const imported = await sluice('import', file)
    expect(imported).toMatchObject({ code: 1, out: '1 added, 1 known already, 2 refused.\n' })
    expect(imported.err).toMatch(/line 3: statement_refused:.*\nline 4: field_invalid:/)
  })

  test('says what it needs', async () => {
    expect(await sluice('find')).toMatchObject({ code: 2 })
    expect(await sluice('add', 'only a question')).toMatchObject({ code: 2 })
    expect(await sluice('review', 'x', 'love')).toMatchObject({ code: 2 })
    expect(await sluice('find', 'x', '--threshold', '2')).toMatchObject({ code: 2 })
    expect(await sluice('verify', 'shpo')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean shop?') })
    expect(await sluice('import', join(folder, 'nothing.jsonl'))).toMatchObject({ code: 2 })
    expect(await sluice('review', 'x', 'up')).toMatchObject({ code: 1, err: expect.stringContaining('pair_unknown') })
  })
})
