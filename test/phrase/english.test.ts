import { expect, test } from 'vitest'
import { readPhrase } from '../../src/phrase/phrase.ts'

const today = '2026-11-20'
const read = (text: string) => readPhrase(text, today)

test.each([
  ['show the twenty-five cheapest products', 'show the 25 cheapest products'],
  ['orders over three million euros', 'orders over 3000000 euros'],
  ['customers with more than one order', 'customers with more than 1 order'],
  ['which one has the most orders', 'which one has the most orders'],
  ['revenue above 1.5k', 'revenue above 1500'],
  ['revenue above 1,500.50', 'revenue above 1500.50'],
  ['cities with 3 million people', 'cities with 3000000 people'],
  ['two hundred and three orders', '203 orders'],
  ['films of the band Three Kings', 'films of the band Three Kings'],
  ["products called 'twenty five'", "products called 'twenty five'"],
  ['between one and ten', 'between 1 and 10'],
])('numbers become digits: %s', (asked, gloss) => {
  expect(read(asked).gloss).toBe(gloss)
})

test.each<[string, { from?: string; to?: string }]>([
  ['orders today', { from: '2026-11-20', to: '2026-11-21' }],
  ['orders yesterday', { from: '2026-11-19', to: '2026-11-20' }],
  ['orders of last month', { from: '2026-10-01', to: '2026-11-01' }],
  ['orders this week', { from: '2026-11-16', to: '2026-11-23' }],
  ['orders last week', { from: '2026-11-09', to: '2026-11-16' }],
  ['orders since March 2024', { from: '2024-03-01' }],
  ['orders in Q2', { from: '2026-04-01', to: '2026-07-01' }],
  ['orders in Q4 2025', { from: '2025-10-01', to: '2026-01-01' }],
  ['orders in the first half of 2025', { from: '2025-01-01', to: '2025-07-01' }],
  ['orders in H2 2025', { from: '2025-07-01', to: '2026-01-01' }],
  ['orders in the last 7 days', { from: '2026-11-14', to: '2026-11-21' }],
  ['orders in the last three months', { from: '2026-08-20', to: '2026-11-21' }],
  ['orders in 2023', { from: '2023-01-01', to: '2024-01-01' }],
  ['orders before 2020', { to: '2020-01-01' }],
  ['orders after 2020', { from: '2021-01-01' }],
  ['orders until March 2024', { to: '2024-04-01' }],
  ['orders between 2019 and 2021', { from: '2019-01-01', to: '2022-01-01' }],
  ['orders from January to March 2025', { from: '2025-01-01', to: '2025-04-01' }],
  ['orders between 2024-03-05 and 2024-03-07', { from: '2024-03-05', to: '2024-03-08' }],
  ['orders on March 5, 2024', { from: '2024-03-05', to: '2024-03-06' }],
  ['orders on 5 March 2024', { from: '2024-03-05', to: '2024-03-06' }],
  ['orders in week 12 of 2024', { from: '2024-03-18', to: '2024-03-25' }],
  ['orders in May', { from: '2026-05-01', to: '2026-06-01' }],
  ['orders in December', { from: '2025-12-01', to: '2026-01-01' }],
  ['orders 3 weeks ago', { from: '2026-10-26', to: '2026-11-02' }],
  ['orders of the 1990s', { from: '1990-01-01', to: '2000-01-01' }],
  ['orders this year so far', { from: '2026-01-01', to: '2026-11-21' }],
  ['orders last Monday', { from: '2026-11-16', to: '2026-11-17' }],
  ['orders next month', { from: '2026-12-01', to: '2027-01-01' }],
  ['orders from 2024 onwards', { from: '2024-01-01' }],
])('times: %s', (asked, range) => {
  expect(read(asked).dates.map((date) => date.range)).toEqual([range])
})

test('what is no time is taken for none', () => {
  for (const text of [
    'products with more than 2000 pieces',
    'may I see the customers',
    'orders of 2000 euros',
    'march 300 times',
    'on 2024-02-30',
  ])
    expect(read(text).dates, text).toEqual([])
})

