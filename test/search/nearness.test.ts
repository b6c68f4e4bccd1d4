import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Table } from '../../src/schema.ts'
import { buildIndex, lexiconOf, modelOf, type Nearness, search, searchAcross } from '../../src/search/search.ts'

/** What nearness adds to a search, for questions whose words the search itself does not know, and for one whose words it does. */

const table = (name: string, ...columns: string[]): Table => ({
  schema: 'main',
  name,
  kind: 'table',
  columns: columns.map((column) => ({ name: column, type: 'text', nativeType: 'text', nullable: true })),
})
const lexicon = lexiconOf(readFileSync('data/lexicon.bin'))
const model = modelOf(readFileSync('data/search-model.bin'))
const tables = [
  table('customers', 'id', 'city'),
  table('orders', 'id', 'total'),
  table('payments', 'id', 'paid'),
  table('audits', 'id', 'text'),
]
const index = buildIndex(
  tables.map((one) => ({ table: one })),
  lexicon,
)
const near = (said: Readonly<Record<string, number>>, weight = 2): Nearness => ({
  tables: new Map(tables.map(({ name }, i) => [i, said[name] ?? 0.1])),
  columns: new Map(
    index.tableOf.length
      ? Object.entries(said).flatMap(([name, cosine]) => {
          const at = tables.flatMap((one) => one.columns.map((column) => `${one.name}.${column.name}`)).indexOf(name)
          return at < 0 ? [] : [[at, cosine] as const]
        })
      : [],
  ),
  mean: 0.1,
  weight,
})
const names = (said: Nearness | undefined) =>
  search('qwertzuiop', index, model, 10, undefined, said).map(({ table, why }) => [table.name, why])

describe('nearness', () => {
  test('a question in other words finds what is near and says why; without it nothing', () => {
    expect(names(undefined)).toEqual([])
    expect(names(near({ orders: 0.6 }))[0]).toEqual(['orders', 'the question means about the same as its names'])
  })
  test('a column that is near speaks for its table', () => {
    expect(names(near({ 'payments.paid': 0.6 }))[0]![0]).toBe('payments')
  })
  test('what does not stand out gives no reason', () => {
    expect(names(near({ orders: 0.12 }))).toEqual([])
    expect(names(near({}))).toEqual([])
  })
  test('it changes no more than its weight', () => {
    const chance = (weight: number) =>
      search('orders', index, model, 10, undefined, near({ payments: 0.9 }, weight)).find((hit) => hit.table.name === 'payments')?.chance ??
      0
    const odds = (p: number) => Math.log(p / (1 - p))
    expect(odds(chance(2)) - odds(chance(0)) - 2).toBeCloseTo(0, 1)
  })
  test('of several sources the one that holds what is near comes first', () => {
    const other = buildIndex([{ table: table('planets', 'id') }], lexicon)
    const within = [
      { index: other, near: { tables: new Map([[0, 0.15]]), columns: new Map(), mean: 0.1, weight: 2 } },
      { index, near: near({ orders: 0.6 }) },
    ]
    expect(searchAcross('qwertzuiop', within, model, 5)[0]).toMatchObject({ source: 1, table: { name: 'orders' } })
  })
})
