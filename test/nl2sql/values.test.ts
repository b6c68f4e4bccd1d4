import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { type ValueIndex, valueIndexOf } from '../../src/nl2sql/nl2sql.ts'
import { lexiconOf } from '../../src/search/search.ts'

const [CITY, STATE, GENDER, CAR, TYPE, YEAR] = [0, 1, 2, 3, 4, 5]
let values: ValueIndex

beforeAll(() => {
  values = valueIndexOf(
    [
      { column: CITY, values: ['New York', 'New York City', 'Köln', 'Los Angeles', 'Paris', 'Saint-Denis', "L'Aquila"] },
      { column: STATE, values: ['New York', 'United States of America', 'IN', 'UK', 'France'] },
      { column: GENDER, values: ['F', 'M'] },
      { column: CAR, values: ['Toyota Corolla', 'Toyota Yaris', 'AB-123', 'Volvo'] },
      { column: TYPE, values: ['savings', 'Checking', 'Engineer', 'Engineering'] },
      { column: YEAR, values: ['2008', '1999-01-01', '12.5'] },
    ],
    lexiconOf(readFileSync('data/lexicon.bin')),
  )
})

const found = (question: string) => values.find(question).map(({ column, value, how }) => [column, value, how])

test('a value is found with the spelling of the source, whatever the letters of the question', () => {
  expect(found('How many flights go to PARIS?')).toEqual([[CITY, 'Paris', 'case']])
  expect(found('people in koln')[0]).toEqual([CITY, 'Köln', 'case'])
  expect(found('a saving account')).toContainEqual([TYPE, 'savings', 'stem'])
  expect(found('car ab123')[0]).toEqual([CAR, 'AB-123', 'gaps'])
  expect(found("the people of L'Aquila")[0]).toEqual([CITY, "L'Aquila", 'exact'])
})

test('the longest name is meant, in each column', () => {
  const hits = found('Who lives in New York City?')
  expect(hits).toContainEqual([CITY, 'New York City', 'exact'])
  expect(hits).not.toContainEqual([CITY, 'New York', 'exact'])
  expect(hits).toContainEqual([STATE, 'New York', 'exact'])
})

test('short forms, first letters and kin', () => {
  expect(found('customers from the USA')).toContainEqual([STATE, 'United States of America', 'initials'])
  expect(found('singers of the United Kingdom')).toContainEqual([STATE, 'UK', 'initials'])
  expect(found('all female students')).toEqual([[GENDER, 'F', 'short']])
  expect(found('French singers')).toContainEqual([STATE, 'France', 'short'])
})

test('a part of a value is told with how many values hold it', () => {
  const [hit] = values.find('How many Toyotas were sold?')
  expect(hit).toMatchObject({ column: CAR, how: 'inside', like: 2 })
  expect(values.find('a Corolla')[0]).toMatchObject({ value: 'Toyota Corolla', how: 'inside', like: 1 })
})

test('places are those of the text, and quotation marks are seen', () => {
  const question = 'Is there a car named "Volvo"?'
  const [hit] = values.find(question)
  expect(question.slice(hit!.start, hit!.end)).toBe('Volvo')
  expect(hit!.quoted).toBe(true)
})

test('neither small words nor numbers are values', () => {
  expect(found('how many people live in each one')).toEqual([])
  expect(found('cars of 2008 with 12.5 in 1999-01-01')).toEqual([])
  expect(found('cars in IN')).toContainEqual([STATE, 'IN', 'exact'])
  expect(found('')).toEqual([])
  expect(values.count(YEAR)).toBe(0)
  expect(values.count(CITY)).toBe(7)
})

test('engineers are not engineering', () => {
  expect(found('all engineers').map(([, value]) => value)).toContain('Engineer')
  expect(found('all engineers').filter(([, value, how]) => value === 'Engineering' && how !== 'related')).toEqual([])
})

test('a question as long as a request is read in a moment, and no further than a question goes', () => {
  expect(values.find('Paris '.repeat(10_000)).length).toBeLessThanOrEqual(60)
})
