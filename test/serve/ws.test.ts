import { expect, test } from 'vitest'
import type { Call } from '../../src/call.ts'
import { SluiceError } from '../../src/error.ts'
import { openLog } from '../../src/log/log.ts'
import type { Run } from '../../src/serve/tool-call.ts'
import { until as holds, type Started, started } from './running.ts'
import { whole } from './whole.ts'
import { connected, stranger, turnedAway } from './ws-client.ts'

test('a statement is answered with columns, rows and the receipt, each with its id', async () => {
  const server = await started()
  const client = await connected(server)
  expect(client.ws.protocol).toBe('sluice')
  client.send({ type: 'sql', id: 'a', query: 'rows 2', params: [1, null, 'x'], source: 'shop', limit: 9, timeout: 1.5 })
  expect(await client.last('a')).toMatchObject({ type: 'done', truncated: false, receipt: { rows: 2, source: 'shop' } })
  expect(client.of('a').map(({ type }) => type)).toEqual(['columns', 'rows', 'done'])
  expect(client.of('a')[0]!.columns).toEqual([
    { name: 'id', type: 'int' },
    { name: 'name', type: 'text' },
  ])
  expect(client.of('a')[1]!.rows).toEqual([
    [1, 'näme 1'],
    [2, 'näme 2'],
  ])
  expect(server.seen.calls[0]).toMatchObject({
    door: 'ws',
    action: 'query',
    source: 'shop',
    params: [1, null, 'x'],
    rowsMax: 9,
    timeoutMs: 1500,
  })
  client.send({ type: 'sql', id: 7, sql: 'rows 0' })
  expect(await client.last(7)).toMatchObject({ type: 'done', id: 7 })
  expect(client.of(7).map(({ type }) => type)).toEqual(['columns', 'done'])
})

test('several queries run at once, in whatever order they end; one id is one query', async () => {
  const server = await started()
  const client = await connected(server)
  client.send({ type: 'sql', id: 'slow', sql: 'wait' })
  await client.last('slow', 'columns')
  client.send({ type: 'sql', id: 'fast', sql: 'rows 1' })
  expect(await client.last('fast')).toMatchObject({ type: 'done' })
  client.send({ type: 'sql', id: 'slow', sql: 'rows 1' })
  expect(await client.last('slow')).toMatchObject({ type: 'error', error: { code: 'field_invalid' } })
  expect(server.seen.aborted).toEqual([])
  client.send({ type: 'cancel', id: 'slow' })
  await holds(() => client.of('slow').length === 3)
  expect(client.of('slow')[2]).toMatchObject({ type: 'error', error: { code: 'query_cancelled' } })
  client.send({ type: 'sql', id: 'slow', sql: 'rows 1' })
  await holds(() => client.of('slow').some(({ type }) => type === 'done'))
})

test('a cancelled query ends in the source at once, and only that one', async () => {
  const server = await started()
  const client = await connected(server)
  client.send({ type: 'sql', id: 1, sql: 'wait after 3' })
  client.send({ type: 'sql', id: 2, sql: 'wait after 3' })
  await Promise.all([client.last(1, 'rows'), client.last(2, 'rows')])
  client.send({ type: 'cancel', id: 1 })
  expect(await client.last(1)).toMatchObject({ type: 'error', error: { code: 'query_cancelled', audit_id: server.seen.aborted[0]!.id } })
  expect(server.seen.aborted).toHaveLength(1)
  client.send({ type: 'cancel', id: 'no such query' })
  client.send({ type: 'ping', id: 'still there' })
  expect(await client.last('still there')).toEqual({ type: 'pong', id: 'still there' })
})

test('a client that leaves ends all its queries', async () => {
  const server = await started()
  const client = await connected(server)
  for (const id of [1, 2, 3]) client.send({ type: 'sql', id, sql: 'wait after 1' })
  await Promise.all([1, 2, 3].map((id) => client.last(id, 'rows')))
  client.ws.terminate()
  await holds(() => server.seen.aborted.length === 3)
  for (const { reason } of server.seen.aborted) expect(reason).toMatchObject({ code: 'query_cancelled' })
})

