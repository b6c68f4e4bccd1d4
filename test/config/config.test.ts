// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Sluice's own places, not JavaScript's
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { configOf, loadConfig, policyFrom } from '../../src/config/config.ts'

const file = '/srv/sluice.yaml'
const read = (text: string, env: Record<string, string> = {}) => configOf(file, text, env)
const failure = async (text: string, env: Record<string, string> = {}): Promise<string> => {
  const error: unknown = await read(text, env).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'config_invalid' })
  return (error as Error).message
}

describe('what is wrong is told with line and key, all at once', () => {
  test.each([
    ['server: { hots: x }', 'sluice.yaml:1: server.hots: unknown key; did you mean "host"?'],
    ['\nsourcess: {}', 'sluice.yaml:2: sourcess: unknown key; did you mean "sources"?'],
    ['server: { zzzzzzzz: 1 }', 'sluice.yaml:1: server.zzzzzzzz: unknown key; known here: host, port'],
    ['server: { port: 99999 }', 'server.port: must be at most 65535'],
    ['server: { port: 8000.5 }', 'server.port: must be a whole number'],
    ['server: { port: "8000" }', 'server.port: must be a whole number'],
    ['server: { allowed_hosts: a.example }', 'server.allowed_hosts: must be a list'],
    ['server: [1]', 'server: must hold `name: value` lines'],
    [`keys: [{ name: a, hash: "sha256:${'a'.repeat(64)}", sources: [shp] }]`, 'keys.0.sources: there is no source "shp"'],
    [`keys: [{ name: a, hash: "sha256:${'a'.repeat(64)}", groups: [sql] }]`, 'keys.0.groups: must be one of core'],
    [`keys: [{ name: "oidc:a", hash: "sha256:${'a'.repeat(64)}" }]`, 'keys.0.name: must not begin with oidc:'],
    ['server: { sse_path: sse }', 'server.sse_path: must be a path such as /sse'],
    ['server: { public_url: a.example }', 'server.public_url: must be an http or https address'],
    ['oidc: { audience: a }', 'oidc.issuer: is missing'],
    ['oidc: { issuer: https://i.example }', 'oidc.audience: is missing'],
    ['oidc: { issuer: http://i.example, audience: a }', 'oidc.issuer: must be an https address'],
    ['oidc: { issuer: https://i.example, audience: a, jwks_uri: http://i.example/k }', 'oidc.jwks_uri: must be an https address'],
    ['oidc: { issuer: https://i.example, audience: a, algorithms: [HS256] }', 'oidc.algorithms: must be one of RS256'],
    ['oidc: { issuer: https://i.example, audience: a, algorithms: [none] }', 'oidc.algorithms: must be one of RS256'],
    ['oidc: { issuer: https://i.example, audience: a, algorithms: [] }', 'oidc.algorithms: must name at least one'],
    ['oidc: { issuer: https://i.example, audience: a, roles: { map: { x: [amdin] } } }', 'did you mean "admin"?'],
    ['oidc: { isuer: x }', 'oidc.isuer: unknown key; did you mean "issuer"?'],
    ['llm: { provider: opnai }', 'llm.provider: must be one of claude'],
    ['limits: { row: 3 }', 'limits.row: unknown key; did you mean "rows"?'],
    ['sources: { s: { connector: sqlite, path: a, identity: { role: a } } }', 'knows no other users'],
    ['sources: { s: { connector: mysql, identity: { settings: { a: b } } } }', 'identity.settings: only PostgreSQL has them'],
    ['sources: { s: { connector: mysql, identity: { role: a } } }', 'identity.role: only PostgreSQL has it'],
    ['sources: { s: { connector: postgres, identity: { settings: { role: a } } } }', 'a name has a dot in it'],
    ['sources: { s: { connector: postgres, identity: { role: "{{tenant}}" } } }', 'a place is written {{principal.NAME}}'],
    ['sources: { s: { connector: postgres, identity: { login: { password: p } } } }', 'identity.login.user: is missing'],
    ['sources: { shop: { path: ./a } }', 'sources.shop.connector: is missing'],
    ['sources: { shop: { connector: sqlit } }', 'sources.shop.connector: there is no such connector; did you mean "sqlite"?'],
    ['sources: { shop: { connector: sqlite, pathh: a, path: b } }', 'sources.shop.pathh: unknown key; did you mean "path"?'],
    ['sources: { shop: { connector: sqlite } }', 'sources.shop.path: is missing'],
    ['sources: { "1x": { connector: sqlite, path: a } }', 'sources.1x: a name starts with a letter'],
    ['roles: { read_only: {} }', 'roles.read_only: this role is predefined'],
    ['roles: { a: { extends: [readonly] } }', 'roles.a.extends: there is no role "readonly"; did you mean "read_only"?'],
    ['roles: { a: { extends: [b] }, b: { extends: [a] } }', 'roles.a.extends: the role extends itself'],
    [
      'roles: { a: { sources: { shpo: {} } } }\nsources: { shop: { connector: sqlite, path: a } }',
      'roles.a.sources.shpo: there is no such source; did you mean "shop"?',
    ],
    ['roles: { a: { sources: { "*": { actions: [raed] } } } }', 'must be one of read, explain, write, ddl, admin; did you mean "read"?'],
    ['roles: { a: { sources: { "*": { columns: { t: { mask: { c: emial } } } } } } }', 'columns.t.mask.c: must be null, email, hash'],
    ['roles: { a: { sources: { "*": { columns: { t: { mask: { c: { partial: { las: 4 } } } } } } } } }', 'columns.t.mask.c: must be'],
    ['roles: { a: { sources: { "*": { rows: { t: "" } } } } }', 'rows.t: must be'],
    ['keys: [{ name: ana, hash: "sha256:zz" }]', 'keys.0.hash: must be `sha256:` and 64'],
    ['keys: [{ name: local, hash: "sha256:zz" }]', 'keys.0.hash'],
    ['local: { roles: [supprt] }\nroles: { support: {} }', 'local.roles: there is no role "supprt"; did you mean "support"?'],
    ['local: { attributes: { tenant: 9007199254740993 } }', 'local.attributes.tenant: must be'],
    ['a: 1\na: 2', 'not valid YAML (duplicate key)'],
    ['a: [', 'not valid YAML'],
    ['roles: { a: { sources: *lost } }', 'sluice.yaml:1: *lost: there is no such anchor before it'],
    ['server: &a { x: *a }', 'server.x: unknown key'],
    ['local: { attributes: { x: &a [*a] } }', 'local.attributes.x: must be'],
  ])('%s', async (text, message) => {
    expect(await failure(text)).toContain(message)
  })

  test('several problems stand together in the order of the file', async () => {
    const lines = (await failure('server:\n  port: x\n  hots: y\nlocal: { rolls: [] }\n')).split('\n')
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['sluice.yaml:2:', 'sluice.yaml:3:', 'sluice.yaml:4:'])
  })

  test('two keys with one name or one hash', async () => {
    const hash = `sha256:${'a'.repeat(64)}`
    const message = await failure(`keys:\n  - { name: ana, hash: "${hash}" }\n  - { name: ana, hash: "${hash}" }`)
    expect(message).toContain('keys.1.name: the name is taken')
    expect(message).toContain('keys.1.hash: another key has this hash')
  })

  test('a value is never told, neither a secret nor a line that cannot be read', async () => {
    expect(await failure('server: { port: hunter2secret }')).not.toContain('hunter2secret')
    expect(await failure('server: { port: "hunter2secret }')).not.toContain('hunter2secret')
    expect(await failure('server: { port: "${P}" }', { P: 'hunter2secret' })).not.toContain('hunter2secret')
  })
})

