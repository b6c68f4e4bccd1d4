import { describe, expect, test } from 'vitest'
import { openPolicy } from '../../src/policy/policy.ts'
import type { Principal } from '../../src/principal.ts'

/** What lowers the rights that roles give: the scope and the limits of a credential, limits for everybody, and the identity a source needs. */

const policy = openPolicy({
  roles: {},
  sources: new Map([
    ['shop', 'postgres'],
    ['other', 'postgres'],
  ]),
  ceiling: { rows: 500, ms: 1_000 },
  identities: new Map([
    [
      'other',
      {
        role: 'app_{{principal.tenant}}',
        settings: { 'app.user': '{{ principal.name }}' },
        login: { user: '{{principal.db_user}}', password: '{{principal.db_password}}' },
      },
    ],
  ]),
})
const ana = (over: Partial<Principal> = {}): Principal => ({ name: 'ana', via: 'key', roles: ['data_editor'], attributes: {}, ...over })
const who = { tenant: 7, db_user: 'ana', db_password: 'p' }

test('a scope hides every other source', () => {
  const narrowed = ana({ scope: { sources: ['shop'] } })
  expect(policy.sources(narrowed)).toEqual(['shop'])
  expect(policy.sources(ana())).toEqual(['shop', 'other'])
  expect(() => policy.grant(narrowed, 'other')).toThrow(expect.objectContaining({ code: 'source_unknown' }))
  expect(policy.actions(ana({ scope: { sources: [] } }))).toEqual(new Set())
})

describe('the lowest limit holds, whoever says it', () => {
  test.each([
    [{}, { rows: 500, rowsDefault: 500, ms: 1_000 }],
    [
      { rows: 3, concurrent: 1, burst: 2, rowsPerMinute: 9 },
      { rows: 3, rowsDefault: 3, ms: 1_000, concurrent: 1, burst: 2, rowsPerMinute: 9 },
    ],
    [
      { rows: 5_000, ms: 9_999 },
      { rows: 500, ms: 1_000 },
    ],
  ])('%j', (limits, expected) => {
    expect(policy.grant(ana({ limits }), 'shop').limits).toMatchObject(expected)
  })
})

test('an identity is made of the name and the attributes of the caller, and is no part of what a statement becomes', () => {
  const grant = policy.grant(ana({ attributes: who }), 'other')
  expect(grant.identity).toEqual({ role: 'app_7', settings: { 'app.user': 'ana' }, login: { user: 'ana', password: 'p' } })
  expect(policy.grant(ana(), 'shop').identity).toBeUndefined()
  expect(policy.grant(ana({ attributes: { ...who, tenant: 8 } }), 'other').version).toBe(grant.version)
})

describe('whom the source cannot know it does not serve', () => {
  test.each([
    ['an attribute is missing', { tenant: 7, db_user: 'ana' }],
    ['an attribute is empty', { ...who, db_user: '' }],
    ['an attribute is a list', { ...who, tenant: [7, 8] }],
    ['an attribute holds a NUL', { ...who, tenant: '7\0' }],
    ['an attribute is only that of every object', { tenant: 7, db_user: 'ana', toString: 'x' }],
  ])('%s', (_, attributes) => {
    expect(() => policy.grant(ana({ attributes }), 'other')).toThrow(
      expect.objectContaining({ code: 'action_refused', message: expect.not.stringContaining('ana') }),
    )
  })
})
