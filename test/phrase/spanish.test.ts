import { expect, test } from 'vitest'
import { readPhrase } from '../../src/phrase/phrase.ts'

const read = (text: string) => readPhrase(text, '2026-11-20')

test.each([
  ['¿Cuántos clientes tenemos?', 'how many customers do we have?'],
  ['¿Cuántos pedidos hay por estado?', 'how many orders are there by status?'],
  ['¿Cuántos clientes viven en Madrid?', 'how many customers live in Madrid?'],
  ['¿Cuántos clientes hay por cada país?', 'how many customers are there for each country?'],
  ['Muéstrame los 5 productos más caros', 'show me the 5 most expensive products'],
  ['¿Cuál es el producto más barato?', 'what is the cheapest product?'],
  ['¿Qué producto es el más caro?', 'which product is the most expensive?'],
  ['¿Cuál es el precio medio de los productos?', 'what is the average price of the products?'],
  ['Precio medio por categoría', 'average price by category'],
  ['Ingresos totales por mes', 'total revenue by month'],
  ['¿Qué clientes tienen más de 5 pedidos?', 'which customers have more than 5 orders?'],
  ['¿Qué clientes nunca han comprado?', 'which customers never have bought?'],
  ['¿Qué cliente tiene más pedidos?', 'which customer has the most orders?'],
  ['Lista de todos los productos de la categoría Kitchen', 'list of all products of the category Kitchen'],
  ['Muestra todos los productos que cuestan más de 100', 'show all products that cost more than 100'],
  ['Productos con precio entre 10 y 20', 'products with price between 10 and 20'],
  [
    'Muestra el nombre y el correo electrónico de todos los clientes de Alemania',
    'show the name and the email of all customers of Germany',
  ],
  ['Todos los clientes ordenados por nombre', 'all customers sorted by name'],
  ['Pedidos de los últimos 7 días', 'orders of the last 7 days'],
  ['¿Cuántos pedidos hubo el mes pasado?', 'how many orders were there the last month?'],
  ['Pedidos desde marzo de 2024', 'orders since March of 2024'],
  ['Ingresos en el segundo trimestre de 2025', 'revenue in the second quarter of 2025'],
  ['¿Cuántos pedidos se hicieron ayer?', 'how many orders made yesterday?'],
  ['Clientes sin teléfono', 'customers without phone'],
  ['Número de pedidos por país', 'number of orders by country'],
  ['Los tres clientes más recientes', 'the 3 newest customers'],
  ['¿Cuál es el precio más alto?', 'what is the highest price?'],
  ['¿Cuántas ciudades diferentes hay?', 'how many different cities are there?'],
  ['Clientes cuyo nombre empieza por A', 'customers whose name starts with A'],
  ['Pedidos de más de mil euros', 'orders of more than 1000 euros'],
  ['¿Qué ciudad tiene menos clientes?', 'which city has the fewest customers?'],
  ['Muestra los diez clientes más antiguos', 'show the 10 oldest customers'],
  ['Productos y sus proveedores', 'products and their suppliers'],
])('%s', (asked, gloss) => {
  const { language, intent, problem, gloss: said } = read(asked)
  expect([language, intent, problem, said]).toEqual(['es', 'read', undefined, gloss])
})

test.each<[string, { from?: string; to?: string }]>([
  ['pedidos de hoy', { from: '2026-11-20', to: '2026-11-21' }],
  ['hace tres semanas', { from: '2026-10-26', to: '2026-11-02' }],
  ['la semana pasada', { from: '2026-11-09', to: '2026-11-16' }],
  ['el año pasado', { from: '2025-01-01', to: '2026-01-01' }],
  ['entre enero y marzo de 2024', { from: '2024-01-01', to: '2024-04-01' }],
  ['el 5 de marzo de 2024', { from: '2024-03-05', to: '2024-03-06' }],
  ['antes de 2020', { to: '2020-01-01' }],
  ['este mes', { from: '2026-11-01', to: '2026-12-01' }],
  ['en el primer semestre de 2025', { from: '2025-01-01', to: '2025-07-01' }],
])('times: %s', (asked, range) => {
  expect(read(asked).dates.map((date) => date.range)).toEqual([range])
})

test.each([
  ['Borra todos los pedidos', 'write'],
  ['Cambia el precio del producto 5', 'write'],
  ['Añade un nuevo cliente', 'write'],
  ['Hola', 'talk'],
  ['¡Muchas gracias!', 'talk'],
  ['¿Qué puedes hacer?', 'talk'],
  ['¿Cuántos clientes tenemos? ¿Cuál es el precio medio de los productos?', 'several'],
  ['¿Cuántos pedidos cancelados hay?', 'read'],
])('intent: %s', (asked, intent) => {
  expect(read(asked)).toMatchObject({ intent, language: 'es' })
})
