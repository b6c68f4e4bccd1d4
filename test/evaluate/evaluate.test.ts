import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evaluateRetrieval, readCorpus } from '../../src/evaluate/evaluate.ts'
import { boost, randomOf } from '../../src/evaluate/fit.ts'
import { openFinder } from '../../src/finder/finder.ts'
import { judgeAll } from '../../src/search/search.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-eval-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(() => {
  mkdirSync(join(folder, 'database', 'zoo'), { recursive: true })
  const shop = new DatabaseSync(join(folder, 'database', 'shop.sqlite'))
  shop.exec(`CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INT REFERENCES customers(id), total REAL);
    INSERT INTO customers VALUES (1, 'Ana', 'Berlin')`)
  shop.close()
  const zoo = new DatabaseSync(join(folder, 'database', 'zoo', 'zoo.sqlite'))
  zoo.exec('CREATE TABLE animals (id INTEGER PRIMARY KEY, species TEXT, weight REAL); CREATE TABLE keepers (id INT, name TEXT)')
  zoo.close()
  const plain = [
    {
      question: 'Total of all orders of customers in Berlin',
      query: 'SELECT sum(total) FROM orders JOIN customers ON customers.id = customer_id WHERE city = "Berlin"',
      db_id: 'shop',
    },
    { question: 'How many animals are there?', query: 'SELECT count(*) FROM Animals', db_id: 'zoo' },
    { question: 'What is this?', query: 'SELECT nothing FROM nowhere', db_id: 'zoo' },
  ]
  writeFileSync(join(folder, 'train.json'), JSON.stringify(plain))
  writeFileSync(
    join(folder, 'train-syn.json'),
    JSON.stringify([{ question: 'Heaviest beasts', query: 'SELECT species FROM animals ORDER BY weight', db_id: 'zoo' }]),
  )
  writeFileSync(join(folder, 'tables.json'), '[{"db_id": "shop"}]')
})

test('what a question needs is told by the engine, and what it does not take is left out', () => {
  const { databases, questions, failed } = readCorpus(folder)
  expect([...databases.keys()]).toEqual(['shop', 'zoo'])
  expect(failed).toBe(1)
  const [heavy, total, many] = questions
  expect(heavy).toMatchObject({
    synonyms: true,
    tables: ['animals'],
    columns: expect.arrayContaining(['animals.species', 'animals.weight']),
  })
  expect(new Set(total!.columns)).toEqual(new Set(['orders.total', 'customers.id', 'orders.customer_id', 'customers.city']))
  expect(many).toMatchObject({ tables: ['animals'], columns: [] })
  expect(databases.get('shop')![0]!.values!.get('city')).toEqual(['Berlin'])
})

test('the shipped model is measured, with and without synonyms', async () => {
  const data = await openFinder({ folder }).data()
  const told = evaluateRetrieval({ folder, synonyms: 'with', ...data })
  expect(told).toMatchObject({
    databases: 2,
    failed: 1,
    folds: 0,
    plain: { questions: 2, tables: 1, columns: 1, database: 1 },
    synonyms: { questions: 1 },
  })
  expect(evaluateRetrieval({ folder, synonyms: 'only', ...data }).plain).toBeUndefined()
})

test('trees learn what a threshold tells, and the same examples give the same trees', () => {
  const random = randomOf(5)
  const count = 2_000
  const rows = Float32Array.from({ length: count * 3 }, random)
  const labels = Uint8Array.from({ length: count }, (_, i) => (rows[i * 3]! > 0.6 && rows[i * 3 + 1]! < 0.5 ? 1 : 0))
  const settings = { trees: 30, depth: 3, rate: 0.3, rowsShare: 0.8, figuresShare: 1, leafMin: 5, seed: 1 }
  const forest = boost({ rows, figures: 3, labels }, settings)
  const odds = judgeAll([forest], rows, 3)
  expect([...odds].filter((odd, i) => odd > 0 !== (labels[i] === 1)).length).toBeLessThan(count / 50)
  expect(boost({ rows, figures: 3, labels }, settings)).toEqual(forest)
  expect(boost({ rows, figures: 3, labels }, { ...settings, seed: 2 })).not.toEqual(forest)
})
