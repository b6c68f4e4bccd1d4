import { expect, test } from 'vitest'
import { fromManifest, isManifest } from '../../src/knowledge/dbt.ts'
import { type Brought, merging, saying, withoutComments } from '../../src/knowledge/merge.ts'
import { shapeOf, shapesOf } from '../../src/knowledge/text-shape.ts'
import type { Note, Origin } from '../../src/store/store.ts'

const at = '2026-01-01T00:00:00.000Z'
const note = (description: string, origin: Origin, more: Partial<Note> = {}): Note => ({
  table: 't',
  column: '',
  description,
  origin,
  tags: [],
  terms: [],
  by: 'ana',
  at,
  ...more,
})
const brought = (description: string, origin: Origin, more: Partial<Brought> = {}): Brought => ({
  table: 't',
  column: '',
  description,
  origin,
  ...more,
})

test.each([
  ['comment', 'comment', 'new'],
  ['comment', 'dbt', 'new'],
  ['comment', 'person', 'new'],
  ['dbt', 'comment', 'old'],
  ['dbt', 'dbt', 'new'],
  ['dbt', 'person', 'new'],
  ['person', 'comment', 'old'],
  ['person', 'dbt', 'old'],
  ['person', 'person', 'old'],
] as const)('over what is from %s an import from %s leaves the %s description', (has, brings, left) => {
  const { write, kept } = merging([note('old', has)], [brought('new', brings)], 'b', at)
  expect(write[0]?.description ?? 'old').toBe(left)
  expect(kept).toBe(left === 'old' ? 1 : 0)
})

test('tags and terms are added, an owner only where there is none, and the same import again changes nothing', () => {
  const known = [note('old', 'person', { tags: ['a'], owner: 'Ana' }), { table: 'u', column: '', tags: [], terms: [], by: 'x', at }]
  const all = [
    brought('new', 'dbt', { tags: ['b', 'a', ' '], owner: 'Bo', terms: ['money'] }),
    { table: 'u', column: '', origin: 'dbt' as const, owner: 'Bo' },
  ]
  const { write } = merging(known, all, 'b', at)
  expect(write[0]).toMatchObject({ description: 'old', origin: 'person', tags: ['a', 'b'], owner: 'Ana', terms: ['money'] })
  expect(write[1]).toMatchObject({ owner: 'Bo' })
  expect(merging(write, all, 'c', '2027')).toEqual({ write: [], kept: 1, same: 2 })
})

test('a comment that is gone takes its description with it, and no other', () => {
  const known = [note('was a comment', 'comment', { tags: ['a'] }), note('mine', 'person', { column: 'c' })]
  const write = withoutComments(known, [], 'b', at)
  expect(write).toEqual([{ table: 't', column: '', tags: ['a'], terms: [], by: 'b', at }])
  expect(withoutComments(known, [brought('was a comment', 'comment')], 'b', at)).toEqual([])
})

test('what a person says replaces lists, adds tags, takes away by null', () => {
  const known = note('old', 'dbt', { tags: ['a', 'b'], owner: 'Ana', terms: ['x'] })
  expect(saying(known, known, { addTags: ['c'], removeTags: ['a'] }, 'b', at)).toMatchObject({
    tags: ['b', 'c'],
    origin: 'dbt',
    owner: 'Ana',
  })
  expect(saying(known, known, { description: 'mine' }, 'b', at)).toMatchObject({ description: 'mine', origin: 'person' })
  const less = saying(known, known, { description: null, owner: null, tags: [], terms: [] }, 'b', at)
  expect(less).toEqual({ table: 't', column: '', tags: [], terms: [], by: 'b', at })
})

test('a manifest of dbt brings descriptions, tags, owners and terms of what the source has', () => {
  const manifest = {
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json' },
    groups: { 'group.p.sales': { name: 'sales', owner: { name: 'Sales', email: 'sales@example.com' } } },
    nodes: {
      'model.p.orders': {
        resource_type: 'model',
        schema: 'main',
        name: 'orders_model',
        alias: 'Orders',
        description: 'What was ordered',
        tags: ['fact'],
        config: { tags: ['daily'], group: 'sales', meta: { terms: ['order'] } },
        columns: {
          ID: { name: 'ID', description: 'The key', tags: ['key'], meta: { owner: 'Ana' } },
          gone: { name: 'gone', description: 'x' },
        },
      },
      'test.p.unique': { resource_type: 'test', schema: 'main', name: 'orders', description: 'a test' },
      broken: 7,
    },
    sources: {
      'source.p.raw.people': { resource_type: 'source', schema: 'raw', name: 'p', identifier: 'people', description: '' },
      nowhere: { resource_type: 'source', schema: 'raw', name: 'nowhere' },
    },
  }
  expect(isManifest(manifest)).toBe(true)
  const found = (schema: string, name: string) =>
    name.toLowerCase() === 'orders'
      ? { table: `${schema}.orders`, columns: ['id'] }
      : name === 'people'
        ? { table: 'raw.people', columns: [] }
        : undefined
  const told = fromManifest(manifest, found)
  expect(told.unknown).toBe(2)
  expect(told.brought).toEqual([
    {
      table: 'main.orders',
      column: '',
      origin: 'dbt',
      description: 'What was ordered',
      tags: ['fact', 'daily'],
      owner: 'Sales',
      terms: ['order'],
    },
    { table: 'main.orders', column: 'id', origin: 'dbt', description: 'The key', tags: ['key'], owner: 'Ana', terms: [] },
    { table: 'raw.people', column: '', origin: 'dbt', tags: [], terms: [] },
  ])
  for (const odd of [undefined, null, 7, [], {}, { nodes: [] }, { nodes: {}, metadata: [] }]) expect(isManifest(odd)).toBe(false)
})

test('the shape of a text holds nothing of it', () => {
  expect(shapeOf('AB-123')).toBe('AA-999')
  expect(shapeOf('Äpfel 7')).toBe('Aaaaa 9')
  expect(shapeOf('müllerstraße')).toBe('aaaa+')
  expect(shapesOf([...Array(18).fill('A-1'), 'xyz', 'x'])).toEqual([{ pattern: 'A-9', share: 0.9 }])
})
