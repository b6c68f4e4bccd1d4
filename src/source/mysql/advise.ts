import type { Address } from '../address.ts'
import type { Ask } from '../served.ts'
import type { Advice } from '../source.ts'

export async function advise(_ask: Ask, _address: Address): Promise<readonly Advice[]> {
  return []
}
