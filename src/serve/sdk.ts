import { createMcpHandler, ProtocolError, Server, type ServerContext, type ServerOptions } from '@modelcontextprotocol/server'
import type { Credential } from '../call.ts'
import { publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { limits } from '../limits.ts'
import { type Caller, type Group, newCallId } from '../tools/declared.ts'
import { errorText, joined, type Out, type Piece, type Surround } from './frame.ts'
import { identity, instructions, legacyVersions, modernVersion } from './identity.ts'
import { type Asker, completionOf, listOf, promptOf, resourceOf } from './mcp-answers.ts'
import { type Asks, asksLater, type Seal } from './mcp-asks.ts'
import { isObject, type Json } from './mcp-message.ts'
import { RpcRefusal } from './mcp-refusal.ts'
import { capabilitiesOf, type Offer } from './mcp-results.ts'
import { Failed, numberOf } from './mcp-rpc.ts'
import { callTool, gateway, type Run } from './tool-call.ts'

export { toNodeHandler } from '@modelcontextprotocol/node'

/** What a server made by the SDK needs of its door. */
export type SdkSetting = Readonly<{ parts: Parts; offer: Offer; run: Run | undefined; door: Caller['door']; seal: Seal }>

/** For whom a server is made. `asks` and `subscribe` are there where the client can be asked and told over its connection. */
export type Client = Readonly<{
  credential: Credential
  groups: readonly Group[] | undefined
  asks?: Asks | undefined
  subscribe?: ((uri: string, on: boolean) => Promise<void>) | undefined
}>

/** Serves what the door does not answer itself, over HTTP: every request by a server of its own. */
export const sdkHandler = (setting: SdkSetting) =>
  createMcpHandler(({ authInfo, era }) => sdkServer(setting, (authInfo?.extra?.client as Client | undefined) ?? nobody, era === 'modern'), {
    maxRequestBodySize: limits.bodyBytesMax,
  })

const nobody: Client = { credential: { kind: 'none' }, groups: undefined }

/** A server of the SDK with our tools, for one caller. */
export function sdkServer(setting: SdkSetting, client: Client, modern: boolean, requestState?: ServerOptions['requestState']): Server {
  const { parts, offer, run } = setting
  const capabilities = offer.own ? capabilitiesOf(offer, modern) : offer.capabilities
  const server = new Server(
    { ...identity },
    {
      capabilities,
      instructions,
      supportedProtocolVersions: [...legacyVersions, modernVersion],
      ...(requestState === undefined ? {} : { requestState }),
    },
  )
  const asking = ({ mcpReq }: ServerContext): Asker => ({ ...client, signal: cancelSignal(mcpReq.signal) })
  const list = async (method: string, cursor: string | undefined, context: ServerContext) => {
    const members = await told(listOf({ method, cursor, version: '', modern: false }, asking(context), parts.now(), offer))
    return JSON.parse(`{${members}}`) as Json
  }
  // What we answer is written as the protocol has it; its types are wider and mutable.
  server.setRequestHandler(
    'tools/list',
    async ({ params }, context) => (await list('tools/list', params?.cursor, context)) as { tools: [] },
  )
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const { credential, signal } = asking(context)
    const caller: Caller = { id: newCallId(), door: setting.door, credential, signal }
    return await collected(params.name, params.arguments, caller, run, parts.now(), client.asks ?? asksOf(context, setting))
  })
  if (offer.own) offerOwn(server, list, asking, setting)
  if (offer.own && !modern) offerSubscriptions(server, client)
  return server
}

type Listing = (method: string, cursor: string | undefined, context: ServerContext) => Promise<Json>

/** Prompts, resources and completion. */
function offerOwn(server: Server, list: Listing, asking: (context: ServerContext) => Asker, { parts, run }: SdkSetting): void {
  server.setRequestHandler(
    'prompts/list',
    async ({ params }, context) => (await list('prompts/list', params?.cursor, context)) as { prompts: [] },
  )
  server.setRequestHandler(
    'resources/list',
    async ({ params }, context) => (await list('resources/list', params?.cursor, context)) as { resources: [] },
  )
  server.setRequestHandler(
    'resources/templates/list',
    async ({ params }, context) => (await list('resources/templates/list', params?.cursor, context)) as { resourceTemplates: [] },
  )
  server.setRequestHandler(
    'resources/read',
    async ({ params }, context) =>
      (await told(
        resourceOf(params.uri, asking(context), async () => run ?? (await gateway()), parts.now()),
        params.uri,
      )) as { contents: [] },
  )
  server.setRequestHandler(
    'prompts/get',
    async ({ params }, context) =>
      (await told(promptOf(params.name, params.arguments ?? {}, asking(context), parts.now()))) as { messages: [] },
  )
  server.setRequestHandler('completion/complete', async ({ params }, context) => {
    const given = params.context?.arguments ?? {}
    return (await told(completionOf(params.ref, params.argument, given, asking(context), parts.now()))) as {
      completion: { values: [] }
    }
  })
}