test('a query that fails says so with its code, hint and audit id, and the socket lives on', async () => {
  const client = await connected(await started())
  client.send({ type: 'sql', id: 1, sql: 'fail table_unknown' })
  expect(await client.last(1)).toMatchObject({
    error: { code: 'table_unknown', status: 404, hint: expect.any(String), audit_id: expect.any(String) },
  })
  client.send({ type: 'sql', id: 2, sql: 'fail source_unavailable after 3' })
  expect(await client.last(2)).toMatchObject({ error: { code: 'source_unavailable' } })
  expect(client.of(2).map(({ type }) => type)).toEqual(['columns', 'rows', 'error'])
  client.send({ type: 'sql', id: 3, sql: 'rows 1' })
  expect(await client.last(3)).toMatchObject({ type: 'done' })
})

test('long queries tell how far they are', async () => {
  const client = await connected(await started({ ws: { progressMs: 20 } }))
  client.send({ type: 'sql', id: 1, sql: 'slow 10' })
  await client.last(1)
  const told = client.seen.filter(({ type }) => type === 'progress').map(({ rows }) => rows as number)
  expect(told.length).toBeGreaterThan(1)
  expect(told).toEqual(told.toSorted((a, b) => a - b))
})

test.each([
  ['no JSON', undefined, 'socket_refused'],
  ['[]', undefined, 'socket_refused'],
  ['null', undefined, 'socket_refused'],
  [{ type: 'drop', id: 1 }, 1, 'socket_refused'],
  [{ id: 1, sql: 'rows 1' }, 1, 'socket_refused'],
  [{ type: 'sql', sql: 'rows 1' }, undefined, 'field_missing'],
  [{ type: 'sql', id: {}, sql: 'rows 1' }, undefined, 'field_invalid'],
  [{ type: 'sql', id: 'x'.repeat(129), sql: 'rows 1' }, undefined, 'field_invalid'],
  [{ type: 'sql', id: 1 }, 1, 'field_missing'],
  [{ type: 'sql', id: 1, sql: 'rows 1', query: 'rows 2' }, 1, 'field_invalid'],
  [{ type: 'sql', id: 1, sqll: 'rows 1' }, 1, 'field_unknown'],
  [{ type: 'sql', id: 1, sql: 'rows 1', params: [{}] }, 1, 'field_invalid'],
  [{ type: 'sql', id: 1, sql: 'rows 1', timeout: 'long' }, 1, 'field_invalid'],
  [{ type: 'question', id: 1 }, 1, 'field_missing'],
  [{ type: 'question', id: 1, question: 'how many?', key: 'x' }, 1, 'field_unknown'],
  [{ type: 'cancel', id: 1, why: 'x' }, 1, 'field_unknown'],
])('%j is refused with its own code and the socket lives on', async (message, id, code) => {
  const server = await started()
  const client = await connected(server)
  client.send(message)
  expect(await client.last(id)).toMatchObject({ type: 'error', error: { code } })
  expect(server.seen.calls).toEqual([])
  client.send({ type: 'ping' })
  await client.last(undefined, 'pong')
  expect(client.closed).toBeUndefined()
})

test('over the whole house: rows as the role may see them, refusals, a question without a model', async () => {
  const house = await whole({ ana: 'support', nobody: 'nothing' })
  const server = { ...house.server, port: 0 } as Started
  const by = (name: string) => ({ headers: { authorization: `Bearer ${house.keys[name]}` } })
  try {
    const client = await connected(server, by('ana'))
    client.send({ type: 'sql', id: 1, query: 'SELECT id, email FROM customers ORDER BY id', source: 'shop' })
    expect(await client.last(1)).toMatchObject({ type: 'done', receipt: { rows: 3, masked: [expect.stringContaining('email')] } })
    expect(JSON.stringify(client.of(1))).not.toContain('ana@example.com')
    for (const [id, sql, code] of [
      [2, 'SELECT * FROM salaries', 'table_unknown'],
      [3, 'DELETE FROM orders', 'statement_refused'],
      [4, 'SELECT 1; SELECT 2', 'statement_many'],
    ] as const) {
      client.send({ type: 'sql', id, sql, source: 'shop' })
      expect((await client.last(id)).error, sql).toMatchObject({ code, audit_id: expect.any(String) })
    }
    client.send({
      type: 'question',
      id: 'q',
      question: 'How many orders?',
      source: 'shop',
      mode: 'standalone',
      user_context: { department: 'sales' },
    })
    expect(await client.last('q')).toMatchObject({ type: 'error', error: { code: 'model_missing', status: 501 } })
    const other = await connected(server, by('nobody'))
    other.send({ type: 'sql', id: 1, sql: 'SELECT 1', source: 'shop' })
    expect(await other.last(1)).toMatchObject({ error: { code: 'source_unknown' } })
    for (const { ws } of [client, other]) ws.close()
  } finally {
    await house.close()
  }
})