describe('variables', () => {
  test('are put in, also where a number is wanted', async () => {
    const config = await read('server: { port: "${P}", host: "a-${H}-$${x}" }', { P: '81', H: 'b' })
    expect(config.server).toMatchObject({ port: 81, host: 'a-b-${x}' })
  })
  test('a missing one is named', async () => {
    expect(await failure('server: { host: "${NOPE}" }')).toContain('sluice.yaml:1: server.host: the environment variable NOPE is not set')
  })
  test('an empty one does not become a default, but a password may be none', async () => {
    expect(await failure('server: { host: "${H}" }', { H: '' })).toContain('server.host: the environment variable H is empty')
    const text = 'sources: { crm: { connector: postgres, host: db, password: "${P}" } }'
    expect((await read(text, { P: '' })).sources.crm?.settings).toMatchObject({ password: '' })
  })
  test('cannot add structure', async () => {
    expect(await failure('server: { port: "${P}" }', { P: '1, host: x' })).toContain('server.port')
  })
  test('SLUICE_HOST and SLUICE_PORT override', async () => {
    const config = await read('server: { port: 1, host: a }', { SLUICE_HOST: 'b', SLUICE_PORT: '2' })
    expect(config.server).toMatchObject({ port: 2, host: 'b' })
    expect(await failure('', { SLUICE_PORT: '70000' })).toContain('SLUICE_PORT')
  })
})

