import { configOf } from '../../src/config/config.ts'
import type { DialectName } from '../../src/facts.ts'
import { openPolicy } from '../../src/policy/policy.ts'
import type { Attribute, Principal } from '../../src/principal.ts'

export const ana = (roles: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): Principal => ({
  name: 'ana',
  via: 'key',
  roles,
  attributes,
})

/** Policy from the text under `roles:`, over a source `shop` of the given dialect and a source `other`. */
export async function policyOf(roles: string, dialect: DialectName = 'sqlite') {
  const sources = 'sources: { shop: { connector: sqlite, path: a }, other: { connector: sqlite, path: b } }\n'
  const config = await configOf('/srv/sluice.yaml', `${sources}roles:\n${roles}`, {})
  return openPolicy({
    roles: config.roles,
    sources: new Map<string, DialectName>([
      ['shop', dialect],
      ['other', dialect],
    ]),
  })
}

export const customers = { schema: 'main', name: 'customers', names: ['id', 'name', 'email', 'password', 'tenant_id'] }
export const orders = { schema: 'main', name: 'orders', names: ['id', 'amount', 'tenant_id'] }
export const keysTable = { schema: 'main', name: 'api_keys', names: ['id', 'key'] }
