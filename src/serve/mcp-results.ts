import type { Parts } from '../gateway.ts'
import { type Group, type Listing, visibleTools } from '../tools/declared.ts'
import { identity, instructions, legacyVersions, modernVersion } from './identity.ts'
import type { Json, Plain } from './mcp-message.ts'
import { RpcRefusal } from './mcp-refusal.ts'
import { modernMarks } from './mcp-rpc.ts'

/** What a server offers beside the product's own; more only where the conformance suites ask for fixtures. */
export type Offer = Readonly<{
  capabilities: Json
  /** Tools that are listed after the product's own. */
  more: readonly unknown[]
  /** True where prompts, resources and completion are the product's own. */
  own: boolean
}>

export const offer: Offer = {
  capabilities: {
    tools: { listChanged: true },
    prompts: { listChanged: true },
    resources: { subscribe: true, listChanged: true },
    completions: {},
    logging: {},
  },
  more: [],
  own: true,
}

/** Tasks are a capability of revision 2025-11-25, which older clients do not look at, and an extension of 2026-07-28. */
export const tasksExtension = 'io.modelcontextprotocol/tasks'
export const capabilitiesOf = ({ capabilities }: Offer, modern: boolean): Json =>
  modern
    ? { ...capabilities, extensions: { [tasksExtension]: {} } }
    : { ...capabilities, tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } }

/** Lists change with the configuration and with what the caller may; each is that caller's own to keep. */
const CACHE_MS = 60_000
const cached = `,"ttlMs":${CACHE_MS},"cacheScope":"private"`

/** What stands around the members of a result that may be kept. */
export const keptResult = ({ id, modern }: Plain, members: string): string =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{${members}${modern ? `${cached}${modernMarks}` : ''}}}`

/** The answers that are the same for everyone, as text, made once. */
export function fixedAnswers(offered: Offer): (request: Plain) => string {
  const [legacy, modern] = [false, true].map((is) => `"capabilities":${JSON.stringify(capabilitiesOf(offered, is))}`)
  const told = `"instructions":${JSON.stringify(instructions)}`
  const server = `"serverInfo":${JSON.stringify(identity)}`
  return (request) => {
    const head = `{"jsonrpc":"2.0","id":${JSON.stringify(request.id)},"result":{`
    switch (request.method) {
      case 'server/discover':
        return keptResult(request, `"supportedVersions":["${modernVersion}"],${modern},${told}`)
      case 'initialize':
        return `${head}"protocolVersion":"${negotiated(request.version)}",${legacy},${server},${told}}}`
      default:
        return `${head}}}`
    }
  }
}

/** True for the methods whose answers `fixedAnswers` has made. */
export const isFixed = ({ method }: Plain, { own }: Offer): boolean =>
  method === 'initialize' || method === 'server/discover' || method === 'ping' || (own && method === 'logging/setLevel')

/** The revision that is asked for when it is known, else the newest: the client then decides whether it can go on. */
export const negotiated = (wanted: string): string => legacyVersions.find((version) => version === wanted) ?? legacyVersions[0]

/** Tools of one page; lists of the product's groups alone fit on one or two. */
export const PAGE = 50

/** The tools that a caller may use of the groups that their client chose, as the members of a result. Throws as `auth` does, and `RpcRefusal`. */
export async function toolsOf(
  request: Pick<Plain, 'cursor' | 'version' | 'modern'>,
  asker: Readonly<{ credential: Parameters<Parts['auth']['identify']>[0]; groups: readonly Group[] | undefined }>,
  parts: Parts,
  more: readonly unknown[],
): Promise<string> {
  const identified = parts.auth.identify(asker.credential)
  const principal = identified instanceof Promise ? await identified : identified
  const listed = visibleTools(principal, parts.policy, asker.groups)
  const tasks = !request.modern && request.version === TASKS_SINCE
  return pageText(listed, more, offsetOf(request.cursor), tasks)
}
const TASKS_SINCE = '2025-11-25'

const kept = new WeakMap<readonly Listing[], Map<string, string>>()

/** The text of one page, made once: the same roles and groups get the same list. */
function pageText(listed: readonly Listing[], more: readonly unknown[], from: number, tasks: boolean): string {
  const pages = kept.get(listed) ?? new Map<string, string>()
  if (pages.size === 0) kept.set(listed, pages)
  const key = `${from} ${tasks} ${more.length}`
  let text = pages.get(key)
  if (text === undefined) {
    const all: readonly unknown[] = [...(tasks ? listed.map(withTasks) : listed), ...more]
    if (from > 0 && from >= all.length) throw badCursor()
    text = pageOf('tools', all, from)
    pages.set(key, text)
  }
  return text
}

/** What takes long is what runs statements: the others answer at once or change something, and a change is better waited for. */
const LONG = new Set(['execute_sql', 'execute_query', 'execute_validated_sql', 'explain_query'])
const withTasks = (tool: Listing) => (LONG.has(tool.name) ? { ...tool, execution: { taskSupport: 'optional' } } : tool)
export const mayBeTask = (name: string): boolean => LONG.has(name)

/** One page of a list as the members of a result. */
export function pageOf(member: string, all: readonly unknown[], from: number): string {
  const next = from + PAGE
  return `"${member}":${JSON.stringify(all.slice(from, next))}${next < all.length ? `,"nextCursor":"${cursorOf(next)}"` : ''}`
}

const cursorOf = (offset: number) => Buffer.from(`from ${offset}`).toString('base64url')

/** Where a page begins; throws RpcRefusal for what was never given out. */
export function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const offset = Number(/^from (\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1])
  if (!(offset > 0) || cursorOf(offset) !== cursor) throw badCursor()
  return offset
}

const badCursor = () => new RpcRefusal(-32602, 'Invalid cursor')