test('no file at all gives defaults, and the value is frozen', async () => {
  const config = await configOf(undefined, '', {})
  expect(config.sources).toEqual({})
  expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8000, bodyBytesMax: 4194304 })
  expect(config.local.roles).toEqual(['read_only'])
  expect(() => Object.assign(config.server, { port: 1 })).toThrow(TypeError)
})

test('paths are relative to the file, and SLUICE_CONFIG names it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'))
  const path = join(folder, 'my.yaml')
  writeFileSync(path, 'sources: { shop: { connector: sqlite, path: data/shop.db } }\nstate: kept\n')
  const config = await loadConfig(undefined, { SLUICE_CONFIG: path })
  expect(config.sources.shop?.settings.path).toBe(join(folder, 'data/shop.db'))
  expect(config.state).toBe(join(folder, 'kept'))
  expect(config.masks.keyFile).toBe(join(folder, 'kept/mask.key'))
  await expect(loadConfig(join(folder, 'none.yaml'), {})).rejects.toMatchObject({ code: 'config_invalid' })
})

test('anchors share what roles have in common', async () => {
  const config = await read(
    'roles:\n  a: { sources: { "*": { columns: &c { t: { deny: [x] } } } } }\n  b: { sources: { "*": { columns: *c } } }\nlocal: { attributes: { l: &l [1, 2], m: *l } }',
  )
  expect(config.roles.b?.sources['*']?.columns).toEqual({ t: { deny: ['x'], mask: {} } })
  expect(config.local.attributes.m).toEqual([1, 2])
})

test('anchors that grow without bound are stopped', async () => {
  const levels = Array.from({ length: 30 }, (_, i) => `l${i}: &l${i} [${i === 0 ? '1' : `*l${i - 1}, *l${i - 1}, *l${i - 1}`}]`).join(', ')
  expect(await failure(`local: { attributes: { ${levels} } }`)).toContain('local.attributes')
})

test('a secret that looks like a number is kept as it is written', async () => {
  expect((await read('server: { host: 007 }')).server.host).toBe('007')
})

describe('a policy file', () => {
  const policy = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'sluice-policy-')), 'p.yaml')
    writeFileSync(path, text)
    return policyFrom(path)
  }
  test('holds roles', async () => {
    const { roles, role } = await policy('roles: { support: { extends: [read_only], sources: { shop: { limits: { seconds: 1.5 } } } } }')
    expect(role).toBe('support')
    expect(roles.support?.sources.shop?.limits).toEqual({ ms: 1500 })
  })
  test('or the short form, which makes one role that reads', async () => {
    const { roles, role } = await policy(
      JSON.stringify({
        read_only: true,
        mask: { 'public.users.email': 'constant' },
        row_filter: { users: 'tenant_id = 1' },
        deny_tables: ['k'],
        limits: { timeout_ms: 5 },
      }),
    )
    expect(role).toBe('policy')
    expect(roles.policy?.sources['*']).toMatchObject({
      tables: { allow: ['*'], deny: ['k'] },
      columns: { 'public.users': { mask: { email: { kind: 'constant', value: '***' } } } },
      rows: { users: ['tenant_id = 1'] },
      actions: ['read', 'explain'],
      limits: { ms: 5 },
    })
  })
  test.each([
    ['{ mask: { email: null } }', 'must name a column as table.column'],
    ['{ deny_tables: [a], roels: 1 }', 'roels: unknown key'],
    ['{ read_only: false, deny_tables: [] }', 'read_only: must be true'],
    ['{ limits: { rows: 1 } }', 'limits.rows: unknown key'],
    ['server: { port: 1 }', 'server: unknown key'],
    ['roles: { a: *lost }', '*lost: there is no such anchor'],
    ['mask: { t.a: *lost }', 'mask: unknown key'],
  ])('refuses %s', async (text, message) => {
    await expect(policy(text)).rejects.toThrow(message)
  })
})
