import { expect, test } from 'vitest'
import { readPhrase } from '../../src/phrase/phrase.ts'

const read = (text: string) => readPhrase(text, '2026-11-20')

test.each([
  ['Wie viele Kunden haben wir?', 'how many customers do we have?'],
  ['Wie viele Bestellungen gibt es pro Status?', 'how many orders are there for each status?'],
  ['Wie viele Kunden wohnen in Berlin?', 'how many customers live in Berlin?'],
  ['Wie viele Kunden haben wir pro Land?', 'how many customers do we have for each country?'],
  ['Zeige mir die 5 teuersten Produkte', 'show me the 5 most expensive products'],
  ['Was ist das billigste Produkt?', 'what is the cheapest product?'],
  ['Welches Produkt ist am teuersten?', 'which product is the most expensive?'],
  ['Wie hoch ist der durchschnittliche Preis der Produkte?', 'what is the average price of the products?'],
  ['Durchschnittlicher Preis pro Kategorie', 'average price for each category'],
  ['Gesamtumsatz pro Monat', 'total revenue for each month'],
  ['Welche Kunden haben mehr als 5 Bestellungen?', 'which customers have more than 5 orders?'],
  ['Welche Kunden haben noch nie bestellt?', 'which customers have never ordered?'],
  ['Welcher Kunde hat die meisten Bestellungen?', 'which customer has the most orders?'],
  ['Liste alle Produkte der Kategorie Kitchen auf', 'list all products of the category Kitchen'],
  ['Zeige alle Produkte, die mehr als 100 kosten', 'show all products that cost more than 100'],
  ['Produkte mit Preis zwischen 10 und 20', 'products with price between 10 and 20'],
  ['Zeige Namen und E-Mail aller Kunden aus Deutschland', 'show names and email of all customers from Germany'],
  ['Alle Kunden sortiert nach Name', 'all customers sorted by name'],
  ['Bestellungen der letzten 7 Tage', 'orders of the last 7 days'],
  ['Wie viele Bestellungen gab es im letzten Monat?', 'how many orders were there in the last month?'],
  ['Bestellungen seit März 2024', 'orders since March 2024'],
  ['Umsatz im zweiten Quartal 2025', 'revenue in the second quarter 2025'],
  ['Wie viele Bestellungen wurden gestern aufgegeben?', 'how many orders were yesterday placed?'],
  ['Kunden ohne Telefon', 'customers without phone'],
  ['Anzahl der Bestellungen nach Land', 'number of orders by country'],
  ['Die drei neuesten Kunden', 'the 3 newest customers'],
  ['Was ist der höchste Preis?', 'what is the highest price?'],
  ['Wie viele verschiedene Städte gibt es?', 'how many different cities are there?'],
  ['Kunden, deren Name mit A beginnt', 'customers whose name starts with A'],
  ['Bestellungen über tausend Euro', 'orders over 1000 euro'],
  ['Welche Stadt hat die wenigsten Kunden?', 'which city has the fewest customers?'],
  ['Zeige die zehn ältesten Kunden', 'show the 10 oldest customers'],
  ['Produkte und ihre Lieferanten', 'products and their suppliers'],
])('%s', (asked, gloss) => {
  const { language, intent, problem, gloss: said } = read(asked)
  expect([language, intent, problem, said]).toEqual(['de', 'read', undefined, gloss])
})

test.each<[string, { from?: string; to?: string }]>([
  ['Bestellungen von heute', { from: '2026-11-20', to: '2026-11-21' }],
  ['Bestellungen vor drei Wochen', { from: '2026-10-26', to: '2026-11-02' }],
  ['Umsatz im 2. Quartal 2024', { from: '2024-04-01', to: '2024-07-01' }],
  ['in den letzten 7 Tagen', { from: '2026-11-14', to: '2026-11-21' }],
  ['zwischen Januar und März 2024', { from: '2024-01-01', to: '2024-04-01' }],
  ['Bestellungen nach 2024', { from: '2025-01-01' }],
  ['im ersten Halbjahr 2025', { from: '2025-01-01', to: '2025-07-01' }],
  ['am 5. März 2024', { from: '2024-03-05', to: '2024-03-06' }],
  ['am 05.03.2024', { from: '2024-03-05', to: '2024-03-06' }],
  ['dieses Jahr', { from: '2026-01-01', to: '2027-01-01' }],
])('times: %s', (asked, range) => {
  expect(read(asked).dates.map((date) => date.range)).toEqual([range])
})

test.each([
  ['Lösche alle Kunden', 'write'],
  ['Bitte ändere den Preis von Produkt 5 auf 10', 'write'],
  ['Füge einen neuen Kunden hinzu', 'write'],
  ['Hallo', 'talk'],
  ['Vielen Dank!', 'talk'],
  ['Was kannst du?', 'talk'],
  ['Wie viele Kunden haben wir? Was ist der durchschnittliche Preis der Produkte?', 'several'],
  ['Erstelle eine Liste aller Kunden', 'read'],
  ['Zeige die geänderten Bestellungen', 'read'],
])('intent: %s', (asked, intent) => {
  expect(read(asked)).toMatchObject({ intent, language: 'de' })
})

test('a word of thousands of letters is a word that nobody knows, and found to be one at once', { timeout: 2_000 }, () => {
  const word = 'ß'.repeat(3_900)
  expect(read(`wie viele Kunden haben ${word}`)).toMatchObject({ language: 'de' })
  expect(read(`zeige ${'Kunden'.repeat(600)}`).language).toBe('de')
})
