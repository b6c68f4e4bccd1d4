import { describe, expect, test } from 'vitest'
import { predefinedRoles } from '../../src/policy/policy.ts'
import { ana, customers, keysTable, orders, policyOf } from './setting.ts'

describe('predefined roles', () => {
  test.each(predefinedRoles)('%s sees everything as it is', async (role) => {
    const grant = (await policyOf('  x: {}')).grant(ana([role]), 'shop')
    expect(grant.restricted).toBe(false)
    expect(grant.table(customers)).toMatchObject({ restricted: false, columns: customers.names, rows: [] })
    expect(grant.actions.has('read')).toBe(true)
  })
  test('only admin administers, only data_editor and above write', async () => {
    const policy = await policyOf('  x: {}')
    const may = (action: 'write' | 'ddl' | 'admin') =>
      predefinedRoles.filter((role) => policy.grant(ana([role]), 'shop').actions.has(action))
    expect(may('write')).toEqual(['data_editor', 'developer', 'admin'])
    expect(may('ddl')).toEqual(['developer', 'admin'])
    expect(may('admin')).toEqual(['admin'])
  })
})

describe('denied by default', () => {
  test('no role, an unknown role, a role that names no table, and another source', async () => {
    const policy = await policyOf(
      '  limited: { sources: { shop: { limits: { rows: 5 }, actions: [read] } } }\n  shopper: { sources: { shop: { tables: { allow: [orders] }, actions: [read] } } }',
    )
    for (const roles of [[], ['nobody'], ['limited']]) {
      expect(() => policy.grant(ana(roles), 'shop')).toThrow(expect.objectContaining({ code: 'source_unknown' }))
      expect(policy.sources(ana(roles))).toEqual([])
    }
    const shopper = ana(['shopper'])
    expect(policy.sources(shopper)).toEqual(['shop'])
    expect(() => policy.grant(shopper, 'other')).toThrow(expect.objectContaining({ code: 'source_unknown' }))
    expect(() => policy.grant(shopper, 'none')).toThrow(expect.objectContaining({ code: 'source_unknown' }))
    const grant = policy.grant(shopper, 'shop')
    expect(grant.restricted).toBe(true)
    expect(grant.table(customers)).toBeUndefined()
    expect(grant.table(orders)).toMatchObject({ restricted: false, explicit: true })
  })
})

describe('inside one role', () => {
  const table = async (role: string, asked = customers, dialect: 'sqlite' | 'postgres' = 'sqlite') =>
    (await policyOf(`  r: ${role}`, dialect)).grant(ana(['r']), 'shop').table(asked)
  const over = (block: string) => `{ extends: [read_only], sources: { shop: ${block} } }`

  test('deny wins over allow, whatever the case of letters', async () => {
    expect(await table(over("{ tables: { allow: ['*', customers], deny: [CUSTOMERS] } }"))).toBeUndefined()
    expect(await table(over("{ tables: { deny: ['cust*'] } }"), customers, 'postgres')).toBeUndefined()
    expect(await table(over("{ tables: { deny: ['Main.*'] } }"))).toBeUndefined()
    expect(await table(over("{ tables: { deny: ['other.*'] } }"))).toBeDefined()
  })
  test('allow replaces what the extended role allows', async () => {
    expect(await table(over('{ tables: { allow: [orders] } }'))).toBeUndefined()
  })
  test('allow tells case apart where the engine does', async () => {
    expect(await table(over('{ tables: { allow: [Customers] } }'), customers, 'postgres')).toBeUndefined()
    expect(await table(over('{ tables: { allow: [Customers] } }'))).toBeDefined()
  })
  test('columns: the only ones, the denied ones, the masked ones, also by pattern', async () => {
    const shown = await table(
      over("{ columns: { customers: { deny: [PassWord], mask: { Email: email } }, '*': { mask: { '*_id': hash } } } }"),
    )
    expect(shown?.columns).toEqual(['id', 'name', 'email', 'tenant_id'])
    expect([...(shown?.masks ?? [])]).toEqual([
      ['email', { kind: 'email' }],
      ['tenant_id', { kind: 'hash' }],
    ])
    expect(shown?.restricted).toBe(true)
    expect((await table(over("{ columns: { '*': { allow: [id, name] } } }")))?.columns).toEqual(['id', 'name'])
    expect(await table(over("{ columns: { '*': { deny: ['*'] } } }"))).toBeUndefined()
  })
  test('the most particular pattern chooses the mask', async () => {
    const shown = await table(
      over("{ columns: { '*': { mask: { email: null } }, customers: { mask: { email: hash } }, 'cust*': { mask: { email: year } } } }"),
    )
    expect(shown?.masks.get('email')).toEqual({ kind: 'hash' })
  })
  test('deny, masks and rules of extended roles stay', async () => {
    const policy = await policyOf(
      '  base: { extends: [read_only], sources: { "*": { tables: { deny: [api_keys] }, rows: { orders: "amount > 0" }, columns: { customers: { mask: { email: hash } } } } } }\n' +
        '  top: { extends: [base], sources: { shop: { tables: { allow: ["*"] }, rows: { orders: "amount < 9" } } } }',
    )
    const grant = policy.grant(ana(['top']), 'shop')
    expect(grant.table(keysTable)).toBeUndefined()
    expect(grant.table(orders)?.rows).toEqual(['amount > 0', 'amount < 9'])
    expect(grant.table(customers)?.masks.get('email')).toEqual({ kind: 'hash' })
  })
})

