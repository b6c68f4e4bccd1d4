import * as z from 'zod'
import { publicError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { tellUnnamed } from '../log/log.ts'
import { askedOf, checkFields, declared, type Fields, mayUse, newCallId } from '../tools/declared.ts'
import { askingFields } from '../tools/sql-fields.ts'
import { asTool } from './as-tool.ts'
import { beginEvents, NamedEvents } from './ask-out.ts'
import { jsonBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import type { Surround } from './frame.ts'
import { Failed } from './mcp-rpc.ts'
import { callTool, type Run } from './tool-call.ts'

/** The body of `POST /mcp/tools/call`, as clients of the predecessor send it. */
export const toolCallBody = z.strictObject({
  name: z.string().describe('Name of the tool'),
  arguments: z.record(z.string(), z.unknown()).optional().describe('Its arguments, as its input schema says'),
})

/** The body of the routes that take a question in plain language. */
export const questionBody = z.strictObject({
  ...askingFields,
  question: z.string().describe('In plain language'),
  source: z.string().optional().describe('Where none is named the question says which'),
  execute: z.boolean().optional().describe('false: the statement is only written'),
  user_context: z.record(z.string(), z.unknown()).optional().describe('What the answer may take into account; never who is asking'),
})

/** As a tool's result in MCP, without JSON-RPC around it. */
const mcpResult: Surround = {
  before: '{"structuredContent":',
  text: true,
  after: (text, failed) => `,"content":[{"type":"text","text":${text}}]${failed ? ',"isError":true' : ''}}`,
}
/** The plain data of a tool. */
export const plain: Surround = { before: '', text: false, after: () => '' }

/** `POST /mcp/tools/call`: any tool that the caller may use, answered as MCP does. */
export async function callByBody(exchange: Exchange, parts: Parts, run: Run | undefined): Promise<void> {
  const sent = checkFields(toolCallBody, await jsonBody(exchange)) as z.infer<typeof toolCallBody>
  await called(exchange, sent.name, sent.arguments ?? {}, mcpResult, parts, run)
}

/** `POST /tools/:name`: the same, with the arguments as the body and the plain data as the answer. */
export async function callByPath(exchange: Exchange, parts: Parts, run: Run | undefined): Promise<void> {
  await called(exchange, exchange.params.name!, await jsonBody(exchange), plain, parts, run)
}

/** `GET /tools`: every tool that the caller may use, of all groups. */
export async function listTools(exchange: Exchange, parts: Parts): Promise<void> {
  const principal = await parts.auth.identify(exchange.credential)
  const actions = parts.policy.actions(principal)
  exchange.json(200, { tools: declared.filter((tool) => mayUse(tool, principal, actions)) })
}

/** `POST /database/question` and `POST /query/intelligent`. */
export async function question(exchange: Exchange, parts: Parts, run: Run | undefined): Promise<void> {
  await called(exchange, 'natural_language_query', await asked(exchange), plain, parts, run)
}

/** `POST /database/question/stream`: events `step`, `columns`, `rows`, then `answer` and `done`, or `error`. */
export async function questionStream(exchange: Exchange, parts: Parts): Promise<void> {
  const fields = await asked(exchange)
  const caller = callerOf(exchange)
  const events = new NamedEvents(exchange)
  try {
    await asTool('natural_language_query', caller, parts)
    const { ask } = await import('../ask.ts')
    const { answer } = await ask(askedOf(fields, caller), { step: events.step, sink: events }, newCallId, parts)
    exchange.end([`event: answer\ndata: ${JSON.stringify(answer)}\n\nevent: done\ndata: {}\n\n`])
  } catch (caught) {
    tellUnnamed(parts.log, caller.id, caught)
    const error = publicError(caught, caller.id)
    beginEvents(exchange, error.status)
    exchange.end([`event: error\ndata: ${JSON.stringify(error)}\n\n`])
  }
}

/** The fields of a question; what a client says of its user tells nothing about who is asking. */
async function asked(exchange: Exchange): Promise<Fields> {
  const { user_context: _never, ...fields } = checkFields(questionBody, await jsonBody(exchange))
  return fields
}

/** Runs a tool and answers as `surround` says. */
export async function called(
  exchange: Exchange,
  name: string,
  fields: unknown,
  surround: Surround,
  parts: Parts,
  run: Run | undefined,
): Promise<void> {
  try {
    await callTool({ name, fields, caller: callerOf(exchange) }, { out: exchange, surround, run }, parts)
  } catch (caught) {
    if (!(caught instanceof Failed)) throw caught
    exchange.refuse(caught.error)
  }
}

const callerOf = ({ credential, signal }: Exchange) => ({ id: newCallId(), door: 'http' as const, credential, signal })
