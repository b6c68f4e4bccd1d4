import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Auth, type OidcSetting, openAuth, openOidc } from '../../src/auth/auth.ts'
import type { Principal } from '../../src/principal.ts'
import { audience, type RunningProvider, startProvider } from './provider.ts'

/** Tokens of a real OpenID provider, and those that somebody else would like to pass for them. */

let provider: RunningProvider
let now: () => number
beforeAll(async () => {
  provider = await startProvider()
})
afterAll(() => provider.close())

const setting = (over: Partial<OidcSetting> = {}): OidcSetting => ({
  issuer: provider.issuer,
  audiences: [audience],
  algorithms: ['RS256', 'ES256'],
  scopes: ['query'],
  nameClaim: 'sub',
  rolesClaim: 'teams',
  rolesMap: { analysts: ['data_analyst'], admins: ['admin'] },
  rolesDefault: ['read_only'],
  attributes: { tenant: 'org.tenant', missing: 'org.nothing' },
  skewMs: 1_000,
  cooldownMs: 0,
  timeoutMs: 2_000,
  ...over,
})
function auth(over: Partial<OidcSetting> = {}): Auth {
  now = Date.now
  return openAuth({ keys: [], local: { roles: [], attributes: {} }, tokens: openOidc(setting(over), () => now()) })
}
const shows = async (by: Auth, token: string): Promise<Principal> => by.identify({ kind: 'bearer', token })
const codeOf = (by: Auth, token: string) =>
  shows(by, token).then(
    ({ name }) => name,
    (error: { code: string }) => error.code,
  )

test('a token of the provider is a principal by its claims, and is checked once', async () => {
  const by = auth()
  const token = await provider.token(audience)
  const principal = await shows(by, token)
  expect(principal).toEqual({ name: 'oidc:agent', via: 'token', roles: ['read_only', 'data_analyst'], attributes: { tenant: 7 } })
  // No promise: the second time costs a look into a map.
  expect(by.identify({ kind: 'bearer', token })).toBe(principal)
  expect(by.until(principal)?.aborted).toBe(false)
})

test('a token that does not name its key is tried with each', async () => {
  expect(await codeOf(auth(), await provider.forge({ scope: 'query' }, { kid: undefined }))).toBe('oidc:agent')
  expect(await codeOf(auth(), await provider.forge({ scope: 'query', aud: 'x' }, { kid: undefined }))).toBe('credential_audience')
  const stranger = await startProvider()
  expect(await codeOf(auth(), await stranger.forge({ iss: provider.issuer, scope: 'query' }, { kid: undefined }))).toBe(
    'credential_unknown',
  )
  await stranger.close()
})

test('many who come at once with one token wait for one check', async () => {
  const by = auth()
  const token = await provider.token(audience)
  const all = await Promise.all(Array.from({ length: 20 }, () => shows(by, token)))
  expect(new Set(all).size).toBe(1)
})

test('a token ends when it says, also one that was good before', async () => {
  const by = auth()
  const token = await provider.token(audience)
  await shows(by, token)
  now = () => Date.now() + 602_000
  expect(await codeOf(by, token)).toBe('credential_expired')
  expect(await codeOf(auth(), await provider.forge({ exp: Math.floor(Date.now() / 1000) - 5 }))).toBe('credential_expired')
})

describe('what is refused', () => {
  test.each<readonly [string, () => Promise<string>, string]>([
    ['a token for another service', () => provider.token('https://other.example.com'), 'credential_audience'],
    ['a token without the scope', () => provider.token(audience, 'change'), 'credential_scope'],
    ['a token of another issuer', () => provider.forge({ iss: 'https://evil.example.com' }), 'credential_unknown'],
    ['a token that begins tomorrow', () => provider.forge({ nbf: Math.floor(Date.now() / 1000) + 86_400 }), 'credential_unknown'],
    ['an ID token', () => provider.forge({}, { typ: 'id_token+jwt' }), 'credential_unknown'],
    ['a logout token', () => provider.forge({}, { typ: 'logout+jwt' }), 'credential_unknown'],
    ['a token bound to a key that is not shown', () => provider.forge({ scope: 'query', cnf: { jkt: 'x' } }), 'credential_unknown'],
    ['a token without a name', () => provider.forge({ scope: 'query', sub: undefined }), 'credential_unknown'],
    ['a name that is a list', () => provider.forge({ scope: 'query', sub: ['agent'] }), 'credential_unknown'],
    ['a token that does not end', () => provider.forge({ scope: 'query', exp: undefined }), 'credential_unknown'],
    ['a token by a key that there is not', () => provider.forge({}, { kid: 'third' }), 'credential_unknown'],
    ['nonsense with two dots', async () => 'a.b.c', 'credential_unknown'],
    ['a token that is too long', async () => `${'a'.repeat(20_000)}.b.c`, 'credential_unknown'],
  ])('%s', async (_, token, code) => {
    expect(await codeOf(auth(), await token())).toBe(code)
  })

  test('a token without a signature, and one signed with the public key as if that were a secret', async () => {
    const [, payload] = (await provider.token(audience)).split('.') as [string, string, string]
    const header = (alg: string) => Buffer.from(JSON.stringify({ alg, kid: 'first', typ: 'at+jwt' })).toString('base64url')
    expect(await codeOf(auth(), `${header('none')}.${payload}.`)).toBe('credential_unknown')
    const { keys } = (await (await fetch(`${provider.issuer}/jwks`)).json()) as { keys: { n: string }[] }
    const confused = await new SignJWT(JSON.parse(Buffer.from(payload, 'base64url').toString()))
      .setProtectedHeader({ alg: 'HS256', kid: 'first', typ: 'at+jwt' })
      .sign(Buffer.from(keys[0]!.n))
    expect(await codeOf(auth(), confused)).toBe('credential_unknown')
  })

  test('a token whose claims were changed', async () => {
    const [header, payload, signature] = (await provider.token(audience)).split('.') as [string, string, string]
    const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), teams: ['admins'] }
    expect(await codeOf(auth(), `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`)).toBe(
      'credential_unknown',
    )
  })

  test('roles and attributes come only from what the configuration names', async () => {
    const { roles, attributes } = await shows(
      auth(),
      await provider.forge({ scope: 'query', teams: ['toString', '__proto__', 'admin'], org: { tenant: { $ne: 1 } } }),
    )
    expect(roles).toEqual(['read_only'])
    expect({ ...attributes }).toEqual({})
  })
})

test('a provider that is down is no proof of anything, and is asked again when it is back', async () => {
  const own = await startProvider()
  const token = await own.token(audience)
  const port = Number(new URL(own.issuer).port)
  await own.close()
  const by = auth({ issuer: own.issuer })
  expect(await codeOf(by, token)).toBe('issuer_unavailable')
  const again = await startProvider(port)
  expect(await codeOf(by, await again.token(audience))).toBe('oidc:agent')
  await again.close()
})

test('a provider that claims to be another one is not believed', async () => {
  const by = auth({ issuer: `${provider.issuer}/` })
  expect(await codeOf(by, await provider.token(audience))).toBe('issuer_unavailable')
})

test('a new key of the provider is learnt, and what the old one signs afterwards is refused', async () => {
  const own = await startProvider()
  const by = auth({ issuer: own.issuer })
  expect(await codeOf(by, await own.token(audience))).toBe('oidc:agent')
  const old = await own.forge({ scope: 'query', jti: 'late' })
  await own.rotate()
  expect(await codeOf(by, await own.token(audience))).toBe('oidc:agent')
  expect(await codeOf(by, old)).toBe('credential_unknown')
  await own.close()
})
