import { type PublicError, publicError } from '../error.ts'
import { errorText, type Surround } from './frame.ts'
import { identity } from './identity.ts'
import { RpcRefusal } from './mcp-refusal.ts'

/** What every result of revision 2026-07-28 carries. */
export const modernMarks = `,"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":${JSON.stringify(identity)}}`

/** A call that failed before anything was answered. */
export class Failed extends Error {
  readonly error: PublicError
  constructor(error: PublicError) {
    super(error.message)
    this.error = error
  }
}

/** What surrounds a tool's result in a JSON-RPC response. */
export function surroundOf(id: string | number, modern: boolean): Surround {
  const marks = modern ? modernMarks : ''
  return {
    before: `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"structuredContent":`,
    text: true,
    after: (text, failed) => `,"content":[{"type":"text","text":${text}}]${failed ? ',"isError":true' : ''}${marks}}}`,
  }
}

/** A tool's failure as its result; a model reads it and mends its call. */
const failedResult = (error: PublicError, surround: Surround): string =>
  `${surround.before}{"error":${JSON.stringify(error)}}${surround.after(JSON.stringify(errorText(error)), true)}`

/** A failure of the protocol, told by its own number. */
export const rpcError = (id: string | number | null, code: number, message: string, data?: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } })

/** A result of our own making. */
export const rpcResult = (id: string | number, modern: boolean, members: string): string =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{${members}${modern ? modernMarks.slice(members === '' ? 1 : 0) : ''}}}`

/** The JSON-RPC answer to a call that failed before anything was answered. An unknown tool is a failure of the protocol by its own rule. */
export function failedAnswer(caught: unknown, id: string | number, surround: Surround): string {
  if (caught instanceof RpcRefusal) return rpcError(id, caught.code, caught.message, caught.data)
  const error = caught instanceof Failed ? caught.error : publicError(caught)
  return error.code === 'tool_unknown' ? rpcError(id, -32602, error.message, error) : failedResult(error, surround)
}

/** The JSON-RPC answer to whatever else failed: what we refused by name, and the rest as a failure that says nothing. */
export function refusedAnswer(caught: unknown, id: string | number | null): string {
  if (caught instanceof RpcRefusal) return rpcError(id, caught.code, caught.message, caught.data)
  const error = publicError(caught)
  return rpcError(id, numberOf(error), error.message, error)
}

/** What the caller can mend by asking for something else is a matter of parameters. */
export const numberOf = ({ code }: PublicError): number =>
  code === 'resource_unknown' || code === 'prompt_unknown' || code.startsWith('field_') ? -32602 : code === 'internal' ? -32603 : -32000

/** True for what a missing or wrong credential causes; HTTP then answers 401, or 403 for want of a scope, so that clients ask for another. */
export const isCredentialError = (caught: unknown): caught is Failed =>
  caught instanceof Failed && (caught.error.status === 401 || caught.error.code === 'credential_scope')
