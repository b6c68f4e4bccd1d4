import { expect, test } from 'vitest'
import { type Detected, detectedOf, openPolicy, predefined } from '../../src/policy/policy.ts'
import { ana, customers, orders } from './setting.ts'

const found = [{ table: 'main.customers', column: 'EMAIL', kind: 'email', mask: { kind: 'email' } }] as const

function policyWith(detected: () => Detected | undefined) {
  const roles = {
    ...predefined,
    shy: {
      extends: ['read_only'],
      sources: {
        shop: { ...predefined.read_only!.sources['*']!, columns: { customers: { deny: [], mask: { email: { kind: 'null' } as const } } } },
      },
    },
  }
  return openPolicy({
    roles,
    sources: new Map([['shop', 'sqlite'] as const, ['other', 'sqlite'] as const]),
    findings: { of: (source) => (source === 'shop' ? detected() : undefined) },
  })
}

test('what was detected is masked, with a reason, and only there', () => {
  const policy = policyWith(() => detected)
  const detected = detectedOf(found)
  const grant = policy.grant(ana(['read_only']), 'shop')
  const table = grant.table(customers)!
  expect([...table.masks]).toEqual([['email', { kind: 'email' }]])
  expect(table).toMatchObject({ restricted: true, guarded: true })
  expect(table.reasons.join()).toContain('email')
  expect(grant.restricted).toBe(true)
  expect(grant.table(orders)).toMatchObject({ restricted: false })
  expect(policy.grant(ana(['read_only']), 'other')).toMatchObject({ restricted: false })
})

test('who administers the source sees it, and a mask of a role stays as it is', () => {
  const policy = policyWith(() => detected)
  const detected = detectedOf(found)
  expect(policy.grant(ana(['admin']), 'shop').table(customers)!.masks.size).toBe(0)
  expect(
    policy
      .grant(ana(['shy']), 'shop')
      .table(customers)!
      .masks.get('email'),
  ).toEqual({ kind: 'null' })
})

test('a new finding is a new grant of another version, and the same findings are the same grant', () => {
  let detected: Detected | undefined
  const policy = policyWith(() => detected)
  const who = ana(['read_only'])
  const open = policy.grant(who, 'shop')
  detected = detectedOf(found)
  const masked = policy.grant(who, 'shop')
  expect(masked.version).not.toBe(open.version)
  expect(policy.grant(who, 'shop')).toBe(masked)
  detected = undefined
  expect(policy.grant(who, 'shop').version).toBe(open.version)
  expect(policy.grant(who, 'shop').table(customers)!.masks.size).toBe(0)
})

test('names that differ by case only are the same column', () => {
  const policy = policyWith(() => detectedOf([{ ...found[0], table: 'MAIN.Customers' }]))
  expect(
    policy
      .grant(ana(['read_only']), 'shop')
      .table(customers)!
      .masks.has('email'),
  ).toBe(true)
})
