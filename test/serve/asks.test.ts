import { PassThrough } from 'node:stream'
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { serveStdio } from '../../src/serve/serve.ts'
import type { Answer, Tool } from '../../src/tools/tools.ts'
import { hands } from './doubles.ts'
import { both, post, started, until } from './running.ts'

/** A change that wants to be confirmed, put to the person behind real clients of both generations. */

const token = 'cfm_only-for-the-person'
const applied: unknown[] = []
/** How often the change wants to be confirmed. */
let rounds = 1
beforeEach(() => {
  applied.length = 0
  rounds = 1
})

const preview = (round: number): Answer => ({
  structured: { status: 'confirmation_required', confirm_token: `${token}-${round}` },
  text: `Send confirm_token ${token}-${round}`,
  confirm: { token: `${token}-${round}`, question: 'Delete 3 rows of orders?', expires: new Date(Date.now() + 60_000).toISOString() },
})

const changing: Tool = {
  kind: 'answer',
  group: 'core',
  name: 'change_it',
  title: 'Change it',
  description: 'A double',
  input: z.strictObject({ what: z.string(), confirm_token: z.string().optional() }),
  output: { type: 'object' },
  annotations: { readOnlyHint: false, openWorldHint: false },
  async answer(fields) {
    const round = fields.confirm_token === undefined ? 0 : Number(String(fields.confirm_token).split('-').at(-1))
    if (round < rounds) return preview(round + 1)
    applied.push(fields)
    return { structured: { status: 'applied' }, text: 'Applied.' }
  },
}

const reporting: Tool = {
  ...changing,
  name: 'report_it',
  input: z.strictObject({}),
  async answer(_fields, caller) {
    for (let done = 1; done <= 3; done++) {
      caller.progress?.(done, 3, `step ${done}`)
      await new Promise((resolve) => setTimeout(resolve, 120))
    }
    return { structured: { done: true }, text: 'Done.' }
  },
}

vi.mock('../../src/tools/load.ts', async (original) => {
  const own = await original<typeof import('../../src/tools/load.ts')>()
  const ours = (name: string) => (name === 'change_it' ? changing : name === 'report_it' ? reporting : undefined)
  return {
    ...own,
    async toolsFor(name: string, sent: unknown) {
      const named = await own.toolsFor(name, sent)
      return (one: string) => ours(one) ?? named(one)
    },
  }
})

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

const call = { name: 'change_it', arguments: { what: 'orders' } }
type Said = { action: 'accept' | 'decline' | 'cancel'; content?: Record<string, string | number | boolean> }
type Asked = { message: string; requestedSchema: unknown }
type Result = { structuredContent?: { status?: string }; content: unknown }
type Person = (asked: Asked) => Said

async function v2(url: string, mode: 'legacy' | 'auto', person: Person | undefined): Promise<Client> {
  const options: ClientOptions = { versionNegotiation: { mode }, capabilities: person ? { elicitation: {} } : {} }
  const client = new Client({ name: 'v2', version: '1' }, options)
  if (person) client.setRequestHandler('elicitation/create', async ({ params }) => person(params as unknown as Asked))
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)))
  opened.push(client)
  return client
}

async function v1(transport: TransportV1 | SSEClientTransport, person: Person | undefined): Promise<ClientV1> {
  const client = new ClientV1({ name: 'v1', version: '1' }, { capabilities: person ? { elicitation: {} } : {} })
  if (person) client.setRequestHandler(ElicitRequestSchema, async ({ params }) => person(params as unknown as Asked))
  await client.connect(transport as Parameters<ClientV1['connect']>[0])
  opened.push(client)
  return client
}

const clients: [string, (url: string, person: Person | undefined) => Promise<{ callTool(asked: typeof call): Promise<unknown> }>][] = [
  ['v2, revision 2026-07-28', (url, person) => v2(url, 'auto', person)],
  ['v2, revision 2025-11-25', (url, person) => v2(url, 'legacy', person)],
  ['v1, streamable HTTP', (url, person) => v1(new TransportV1(new URL(`${url}/mcp`)), person)],
  ['v1, the older SSE transport', (url, person) => v1(new SSEClientTransport(new URL(`${url}/sse`)), person)],
]

test.each(clients)('%s: who says yes gets the change, and the token goes to nobody', async (_, connect) => {
  const { url } = await started()
  const asked: Asked[] = []
  const client = await connect(url, (one) => {
    asked.push(one)
    return { action: 'accept', content: { apply: true } }
  })
  const result = (await client.callTool(call)) as Result
  expect(result.structuredContent).toEqual({ status: 'applied' })
  expect(applied).toEqual([{ what: 'orders', confirm_token: `${token}-1` }])
  expect(asked).toHaveLength(1)
  expect(asked[0]).toMatchObject({ message: 'Delete 3 rows of orders?', requestedSchema: { required: ['apply'] } })
  expect(JSON.stringify([asked, result])).not.toContain(token)
})

