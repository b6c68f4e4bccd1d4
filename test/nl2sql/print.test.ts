import { expect, test } from 'vitest'
import { readGold } from '../../src/evaluate/gold.ts'
import { joinTree } from '../../src/nl2sql/joins.ts'
import type { Query } from '../../src/nl2sql/nl2sql.ts'
import { printQuery } from '../../src/nl2sql/print.ts'
import { sayQuery } from '../../src/nl2sql/say.ts'
import type { Table } from '../../src/schema.ts'
import { buildIndex, noLexicon, type SearchIndex } from '../../src/search/search.ts'
import { smallSchool } from './school.ts'
import { smallShop, tablesOf } from './shop.ts'

const db = smallSchool()
const school = buildIndex(
  tablesOf(db).map((table) => ({ table })),
  noLexicon,
)
const table = (index: SearchIndex, name: string) => index.tables.findIndex((one) => one.name === name)
const column = (index: SearchIndex, of: string, name: string) => {
  const t = table(index, of)
  return index.firstColumn[t]! + index.tables[t]!.columns.findIndex((one) => one.name === name)
}
const bare: Query = { select: [], distinct: false, tables: [], where: [], whereAny: false, group: [], having: [], order: [] }
const rows = (sql: string) => (db.prepare(sql).all() as object[]).map((row) => Object.values(row).join('|'))

const statements = [
  'SELECT count(*) FROM students',
  'SELECT DISTINCT city FROM students ORDER BY city',
  "SELECT first_name, last_name FROM students WHERE gender = 'F' AND age > 15",
  "SELECT first_name FROM students WHERE city = 'Oslo' OR city = 'Bergen'",
  'SELECT first_name FROM students WHERE age BETWEEN 16 AND 18',
  "SELECT first_name FROM students WHERE last_name LIKE '%o%'",
  'SELECT max(salary), min(salary), avg(salary) FROM teachers',
  'SELECT city, count(*) FROM students GROUP BY city HAVING count(*) >= 2',
  'SELECT T1.name FROM teachers AS T1 JOIN courses AS T2 ON T1.teacher_id = T2.teacher_id GROUP BY T1.teacher_id ORDER BY count(*) DESC LIMIT 1',
  'SELECT first_name FROM students WHERE student_id NOT IN (SELECT student_id FROM club_members)',
  'SELECT name FROM teachers WHERE salary > (SELECT avg(salary) FROM teachers)',
  "SELECT T1.first_name FROM students AS T1 JOIN club_members AS T2 ON T1.student_id = T2.student_id JOIN clubs AS T3 ON T2.club_id = T3.club_id WHERE T3.club_name = 'Chess' INTERSECT SELECT T1.first_name FROM students AS T1 JOIN club_members AS T2 ON T1.student_id = T2.student_id JOIN clubs AS T3 ON T2.club_id = T3.club_id WHERE T3.club_name = 'Robotics'",
  'SELECT city FROM students EXCEPT SELECT city FROM students WHERE age < 17',
  'SELECT count(DISTINCT city) FROM students',
]

test.each(statements)('what is read of a statement prints as one that says the same: %s', (sql) => {
  const query = readGold(sql, school)
  expect(query).toBeDefined()
  const { joins: _, ...plain } = query!
  const printed = printQuery(plain, school, 'sqlite')
  expect(rows(printed!)).toEqual(rows(sql))
})

test('what a query cannot say is not read', () => {
  for (const sql of [
    'SELECT T1.name FROM teachers AS T1 JOIN teachers AS T2 ON T1.subject = T2.subject',
    'SELECT count(*) FROM (SELECT * FROM students)',
    'SELECT nothing FROM students',
    "SELECT first_name FROM students WHERE age > 3 AND (city = 'Oslo' OR city = 'Bergen')",
    'DELETE FROM students',
  ])
    expect(readGold(sql, school), sql).toBeUndefined()
})

test('tables are joined by the way between them, and what they pass is there', () => {
  const query: Query = {
    ...bare,
    select: [{ column: column(school, 'students', 'first_name') }],
    tables: ['students', 'clubs'].map((name) => table(school, name)),
  }
  expect(printQuery(query, school, 'sqlite')).toBe(
    'SELECT t1.first_name FROM students AS t1 JOIN club_members AS t2 ON t1.student_id = t2.student_id JOIN clubs AS t3 ON t2.club_id = t3.club_id',
  )
})

