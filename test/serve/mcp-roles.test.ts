import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { declared } from '../../src/tools/declared.ts'
import { both, post } from './running.ts'
import { type AnyClient, doors, type Whole, whole } from './whole.ts'

/** What a role may not use it neither sees nor calls, at any door, in any revision. */

let house: Whole
const open: AnyClient[] = []
beforeAll(async () => {
  house = await whole({ reader: 'read_only', editor: 'data_editor', boss: 'admin', none: 'nothing' })
})
afterEach(async () => {
  for (const client of open.splice(0)) await client.close()
})
afterAll(async () => await house?.close())

async function connected(connect: (typeof doors)[number][1], caller: string | undefined, groups?: string): Promise<AnyClient> {
  const client = await connect(house, caller === undefined ? undefined : house.keys[caller]!, groups)
  open.push(client)
  return client
}

async function names(client: AnyClient): Promise<string[]> {
  const all: string[] = []
  let cursor: string | undefined
  let pages = 0
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor })
    all.push(...page.tools.map(({ name }) => name))
    cursor = page.nextCursor
    pages++
  } while (cursor !== undefined && pages < 10)
  return all
}

const of = (group: string) => declared.filter((tool) => tool.group === group).map(({ name }) => name)
const core = of('core')
const writing = declared.filter(({ needs }) => needs === 'write').map(({ name }) => name)
const administering = declared.filter(({ needs }) => needs === 'admin').map(({ name }) => name)

test.each(doors)('%s: a client sees the core, or the groups that it names', async (_, connect) => {
  expect(await names(await connected(connect, 'boss'))).toEqual(core)
  const query = await names(await connected(connect, 'boss', 'query'))
  expect(query).toEqual(of('query'))
  const several = await names(await connected(connect, 'boss', 'security,admin'))
  expect(several).toEqual([...of('security'), ...of('admin')])
  expect(await names(await connected(connect, 'boss', 'all'))).toEqual(declared.map(({ name }) => name))
})

test.each(doors)('%s: tools that a role may not use are not there', async (_, connect) => {
  expect(administering.length).toBeGreaterThan(0)
  const reader = await names(await connected(connect, 'reader', 'all'))
  const editor = await names(await connected(connect, 'editor', 'all'))
  const boss = await names(await connected(connect, 'boss', 'all'))
  expect(reader.filter((name) => [...writing, ...administering].includes(name))).toEqual([])
  expect(editor.filter((name) => administering.includes(name))).toEqual([])
  expect(writing.filter((name) => !editor.includes(name))).toEqual([])
  expect(boss).toEqual(expect.arrayContaining([...writing, ...administering]))
  const none = await names(await connected(connect, 'none', 'all'))
  expect(none).toEqual(declared.filter(({ needs }) => needs === undefined).map(({ name }) => name))
})

test.each(doors)('%s: what is not listed is not called either, not even through call_tool', async (_, connect) => {
  const client = await connected(connect, 'reader', 'all')
  for (const name of administering) {
    const direct = await client.callTool({ name, arguments: fieldsOf(name) })
    expect(direct, name).toMatchObject({ isError: true, structuredContent: { error: { code: 'tool_refused' } } })
    const through = await client.callTool({ name: 'call_tool', arguments: { name, arguments: fieldsOf(name) } })
    expect(through, name).toMatchObject({ isError: true, structuredContent: { error: { code: 'tool_refused' } } })
  }
  await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toMatchObject({ code: -32602 })
})

/** The least that the input of a tool takes, so that it is the role that refuses. */
function fieldsOf(name: string): Record<string, unknown> {
  const { required = [], properties = {} } = declared.find((tool) => tool.name === name)!.inputSchema as {
    required?: string[]
    properties?: Record<string, Property>
  }
  return Object.fromEntries(required.map((field) => [field, leastOf(properties[field] ?? {})]))
}

type Property = Readonly<{
  type?: string
  enum?: readonly unknown[]
  minItems?: number
  minimum?: number
  items?: Property
  anyOf?: readonly Property[]
}>

/** The least value that a property takes. */
function leastOf({ type, enum: values, minItems = 0, minimum = 0, items = {}, anyOf }: Property): unknown {
  if (values) return values[0]
  if (anyOf) return leastOf(anyOf[0]!)
  if (type === 'array') return Array.from({ length: minItems }, () => leastOf(items))
  if (type === 'integer' || type === 'number') return minimum
  if (type === 'boolean') return false
  return type === 'object' ? {} : 'x'
}

