import { expect, test } from 'vitest'
import { emptySource, type Role, type RoleSource, unmatched } from '../../src/policy/policy.ts'
import type { Schema } from '../../src/schema.ts'

const column = (name: string) => ({ name, type: 'text' as const, nativeType: 'text', nullable: true })
const schema: Schema = {
  version: '1',
  searchPath: ['main'],
  functions: [],
  tables: [
    { schema: 'main', name: 'customers', kind: 'table', columns: [column('id'), column('Email')] },
    { schema: 'main', name: 'orders', kind: 'table', columns: [column('id'), column('total')] },
  ],
}
const said = (rules: Partial<RoleSource>, source = 'shop') => {
  const role: Role = { extends: [], sources: { [source]: { ...emptySource, ...rules } } }
  return unmatched({ desk: role }, 'shop', schema)
}

test.each<[string, Partial<RoleSource>]>([
  ['a name', { tables: { allow: ['customers'], deny: ['main.orders'] } }],
  ['a pattern', { tables: { allow: ['*'], deny: ['ord*'] } }],
  ['another spelling', { columns: { CUSTOMERS: { deny: [], mask: { email: { kind: 'email' } } } } }],
  ['a column of some of the tables', { columns: { '*': { deny: ['total'], mask: {} } } }],
  ['a pattern of columns', { columns: { customers: { allow: ['*'], deny: ['em*'], mask: {} } } }],
])('what fits is not told: %s', (_, rules) => {
  expect(said(rules)).toEqual([])
})

test('tables and columns that are not there are told with the nearest that are', () => {
  const rules = {
    tables: { allow: ['custmers'], deny: [] },
    columns: { customers: { deny: ['emial'], mask: { phone: { kind: 'null' } as const } } },
    rows: { 'main.oders': ['id = 1'] },
  }
  expect(said(rules)).toEqual([
    'The role desk names the table custmers, which there is not. Did you mean customers?',
    'The role desk names the table main.oders, which there is not. Did you mean main.orders?',
    'The role desk names the column customers.emial, which there is not. Did you mean Email?',
    'The role desk names the column customers.phone, which there is not.',
  ])
})

test('a role for other sources, or for a pattern of sources, says nothing of this one', () => {
  expect(said({ tables: { allow: ['custmers'], deny: [] } }, 'files')).toEqual([])
  expect(said({ tables: { allow: ['custmers'], deny: [] } }, '*')).toEqual([])
})
