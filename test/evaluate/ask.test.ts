import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readAnswers } from '../../src/evaluate/answers.ts'
import { evaluateAsk, type Given, isOrdered, type Judged } from '../../src/evaluate/ask.ts'
import { type AskData, readAskData } from '../../src/evaluate/ask-data.ts'
import { hardnessOf } from '../../src/evaluate/hardness.ts'
import { openRunner } from '../../src/evaluate/run-sql.ts'
import { sameRows } from '../../src/evaluate/same-rows.ts'
import { elsewhere, withoutColumn } from '../../src/evaluate/unanswerable.ts'
import { noLexicon } from '../../src/search/search.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-eval-ask-'))
let data: AskData
afterAll(() => {
  data.close()
  rmSync(folder, { recursive: true, force: true })
})

beforeAll(() => {
  mkdirSync(join(folder, 'database'))
  const shop = new DatabaseSync(join(folder, 'database', 'shop.sqlite'))
  shop.exec(`CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INT REFERENCES customers(id), total REAL);
    INSERT INTO customers VALUES (1, 'Ana', 'Berlin'), (2, 'Bo', 'Paris'), (3, 'Cy', 'Berlin');
    INSERT INTO orders VALUES (1, 1, 5), (2, 1, 7.5), (3, 2, 1)`)
  shop.close()
  const zoo = new DatabaseSync(join(folder, 'database', 'zoo.sqlite'))
  zoo.exec(`CREATE TABLE animals (id INTEGER PRIMARY KEY, species TEXT, weight REAL); INSERT INTO animals VALUES (1, 'lion', 190)`)
  zoo.close()
  writeFileSync(
    join(folder, 'dev.json'),
    JSON.stringify([
      { question: 'Who lives in Berlin?', query: 'SELECT name FROM customers WHERE city = "Berlin"', db_id: 'shop' },
      { question: 'Names by city', query: 'SELECT name, city FROM customers ORDER BY name', db_id: 'shop' },
      { question: 'Broken', query: 'SELECT nothing FROM nowhere', db_id: 'shop' },
    ]),
  )
  writeFileSync(
    join(folder, 'mine-syn.jsonl'),
    `${JSON.stringify({ id: 'a', source: 'zoo', question: 'How many beasts?', sql: 'SELECT count(*) FROM animals' })}\n\n{"question": "no SQL", "source": "zoo"}\n`,
  )
  data = readAskData(folder, noLexicon)
})

test('questions are read in both forms, with where they are asked', () => {
  expect(data.questions.map(({ id, database, synonyms }) => [id, database, synonyms])).toEqual([
    ['dev-1', 'shop', false],
    ['dev-2', 'shop', false],
    ['dev-3', 'shop', false],
    ['a', 'zoo', true],
  ])
  const { scene } = data.database('shop')
  expect(scene.values!.find('in berlin')).toMatchObject([{ value: 'Berlin' }])
  expect(scene.index.valueHashes.length).toBe(0)
})

const asked = (given: Record<string, Partial<Given>>) => {
  const judged: Judged[] = []
  return evaluateAsk({
    data,
    questions: data.questions,
    answerer: (question) => ({ answered: true, confidence: 0.5, askedBack: false, ...given[question] }),
    oracle: true,
    told: (one) => judged.push(one),
  }).then((measures) => ({ measures, judged }))
}

test('an answer is right by its rows, whatever its text and the order of its columns', async () => {
  const { measures, judged } = await asked({
    'Who lives in Berlin?': { sql: `SELECT c.name FROM customers AS c WHERE c.city LIKE 'berlin' ORDER BY 1 DESC`, confidence: 0.9 },
    'Names by city': { sql: 'SELECT city, name FROM customers ORDER BY name', confidence: 0.8 },
    'How many beasts?': { sql: 'SELECT 2', candidates: ['SELECT 2', 'SELECT 3', 'SELECT 1'] },
  })
  expect(judged.map(({ right }) => right)).toEqual([true, true, false])
  expect(judged.map(({ strict }) => strict)).toEqual([true, false, false])
  expect(judged[2]!.oracle).toBe(2)
  expect(measures).toMatchObject({ questions: 3, failed: 1, right: 2 / 3, strict: 1 / 3, oracle: { 1: 0, 5: 1 / 3 } })
  expect(measures.precisionAt[60]).toBe(1)
  expect(measures.answered).toMatchObject({ share: 1, right: 2 / 3 })
})

test('wrong rows, wrong order, a failing statement and none are all wrong', async () => {
  for (const sql of ['SELECT name, city FROM customers ORDER BY name DESC', 'SELECT name FROM customers ORDER BY name', 'SELECT nope']) {
    const { judged } = await asked({ 'Names by city': { sql } })
    expect(judged[1]!.right).toBe(false)
  }
  const { measures } = await asked({})
  expect(measures.right).toBe(0)
})

