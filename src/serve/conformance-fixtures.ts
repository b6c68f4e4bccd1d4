import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, ProtocolError, type Server, type ServerContext, type ServerNotifier } from '@modelcontextprotocol/server'
import type { Parts } from '../gateway.ts'
import { declarationOf, newCallId } from '../tools/tools.ts'
import { askingPrompt, askingTools, stateCodec } from './conformance-asking.ts'
import { contentTools, promptMessages, prompts, readResource, resources, resourceTemplates, schemaTool } from './conformance-content.ts'
import { longTools, taskTools } from './conformance-tasks.ts'
import type { Fixtures } from './mcp.ts'
import { seal } from './mcp-asks.ts'
import { isObject } from './mcp-message.ts'
import type { Offer } from './mcp-results.ts'
import { collected, sdkServer } from './sdk.ts'
import type { Run } from './tool-call.ts'

/**
 * The test mode of the MCP door: the tools, prompts and resources that the conformance suites ask for by name, and the sessions of older
 * revisions that let a server ask its client. Nothing here is loaded by a product that serves people.
 */
export function fixtures(parts: Parts, run: Run | undefined): Fixtures {
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>()
  const handler = createMcpHandler(() => server(parts, run, () => handler.notify))
  const stateless = toNodeHandler(handler)

  const openSession = async (): Promise<NodeStreamableHTTPServerTransport> => {
    const transport: NodeStreamableHTTPServerTransport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    })
    await server(parts, run, () => handler.notify).connect(transport as Parameters<Server['connect']>[0])
    return transport
  }

  return {
    offer: all,
    takes(message, request) {
      if (sessionOf(request) !== undefined) return request.method !== 'POST' || !isAnsweredAnyway(message)
      if (!isObject(message)) return false
      if (message.method === 'initialize') return true
      const params = message.params
      return message.method === 'tools/call' && isObject(params) && typeof params.name === 'string' && isFixture(params.name)
        ? true
        : typeof message.method === 'string' && /^(resources|prompts|completion|logging|subscriptions)\//.test(message.method)
    },
    async handle({ request, response }, message) {
      const body = request.method === 'POST' ? message : undefined
      const id = sessionOf(request)
      const starting = isObject(message) && message.method === 'initialize' && request.headers['mcp-protocol-version'] === undefined
      const session = id === undefined ? (starting ? await openSession() : undefined) : sessions.get(id)
      if (session) return await session.handleRequest(request, response, body)
      if (id !== undefined) return void response.writeHead(404).end()
      await stateless(request as never, response as never, body)
    },
    tools: taskTools,
    long: longTools,
    async close() {
      await Promise.all([...sessions.values()].map((session) => session.close()))
      await handler.close()
    },
  }
}

const sessionOf = (request: IncomingMessage) => request.headers['mcp-session-id'] as string | undefined

/** What the product's own hot path answers, in a session too, so that the suites judge it. */
const isAnsweredAnyway = (message: unknown) => isObject(message) && (message.method === 'tools/list' || message.method === 'ping')

const offered: Offer = {
  capabilities: {
    tools: { listChanged: true },
    prompts: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
    completions: {},
    logging: {},
  },
  more: [],
  own: false,
}

type Acting = (context: ServerContext, notify: ServerNotifier) => Promise<object>

const said = (text: string) => ({ content: [{ type: 'text', text }] })

/** Tools that do something while they run. */
const actingTools: Readonly<Record<string, Acting>> = {
  test_error_handling: async () => ({ ...said('This tool intentionally returns an error for testing'), isError: true }),
  test_tool_with_logging: async ({ mcpReq }) => {
    for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await mcpReq.log('info', line)
      await wait(50)
    }
    return said('Logged.')
  },
  test_logging_tool: async ({ mcpReq }) => {
    await mcpReq.log('info', 'Logged when asked for')
    return said('Logged.')
  },
  test_tool_with_progress: async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined)
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } })
      await wait(50)
    }
    return said('Done.')
  },
  test_trigger_tool_change: async (_context, notify) => {
    notify.toolsChanged()
    return said('Told.')
  },
  test_trigger_prompt_change: async (_context, notify) => {
    notify.promptsChanged()
    return said('Told.')
  },
}

const isFixture = (name: string) =>
  Object.hasOwn(contentTools, name) || Object.hasOwn(actingTools, name) || Object.hasOwn(askingTools, name) || name === schemaTool.name

const declarations = [
  ...[...taskTools.values()].map(declarationOf),
  ...[...Object.keys(contentTools), ...Object.keys(actingTools), ...Object.keys(askingTools)].map((name) => ({
    name,
    description: `Fixture ${name}`,
    inputSchema: { type: 'object' },
  })),
  schemaTool,
]

const all: Offer = { ...offered, more: declarations }

/** The product's server with the fixtures over it. */
function server(parts: Parts, run: Run | undefined, notify: () => ServerNotifier): Server {
  const made = sdkServer(
    { parts, offer: all, run, door: 'mcp', seal: seal() },
    { credential: { kind: 'local' }, groups: undefined },
    false,
    { verify: (state, context) => stateCodec.verify(state, context) },
  )
  made.setRequestHandler('tools/call', async ({ params }, context) => {
    const { name, arguments: sent = {} } = params
    if (Object.hasOwn(contentTools, name)) return { content: contentTools[name as keyof typeof contentTools] as [] }
    if (Object.hasOwn(actingTools, name)) return (await actingTools[name]!(context, notify())) as { content: [] }
    if (Object.hasOwn(askingTools, name)) return (await askingTools[name]!(context, sent)) as { content: [] }
    if (name === schemaTool.name) return said(JSON.stringify(sent)) as { content: [] }
    return await collected(
      name,
      sent,
      { id: newCallId(), door: 'mcp', credential: { kind: 'local' }, signal: context.mcpReq.signal },
      run,
      parts,
    )
  })
  made.setRequestHandler('prompts/list', () => ({ prompts }))
  made.setRequestHandler('prompts/get', async ({ params }, context) => {
    if (params.name === 'test_input_required_result_prompt') return await promptThatAsks(context)
    const messages = promptMessages(params.name, params.arguments ?? {})
    if (!messages) throw new ProtocolError(-32602, 'There is no such prompt.')
    return { messages }
  })
  made.setRequestHandler('resources/list', () => ({ resources }))
  made.setRequestHandler('resources/templates/list', () => ({ resourceTemplates }))
  made.setRequestHandler('resources/read', ({ params: { uri } }) => {
    const found = readResource(uri)
    if (!found) throw new ProtocolError(-32602, 'Resource not found', { uri })
    return { contents: [found] }
  })
  made.setRequestHandler('resources/subscribe', () => ({}))
  made.setRequestHandler('resources/unsubscribe', () => ({}))
  made.setRequestHandler('completion/complete', () => ({ completion: { values: ['paris', 'park', 'party'], total: 3, hasMore: false } }))
  return made
}

async function promptThatAsks(context: ServerContext) {
  const answer = await askingPrompt(context)
  return ('content' in answer ? { messages: [{ role: 'user', content: answer.content[0] }] } : answer) as unknown as { messages: [] }
}