describe('several roles: nothing is shown that no single role shows', () => {
  const united = async (roles: string[], asked = customers) => {
    const policy = await policyOf(roles.map((role, i) => `  r${i}: ${role}`).join('\n'))
    return policy.grant(ana(roles.map((_, i) => `r${i}`)), 'shop').table(asked)
  }
  const role = (block: string) => `{ sources: { shop: { actions: [read], ${block} } } }`
  const all = "tables: { allow: ['*'] }"

  test('tables add up, and the role that gives more wins', async () => {
    expect(await united([role('tables: { allow: [orders] }'), role('tables: { allow: [customers] }')])).toBeDefined()
    expect(await united([role(`${all}, columns: { customers: { mask: { email: hash }, deny: [password] } }`), role(all)])).toMatchObject({
      restricted: false,
    })
  })
  test('a role that does not give the table lifts nothing', async () => {
    const shown = await united([role(`${all}, columns: { customers: { mask: { email: hash } } }`), role('tables: { allow: [orders] }')])
    expect(shown?.masks.get('email')).toEqual({ kind: 'hash' })
  })
  test('rules of roles are joined by OR, those of one role by AND', async () => {
    const shown = await united([role(`${all}, rows: { customers: [a = 1, b = 2] }`), role(`${all}, rows: { customers: c = 3 }`)])
    expect(shown?.rows).toEqual(['((a = 1) AND (b = 2)) OR (c = 3)'])
  })
  test('rows of one role do not take the open columns of another', async () => {
    const shown = await united([
      role(`${all}, rows: { customers: tenant_id = 1 }`),
      role(`${all}, rows: { customers: tenant_id = 2 }, columns: { customers: { mask: { email: hash }, deny: [password] } }`),
    ])
    expect(shown?.masks.get('email')).toEqual({ kind: 'hash' })
    expect(shown?.columns).not.toContain('password')
    const open = await united([
      role(`${all}, rows: { customers: tenant_id = 1 }`),
      role(`${all}, columns: { customers: { mask: { email: hash } } }`),
    ])
    expect(open?.rows).toEqual([])
    expect(open?.masks.get('email')).toEqual({ kind: 'hash' })
  })
  test('a role that may not read lends no tables to one that may', async () => {
    const shown = await united([
      "{ sources: { shop: { actions: [explain], tables: { allow: ['*'] } } } }",
      role('tables: { allow: [orders] }'),
    ])
    expect(shown).toBeUndefined()
  })
  test('limits: the most generous', async () => {
    const policy = await policyOf(
      '  a: { extends: [read_only], sources: { shop: { limits: { rows: 5, seconds: 90 } } } }\n  b: { extends: [read_only], sources: { shop: { limits: { rows: 7 } } } }',
    )
    expect(policy.grant(ana(['a', 'b']), 'shop').limits).toMatchObject({ rows: 7, ms: 90_000 })
  })
})

describe('versions and remembering', () => {
  const rules = '  r: { extends: [read_only], sources: { shop: { rows: { orders: "tenant_id = {{principal.tenant}}" } } } }'
  test('two principals who get the same have the same version, others another', async () => {
    const policy = await policyOf(rules)
    const version = (tenant: number, extra = {}) => policy.grant(ana(['r'], { tenant, ...extra }), 'shop').version
    expect(version(1)).toBe(version(1, { unused: 'x' }))
    expect(version(1)).not.toBe(version(2))
    expect(policy.grant(ana(['read_only']), 'shop').version).not.toBe(policy.grant(ana(['data_analyst']), 'shop').version)
  })
  test('a grant is made once; a table is judged anew when its columns change', async () => {
    const policy = await policyOf('  r: { extends: [read_only], sources: { shop: { columns: { t: { deny: [b] } } } } }')
    const principal = ana(['r'])
    const grant = policy.grant(principal, 'shop')
    expect(policy.grant(principal, 'shop')).toBe(grant)
    expect(grant.table({ schema: 'main', name: 't', names: ['a', 'b'] })?.columns).toEqual(['a'])
    expect(grant.table({ schema: 'main', name: 't', names: ['a', 'b', 'c'] })?.columns).toEqual(['a', 'c'])
  })
})
