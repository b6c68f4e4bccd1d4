import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Scene } from '../../src/nl2sql/nl2sql.ts'
import { inLearntWords } from '../../src/nl2sql/wording.ts'
import { buildIndex, lexiconOf } from '../../src/search/search.ts'
import { smallSchool } from './school.ts'
import { smallShop, tablesOf } from './shop.ts'

/** How everyday questions are put into the words that the engine has learnt. */

const lexicon = lexiconOf(readFileSync('data/lexicon.bin'))
const sceneOf = (db: Parameters<typeof tablesOf>[0]): Scene => ({
  index: buildIndex(
    tablesOf(db).map((table) => ({ table })),
    lexicon,
  ),
  dialect: 'sqlite',
  today: '2026-11-20',
})
const shop = sceneOf(smallShop())
const school = sceneOf(smallSchool())

describe('in the shop', () => {
  test.each([
    ['How many customers are there per country?', 'How many customers are there for each country?'],
    ['how many customers by country?', 'how many customers for each country?'],
    ['List the products', 'What are the names of the products?'],
    ['Customers from Germany', 'What are the names of the Customers from Germany?'],
    ['customers who never ordered anything', 'What are the names of the customers without orders?'],
    ['Which customers have never ordered?', 'What are the names of the customers without orders?'],
    ['customers who never paid', 'What are the names of the customers who never paid?'],
    ['Which customers have no orders?', 'What are the names of the customers without orders?'],
    ['Which customer has the most orders?', 'What is the name of the customer with the most orders?'],
    ['the 5 most expensive products', 'What are the names of the 5 products with the highest price?'],
    ['Which 5 products are the most expensive?', 'What are the names of the 5 products with the highest price?'],
    ['the cheapest product in Toys', 'What is the name of the product with the lowest price in Toys?'],
    ['Top 3 countries by number of orders?', 'What are the 3 countries with the most orders?'],
    ['show the top 3 products by price', 'What are the names of the 3 products with the highest price?'],
    ['bottom 2 customers by number of orders', 'What are the names of the 2 customers with the fewest orders?'],
    ['customers with more than 5 orders', 'What are the names of the customers that have more than 5 orders?'],
    ['orders that are cancelled', 'Show all information about the orders that are cancelled.'],
  ])('%j is read as %j', (question, learnt) => expect(inLearntWords(question, shop)).toBe(learnt))

  test.each([
    'What is the average price of products?',
    'the names of customers',
    'customers per cent',
    'customers with orders in each country',
    'products named "customers per country"',
    'How many orders are sorted by status?',
    'how many customers by unicorn?',
    'unicorns from Germany',
    'the newest customers',
    'the order with the highest total',
    'the 5 largest orders',
    'customers and orders',
    'Which country has the most customers?',
    `customers from ${'a'.repeat(400)}`,
    'top 3 products by price descending',
    'top 3 products for each category',
    'per country',
    '',
  ])('%j stays', (question) => expect(inLearntWords(question, shop)).toBe(question))
})

test('things that are called by more than one name are shown whole, and courses by their titles', () => {
  expect(inLearntWords('students from Oslo', school)).toBe('Show all information about the students from Oslo.')
  expect(inLearntWords('list all clubs', school)).toBe('What are the names of the clubs?')
  expect(inLearntWords('courses without students', school)).toBe('What are the titles of the courses without students?')
})

test('a column that is called so is not taken apart, and what is not seen is not named', () => {
  const { index } = shop
  const hidden = { tables: index.tables.map(({ name }) => (name === 'products' ? 0 : 1)), columns: [...index.tableOf].fill(0) }
  const cut = {
    tables: Uint8Array.from(hidden.tables),
    columns: Uint8Array.from(hidden.columns),
    values: Uint8Array.from(hidden.columns),
    tableCount: 1,
    columnCount: 0,
  }
  expect(inLearntWords('List the products', { ...shop, cut })).toBe('List the products')
  expect(inLearntWords('how many customers by country?', { ...shop, cut })).toBe('how many customers by country?')
  const night = buildIndex(
    [{ table: { ...index.tables[0]!, name: 'rooms', columns: [{ ...index.tables[0]!.columns[0]!, name: 'price_per_night' }] } }],
    lexicon,
  )
  expect(inLearntWords('average price per night', { ...shop, index: night })).toBe('average price per night')
})
