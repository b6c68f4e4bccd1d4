import { describe, expect, test } from 'vitest'
import { makeKey, openAuth } from '../../src/auth/auth.ts'

const made = makeKey()
const old = makeKey()
const auth = openAuth({
  keys: [
    { name: 'ana', hash: made.hash, roles: ['support'], attributes: { tenant: 7 } },
    { name: 'old', hash: old.hash, roles: ['support'], attributes: {}, expires: 1_000 },
  ],
  local: { roles: ['read_only'], attributes: { team: 'x' } },
  now: () => 1_000,
})
const codeOf = (token: string): unknown => {
  try {
    return auth.identify({ kind: 'bearer', token })
  } catch (error) {
    return (error as { code: string }).code
  }
}

test('a made key is known by its hash and always the same principal', () => {
  expect(made.key).toMatch(/^slk_[A-Za-z0-9_-]{43}$/)
  expect(makeKey().key).not.toBe(made.key)
  const principal = auth.identify({ kind: 'bearer', token: made.key })
  expect(principal).toEqual({ name: 'ana', via: 'key', roles: ['support'], attributes: { tenant: 7 } })
  expect(auth.identify({ kind: 'bearer', token: made.key })).toBe(principal)
})

describe('who is not let in', () => {
  test.each([
    ['another key', makeKey().key],
    ['the hash itself', made.hash],
    ['nothing', ''],
    ['one letter less', made.key.slice(0, -1)],
    ['one letter more', `${made.key}A`],
    ['other letters', made.key.toUpperCase()],
    ['a name of every object', '__proto__'],
    ['a long token', `slk_${'a'.repeat(100_000)}`],
  ])('%s is unknown', (_, token) => {
    expect(codeOf(token)).toBe('credential_unknown')
  })
  test('an expired key, from its very moment', () => {
    expect(codeOf(old.key)).toBe('credential_expired')
  })
  test('no credential', () => {
    expect(() => auth.identify({ kind: 'none' })).toThrow(expect.objectContaining({ code: 'credential_missing' }))
  })
})

test('a caller on this machine has the local roles, or must show a key when there are none', () => {
  expect(auth.identify({ kind: 'local' })).toMatchObject({ name: 'local', via: 'local', roles: ['read_only'], attributes: { team: 'x' } })
  const strict = openAuth({ keys: [], local: { roles: [], attributes: {} } })
  expect(() => strict.identify({ kind: 'local' })).toThrow(expect.objectContaining({ code: 'credential_missing' }))
})
