import type { Credential } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { type Caller, type Group, newCallId } from '../tools/declared.ts'
import type { Json, Plain } from './mcp-message.ts'
import { RpcRefusal } from './mcp-refusal.ts'
import { keptResult, type Offer, offsetOf, PAGE, pageOf, toolsOf } from './mcp-results.ts'
import type { Run } from './tool-call.ts'

/** Who asks at an MCP door, and the groups of tools that their client chose; undefined for those of the configuration. */
export type Asker = Readonly<{ credential: Credential; groups: readonly Group[] | undefined; signal: AbortSignal }>

const callerOf = ({ credential, signal }: Asker): Caller => ({ id: newCallId(), door: 'mcp', credential, signal })

/** Loaded by the first who asks: resources and prompts look into schemas, which listing tools does not. */
const resources = () => import('../tools/resources.ts')
const prompts = () => import('../tools/prompts.ts')

const listed: ReadonlySet<string> = new Set(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'])

/** True for the lists that are answered here; the fixtures have prompts and resources of their own. */
export const isList = ({ method }: Plain, { own }: Offer): boolean => listed.has(method) && (own || method === 'tools/list')

/** A list as a whole JSON-RPC response. Rejects as `auth` does, and with RpcRefusal. */
export const listAnswer = async (request: Plain, asker: Asker, parts: Parts, offered: Offer): Promise<string> =>
  keptResult(request, await listOf(request, asker, parts, offered))

/** The members of a list's result. */
export async function listOf(
  request: Pick<Plain, 'method' | 'cursor' | 'version' | 'modern'>,
  asker: Asker,
  parts: Parts,
  { more }: Offer,
): Promise<string> {
  if (request.method === 'tools/list') return await toolsOf(request, asker, parts, more)
  await parts.auth.identify(asker.credential)
  const from = offsetOf(request.cursor)
  if (request.method === 'prompts/list') return page('prompts', (await prompts()).prompts, from)
  const { listResources, resourceTemplates } = await resources()
  if (request.method === 'resources/templates/list') return page('resourceTemplates', resourceTemplates, from)
  return page('resources', await listResources(callerOf(asker), parts), from)
}

function page(member: string, all: readonly unknown[], from: number): string {
  if (from > 0 && from >= Math.max(all.length, PAGE)) throw new RpcRefusal(-32602, 'Invalid cursor')
  return pageOf(member, all, from)
}

/** `resources/read`. */
export async function resourceOf(uri: string, asker: Asker, run: () => Promise<Run>, parts: Parts): Promise<Json> {
  const { readResource } = await resources()
  return { contents: [await readResource(uri, callerOf(asker), run, parts)] }
}

/** The source whose changes an address tells of; throws `resource_unknown` for what this caller may not read. */
export async function sourceWatched(uri: string, asker: Asker, parts: Parts): Promise<string> {
  const { addressOf, sourceAt } = await resources()
  const address = addressOf(uri)
  // Rows change without anybody being told; only what a source holds is looked at again.
  if (address.kind === 'rows') throw new SluiceError('resource_unknown', 'The rows of a table are not watched; subscribe to its schema.')
  return sourceAt(address, uri, await parts.auth.identify(asker.credential), parts)
}

/** `prompts/get`. */
export async function promptOf(name: string, given: Readonly<Record<string, string>>, asker: Asker, parts: Parts): Promise<Json> {
  const { promptMessages, promptNamed } = await prompts()
  const messages = await promptMessages(name, given, callerOf(asker), parts)
  return { description: promptNamed(name).description, messages }
}

/** `completion/complete`: names of sources and tables, for addresses and for arguments of prompts. */
export async function completionOf(
  ref: Json,
  argument: Readonly<{ name: string; value: string }>,
  given: Readonly<Record<string, string>>,
  asker: Asker,
  parts: Parts,
): Promise<Json> {
  const { completeName, resourceTemplates } = await resources()
  if (ref.type === 'ref/prompt') (await prompts()).promptNamed(String(ref.name))
  else if (!resourceTemplates.some(({ uriTemplate }) => uriTemplate === ref.uri))
    throw new SluiceError('resource_unknown', 'There is no such template of addresses.', { hint: 'Call resources/templates/list.' })
  const { name, value } = argument
  return { completion: await completeName(name, value, given, callerOf(asker), parts) }
}
