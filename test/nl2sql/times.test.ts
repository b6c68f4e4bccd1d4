import { expect, test } from 'vitest'
import { aliased } from '../../src/nl2sql/aliased.ts'
import type { Candidate, Query } from '../../src/nl2sql/nl2sql.ts'
import { printQuery } from '../../src/nl2sql/print.ts'
import { timesOf } from '../../src/nl2sql/times.ts'
import { readPhrase } from '../../src/phrase/phrase.ts'
import { sceneOf, smallShop } from './shop.ts'

const db = smallShop()
const today = '2026-11-20'
const scene = sceneOf(db, today)
const { index } = scene
const counting = (name: string): Candidate => {
  const query: Query = {
    select: [{ column: -1, aggregate: 'count' }],
    distinct: false,
    tables: [index.tables.findIndex((one) => one.name === name)],
    where: [],
    whereAny: false,
    group: [],
    having: [],
    order: [],
  }
  return {
    query,
    sql: printQuery(query, index, 'sqlite')!,
    says: '',
    score: 1,
    used: [],
    signs: new Float32Array(),
    parts: new Uint32Array(),
  } as Candidate
}
const timed = (question: string) => timesOf(readPhrase(question, today), scene)

test.each([
  [
    'How many orders last month?',
    'How many orders?',
    `SELECT count(*) FROM orders WHERE ordered_at >= '2026-10-01' AND ordered_at < '2026-11-01'`,
  ],
  ['How many orders since March 2024?', 'How many orders?', `SELECT count(*) FROM orders WHERE ordered_at >= '2024-03-01'`],
  [
    'How many orders were ordered in 2024?',
    'How many orders?',
    `SELECT count(*) FROM orders WHERE ordered_at >= '2024-01-01' AND ordered_at < '2025-01-01'`,
  ],
  ['Number of orders by month', 'Number of orders', `SELECT strftime('%Y-%m', ordered_at), count(*) FROM orders GROUP BY 1 ORDER BY 1`],
  [
    'Number of orders by month in 2026',
    'Number of orders',
    `SELECT strftime('%Y-%m', ordered_at), count(*) FROM orders WHERE ordered_at >= '2026-01-01' AND ordered_at < '2027-01-01' GROUP BY 1 ORDER BY 1`,
  ],
])('%s', (question, rest, gold) => {
  const found = timed(question)!
  expect(found.gloss).toBe(rest)
  const [made] = found.put([counting('orders')])
  expect(
    db
      .prepare(made!.sql)
      .all()
      .map((row) => Object.values(row)),
    made!.sql,
  ).toEqual(
    db
      .prepare(gold)
      .all()
      .map((row) => Object.values(row)),
  )
})

test('a time is no reason to ask of a table that has none', () => {
  expect(
    timed('How many products last month?')!.put([counting('products'), counting('products'), counting('products'), counting('orders')]),
  ).toEqual([])
  expect(timed('How many products are there?')).toBeUndefined()
  expect(timed('orders of 2024-03-05')).toBeUndefined()
})

test('countries are found by their names where data have codes', () => {
  const { aliases, gloss } = readPhrase('customers from Germany and French ones', today)
  const hits = aliased(scene.values, aliases)!.find(gloss)
  const shown = hits
    .filter(({ column }) => index.tables[index.tableOf[column]!]!.name === 'customers')
    .map(({ value, start, end }) => [gloss.slice(start, end), value])
  expect(shown).toContainEqual(['Germany', 'DE'])
  expect(shown).toContainEqual(['French', 'FR'])
  expect(aliased(scene.values, [])).toBe(scene.values)
})