const refusals: [string, Said, string][] = [
  ['declines', { action: 'decline' }, 'declined'],
  ['looks away', { action: 'cancel' }, 'cancelled'],
  ['sends the form off without a yes', { action: 'accept', content: { apply: false } }, 'declined'],
]

test.each(clients.flatMap(([name, connect]) => refusals.map(([how, said, status]) => [name, how, connect, said, status] as const)))(
  '%s: who %s changes nothing',
  async (_name, _how, connect, said, status) => {
    const { url } = await started()
    const client = await connect(url, () => said)
    const result = (await client.callTool(call)) as Result
    expect(result.structuredContent).toMatchObject({ status })
    expect(JSON.stringify(result)).toContain('Nothing was changed.')
    expect(JSON.stringify(result)).not.toContain(token)
    expect(applied).toEqual([])
  },
)

test.each(clients)('%s: whose client cannot ask gets the preview and its token', async (_, connect) => {
  const { url } = await started()
  const client = await connect(url, undefined)
  const result = (await client.callTool(call)) as Result
  expect(result.structuredContent).toEqual({ status: 'confirmation_required', confirm_token: `${token}-1` })
  const again = (await client.callTool({ ...call, arguments: { ...call.arguments, confirm_token: `${token}-1` } } as typeof call)) as Result
  expect(again.structuredContent).toEqual({ status: 'applied' })
})

test.each(clients)('%s: a change that wants it twice is asked for twice', async (_, connect) => {
  rounds = 2
  const { url } = await started()
  const asked: Asked[] = []
  const client = await connect(url, (one) => {
    asked.push(one)
    return { action: 'accept', content: { apply: true } }
  })
  expect(((await client.callTool(call)) as Result).structuredContent).toEqual({ status: 'applied' })
  expect(asked).toHaveLength(2)
})

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
}
const headers = { ...both, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'change_it' }
const modern = (params: object) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...params, _meta: meta } })
type Rpc = { result?: { resultType: string; requestState: string; inputRequests: object }; error?: { code: number; data: unknown } }
const answer = async (response: Response) => (await response.json()) as Rpc
const yes = { confirm: { action: 'accept', content: { apply: true } } }

test('what a client of revision 2026-07-28 carries for us cannot be read, changed or used for another call', async () => {
  const { url } = await started({ hands: { key: 'k' } })
  const { result } = await answer(await post(`${url}/mcp`, modern(call), headers))
  expect(result).toMatchObject({ resultType: 'input_required', inputRequests: { confirm: { method: 'elicitation/create' } } })
  const state = result!.requestState
  expect(Buffer.from(state, 'base64url').toString('latin1')).not.toContain('cfm_')
  const broken = `${state.slice(0, 20)}${state[20] === 'A' ? 'B' : 'A'}${state.slice(21)}`
  for (const [params, requestState] of [
    [call, broken],
    [call, 'x'],
    [{ ...call, arguments: { what: 'customers' } }, state],
  ] as const) {
    const refused = await answer(await post(`${url}/mcp`, modern({ ...params, inputResponses: yes, requestState }), headers))
    expect(refused.error).toMatchObject({ code: -32602, data: { reason: 'invalid_request_state' } })
  }
  expect(applied).toEqual([])
  const unanswered = await answer(await post(`${url}/mcp`, modern({ ...call, inputResponses: {}, requestState: state }), headers))
  expect(unanswered.result).toMatchObject({ resultType: 'input_required' })
  const done = await answer(await post(`${url}/mcp`, modern({ ...call, inputResponses: yes, requestState: state }), headers))
  expect(done.result).toMatchObject({ resultType: 'complete', structuredContent: { status: 'applied' } })
})

const initialize = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: { elicitation: {} }, clientInfo: { name: 'c', version: '1' } },
}

