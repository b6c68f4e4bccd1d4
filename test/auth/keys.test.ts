import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Auth, type KeyStore, makeKey, openAuth, openKeyStore, type WantedKey } from '../../src/auth/auth.ts'
import type { Principal } from '../../src/principal.ts'

let folder: string
let now: number
let opened: KeyStore[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-keys-'))
  now = Date.UTC(2030, 0, 1)
  opened = []
})
afterEach(() => {
  for (const store of opened) store.close()
  rmSync(folder, { recursive: true, force: true })
})

const configured = makeKey()
const file = () => join(folder, 'state', 'keys.json')

/** One process: a store of its own over the same file. */
function process(): Auth {
  const store = openKeyStore(file(), () => now)
  opened.push(store)
  const order = ['read_only', 'data_analyst', 'admin']
  return openAuth({
    keys: [{ name: 'old', hash: configured.hash, roles: ['read_only'], attributes: {} }],
    local: { roles: [], attributes: {} },
    store,
    known: { roles: [...order, 'support'], sources: ['shop', 'other'] },
    below: (role) => order.slice(0, Math.max(0, order.indexOf(role))),
    now: () => now,
  })
}
const shows = (auth: Auth, token: string) => auth.identify({ kind: 'bearer', token }) as Principal
const codeOf = (auth: Auth, token: string): unknown => {
  try {
    return shows(auth, token).name
  } catch (error) {
    return (error as { code: string }).code
  }
}
const wanted = (over: Partial<WantedKey> = {}): WantedKey => ({ name: 'ana', roles: ['support'], attributes: { tenant: 7 }, ...over })
/** Longer than a process goes without looking at the file. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 450))

test('a key is shown once, kept as a hash in a file of its owner, and stands for who it was made for', async () => {
  const auth = process()
  const { key, known } = await auth.keys.create(wanted({ sources: ['shop'], groups: ['core'], limits: { rows: 5 } }), 'operator')
  expect(key).toMatch(/^slk_/)
  expect(known).toMatchObject({ name: 'ana', state: 'valid', from: 'store', created_by: 'operator' })
  expect(readFileSync(file(), 'utf8')).not.toContain(key)
  expect(statSync(file()).mode & 0o777).toBe(0o600)
  expect(JSON.stringify(auth.keys.list('operator'))).not.toMatch(/slk_|sha256/)
  const principal = shows(auth, key)
  expect(principal).toEqual({
    name: 'ana',
    via: 'key',
    roles: ['support'],
    attributes: { tenant: 7 },
    scope: { sources: ['shop'], groups: ['core'] },
    limits: { rows: 5 },
  })
  expect(shows(auth, key)).toBe(principal)
})

test('what one process does, another one sees, also for what is running', async () => {
  const [one, two] = [process(), process()]
  const { key, known } = await one.keys.create(wanted(), 'operator')
  await aMoment()
  const principal = shows(two, key)
  const ends = two.until(principal)!
  expect(ends.aborted).toBe(false)
  await one.keys.revoke(known.id, 'operator')
  await aMoment()
  expect(ends.reason).toMatchObject({ code: 'credential_revoked' })
  expect(codeOf(two, key)).toBe('credential_revoked')
  expect(codeOf(one, key)).toBe('credential_revoked')
})

test('two processes that make keys at once lose none', async () => {
  const all = [process(), process()]
  await Promise.all(Array.from({ length: 20 }, (_, i) => all[i % 2]!.keys.create(wanted({ name: `k${i}` }), 'operator')))
  const names = all[0]!.keys.list('operator').map(({ name }) => name)
  expect(new Set(names)).toEqual(new Set(['old', ...Array.from({ length: 20 }, (_, i) => `k${i}`)]))
})

test('a new secret takes the place of the old one, at once or after a while', async () => {
  const auth = process()
  const first = await auth.keys.create(wanted(), 'operator')
  const ends = auth.until(shows(auth, first.key))!
  const second = await auth.keys.rotate('ana', 60, 'operator')
  expect([codeOf(auth, first.key), codeOf(auth, second.key)]).toEqual(['ana', 'ana'])
  expect(ends.aborted).toBe(false)
  now += 60_000
  expect(codeOf(auth, first.key)).toBe('credential_expired')
  expect(ends.reason).toMatchObject({ code: 'credential_expired' })
  const running = auth.until(shows(auth, second.key))!
  const third = await auth.keys.rotate(second.known.id, 0, 'operator')
  expect(running.reason).toMatchObject({ code: 'credential_revoked' })
  expect([codeOf(auth, second.key), codeOf(auth, third.key)]).toEqual(['credential_unknown', 'ana'])
})

test('a key expires by the clock, and what runs by it ends then', async () => {
  const auth = process()
  now = Date.now()
  const { key } = await auth.keys.create(wanted({ expires: now + 50 }), 'operator')
  const ends = auth.until(shows(auth, key))!
  const ended = new Promise((resolve) => ends.addEventListener('abort', resolve))
  now += 50
  await ended
  expect(ends.reason).toMatchObject({ code: 'credential_expired' })
  expect(codeOf(auth, key)).toBe('credential_expired')
})

test('only credentials that end cost anything', () => {
  const auth = process()
  expect(auth.until(shows(auth, configured.key))).toBeUndefined()
  expect(auth.until({ name: 'local', via: 'local', roles: [], attributes: {} })).toBeUndefined()
})

test('a file that is broken lets nobody in, and one that is gone neither', async () => {
  const auth = process()
  const { key } = await auth.keys.create(wanted(), 'operator')
  const ends = auth.until(shows(auth, key))!
  writeFileSync(file(), '{"version":1,"keys":[{"name":"root"}]}')
  await aMoment()
  expect(ends.reason).toMatchObject({ code: 'credential_revoked' })
  expect(codeOf(auth, key)).toBe('config_invalid')
  expect(codeOf(auth, configured.key)).toBe('old')
  rmSync(file())
  await aMoment()
  expect(codeOf(auth, key)).toBe('credential_unknown')
})

describe('what is no key', () => {
  test.each([
    ['a name that is taken by the configuration', { name: 'old' }, 'field_invalid'],
    ['the name of the local caller', { name: 'local' }, 'field_invalid'],
    ['a name that an OpenID provider could give', { name: 'oidc:ana' }, 'field_invalid'],
    ['a name that forges a line of the log', { name: 'a\nb' }, 'field_invalid'],
    ['no role', { roles: [] }, 'field_invalid'],
    ['a role that there is not', { roles: ['suport'] }, 'field_invalid'],
    ['a source that there is not', { sources: ['shp'] }, 'field_invalid'],
    ['an end that is past', { expires: 1 }, 'field_invalid'],
  ])('%s', async (_, over, code) => {
    const auth = process()
    await expect(auth.keys.create(wanted(over), 'operator')).rejects.toMatchObject({ code })
    expect(auth.keys.list('operator').map(({ name }) => name)).toEqual(['old'])
  })
  test('a second one of the same name, until the first is revoked', async () => {
    const auth = process()
    const { known } = await auth.keys.create(wanted(), 'operator')
    await expect(auth.keys.create(wanted(), 'operator')).rejects.toMatchObject({ code: 'field_invalid' })
    await auth.keys.revoke(known.id, 'operator')
    await auth.keys.create(wanted(), 'operator')
  })
  test('one that is not there, or that only the configuration can change', async () => {
    const auth = process()
    for (const id of ['key_none', 'old', '']) {
      await expect(auth.keys.revoke(id, 'operator')).rejects.toMatchObject({ code: 'key_unknown' })
      await expect(auth.keys.rotate(id, 0, 'operator')).rejects.toMatchObject({ code: 'key_unknown' })
    }
  })
})

describe('nobody lends what they have not', () => {
  const maker: Principal = {
    name: 'lead',
    via: 'key',
    roles: ['support', 'data_analyst'],
    attributes: { tenant: 7 },
    scope: { sources: ['shop'] },
    limits: { rows: 100 },
  }
  const fitting = wanted({ sources: ['shop'], limits: { rows: 100 } })
  test.each<readonly [string, Partial<WantedKey>]>([
    ['another role', { roles: ['admin'] }],
    ['another tenant', { attributes: { tenant: 8 } }],
    ['an attribute more', { attributes: { tenant: 7, region: 'EU' } }],
    ['an attribute less', { attributes: {} }],
    ['other sources', { sources: ['other'] }],
    ['a wider limit', { limits: { rows: 101 } }],
    ['a limit less', { limits: {} }],
  ])('%s', async (_, over) => {
    await expect(process().keys.create({ ...fitting, ...over }, maker)).rejects.toMatchObject({ code: 'action_refused' })
  })
  test('every source, where the maker has one', async () => {
    const { sources: _, ...everywhere } = fitting
    await expect(process().keys.create(everywhere, maker)).rejects.toMatchObject({ code: 'action_refused' })
  })
  test('what they have they may lend, and a predefined role below one of theirs', async () => {
    const auth = process()
    await auth.keys.create(fitting, maker)
    await auth.keys.create({ ...fitting, name: 'b', roles: ['read_only'] }, maker)
    expect(auth.keys.list(maker).map(({ name }) => name)).toEqual(['ana', 'b'])
  })
  test('they neither see nor touch a key that has more', async () => {
    const auth = process()
    const { key, known } = await auth.keys.create(wanted({ name: 'chief', roles: ['admin'] }), 'operator')
    expect(auth.keys.list(maker)).toEqual([])
    await expect(auth.keys.rotate(known.id, 0, maker)).rejects.toMatchObject({ code: 'action_refused' })
    await expect(auth.keys.revoke(known.id, maker)).rejects.toMatchObject({ code: 'action_refused' })
    expect(codeOf(auth, key)).toBe('chief')
  })
  test('they do not come after somebody who had more, in whose name things were kept', async () => {
    const auth = process()
    const { known } = await auth.keys.create(wanted({ name: 'chief', roles: ['admin'] }), 'operator')
    const { known: less } = await auth.keys.create({ ...fitting, name: 'less' }, 'operator')
    for (const { id } of [known, less]) await auth.keys.revoke(id, 'operator')
    await expect(auth.keys.create({ ...fitting, name: 'chief' }, maker)).rejects.toMatchObject({ code: 'field_invalid' })
    await auth.keys.create({ ...fitting, name: 'less' }, maker)
    await auth.keys.create(wanted({ name: 'chief' }), 'operator')
  })
  test('the role admin may lend any role, unless it is narrowed', async () => {
    const auth = process()
    const admin: Principal = { name: 'root', via: 'key', roles: ['admin'], attributes: {} }
    await auth.keys.create(wanted(), admin)
    await expect(auth.keys.create(wanted({ name: 'b' }), { ...admin, scope: { sources: ['shop'] } })).rejects.toMatchObject({
      code: 'action_refused',
    })
  })
  test('a key that ends leaves none that lasts longer', async () => {
    const auth = process()
    const { key } = await auth.keys.create(wanted({ name: 'root', roles: ['admin'], attributes: {}, expires: now + 1_000 }), 'operator')
    const root = shows(auth, key)
    await expect(auth.keys.create(wanted(), root)).rejects.toMatchObject({ code: 'action_refused' })
    await expect(auth.keys.create(wanted({ expires: now + 1_001 }), root)).rejects.toMatchObject({ code: 'action_refused' })
    await auth.keys.create(wanted({ expires: now + 1_000 }), root)
  })
})
