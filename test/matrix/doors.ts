import type { HttpServer } from '../../src/serve/serve.ts'
import { type AnyClient, doors as mcpDoors, type Whole } from '../serve/whole.ts'

/** What a door made of a call: data, or the code of a failure. */
export type Outcome = Readonly<{ code: string | undefined; data: Readonly<Record<string, unknown>> }>

/** One way to call a tool as somebody. */
export type Door = Readonly<{
  name: string
  call(tool: string, args: object): Promise<Outcome>
  list(): Promise<readonly string[]>
  close(): Promise<void>
}>

type Told = { error?: { code: string }; structuredContent?: Told }

const outcome = (told: unknown): Outcome => {
  const data = (told ?? {}) as Record<string, unknown>
  return { code: (data as Told).error?.code, data }
}

/** Every door for one caller: each generation of MCP, the route of the predecessor, and the route of the tool. */
export async function doorsFor(server: HttpServer, opened: Whole['opened'], key: string): Promise<readonly Door[]> {
  const whole = { server, opened } as Whole
  const mcp = await Promise.all(mcpDoors.map(async ([name, connect]) => mcpDoor(name, await connect(whole, key, 'all'))))
  return [...mcp, httpDoor('POST /mcp/tools/call', server.url, key, true), httpDoor('POST /tools/{name}', server.url, key, false)]
}

function mcpDoor(name: string, client: AnyClient): Door {
  return {
    name: `MCP over ${name}`,
    async call(tool, args) {
      try {
        return outcome((await client.callTool({ name: tool, arguments: args as Record<string, unknown> })).structuredContent)
      } catch (error) {
        const { data } = error as { data?: { code?: string } }
        return { code: data?.code ?? `protocol: ${(error as Error).message}`, data: {} }
      }
    },
    async list() {
      const names: string[] = []
      for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
        const page = await client.listTools(cursor === undefined ? undefined : { cursor })
        names.push(...page.tools.map((tool) => tool.name))
        cursor = page.nextCursor
      }
      return names
    },
    close: () => client.close(),
  }
}

function httpDoor(name: string, url: string, key: string, wrapped: boolean): Door {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }
  return {
    name,
    async call(tool, args) {
      const path = wrapped ? '/mcp/tools/call' : `/tools/${tool}`
      const body = JSON.stringify(wrapped ? { name: tool, arguments: args } : args)
      const told = (await (await fetch(url + path, { method: 'POST', headers, body })).json()) as Told
      return outcome(wrapped && told.structuredContent ? told.structuredContent : told)
    },
    async list() {
      const { tools } = (await (await fetch(`${url}/tools`, { headers })).json()) as { tools: { name: string }[] }
      return tools.map((tool) => tool.name)
    },
    close: async () => undefined,
  }
}
