import { expect, test } from 'vitest'
import { readPhrase } from '../../src/phrase/phrase.ts'

const read = (text: string) => readPhrase(text, '2026-11-20')

test.each([
  ['Combien de clients avons-nous ?', 'how many customers do we have?'],
  ['Combien de commandes y a-t-il par statut ?', 'how many orders are there by status?'],
  ['Combien de clients habitent à Paris ?', 'how many customers live in Paris?'],
  ['Combien y a-t-il de clients par pays ?', 'how many customers by country?'],
  ['Montre-moi les 5 produits les plus chers', 'show me the 5 most expensive products'],
  ['Quel est le produit le moins cher ?', 'what is the least expensive product?'],
  ['Quel produit est le plus cher ?', 'which product is most expensive?'],
  ['Quel est le prix moyen des produits ?', 'what is the average price of the products?'],
  ['Prix moyen par catégorie', 'average price by category'],
  ["Chiffre d'affaires total par mois", 'total revenue by month'],
  ['Quels clients ont plus de 5 commandes ?', 'which customers have more than 5 orders?'],
  ["Quels clients n'ont jamais commandé ?", 'which customers have never ordered?'],
  ['Quel client a le plus de commandes ?', 'which customer has the most orders?'],
  ['Liste de tous les produits de la catégorie Kitchen', 'list of all products of the category Kitchen'],
  ['Affiche tous les produits qui coûtent plus de 100', 'show all products that cost more than 100'],
  ['Produits avec un prix entre 10 et 20', 'products with a price between 10 and 20'],
  ["Affiche le nom et l'e-mail de tous les clients d'Allemagne", 'show the name and the email of all customers of Germany'],
  ['Tous les clients triés par nom', 'all customers sorted by name'],
  ['Commandes des 7 derniers jours', 'orders of the last 7 days'],
  ['Combien de commandes le mois dernier ?', 'how many orders the last month?'],
  ['Commandes depuis mars 2024', 'orders since March 2024'],
  ["Chiffre d'affaires au deuxième trimestre 2025", 'revenue at the second quarter 2025'],
  ['Combien de commandes ont été passées hier ?', 'how many orders have been placed yesterday?'],
  ['Clients sans téléphone', 'customers without phone'],
  ['Nombre de commandes par pays', 'number of orders by country'],
  ['Les trois clients les plus récents', 'the 3 newest customers'],
  ['Quel est le prix le plus élevé ?', 'what is the highest price?'],
  ['Combien de villes différentes y a-t-il ?', 'how many different cities are there?'],
  ['Clients dont le nom commence par A', 'customers whose name starts with A'],
  ['Commandes de plus de mille euros', 'orders of more than 1000 euros'],
  ['Quelle ville a le moins de clients ?', 'which city has the fewest customers?'],
  ['Montre les dix clients les plus âgés', 'show the 10 oldest customers'],
  ['Produits et leurs fournisseurs', 'products and their suppliers'],
])('%s', (asked, gloss) => {
  const { language, intent, problem, gloss: said } = read(asked)
  expect([language, intent, problem, said]).toEqual(['fr', 'read', undefined, gloss])
})

test.each<[string, { from?: string; to?: string }]>([
  ["commandes d'aujourd'hui", { from: '2026-11-20', to: '2026-11-21' }],
  ['il y a trois semaines', { from: '2026-10-26', to: '2026-11-02' }],
  ['la semaine dernière', { from: '2026-11-09', to: '2026-11-16' }],
  ["l'année dernière", { from: '2025-01-01', to: '2026-01-01' }],
  ['entre janvier et mars 2024', { from: '2024-01-01', to: '2024-04-01' }],
  ['le 5 mars 2024', { from: '2024-03-05', to: '2024-03-06' }],
  ['avant 2020', { to: '2020-01-01' }],
  ['ce mois-ci', { from: '2026-11-01', to: '2026-12-01' }],
  ['au premier semestre 2025', { from: '2025-01-01', to: '2025-07-01' }],
])('times: %s', (asked, range) => {
  expect(read(asked).dates.map((date) => date.range)).toEqual([range])
})

test.each([
  ['Supprime tous les clients', 'write'],
  ['Modifie le prix du produit 5', 'write'],
  ['Ajoute un nouveau client', 'write'],
  ['Bonjour', 'talk'],
  ['Merci beaucoup !', 'talk'],
  ['Que peux-tu faire ?', 'talk'],
  ['Combien de clients avons-nous ? Quel est le prix moyen des produits ?', 'several'],
  ['Combien de commandes annulées ?', 'read'],
])('intent: %s', (asked, intent) => {
  expect(read(asked)).toMatchObject({ intent, language: 'fr' })
})
