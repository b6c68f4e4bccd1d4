import type { IncomingMessage } from 'node:http'
import type { Call } from '../call.ts'
import type { PublicError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Exchange } from './exchange.ts'
import { identity } from './identity.ts'
import type { RouteTable } from './routes.ts'

/** Where RFC 9728 has the metadata of a protected resource; the path of the resource comes after it. */
const METADATA = '/.well-known/oauth-protected-resource'

/** What a client is told who must authenticate: where to read how, and which scopes it will need. */
export type Challenge = Readonly<{ metadata: string; scopes: readonly string[] }>
export type Challenger = (request: IncomingMessage) => Challenge | undefined

/** Undefined while no OpenID provider is configured: then there is nothing to read. `publicUrl` has no slash at its end. */
export const challenger =
  (parts: Parts, publicUrl: string | undefined): Challenger =>
  (request) => {
    const provider = parts.now().auth.provider
    return provider && { metadata: `${baseOf(request, publicUrl)}${METADATA}/mcp`, scopes: provider.scopes }
  }

/** The address by which this client reaches the server. The gate has looked at its Host; the scheme is only told back to whom it came from. */
function baseOf({ headers }: IncomingMessage, publicUrl: string | undefined): string {
  return publicUrl ?? `${headers['x-forwarded-proto'] === 'https' ? 'https' : 'http'}://${headers.host}`
}

/**
 * The metadata by which MCP clients find the provider (RFC 9728), for the server as a whole and for `/mcp`. `resource` is what clients ask a
 * token for, so it is an audience that is accepted, where one belongs to this server.
 */
export function authorizationRoutes(parts: Parts, publicUrl: string | undefined): RouteTable {
  const answer = (path: string) => (exchange: Exchange) => {
    const provider = parts.now().auth.provider
    if (!provider) return exchange.json(404, notConfigured, ['Cache-Control', 'no-store'])
    const base = baseOf(exchange.request, publicUrl)
    const own = provider.audiences.filter((audience) => audience === base || audience.startsWith(`${base}/`))
    const resource = own.find((audience) => audience === `${base}${path}`) ?? own[0] ?? `${base}${path}`
    exchange.json(
      200,
      {
        resource,
        authorization_servers: [provider.issuer],
        bearer_methods_supported: ['header'],
        ...(provider.scopes.length > 0 ? { scopes_supported: provider.scopes } : {}),
        resource_name: identity.title,
      },
      ['Cache-Control', 'no-store'],
    )
  }
  const reading = (path: string) => ({ GET: answer(path), HEAD: answer(path) })
  return { [METADATA]: reading('/mcp'), [`${METADATA}/mcp`]: reading('/mcp'), [`${METADATA}/mcp/:groups`]: reading('/mcp') }
}

const notConfigured = { error: { code: 'route_unknown', status: 404, message: 'No OpenID provider is configured; callers use API keys.' } }

/** How to authenticate, with every 401 (RFC 9110) and for want of a scope (RFC 6750); when to come again, with every 429. */
export function headersOf(error: PublicError, challenge?: Challenge): readonly string[] {
  const wait = error.retry_after_s ?? (error.status === 429 ? 1 : undefined)
  const later = wait === undefined ? [] : ['Retry-After', String(wait)]
  if (error.status !== 401 && error.code !== 'credential_scope') return later
  if (!challenge) return ['WWW-Authenticate', 'Bearer']
  const said = [`resource_metadata="${challenge.metadata}"`]
  // Who has shown nothing is told of no error (RFC 6750, 3.1).
  if (error.code === 'credential_scope') said.push('error="insufficient_scope"')
  else if (error.code !== 'credential_missing') said.push('error="invalid_token"')
  if (error.code !== 'credential_missing') said.push(`error_description="${error.message.replaceAll(/["\\]|[^\x20-\x7e]/g, '')}"`)
  if (challenge.scopes.length > 0) said.push(`scope="${challenge.scopes.join(' ')}"`)
  return ['WWW-Authenticate', `Bearer ${said.join(', ')}`]
}

/** What the caller of one source has left, for the answer to a call of it. Costs three lookups, for all of it was asked for the call itself. */
export function rateHeaders({ credential, source }: Call, parts: Parts): readonly string[] {
  try {
    const principal = parts.auth.identify(credential)
    if (principal instanceof Promise) {
      // A failure that nobody listens to would end the process.
      principal.catch(() => undefined)
      return []
    }
    const grant = parts.policy.grant(principal, source)
    if (grant instanceof Promise) {
      grant.catch(() => undefined)
      return []
    }
    const { limits, remaining, reset_s } = parts.quota.standing(grant)
    return ['X-RateLimit-Limit', String(limits.perMinute), 'X-RateLimit-Remaining', String(remaining), 'X-RateLimit-Reset', String(reset_s)]
  } catch {
    // Whoever is not let in has no standing.
    return []
  }
}
