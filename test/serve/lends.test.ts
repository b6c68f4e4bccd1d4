import { PassThrough } from 'node:stream'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { serveStdio } from '../../src/serve/serve.ts'
import { groupsNamed } from '../../src/tools/declared.ts'
import { type Whole, whole } from './whole.ts'

/** A question that the model of the client answers: it is lent to the gateway, or told what to write with. */

let house: Whole
const clients: Client[] = []
beforeAll(async () => {
  house = await whole({ reader: 'read_only' })
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})
afterAll(async () => await house?.close())

type Sampled = Readonly<{ systemPrompt?: string; messages: readonly Readonly<{ content: unknown }>[]; maxTokens: number }>

/** A client whose model writes one text after the other; without texts it lends none. */
async function connected(mode: 'auto' | 'legacy', texts: readonly string[] | undefined, sampled: Sampled[] = []): Promise<Client> {
  const left = [...(texts ?? [])]
  const client = new Client({ name: 'c', version: '1' }, { versionNegotiation: { mode }, capabilities: texts ? { sampling: {} } : {} })
  if (texts)
    client.setRequestHandler('sampling/createMessage', async ({ params }) => {
      sampled.push(params as unknown as Sampled)
      const text = left.shift()
      if (text === undefined) throw new Error('The person said no.')
      return { role: 'assistant', content: { type: 'text', text }, model: 'the-client-s-own' }
    })
  const headers = { authorization: `Bearer ${house.keys.reader!}` }
  await client.connect(new StreamableHTTPClientTransport(new URL(`${house.server.url}/mcp/chat2sql`), { requestInit: { headers } }))
  clients.push(client)
  return client
}

const ask = async (client: Client, question: string) =>
  (await client.callTool({ name: 'natural_language_query', arguments: { source: 'shop', question } })) as unknown as Readonly<{
    isError?: boolean
    structuredContent: Readonly<Record<string, unknown>>
    content: readonly Readonly<{ text: string }>[]
  }>
const block = (sql: string) => `\`\`\`sql\n${sql}\n\`\`\``

test.each(['auto', 'legacy'] as const)('%s: a lent model writes the SQL, is told what was wrong, and the rows come back', async (mode) => {
  const sampled: Sampled[] = []
  const client = await connected(
    mode,
    [block('SELECT COUNT(*) AS n FROM customer_list'), block('SELECT COUNT(*) AS n FROM customers')],
    sampled,
  )
  const { structuredContent: told } = await ask(client, 'How many customers are there?')
  expect(told).toMatchObject({ status: 'answered', mode: 'client', sql: 'SELECT COUNT(*) AS n FROM customers', row_count: 1 })
  expect(sampled).toHaveLength(2)
  expect(sampled[0]!.systemPrompt).toContain('You write the SQL')
  expect(JSON.stringify(sampled[0]!.messages)).toContain('How many customers are there?')
  expect(JSON.stringify(sampled[1]!.messages)).toContain('table_unknown')
})

test.each(['auto', 'legacy'] as const)('%s: nothing that a lent model writes is run but what the guard lets through', async (mode) => {
  const client = await connected(
    mode,
    Array.from({ length: 5 }, () => block('WITH gone AS (DELETE FROM customers RETURNING *) SELECT * FROM gone')),
  )
  const answer = await ask(client, 'How many customers are there?')
  expect(answer.isError).toBe(true)
  const { structuredContent: after } = await ask(
    await connected(mode, [block('SELECT COUNT(*) > 0 AS there FROM customers')]),
    'Are there customers?',
  )
  expect(JSON.stringify(after.rows)).toMatch(/\[\[(1|true)\]\]/)
})

test.each(['auto', 'legacy'] as const)('%s: a lent model may say that it cannot, and its person that it may not', async (mode) => {
  const cannot = await ask(await connected(mode, ['CANNOT: there is nothing about the weather.']), 'How is the weather?')
  expect(cannot.structuredContent).toMatchObject({ status: 'refused', words: 'there is nothing about the weather.' })
  if (mode === 'legacy') {
    const declined = await ask(await connected(mode, []), 'How many customers are there?')
    expect(declined).toMatchObject({ isError: true, structuredContent: { error: { code: 'model_declined' } } })
  }
})

test.each(['auto', 'legacy'] as const)(
  '%s: where no model is lent, the client is told what to write with and where to send it',
  async (mode) => {
    const client = await connected(mode, undefined)
    const { structuredContent: told, content } = await ask(client, 'How many customers are there?')
    expect(told).toMatchObject({
      status: 'yours',
      mode: 'client',
      context: { next: { tool: 'execute_validated_sql', fields: { source: 'shop' } } },
    })
    expect(content[0]!.text).toContain('customers')
    expect(content[0]!.text).toContain('execute_validated_sql')
    const { tool, fields } = (told.context as { next: { tool: string; fields: Record<string, string> } }).next
    const rows = await client.callTool({ name: tool, arguments: { ...fields, sql: 'SELECT COUNT(*) AS n FROM customers' } })
    expect(rows.isError ?? false).toBe(false)
  },
)

/** A client of the first SDK whose model writes one statement. */
async function older(transport: Parameters<ClientV1['connect']>[0], texts: readonly string[]): Promise<ClientV1> {
  const left = [...texts]
  const client = new ClientV1({ name: 'v1', version: '1' }, { capabilities: { sampling: {} } })
  client.setRequestHandler(CreateMessageRequestSchema, async () => ({
    role: 'assistant' as const,
    content: { type: 'text' as const, text: left.shift() ?? 'CANNOT: nothing is left.' },
    model: 'its-own',
  }))
  await client.connect(transport)
  return client
}

const init = () => ({ requestInit: { headers: { authorization: `Bearer ${house.keys.reader!}` } } })

test.each([
  [
    'streamable HTTP',
    async () => new TransportV1(new URL(`${house.server.url}/mcp/chat2sql`), init()) as Parameters<ClientV1['connect']>[0],
  ],
  ['the older SSE', async () => new SSEClientTransport(new URL(`${house.server.url}/sse?groups=chat2sql`), init())],
  ['stdio', async () => overStdio(house)],
] as const)('the first SDK over %s', async (_name, transport) => {
  const client = await older(await transport(), [block('SELECT nope FROM customers'), block('SELECT COUNT(*) AS n FROM customers')])
  const answer = await client.callTool({
    name: 'natural_language_query',
    arguments: { source: 'shop', question: 'How many customers are there?' },
  })
  await client.close()
  expect(answer.structuredContent).toMatchObject({ status: 'answered', mode: 'client', sql: 'SELECT COUNT(*) AS n FROM customers' })
})

function overStdio({ opened, keys }: Whole): Parameters<ClientV1['connect']>[0] {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const done = serveStdio(opened.parts, {
    input,
    output,
    credential: { kind: 'bearer', token: keys.reader! },
    groups: () => groupsNamed('chat2sql'),
  })
  const transport: Parameters<ClientV1['connect']>[0] = {
    async start() {
      let text = ''
      output.on('data', (chunk) => {
        const lines = (text + String(chunk)).split('\n')
        text = lines.pop()!
        for (const line of lines) transport.onmessage?.(JSON.parse(line))
      })
    },
    async send(message) {
      input.write(`${JSON.stringify(message)}\n`)
    },
    async close() {
      input.end()
      await done
    },
  }
  return transport
}