test.each(doors)('%s: a group that is not known is refused', async (_, connect) => {
  await expect(connect(house, house.keys.boss!, 'shema')).rejects.toThrow()
})

test('an unknown group is told with the nearest and all that are', async () => {
  const { url } = house.server
  const ask = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
  for (const path of ['/mcp/shema', '/mcp?groups=shema', '/mcp/core?groups=shema', '/mcp?groups=']) {
    const response = await post(url + path, ask, both)
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as { error: { message: string } }
    expect(error.message).toMatch(/core, query, schema, dml, ddl, chat2sql, security, admin/)
    if (path !== '/mcp?groups=') expect(error.message).toContain('Did you mean')
  }
})

test('every list is told in pages, and a cursor that nobody gave out is refused', async () => {
  const { url } = house.server
  const list = async (method: string, cursor?: unknown) =>
    (await (
      await post(`${url}/mcp/all`, { jsonrpc: '2.0', id: 1, method, params: cursor === undefined ? {} : { cursor } }, both)
    ).json()) as {
      result?: { tools: { name: string }[]; nextCursor: string }
      error?: { code: number }
    }
  const first = (await list('tools/list')).result!
  expect(first.tools).toHaveLength(50)
  const second = (await list('tools/list', first.nextCursor)).result!
  expect([...first.tools, ...second.tools].map(({ name }) => name)).toEqual(declared.map(({ name }) => name))
  expect(second.nextCursor).toBeUndefined()
  for (const cursor of ['', 'x', '50', Buffer.from('from -1').toString('base64url'), Buffer.from('from 99999').toString('base64url')])
    expect((await list('tools/list', cursor)).error, String(cursor)).toMatchObject({ code: -32602 })
  for (const method of ['prompts/list', 'resources/list', 'resources/templates/list'])
    expect((await list(method, Buffer.from('from 50').toString('base64url'))).error, method).toMatchObject({ code: -32602 })
})

test('groups and paths of the configuration hold for a client that names none', async () => {
  const other = await whole({ boss: 'admin' }, {}, 'server: { groups: [query], sse_path: /old, messages_path: /old/send }')
  try {
    const client = await doors[0]![1](other, other.keys.boss, undefined)
    expect(await names(client)).toEqual(of('query'))
    await client.close()
    const named = await doors[0]![1](other, other.keys.boss, 'core')
    expect(await names(named)).toEqual(core)
    await named.close()
    const stream = await fetch(`${other.server.url}/old`, { headers: { authorization: `Bearer ${other.keys.boss!}` } })
    const first = (await stream.body!.pipeThrough(new TextDecoderStream()).getReader().read()).value
    expect(first).toMatch(/^event: endpoint\ndata: \/old\/send\?session_id=/)
  } finally {
    await other.close()
  }
})

test.each(['HTTP, v1 client', 'older SSE', 'stdio'])(
  '%s: a reloaded configuration holds for the next call of a connection that is open',
  async (name) => {
    const other = await whole({ caller: 'read_only' }, { lookMs: 5 })
    const [, connect] = doors.find(([door]) => door === name)!
    const client = await connect(other, other.keys.caller!, 'all')
    let told = 0
    ;(client as unknown as ClientV1).setNotificationHandler(ToolListChangedNotificationSchema, () => void told++)
    const become = async (from: string, to: string) => {
      const file = join(other.folder, 'sluice.yaml')
      writeFileSync(file, readFileSync(file, 'utf8').replace(`', roles: [${from}] }`, `', roles: [${to}] }`))
      await other.opened.parts.now().control.reload()
    }
    const call = () => client.callTool({ name: 'get_server_metrics', arguments: {} })
    try {
      const before = await names(client)
      expect(before).not.toContain('get_server_metrics')
      expect(await call()).toMatchObject({ isError: true, structuredContent: { error: { code: 'tool_refused' } } })
      await become('read_only', 'admin')
      expect(await names(client)).toContain('get_server_metrics')
      expect((await call()).isError).toBeFalsy()
      await become('admin', 'read_only')
      expect(await names(client)).toEqual(before)
      expect(await call()).toMatchObject({ isError: true, structuredContent: { error: { code: 'tool_refused' } } })
      while (told === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    } finally {
      await client.close()
      await other.close()
    }
  },
)
