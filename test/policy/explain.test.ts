import { mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { explainGrant, maskKey } from '../../src/policy/policy.ts'
import type { Schema } from '../../src/schema.ts'
import { ana, customers, keysTable, orders, policyOf } from './setting.ts'

const schema: Schema = {
  version: '1',
  searchPath: ['main'],
  functions: [],
  tables: [customers, orders, keysTable].map(({ schema, name, names }) => ({
    schema,
    name,
    kind: 'table',
    columns: names.map((column) => ({ name: column, type: 'text', nativeType: 'TEXT', nullable: true })),
  })),
}

test('who gets what, why, and which patterns protect nothing', async () => {
  const policy = await policyOf(
    '  r: { extends: [read_only], sources: { shop: { tables: { deny: [api_keys, secrts] }, rows: { orders: "tenant_id = 1" }, columns: { customers: { deny: [password], mask: { email: email, emial: hash } }, custmers: { deny: [x] } } } } }',
  )
  const told = explainGrant(policy.grant(ana(['r']), 'shop'), schema)
  expect(told.tables.map(({ table, visible, why, rows }) => [table, visible, why, rows])).toEqual([
    ['main.customers', true, ['role r gives it with columns hidden, columns masked'], []],
    ['main.orders', true, ['role r gives it with rows filtered'], ['tenant_id = 1']],
    ['main.api_keys', false, ['role r denies api_keys'], []],
  ])
  expect(told.tables[0]?.columns).toEqual([
    { name: 'id', shown: 'plain', why: 'shown by role r' },
    { name: 'name', shown: 'plain', why: 'shown by role r' },
    { name: 'email', shown: 'masked', mask: { kind: 'email' }, why: 'masked by role r' },
    { name: 'password', shown: 'hidden', why: 'role r denies it' },
    { name: 'tenant_id', shown: 'plain', why: 'shown by role r' },
  ])
  expect(told.unmatched).toEqual([
    'role r: tables.deny secrts matches no table',
    'role r: columns customers: emial matches no column',
    'role r: columns custmers matches no table',
  ])
})

test('the key of hash masks is made once, for this user only, and a broken file is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-mask-'))
  const file = join(folder, 'state', 'mask.key')
  const key = maskKey(file)
  expect(key).toMatch(/^[0-9a-f]{64}$/)
  expect(maskKey(file)).toBe(key)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  writeFileSync(file, 'short')
  expect(() => maskKey(file)).toThrow(expect.objectContaining({ code: 'config_invalid' }))
})
