import { describe, expect, it } from 'vitest'
import { didYouMean, nearest } from '../../src/nearest.ts'

describe('nearest', () => {
  it('finds what a person may have meant, nearest first, three at most', () => {
    expect(nearest('custmers', ['costumers', 'orders', 'customers'])).toEqual(['customers', 'costumers'])
    expect(nearest('ordres', ['orders'])).toEqual(['orders'])
    expect(nearest('aaaa', ['aaab', 'aaac', 'aaad', 'aaae'])).toEqual(['aaab', 'aaac', 'aaad'])
    expect(nearest('Orders', ['orders'])).toEqual(['orders'])
  })

  it('finds a name in another schema', () => {
    expect(nearest('stock', ['depot.stock', 'orders'])).toEqual(['depot.stock'])
  })

  it('finds nothing when nothing is near', () => {
    expect(nearest('zebra', ['orders', 'customers'])).toEqual([])
    expect(nearest('f', ['+', '-', 'g'])).toEqual([])
    expect(didYouMean('zebra', ['orders'])).toBe('')
  })

  it('stays cheap for long names', () => {
    expect(
      nearest(
        'x'.repeat(100_000),
        Array.from({ length: 1_000 }, (_, i) => `${'y'.repeat(1_000)}${i}`),
      ),
    ).toEqual([])
  })
})