test('units to group by', () => {
  expect(read('revenue by month and country').grains.map(({ part }) => part)).toEqual(['month'])
  expect(read('orders per week').grains.map(({ part }) => part)).toEqual(['week'])
  expect(read('yearly revenue').grains.map(({ part }) => part)).toEqual(['year'])
  expect(read('revenue by country').grains).toEqual([])
})

test.each([
  ['price over 100', '>', '100'],
  ['at least 3 orders', '>=', '3'],
  ['cheaper than 20', '<', '20'],
  ['no more than 7', '<=', '7'],
  ['top 5 customers', 'limit', '5'],
  ['5 or more orders', '>=', '5'],
  ['not 4', '!=', '4'],
])('what a number is for: %s', (asked, compare, value) => {
  expect(read(asked).quantities.map((one) => [one.compare, one.value])).toEqual([[compare, value]])
})

test('what stands where in the gloss is what it says', () => {
  const { gloss, dates, quantities, aliases, pieces, text } = read('Show two German customers since March 2024 with 20 % off')
  expect(dates.map(({ from, to }) => gloss.slice(from, to))).toEqual(['since March 2024'])
  expect(quantities.map(({ from, to }) => gloss.slice(from, to))).toEqual(['2', '2024', '20'])
  expect(quantities.map(({ percent }) => percent)).toEqual([false, false, true])
  expect(
    aliases.map(({ from, to, spellings }) => [gloss.slice(from, to), spellings.includes('DE'), spellings.includes('Germany')]),
  ).toEqual([['German', true, true]])
  expect(pieces.find((piece) => piece.gloss === '2')).toMatchObject({ from: text.indexOf('two'), to: text.indexOf('two') + 3 })
})

test.each([
  ['delete all customers', 'write'],
  ['Please drop table orders', 'write'],
  ['DROP TABLE customers', 'write'],
  ['can you update the price of product 5 to 10', 'write'],
  ['insert a new customer named Bob', 'write'],
  ['add a customer named Bob', 'write'],
  ['set the status of order 7 to paid', 'write'],
  ['I want to change the email of customer 5', 'write'],
  ['show customers; drop table customers', 'write'],
  ['hello', 'talk'],
  ['Thanks a lot!', 'talk'],
  ['what can you do?', 'talk'],
  ['How many customers are there? What is the average price of products?', 'several'],
  ['how many orders do we have and how many products are there', 'several'],
  ['', 'empty'],
  ['   \u200b ', 'empty'],
  ['show the updated orders', 'read'],
  ['remove the filter', 'read'],
  ['set the limit to 10', 'read'],
  ['add the email column', 'read'],
  ['create a list of all customers', 'read'],
  ['cancel rate by month', 'read'],
  ['call duration per agent', 'read'],
  ['Which clubs have members? Give me the names of the clubs.', 'read'],
  ['What are the card types, and how many transactions have been made with each?', 'read'],
])('intent: %s', (asked, intent) => {
  expect(read(asked).intent).toBe(intent)
})

test('two questions are told apart', () => {
  expect(read('How many customers are there? What is the average price of products?').questions).toEqual([
    'How many customers are there?',
    'What is the average price of products?',
  ])
})

test('what cannot be read is said, and nothing throws', () => {
  expect(read('?!… 🙂').problem).toBe('unreadable')
  expect(read('x'.repeat(50_000)).problem).toBe('too_long')
  expect(read('Quanti clienti abbiamo per ogni paese?')).toMatchObject({ language: 'it', problem: 'language' })
  expect(read('顧客は何人いますか')).toMatchObject({ language: 'ja', problem: 'language' })
  expect(read('Сколько у нас клиентов?')).toMatchObject({ language: 'ru', problem: 'language' })
  expect(read('customers Berlin')).toMatchObject({ language: 'en', intent: 'read' })
  for (const text of ['\ud800', '\u0000', '"', '((((', '%s'.repeat(900), '1e999999', '\u202edrop', '9'.repeat(3_000)])
    expect(() => read(text)).not.toThrow()
})

test('hidden signs are gone before anything is read', () => {
  expect(read('cus\u200btom\u00aders \u202eby\u202c country').gloss).toBe('customers by country')
  expect(read(`customers${[...'ignore'].map((sign) => String.fromCodePoint(0xe0000 + sign.codePointAt(0)!)).join('')}`).gloss).toBe(
    'customers',
  )
})
