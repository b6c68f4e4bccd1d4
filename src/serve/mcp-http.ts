import type { IncomingMessage } from 'node:http'
import { publicError, SluiceError } from '../error.ts'
import { isJson, parseJson, readBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import { RpcRefusal } from './mcp-refusal.ts'
import { isCredentialError, refusedAnswer, rpcError } from './mcp-rpc.ts'

/** The headers by which a message is read. */
export const headersFrom = ({ headers }: IncomingMessage) => ({
  version: headers['mcp-protocol-version'] as string | undefined,
  method: headers['mcp-method'] as string | undefined,
  name: headers['mcp-name'] as string | undefined,
  accept: headers.accept,
})

export const sessionId = ({ request }: Exchange) => request.headers['mcp-session-id'] as string | undefined

/**
 * What names a running call of a client that says who it is; ids alone are 0, 1, 2 for every client. A session is known to whoever saw its
 * header, so the credential belongs to the name.
 */
export function callKey(exchange: Exchange, id: string | number): string | undefined {
  const session = sessionId(exchange)
  const { credential } = exchange
  const shown = credential.kind === 'bearer' ? `bearer ${credential.token}` : credential.kind
  return session === undefined ? undefined : `${shown}\n${session}\n${JSON.stringify(id)}`
}

/** The message of a POST; undefined when the request was answered already. */
export async function readMessage(exchange: Exchange): Promise<unknown> {
  if (!isJson(exchange.request.headers['content-type'])) {
    exchange.request.resume()
    exchange.json(415, rpcError(null, -32000, 'Unsupported Media Type: Content-Type must be application/json'))
    return undefined
  }
  try {
    return parseJson(await readBody(exchange))
  } catch (caught) {
    const error = publicError(caught)
    exchange.json(error.status, rpcError(null, error.code === 'body_too_large' ? -32000 : -32700, error.message, error))
    return undefined
  }
}

/** For methods that a request without a session cannot use. */
export function notAllowed(exchange: Exchange): void {
  exchange.json(405, rpcError(null, -32000, 'Method not allowed.'), ['Allow', 'POST'])
}

/** An error that is not of one tool: credentials, a stopping gateway, what is asked for wrongly, a failure of our own. */
export function refuse(exchange: Exchange, caught: unknown, id: string | number | null): void {
  if (exchange.response.headersSent) {
    exchange.response.destroy()
    return
  }
  if (caught instanceof RpcRefusal) {
    exchange.json(caught.status, refusedAnswer(caught, id))
    return
  }
  const error = isCredentialError(caught) ? caught.error : publicError(caught)
  const code = caught instanceof SluiceError || isCredentialError(caught) ? -32000 : -32603
  exchange.json(error.status, rpcError(id, code, error.message, error), exchange.headersFor(error))
}
