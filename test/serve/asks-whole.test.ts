import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Whole, whole } from './whole.ts'

/** A real change of a real database, confirmed by the person behind the client. */

let house: Whole
const clients: Client[] = []
beforeAll(async () => {
  house = await whole({ dev: 'developer', reader: 'read_only' })
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})
afterAll(async () => await house?.close())

type Said = { action: 'accept' | 'decline'; content?: Record<string, boolean> }

async function connected(mode: 'auto' | 'legacy', said: Said | undefined, asked: string[] = [], key = 'dev'): Promise<Client> {
  const client = new Client({ name: 'c', version: '1' }, { versionNegotiation: { mode }, capabilities: said ? { elicitation: {} } : {} })
  if (said)
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      asked.push(params.message)
      return said
    })
  const headers = { authorization: `Bearer ${house.keys[key]!}` }
  await client.connect(new StreamableHTTPClientTransport(new URL(`${house.server.url}/mcp/ddl`), { requestInit: { headers } }))
  clients.push(client)
  return client
}

const tables = (): string[] => {
  const file = new DatabaseSync(join(house.folder, 'shop.db'), { readOnly: true })
  const rows = file.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[]
  file.close()
  return rows.map(({ name }) => name)
}

const create = (name: string) => ({ source: 'shop', table: name, columns: [{ name: 'id', type: 'integer' }] })
const result = (answer: unknown) => JSON.stringify(answer)

test.each(['auto', 'legacy'] as const)('%s: a table is made when the person says yes, and not when they do not', async (mode) => {
  const asked: string[] = []
  const no = await connected(mode, { action: 'decline' }, asked)
  const declined = await no.callTool({ name: 'create_table', arguments: create(`${mode}_no`) })
  expect(declined.structuredContent).toMatchObject({ status: 'declined' })
  expect(result(declined)).not.toContain('cfm_')
  expect(tables()).not.toContain(`${mode}_no`)

  const yes = await connected(mode, { action: 'accept', content: { apply: true } }, asked)
  const made = await yes.callTool({ name: 'create_table', arguments: create(`${mode}_yes`) })
  expect(made.structuredContent).toMatchObject({ status: 'applied' })
  expect(result(made)).not.toContain('cfm_')
  expect(tables()).toContain(`${mode}_yes`)
  expect(asked).toHaveLength(2)
  expect(asked.join()).toContain(`${mode}_yes`)
  expect(asked.join()).not.toContain('cfm_')
})

test('through call_tool the person is asked as well', async () => {
  const asked: string[] = []
  const client = await connected('auto', { action: 'accept', content: { apply: true } }, asked)
  const made = await client.callTool({ name: 'call_tool', arguments: { name: 'create_table', arguments: create('through') } })
  expect(made.structuredContent).toMatchObject({ status: 'applied' })
  expect(asked).toHaveLength(1)
  expect(tables()).toContain('through')
})

test('who cannot be asked gets the token, which is good once and for nobody else', async () => {
  const client = await connected('auto', undefined)
  const shown = (await client.callTool({ name: 'create_table', arguments: create('by_token') })).structuredContent as Record<string, string>
  expect(shown).toMatchObject({ status: 'confirmation_required', confirm_token: expect.stringMatching(/^cfm_/) })
  expect(tables()).not.toContain('by_token')
  const confirmed = { ...create('by_token'), confirm_token: shown.confirm_token }
  const other = await connected('auto', undefined, [], 'reader')
  expect(await other.callTool({ name: 'create_table', arguments: confirmed })).toMatchObject({ isError: true })
  expect((await client.callTool({ name: 'create_table', arguments: confirmed })).structuredContent).toMatchObject({ status: 'applied' })
  expect(tables()).toContain('by_token')
  expect(await client.callTool({ name: 'create_table', arguments: confirmed })).toMatchObject({
    isError: true,
    structuredContent: { error: { code: expect.stringMatching(/^confirmation_|change_/) } },
  })
})
