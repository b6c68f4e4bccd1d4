import { expect, test } from 'vitest'
import { both, post, started, toolCall, until } from './running.ts'

type Rpc = { id: unknown; result?: Record<string, never>; error?: { code: number; message: string; data?: { code?: string } } }

const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const modernHeaders = (method: string, name?: string) => ({
  ...both,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': method,
  ...(name === undefined ? {} : { 'mcp-name': name }),
})

/** The message of a plain answer, or the last one of an event stream. */
async function answerOf(response: Response): Promise<Rpc> {
  const text = await response.text()
  const last = text.startsWith('event:')
    ? text
        .trimEnd()
        .split('\n\n')
        .at(-1)!
        .replace(/^event: message\ndata: /, '')
    : text
  return JSON.parse(last) as Rpc
}

/** What the SDK adds or leaves out without meaning. */
const plain = ({ id, result, error }: Rpc) => {
  const { ttlMs: _t, cacheScope: _c, instructions: _i, ...rest } = (result ?? {}) as Record<string, unknown>
  return { id, ...(error ? { code: error.code } : { result: rest }) }
}

const legacyRequests = [
  { jsonrpc: '2.0', id: 1, method: 'ping' },
  { jsonrpc: '2.0', id: 'a"b', method: 'tools/list' },
  { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: { other: 1 } } },
  { jsonrpc: '2.0', id: 1, method: 'prompts/list' },
  { jsonrpc: '2.0', id: 1, method: 'resources/list' },
  { jsonrpc: '2.0', id: 1, method: 'resources/templates/list', params: {} },
  { jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level: 'info' } },
  { jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level: 'loud' } },
  { jsonrpc: '2.0', id: 1, method: 'no/such' },
  { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_sources' } },
  { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'no_such', arguments: {} } },
  { jsonrpc: '2.0', id: 1, method: 'tools/call', params: {} },
  { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'execute_sql', arguments: [] } },
  { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'describe_table', arguments: { source: 'shop', table: 'orders' } } },
  ...[
    { elicitation: { form: { applyDefaults: true }, url: {} } },
    { elicitation: { form: { applyDefaults: 'yes' } } },
    { elicitation: { form: { other: 1 } } },
    { experimental: { mine: { a: [1] } }, extensions: { 'a/b': { c: 1 } }, tasks: { list: {}, requests: { elicitation: { create: {} } } } },
    { experimental: { mine: 1 } },
    { tasks: { list: 1 } },
  ].map((capabilities) => ({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities,
      clientInfo: { name: 'c', version: '1', icons: [{ src: 'https://example.com/a.png', sizes: ['48x48'] }] },
    },
  })),
  ...[[{ src: 1 }], [{}], 'x', [{ src: 'a', sizes: 'any' }]].map((icons) => ({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1', icons } },
  })),
  ...['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '1999-01-01'].map((protocolVersion) => ({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion, capabilities: { sampling: {}, roots: { listChanged: true } }, clientInfo: { name: 'c', version: '1' } },
  })),
]

test.each(legacyRequests)('the short way answers %j as the SDK does', async (message) => {
  const short = await started()
  const long = await started({ sdkOnly: true })
  const ours = await post(`${short.url}/mcp`, message, both)
  const theirs = await post(`${long.url}/mcp`, message, both)
  expect(ours.status).toBe(theirs.status)
  expect(plain(await answerOf(ours))).toEqual(plain(await answerOf(theirs)))
})

const modernRequests: [string, object, object][] = [
  ['server/discover', {}, {}],
  ['tools/list', {}, {}],
  ['prompts/list', {}, {}],
  ['resources/list', {}, {}],
  ['tools/call', { name: 'list_sources', arguments: {} }, { 'mcp-name': 'list_sources' }],
  ['tools/call', { name: 'no_such', arguments: {} }, { 'mcp-name': 'no_such' }],
  ['tools/call', { name: 'list_sources' }, { 'mcp-name': 'other' }],
  ['tools/call', { name: 'list_sources' }, {}],
  ['tools/call', { name: 'list_sources' }, { 'mcp-name': '=?base64?bGlzdF9zb3VyY2Vz?=' }],
  ['tools/list', {}, { 'mcp-method': 'ping' }],
  ['tools/list', {}, { 'mcp-protocol-version': '2025-11-25' }],
  ['ping', {}, {}],
  ['initialize', {}, {}],
]

