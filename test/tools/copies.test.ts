import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPlace, type Place } from './structure.ts'

/** Copies and other types of tables with columns that are not plain, on the two servers that have them. */

let postgres: Place
let mysql: Place
beforeAll(async () => {
  ;[postgres, mysql] = await Promise.all([openPlace('postgres'), openPlace('mysql')])
}, 60_000)
afterAll(() => Promise.all([postgres?.close(), mysql?.close()]))

test('PostgreSQL: computed columns, identities and sequences', async () => {
  await postgres.rows(`CREATE TABLE odd (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n serial, price numeric(6,2) DEFAULT 1.5,
    twice numeric GENERATED ALWAYS AS (price * 2) STORED, tags text[], CHECK (price > 0))`)
  await postgres.rows("INSERT INTO odd (price, tags) VALUES (2, '{a,b}'), (3, NULL)")
  const copied = await postgres.apply('developer', 'backup_table', { table: 'odd', to: 'odd_copy' })
  expect(copied.structured).toMatchObject({ status: 'applied', changed: { 'public.odd': 2 } })
  expect(await postgres.rows('SELECT id, n, twice, tags FROM odd_copy ORDER BY id')).toEqual([
    [1, 1, '4.00', ['a', 'b']],
    [2, 2, '6.00', null],
  ])
  await expect(postgres.rows('INSERT INTO odd_copy (n, price) VALUES (9, -1)')).rejects.toThrow()
  // The copy does not hold on to the sequence of the original.
  await postgres.apply('developer', 'drop_table', { table: 'odd' })
  expect(await postgres.rows('SELECT count(*)::int FROM odd_copy')).toEqual([[2]])
})

test('PostgreSQL: a view is dropped before what it reads, whatever came first', async () => {
  await postgres.rows('CREATE TABLE base (id int)')
  await postgres.rows('CREATE VIEW b_one AS SELECT id FROM base')
  await postgres.rows('CREATE VIEW a_two AS SELECT o.id FROM b_one o JOIN base b ON b.id = o.id')
  await postgres.rows('CREATE MATERIALIZED VIEW c_three AS SELECT id FROM a_two')
  const preview = await postgres.tool('developer', 'drop_table', { table: 'base', cascade: true })
  expect(preview.structured.statements).toEqual([
    'DROP MATERIALIZED VIEW "public"."c_three"',
    'DROP VIEW "public"."a_two"',
    'DROP VIEW "public"."b_one"',
    'DROP TABLE "public"."base"',
  ])
  await postgres.tool('developer', 'drop_table', { table: 'base', cascade: true, confirm_token: preview.structured.confirm_token })
  expect(await postgres.rows("SELECT to_regclass('base'), to_regclass('c_three')")).toEqual([[null, null]])
})

test('MySQL: computed columns, and a column that keeps its default, comment and counting when its type changes', async () => {
  await mysql.rows(`CREATE TABLE odd (id int UNSIGNED AUTO_INCREMENT PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'it''s' COMMENT 'what ''it'' is',
    at timestamp NOT NULL DEFAULT current_timestamp(), twice int AS (id * 2) VIRTUAL, size enum('s','m') DEFAULT 'm')`)
  await mysql.rows("INSERT INTO odd (name) VALUES ('x'), (DEFAULT)")
  await mysql.apply('developer', 'backup_table', { table: 'odd', to: 'odd_copy' })
  expect(await mysql.rows('SELECT id, name, size FROM odd_copy ORDER BY id')).toEqual([
    [1, 'x', 'm'],
    [2, "it's", 'm'],
  ])
  await mysql.apply('developer', 'alter_table', {
    table: 'odd',
    actions: [
      { action: 'alter_type', column: 'name', type: 'varchar(40)' },
      { action: 'alter_type', column: 'id', type: 'bigint unsigned' },
      { action: 'alter_type', column: 'size', type: "enum('s','m','l''xl')" },
      { action: 'drop_not_null', column: 'at' },
    ],
  })
  const [[, made]] = (await mysql.rows('SHOW CREATE TABLE odd')) as [[string, string]]
  expect(made).toContain("`name` varchar(40) NOT NULL DEFAULT 'it''s' COMMENT 'what ''it'' is'")
  expect(made).toMatch(/`id` bigint\(20\) unsigned NOT NULL AUTO_INCREMENT/)
  expect(made).toContain("`size` enum('s','m','l''xl') DEFAULT 'm'")
  expect(made).toMatch(/`at` timestamp NULL DEFAULT current_timestamp\(\)/)
  await expect(
    mysql.tool('developer', 'alter_table', { table: 'odd', action: 'alter_type', column: 'twice', type: 'bigint' }),
  ).rejects.toMatchObject({
    code: 'change_invalid',
  })
})
