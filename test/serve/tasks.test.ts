import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { Tasks } from '../../src/serve/mcp-tasks.ts'
import { serveStdio } from '../../src/serve/serve.ts'
import { hands, nothingSeen, runDouble } from './doubles.ts'
import { both, post, started, toolCall, until } from './running.ts'

/** Long calls as tasks: those of revision 2025-11-25 by its own rules, those of 2026-07-28 by the extension. */

type Task = { taskId: string; status: string; result?: { structuredContent: { receipt: { rows: number } } }; isError?: boolean }
type Rpc = {
  result: Record<string, never> & Task & { task: Task; tasks: Task[] }
  error?: { code: number; data?: { requiredCapabilities?: unknown } }
}

const rpc = (method: string, params: object = {}, id = 1) => ({ jsonrpc: '2.0', id, method, params })
const asTask = (sql: string, task: object = {}) => toolCall(sql, { task })

const legacy = (url: string, key?: string) => async (message: object) =>
  (await (
    await post(`${url}/mcp`, message, {
      ...both,
      'mcp-protocol-version': '2025-11-25',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    })
  ).json()) as Rpc

const extension = 'io.modelcontextprotocol/tasks'
const meta = (knows: boolean) => ({
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': knows ? { extensions: { [extension]: {} } } : {},
})
const modern =
  (url: string, knows = true) =>
  async (method: string, params: Record<string, unknown>) => {
    const name = String(params.name ?? params.taskId)
    const headers = { ...both, 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, 'mcp-name': name }
    return (await (await post(`${url}/mcp`, rpc(method, { ...params, _meta: meta(knows) }), headers)).json()) as Rpc
  }
const sql = (text: string) => ({ name: 'execute_sql', arguments: { sql: text } })

test('2025-11-25: the capability is told, and which tools may run as tasks', async () => {
  const { url } = await started()
  const ask = legacy(url)
  const client = { protocolVersion: '2025-11-25', capabilities: { tasks: { requests: {} } }, clientInfo: { name: 'c', version: '1' } }
  expect((await ask(rpc('initialize', client))).result).toMatchObject({
    capabilities: { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } },
  })
  const { tools } = (await ask(rpc('tools/list'))).result as unknown as { tools: { name: string; execution?: object }[] }
  expect(tools.filter((tool) => tool.execution).map(({ name }) => name)).toEqual(['execute_sql', 'explain_query'])
  expect((await ask(toolCall('x', { name: 'list_sources', arguments: {}, task: {} }))).error).toMatchObject({ code: -32601 })
})

test('2025-11-25: a task is answered at once, runs without its client, and gives its result', async () => {
  const { url, seen } = await started()
  const ask = legacy(url)
  const { task } = (await ask(asTask('slow 5', { ttl: 60_000 }))).result
  expect(task).toMatchObject({ status: 'working', ttl: 60_000, pollInterval: expect.any(Number), createdAt: expect.any(String) })
  expect((await ask(rpc('tasks/get', { taskId: task.taskId }))).result).toMatchObject({ taskId: task.taskId })
  // Waits for the end.
  const { result } = await ask(rpc('tasks/result', { taskId: task.taskId }))
  expect(result).toMatchObject({
    structuredContent: { receipt: { rows: 5 } },
    _meta: { 'io.modelcontextprotocol/related-task': { taskId: task.taskId } },
  })
  expect((await ask(rpc('tasks/get', { taskId: task.taskId }))).result.status).toBe('completed')
  expect((await ask(rpc('tasks/list'))).result.tasks).toHaveLength(1)
  expect(seen.aborted).toEqual([])
})

test('2025-11-25: a tool that fails is a failed task, whose result says how', async () => {
  const { url } = await started()
  const ask = legacy(url)
  const { taskId } = (await ask(asTask('fail table_unknown'))).result.task
  expect((await ask(rpc('tasks/result', { taskId }))).result).toMatchObject({
    isError: true,
    structuredContent: { error: { code: 'table_unknown' } },
  })
  expect((await ask(rpc('tasks/get', { taskId }))).result.status).toBe('failed')
})