test.each(modernRequests)('revision 2026-07-28: %s %j %j is answered as the SDK does', async (method, params, headers) => {
  const message = { jsonrpc: '2.0', id: 9, method, params: { ...params, _meta: modernMeta } }
  const short = await started()
  const long = await started({ sdkOnly: true })
  const sent = { ...modernHeaders(method), ...headers }
  const ours = await post(`${short.url}/mcp`, message, sent)
  const theirs = await post(`${long.url}/mcp`, message, sent)
  expect(ours.status).toBe(theirs.status)
  expect(plain(await answerOf(ours))).toEqual(plain(await answerOf(theirs)))
})

test.each([
  [{ 'io.modelcontextprotocol/clientCapabilities': undefined }, 400, -32602],
  [{ 'io.modelcontextprotocol/clientCapabilities': [] }, 400, -32602],
  [{ 'io.modelcontextprotocol/clientInfo': { name: 1 } }, 400, -32602],
  [{ 'io.modelcontextprotocol/protocolVersion': '2027-01-01' }, 400, -32020],
  [{ 'io.modelcontextprotocol/logLevel': 'loud' }, 400, -32602],
  [{ 'io.modelcontextprotocol/logLevel': 'debug' }, 200, undefined],
  [{ 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} }, extensions: { 'a/b': { c: 1 } } } }, 200, undefined],
  [{ 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: { applyDefaults: true } } } }, 200, undefined],
  [{ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'example.com/mine': { a: 1 } }, 200, undefined],
])('an envelope with %j is judged as the protocol says', async (meta, status, code) => {
  const { url } = await started()
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: { ...modernMeta, ...meta } } }
  const response = await post(`${url}/mcp`, message, modernHeaders('tools/list'))
  expect(response.status).toBe(status)
  expect((await answerOf(response)).error?.code).toBe(code)
})

test('a call is answered with rows as data, text for a model and the receipt', async () => {
  const { url, seen } = await started()
  const response = await post(`${url}/mcp`, toolCall('rows 2', {}, 'x"1'), both)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(await response.json()).toEqual({
    jsonrpc: '2.0',
    id: 'x"1',
    result: {
      structuredContent: {
        columns: [
          { name: 'id', type: 'int' },
          { name: 'name', type: 'text' },
        ],
        rows: [
          [1, 'näme 1'],
          [2, 'näme 2'],
        ],
        truncated: false,
        receipt: expect.objectContaining({ audit_id: seen.calls[0]!.id, sql: 'rows 2' }),
      },
      content: [{ type: 'text', text: 'id, name\n[1,"näme 1"]\n[2,"näme 2"]\n2 rows | truncated: false' }],
    },
  })
  expect(seen.calls[0]).toMatchObject({ door: 'mcp', source: 'shop', credential: { kind: 'local' } })
})

test('a result of revision 2026-07-28 carries what that revision asks of every result', async () => {
  const { url } = await started()
  const call = toolCall('rows 1', { _meta: modernMeta })
  const { result } = await answerOf(await post(`${url}/mcp`, call, modernHeaders('tools/call', 'execute_sql')))
  expect(result).toMatchObject({ resultType: 'complete', _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'sluice' } } })
})

test.each(['table_unknown', 'statement_refused', 'query_timeout'])('%s is a result that a model can mend', async (code) => {
  const { url, seen } = await started()
  const { result } = await answerOf(await post(`${url}/mcp`, toolCall(`fail ${code}`), both))
  const audit_id = seen.calls[0]!.id
  expect(result).toMatchObject({ isError: true, structuredContent: { error: { code, audit_id, hint: expect.any(String) } } })
  expect((result as unknown as { content: { text: string }[] }).content[0]!.text).toContain(`${code}: It failed as ordered.`)
})

test('wrong fields are a result that a model can mend', async () => {
  const { url, seen } = await started()
  const call = toolCall('x', { arguments: { sqll: 'x' } })
  const { result } = await answerOf(await post(`${url}/mcp`, call, both))
  expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'field_unknown' } } })
  expect(seen.calls).toEqual([])
})

