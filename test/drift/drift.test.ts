import { expect, test } from 'vitest'
import { breaksOf, type Change, changesBetween } from '../../src/drift/drift.ts'
import type { Table } from '../../src/schema.ts'
import { key, schemaOf, table } from '../graph/tables.ts'

const told = ({ kind, table, column, before, after }: Change) =>
  [kind, column === undefined ? table : `${table}.${column}`, before ?? '', after ?? ''].join(' ').trimEnd()
const between = (before: readonly Table[], after: readonly Table[]) => changesBetween(schemaOf(before), schemaOf(after)).map(told)

const people = table('people', ['id int', 'name text', 'email text', 'born date?'])

test('what is the same has not changed, whatever its estimates are', () => {
  expect(between([people], [{ ...people, rowsEstimate: 7 }])).toEqual([])
})

test('tables and columns that come and go are told', () => {
  expect(
    between(
      [people],
      [
        table('people', ['id int', 'name text', 'email text', 'born date?', 'vip bool']),
        table('pets', ['id int', 'owner int', 'kind text']),
      ],
    ),
  ).toEqual(['column_added people.vip  bool', 'table_added pets'])
  expect(between([people], [])).toEqual(['table_removed people'])
  expect(between([people], [table('people', ['id int', 'name text', 'email text'])])).toEqual(['column_removed people.born date'])
})

test('a column with another name, in its place and of its type, is renamed', () => {
  expect(between([people], [table('people', ['id int', 'name text', 'e_mail text', 'born date?'])])).toEqual([
    'column_renamed people.email email e_mail',
  ])
  expect(between([people], [table('people', ['id int', 'name text', 'salary decimal', 'born date?'])])).toEqual([
    'column_removed people.email text',
    'column_added people.salary  decimal',
  ])
})

test('a table with another name and the same columns is renamed, and what is new within it is told', () => {
  expect(between([people], [table('persons', ['id int', 'name text', 'email text', 'born date?', 'vip bool'])])).toEqual([
    'table_renamed people people persons',
    'column_added people.vip  bool',
  ])
  expect(between([people], [table('stock', ['sku text', 'count int', 'place text'])])).toEqual([
    'table_removed people',
    'table_added stock',
  ])
})

test('types, NULL, keys and comments are told', () => {
  const next = {
    ...table('people', ['id decimal', 'name text?', 'email text', 'born date?'], [key('id', 'units')], ['email']),
    comment: 'who is here',
  }
  expect(between([people], [next])).toEqual([
    'column_retyped people.id int decimal',
    'column_nullable people.name not null nullable',
    'comment_changed people  who is here',
    'primary_key_changed people id email',
    'foreign_key_added people  (id) -> units (id)',
  ])
})

test('names that are long, foreign or words of SQL are names like others', () => {
  const odd = table('select', [`${'ü'.repeat(300)} int`, '名前 text'])
  expect(between([], [odd])).toEqual(['table_added select'])
  expect(between([odd], [odd])).toEqual([])
})

test('ten thousand tables are compared in no time worth telling', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => table(`t${i}`, ['id int', 'a text', 'b text']))
  expect(between(many, many.slice(0, -1))).toEqual(['table_removed t9999'])
  // Everything gone and everything new: too many to look for renamings.
  expect(between(many.slice(0, 1_000), many.slice(1_000, 2_000))).toHaveLength(2_000)
})

const uses = [
  { what: 'policy', name: 'support', tables: ['people'], columns: ['people.email'] },
  { what: 'pair', name: 'How many people?', tables: ['people'], columns: [] },
  { what: 'query', name: 'pets', tables: ['pets'], columns: ['pets.id'] },
] as const

test('a role that names a column which is gone is broken, with what to do', () => {
  const changes = changesBetween(schemaOf([people]), schemaOf([table('people', ['id int', 'name text', 'born date?'])]))
  const breaks = breaksOf(changes, uses)
  expect(breaks.map(({ use, certain }) => [use.name, certain])).toEqual([
    ['support', true],
    ['How many people?', false],
  ])
  expect(breaks[0]!.mend).toContain('protects nothing')
})

test('a renaming breaks what names it and says what to write', () => {
  const changes = changesBetween(schemaOf([people]), schemaOf([table('people', ['id int', 'name text', 'e_mail text', 'born date?'])]))
  expect(breaksOf(changes, uses)[0]).toMatchObject({ use: { what: 'policy' }, certain: true, mend: 'Write e_mail in the place of email.' })
})

test('a new column is nothing to a query, but a role that speaks of the table should know', () => {
  const changes = changesBetween(
    schemaOf([people]),
    schemaOf([table('people', ['id int', 'name text', 'email text', 'born date?', 'tax_number text'])]),
  )
  expect(breaksOf(changes, uses).map(({ use }) => use.what)).toEqual(['policy'])
})
