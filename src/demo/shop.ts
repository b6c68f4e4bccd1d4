import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { calendarOf, dateOf, stampOf } from './calendar.ts'
import { productOf } from './goods.ts'
import { type Person, personOf } from './people.ts'
import { type Random, randomOf, runningSums } from './random.ts'

const counts = { customers: 12_000, products: 600, orders: 48_000 }

/** Amounts are whole cents: a sum of them is exact in SQLite, which has no decimals. */
const schema = `
CREATE TABLE customers (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, phone TEXT, birth_date DATE,
  country TEXT NOT NULL, city TEXT NOT NULL, segment TEXT NOT NULL, newsletter BOOLEAN NOT NULL, created_at TIMESTAMP NOT NULL, note TEXT);
CREATE TABLE products (
  id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, name TEXT NOT NULL, category TEXT NOT NULL,
  price_cents INTEGER NOT NULL, cost_cents INTEGER NOT NULL, stock INTEGER NOT NULL, discontinued BOOLEAN NOT NULL);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), status TEXT NOT NULL, country TEXT NOT NULL,
  ordered_at TIMESTAMP NOT NULL, shipped_at TIMESTAMP, total_cents INTEGER NOT NULL, coupon TEXT);
CREATE TABLE items (
  order_id INTEGER NOT NULL REFERENCES orders (id), line INTEGER NOT NULL, product_id INTEGER NOT NULL REFERENCES products (id),
  quantity INTEGER NOT NULL, price_cents INTEGER NOT NULL, PRIMARY KEY (order_id, line)) WITHOUT ROWID;
CREATE TABLE payments (
  id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders (id), method TEXT NOT NULL, card_last4 TEXT,
  amount_cents INTEGER NOT NULL, status TEXT NOT NULL, paid_at TIMESTAMP NOT NULL);
`
const indexes = `
CREATE INDEX customers_country ON customers (country);
CREATE INDEX products_category ON products (category);
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_ordered_at ON orders (ordered_at);
CREATE INDEX items_product ON items (product_id);
CREATE INDEX payments_order ON payments (order_id);
ANALYZE;
`

type Customer = Person & Readonly<{ createdMs: number }>

/** Writes the shop as a SQLite file of about 200,000 rows. `onProgress` gets the share that is done, 0 to 1. */
export function makeShop(file: string, now: Date, onProgress: (share: number) => void): void {
  const db = new DatabaseSync(file)
  try {
    // Whoever is interrupted starts again with a new file, so nothing needs to be safe on the way.
    db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;')
    db.exec(schema)
    db.exec('BEGIN')
    const prices = addProducts(db)
    const customers = addCustomers(db, now)
    onProgress(0.15)
    addOrders(db, now, customers, prices, (share) => onProgress(0.15 + share * 0.75))
    db.exec('COMMIT')
    db.exec(indexes)
    onProgress(1)
  } finally {
    db.close()
  }
}

function addProducts(db: DatabaseSync): number[] {
  const random = randomOf(1)
  const insert = db.prepare('INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  return Array.from({ length: counts.products }, (_, i) => {
    const { sku, name, category, priceCents, costCents } = productOf(random, i + 1)
    insert.run(i + 1, sku, name, category, priceCents, costCents, random.int(0, 900), random.chance(0.06) ? 1 : 0)
    return priceCents
  })
}

