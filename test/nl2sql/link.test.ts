import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Linked, link } from '../../src/nl2sql/link.ts'
import { type Scene, valueIndexOf } from '../../src/nl2sql/nl2sql.ts'
import { clauseKey, keyOf, makeable, noShape, type Shape } from '../../src/nl2sql/shape.ts'
import { buildIndex, lexiconOf, modelOf } from '../../src/search/search.ts'
import { smallSchool } from './school.ts'
import { tablesOf, valuesIn } from './shop.ts'

const lexicon = lexiconOf(readFileSync('data/lexicon.bin'))
const search = modelOf(readFileSync('data/search-model.bin'))
const db = smallSchool()
const index = buildIndex(
  tablesOf(db).map((table) => ({ table })),
  lexicon,
)
const scene: Pick<Scene, 'index' | 'cut' | 'values'> = { index, values: valueIndexOf(valuesIn(db, index), lexicon) }
const read = (question: string, where = scene) => link(question, where, search)

const nameOf = ({ scope }: Linked, place: number) => {
  const column = scope.columns[place]!
  const table = index.tables[index.tableOf[column]!]!
  return `${table.name}.${table.columns[column - index.firstColumn[index.tableOf[column]!]!]!.name}`
}

test('values, numbers and quoted text of a question are told, with the columns that hold them', () => {
  const linked = read('Which students from Oslo in "Chess" are older than 16 and paid 1,250.50?')
  expect(linked.mentions.map(({ kind, text }) => [kind, text])).toEqual([
    ['text', 'Oslo'],
    ['text', 'Chess'],
    ['number', '16'],
    ['number', '1250.50'],
  ])
  const [oslo, chess] = linked.mentions
  expect([...oslo!.hits.keys()].map((place) => nameOf(linked, place))).toEqual(['students.city'])
  expect([...chess!.hits.keys()].map((place) => nameOf(linked, place))).toEqual(['clubs.club_name'])
  expect(chess!.quoted).toBe(true)
})

test('a date in digits is one value, and a number in words is one', () => {
  expect(read('courses since 2024-03-01 with more than two students').mentions.map(({ kind, text }) => [kind, text])).toEqual([
    ['date', '2024-03-01'],
    ['number', '2'],
  ])
})

test('without values that may be looked up only what is marked is taken for one', () => {
  const { index: bare } = scene
  expect(read('students from Oslo called "Mia"', { index: bare }).mentions.map(({ text, hits }) => [text, hits.size])).toEqual([['Mia', 0]])
})

test('a word is claimed by the column that is called so', () => {
  const linked = read('What is the salary of each teacher?')
  const at = linked.tokens.findIndex(({ word }) => word === 'salary')
  const claims = linked.scope.columns.map((_, c) => linked.claims[c * linked.tokens.length + at]!)
  expect(nameOf(linked, claims.indexOf(Math.max(...claims)))).toBe('teachers.salary')
})

test('a value that is hidden is found in no column', () => {
  const hidden = index.tables.findIndex(({ name }) => name === 'students')
  const seen = Uint8Array.from(index.tableOf, (t) => (t === hidden ? 0 : 1))
  const cut = {
    tables: Uint8Array.from(index.tables, (_, t) => (t === hidden ? 0 : 1)),
    columns: seen,
    values: seen,
    tableCount: 5,
    columnCount: seen.length,
  }
  const linked = read('Who is from Oslo?', { ...scene, cut })
  expect(linked.mentions.flatMap(({ hits, lives }) => [...hits.keys(), ...lives])).toEqual([])
  expect(linked.scope.tables).not.toContain(hidden)
})

test('shapes have one key each, whatever is in them', () => {
  const counted: Shape = { ...noShape, plain: 1, sums: ['count*'], group: 1 }
  expect(keyOf(counted)).not.toBe(keyOf({ ...counted, group: 0 }))
  expect(clauseKey(counted, 'select')).toBe('1 count*')
  expect(clauseKey({ ...counted, star: true }, 'select')).not.toBe(clauseKey(counted, 'select'))
})

test('shapes that cannot be put together are not', () => {
  const plain: Shape = { ...noShape, plain: 1 }
  expect(makeable(plain)).toBe(true)
  expect(makeable({ ...plain, order: [{ of: 'count*', descending: true }] })).toBe(false)
  expect(makeable({ ...plain, group: 1, order: [{ of: 'count*', descending: true }] })).toBe(true)
  expect(makeable({ ...plain, having: [{ operator: '>', right: 'value', of: 'count*' }] })).toBe(false)
  expect(makeable({ ...plain, sums: ['avg'], combine: { how: 'except', shape: plain } })).toBe(false)
  expect(makeable({ ...plain, combine: { how: 'except', shape: plain } })).toBe(true)
})
