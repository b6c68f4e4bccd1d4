import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { learnAsk } from '../../src/evaluate/learn-ask.ts'
import { learnLinear } from '../../src/evaluate/learn-linear.ts'
import { groundsOf, lessonsOf, mentionOf } from '../../src/evaluate/learn-questions.ts'
import { candidatesFor } from '../../src/nl2sql/engine.ts'
import { chances } from '../../src/nl2sql/linear.ts'
import { packAsk, unpackAsk } from '../../src/nl2sql/pack-model.ts'
import { lexiconOf, modelOf } from '../../src/search/search.ts'
import { smallSchool } from '../nl2sql/school.ts'
import { tablesOf } from '../nl2sql/shop.ts'

const lexicon = lexiconOf(readFileSync('data/lexicon.bin'))
const search = modelOf(readFileSync('data/search-model.bin'))
const db = smallSchool()
const known = tablesOf(db).map((table) => ({
  table,
  values: new Map(
    table.columns
      .filter(({ type }) => type === 'text')
      .map(({ name }) => [
        name,
        (db.prepare(`SELECT DISTINCT "${name}" AS v FROM "${table.name}"`).all() as { v: string }[]).map(({ v }) => v),
      ]),
  ),
}))
const grounds = new Map([['school', groundsOf(known, lexicon)]])

const lines = [
  ['How many students are there?', 'SELECT count(*) FROM students'],
  ['How many teachers are there?', 'SELECT count(*) FROM teachers'],
  ['Show the first names of students from Oslo.', "SELECT first_name FROM students WHERE city = 'Oslo'"],
  ['Show the first names of students from Bergen.', "SELECT first_name FROM students WHERE city = 'Bergen'"],
  ['How many students are there in each city?', 'SELECT city, count(*) FROM students GROUP BY city'],
  ['How many teachers are there for each subject?', 'SELECT subject, count(*) FROM teachers GROUP BY subject'],
  ['Which teacher has the highest salary?', 'SELECT name FROM teachers ORDER BY salary DESC LIMIT 1'],
  ['Which student is the oldest?', 'SELECT first_name FROM students ORDER BY age DESC LIMIT 1'],
  ['beyond what can be read', 'SELECT count(*) FROM (SELECT * FROM students)'],
].flatMap(([question, query]) =>
  Array.from({ length: 3 }, () => ({ question: question!, query: query!, db_id: 'school', synonyms: false })),
)

test('lessons are questions whose SQL the engine can say', () => {
  expect(lessonsOf(lines, grounds, () => search)).toHaveLength(24)
})

test('the value of a condition is found in the question by the column that holds it', () => {
  const [lesson] = lessonsOf(lines.slice(6, 7), grounds, () => search)
  const column = lesson!.query.where[0]!.left.column
  expect(mentionOf(lesson!.linked, { kind: 'text', text: 'Oslo' }, column, new Set())).toBe(0)
  expect(mentionOf(lesson!.linked, { kind: 'text', text: 'Oslo' }, column, new Set([0]))).toBe(-1)
  expect(mentionOf(lesson!.linked, { kind: 'text', text: 'Rome' }, column, new Set())).toBe(-1)
})

test('the same lessons give the same bytes, and what is read back reads questions the same way', { timeout: 60_000 }, () => {
  const lessons = lessonsOf(lines, grounds, () => search)
  const [one, other] = [learnAsk(lessons), learnAsk(lessons)]
  const bytes = packAsk(one)
  expect(Buffer.from(bytes).equals(Buffer.from(packAsk(other)))).toBe(true)
  const { linked } = lessons[0]!
  const scene = { ...grounds.get('school')!, dialect: 'sqlite', today: '2026-11-20' }
  const sql = (model: typeof one) => candidatesFor(linked, scene, model).map((candidate) => candidate.sql)
  expect(sql(unpackAsk(bytes))).toEqual(sql(one))
  expect(sql(one)).toContain('SELECT count(*) FROM students')
  expect(Buffer.from(bytes).includes('Bergen')).toBe(false)
})

test('a class is learnt by its marks', () => {
  const examples = Array.from({ length: 40 }, (_, i) => ({ marks: Uint32Array.of(i % 2 === 0 ? 3 : 5, 7), class: i % 2 }))
  const linear = learnLinear(examples, ['even', 'odd'], 16)
  const [even, odd] = chances(linear, Uint32Array.of(3, 7))
  expect(Math.exp(even!)).toBeGreaterThan(0.8)
  expect(Math.exp(even!) + Math.exp(odd!)).toBeCloseTo(1, 4)
  expect(chances(linear, Uint32Array.of(5, 7))[1]).toBeGreaterThan(chances(linear, Uint32Array.of(5, 7))[0]!)
})
