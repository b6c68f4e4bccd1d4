import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Previewed } from '../../src/change.ts'
import { openShop, type Shop } from '../change/shops.ts'

/** Predicates and expressions put together at random from what breaks out of brackets and quotes, held against the real engines. */

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

/** Numbers below `n` from a seed (mulberry32). */
function dice(start: number): (n: number) => number {
  let state = start
  return (n) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % n
  }
}

const words = [
  'id',
  'tenant',
  'note',
  'secret',
  'customer',
  '1',
  '2',
  '3',
  '0',
  'NULL',
  'TRUE',
  "'x'",
  "''",
  '=',
  '<>',
  '>',
  '<',
  'OR',
  'AND',
  'NOT',
  'IN',
  'IS',
  '(',
  ')',
  '(',
  ')',
  '((',
  '))',
  ',',
  ';',
  '--',
  '-- ',
  '/*',
  '*/',
  '#',
  "'",
  '"',
  '`',
  '[',
  ']',
  '\\',
  "\\'",
  '$$',
  '$a$',
  '$1',
  '?',
  '||',
  '+',
  '-',
  'SELECT',
  'FROM',
  'WHERE',
  'UNION',
  'ALL',
  'orders',
  'vault',
  'LIMIT',
  'EXISTS',
  'LIKE',
  'BETWEEN',
  'CASE',
  'WHEN',
  'THEN',
  'END',
  'AS',
  '\n',
  '\t',
  ' ',
  'id = 3',
  'tenant = 2',
  '1=1',
  'OR 1=1',
  'UNION SELECT id FROM orders',
  '(SELECT id FROM orders)',
  'E',
  'x',
  'RETURNING',
  'SET',
  'tenant = 1',
]

const atoms = [
  'id = 3',
  'tenant = 2',
  'note IS NULL',
  '1=1',
  "customer LIKE 'A%'",
  'id IN (SELECT id FROM orders)',
  '(id > 0)',
  'NOT (tenant = 1)',
  "note = 'it''s'",
]
const joins = ['OR', 'AND']

describe.each(['sqlite', 'postgres', 'mysql'] as const)('whatever a predicate says to %s', (engine) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(engine)
    await shop.fill()
  }, 60_000)
  afterAll(() => shop?.close())

  test(`only rows that the caller may see are chosen (SEED=${seed})`, async () => {
    const roll = dice(seed)
    const before = JSON.stringify(await shop.admin('SELECT * FROM orders ORDER BY id'), (_key, value) => String(value))
    let passed = 0
    for (let round = 0; round < 400; round++) {
      const parts: string[] = Array.from({ length: 1 + roll(3) }, () => atoms[roll(atoms.length)]!).flatMap((atom, i) => [
        ...(i > 0 ? [joins[roll(2)]!] : []),
        atom,
      ])
      for (let i = roll(3); i > 0; i--) parts.splice(roll(parts.length + 1), 0, words[roll(words.length)]!)
      const text = parts.join(' ')
      const dml =
        roll(2) === 0
          ? ({ kind: 'delete', table: 'orders', where: { predicate: text, params: [] } } as const)
          : ({
              kind: 'update',
              table: 'orders',
              set: { note: { expression: text, params: [] } },
              where: { predicate: `(${text}) IS NOT NULL OR 1=1`, params: [] },
            } as const)
      const done = await shop.change('clerk', dml).catch((error: { code: string }) => error)
      if (!('status' in done)) {
        if (done.code === 'internal') expect.fail(`${JSON.stringify(dml)} is internal`)
        continue
      }
      passed++
      const { samples, changed } = done as Previewed
      const told = JSON.stringify(dml)
      if ((changed.orders ?? 0) > 2) expect.fail(`${told} chooses ${changed.orders} rows`)
      for (const { columns, rows } of samples) {
        for (const row of rows) {
          if (row.before && Number(row.before[columns.indexOf('tenant')]) !== 1) expect.fail(`${told} chooses a row of another tenant`)
          if (JSON.stringify(row).match(/sesame|apple|4711/)) expect.fail(`${told} shows what is hidden`)
        }
      }
    }
    // Predicates of which none is one would pass the test as well.
    expect(passed).toBeGreaterThan(50)
    expect(JSON.stringify(await shop.admin('SELECT * FROM orders ORDER BY id'), (_key, value) => String(value))).toBe(before)
  }, 90_000)
})
