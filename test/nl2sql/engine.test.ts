import { readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { candidateSignNames } from '../../src/nl2sql/engine.ts'
import {
  type Engine,
  type Judged,
  type Outcome,
  openEngine,
  outcomeOf,
  type Reading,
  type Scene,
  unpackEngine,
  valueIndexOf,
} from '../../src/nl2sql/nl2sql.ts'
import { buildIndex, lexiconOf, modelOf } from '../../src/search/search.ts'
import { smallSchool } from './school.ts'
import { smallShop, tablesOf, valuesIn } from './shop.ts'

const lexicon = lexiconOf(readFileSync('data/lexicon.bin'))
const search = modelOf(readFileSync('data/search-model.bin'))
const engine: Engine = openEngine({ ...unpackEngine(readFileSync('data/ask-model.bin')), search })

type Place = Readonly<{ db: DatabaseSync; scene: Scene }>

function placeOf(db: DatabaseSync): Place {
  const index = buildIndex(
    tablesOf(db).map((table) => ({ table })),
    lexicon,
  )
  return { db, scene: { index, values: valueIndexOf(valuesIn(db, index), lexicon), dialect: 'sqlite', today: '2026-11-20' } }
}

const school = placeOf(smallSchool())
const shop = placeOf(smallShop())

function rowsOf({ db }: Place, sql: string): readonly (readonly unknown[])[] {
  const statement = db.prepare(sql)
  statement.setReturnArrays(true)
  return statement.all() as unknown as unknown[][]
}

const asText = (rows: readonly (readonly unknown[])[]) => rows.map((row) => row.map(String).sort().join('|')).sort()

function asked(place: Place, question: string): Readonly<{ reading: Reading; judged: Judged }> {
  const reading = engine.read(question, place.scene)
  const outcomes = reading.candidates.slice(0, 8).map(({ sql }): Outcome => {
    try {
      const rows = rowsOf(place, sql)
      return outcomeOf(rows[0]?.length ?? 0, rows)
    } catch {
      return { columns: 0, rows: 0, digest: '', allNull: false, failed: 'query_failed' }
    }
  })
  return { reading, judged: engine.judge(reading, outcomes) }
}

const inSchool: readonly (readonly [form: string, question: string, gold: string])[] = [
  ['counting', 'How many students are there?', 'SELECT count(*) FROM students'],
  ['listing', 'List the titles of all courses.', 'SELECT title FROM courses'],
  ['two columns', 'What are the first name and last name of each student?', 'SELECT first_name, last_name FROM students'],
  ['a value', 'Show the first names of students who live in Oslo.', "SELECT first_name FROM students WHERE city = 'Oslo'"],
  ['a comparison', 'Which students are older than 16? Give their first names.', 'SELECT first_name FROM students WHERE age > 16'],
  [
    'a range',
    'What are the first names of students whose age is between 16 and 18?',
    'SELECT first_name FROM students WHERE age BETWEEN 16 AND 18',
  ],
  ['an average', 'What is the average salary of teachers?', 'SELECT avg(salary) FROM teachers'],
  ['two sums', 'What are the maximum and minimum salary of all teachers?', 'SELECT max(salary), min(salary) FROM teachers'],
  ['a superlative', 'What is the name of the teacher with the highest salary?', 'SELECT name FROM teachers ORDER BY salary DESC LIMIT 1'],
  ['a ranking', 'List the names of the top 2 teachers by salary.', 'SELECT name FROM teachers ORDER BY salary DESC LIMIT 2'],
  ['a group', 'How many students are there in each city?', 'SELECT city, count(*) FROM students GROUP BY city'],
  ['a condition on groups', 'Which cities have at least 2 students?', 'SELECT city FROM students GROUP BY city HAVING count(*) >= 2'],
  ['what there is most of', 'Which city has the most students?', 'SELECT city FROM students GROUP BY city ORDER BY count(*) DESC LIMIT 1'],
  [
    'a join',
    'What are the titles of the courses taught by Ada Nowak?',
    "SELECT title FROM courses JOIN teachers USING (teacher_id) WHERE name = 'Ada Nowak'",
  ],
  [
    'what is missing',
    'What are the first names of students who are not in any club?',
    'SELECT first_name FROM students WHERE student_id NOT IN (SELECT student_id FROM club_members)',
  ],
  [
    'more than the average',
    'What are the names of teachers whose salary is above the average?',
    'SELECT name FROM teachers WHERE salary > (SELECT avg(salary) FROM teachers)',
  ],
  [
    'either',
    'What are the first names of students from Oslo or Bergen?',
    "SELECT first_name FROM students WHERE city = 'Oslo' OR city = 'Bergen'",
  ],
  ['different values', 'What are the different subjects of the teachers?', 'SELECT DISTINCT subject FROM teachers'],
  ['how many different', 'How many different cities do students come from?', 'SELECT count(DISTINCT city) FROM students'],
  ['an order', 'List the names of teachers in ascending order of salary.', 'SELECT name FROM teachers ORDER BY salary'],
]

test.each(inSchool)('%s: %s', (_, question, gold) => {
  const { judged } = asked(school, question)
  expect(judged.best?.sql).toBeDefined()
  expect(asText(rowsOf(school, judged.best!.sql)), judged.best!.sql).toEqual(asText(rowsOf(school, gold)))
})

const inShop: readonly (readonly [question: string, gold: string])[] = [
  ['How many customers are there in each country?', 'SELECT country, count(*) FROM customers GROUP BY country'],
  ['What are the names of products in the Office category?', "SELECT name FROM products WHERE category = 'Office'"],
  ['Which product has the highest price?', 'SELECT name FROM products ORDER BY price_cents DESC LIMIT 1'],
  ['How many orders have the status shipped?', "SELECT count(*) FROM orders WHERE status = 'shipped'"],
]

test.each(inShop)('in the shop: %s', (question, gold) => {
  const { judged } = asked(shop, question)
  expect(asText(rowsOf(shop, judged.best!.sql)), judged.best!.sql).toEqual(asText(rowsOf(shop, gold)))
})

test('both of two values of one column are a set operation, found among the candidates', () => {
  const { reading } = asked(school, 'What are the first names of students who are in both the Chess club and the Robotics club?')
  const rows = reading.candidates.map(({ sql }) => asText(rowsOf(school, sql)))
  expect(rows).toContainEqual(['Noah'])
})

test('the same question in the same scene is read the same way', () => {
  const [one, other] = [1, 2].map(() => engine.read('Which city has the most students?', school.scene))
  expect(one!.candidates.map(({ sql, score }) => [sql, score])).toEqual(other!.candidates.map(({ sql, score }) => [sql, score]))
  expect(one!.candidates.length).toBeLessThanOrEqual(60)
  expect(new Set(one!.candidates.map(({ sql }) => sql)).size).toBe(one!.candidates.length)
})

test('every sign of a candidate has its name, and none is without a figure', () => {
  for (const { signs } of engine.read('Which city has the most students?', school.scene).candidates) {
    expect(signs).toHaveLength(candidateSignNames.length)
    expect([...signs].every(Number.isFinite)).toBe(true)
  }
  expect(new Set(candidateSignNames).size).toBe(candidateSignNames.length)
})

test('every candidate runs, whatever is asked', () => {
  for (const [, question] of inSchool.slice(0, 12)) {
    for (const { sql } of engine.read(question, school.scene).candidates) expect(() => rowsOf(school, sql), sql).not.toThrow()
  }
})

test('what the caller does not see is in no candidate and in no word about one', () => {
  const { index, ...scene } = school.scene
  const hidden = (name: string) => name === 'salary'
  const columns = Uint8Array.from(index.tableOf, (t, c) => (hidden(index.tables[t]!.columns[c - index.firstColumn[t]!]!.name) ? 0 : 1))
  const cut = {
    tables: Uint8Array.from(index.tables, ({ name }) => (name === 'clubs' || name === 'club_members' ? 0 : 1)),
    columns: columns.map((one, c) => (/club/.test(index.tables[index.tableOf[c]!]!.name) ? 0 : one)),
    values: columns,
    tableCount: 4,
    columnCount: columns.length,
  }
  for (const question of [
    'Who has the highest salary?',
    'Which students are in the Chess club?',
    'How many clubs are there?',
    'average salary of teachers',
  ]) {
    const reading = engine.read(question, { index, cut, dialect: scene.dialect, today: scene.today })
    for (const { sql, says, used } of reading.candidates)
      expect([sql, says, ...used.map(({ table }) => table)].join(' ')).not.toMatch(/club|salary/i)
  }
})

test('what is no question about data has no candidates', () => {
  for (const question of ['', '   ', '???', 'Delete all students', 'hello there'])
    expect(engine.read(question, school.scene).candidates, question).toEqual([])
})

test('words that nothing answers to are named', () => {
  const { reading, judged } = asked(school, 'How many submarines does each admiral command?')
  expect(reading.unlinked).toEqual(expect.arrayContaining(['submarines', 'admiral']))
  expect(judged.status).not.toBe('answered')
})

test.each(['anything', 'something', 'ever', 'please', 'anybody', 'actually'])('%j is never a word that nothing answers to', (word) => {
  expect(engine.read(`students who ${word} take a course`, school.scene).unlinked).toEqual([])
  expect(engine.read(`submarines who ${word} take a course`, school.scene).unlinked).toEqual(['submarines'])
})

test.each([
  ['List the products', 'SELECT name FROM products'],
  ['How many customers are there per country?', 'SELECT country, count(*) FROM customers GROUP BY country'],
  ['the most expensive product', 'SELECT name FROM products ORDER BY price_cents DESC LIMIT 1'],
])('without a column that is named: %s', (question, gold) => {
  const { judged } = asked(shop, question)
  expect(judged.status).toBe('answered')
  expect(asText(rowsOf(shop, judged.best!.sql)), judged.best!.sql).toEqual(asText(rowsOf(shop, gold)))
})

test('a source without tables, and one word, are taken as they are', () => {
  const empty = buildIndex([], lexicon)
  expect(engine.read('How many students are there?', { index: empty, dialect: 'sqlite', today: '2026-11-20' }).candidates).toEqual([])
  expect(() => engine.read('students', school.scene)).not.toThrow()
  expect(() => engine.read(`${'why '.repeat(600)}students`, school.scene)).not.toThrow()
})

test('bytes that are no model are refused', () => {
  const bytes = readFileSync('data/ask-model.bin')
  expect(() => unpackEngine(new Uint8Array())).toThrow('not one of this version')
  expect(() => unpackEngine(bytes.subarray(0, 1_000))).toThrow('not one of this version')
  const other = Uint8Array.from(bytes)
  other[4] = 0
  expect(() => unpackEngine(other)).toThrow('not one of this version')
})