test('2025-11-25: cancelling ends the query in the source, once', async () => {
  const { url, seen } = await started()
  const ask = legacy(url)
  const { taskId } = (await ask(asTask('wait'))).result.task
  await until(() => seen.calls.length === 1)
  const waiting = ask(rpc('tasks/result', { taskId }))
  expect((await ask(rpc('tasks/cancel', { taskId }))).result.status).toBe('cancelled')
  expect((await waiting).error).toBeDefined()
  await until(() => seen.aborted.length === 1)
  expect((await ask(rpc('tasks/cancel', { taskId }))).error).toMatchObject({ code: -32602 })
})

test('a task of another principal does not exist, by any method', async () => {
  const { url } = await started({ hands: { keys: { mine: 'me', theirs: 'them' } } })
  const { taskId } = (await legacy(url, 'mine')(asTask('rows 1'))).result.task
  const others = legacy(url, 'theirs')
  for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel'])
    expect((await others(rpc(method, { taskId }))).error).toMatchObject({ code: -32602 })
  expect((await others(rpc('tasks/list'))).result.tasks).toEqual([])
  expect((await legacy(url, 'nobody')(rpc('tasks/list'))).error).toMatchObject({ data: { code: 'credential_unknown' } })
  expect((await legacy(url, 'mine')(rpc('tasks/result', { taskId }))).result).toMatchObject({ structuredContent: { receipt: { rows: 1 } } })
})

test('2026-07-28: a call that takes long becomes a task; one that is quick does not', async () => {
  const { url, seen } = await started({ taskAfterMs: 60 })
  const ask = modern(url)
  expect((await ask('tools/call', sql('rows 2'))).result).toMatchObject({
    resultType: 'complete',
    structuredContent: { receipt: { rows: 2 } },
  })
  const { result } = await ask('tools/call', sql('slow 20'))
  expect(result).toMatchObject({ resultType: 'task', status: 'working', ttlMs: expect.any(Number), pollIntervalMs: expect.any(Number) })
  const { taskId } = result
  let now = result as Task
  while (now.status === 'working') now = (await ask('tasks/get', { taskId })).result
  expect(now).toMatchObject({ status: 'completed', resultType: 'complete', result: { structuredContent: { receipt: { rows: 20 } } } })
  expect(seen.aborted).toEqual([])
  expect((await ask('tasks/update', { taskId, inputResponses: {} })).result).toMatchObject({ resultType: 'complete' })
})

test('2026-07-28: a client that leaves before there is a task ends the call, afterwards it does not', async () => {
  const { url, seen } = await started({ taskAfterMs: 60 })
  const ask = modern(url)
  const { taskId } = (await ask('tools/call', sql('wait'))).result
  expect(seen.aborted).toEqual([])
  expect((await ask('tasks/get', { taskId })).result.status).toBe('working')
  expect((await ask('tasks/cancel', { taskId })).result).toMatchObject({ resultType: 'complete' })
  expect((await ask('tasks/cancel', { taskId })).result).toMatchObject({ resultType: 'complete' })
  expect((await ask('tasks/get', { taskId })).result.status).toBe('cancelled')
  await until(() => seen.aborted.length === 1)

  const leaving = new AbortController()
  const headers = { ...both, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'execute_sql' }
  const body = JSON.stringify(rpc('tools/call', { ...sql('wait'), _meta: meta(true) }))
  const long = await started({ taskAfterMs: 600_000 })
  fetch(`${long.url}/mcp`, { method: 'POST', headers, body, signal: leaving.signal }).catch(() => undefined)
  await until(() => long.seen.calls.length === 1)
  leaving.abort()
  await until(() => long.seen.aborted.length === 1)
})

