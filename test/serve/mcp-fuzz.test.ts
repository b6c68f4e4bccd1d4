import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { both, post } from './running.ts'
import { type Whole, whole } from './whole.ts'

/** Whatever is sent to MCP, the answer is JSON-RPC, and no failure is ours. */

let house: Whole
beforeAll(async () => {
  house = await whole({ reader: 'support' })
})
afterAll(async () => await house?.close())

type Rpc = { jsonrpc: string; id: unknown; result?: object; error?: { code: number; message: string } }

async function answerOf(message: object, headers: Record<string, string> = {}): Promise<Rpc> {
  const response = await post(`${house.server.url}/mcp/all`, message, {
    ...both,
    authorization: `Bearer ${house.keys.reader!}`,
    ...headers,
  })
  const text = await response.text()
  return JSON.parse(text.startsWith('event:') ? text.trimEnd().split('data: ').at(-1)! : text) as Rpc
}

const methods = [
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'tasks/get',
  'tasks/result',
  'tasks/cancel',
  'tasks/list',
  'tasks/update',
]
const names = ['uri', 'name', 'arguments', 'cursor', 'ref', 'argument', 'context', 'taskId', 'inputResponses']
const uris = [
  'schema://database/tables',
  'schema://shop/table/orders',
  'table://shop/orders',
  'table://shop/%00',
  'meta://database/stats',
  '://',
]
const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...uris, 'write_query', 'explore_schema'))
const params = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 })

test.each([
  ['older revisions', {}, {}],
  [
    'revision 2026-07-28',
    { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } },
    { 'mcp-protocol-version': '2026-07-28' },
  ],
])('%s', { timeout: 60_000 }, async (_, meta, version) => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...methods), params, async (method, sent) => {
      const modern = Object.keys(meta).length > 0
      const message = { jsonrpc: '2.0', id: 7, method, params: modern ? { ...sent, _meta: meta } : sent }
      const name = sent.name ?? sent.uri ?? sent.taskId
      const said = typeof name === 'string' && /^[\x21-\x7e]+$/.test(name) ? { 'mcp-name': name } : {}
      const { jsonrpc, result, error } = await answerOf(message, { ...version, ...(modern ? { 'mcp-method': method, ...said } : {}) })
      expect(jsonrpc).toBe('2.0')
      expect(result ?? error, method).toBeDefined()
      // The SDK judges the fields of revision 2026-07-28 by itself.
      if (!modern) expect(error?.code, `${method} ${JSON.stringify(sent)} ${error?.message}`).not.toBe(-32603)
      expect(JSON.stringify(result ?? error)).not.toMatch(/salaries|987654|ana@example/)
    }),
    { numRuns: 300, seed: 20_260_728 },
  )
})
