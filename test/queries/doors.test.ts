import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'
import { openPlace, type Place, type Who } from '../bank/place.ts'
import { place as cliPlace, run } from '../cli/run.ts'

/** Saved queries over HTTP and on the command line. */

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
    const response = await fetch(`${server.url}/api/queries${path}`, {
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

  test('a query lives from its saving to its end', async () => {
    const made = await ask('ana', 'POST', '', {
      source,
      name: 'Names',
      sql: 'SELECT name FROM customers WHERE id > ?',
      tags: ['people'],
      roles: ['*'],
    })
    expect(made).toMatchObject({
      status: 200,
      body: { query: { name: 'Names', owner: 'ana', own: true, params: 1, state: 'ok', revision: 1 } },
    })
    const { id } = made.body.query as { id: string }
    await ask('ana', 'POST', '', { source, name: 'Cities', sql: 'SELECT city FROM customers' })
    expect(await ask('ben', 'GET', `?source=shop&tag=people&q=names`)).toMatchObject({
      body: { queries: [{ id, own: false, owner: 'ana' }], more: false },
    })
    expect(await ask('ana', 'GET', '?mine=true&limit=1')).toMatchObject({ body: { queries: [{ name: 'Cities' }], more: true } })
    expect(await ask('ana', 'GET', '?mine=true&limit=1&offset=1')).toMatchObject({ body: { queries: [{ name: 'Names' }], more: false } })
    expect(await ask('ana', 'GET', `/${id}`)).toMatchObject({ status: 200, body: { query: { id } } })
    const ran = await ask('ben', 'POST', `/${id}/run`, { params: [1] })
    expect(ran.body).toMatchObject({ columns: [{ name: 'name' }], rows: [['Bo']], receipt: { source: 'shop' } })
    expect(await ask('ana', 'PATCH', `/${id}`, { name: 'All names', roles: [], revision: 1 })).toMatchObject({
      status: 200,
      body: { query: { name: 'All names', roles: [], revision: 2 } },
    })
    expect(await ask('ana', 'PATCH', `/${id}`, { name: 'Other', revision: 1 })).toMatchObject({
      status: 409,
      body: { error: { code: 'change_conflict' } },
    })
    expect(await ask('ben', 'GET', `/${id}`)).toMatchObject({ status: 404, body: { error: { code: 'query_unknown' } } })
    expect(await ask('ana', 'DELETE', `/${id}`)).toMatchObject({ status: 200, body: { removed: true } })
    expect(await ask('ana', 'DELETE', `/${id}`)).toMatchObject({ status: 404, body: { error: { code: 'query_unknown' } } })
  })

  test('what is not meant for it is refused by its name', async () => {
    const refused: readonly (readonly [Awaited<ReturnType<typeof ask>>, number, string])[] = [
      [await ask(undefined, 'GET', ''), 401, 'credential_missing'],
      [await ask('ana', 'GET', '?sorce=shop'), 400, 'field_unknown'],
      [await ask('ana', 'GET', '?limit=many'), 400, 'field_invalid'],
      [await ask('ana', 'GET', '?state=good'), 400, 'field_invalid'],
      [await ask('ana', 'GET', '?mine=1'), 400, 'field_invalid'],
      [await ask('ana', 'GET', '?source=nowhere'), 404, 'source_unknown'],
      [await ask('ana', 'POST', '', { source, name: 'x' }), 400, 'field_missing'],
      [await ask('ana', 'POST', '', { source, name: 'x', sql: 'SELECT 1', owner: 'ben' }), 400, 'field_unknown'],
      [await ask('viewer', 'POST', '', { source, name: 'x', sql: 'SELECT name FROM customers' }), 404, 'table_unknown'],
      [await ask('ana', 'POST', '/none/run', {}), 404, 'query_unknown'],
    ]
    for (const [answer, status, code] of refused) expect(answer).toMatchObject({ status, body: { error: { code } } })
  })

  test('of more than one may have the next is refused, and nothing is lost', async () => {
    const book = (await place.opened.parts.store()).queries
    const one = {
      owner: 'full',
      source,
      name: 'n',
      description: '',
      statement: 'SELECT 1',
      dialect: 'sqlite',
      tags: [],
      roles: [],
      tables: [],
    } as const
    const rest = { params: 0, grantVersion: '', version: 0, revision: 1, createdAt: '', updatedAt: '' }
    for (const id of ['f1', 'f2']) await book.add({ id, ...one, ...rest }, 2)
    await expect(book.add({ id: 'f3', ...one, ...rest }, 2)).rejects.toMatchObject({ code: 'queries_full' })
    expect((await book.of(source)).filter(({ owner }) => owner === 'full').map(({ id }) => id)).toEqual(['f1', 'f2'])
  })
})

describe('sluice saved', () => {
  const { config, remove } = cliPlace()
  afterAll(remove)
  const sluice = (...args: string[]) => run([...args, '--config', config])

  test('saves, lists, runs and removes', async () => {
    const added = await sluice('saved', 'add', 'Count\u001b[2J', 'SELECT count(*) AS n FROM people', '--tag', 'daily', '--json')
    expect(added.code).toBe(0)
    const { id } = (JSON.parse(added.out) as { query: { id: string } }).query
    const listed = await sluice('saved', 'list', '--tag', 'daily')
    expect(listed.out).toContain(id)
    expect(listed.out).not.toContain('\u001b')
    expect((await sluice('saved', 'list', '--state', 'broken')).out).toBe('No query is saved for you here.\n')
    const ran = await sluice('query', '--saved', id, '--format', 'json')
    expect(JSON.parse(ran.out)).toMatchObject({ columns: [{ name: 'n' }] })
    expect(await sluice('query', '--saved', id, 'SELECT 1')).toMatchObject({ code: 2 })
    expect(await sluice('saved', 'remove', id)).toMatchObject({ code: 0 })
    expect((await sluice('query', '--saved', id)).err).toContain('query_unknown')
    expect(await sluice('saved', 'remove')).toMatchObject({ code: 2 })
  })
})