function addCustomers(db: DatabaseSync, now: Date): Customer[] {
  const random = randomOf(2)
  const insert = db.prepare('INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  return calendarOf(now, 1_400)
    .moments(random, counts.customers)
    .map((createdMs, i) => {
      const person = personOf(random, i + 1)
      const phone = random.chance(0.85) ? person.phone : null
      const born = random.chance(0.9) ? dateOf(Date.UTC(random.int(1945, 2006), random.int(0, 11), random.int(1, 28))) : null
      const segment = random.chance(0.12) ? 'business' : 'private'
      const note = random.chance(0.02) ? noteOf(random, person) : null
      const { name, email, country, city } = person
      insert.run(i + 1, name, email, phone, born, country, city, segment, random.chance(0.4) ? 1 : 0, stampOf(createdMs), note)
      return { ...person, createdMs }
    })
}

/** Personal data where nobody expects it: free text. */
const noteOf = (random: Random, { name, email, phone }: Person): string =>
  random.pick([
    `Prefers to be called at ${phone} after six.`,
    `Second address: ${email.replace('@', '.private@')}`,
    `Complained twice; ask for ${name} in person.`,
    'Wants invoices on paper.',
    `Moved house, new number ${phone}.`,
  ])

function addOrders(
  db: DatabaseSync,
  now: Date,
  customers: readonly Customer[],
  prices: readonly number[],
  onProgress: (share: number) => void,
): void {
  const random = randomOf(3)
  const order = db.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const item = db.prepare('INSERT INTO items VALUES (?, ?, ?, ?, ?)')
  const payment = db.prepare('INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)')
  // A few products and customers make most of the sales, as in life.
  const productSums = runningSums(prices.map((_, i) => 1 / (i + 8)))
  let payments = 0
  calendarOf(now, 1_096)
    .moments(random, counts.orders)
    .forEach((orderedMs, i) => {
      const id = i + 1
      const customer = customerAt(random, customers, orderedMs)
      const status = statusOf(random, now.getTime() - orderedMs)
      const shippedMs = orderedMs + random.int(4, 96) * 3_600_000
      const shipped = (status === 'shipped' || status === 'delivered' || status === 'returned') && shippedMs <= now.getTime()
      const lines = basket(random, productSums)
      const total = lines.reduce((sum, line) => sum + prices[line.product]! * line.quantity, 0)
      const coupon = random.chance(0.08) ? random.pick(['WELCOME10', 'SPRING', 'FRIENDS', 'NEWS5']) : null
      order.run(
        id,
        customer + 1,
        status,
        customers[customer]!.country,
        stampOf(orderedMs),
        shipped ? stampOf(shippedMs) : null,
        total,
        coupon,
      )
      lines.forEach((line, n) => {
        item.run(id, n + 1, line.product + 1, line.quantity, prices[line.product]!)
      })
      if (status !== 'cancelled') {
        payments += 1
        addPayment(payment, random, {
          id: payments,
          order: id,
          total,
          status,
          ms: Math.min(orderedMs + random.int(5, 900) * 1_000, now.getTime()),
        })
      }
      if (i % 2_000 === 0) onProgress(id / counts.orders)
    })
}

/** Nobody orders before they are a customer; `customers` are in the order in which they came. */
function customerAt(random: Random, customers: readonly Customer[], ms: number): number {
  let [low, high] = [0, customers.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (customers[middle]!.createdMs <= ms) low = middle
    else high = middle - 1
  }
  return Math.floor(random.next() ** 1.5 * (low + 1))
}

function statusOf(random: Random, ageMs: number): string {
  const days = ageMs / 86_400_000
  if (random.chance(0.04)) return 'cancelled'
  if (days < 1) return random.pick(['new', 'new', 'paid'])
  if (days < 4) return random.pick(['paid', 'shipped', 'shipped'])
  if (days < 9) return random.pick(['shipped', 'delivered', 'delivered'])
  return random.chance(0.05) ? 'returned' : 'delivered'
}

function basket(random: Random, productSums: readonly number[]): { product: number; quantity: number }[] {
  const size = random.pick([1, 1, 1, 2, 2, 2, 3, 4])
  const products = new Set<number>()
  while (products.size < size) products.add(random.weighted(productSums))
  return [...products].map((product) => ({ product, quantity: random.pick([1, 1, 1, 1, 2, 2, 3]) }))
}

type Paid = Readonly<{ id: number; order: number; total: number; status: string; ms: number }>

function addPayment(insert: StatementSync, random: Random, { id, order, total, status, ms }: Paid): void {
  const method = random.pick(['card', 'card', 'card', 'paypal', 'invoice', 'transfer'])
  const card = method === 'card' ? String(random.int(0, 9_999)).padStart(4, '0') : null
  const state = status === 'returned' ? 'refunded' : status === 'new' ? 'pending' : 'settled'
  insert.run(id, order, method, card, total, state, stampOf(ms))
}
