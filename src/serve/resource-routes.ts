import type { Parts } from '../gateway.ts'
import { newCallId } from '../tools/declared.ts'
import type { Exchange } from './exchange.ts'
import { groupsOf } from './mcp-groups.ts'

/** `GET /mcp/resources`: the resources that the caller may read and the templates of addresses, as MCP lists them, on one page. */
export async function listResourcesRoute(exchange: Exchange, parts: Parts): Promise<void> {
  groupsOf(exchange, undefined)
  const { listResources, resourceTemplates } = await import('../tools/resources.ts')
  const caller = { id: newCallId(), door: 'http', credential: exchange.credential, signal: exchange.signal } as const
  exchange.json(200, { resources: await listResources(caller, parts), resourceTemplates })
}
