import { createHmac } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { configOf } from '../../src/config/config.ts'
import { openParts } from '../../src/main.ts'
import { askRows, kinds, makeDatabase, type Opened } from './two-worlds.ts'

const KEY = '5c'.repeat(32)
const rows = [
  "(1, 'ana@example.com', '+49 170 1234567', '1984-07-09', 4711.5, 44)",
  "(2, 'b', 'abc', '2001-12-31', -4711.5, -46)",
  "(3, '', '', '1999-01-01', 0, 0)",
  '(4, NULL, NULL, NULL, NULL, NULL)',
  "(5, '@x', 'Ünïcödé ✓✓✓', '2024-02-29', 99.999, 9007199254740993)",
  "(6, 'two@at@signs.org', '12345678', '1970-01-01', 12.5, 15)",
]
const sql = (big: string) => [
  `CREATE TABLE people (id int PRIMARY KEY, email varchar(60), phone varchar(60), born date, paid decimal(12,3), points ${big})`,
  `INSERT INTO people VALUES ${rows.join(', ')}`,
]

const roles = `
masks: { key_file: mask.key }
roles:
  masked:
    extends: [read_only]
    sources:
      shop:
        columns: { people: { mask: { email: email, phone: { partial: { last: 4 } }, born: year, paid: { round: 100 }, points: { round: 10 } } } }
  hashed: { extends: [read_only], sources: { shop: { columns: { people: { mask: { email: hash, phone: hash } } } } } }
  ends: { extends: [read_only], sources: { shop: { columns: { people: { mask: { phone: { partial: { first: 2, last: 2 } } } } } } } }
  misfit: { extends: [read_only], sources: { shop: { columns: { people: { mask: { email: { round: 10 }, phone: year, born: { round: 10 }, paid: year } } } } } }
  constant: { extends: [read_only], sources: { shop: { columns: { people: { mask: { email: constant, phone: { constant: "it's \\\\ ok" }, born: null, points: null } } } } } }
`

describe.each(kinds)('%s: masks are the same everywhere', (dialect) => {
  const opened: Opened[] = []
  let source: Readonly<Record<string, unknown>>
  const folder = mkdtempSync(join(tmpdir(), 'sluice-masks-'))
  const place = { postgres: 'public', mysql: '', sqlite: 'main', duckdb: 'main' }[dialect]
  beforeAll(async () => {
    writeFileSync(join(folder, 'mask.key'), KEY, { mode: 0o600 })
    source = await makeDatabase(dialect, folder, sql('bigint'))
  })
  afterAll(async () => {
    await Promise.all(opened.map((parts) => parts.close()))
  })
  const select = async (role: string, columns: string) => {
    const text = `sources: { shop: ${JSON.stringify(source)} }\n${roles}\nlocal: { roles: [${role}] }\naudit: { path: audit-${role} }`
    const parts = openParts(await configOf(join(folder, 'sluice.yaml'), text, {}))
    opened.push(parts)
    return askRows(parts.parts, `SELECT ${columns} FROM people ORDER BY id`)
  }

  test('email keeps the first letter and the domain', async () => {
    expect(await select('masked', 'email')).toEqual([['a***@example.com'], ['***'], ['***'], [null], ['***'], ['t***@signs.org']])
  })
  test('partial hides how long a text is, and a short text whole', async () => {
    expect(await select('masked', 'phone')).toEqual([['***4567'], ['***'], ['***'], [null], ['*** ✓✓✓'], ['***5678']])
    expect(await select('ends', 'phone')).toEqual([['+4***67'], ['***'], ['***'], [null], ['Ün***✓✓'], ['12***78']])
  })
  test('year leaves the first of January', async () => {
    const dates = (await select('masked', 'born')).map(([born]) => (born === null ? null : String(born).slice(0, 10)))
    expect(dates).toEqual(['1984-01-01', '2001-01-01', '1999-01-01', null, '2024-01-01', '1970-01-01'])
  })
  test('round goes to the nearest multiple', async () => {
    const numbers = (await select('masked', 'paid')).map(([paid]) => (paid === null ? null : Number(paid)))
    expect(numbers).toEqual([4700, -4700, 0, null, 100, 0])
    expect((await select('masked', 'points')).map(([points]) => (points === null ? null : String(points)))).toEqual([
      '40',
      '-50',
      '0',
      null,
      '9007199254740990',
      '20',
    ])
  })
  test('hash is HMAC-SHA256 with a key of the column', async () => {
    const schema = place === '' ? new URL(String(source.url)).pathname.slice(1) : place
    const of = (column: string, value: string) => {
      const key = createHmac('sha256', Buffer.from(KEY, 'hex')).update(`shop.${schema}.people.${column}`).digest()
      return createHmac('sha256', key).update(value).digest('hex')
    }
    const hashes = await select('hashed', 'email, phone')
    expect(hashes[0]).toEqual([of('email', 'ana@example.com'), of('phone', '+49 170 1234567')])
    expect(hashes[2]).toEqual([of('email', ''), of('phone', '')])
    expect(hashes[3]).toEqual([null, null])
    expect(hashes[4]?.[1]).toBe(of('phone', 'Ünïcödé ✓✓✓'))
  })
  test('a mask that does not fit the type shows nothing and does not fail', async () => {
    const shown = await select('misfit', 'email, phone, born, paid')
    expect(shown).toHaveLength(rows.length)
    for (const text of ['ana', '0170', '07-09', '4711']) expect(JSON.stringify(shown)).not.toContain(text)
  })
  test('constant and null say nothing, not even where there is nothing', async () => {
    for (const row of await select('constant', 'email, phone, born, points')) expect(row).toEqual(['***', "it's \\ ok", null, null])
  })
})
