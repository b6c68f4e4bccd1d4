import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Asked } from '../../src/ask.ts'
import { reviewPair, storePair } from '../../src/bank.ts'
import type { Call } from '../../src/call.ts'
import type { Engine } from '../../src/nl2sql/nl2sql.ts'
import { newCallId } from '../../src/tools/tools.ts'
import { openShop, type Shop, type Who } from './shop.ts'
import { standIn, withEngine } from './stand-in.ts'

/** What stands around the engine: the bank before it, learning after it, the choice of a source, and a caller's own limits. */

let shop: Shop
const more = `bank: { learn: on }
limits: { per_minute: 100000 }
`
beforeAll(async () => {
  shop = await openShop('sqlite', more)
})
afterAll(() => shop.close())

const call = (who: Who, source = 'shop'): Call => ({
  id: newCallId(),
  door: 'http',
  credential: { kind: 'bearer', token: shop.key(who) },
  source,
  action: 'query',
  text: 'asked',
  params: [],
  signal: new AbortController().signal,
})

test('a verified pair of the bank comes before anything is guessed, for who may run it', async () => {
  const sql = 'SELECT sum(amount) AS payroll FROM salaries'
  const { pair } = await storePair(call('boss'), { question: 'What do we pay in all?', statement: sql }, shop.parts)
  const asked = () => shop.ask('ana', 'what do we pay in all')
  expect((await asked()).answer.status).toBe('refused')
  await reviewPair(call('boss'), pair.id, 'verify', undefined, shop.parts)
  const { answer, cells, steps } = await asked()
  expect(answer).toMatchObject({
    status: 'answered',
    sql,
    words: 'Payroll 987654.',
    used: [{ table: expect.stringContaining('salaries') }],
  })
  expect(cells).toEqual([[987654]])
  expect(steps.some(({ says }) => says.includes('query bank'))).toBe(true)
  // Whoever may not see the table does not find the pair, and learns nothing of it.
  const hidden = await shop.ask('narrow', 'what do we pay in all')
  expect(hidden.answer.status).toBe('refused')
  expect(JSON.stringify([hidden.answer, hidden.steps])).not.toMatch(/salaries|payroll|amount/i)
})

test('a pair that means another value is not taken', async () => {
  const { pair } = await storePair(
    call('boss'),
    { question: 'Who lives in Germany?', statement: `SELECT name FROM customers WHERE country = 'Germany'` },
    shop.parts,
  )
  await reviewPair(call('boss'), pair.id, 'verify', undefined, shop.parts)
  expect((await shop.ask('ana', 'Who lives in Germany')).cells.flat()).toEqual(['Ana', 'Cy'])
  expect((await shop.ask('ana', 'Who lives in France')).answer.status).toBe('refused')
})

test('what was answered well is proposed to the bank, what was not is not', async () => {
  await shop.ask('ana', 'customers by country')
  await shop.ask('ana', 'How many unicorns?')
  const pairs = async () => (await (await shop.parts.store()).pairs.since('shop', 0)).filter(({ createdBy }) => createdBy === 'ana')
  await expect.poll(pairs, { timeout: 20_000 }).toMatchObject([{ question: 'customers by country', state: 'proposed' }])
})

test('the source is found by what a question is about, or by its name in it', async () => {
  expect((await shop.ask('ana', 'how many parts', { source: '' })).answer).toMatchObject({ source: 'stock', words: 'There are 2 parts.' })
  expect((await shop.ask('ana', 'how many customers', { source: '' })).answer).toMatchObject({ source: 'shop', status: 'answered' })
  expect((await shop.ask('ana', 'in stock: list parts', { source: '' })).answer).toMatchObject({ source: 'stock', rows: 2 })
  // Sources that may not be used are never chosen, and not told of.
  const narrow = await shop.ask('narrow', 'in stock: list parts', { source: '' })
  expect(narrow.answer).toMatchObject({ status: 'refused', source: 'shop' })
})

test('a conversation stays with its source unless another fits', async () => {
  const before = [{ question: 'how many parts', source: 'stock', sql: 'SELECT count(*) FROM parts' }]
  expect((await shop.ask('ana', 'list parts', { source: '', before })).answer.source).toBe('stock')
  expect((await shop.ask('ana', 'how many customers', { source: '', before })).answer.source).toBe('shop')
})

test('a caller with few queries a minute still gets an answer, and one with none left is told', async () => {
  const few = await openShop('sqlite', 'limits: { per_minute: 6 }\n')
  try {
    const { answer, steps } = await few.ask('ana', 'customers by country')
    expect(answer.status).toBe('answered')
    expect(steps.find(({ step }) => step === 'compare')!.says).toMatch(/^1 run/)
    await expect(
      (async () => {
        for (let i = 0; i < 8; i++) await few.ask('ana', 'customers by country')
      })(),
    ).rejects.toMatchObject({ code: 'rate_limited' })
  } finally {
    await few.close()
  }
})

test('a source that is down is said, and hides no other', async () => {
  const gone = { ...shop.parts.sources, get: (name: string) => (name === 'stock' ? Promise.reject(down()) : shop.parts.sources.get(name)) }
  const { SluiceError } = await import('../../src/error.ts')
  const down = () => new SluiceError('source_unavailable', 'The source "stock" does not answer.')
  const parts = { ...shop.parts, sources: gone }
  const asking = (source: string) => shop.ask('ana', 'how many customers', { source }, parts)
  await expect(asking('stock')).rejects.toMatchObject({ code: 'source_unavailable' })
  expect((await asking('')).answer).toMatchObject({ source: 'shop', words: 'There are 3 customers.' })
})

test('a question that is asked again in the same scene is read once', async () => {
  const asked: string[] = []
  const counting: Engine = {
    ...standIn,
    read(question, scene) {
      asked.push(question)
      return standIn.read(question, scene)
    },
  }
  const parts = withEngine(shop.opened.parts, counting)
  const times = async (who: Who, question: string, more: Partial<Asked> = {}) => {
    asked.length = 0
    await shop.ask(who, question, more, parts)
    return asked.length
  }
  expect(await times('ana', 'list customers')).toBe(1)
  expect(await times('ana', 'list customers')).toBe(0)
  // The same grant is the same scene; another day, grant or turn before is not.
  expect(await times('ben', 'list customers')).toBe(0)
  expect(await times('ana', 'list customers', { today: '2020-01-01' })).toBe(1)
  expect(await times('narrow', 'list customers')).toBe(1)
})

test('a turn that hangs on the one before is neither a pair of the bank nor a table that is named plainly', async () => {
  const question = 'show me orders'
  const { pair } = await storePair(call('boss'), { question, statement: 'SELECT note FROM orders' }, shop.parts)
  await reviewPair(call('boss'), pair.id, 'verify', undefined, shop.parts)
  const sqlWith = async (sure: number | undefined, asked: string) => {
    const read: Engine['read'] = (_, scene) => ({ ...standIn.read('list orders', scene), ...(sure === undefined ? {} : { sure }) })
    return (await shop.ask('ana', asked, {}, withEngine(shop.parts, { ...standIn, read }))).answer.sql
  }
  expect(await sqlWith(undefined, question)).toBe('SELECT note FROM orders')
  expect(await sqlWith(undefined, 'latest orders')).toMatch(/DESC LIMIT 10$/)
  for (const asked of [question, 'latest orders']) expect(await sqlWith(0.9, asked), asked).toBe('SELECT note FROM orders ORDER BY id')
})
