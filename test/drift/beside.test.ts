import { expect, test } from 'vitest'
import type { Index } from '../../src/details.ts'
import { changesBetween, indexChanges } from '../../src/drift/drift.ts'
import type { SourceFunction } from '../../src/schema.ts'
import { schemaOf, table } from '../graph/tables.ts'

const index = (name: string, columns: string[], more: Partial<Index> = {}): Index => ({
  schema: '',
  table: 'people',
  name,
  columns,
  unique: false,
  primary: false,
  ...more,
})
const people = new Set(['people'])

test('indexes that come, go and change are told, whatever their size', () => {
  const before = [index('a', ['id'], { bytes: 1 }), index('b', ['name'])]
  expect(indexChanges(before, [index('b', ['name']), index('a', ['id'], { bytes: 2 })], people)).toEqual([])
  expect(indexChanges(before, [index('a', ['id', 'name'], { unique: true }), index('c', ['x'], { method: 'gin' })], people)).toEqual([
    { kind: 'index_changed', table: 'people', before: 'a (id)', after: 'a (id, name) unique' },
    { kind: 'index_removed', table: 'people', before: 'b (name)' },
    { kind: 'index_added', table: 'people', after: 'c (x) gin' },
  ])
})

test('indexes of tables that came or went, and primary keys, are not told twice', () => {
  expect(indexChanges([index('a', ['id'])], [], new Set())).toEqual([])
  expect(indexChanges([index('a', ['id'], { primary: true })], [], people)).toEqual([])
})

const f = (name: string, more: Partial<SourceFunction> = {}): SourceFunction => ({
  schema: 's',
  name,
  kind: 'function',
  volatility: 'stable',
  builtin: false,
  args: [1, 1],
  ...more,
})
const between = (before: readonly SourceFunction[], after: readonly SourceFunction[]) =>
  changesBetween({ ...schemaOf([]), functions: before }, { ...schemaOf([]), functions: after })

test('functions that somebody made are told, those of the engine are not', () => {
  expect(between([f('a'), f('a', { body: 'x' })], [f('a', { body: 'x' }), f('a')])).toEqual([])
  expect(between([f('now', { builtin: true })], [])).toEqual([])
  expect(between([f('a'), f('b')], [f('b', { body: 'y' }), f('c', { args: [0, Number.POSITIVE_INFINITY] })])).toEqual([
    { kind: 'function_removed', table: '', before: 's.a(1)' },
    { kind: 'function_changed', table: '', before: 's.b(1)', after: 's.b(1)' },
    { kind: 'function_added', table: '', after: 's.c(0…)' },
  ])
})

test('columns in another order are one change', () => {
  const [before, after] = [table('t', ['id int', 'a int', 'b int']), table('t', ['id int', 'b int', 'a int'])]
  expect(changesBetween(schemaOf([before]), schemaOf([after]))).toEqual([
    { kind: 'columns_reordered', table: 't', before: 'id, a, b', after: 'id, b, a' },
  ])
  expect(
    changesBetween(schemaOf([before]), schemaOf([table('t', ['id int', 'x text', 'a int', 'b int'])])).map(({ kind }) => kind),
  ).toEqual(['column_added'])
})
