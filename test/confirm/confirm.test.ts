import { expect, test } from 'vitest'
import { type Bound, openConfirmations } from '../../src/confirm/confirm.ts'

const bound: Bound = { principal: 'ana', source: 'shop', digest: 'd1' }
const refused = (doing: () => void): string => {
  try {
    doing()
  } catch (error) {
    return (error as { code: string }).code
  }
  return 'nothing'
}

test('a token is good once, for its caller, source and change', () => {
  const tokens = openConfirmations()
  const { token } = tokens.issue(bound)
  expect(refused(() => tokens.redeem(token, { ...bound, principal: 'ben' }))).toBe('confirmation_invalid')
  expect(refused(() => tokens.redeem(token, { ...bound, source: 'hr' }))).toBe('confirmation_invalid')
  expect(refused(() => tokens.redeem(token, { ...bound, digest: 'd2' }))).toBe('confirmation_invalid')
  tokens.redeem(token, bound)
  expect(refused(() => tokens.redeem(token, bound))).toBe('confirmation_used')
  // Whoever has found a used token learns nothing from it.
  expect(refused(() => tokens.redeem(token, { ...bound, principal: 'ben' }))).toBe('confirmation_invalid')
})

test('after five minutes a token is no good, and is told as expired', () => {
  let now = 1_000
  const tokens = openConfirmations(() => now)
  const { token, expires } = tokens.issue(bound)
  expect(Date.parse(expires)).toBe(1_000 + 300_000)
  now = 1_000 + 300_000
  expect(refused(() => tokens.redeem(token, bound))).toBe('confirmation_expired')
})

test('an invented token is refused, however long', () => {
  const tokens = openConfirmations()
  for (const token of ['', 'cfm_', 'x'.repeat(1e6), 'cfm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']) {
    expect(refused(() => tokens.redeem(token, bound))).toBe('confirmation_invalid')
  }
})

test('what is remembered is bounded', () => {
  const tokens = openConfirmations(() => 1)
  const first = tokens.issue(bound).token
  for (let i = 0; i < 10_000; i++) tokens.issue(bound)
  expect(refused(() => tokens.redeem(first, bound))).toBe('confirmation_invalid')
})