test('who is asking is known before the first message', async () => {
  const server = await started({ hands: { key: 'right' } })
  expect(await turnedAway(server, { headers: stranger })).toMatchObject({
    status: 401,
    error: { code: 'credential_missing' },
    headers: { 'www-authenticate': 'Bearer' },
  })
  const wrong = { authorization: 'Bearer wrong' }
  expect(await turnedAway(server, { headers: wrong })).toMatchObject({ status: 401, error: { code: 'credential_unknown' } })
  expect(await turnedAway(server, { headers: stranger, protocols: ['sluice', 'bearer.wrong'] })).toMatchObject({ status: 401 })
  for (const ask of [
    { headers: { ...stranger, authorization: 'Bearer right' } },
    { headers: stranger, protocols: ['sluice', 'bearer.right'] },
    { headers: stranger, protocols: ['bearer.right', 'sluice'] },
    { headers: { ...stranger, authorization: 'Bearer right' }, protocols: [] },
  ]) {
    const client = await connected(server, ask)
    expect(client.ws.protocol, 'a key is never answered').toBe(ask.protocols?.length === 0 ? '' : 'sluice')
    client.send({ type: 'sql', id: 1, sql: 'rows 1' })
    expect(await client.last(1)).toMatchObject({ type: 'done' })
  }
  expect(server.seen.calls.every(({ credential }) => credential.kind === 'bearer' && credential.token === 'right')).toBe(true)
  const two = { headers: { authorization: 'Bearer right' }, protocols: ['sluice', 'bearer.right'] }
  expect(await turnedAway(server, two)).toMatchObject({ status: 401, error: { code: 'credential_unknown' } })
})

test.each(['?access_token=right', '?token=right', '?api_key=right', '?client_id=a&Authorization=Bearer%20right'])(
  'no key is taken from the address: %s',
  async (query) => {
    const server = await started({ hands: { key: 'right' } })
    const answer = await turnedAway(server, { query, headers: { authorization: 'Bearer right' } })
    expect(answer).toMatchObject({ status: 401, error: { code: 'credential_missing' } })
    expect(JSON.stringify(answer)).not.toContain('right')
  },
)

test('client_id and user_id are words for the log and nobody’s identity', async () => {
  const lines: unknown[] = []
  const log = openLog((line) => void lines.push(JSON.parse(line)))
  const calls: Call[] = []
  const run: Run = async (call, _sink, parts) => {
    calls.push(call)
    const error = new SluiceError('source_unavailable', 'It is down.')
    parts.log.failed(call.id, call.source, error)
    throw error
  }
  const server = await started({ run, hands: { failed: log.failed } })
  const client = await connected(server, { query: '?client_id=grafana&user_id=Zo%C3%AB%20B.' })
  client.send({ type: 'sql', id: 1, sql: 'rows 1', source: 'shop' })
  await client.last(1)
  expect(calls[0]!.credential).toEqual({ kind: 'local' })
  expect(lines).toMatchObject([{ code: 'source_unavailable', audit_id: calls[0]!.id, client_id: 'grafana', user_id: 'Zoë B.' }])
  for (const [query, code] of [
    ['?client_id=a&client_id=b', 'field_invalid'],
    ['?client_id=', 'field_invalid'],
    [`?user_id=${'x'.repeat(129)}`, 'field_invalid'],
    ['?user_id=a%0Ab', 'field_invalid'],
    ['?roles=admin', 'field_unknown'],
  ]) {
    expect(await turnedAway(server, { query: query! }), query).toMatchObject({ status: 400, error: { code } })
  }
})

test('strange hosts and origins are turned away before anything is believed', async () => {
  const server = await started({ allowedOrigins: ['https://app.example.com'] })
  expect(await turnedAway(server, { headers: { host: 'evil.example' } })).toMatchObject({ status: 403, error: { code: 'host_refused' } })
  expect(await turnedAway(server, { headers: { origin: 'https://evil.example' } })).toMatchObject({
    status: 403,
    error: { code: 'origin_refused' },
  })
  await connected(server, { headers: { origin: 'https://app.example.com' } })
})