test('2026-07-28: who does not know tasks gets none, and is told what is missing', async () => {
  const { url } = await started({ taskAfterMs: 1 })
  const ask = modern(url, false)
  expect((await ask('tools/call', sql('slow 5'))).result).toMatchObject({
    resultType: 'complete',
    structuredContent: { receipt: { rows: 5 } },
  })
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    const { error } = await ask(method, { taskId: 'x', ...(method === 'tasks/update' ? { inputResponses: {} } : {}) })
    expect(error).toMatchObject({ code: -32021, data: { requiredCapabilities: { extensions: { [extension]: {} } } } })
  }
  for (const method of ['tasks/result', 'tasks/list'])
    expect((await modern(url)(method, { taskId: 'x' })).error).toMatchObject({ code: -32601 })
  expect((await modern(url)('tasks/get', { taskId: 'x' })).error).toMatchObject({ code: -32602 })
})

test('2026-07-28: rows that flow before the time is over are sent as they come, and failures as ever', async () => {
  const { url } = await started({ taskAfterMs: 1_000_000 })
  const ask = modern(url)
  expect((await ask('tools/call', sql('rows 30000 5'))).result).toMatchObject({ structuredContent: { receipt: { rows: 30_000 } } })
  expect((await ask('tools/call', sql('fail query_timeout'))).result).toMatchObject({ isError: true })
})

test('over stdio a task ends with its connection', async () => {
  const seen = nothingSeen()
  const input = new PassThrough()
  const output = new PassThrough()
  const done = serveStdio(hands({ seen }), { input, output, run: runDouble(seen) })
  let told = ''
  output.on('data', (chunk) => (told += String(chunk)))
  input.write(`${JSON.stringify(asTask('wait'))}\n`)
  await until(() => told.includes('"status":"working"') && seen.calls.length === 1)
  input.end()
  await done
  await until(() => seen.aborted.length === 1)
})

const never = () => new Promise<boolean>(() => undefined)

test('tasks are bounded in number, time and size', async () => {
  const few = new Tasks({ eachMax: 2, tasksMax: 3 })
  const first = few.start('a', undefined, async () => false)
  await first.ended
  few.start('a', undefined, never)
  few.start('a', undefined, never)
  expect(() => few.find(first.id, 'a')).toThrow()
  expect(() => few.start('a', undefined, never)).toThrow(expect.objectContaining({ code: 'concurrency_limited' }))
  few.start('b', undefined, never)
  expect(() => few.start('c', undefined, never)).toThrow(expect.objectContaining({ code: 'concurrency_limited' }))
  few.close()

  const short = new Tasks({ ttlMsMax: 20 })
  const forgotten = short.start('a', 1_000_000, never)
  expect(forgotten.ttlMs).toBe(20)
  await until(() => forgotten.controller.signal.aborted)
  expect(() => short.find(forgotten.id, 'a')).toThrow()

  const small = new Tasks({ eachBytesMax: 100, bytesMax: 150 })
  const large = small.start('a', undefined, async (out) => {
    await Promise.resolve(out.write(['x'.repeat(101)])).catch(() => undefined)
    return true
  })
  expect(await large.ended.then(() => large.status)).toBe('failed')
  const filling = () =>
    small.start('a', undefined, async (out) => {
      await out.end(['y'.repeat(90)])
      return false
    })
  const [one, two] = [filling(), filling()]
  await Promise.all([one.ended, two.ended])
  expect(() => small.find(one.id, 'a')).toThrow()
  expect(small.find(two.id, 'a').result!.byteLength).toBe(90)
})

test('a result that is too large for a task is told as its failure', async () => {
  const { url } = await started()
  const ask = legacy(url)
  const { taskId } = (await ask(asTask('rows 400000 50'))).result.task
  expect((await ask(rpc('tasks/result', { taskId }))).result).toMatchObject({
    isError: true,
    structuredContent: { error: { code: 'result_too_large' } },
  })
})
