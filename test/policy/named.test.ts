import { expect, test } from 'vitest'
import { emptySource, namedByRoles, type Role, type RoleSource } from '../../src/policy/policy.ts'
import { schemaOf, table } from '../graph/tables.ts'

const schema = schemaOf([table('people', ['id int', 'name text', 'e_mail text']), table('orders', ['id int', 'person int'])])
const role = (rules: Partial<RoleSource>, source = 'shop'): Role => ({ extends: [], sources: { [source]: { ...emptySource, ...rules } } })
const named = (rules: Partial<RoleSource>, source = 'shop') => namedByRoles({ r: role(rules, source) }, 'shop', schema, schema)

test('tables and columns that a role names outright are told, whatever the case', () => {
  expect(named({ tables: { allow: ['Orders'], deny: ['people'] } })).toEqual([{ role: 'r', tables: ['orders', 'people'], columns: [] }])
  expect(named({ columns: { people: { deny: ['NAME'], mask: { e_mail: { kind: 'email' } } } } })).toEqual([
    { role: 'r', tables: ['people'], columns: ['people.name', 'people.e_mail'] },
  ])
  expect(named({ rows: { orders: ["person = {{principal.id}} AND 'id' <> ''"] } })).toMatchObject([
    { tables: ['orders'], columns: ['orders.id', 'orders.person'] },
  ])
  expect(named({ tables: { allow: ['people'], deny: [] } }, 'sh*')).toHaveLength(1)
})

test('patterns mean whatever there is, and other sources are others', () => {
  expect(named({ tables: { allow: ['*', 'peop*'], deny: [] }, columns: { '*': { deny: ['name'], mask: {} } } })).toEqual([])
  expect(named({ tables: { allow: ['people'], deny: [] } }, 'stock')).toEqual([])
  expect(named({ tables: { allow: ['nowhere'], deny: [] } })).toEqual([])
})

test('a pattern that nothing fits any more has lost what it meant', () => {
  const rules = { r: role({ tables: { deny: ['ord*', 'peop*'] } }) }
  const after = schemaOf(schema.tables.filter(({ name }) => name !== 'orders'))
  expect(namedByRoles(rules, 'shop', schema, after)).toEqual([{ role: 'r', tables: ['orders'], columns: [] }])
  expect(namedByRoles(rules, 'shop', schema, schemaOf([...after.tables, table('ordered', ['id int'])]))).toEqual([])
})