test('a table that the caller does not see is no way', () => {
  const cut = {
    tables: Uint8Array.from(school.tables, ({ name }) => (name === 'club_members' ? 0 : 1)),
    columns: Uint8Array.from(school.tableOf, (t) => (school.tables[t]!.name === 'club_members' ? 0 : 1)),
    values: new Uint8Array(school.tableOf.length).fill(1),
    tableCount: 5,
    columnCount: 20,
  }
  const tables = ['students', 'clubs'].map((name) => table(school, name))
  expect(joinTree(school, tables, cut)).toBeUndefined()
  expect(printQuery({ ...bare, select: [{ column: -1 }], tables }, school, 'sqlite', cut)).toBeUndefined()
  expect(joinTree(school, tables)).toBeDefined()
})

test('of two keys between the same tables the wanted one is taken', () => {
  const flight: Table = {
    schema: 'public',
    name: 'flights',
    kind: 'table',
    columns: ['id', 'source', 'target'].map((name) => ({ name, type: 'int', nativeType: 'int', nullable: false })),
    foreignKeys: ['source', 'target'].map((name) => ({ columns: [name], table: 'public.airports', references: ['id'] })),
  }
  const airport: Table = {
    schema: 'public',
    name: 'airports',
    kind: 'table',
    columns: [
      { name: 'id', type: 'int', nativeType: 'int', nullable: false },
      { name: 'City', type: 'text', nativeType: 'text', nullable: false },
    ],
    primaryKey: ['id'],
  }
  const index = buildIndex([{ table: flight }, { table: airport }], noLexicon)
  const query: Query = { ...bare, select: [{ column: 4 }], tables: [0, 1], joins: [[2, 3]] }
  expect(printQuery(query, index, 'postgres')).toBe('SELECT t2."City" FROM flights AS t1 JOIN airports AS t2 ON t1.target = t2.id')
  expect(printQuery({ ...query, joins: [[1, 3]] }, index, 'mysql')).toBe(
    'SELECT t2.`City` FROM flights AS t1 JOIN airports AS t2 ON t1.source = t2.id',
  )
})

test('names and values cannot leave their quotes', () => {
  const evil: Table = {
    schema: 'main',
    name: 'a"b',
    kind: 'table',
    columns: [
      { name: 'x"; DROP', type: 'text', nativeType: 'text', nullable: true },
      { name: 'select', type: 'int', nativeType: 'int', nullable: true },
    ],
  }
  const index = buildIndex([{ table: evil }], noLexicon)
  const text = "'; DROP TABLE x --\\"
  const query: Query = {
    ...bare,
    select: [{ column: 1 }],
    tables: [0],
    where: [{ left: { column: 0 }, operator: '=', right: [{ kind: 'text', text }] }],
  }
  expect(printQuery(query, index, 'sqlite')).toBe(`SELECT "select" FROM "a""b" WHERE "x""; DROP" = '''; DROP TABLE x --\\'`)
  expect(printQuery(query, index, 'mysql')).toBe("SELECT `select` FROM main.`a\"b` WHERE `x\"; DROP` = '''; DROP TABLE x --\\\\'")
  const number: Query = { ...query, where: [{ left: { column: 1 }, operator: '=', right: [{ kind: 'number', text: '1 OR 1=1' }] }] }
  expect(printQuery(number, index, 'sqlite')).toContain("= '1 OR 1=1'")
})

test('parts of a date are asked for as each engine has them, and what is shown is grouped by where it must be', () => {
  const shop = buildIndex(
    tablesOf(smallShop()).map((one) => ({ table: one })),
    noLexicon,
  )
  const ordered = column(shop, 'orders', 'ordered_at')
  const query: Query = { ...bare, select: [{ column: ordered, part: 'month' }], tables: [table(shop, 'orders')] }
  expect(printQuery(query, shop, 'postgres')).toContain('EXTRACT(MONTH FROM ordered_at)')
  expect(printQuery(query, shop, 'mysql')).toContain('MONTH(ordered_at)')
  expect(printQuery(query, shop, 'sqlite')).toContain("strftime('%m', ordered_at)")
  const name = column(shop, 'customers', 'name')
  const grouped: Query = {
    ...bare,
    select: [{ column: name }, { column: -1, aggregate: 'count' }],
    tables: [table(shop, 'customers'), table(shop, 'orders')],
    group: [column(shop, 'customers', 'id')],
  }
  expect(printQuery(grouped, shop, 'sqlite')).toMatch(/GROUP BY t1\.id$/)
  expect(printQuery(grouped, shop, 'postgres')).toMatch(/GROUP BY t1\.id, t1\.name$/)
})

test('a query is told in one line', () => {
  const query = readGold('SELECT city, count(*) FROM students WHERE age > 15 GROUP BY city ORDER BY count(*) DESC LIMIT 3', school)!
  expect(sayQuery(query, school)).toBe(
    'city, number of rows of students where age > 15 for each city by number of rows, highest first the first 3',
  )
})
