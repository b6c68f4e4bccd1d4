import type { Parts } from '../gateway.ts'
import type { HttpOptions, HttpServer } from './http.ts'
import type { PartsSoon, StdioOptions } from './stdio.ts'

export type { HttpOptions, HttpServer } from './http.ts'
export type { PartsSoon, StdioOptions } from './stdio.ts'

/** Opens the HTTP door: REST routes and MCP's streamable HTTP at `/mcp`. Each door is loaded when it is opened. */
export async function serveHttp(parts: Parts, options: HttpOptions): Promise<HttpServer> {
  return (await import('./http.ts')).serveHttp(parts, options)
}

/** Serves one MCP client on stdin and stdout; resolves when its input has closed and its calls have ended. */
export async function serveStdio(parts: PartsSoon, options?: StdioOptions): Promise<void> {
  return (await import('./stdio.ts')).serveStdio(parts, options)
}