/** What older revisions have for being told of changes; without a session there is nobody to tell. */
function offerSubscriptions(server: Server, { subscribe }: Client): void {
  const subscription =
    (on: boolean) =>
    async ({ params }: { params: { uri: string } }) => {
      if (!subscribe) throw new ProtocolError(-32600, 'Subscribing needs a session: send the Mcp-Session-Id that initialize answered.')
      await told(subscribe(params.uri, on), params.uri)
      return {}
    }
  server.setRequestHandler('resources/subscribe', subscription(true))
  server.setRequestHandler('resources/unsubscribe', subscription(false))
  server.setRequestHandler('logging/setLevel', () => ({}))
}

/** Over HTTP a client of revision 2026-07-28 is asked by an answer that wants input. */
function asksOf({ mcpReq }: ServerContext, { seal }: SdkSetting): Asks | undefined {
  const envelope = mcpReq.envelope as Json | undefined
  const capabilities = envelope?.['io.modelcontextprotocol/clientCapabilities'] as Json | undefined
  const state = mcpReq.requestState()
  const answered = { responses: mcpReq.inputResponses ?? {}, state: typeof state === 'string' ? state : undefined }
  return asksLater(0, answered, seal, capabilities)
}

/** Failures as the SDK tells them: with our numbers, and without what we did not name. */
async function told<T>(answer: Promise<T>, uri?: string): Promise<T> {
  try {
    return await answer
  } catch (caught) {
    if (caught instanceof RpcRefusal) throw new ProtocolError(caught.code, caught.message, caught.data)
    const error = publicError(caught)
    throw new ProtocolError(numberOf(error), error.message, uri === undefined ? error : { uri, ...error })
  }
}

/** The SDK's signal with our reason, which connectors throw on. */
function cancelSignal(signal: AbortSignal): AbortSignal {
  const own = new AbortController()
  const abort = () => own.abort(new SluiceError('query_cancelled', 'The client cancelled the call.'))
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return own.signal
}

/** The result of a tool as one value, for the SDK checks and sends it whole; so it is bounded as a request is. */
export async function collected(name: string, fields: unknown, caller: Caller, run: Run | undefined, parts: Parts, asks?: Asks) {
  const out = new Collected()
  try {
    await callTool({ name, fields, caller }, { out, surround: resultOnly, run, asks }, parts)
  } catch (caught) {
    if (caught instanceof RpcRefusal) throw new ProtocolError(caught.code, caught.message, caught.data)
    if (!(caught instanceof Failed)) throw caught
    const { error } = caught
    if (error.code === 'tool_unknown') throw new ProtocolError(-32602, error.message, error)
    return { structuredContent: { error: error }, content: [{ type: 'text' as const, text: errorText(error) }], isError: true }
  }
  const answer = JSON.parse(out.text()) as { content: [] } | Readonly<{ jsonrpc: string; result: { content: [] } }>
  // A question to the person comes as a whole response, of which the SDK wants the result.
  return isObject(answer) && 'jsonrpc' in answer ? (answer as unknown as { result: { content: [] } }).result : (answer as { content: [] })
}

const resultOnly: Surround = {
  before: '{"structuredContent":',
  text: true,
  after: (text, failed) => `,"content":[{"type":"text","text":${text}}]${failed ? ',"isError":true' : ''}}`,
}

class Collected implements Out {
  #pieces: Piece[] = []
  #bytes = 0
  write(pieces: readonly Piece[]): void {
    for (const piece of pieces) this.#bytes += piece.length
    if (this.#bytes > limits.bodyBytesMax) {
      const hint = 'Ask for fewer rows, or send the call alone and not in a batch.'
      throw new SluiceError('result_too_large', `An answer in this form may have at most ${limits.bodyBytesMax} bytes.`, { hint })
    }
    this.#pieces.push(...pieces)
  }
  end(pieces: readonly Piece[]): void {
    this.#pieces.push(...pieces)
  }
  text(): string {
    return joined(this.#pieces).toString('utf8')
  }
}