test('nobody else can answer for the person of a session, and a wrong answer is none', async () => {
  const { url } = await started({ hands: { keys: { mine: 'me', theirs: 'them' } } })
  const mine = { ...both, authorization: 'Bearer mine' }
  const shaken = await post(`${url}/mcp`, initialize, mine)
  const session = { 'mcp-session-id': shaken.headers.get('mcp-session-id')! }
  const asking = await post(`${url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: call }, { ...mine, ...session })
  const reader = asking.body!.pipeThrough(new TextDecoderStream()).getReader()
  const first = (await reader.read()).value!
  const { id } = JSON.parse(first.split('data: ')[1]!) as { id: string }
  const said = { jsonrpc: '2.0', id, result: { action: 'accept', content: { apply: true } } }
  const others = await post(`${url}/mcp`, said, { ...both, authorization: 'Bearer theirs', ...session })
  await others.text()
  const stateless = await post(`${url}/mcp`, said, mine)
  await stateless.text()
  expect(applied).toEqual([])
  const own = await post(`${url}/mcp`, said, { ...mine, ...session })
  expect(own.status).toBe(202)
  let rest = ''
  for (let read = await reader.read(); !read.done; read = await reader.read()) rest += read.value
  expect(JSON.parse(rest.split('data: ')[1]!)).toMatchObject({ id: 1, result: { structuredContent: { status: 'applied' } } })
  expect(applied).toHaveLength(1)
})

test('a session of another principal is none: its client is not asked', async () => {
  const { url } = await started({ hands: { keys: { mine: 'me', theirs: 'them' } } })
  const shaken = await post(`${url}/mcp`, initialize, { ...both, authorization: 'Bearer mine' })
  const session = { 'mcp-session-id': shaken.headers.get('mcp-session-id')!, authorization: 'Bearer theirs' }
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: call }
  const given = (await (await post(`${url}/mcp`, message, { ...both, ...session })).json()) as { result: Result }
  expect(given.result.structuredContent).toMatchObject({ status: 'confirmation_required' })
  expect((await fetch(`${url}/mcp`, { headers: { accept: 'text/event-stream', ...session } })).status).toBe(404)
  expect((await fetch(`${url}/mcp`, { method: 'DELETE', headers: session })).status).toBe(404)
})

test('over stdio the person is asked, and a client that goes leaves nothing changed', async () => {
  const input = new PassThrough()
  const output = new PassThrough()
  const done = serveStdio(hands(), { input, output })
  let told = ''
  output.on('data', (chunk) => (told += String(chunk)))
  const send = (message: object) => input.write(`${JSON.stringify(message)}\n`)
  send(initialize)
  send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call })
  await until(() => told.includes('elicitation/create'))
  const question = JSON.parse(told.trimEnd().split('\n').at(-1)!) as { id: string }
  send({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { apply: true } } })
  await until(() => told.includes('"id":1,'))
  expect(applied).toHaveLength(1)
  send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: call })
  await until(() => told.split('elicitation/create').length === 3)
  input.end()
  await done
  expect(applied).toHaveLength(1)
  expect(told).not.toContain(token)
})

/** Says more of itself than the short way knows. */
const wordy = { ...initialize, params: { ...initialize.params, clientInfo: { name: 'c', version: '1', vendor: { name: 'x' } } } }

test('a client that says more of itself than we know can be asked as any other', async () => {
  const { url } = await started()
  const shaken = await post(`${url}/mcp`, wordy, both)
  const session = { 'mcp-session-id': shaken.headers.get('mcp-session-id')! }
  await shaken.text()
  const asking = await post(`${url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: call }, { ...both, ...session })
  const reader = asking.body!.pipeThrough(new TextDecoderStream()).getReader()
  const { id } = JSON.parse((await reader.read()).value!.split('data: ')[1]!) as { id: string }
  await post(`${url}/mcp`, { jsonrpc: '2.0', id, result: { action: 'decline' } }, { ...both, ...session })
  expect((await reader.read()).value).toContain('declined')

  const input = new PassThrough()
  const output = new PassThrough()
  const done = serveStdio(hands(), { input, output })
  let told = ''
  output.on('data', (chunk) => (told += String(chunk)))
  for (const message of [wordy, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: call }]) input.write(`${JSON.stringify(message)}\n`)
  await until(() => told.includes('elicitation/create') && told.includes('"serverInfo"'))
  input.end()
  await done
  expect(applied).toEqual([])
})

test.each(clients)('%s: what a tool says of its progress is told', async (_, connect) => {
  const { url } = await started()
  const client = (await connect(url, undefined)) as ClientV1
  const told: unknown[] = []
  const onprogress = (progress: unknown) => void told.push(progress)
  const asked = { name: 'report_it', arguments: {} }
  const result = await (client instanceof ClientV1
    ? client.callTool(asked, undefined, { onprogress })
    : (client as Client).callTool(asked, { onprogress }))
  expect(result.structuredContent).toEqual({ done: true })
  expect(told).toEqual(expect.arrayContaining([{ progress: 2, total: 3, message: 'step 2' }]))
})
