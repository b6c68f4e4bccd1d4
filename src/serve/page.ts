import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SluiceError } from '../error.ts'
import type { Exchange } from './exchange.ts'
import type { Handler, RouteTable } from './routes.ts'

/**
 * Where the page may be, so that an address can be kept and sent. None of it is a path of the API: what a program asks for here is answered as
 * for any path that there is not.
 */
const places = [
  '/ask',
  '/ask/:session',
  '/query',
  '/catalog',
  '/catalog/:source',
  '/catalog/:source/:table',
  '/govern',
  '/govern/:part',
  '/run',
  '/run/:part',
] as const

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json',
  map: 'application/json',
  wasm: 'application/wasm',
  woff2: 'font/woff2',
}

/** Their names hold a hash of what is in them, so they are never asked for twice. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/**
 * Nothing but the page's own files is loaded or asked, and nothing may frame it. No script stands in the page, and a style that a part of the page
 * makes while it runs (the editor, a list that keeps the page from scrolling) has to know the nonce of this one answer.
 */
const policyOf = (nonce: string) =>
  `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; ` +
  "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"

/** The page and its files. `at` answers `GET /`: the page for a browser, and for everybody else what stands there. */
export function pageRoutes(about: Handler): RouteTable {
  const place: Handler = (exchange) => {
    if (wantsPage(exchange)) return sendPage(exchange, refuse)
    return refuse(exchange)
  }
  const first: Handler = (exchange) => (wantsPage(exchange) ? sendPage(exchange, about) : about(exchange))
  return {
    '/': { GET: first, HEAD: first },
    ...Object.fromEntries(places.map((path) => [path, { GET: place, HEAD: place }])),
    '/ui/:file': { GET: sendFile, HEAD: sendFile },
    '/ui/assets/:file': { GET: sendFile, HEAD: sendFile },
  }
}

/** Paths that show the page: they are no part of the API and stand in no list of it. */
export const pagePaths: readonly string[] = [...places, '/ui/:file', '/ui/assets/:file']

const refuse: Handler = (exchange) => {
  throw new SluiceError('route_unknown', `There is no route ${exchange.request.url!.slice(0, 100)} but for a browser.`)
}

const wantsPage = ({ request }: Exchange): boolean => /\btext\/html\b/.test(request.headers.accept ?? '')

/** `dist/ui` of the package, from the sources as from the bundle. */
function builtFolder(): string {
  const own = import.meta.dirname
  return import.meta.filename.endsWith('.ts') ? join(dirname(dirname(own)), 'dist', 'ui') : join(own, 'ui')
}

async function sendPage(exchange: Exchange, otherwise: Handler): Promise<void> {
  const html = await readFile(join(builtFolder(), 'index.html'), 'utf8').catch(() => undefined)
  if (html === undefined) return otherwise(exchange)
  const nonce = randomBytes(18).toString('base64')
  send(exchange, types.html!, Buffer.from(html.replace('__NONCE__', nonce)), [
    'Cache-Control',
    'no-store',
    'Content-Security-Policy',
    policyOf(nonce),
    'Cross-Origin-Opener-Policy',
    'same-origin',
    'Permissions-Policy',
    'camera=(), microphone=(), geolocation=(), payment=()',
  ])
}

/** A file of the page, packed as the browser can unpack it. Only what lies in the folder by exactly this name is found. */
async function sendFile(exchange: Exchange): Promise<void> {
  const asset = exchange.request.url!.startsWith('/ui/assets/')
  const folder = asset ? join(builtFolder(), 'assets') : builtFolder()
  const { file } = exchange.params
  const names: string[] = await readdir(folder).catch(() => [])
  if (file === undefined || file === 'index.html' || !names.includes(file)) return refuse(exchange)
  const type = types[file.slice(file.lastIndexOf('.') + 1)]
  if (type === undefined) return refuse(exchange)
  const taken = exchange.request.headers['accept-encoding'] ?? ''
  const packed = (
    [
      ['br', 'br'],
      ['gzip', 'gz'],
    ] as const
  ).find(([name, end]) => new RegExp(`\\b${name}\\b`).test(taken) && names.includes(`${file}.${end}`))
  const bytes = await readFile(join(folder, packed ? `${file}.${packed[1]}` : file))
  const caching = ['Cache-Control', asset ? FOR_EVER : 'no-cache', 'Vary', 'Accept-Encoding']
  send(exchange, type, bytes, [...caching, ...(packed ? ['Content-Encoding', packed[0]] : [])])
}

function send(exchange: Exchange, type: string, bytes: Buffer, more: readonly string[]): void {
  exchange.contentType = type
  const safe = ['X-Content-Type-Options', 'nosniff', 'Referrer-Policy', 'no-referrer', 'Cross-Origin-Resource-Policy', 'same-origin']
  exchange.begin(200, ['Content-Length', String(bytes.byteLength), ...more, ...safe])
  exchange.response.end(exchange.request.method === 'HEAD' ? undefined : bytes)
}
