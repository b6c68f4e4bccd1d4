import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { Provider } from 'oidc-provider'

/** A real OpenID provider on the loopback that gives JWT access tokens to clients that show a secret. */
export type RunningProvider = Readonly<{
  issuer: string
  /** An access token as the provider itself makes it, for one audience. */
  token(resource: string, scope?: string): Promise<string>
  /** Anything signed with the provider's own key, which the provider would never make. */
  forge(payload: object, header?: object): Promise<string>
  /** From now on another key signs; the old one is gone. */
  rotate(): Promise<void>
  close(): Promise<void>
}>

export const audience = 'https://data.example.com/mcp'

export async function startProvider(port = 0): Promise<RunningProvider> {
  const server = createServer((request, response) => handler(request, response))
  await listen(server, port)
  const { port: bound } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${bound}`
  let key = await makeKey('first')
  // A second key, so that a token which does not name its own fits two.
  const spare = await makeKey('spare')
  let handler = providerOf(issuer, key.jwk, spare.jwk)
  return {
    issuer,
    async token(resource, scope = 'query') {
      const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'agent', client_secret: 'secret', resource, scope })
      const answer = await fetch(`${issuer}/token`, { method: 'POST', body })
      const told = (await answer.json()) as { access_token?: string }
      if (told.access_token === undefined) throw new Error(`no token: ${JSON.stringify(told)}`)
      return told.access_token
    },
    forge(payload, header = {}) {
      const now = Math.floor(Date.now() / 1000)
      const whole = { iss: issuer, aud: audience, sub: 'agent', iat: now, exp: now + 600, ...payload }
      return new SignJWT(whole).setProtectedHeader({ alg: 'RS256', kid: key.jwk.kid!, typ: 'at+jwt', ...header }).sign(key.private)
    },
    async rotate() {
      key = await makeKey('second')
      handler = providerOf(issuer, key.jwk, spare.jwk)
    },
    close: () => end(server),
  }
}

async function makeKey(kid: string) {
  const pair = await generateKeyPair('RS256', { extractable: true })
  const jwk: JWK = { ...(await exportJWK(pair.privateKey)), kid, alg: 'RS256', use: 'sig' }
  return { private: pair.privateKey, jwk }
}

function providerOf(issuer: string, jwk: JWK, spare: JWK) {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'agent',
        client_secret: 'secret',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [jwk as never, spare as never] },
    scopes: ['query', 'change'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, indicator: string) => ({
          scope: 'query change',
          audience: indicator,
          accessTokenFormat: 'jwt' as const,
          accessTokenTTL: 600,
        }),
      },
    },
    extraTokenClaims: () => ({ teams: ['analysts', 'nobody'], org: { tenant: 7 } }),
  })
  return provider.callback()
}

const listen = (server: Server, port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
const end = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