test('an error after rows began is valid JSON that says so', async () => {
  const { url } = await started()
  const { result } = await answerOf(await post(`${url}/mcp`, toolCall('fail query_timeout after 30000'), both))
  expect(result).toMatchObject({ isError: true, structuredContent: { truncated: null, error: { code: 'query_timeout' } } })
  expect((result as unknown as { structuredContent: { rows: unknown[] } }).structuredContent.rows).toHaveLength(30_000)
})

test('the text says exactly which rows it leaves out', async () => {
  const { url } = await started()
  const { result } = await answerOf(await post(`${url}/mcp`, toolCall('rows 5000'), both))
  const { text } = (result as unknown as { content: { text: string }[] }).content[0]!
  const lines = text.split('\n')
  const shown = lines.filter((line) => line.startsWith('[')).map((line) => (JSON.parse(line) as [number])[0])
  expect(shown).toEqual(shown.map((_, i) => i + 1))
  expect(Buffer.byteLength(text)).toBeLessThan(17_000)
  expect(Buffer.byteLength(text)).toBeGreaterThan(15_000)
  expect(lines.at(-2)).toBe(
    `Rows ${shown.length + 1} to 5000 are left out of this text of at most 16384 bytes; structuredContent holds all 5000.`,
  )
  expect(lines.at(-1)).toBe('5000 rows | truncated: false')
})

test('who asks for progress is told of rows before the result comes', async () => {
  const { url } = await started()
  const response = await post(`${url}/mcp`, toolCall('slow 15', { _meta: { progressToken: 'p' } }), both)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const messages = (await response.text())
    .trimEnd()
    .split('\n\n')
    .map(
      (event) => JSON.parse(event.replace('event: message\ndata: ', '')) as { method?: string; params?: { progress: number }; id?: number },
    )
  const told = messages.filter((message) => message.method === 'notifications/progress')
  expect(told.length).toBeGreaterThan(1)
  expect(told[0]).toMatchObject({ params: { progressToken: 'p', message: expect.stringMatching(/^\d+ rows so far$/) } })
  const numbers = told.map((one) => one.params!.progress)
  expect([...numbers].sort((a, b) => a - b)).toEqual(numbers)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(messages.at(-1)).toMatchObject({ id: 1, result: { structuredContent: { receipt: { rows: 15 } } } })
})

test('a large answer with progress is one event, whole', async () => {
  const { url } = await started()
  const response = await post(`${url}/mcp`, toolCall('rows 60000', { _meta: { progressToken: 7 } }), both)
  const { result } = await answerOf(response)
  expect((result as unknown as { structuredContent: { rows: unknown[] } }).structuredContent.rows).toHaveLength(60_000)
})

test('a client that leaves aborts its call at once', async () => {
  const { url, seen } = await started()
  const leaving = new AbortController()
  const asked = fetch(`${url}/mcp`, { method: 'POST', headers: both, body: JSON.stringify(toolCall('wait')), signal: leaving.signal })
  asked.catch(() => undefined)
  await until(() => seen.calls.length === 1)
  const left = performance.now()
  leaving.abort()
  await until(() => seen.aborted.length === 1)
  expect(seen.aborted[0]!.at - left).toBeLessThan(100)
  expect(seen.aborted[0]!.reason).toMatchObject({ code: 'query_cancelled' })
})

test.each(['sdk', 'short'])('the %s way aborts the calls of a client that leaves', async (way) => {
  const { url, seen } = await started({ sdkOnly: way === 'sdk' })
  const leaving = new AbortController()
  const body = JSON.stringify(toolCall('wait after 5', { _meta: { progressToken: 1 } }))
  const response = fetch(`${url}/mcp`, { method: 'POST', headers: both, body, signal: leaving.signal })
  response.catch(() => undefined)
  await until(() => seen.calls.length === 1)
  leaving.abort()
  await until(() => seen.aborted.length === 1)
  expect(seen.aborted[0]!.reason).toMatchObject({ code: 'query_cancelled' })
})

