import { createMcpHandler, ProtocolError, Server, type ServerContext, type ServerOptions } from '@modelcontextprotocol/server'
import type { Credential } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { limits } from '../limits.ts'
import { type Caller, newCallId } from '../tools/tools.ts'
import { errorText, joined, type Out, type Piece, type Surround } from './frame.ts'
import { identity, instructions, legacyVersions, modernVersion } from './identity.ts'
import type { Offer } from './mcp-results.ts'
import { callTool, Failed, type Run } from './tool-call.ts'

export { toNodeHandler } from '@modelcontextprotocol/node'

/** What a server made by the SDK needs of its door. */
export type SdkSetting = Readonly<{ parts: Parts; offer: Offer; run: Run | undefined; door: Caller['door'] }>

/** Serves what the door does not answer itself, over HTTP: every request by a server of its own. */
export const sdkHandler = (setting: SdkSetting) =>
  createMcpHandler(({ authInfo }) => sdkServer(setting, (authInfo?.extra?.credential as Credential | undefined) ?? { kind: 'none' }), {
    maxRequestBodySize: limits.bodyBytesMax,
  })

/** A server of the SDK with our tools, for one caller. */
export function sdkServer(
  { parts, offer, run, door }: SdkSetting,
  credential: Credential,
  requestState?: ServerOptions['requestState'],
): Server {
  const server = new Server(
    { ...identity },
    {
      capabilities: offer.capabilities,
      instructions,
      supportedProtocolVersions: [...legacyVersions, modernVersion],
      ...(requestState === undefined ? {} : { requestState }),
    },
  )
  // The declarations are ours, written as the protocol has them; its types are wider and mutable.
  server.setRequestHandler('tools/list', () => ({ tools: offer.tools as [] }))
  if (offer.empty) {
    server.setRequestHandler('prompts/list', () => ({ prompts: [] }))
    server.setRequestHandler('resources/list', () => ({ resources: [] }))
    server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [] }))
    server.setRequestHandler('resources/read', ({ params }) => {
      throw new ProtocolError(-32602, 'Resource not found', { uri: params.uri })
    })
    server.setRequestHandler('prompts/get', ({ params }) => {
      throw new ProtocolError(-32602, `There is no prompt ${params.name.slice(0, 100)}.`)
    })
  }
  server.setRequestHandler('tools/call', async (request, context: ServerContext) => {
    const caller: Caller = { id: newCallId(), door, credential, signal: cancelSignal(context.mcpReq.signal) }
    return await collected(request.params.name, request.params.arguments, caller, run, parts)
  })
  return server
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
export async function collected(name: string, fields: unknown, caller: Caller, run: Run | undefined, parts: Parts) {
  const out = new Collected()
  try {
    await callTool({ name, fields, caller }, { out, surround: resultOnly, run }, parts)
  } catch (caught) {
    if (!(caught instanceof Failed)) throw caught
    const { error } = caught
    if (error.code === 'tool_unknown') throw new ProtocolError(-32602, error.message, error)
    return { structuredContent: { error: error }, content: [{ type: 'text' as const, text: errorText(error) }], isError: true }
  }
  return JSON.parse(out.text()) as { content: [] }
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
