import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepLooking } from '../../src/catalog.ts'
import { configOf } from '../../src/config/config.ts'
import { type Office, openOffice, type Who } from '../tools/office.ts'

/** Values without a profile: which column holds Berlin. */
let office: Office
const source = 'shop'
const change = async (...statements: string[]) => {
  const db = new DatabaseSync(`${office.folder}/shop.db`)
  for (const sql of statements) db.exec(sql)
  db.close()
  await office.ask('boss', 'sync_catalog', { source })
}
beforeAll(async () => {
  office = await openOffice('catalog: { values_role: narrow, look_hours: 24 }\n')
  await change(
    'CREATE TABLE places (id INTEGER PRIMARY KEY, town TEXT, code TEXT)',
    "INSERT INTO places VALUES (1, 'Berlin', 'B-1'), (2, 'Wuppertal', 'B-2')",
    'CREATE TABLE visits (id INTEGER PRIMARY KEY, place TEXT, remark TEXT)',
    `INSERT INTO visits SELECT value, CASE value % 3 WHEN 0 THEN 'Saarbruecken' ELSE 'Kiel' END, 'remark number ' || value
     FROM (WITH RECURSIVE s(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM s WHERE value < 1500) SELECT value FROM s)`,
  )
})
afterAll(() => office.close())

const found = async (who: Who, query: string) =>
  (await office.ask(who, 'search_schema', { source, query })).structured.tables as readonly { table: string; why: string }[]
const kept = async () =>
  (await (await office.opened.parts.store()).held.of(source)).map(({ table, profile }) => `${table} ${profile}`).join('\n')

test('after a synchronisation a value leads to its column', async () => {
  expect((await found('boss', 'who is from "Wuppertal"?'))[0]).toMatchObject({
    table: 'places',
    why: expect.stringContaining('is a value of town'),
  })
  expect((await found('boss', 'visits of "Saarbruecken"'))[0]).toMatchObject({
    table: 'visits',
    why: expect.stringContaining('is a value of place'),
  })
})

test('of what is masked, hidden, personal, filtered by rows or different in each row nothing is kept', async () => {
  const all = await kept()
  expect(all).toContain('Wuppertal')
  // email is masked for the role, password hidden, names personal, orders cut by rows, remarks all different.
  expect(all).not.toMatch(/ana@|example\.com|\*|sesame|"Ana"|"Bo"|first|remark number/)
  expect(all).not.toMatch(/main\.orders|^orders/m)
  expect((await found('boss', '"sesame"')).filter(({ why }) => why.includes('value'))).toEqual([])
})

test('who does not see the column as it is learns of no value', async () => {
  const has = async (who: Who) => (await found(who, 'where is "Wuppertal"?')).some(({ why }) => why.includes('value of town'))
  expect(await has('reader')).toBe(true)
  expect((await office.ask('nobody', 'search_schema', { query: 'Wuppertal' })).structured.tables).toEqual([])
})

test('what is gone is forgotten with its table, and new values come with the next look', async () => {
  await change("UPDATE places SET town = 'Oldenburg' WHERE town = 'Wuppertal'")
  expect(await kept()).toContain('Wuppertal')
  const waiting = keepLooking(office.opened.parts, 5)
  const until = Date.now() + 20_000
  while (!(await kept()).includes('Oldenburg') && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
  await waiting()
  expect(await kept()).toContain('Oldenburg')
  expect(await kept()).not.toContain('Wuppertal')
  await change('DROP TABLE places')
  expect(await kept()).not.toContain('Oldenburg')
})

test('a role that does not exist is told when the configuration is read', async () => {
  await expect(configOf(undefined, 'catalog: { values_role: nobodys }\n', {})).rejects.toThrow(/catalog.values_role/)
})