test('batches of revision 2025-03-26 are answered, each call for itself', async () => {
  const { url } = await started()
  const response = await post(`${url}/mcp`, [toolCall('rows 1', {}, 1), toolCall('fail table_unknown', {}, 2)], both)
  const messages = (await response.text())
    .trimEnd()
    .split('\n\n')
    .map((event) => JSON.parse(event.replace('event: message\ndata: ', '')) as { id: number; result: { isError?: boolean } })
  expect(new Map(messages.map((one) => [one.id, one.result.isError ?? false]))).toEqual(
    new Map([
      [1, false],
      [2, true],
    ]),
  )
})

test('an answer that the SDK must hold whole is bounded', async () => {
  const { url } = await started()
  const response = await post(`${url}/mcp`, [toolCall('rows 400000')], both)
  const { result } = await answerOf(response)
  expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'result_too_large' } } })
})

test.each([
  [{ jsonrpc: '2.0', method: 'notifications/initialized' }, {}],
  [
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'ping' },
  ],
  [{ jsonrpc: '2.0', method: 'notifications/initialized' }, { 'mcp-protocol-version': '1999-01-01' }],
  [{ jsonrpc: '2.0', method: 'notifications/initialized' }, { accept: 'application/json' }],
  [{ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, reason: 'x' } }, {}],
  [{ jsonrpc: '2.0', method: 'notifications/unheard' }, {}],
  [{ jsonrpc: '2.0', id: 1, result: {} }, {}],
])('%j %j is received as the SDK does', async (message, headers) => {
  const short = await started()
  const long = await started({ sdkOnly: true })
  const sent = { ...both, ...headers } as Record<string, string>
  expect((await post(`${short.url}/mcp`, message, sent)).status).toBe((await post(`${long.url}/mcp`, message, sent)).status)
})

test('GET and DELETE are no part of a server without sessions', async () => {
  const { url } = await started()
  for (const method of ['GET', 'DELETE', 'PUT']) {
    const response = await fetch(`${url}/mcp`, { method, headers: { accept: 'text/event-stream' } })
    expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, 'POST'])
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { code: -32000 } })
  }
})

test.each([
  [{ ...both, accept: 'application/json' }, 406],
  [{ ...both, 'content-type': 'text/plain' }, 415],
  [{ ...both, 'content-type': 'text/plain; a=application/json' }, 415],
  [{ ...both, 'content-type': 'Application/JSON; charset=utf-8' }, 200],
  [{ ...both, 'mcp-protocol-version': '1999-01-01' }, 400],
])('headers %j are answered with %i', async (headers, status) => {
  const { url } = await started()
  const response = await post(`${url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, headers as unknown as Record<string, string>)
  expect(response.status).toBe(status)
  await response.text()
})

test('a client of an older revision cancels a call by its id, and only its own', async () => {
  const { url, seen } = await started({ hands: { keys: { slk_other: 'other' } } })
  const hello = {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
  }
  const sessions = await Promise.all([1, 2].map(async () => (await post(`${url}/mcp`, hello, both)).headers.get('mcp-session-id')!))
  expect(new Set(sessions).size).toBe(2)
  const calls = sessions.map((session) => post(`${url}/mcp`, toolCall('wait', {}, 5), { ...both, 'mcp-session-id': session }))
  await until(() => seen.calls.length === 2)
  const cancel = (headers: object, requestId: unknown) =>
    post(`${url}/mcp`, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }, { ...both, ...headers })
  for (const response of [
    await cancel({}, 5),
    await cancel({ 'mcp-session-id': 'other' }, 5),
    await cancel({ 'mcp-session-id': sessions[1] }, '5'),
    await cancel({ 'mcp-session-id': sessions[1], authorization: 'Bearer slk_other' }, 5),
  ]) {
    expect(response.status).toBe(202)
  }
  expect(seen.aborted).toEqual([])
  await cancel({ 'mcp-session-id': sessions[1] }, 5)
  await until(() => seen.aborted.length === 1)
  expect((await answerOf(await calls[1]!)).result).toMatchObject({
    isError: true,
    structuredContent: { error: { code: 'query_cancelled' } },
  })
  expect(seen.aborted).toHaveLength(1)
  await cancel({ 'mcp-session-id': sessions[0] }, 5)
  await calls[0]
})
