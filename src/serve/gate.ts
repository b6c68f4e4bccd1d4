import type { IncomingMessage } from 'node:http'
import type { Credential } from '../call.ts'
import { SluiceError } from '../error.ts'

/** Whom this server listens to. Names are host names without a port; origins are whole, e.g. `https://app.example.com`. */
export type GateOptions = Readonly<{ host: string; allowedHosts: readonly string[]; allowedOrigins: readonly string[] }>

/** Checks every request before anything of it is believed. */
export type Gate = Readonly<{
  /** Throws `host_refused` or `origin_refused`; answers the headers that an allowed origin needs. */
  check(request: IncomingMessage): readonly string[]
  /** Throws `credential_missing` for a token in the address. */
  credential(request: IncomingMessage): Credential
}>

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']
const local: Credential = { kind: 'local' }
const none: Credential = { kind: 'none' }
const nothing: readonly string[] = []

/** What a proxy adds. Behind one, a peer on the loopback is not the caller. */
const forwarding = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
  'cf-connecting-ip',
] as const

/**
 * The gate of one server. A web page can reach a server on the loopback through a name that it owns (DNS rebinding) or from its own
 * origin, so both headers must name somebody we know.
 */
export function gate(options: GateOptions): Gate {
  const bound = hostName(options.host.includes(':') && !options.host.startsWith('[') ? `[${options.host}]` : options.host)
  const hosts = new Set([...loopbackNames, bound, ...options.allowedHosts.map((host) => hostName(host.toLowerCase()))])
  const origins = new Set(options.allowedOrigins.map((origin) => origin.toLowerCase()))
  const onLoopback = isLoopback(options.host)
  /** Spelled as clients send it, so that the next request needs no parsing. */
  const known = new Set<string>()

  const checkHost = (header: string | undefined) => {
    if (header !== undefined && known.has(header)) return
    if (header === undefined || !hosts.has(hostName(header.toLowerCase()))) {
      throw new SluiceError('host_refused', 'The Host header names a host that this server does not answer for.')
    }
    if (known.size < KNOWN_MAX) known.add(header)
  }

  return {
    check(request) {
      checkHost(request.headers.host)
      const origin = request.headers.origin
      if (origin === undefined) return nothing
      if (!origins.has(origin.toLowerCase()) && !isLoopbackOrigin(origin)) {
        // The server's own page, under a name that was found good above. It needs no headers to be let read the answer.
        if (URL.parse(origin)?.host === request.headers.host?.toLowerCase() && /^https?:/i.test(origin)) return nothing
        throw new SluiceError('origin_refused', 'Pages of this origin may not use this server.')
      }
      return [
        'Access-Control-Allow-Origin',
        origin,
        'Vary',
        'Origin',
        'Access-Control-Expose-Headers',
        'WWW-Authenticate, Mcp-Session-Id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset',
      ]
    },
    credential(request) {
      if (QUERY_TOKEN.test(request.url ?? '')) {
        throw new SluiceError('credential_missing', 'A token in an address ends up in logs and histories, so none is accepted there.')
      }
      const header = request.headers.authorization
      if (header !== undefined) {
        const token = /^bearer +(\S+) *$/i.exec(header)?.[1]
        return token === undefined ? none : { kind: 'bearer', token }
      }
      if (!onLoopback || !isLoopback(request.socket.remoteAddress)) return none
      for (const name of forwarding) if (request.headers[name] !== undefined) return none
      return local
    },
  }
}
const KNOWN_MAX = 1_000

/** The name by which RFC 6750 lets a token stand in an address, and the ways to hide it. */
const QUERY_TOKEN = /[?&](a|%61)ccess(_|%5f)token=/i

/** Without its port: `[::1]:8000` is `[::1]`. */
const hostName = (host: string) => host.replace(/:\d+$/, '')

function isLoopbackOrigin(origin: string): boolean {
  const url = URL.parse(origin)
  return url !== null && /^https?:$/.test(url.protocol) && loopbackNames.includes(url.hostname)
}

/** True for 127.0.0.0/8, ::1, their mapped form and the name that stands for them. */
function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false
  return address === 'localhost' || address === '::1' || address === '[::1]' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address)
}