test('difficulty is that of Spider', () => {
  const of: Record<string, string> = {
    'SELECT count(*) FROM singer': 'easy',
    'SELECT name FROM singer ORDER BY age DESC': 'easy',
    'SELECT name, country FROM singer ORDER BY age DESC': 'medium',
    "SELECT avg(age), min(age), max(age) FROM singer WHERE country = 'France'": 'medium',
    'SELECT T2.name, count(*) FROM concert AS T1 JOIN stadium AS T2 ON T1.id = T2.id GROUP BY T1.id': 'medium',
    'SELECT name FROM stadium WHERE id NOT IN (SELECT stadium_id FROM concert)': 'hard',
    'SELECT a FROM t WHERE x BETWEEN 1 AND 2': 'easy',
    'SELECT T2.name FROM a AS T1 JOIN b AS T2 ON T1.id = T2.id WHERE T1.y >= 2014 GROUP BY T2.id ORDER BY count(*) DESC LIMIT 1': 'extra',
    'SELECT country FROM singer WHERE age > 40 INTERSECT SELECT country FROM singer WHERE age < 30': 'hard',
  }
  for (const [sql, hardness] of Object.entries(of)) expect([sql, hardnessOf(sql)]).toEqual([sql, hardness])
})

test('rows are compared as values', () => {
  const rows = (...list: unknown[][]) => ({ columns: list[0]?.length ?? 1, rows: list })
  const loose = { ordered: false, free: true }
  expect(sameRows(rows([1, 'a'], [2, 'b']), rows(['b', 2], ['a', 1]), loose)).toBe(true)
  expect(sameRows(rows([1, 'a'], [2, 'b']), rows(['b', 1], ['a', 2]), loose)).toBe(false)
  expect(sameRows(rows([1], [1], [2]), rows([1], [2], [2]), loose)).toBe(false)
  expect(sameRows(rows([5]), rows([5.0000000000001]), loose)).toBe(true)
  expect(sameRows(rows([5]), rows(['5']), loose)).toBe(false)
  expect(sameRows(rows([null]), rows([0]), loose)).toBe(false)
  expect(sameRows({ columns: 1, rows: [] }, { columns: 2, rows: [] }, loose)).toBe(false)
  expect(sameRows(rows([1], [2]), rows([2], [1]), { ordered: true, free: true })).toBe(false)
})

test('an order counts where the outermost statement has one', () => {
  expect(isOrdered('SELECT a FROM t ORDER BY a')).toBe(true)
  expect(isOrdered('SELECT a FROM t WHERE b = (SELECT max(b) FROM (SELECT b FROM u ORDER BY b LIMIT 3))')).toBe(false)
})

test('a statement that would never end is not begun', () => {
  const file = join(folder, 'big.sqlite')
  const db = new DatabaseSync(file)
  db.exec(
    'CREATE TABLE n (i INT); WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 3000) INSERT INTO n SELECT i FROM r',
  )
  db.close()
  const runner = openRunner(file)
  expect(runner.run('SELECT count(*) FROM n AS a, n AS b, n AS c WHERE a.i < b.i AND b.i < c.i')).toEqual({ failed: 'query_too_expensive' })
  expect(runner.run('SELECT i FROM n ORDER BY i', 2)).toEqual({ columns: 1, rows: [[1], [2]], truncated: true })
  expect(runner.run('DELETE FROM n')).toHaveProperty('failed')
  expect(runner.run('SELECT count(*) FROM n')).toMatchObject({ rows: [[3000]] })
  runner.close()
})

test('questions are put where they cannot be answered', () => {
  const [berlin] = data.questions
  expect(elsewhere(berlin!, data, 0)!.name).toBe('zoo')
  const cut = withoutColumn(berlin!, data.database('shop'), 0)!
  const { index, cut: seen } = cut.scene
  const left = index.tables.flatMap(({ columns }, t) =>
    columns.flatMap(({ name }, i) => (seen!.columns[index.firstColumn[t]! + i] ? [name] : [])),
  )
  expect(left).toHaveLength(5)
  expect(left.includes('name') && left.includes('city')).toBe(false)
  expect(left).toContain('customer_id')
  const count = data.questions.at(-1)!
  expect(withoutColumn(count, data.database('zoo'), 0)).toBeUndefined()
})

test('what another has written is read by its id', () => {
  const file = join(folder, 'answers.txt')
  writeFileSync(file, '{"id": 1, "sql": "SELECT 1"}\n{"id": "b", "sql": null, "answered": false}\n')
  const answers = readAnswers(file)
  expect(answers.get('1')).toEqual({ sql: 'SELECT 1', answered: true, confidence: 1, askedBack: false })
  expect(answers.get('b')).toEqual({ answered: false, confidence: 0, askedBack: false })
  writeFileSync(file, 'SELECT 1')
  expect(() => readAnswers(file)).toThrow('Line 1')
})
