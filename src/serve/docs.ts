import type { Exchange } from './exchange.ts'
import type { Handler } from './routes.ts'

/** Nothing but this page's own files may be loaded, and nothing may frame it. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

let document: string | undefined

/** `GET /openapi.json`: made when it is first asked for, because it needs every tool. */
export const openapiRoute: Handler = async (exchange) => {
  document ??= JSON.stringify((await import('./openapi/openapi.ts')).openapi())
  exchange.json(200, document, ['Cache-Control', 'no-cache'])
}

/** `GET /docs`: a page for people, made of that document. */
export const docsRoute: Handler = async (exchange) => send(exchange, 'text/html; charset=utf-8', (await import('./openapi/page.ts')).html)

/** The two files that the page loads. */
export const docsFile =
  (name: 'page.js' | 'page.css'): Handler =>
  async (exchange) => {
    const { css, script } = await import('./openapi/page.ts')
    if (name === 'page.js') send(exchange, 'text/javascript; charset=utf-8', script)
    else send(exchange, 'text/css; charset=utf-8', css)
  }

function send(exchange: Exchange, type: string, text: string): void {
  exchange.contentType = type
  const safe = ['Content-Security-Policy', policy, 'X-Content-Type-Options', 'nosniff', 'Referrer-Policy', 'no-referrer']
  exchange.begin(200, ['Content-Length', String(Buffer.byteLength(text)), 'Cache-Control', 'no-cache', ...safe])
  exchange.response.end(text)
}
