import { createHmac } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import type { Mask } from '../../src/grant.ts'
import { sqlite } from '../../src/sql/sqlite/sqlite.ts'

const key = 'a1b2c3'
const hmac = (text: string): string => createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('hex')

const db = new DatabaseSync(':memory:')
db.function('sluice_hmac', { deterministic: true }, (text, hex) => {
  expect(hex).toBe(key)
  return hmac(String(text))
})

const masked = (mask: Mask, value: string | number | bigint | null): unknown => {
  const query = db.prepare(`SELECT ${sqlite.mask(mask, '"the ""column"', 'TEXT', key)} AS x FROM (SELECT ? AS "the ""column")`)
  query.setReadBigInts(true)
  return query.get(value)?.x
}

it.each<[Mask, string | number | bigint | null, unknown]>([
  [{ kind: 'null' }, 'a', null],
  [{ kind: 'constant', value: "it's" }, 'a', "it's"],
  [{ kind: 'hash' }, 'Zoë 日本', hmac('Zoë 日本')],
  [{ kind: 'hash' }, 42n, hmac('42')],
  [{ kind: 'hash' }, null, null],
  [{ kind: 'email' }, 'zoë@exämple.com', 'z***@exämple.com'],
  [{ kind: 'email' }, '"a@b"@c.d', '"***@c.d'],
  [{ kind: 'email' }, '@c.d', '***'],
  [{ kind: 'email' }, 'nothing', '***'],
  [{ kind: 'email' }, null, null],
  [{ kind: 'partial', first: 2, last: 3 }, '日本語 long text', '日本***ext'],
  [{ kind: 'partial', first: 2, last: 3 }, '12345', '***'],
  [{ kind: 'partial', first: 0, last: 4 }, '901-17-8919', '***8919'],
  [{ kind: 'partial', first: 0, last: 0 }, 'abc', '***'],
  [{ kind: 'partial', first: 1, last: 1 }, null, null],
  [{ kind: 'year' }, '2024-05-06 07:08:09', '2024-01-01'],
  [{ kind: 'year' }, 'in May', null],
  [{ kind: 'round', to: 1000 }, 12_345n, 12_000n],
  [{ kind: 'round', to: 0.5 }, 123.45, 123.5],
  [{ kind: 'round', to: 100 }, null, null],
])('SQLite itself masks with %j', (mask, value, expected) => {
  expect(masked(mask, value)).toEqual(expected)
})

it.each(["a'b", 'a\\', "\\' OR 1 = 1 -- ", 'nul\0inside', '', 'é日😀', -5, 1.5e300, null])('a literal cannot be left: %j', (value) => {
  expect(db.prepare(`SELECT 1 -${sqlite.literal(0)}, ${sqlite.literal(value)} AS x`).get()?.x).toBe(value)
})

it('a negative literal after a minus begins no comment', () => {
  expect(db.prepare(`SELECT 1-${sqlite.literal(-2)} AS x`).get()?.x).toBe(3)
})

it('a name cannot be left', () => {
  expect(db.prepare(`SELECT 1 AS ${sqlite.quoteName('a"; DROP TABLE x; --')}`).get()).toEqual({ 'a"; DROP TABLE x; --': 1 })
})
